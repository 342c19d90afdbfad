//! Channels, threads and invites that are made, changed and deleted.

use crate::ignored::Ignored;
use crate::kinds::Kind;
use crate::note::{GREEN, Note, RED, Scene, YELLOW};
use crate::routes::Routes;
use cogbox_sdk::markdown::{escape, mention_channel};
use cogbox_sdk::prelude::*;

use super::{change, typed, yes};

/// Channels or threads: what they share.
#[derive(Clone, Copy, PartialEq)]
pub enum Sort {
    Channel,
    Thread,
}

impl Sort {
    pub fn kind(self) -> Kind {
        match self {
            Sort::Channel => Kind::Channels,
            Sort::Thread => Kind::Threads,
        }
    }

    /// Returns the key of what happened to one.
    pub fn key(self, happened: &str, id: &str) -> String {
        match self {
            Sort::Channel => format!("channel-{happened}:{id}"),
            Sort::Thread => format!("thread-{happened}:{id}"),
        }
    }
}

/// Returns the guild of a channel whose changes are written down.
fn wanted(sort: Sort, channel: &Channel) -> Answer<Option<String>> {
    let Some(guild) = &channel.guild else {
        return Ok(None);
    };
    let wanted = Routes::of(guild)?.wants(sort.kind()) && !Ignored::of(guild)?.known_place(channel);
    Ok(wanted.then(|| guild.clone()))
}

fn named(channel: &Channel) -> String {
    format!(
        "{} ({})",
        mention_channel(&channel.id),
        escape(&channel.name)
    )
}

pub fn made(sort: Sort, channel: &Channel) -> Answer {
    let Some(guild) = wanted(sort, channel)? else {
        return Ok(());
    };
    let to = Scene::of(&guild);
    let title = match sort {
        Sort::Channel => t!(to, channel_made),
        Sort::Thread => t!(to, thread_made),
    };
    let mut note = to
        .note(sort.kind(), sort.key("made", &channel.id), GREEN, title)
        .detail(t!(to, name), named(channel));
    if let Some(above) = &channel.parent {
        note = note.detail(t!(to, within), mention_channel(above));
    }
    if let Some(thread) = channel.thread.as_ref().filter(|it| !it.owner.is_empty()) {
        note.by = Some(thread.owner.clone());
        note = note.about(&thread.owner);
    }
    to.keep(&[note])
}

pub fn gone(sort: Sort, channel: &Channel) -> Answer {
    if let (Sort::Channel, Some(guild)) = (sort, &channel.guild)
        && Routes::of(guild)?.has(&channel.id)
    {
        crate::post::lost_channel(guild, &channel.id, &channel.name)?;
    }
    let Some(guild) = wanted(sort, channel)? else {
        return Ok(());
    };
    let to = Scene::of(&guild);
    let title = match sort {
        Sort::Channel => t!(to, channel_gone),
        Sort::Thread => t!(to, thread_gone),
    };
    let name = match channel.name.is_empty() {
        true => channel.id.clone(),
        false => format!("{} ({})", escape(&channel.name), channel.id),
    };
    let mut note = to
        .note(sort.kind(), sort.key("gone", &channel.id), RED, title)
        .detail(t!(to, name), name);
    if let Some(above) = &channel.parent {
        note = note.detail(t!(to, within), mention_channel(above));
    }
    to.keep(&[note])
}

pub fn changed(sort: Sort, before: Option<Channel>, after: &Channel) -> Answer {
    let Some(guild) = wanted(sort, after)? else {
        return Ok(());
    };
    // The audit log tells, where it is read.
    let Some(before) = before else { return Ok(()) };
    let to = Scene::of(&guild);
    let mut lines = Vec::new();
    if before.name != after.name {
        let names = change(&typed(&to, &before.name), &typed(&to, &after.name));
        lines.push((t!(to, name), names));
    }
    let topic = |of: &Channel| typed(&to, of.topic.as_deref().unwrap_or_default());
    if before.topic != after.topic {
        lines.push((t!(to, topic), change(&topic(&before), &topic(after))));
    }
    if before.parent != after.parent {
        let place = |of: &Channel| match &of.parent {
            Some(above) => mention_channel(above),
            None => t!(to, nothing),
        };
        lines.push((t!(to, within), change(&place(&before), &place(after))));
    }
    if before.slowmode_seconds != after.slowmode_seconds {
        let slow = |of: &Channel| seconds(&to, of.slowmode_seconds.into());
        lines.push((t!(to, slowmode), change(&slow(&before), &slow(after))));
    }
    if before.user_limit != after.user_limit {
        let limit = |of: &Channel| match of.user_limit {
            Some(limit) => t!(to, number, number = limit),
            None => t!(to, nothing),
        };
        lines.push((t!(to, user_limit), change(&limit(&before), &limit(after))));
    }
    if before.nsfw != after.nsfw {
        let is = |of: &Channel| yes(&to, of.nsfw);
        lines.push((t!(to, age_restricted), change(&is(&before), &is(after))));
    }
    let locked = |of: &Channel| of.thread.as_ref().is_some_and(|thread| thread.locked);
    if locked(&before) != locked(after) {
        let is = |of: &Channel| yes(&to, locked(of));
        lines.push((t!(to, locked), change(&is(&before), &is(after))));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let mut note = changed_note(&to, sort, &after.id);
    note.details.extend(lines);
    to.keep(&[note])
}

/// Begins the note of a change.
pub fn changed_note(to: &Scene, sort: Sort, id: &str) -> Note {
    let title = match sort {
        Sort::Channel => t!(to, channel_changed),
        Sort::Thread => t!(to, thread_changed),
    };
    to.note(sort.kind(), sort.key("changed", id), YELLOW, title)
        .detail(t!(to, channel), mention_channel(id))
}

/// A length of time, or none.
pub fn seconds(to: &Scene, seconds: u64) -> String {
    match seconds {
        0 => t!(to, off),
        _ => duration::words(to, seconds),
    }
}

pub fn invited(guild: &str, channel: &str, code: &str, by: Option<String>) -> Answer {
    let to = match wants_invite(guild, channel)? {
        true => Scene::of(guild),
        false => return Ok(()),
    };
    let key = format!("invite-made:{code}");
    let mut note = to
        .note(Kind::Invites, key, GREEN, t!(to, invite_made))
        .detail(t!(to, code), escape(code))
        .detail(t!(to, channel), mention_channel(channel));
    if let Some(by) = &by {
        note = note.about(by);
    }
    note.by = by;
    to.keep(&[note])
}

pub fn uninvited(guild: &str, channel: &str, code: &str) -> Answer {
    if !wants_invite(guild, channel)? {
        return Ok(());
    }
    let to = Scene::of(guild);
    let key = format!("invite-gone:{code}");
    let note = to
        .note(Kind::Invites, key, RED, t!(to, invite_gone))
        .detail(t!(to, code), escape(code))
        .detail(t!(to, channel), mention_channel(channel));
    to.keep(&[note])
}

fn wants_invite(guild: &str, channel: &str) -> Answer<bool> {
    Ok(Routes::of(guild)?.wants(Kind::Invites) && !Ignored::of(guild)?.place(channel))
}
