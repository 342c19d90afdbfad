//! Skipping a track: at once by whoever may, else by more than half of those who listen.
//!
//! A vote lies under the member who gave it, and says for which track of which run of the bot: the
//! host counts tracks anew after a restart.

use crate::home;
use crate::rules::Rules;
use crate::session::Session;
use cogbox_sdk::host::player::{self, Listener};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

const VOTE: &str = "vote";

/// What came of somebody's wish to skip a track.
pub enum Skip {
    /// They may skip it at once.
    AtOnce,
    /// Votes so far, with theirs, and how many it takes.
    Votes { given: usize, needed: usize },
}

impl Skip {
    /// Whether the track is to be skipped now.
    pub fn is_due(&self) -> bool {
        match self {
            Skip::AtOnce => true,
            Skip::Votes { given, needed } => given >= needed,
        }
    }
}

/// Notes somebody's wish to skip the track that plays, or tells them that it is not for them.
pub fn wish(ctx: &Context, session: &Session, track: &Track) -> Answer<Skip> {
    let rules = Rules::of(&session.guild);
    let user = ctx.user().id;
    if track.requested_by.as_ref() == Some(&user) || rules.is_dj(ctx)? {
        return Ok(Skip::AtOnce);
    }
    if !rules.votes()? {
        rules.require_control(ctx)?;
        return Ok(Skip::AtOnce);
    }
    let hear = || session.listeners.iter().filter(|one| !one.deafened);
    if !hear().any(|one| one.user == user) {
        tell!(ctx, deaf_vote);
    }
    let vote = vote_for(track)?;
    store::member(&session.guild, &user).set(VOTE, &vote)?;
    let mut given = Vec::new();
    for entry in store::members(&session.guild, VOTE) {
        let entry = entry?;
        if entry.value == vote.as_bytes() {
            given.push(entry.user);
        }
    }
    Ok(Skip::Votes {
        given: counted(hear(), &given),
        needed: hear().count() / 2 + 1,
    })
}

/// Skips a track; tells who is too late that it does not play any more.
pub fn skip(ctx: &Context, guild: &str, track: u32) -> Answer<Option<Track>> {
    player::skip_track(guild, track).map_err(|late| match late.kind {
        ErrorKind::NotFound => Error::tell(t!(ctx, track_over)),
        _ => late.into(),
    })
}

/// Forgets all votes, when a track is over.
pub fn forget(guild: &str) -> Answer {
    let voters: Vec<String> = store::members(guild, VOTE)
        .map(|entry| Ok(entry?.user))
        .collect::<Answer<_>>()?;
    for user in voters {
        store::member(guild, user).delete(VOTE)?;
    }
    Ok(())
}

/// Counts the votes of those who listen.
fn counted<'a>(listeners: impl Iterator<Item = &'a Listener>, votes: &[String]) -> usize {
    listeners.filter(|one| votes.contains(&one.user)).count()
}

fn vote_for(track: &Track) -> Answer<String> {
    Ok(format!("{}:{}", home::run()?, track.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_of_those_who_left_do_not_count() {
        let listener = |user: &str| Listener {
            user: user.to_string(),
            deafened: false,
        };
        let listeners = [listener("1"), listener("2")];
        let votes = ["2", "3"].map(str::to_string);
        assert_eq!(counted(listeners.iter(), &votes), 1);
    }

    #[test]
    fn a_skip_is_due_with_enough_votes() {
        let votes = |given| Skip::Votes { given, needed: 2 };
        assert!(Skip::AtOnce.is_due() && votes(2).is_due() && votes(3).is_due());
        assert!(!votes(1).is_due());
    }
}
