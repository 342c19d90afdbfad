//! `/welcome`: the texts, what is set, and a try.

use crate::rules::{Kind, Place, Rules};
use crate::{greeting, send, trouble};
use cogbox_sdk::discord::guilds;
use cogbox_sdk::markdown::{mention_channel, shorten};
use cogbox_sdk::prelude::*;

const BLURPLE: u32 = 0x58_65_f2;
/// Longest text of a form, and of a field of an embed, in characters.
const FORM_MAX: u16 = 4_000;
const FIELD_MAX: usize = 900;

/// Greets who joins, and says goodbye to who leaves.
#[command(subcommands(text, show, test), needs(MANAGE_GUILD))]
pub struct Welcome;

/// Changes what is said.
#[command]
fn text(
    ctx: &Context,
    /// When it is said.
    when: Kind,
) -> Answer {
    let guild = here(ctx)?;
    let now = greeting::texts(&guild, when)?;
    ctx.show_modal(form(ctx, when, &template::join(&now)))
}

/// Shows what is set, and what went wrong.
#[command]
fn show(ctx: &Context) -> Answer {
    let guild = here(ctx)?;
    let rules = Rules::of(&guild.id);
    let mut embed = Embed::titled(t!(ctx, title))
        .color(BLURPLE)
        .description(t!(ctx, how_to_change));
    for kind in Kind::ALL {
        let mut lines = Vec::new();
        let place = rules.place(kind)?;
        lines.push(match &place {
            Some(Place::Channel(id)) => t!(ctx, in_channel, channel = mention_channel(id)),
            Some(Place::Direct) => t!(ctx, on),
            None => t!(ctx, off),
        });
        if let Some(place) = &place
            && let Some(trouble) = trouble::at(&guild.id, kind, place)?
        {
            lines.push(trouble.told(ctx));
        }
        let texts = template::join(&greeting::texts(&guild, kind)?);
        lines.push(format!(
            "```\n{}\n```",
            shorten(&texts.replace("```", "'''"), FIELD_MAX)
        ));
        embed = embed.field(kind.title(ctx), lines.join("\n"));
    }
    ctx.reply_privately(embed)
}

/// Says it now, as if you were the one.
#[command]
fn test(
    ctx: &Context,
    /// What to say.
    when: Kind,
) -> Answer {
    let guild = here(ctx)?;
    let Some(place) = Rules::of(&guild.id).place(when)? else {
        tell!(ctx, switched_off, what = when.title(ctx));
    };
    let user = ctx.user();
    let message = greeting::message(&guild, when, &user)?;
    let Err(error) = send::to(&place, &user.id, &message) else {
        trouble::over(&guild.id, when)?;
        return ctx.reply_privately(match &place {
            Place::Channel(id) => t!(ctx, sent, channel = mention_channel(id)),
            Place::Direct => t!(ctx, sent_directly),
        });
    };
    let sentence = error.sentence();
    let Some(why) = error
        .kind()
        .and_then(|kind| trouble::why(&place, kind, sentence))
    else {
        tell!(ctx, not_sent_now, why = sentence);
    };
    trouble::note(&guild.id, when, &place, why.clone())?;
    let channel = match &place {
        Place::Channel(id) => Some(id.as_str()),
        Place::Direct => None,
    };
    ctx.reply_privately(why.told(ctx, channel))
}

/// Opens the form again with what was typed into it.
pub fn reopen(ctx: &Context, kind: Kind) -> Answer {
    managed(ctx)?;
    draft::reopen(ctx, form(ctx, kind, ""))
}

fn form(ctx: &Context, kind: Kind, texts: &str) -> Modal {
    let input = TextInput::paragraph("texts", t!(ctx, texts_label))
        .length(0, FORM_MAX)
        .optional()
        .placeholder(t!(ctx, texts_placeholder))
        .filled(texts);
    Modal::new(kind.name(), kind.title(ctx)).input(input)
}

/// Saves what was typed.
pub fn save(ctx: &Context, kind: Kind, typed: &str) -> Answer {
    let guild = managed(ctx)?;
    let texts = greeting::read(ctx, typed)?;
    greeting::keep(&guild, kind, &texts)?;
    let saved = match texts.len() {
        0 => t!(ctx, saved_default),
        count => t!(ctx, saved, count = count),
    };
    ctx.reply_privately(match Rules::of(&guild).place(kind)? {
        Some(_) => saved,
        None => format!("{saved}\n{}", t!(ctx, switched_off, what = kind.title(ctx))),
    })
}

/// Returns the server, or tells that an admin withholds that.
fn here(ctx: &Context) -> Answer<Guild> {
    guilds::get(&ctx.in_guild()?).map_err(|refused| Error::tell(refused.message))
}

/// Returns the server of somebody who manages it, also after they opened a form.
fn managed(ctx: &Context) -> Answer<String> {
    ctx.in_guild_with(Permissions::MANAGE_GUILD, || t!(ctx, only_managers))
}
