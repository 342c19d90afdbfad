//! What is open, opening again by number, and who may open none.

use crate::keep::{self, Kept};
use crate::{close, panel};
use cogbox_sdk::markdown::{TimeStyle, escape, mention_channel, mention_user, time};
use cogbox_sdk::pages::Page;
use cogbox_sdk::prelude::*;

const ON_A_PAGE: usize = 10;
const BLURPLE: u32 = 0x58_65_f2;

/// Shows the open tickets.
#[command]
pub fn list(ctx: &Context) -> Answer {
    ctx.reply_privately(page(ctx, 0)?)
}

/// Turns to another page.
pub fn turn(ctx: &Context, number: &str) -> Answer {
    panel::managed(ctx)?;
    ctx.update(page(ctx, number.parse().unwrap_or(0))?)
}

fn page(ctx: &Context, number: usize) -> Answer<OutgoingMessage> {
    let mut all = keep::all(&ctx.in_guild()?)?;
    all.retain(|kept| kept.ticket.closed.is_none());
    if all.is_empty() {
        tell!(ctx, none_open);
    }
    let page = Page::new(number, ON_A_PAGE, all.len());
    let lines: Vec<String> = all[page.items()]
        .iter()
        .map(|kept| line(ctx, kept))
        .collect();
    let mut embed = Embed::titled(t!(ctx, list_title))
        .color(BLURPLE)
        .description(lines.join("\n"));
    if let Some(label) = page.label(ctx) {
        embed = embed.footer(label);
    }
    let message = OutgoingMessage::from(embed);
    Ok(match page.buttons(ctx, "page:") {
        Some(buttons) => message.row(buttons),
        None => message,
    })
}

fn line(ctx: &Context, kept: &Kept) -> String {
    let ticket = &kept.ticket;
    let mut parts = vec![
        format!("**{}** {}", ticket.number, escape(&ticket.kind)),
        mention_channel(&kept.thread),
        mention_user(&kept.owner),
        time(ticket.opened, TimeStyle::Relative),
    ];
    parts.extend(
        ticket
            .claimed
            .as_deref()
            .map(|who| t!(ctx, claimed_by, who = mention_user(who))),
    );
    parts.join(" · ")
}

/// Opens a closed ticket again.
#[command]
pub fn reopen(
    ctx: &Context,
    /// Its number.
    #[option(min = 1)]
    number: u32,
) -> Answer {
    let all = keep::all(&ctx.in_guild()?)?;
    let found = all
        .into_iter()
        .find(|kept| kept.ticket.number == i64::from(number));
    let kept = found.or_tell(t!(ctx, no_such, number = number.to_string()))?;
    close::reopened(ctx, &kept.thread)
}

/// Lets somebody open no tickets.
#[command]
pub fn block(
    ctx: &Context,
    /// Whom.
    who: User,
) -> Answer {
    let somebody = mention_user(&who.id);
    ctx.reply_privately(match keep::block(&ctx.in_guild()?, &who.id, true)? {
        true => t!(ctx, blocked, who = somebody),
        false => t!(ctx, blocked_already, who = somebody),
    })
}

/// Lets somebody open tickets again.
#[command]
pub fn unblock(
    ctx: &Context,
    /// Whom.
    who: User,
) -> Answer {
    let somebody = mention_user(&who.id);
    ctx.reply_privately(match keep::block(&ctx.in_guild()?, &who.id, false)? {
        true => t!(ctx, unblocked, who = somebody),
        false => t!(ctx, not_blocked, who = somebody),
    })
}
