//! Voting, and seeing who voted.

use crate::keep::{self, Kept};
use crate::{end, show, view};
use cogbox_sdk::prelude::*;

/// Gives, changes or withdraws a vote.
pub fn give(ctx: &Context, guild: &str, id: &str, option: usize) -> Answer {
    let kept = open(ctx, guild, id)?;
    if option >= kept.poll.options.len() {
        fail!("the poll {id} has no option {option}");
    }
    let chosen = keep::vote(guild, &ctx.user().id, &kept, option)?;
    show::soon(guild, id)?;
    let names: Vec<String> = chosen
        .iter()
        .filter_map(|at| kept.poll.options.get(*at))
        .map(|option| format!("**{}**", markdown::escape(option)))
        .collect();
    ctx.reply_privately(match names.as_slice() {
        [] => t!(ctx, withdrawn),
        names => t!(ctx, voted, answers = names.join(", ")),
    })
}

/// Shows who voted for what.
pub fn who(ctx: &Context, guild: &str, id: &str) -> Answer {
    let kept = open(ctx, guild, id)?;
    if kept.poll.anonymous {
        tell!(ctx, is_anonymous);
    }
    let votes = kept.votes(guild)?;
    ctx.reply_privately(view::voters(ctx, &kept.poll, &votes))
}

/// Returns a poll that runs; one whose time is over ends now, should its timer have been lost.
pub fn open(ctx: &Context, guild: &str, id: &str) -> Answer<Kept> {
    let kept = Kept::find(guild, id)?.or_tell(t!(ctx, is_over))?;
    if kept.poll.closed || kept.poll.ends <= clock::now() as i64 {
        end::plan(guild, id, schedule::after_seconds(0))?;
        tell!(ctx, is_over);
    }
    Ok(kept)
}
