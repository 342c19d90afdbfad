//! `/case`, `/cases`, `/reason`: looking cases up, and saying why.

use cogbox_sdk::markdown::{TimeStyle, escape, mention_user, shorten, time};
use cogbox_sdk::pages::Page;
use cogbox_sdk::prelude::*;

use crate::archive::{self, Filed};
use crate::journal;

/// Cases on one page, and characters of a reason there.
const PAGE: usize = 5;
const REASON: usize = 200;
const BUTTON: &str = "cases:";
const GREY: u32 = 0x80848e;

/// Shows a case.
#[command(needs(MODERATE_MEMBERS), defer_as(invoker))]
pub fn case(
    ctx: &Context,
    /// Its number.
    #[option(min = 1)]
    number: u32,
) -> Answer {
    let filed = find(ctx, &ctx.in_guild()?, number)?;
    ctx.reply_privately(journal::view(ctx, &filed))
}

fn find(ctx: &Context, guild: &str, number: u32) -> Answer<Filed> {
    let number = i64::from(number);
    archive::find(guild, number)?.or_tell(t!(ctx, no_case, number = number.to_string()))
}

/// Lists cases, newest first.
#[command(needs(MODERATE_MEMBERS), defer_as(invoker))]
pub fn cases(
    ctx: &Context,
    /// Whose; everybody's when left out.
    who: Option<User>,
) -> Answer {
    let user = who.map(|user| user.id);
    ctx.reply_privately(page(ctx, user.as_deref(), 0)?)
}

/// Lists somebody's cases.
#[user_command(name = "Cases", needs(MODERATE_MEMBERS), defer_as(invoker))]
pub fn cases_of(ctx: &Context, whom: User) -> Answer {
    ctx.reply_privately(page(ctx, Some(&whom.id), 0)?)
}

/// Turns to another page. Only who asked for the list sees its buttons.
pub fn turned(ctx: &Context, id: &str) -> Answer {
    let place = id
        .strip_prefix(BUTTON)
        .and_then(|rest| rest.split_once(':'));
    let Some((user, number)) = place else {
        fail!("the button `{id}` is none of ours");
    };
    if !ctx.permissions().allow(Permissions::MODERATE_MEMBERS) {
        tell!(ctx, no_more_moderator);
    }
    let user = Some(user).filter(|user| !user.is_empty());
    ctx.update(page(ctx, user, number.parse().unwrap_or_default())?)
}

fn page(ctx: &Context, user: Option<&str>, number: usize) -> Answer<OutgoingMessage> {
    let all = archive::all(&ctx.in_guild()?, user)?;
    let page = Page::new(number, PAGE, all.len());
    let lines: Vec<String> = all[page.items()]
        .iter()
        .map(|filed| line(ctx, filed))
        .collect();
    let title = match user {
        Some(_) => t!(ctx, cases_of_one, count = all.len()),
        None => t!(ctx, cases_of_all, count = all.len()),
    };
    let mut lines = lines.join("\n");
    if let Some(user) = user {
        lines = format!("{}\n{lines}", mention_user(user));
    }
    let mut embed = Embed::titled(title).color(GREY).description(lines);
    if let Some(label) = page.label(ctx) {
        embed = embed.footer(label);
    }
    let id = format!("{BUTTON}{}:", user.unwrap_or_default());
    Ok(match page.buttons(ctx, &id) {
        Some(buttons) => OutgoingMessage::from(embed).row(buttons),
        None => embed.into(),
    })
}

fn line(to: &dyn Audience, filed: &Filed) -> String {
    let case = &filed.value;
    let by = match &case.by {
        Some(by) => mention_user(by),
        None => t!(to, by_itself),
    };
    let (kind, at) = (case.kind.name(to), time(case.at, TimeStyle::Date));
    let user = mention_user(&filed.user);
    let head = format!("`{}` **{kind}** · {user} · {by} · {at}", filed.number);
    match &case.reason {
        Some(reason) => format!("{head}\n> {}", escape(&shorten(reason, REASON))),
        None => head,
    }
}

/// Says why, or something else than before.
#[command(needs(MODERATE_MEMBERS), defer_as(invoker))]
pub fn reason(
    ctx: &Context,
    /// The case's number.
    #[option(min = 1)]
    number: u32,
    /// Why.
    #[option(max_length = 400)]
    text: String,
) -> Answer {
    let guild = ctx.in_guild()?;
    let mut filed = find(ctx, &guild, number)?;
    let own = filed.value.by.as_deref() == Some(ctx.user().id.as_str());
    if !own && !ctx.permissions().allow(Permissions::MANAGE_GUILD) {
        tell!(ctx, not_your_case);
    }
    filed.value.reason = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    archive::save(&guild, &filed)?;
    let wrong = journal::rewrite(&ctx.guild_locale(), &filed);
    let done = t!(ctx, reason_set, number = filed.number.to_string());
    let lines: Vec<String> = [Some(done), wrong].into_iter().flatten().collect();
    ctx.reply_privately(lines.join("\n"))
}
