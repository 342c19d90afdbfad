//! Counting the stars of a message, and showing it.

use crate::eyes::Place;
use crate::keep::{Kept, Starred};
use crate::rules::{self, Rules};
use crate::view;
use cogbox_sdk::component::Emoji;
use cogbox_sdk::discord::{message_history, messages};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;
use cogbox_sdk::trouble::{Trouble, Why};
use std::collections::BTreeSet;

/// What the timer's name begins with; a channel's and a message's ids follow.
const TIMER: &str = "count";
/// How long stars are gathered, and after how long it is tried again when Discord can't do it.
const SECONDS: u32 = 2;
const AGAIN: u32 = 60;
/// Stars that are counted: ten pages.
const PAGE: usize = 100;
const PAGES: usize = 10;
/// Discord's numbers of what people and bots write: messages, answers, and what commands say.
const WRITTEN: [u16; 4] = [0, 19, 20, 23];
/// Why nothing can be posted, under a guild.
const TROUBLE: &str = "trouble";

/// Has the stars of a message counted soon.
pub fn soon(guild: &str, channel: &str, message: &str) -> Answer {
    gather::soon(guild, &timer(channel, message), SECONDS)
}

/// Counts them. The timers of a server fire one after the other, so that a message is posted once.
pub fn due(guild: &str, timer: &str) -> Answer {
    let mut parts = timer.split(':');
    let (Some(TIMER), Some(channel), Some(message)) = (parts.next(), parts.next(), parts.next())
    else {
        fail!("the timer `{timer}` is none of ours");
    };
    gather::begin(guild, timer)?;
    let kept = Kept::find(guild, message)?;
    match counted(guild, channel, message, kept.as_ref()) {
        Err(refused) if refused.may_pass() => {
            info!("stars can't be counted now: {refused}");
            gather::soon(guild, timer, AGAIN)
        }
        // It was deleted, or the bot may not read there.
        Err(refused) if refused.kind() == Some(ErrorKind::NotFound) => match kept {
            Some(kept) => view::take_down(guild, &kept),
            None => Ok(()),
        },
        Err(refused) if refused.kind() == Some(ErrorKind::Forbidden) => Ok(()),
        Err(refused) if refused.kind() == Some(ErrorKind::Denied) => {
            note(guild, Some(Why::Other(refused.sentence().to_string())))
        }
        counted => counted,
    }
}

fn counted(guild: &str, channel: &str, message: &str, kept: Option<&Kept>) -> Answer {
    let rules = Rules::of(guild);
    let Some(board) = rules.board()? else {
        return Ok(());
    };
    // What moderators took down stays down.
    if kept.is_some_and(|kept| kept.starred.post.is_none()) {
        return Ok(());
    }
    let (emoji, threshold) = (rules.emoji()?.0, rules.threshold()?);
    let message = message_history::get(channel, message)?;
    if !WRITTEN.contains(&message.kind) {
        return Ok(());
    }
    let here = message.reactions.iter();
    let here = here.filter(|one| rules::is_same(&one.emoji, &emoji));
    let here: usize = here.map(|one| one.count as usize).sum();
    if kept.is_none() && here < threshold {
        return Ok(());
    }
    let mut people = BTreeSet::new();
    givers(channel, &message.id, &emoji, &mut people)?;
    if let Some((channel, post)) = kept.and_then(|kept| kept.starred.post.as_ref()) {
        match givers(channel, post, &emoji, &mut people) {
            Err(gone) if gone.kind == ErrorKind::NotFound => {}
            counted => counted?,
        }
    }
    if !rules.own_stars()? {
        people.remove(&message.author.id);
    }
    let count = people.len();
    match kept {
        Some(kept) if count < threshold && rules.removes()? => view::take_down(guild, kept),
        None if count < threshold => Ok(()),
        _ => {
            let place = Place::of(channel)?;
            let shown = !place.is_among(&rules::ignored(guild)?)
                && place.channel.id != board
                && place.is_shown_on(guild, &board)?;
            match (shown, kept) {
                (false, _) => Ok(()),
                (true, Some(kept)) => edit(guild, kept, &message, count, &emoji),
                (true, None) => post(guild, &board, &message, count, &emoji),
            }
        }
    }
}

/// Adds the people who gave a star; bots are none.
fn givers(
    channel: &str,
    message: &str,
    emoji: &Emoji,
    people: &mut BTreeSet<String>,
) -> Result<(), Refused> {
    let mut after: Option<String> = None;
    for _ in 0..PAGES {
        let page = message_history::reacted(channel, message, emoji, after.as_deref(), PAGE as u8)?;
        after = page.last().map(|user| user.id.clone());
        let full = page.len() >= PAGE;
        people.extend(
            page.into_iter()
                .filter(|user| !user.bot)
                .map(|user| user.id),
        );
        if !full {
            break;
        }
    }
    Ok(())
}

fn post(guild: &str, board: &str, message: &Message, count: usize, emoji: &Emoji) -> Answer {
    let view = view::post(guild, message, count, emoji);
    match messages::send(board, &view) {
        Ok(sent) => {
            let kept = Kept {
                message: message.id.clone(),
                author: message.author.id.clone(),
                starred: Starred {
                    channel: message.channel.clone(),
                    count,
                    post: Some((board.to_string(), sent.id)),
                },
            };
            note(guild, None)?;
            keep(guild, &kept)
        }
        Err(refused) if refused.may_pass() => Err(refused.into()),
        Err(refused) => note(guild, Why::of_channel(&refused)),
    }
}

/// Keeps what was posted; what can't be kept is not left there, since it would come again and again.
fn keep(guild: &str, kept: &Kept) -> Answer {
    match kept.save(guild) {
        Err(full) if full.kind() == Some(ErrorKind::Quota) => {
            note(guild, Some(Why::Other(full.sentence().to_string())))?;
            view::take_down(guild, kept)
        }
        saved => saved,
    }
}

fn edit(guild: &str, kept: &Kept, message: &Message, count: usize, emoji: &Emoji) -> Answer {
    let Some((channel, post)) = &kept.starred.post else {
        return Ok(());
    };
    let view = view::post(guild, message, count, emoji);
    let mut now = kept.clone();
    now.starred.count = count;
    match messages::edit(channel, post, &view.into()) {
        Ok(_) => now.save(guild),
        // A moderator took it down.
        Err(gone) if gone.kind == ErrorKind::NotFound => {
            kept.forget_post(guild)?;
            now.starred.post = None;
            now.save(guild)
        }
        Err(refused) if refused.may_pass() => Err(refused.into()),
        Err(refused) => note(guild, Why::of_channel(&refused)),
    }
}

/// Returns what keeps stars from being counted or shown.
pub fn trouble(guild: &str) -> Answer<Option<Trouble>> {
    store::guild(guild).json(TROUBLE)
}

fn note(guild: &str, why: Option<Why>) -> Answer {
    match why {
        Some(why) => store::guild(guild).set_json(TROUBLE, &why.now()),
        None => store::guild(guild).delete(TROUBLE),
    }
}

fn timer(channel: &str, message: &str) -> String {
    format!("{TIMER}:{channel}:{message}")
}
