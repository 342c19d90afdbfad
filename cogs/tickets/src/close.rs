//! Closing a ticket, and opening it again.

use crate::keep::{self, Closed, Kept};
use crate::rules::Rules;
use crate::{log, staff, transcript};
use cogbox_sdk::discord::{messages, threads};
use cogbox_sdk::markdown::{escape, mention_channel, mention_user, shorten};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// What the timer's name begins with; the thread's id follows.
const LOCK: &str = "lock:";
/// After how many seconds it is tried again when Discord can't do it now.
const AGAIN: u32 = 60;
const REASON: u16 = 500;

/// Asks why a ticket is closed.
pub fn asked(ctx: &Context, thread: &str) -> Answer {
    may_close(ctx, thread)?;
    let reason = TextInput::paragraph("reason", t!(ctx, reason_label))
        .length(0, REASON)
        .optional();
    ctx.show_modal(Modal::new(format!("close:{thread}"), t!(ctx, close_form)).input(reason))
}

/// Closes a ticket: it is told in the thread, a transcript is written, and the thread is locked.
pub fn confirmed(ctx: &Context, thread: &str, reason: &str) -> Answer {
    let (guild, mut kept) = may_close(ctx, thread)?;
    let me = ctx.user().id;
    let closed = Closed {
        by: Some(me.clone()),
        reason: shorten(reason.trim(), REASON.into()),
        at: clock::now(),
    };
    if !note(&guild, &mut kept, &closed)? {
        tell!(ctx, is_closed);
    }
    let to = &kept.ticket.locale;
    let mut lines = vec![t!(to, closed_now, who = mention_user(&me))];
    if !closed.reason.is_empty() {
        lines.push(t!(to, reason_was, reason = escape(&closed.reason)));
    }
    ctx.reply(lines.join("\n"))?;
    finish(&guild, &kept)?;
    lock(&guild, thread)
}

/// Notes that a ticket is closed; `false` when it was before.
pub fn note(guild: &str, kept: &mut Kept, closed: &Closed) -> Answer<bool> {
    kept.change(guild, |ticket| {
        let open = ticket.closed.is_none();
        if open {
            ticket.closed = Some(closed.clone());
        }
        open
    })
}

/// Writes the transcript and the log of a ticket that is closed.
pub fn finish(guild: &str, kept: &Kept) -> Answer {
    let rules = Rules::of(guild);
    log::changed(kept);
    transcript::send(
        kept,
        rules.log()?.as_deref(),
        rules.people_get_transcripts()?,
    );
    keep::sweep(guild)
}

fn may_close(ctx: &Context, thread: &str) -> Answer<(String, Kept)> {
    let (guild, kept) = staff::found(ctx, thread)?;
    if kept.ticket.closed.is_some() {
        tell!(ctx, is_closed);
    }
    let own = kept.owner == ctx.user().id && Rules::of(&guild).people_close()?;
    if !own {
        staff::require(ctx, &guild, &kept)?;
    }
    Ok((guild, kept))
}

fn lock(guild: &str, thread: &str) -> Answer {
    let locked = match threads::set_archived(thread, true, true) {
        // Who may not lock a thread may archive their own: whoever writes in it opens it again.
        Err(refused) if refused.kind == ErrorKind::Forbidden => {
            threads::set_archived(thread, true, false)
        }
        locked => locked,
    };
    match locked {
        Err(refused) if refused.may_pass() => {
            info!("a ticket is locked later: {}", refused.message);
            let again = schedule::after_seconds(AGAIN);
            schedule::guild(guild).set(&format!("{LOCK}{thread}"), again)
        }
        Err(refused) => {
            info!("a ticket can't be locked: {}", refused.message);
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// Locks a thread that could not be locked before, unless its ticket was opened again meanwhile.
pub fn lock_again(timer: &Timer) -> Answer {
    let (Some(guild), Some(thread)) = (&timer.guild, timer.name.strip_prefix(LOCK)) else {
        fail!("the timer `{}` is none of ours", timer.name);
    };
    match keep::find(guild, thread)? {
        Some(kept) if kept.ticket.closed.is_some() => lock(guild, thread),
        _ => Ok(()),
    }
}

/// Opens a ticket again.
pub fn reopened(ctx: &Context, thread: &str) -> Answer {
    let (guild, mut kept) = staff::found(ctx, thread)?;
    staff::require(ctx, &guild, &kept)?;
    // Noted first, so that its unlocking is not taken for somebody's own doing.
    let closed = kept.ticket.closed.clone();
    if !kept.change(&guild, |ticket| ticket.closed.take().is_some())? {
        tell!(ctx, is_open, thread = mention_channel(thread));
    }
    let opened = threads::set_archived(thread, false, false).and_then(|_| {
        let told = t!(
            &kept.ticket.locale,
            open_again,
            who = mention_user(&ctx.user().id),
            owner = mention_user(&kept.owner)
        );
        messages::send(thread, &OutgoingMessage::text(told).ping_user(&kept.owner))
    });
    if let Err(refused) = opened {
        kept.change(&guild, |ticket| {
            ticket.closed = closed.clone();
            true
        })?;
        return Err(not_opened(ctx, refused));
    }
    log::changed(&kept);
    ctx.reply_privately(t!(ctx, opened_again, thread = mention_channel(thread)))
}

fn not_opened(ctx: &Context, refused: Refused) -> Error {
    match refused.kind {
        ErrorKind::NotFound => Error::tell(t!(ctx, no_ticket)),
        ErrorKind::Forbidden => Error::tell(t!(ctx, can_not_open)),
        _ if refused.may_pass() => Error::tell(t!(ctx, not_now)),
        _ => refused.into(),
    }
}
