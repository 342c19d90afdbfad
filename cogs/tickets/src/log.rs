//! What the log channel tells of a ticket: one message, which changes with it.

use crate::keep::Kept;
use crate::rules::Rules;
use cogbox_sdk::discord::messages;
use cogbox_sdk::markdown::{TimeStyle, escape, mention_channel, mention_role, mention_user, time};
use cogbox_sdk::prelude::*;

const GREEN: u32 = 0x57_f2_87;
const GREY: u32 = 0x80_84_8e;

/// Tells of a new ticket. A log that can't be written keeps nobody from their ticket.
pub fn opened(guild: &str, kept: &mut Kept, staff: Option<&str>, is_gone: bool) -> Answer {
    let Some(channel) = Rules::of(guild).log()? else {
        return Ok(());
    };
    let mut message = view(kept);
    // A mention that pings nobody here: they were called in the thread.
    message.content = match is_gone {
        true => t!(&kept.ticket.locale, role_is_gone),
        false => staff.map(mention_role).unwrap_or_default(),
    };
    match messages::send(&channel, &message) {
        Ok(sent) => {
            let logged = Some((channel, sent.id));
            kept.change(guild, |ticket| {
                ticket.logged = logged.clone();
                true
            })?;
        }
        Err(refused) => info!("the log can't be written: {}", refused.message),
    }
    Ok(())
}

/// Shows how a ticket is now.
pub fn changed(kept: &Kept) {
    let Some((channel, message)) = &kept.ticket.logged else {
        return;
    };
    if let Err(refused) = messages::edit(channel, message, &view(kept).into()) {
        info!("the log can't be changed: {}", refused.message);
    }
}

/// Shows that a ticket's thread is deleted.
pub fn deleted(kept: &Kept) {
    let Some((channel, message)) = &kept.ticket.logged else {
        return;
    };
    let gone = t!(&kept.ticket.locale, thread_deleted);
    let embed = card(kept).color(GREY).footer(gone);
    if let Err(refused) = messages::edit(channel, message, &OutgoingMessage::from(embed).into()) {
        info!("the log can't be changed: {}", refused.message);
    }
}

fn view(kept: &Kept) -> OutgoingMessage {
    let (to, thread) = (&kept.ticket.locale, &kept.thread);
    match kept.ticket.closed {
        None => OutgoingMessage::from(card(kept).color(GREEN)).row([Button::primary(
            format!("join:{thread}"),
            t!(to, join),
        )
        .emoji("🚪")]),
        Some(_) => OutgoingMessage::from(card(kept).color(GREY)).row([Button::secondary(
            format!("reopen:{thread}"),
            t!(to, reopen),
        )
        .emoji("🔓")]),
    }
}

fn card(kept: &Kept) -> Embed {
    let (to, ticket) = (&kept.ticket.locale, &kept.ticket);
    let mut lines = vec![
        mention_channel(&kept.thread),
        t!(
            to,
            opened_by,
            who = mention_user(&kept.owner),
            when = time(ticket.opened, TimeStyle::Relative)
        ),
    ];
    if let Some(claimed) = &ticket.claimed {
        lines.push(t!(to, claimed_by, who = mention_user(claimed)));
    }
    if let Some(closed) = &ticket.closed {
        let when = time(closed.at, TimeStyle::Relative);
        lines.push(match &closed.by {
            Some(by) => t!(to, closed_by, who = mention_user(by), when = when),
            None => t!(to, closed_by_hand, when = when),
        });
        if !closed.reason.is_empty() {
            lines.push(t!(to, reason_was, reason = escape(&closed.reason)));
        }
    }
    let number = ticket.number.to_string();
    Embed::titled(t!(to, ticket, number = number, kind = escape(&ticket.kind)))
        .description(lines.join("\n"))
}
