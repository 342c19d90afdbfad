//! Looking at tags: the list, one of them, and its text as it was written.

use crate::kept::Tag;
use crate::{kept, offer};
use cogbox_sdk::markdown::{TimeStyle, escape, mention_user, shorten, time};
use cogbox_sdk::prelude::*;

const BLURPLE: u32 = 0x58_65_f2;
/// Tags on one page.
const PAGE: usize = 15;
/// What the ids of the pages' buttons begin with.
const BUTTON: &str = "list:";
/// The longest text that is shown in a message; longer ones come as a file.
const SHOWN_MAX: usize = 1_800;

/// Lists the tags of this server.
#[command]
pub fn list(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    ctx.reply_privately(page(ctx, &guild, 0)?)
}

/// Shows another page of the list.
pub fn turn(ctx: &Context, number: &str) -> Answer {
    let guild = ctx.in_guild()?;
    ctx.update(page(ctx, &guild, number.parse().unwrap_or_default())?)
}

fn page(ctx: &Context, guild: &str, number: usize) -> Answer<OutgoingMessage> {
    let tags = kept::all(guild)?;
    if tags.is_empty() {
        return Ok(t!(ctx, no_tags).into());
    }
    let refused = offer::all_refused(guild)?;
    let page = pages::Page::new(number, PAGE, tags.len());
    let mut lines = Vec::new();
    for (name, tag) in &tags[page.items()] {
        let typed = match refused.contains(name) {
            true => format!("`/tag {name}`"),
            false => format!("`/{name}`"),
        };
        let what = match tag.description.is_empty() {
            true => shorten(&tag.answers.concat().replace('\n', " "), 60),
            false => tag.description.clone(),
        };
        let uses = t!(ctx, uses, count = kept::used(guild, name)?);
        lines.push(format!("{typed} {} · {uses}", escape(&what)));
    }
    let count = t!(ctx, tag_count, count = tags.len());
    let foot = [Some(count), page.label(ctx)];
    let embed = Embed::titled(t!(ctx, list_title))
        .color(BLURPLE)
        .description(lines.join("\n"))
        .footer(foot.into_iter().flatten().collect::<Vec<_>>().join(" · "));
    let message = OutgoingMessage::from(embed);
    Ok(match page.buttons(ctx, BUTTON) {
        Some(buttons) => message.row(buttons),
        None => message,
    })
}

/// Shows who made a tag, and how often it was used.
#[command]
pub fn info(
    ctx: &Context,
    /// Which one.
    #[option(max_length = 100, autocomplete)]
    name: String,
) -> Answer {
    let guild = ctx.in_guild()?;
    let name = kept::name(ctx, &name)?;
    let tag = kept::get(ctx, &guild, &name)?;
    let author = match kept::author(&guild, &name)? {
        Some(user) => mention_user(&user),
        None => t!(ctx, unknown),
    };
    let used_as = match offer::refused(ctx, &guild, &name)? {
        None => format!("`/{name}`"),
        Some(why) => t!(ctx, not_a_command, name = &name, why = why),
    };
    let mut embed = Embed::titled(&name)
        .color(BLURPLE)
        .inline(t!(ctx, made_by), author)
        .inline(t!(ctx, made), time(tag.made, TimeStyle::Relative))
        .inline(
            t!(ctx, used),
            t!(ctx, number, number = kept::used(&guild, &name)?),
        )
        .inline(
            t!(ctx, answers),
            t!(ctx, number, number = tag.answers.len()),
        );
    if !tag.description.is_empty() {
        embed = embed.description(escape(&tag.description));
    }
    let options = tag.options();
    if !options.is_empty() {
        embed = embed.inline(t!(ctx, asks_for), format!("`{}`", options.join("`, `")));
    }
    ctx.reply_privately(embed.field(t!(ctx, used_as), used_as))
}

/// Shows a tag's text as it was written.
#[command]
pub fn raw(
    ctx: &Context,
    /// Which one.
    #[option(max_length = 100, autocomplete)]
    name: String,
) -> Answer {
    let guild = ctx.in_guild()?;
    let name = kept::name(ctx, &name)?;
    let tag = kept::get(ctx, &guild, &name)?;
    let text = t!(ctx, raw_text, name = &name);
    ctx.reply_privately(with_text(text, &name, &tag))
}

/// Returns a message with a tag's text below, so that it can be copied.
pub fn with_text(text: String, name: &str, tag: &Tag) -> OutgoingMessage {
    let written = template::join(&tag.answers);
    match written.chars().count() > SHOWN_MAX || written.contains("```") {
        true => OutgoingMessage::text(text).file(format!("{name}.txt"), written),
        false => OutgoingMessage::text(format!("{text}\n```\n{written}\n```")),
    }
}
