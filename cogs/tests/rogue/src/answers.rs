//! Ways to answer, and not to.

use crate::faults::pass;
use crate::outcome;
use cogbox_sdk::prelude::*;

/// What is late for a host that defers after a tenth of a second, in milliseconds.
const LATE: u32 = 150;

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

/// How `/late` answers when the host has long deferred for it.
#[derive(Choice)]
pub enum How {
    Reply,
    Privately,
    Edit,
    Defer,
    #[choice(name = "Defer privately")]
    DeferPrivately,
    Modal,
    Never,
}

/// Takes longer than the host waits, then answers.
#[command]
pub fn late(
    ctx: &Context,
    /// With which call it answers.
    how: How,
    /// How long to take, in milliseconds; 150 when left out.
    #[option(max = 600_000)]
    ms: Option<u32>,
) -> Answer {
    pass(ms.unwrap_or(LATE));
    match how {
        How::Reply => ctx.reply("late"),
        How::Privately => ctx.reply_privately("late, and private"),
        How::Edit => ctx.edit_reply("late, by an edit").map(drop),
        How::Defer => {
            ctx.defer()?;
            ctx.edit_reply("late, after a defer of its own").map(drop)
        }
        How::DeferPrivately => {
            ctx.defer_privately()?;
            ctx.edit_reply("late, and promised to one alone").map(drop)
        }
        How::Modal => {
            let refused = outcome(ctx.show_modal(question()));
            ctx.reply(format!("the modal: {refused}"))
        }
        How::Never => Ok(()),
    }
}

/// The same, and its "thinking" is private from the start.
#[command(defer_as(invoker))]
pub fn late_in_private(ctx: &Context) -> Answer {
    pass(LATE);
    ctx.reply_privately("late, as promised")
}

/// Opens a modal, and answers what is typed into it.
#[command]
pub fn modal(ctx: &Context) -> Answer {
    ctx.show_modal(question())
}

fn question() -> Modal {
    Modal::new("modal", "Rogue asks")
        .input(TextInput::short("name", "Your name").length(1, 50))
        .input(TextInput::paragraph("story", "Your story").optional())
}

/// Shows a button that counts how often it was pressed.
#[command]
pub fn button(ctx: &Context) -> Answer {
    ctx.reply(pressed_so_often(0))
}

/// Shows a button with an id that may be another cog's.
#[command]
pub fn button_like(
    ctx: &Context,
    /// The id.
    id: String,
) -> Answer {
    let button = Button::secondary(id, "Press me");
    ctx.reply(OutgoingMessage::text("mine").row([button]))
}

/// Shows buttons that take longer than the host waits.
#[command]
pub fn late_buttons(ctx: &Context) -> Answer {
    let buttons = ["update", "reply", "defer", "modal", "never"];
    let buttons = buttons.map(|how| Button::secondary(format!("late:{how}"), how));
    ctx.reply(OutgoingMessage::text("not pressed").row(buttons))
}

fn pressed_late(ctx: &Context, how: &str) -> Answer {
    pass(LATE);
    match how {
        "update" => ctx.update("updated, late"),
        "reply" => ctx.reply("late"),
        "defer" => {
            ctx.defer_privately()?;
            ctx.edit_reply("late, and promised to one alone").map(drop)
        }
        "modal" => {
            let refused = outcome(ctx.show_modal(question()));
            ctx.reply(format!("the modal: {refused}"))
        }
        _ => Ok(()),
    }
}

/// The count travels in the button's id, so that no memory is needed.
pub fn pressed(ctx: &Context, id: &str) -> Answer {
    if let Some(how) = id.strip_prefix("late:") {
        return pressed_late(ctx, how);
    }
    let count = id.strip_prefix("pressed:").unwrap_or(id);
    let Ok(count) = count.parse::<u32>() else {
        return ctx.update(format!("rogue was told that `{id}` was pressed"));
    };
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
