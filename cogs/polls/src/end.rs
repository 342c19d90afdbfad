//! The end of a poll: in time, or when whoever made it or a moderator says so.

use crate::keep::{self, Kept};
use crate::rules::{self, Rules};
use crate::{show, view, vote};
use cogbox_sdk::discord::messages;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;
use cogbox_sdk::schedule::Plan;

/// What the timer's name begins with; the poll's id follows.
pub const TIMER: &str = "end";
/// After how many seconds it is tried again when Discord can't do it now.
const AGAIN: u32 = 60;

/// Has a poll end at a time.
pub fn plan(guild: &str, id: &str, when: Plan) -> Answer {
    schedule::guild(guild).set(&format!("{TIMER}:{id}"), when)
}

/// Has it end at no time.
pub fn cancel(guild: &str, id: &str) -> Answer {
    schedule::guild(guild)
        .cancel(&format!("{TIMER}:{id}"))
        .map(drop)
}

/// Asks whoever pressed End whether they mean it.
pub fn asked(ctx: &Context, guild: &str, id: &str) -> Answer {
    let kept = vote::open(ctx, guild, id)?;
    require(ctx, &kept)?;
    let question = t!(
        ctx,
        really,
        question = markdown::escape(&kept.poll.question)
    );
    let sure = Button::danger(format!("close:{id}"), t!(ctx, end_now));
    ctx.reply_privately(OutgoingMessage::text(question).row([sure]))
}

/// Ends a poll for whoever may.
pub fn confirmed(ctx: &Context, guild: &str, id: &str) -> Answer {
    let kept = vote::open(ctx, guild, id)?;
    require(ctx, &kept)?;
    ctx.update(MessageEdit::from(t!(ctx, ended)).without_components())?;
    plan(guild, id, schedule::after_seconds(0))
}

/// Ends a poll: its last bars, its result, and then it is forgotten with its votes.
pub fn due(guild: &str, id: &str) -> Answer {
    let Some(mut kept) = Kept::find(guild, id)? else {
        // Whoever made it had their data deleted; the votes are others'.
        return keep::sweep(guild, id);
    };
    if !kept.poll.closed && !kept.close(guild)? {
        return Ok(());
    }
    let votes = kept.votes(guild)?;
    let poll = &kept.poll;
    let over = view::over(&kept.author, poll, &votes);
    let shown = messages::edit(&poll.channel, &poll.message, &over.into());
    match shown {
        Err(refused) if refused.may_pass() => return again(guild, id, &refused),
        Err(refused) if refused.kind == ErrorKind::NotFound => {
            debug!("the message of the poll {id} is gone");
        }
        Err(refused) => info!("the poll {id} can't be shown: {}", refused.message),
        Ok(_) if Rules::of(guild).tells_results()? => {
            let result = OutgoingMessage::text(view::result(poll, &votes)).reply_to(&poll.message);
            match messages::send(&poll.channel, &result) {
                Err(refused) if refused.may_pass() => return again(guild, id, &refused),
                Err(refused) => info!("a result can't be told: {}", refused.message),
                Ok(_) => {}
            }
        }
        Ok(_) => {}
    }
    gather::begin(guild, &show::timer(id))?;
    kept.forget(guild)
}

fn again(guild: &str, id: &str, refused: &Refused) -> Answer {
    info!("the poll {id} can't end now: {}", refused.message);
    plan(guild, id, schedule::after_seconds(AGAIN))
}

/// Refuses to end a poll to those who neither made it nor moderate.
fn require(ctx: &Context, kept: &Kept) -> Answer {
    if kept.author != ctx.user().id && !rules::moderates(ctx) {
        tell!(
            ctx,
            not_yours,
            author = markdown::mention_user(&kept.author)
        );
    }
    Ok(())
}
