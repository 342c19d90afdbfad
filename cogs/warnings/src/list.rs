//! `/warnings` and `/mywarnings`.

use cogbox_sdk::markdown::{TimeStyle, escape, mention_user, shorten, time};
use cogbox_sdk::pages::Page;
use cogbox_sdk::prelude::*;

use crate::kept::{self, Filed};
use crate::{actions, rules};

/// Warnings on one page, and characters of a reason there.
const PAGE: usize = 5;
const REASON: usize = 300;
const GREY: u32 = 0x80848e;
/// What the ids of buttons begin with.
pub const BUTTON: &str = "warnings";
pub const MINE: &str = "mine";

/// Lists warnings, newest first.
#[command(needs(MODERATE_MEMBERS), defer_as(invoker))]
pub fn warnings(
    ctx: &Context,
    /// Whose; everybody's when left out.
    who: Option<User>,
) -> Answer {
    let user = who.map(|user| user.id);
    ctx.reply_privately(page(ctx, &Whose::of(user.as_deref()), 0)?)
}

/// Lists somebody's warnings.
#[user_command(name = "Warnings", needs(MODERATE_MEMBERS), defer_as(invoker))]
pub fn warnings_of(ctx: &Context, whom: User) -> Answer {
    ctx.reply_privately(page(ctx, &Whose::One(whom.id), 0)?)
}

/// Lists your own warnings.
#[command(contexts(guild), defer_as(invoker))]
pub fn mywarnings(ctx: &Context) -> Answer {
    ctx.reply_privately(page(ctx, &Whose::Mine, 0)?)
}

/// Turns to another page. Only who asked for the list sees its buttons.
pub fn turned(ctx: &Context, rest: &str) -> Answer {
    let Some((user, number)) = rest.split_once(':') else {
        fail!("the button `{BUTTON}:{rest}` is none of ours");
    };
    if !ctx.permissions().allow(Permissions::MODERATE_MEMBERS) {
        tell!(ctx, no_more_moderator);
    }
    let user = Some(user).filter(|user| !user.is_empty());
    let number = number.parse().unwrap_or_default();
    ctx.update(page(ctx, &Whose::of(user), number)?)
}

/// Turns to another page of one's own.
pub fn mine_turned(ctx: &Context, number: &str) -> Answer {
    let number = number.parse().unwrap_or_default();
    ctx.update(page(ctx, &Whose::Mine, number)?)
}

enum Whose {
    All,
    One(String),
    Mine,
}

impl Whose {
    fn of(user: Option<&str>) -> Self {
        user.map_or(Whose::All, |user| Whose::One(user.to_owned()))
    }
}

fn page(ctx: &Context, whose: &Whose, number: usize) -> Answer<OutgoingMessage> {
    let guild = ctx.in_guild()?;
    let user = match whose {
        Whose::All => None,
        Whose::One(user) => Some(user.clone()),
        Whose::Mine => Some(ctx.user().id),
    };
    let shows_by = !matches!(whose, Whose::Mine) || rules::names_moderators(&guild)?;
    let all = kept::all(&guild, user.as_deref())?;
    let page = Page::new(number, PAGE, all.len());
    let mut lines = Vec::new();
    if let Some(user) = &user {
        lines.push(mention_user(user));
    }
    for filed in &all[page.items()] {
        lines.push(line(ctx, filed, user.is_none(), shows_by));
    }
    let title = match user {
        Some(_) => {
            let points = kept::points(&all);
            let points = t!(ctx, points, count = points);
            t!(ctx, warnings_of_one, count = all.len(), points = points)
        }
        None => t!(ctx, warnings_of_all, count = all.len()),
    };
    let mut embed = Embed::titled(title)
        .color(GREY)
        .description(lines.join("\n"));
    let next = match user {
        Some(_) => actions::next(&actions::all(&guild)?, kept::points(&all)),
        None => None,
    };
    if let Some((points, what)) = next.filter(|_| !all.is_empty()) {
        let points = t!(ctx, points, count = points);
        embed = embed.field(t!(ctx, next, points = points), what.name(ctx));
    }
    if let Some(label) = page.label(ctx) {
        embed = embed.footer(label);
    }
    let id = match whose {
        Whose::Mine => format!("{MINE}:"),
        _ => format!("{BUTTON}:{}:", user.unwrap_or_default()),
    };
    Ok(match page.buttons(ctx, &id) {
        Some(buttons) => OutgoingMessage::from(embed).row(buttons),
        None => embed.into(),
    })
}

fn line(to: &dyn Audience, filed: &Filed, names: bool, shows_by: bool) -> String {
    let warning = &filed.value;
    let points = t!(to, points, count = warning.points);
    let mut parts = vec![format!("`{}` **{points}**", filed.number)];
    if names {
        parts.push(mention_user(&filed.user));
    }
    if shows_by {
        parts.push(mention_user(&warning.by));
    }
    parts.push(time(warning.at, TimeStyle::Date));
    if let Some(until) = warning.until {
        let until = time(until, TimeStyle::Relative);
        parts.push(match warning.counts(clock::now()) {
            true => t!(to, expires, until = until),
            false => t!(to, expired, until = until),
        });
    }
    let reason = escape(&shorten(&warning.reason, REASON));
    format!("{}\n> {reason}", parts.join(" · "))
}
