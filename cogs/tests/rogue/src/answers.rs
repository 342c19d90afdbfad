//! Ways to answer, and not to.

use crate::outcome;
use cogbox_sdk::prelude::*;

/// Answers as a good cog does.
#[command]
pub fn ok(ctx: &Context) -> Answer {
    ctx.reply("ok")
}

/// Returns without answering.
#[command]
pub fn silent(_ctx: &Context) -> Answer {
    Ok(())
}

/// Answers, answers again, and says what became of the second answer.
#[command]
pub fn answers_twice(ctx: &Context) -> Answer {
    ctx.reply("first")?;
    let second = outcome(ctx.reply("second"));
    ctx.followup(format!("the second answer: {second}"))?;
    Ok(())
}

/// How `/defers` ends its "thinking".
#[derive(Choice)]
pub enum Ending {
    Edit,
    Reply,
    Never,
}

/// Shows "thinking", then answers.
#[command]
pub fn defers(
    ctx: &Context,
    /// Whether only you see it.
    private: bool,
    /// With which call it answers; an edit when left out.
    ending: Option<Ending>,
) -> Answer {
    if private {
        ctx.defer_privately()?;
    } else {
        ctx.defer()?;
    }
    match ending.unwrap_or(Ending::Edit) {
        Ending::Edit => ctx.edit_reply("done thinking").map(drop),
        Ending::Reply => ctx.reply("done thinking"),
        Ending::Never => Ok(()),
    }
}

/// Opens a modal, and answers what is typed into it.
#[command]
pub fn modal(ctx: &Context) -> Answer {
    let modal = Modal::new("modal", "Rogue asks")
        .input(TextInput::short("name", "Your name").length(1, 50))
        .input(TextInput::paragraph("story", "Your story").optional());
    ctx.show_modal(modal)
}

/// Shows a button that counts how often it was pressed.
#[command]
pub fn button(ctx: &Context) -> Answer {
    ctx.reply(pressed_so_often(0))
}

/// The count travels in the button's id, so that no memory is needed.
pub fn pressed(ctx: &Context, id: &str) -> Answer {
    let count = id.strip_prefix("pressed:").unwrap_or(id).parse::<u32>()?;
    ctx.update(pressed_so_often(count + 1))
}

pub fn submitted(ctx: &Context, id: &str, inputs: &Inputs) -> Answer {
    let (name, story) = (inputs.text("name"), inputs.text("story"));
    ctx.reply(format!("{id}: {name} told: {story}"))
}

fn pressed_so_often(count: u32) -> OutgoingMessage {
    OutgoingMessage::text(format!("pressed {count} times"))
        .row([Button::secondary(format!("pressed:{count}"), "Press me")])
}
