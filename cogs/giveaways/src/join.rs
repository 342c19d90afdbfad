//! Joining and leaving.

use crate::keep::{self, Kept, Stage};
use crate::{end, rules, show};
use cogbox_sdk::markdown::mention_role;
use cogbox_sdk::prelude::*;

/// Takes somebody in; who is in already is asked whether they want to leave.
pub fn join(ctx: &Context, guild: &str, id: &str) -> Answer {
    let kept = open(ctx, guild, id)?;
    let role = kept.giveaway.role.as_ref();
    if let Some(role) = role.filter(|role| !rules::has(ctx, role)) {
        tell!(ctx, needs_role, role = mention_role(role));
    }
    let leave = Button::secondary(format!("leave:{id}"), t!(ctx, leave));
    if !keep::enter(guild, &ctx.user().id, id)? {
        let text = OutgoingMessage::text(t!(ctx, in_already));
        return ctx.reply_privately(text.row([leave]));
    }
    show::soon(guild, id)?;
    let prize = markdown::escape(&kept.giveaway.prize);
    ctx.reply_privately(OutgoingMessage::text(t!(ctx, joined, prize = prize)).row([leave]))
}

/// Takes somebody out.
pub fn leave(ctx: &Context, guild: &str, id: &str) -> Answer {
    open(ctx, guild, id)?;
    let out = keep::withdraw(guild, &ctx.user().id, id)?;
    if out {
        show::soon(guild, id)?;
    }
    let text = if out { t!(ctx, left) } else { t!(ctx, not_in) };
    ctx.update(MessageEdit::from(text).without_components())
}

/// Returns a giveaway that runs; one whose time is over ends now, should its timer have been lost.
fn open(ctx: &Context, guild: &str, id: &str) -> Answer<Kept> {
    let kept = Kept::find(guild, id)?.or_tell(t!(ctx, is_over))?;
    if kept.giveaway.stage == Stage::Running && kept.giveaway.ends > clock::now() as i64 {
        return Ok(kept);
    }
    if kept.giveaway.stage != Stage::Over {
        end::plan(guild, id, schedule::after_seconds(0))?;
    }
    tell!(ctx, is_over)
}
