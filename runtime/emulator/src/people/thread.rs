//! Starting threads, going in and out, archiving and locking them.

use super::say::LONGEST;
use crate::clock::Time;
use crate::model::permissions::{self, MANAGE_THREADS, SEND_MESSAGES, VIEW_CHANNEL};
use crate::model::{Actor, Channel, PRIVATE_THREAD, kinds};
use crate::snowflake::Id;
use crate::world::{Action, Change, Draft, NewThread, TagFault, ThreadEdit, World};

/// The longest name of a thread, in characters.
const LONGEST_NAME: usize = 100;

/// The thread that a person wants to start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start<'a> {
    pub name: &'a str,
    /// The message it is about.
    pub from: Option<Id>,
    pub private: bool,
    /// The first message of a forum post, with its tags.
    pub content: Option<&'a str>,
    pub tags: &'a [Id],
}

/// Makes the change of starting a thread.
pub fn start_thread(
    world: &World,
    person: Id,
    parent: Id,
    start: Start<'_>,
    now: Time,
) -> Result<Change, String> {
    let who = world.user(person).map_or("nobody", |user| user.shown());
    let channel = world.channels.get(&parent);
    let channel = channel.ok_or("This channel is not there any more.")?;
    let kind = channel.thread_kind(start.private);
    let (Some(kind), Some(guild)) = (kind, channel.guild) else {
        return Err("There are no such threads here.".to_owned());
    };
    let needed = match channel.threads_only() {
        true => VIEW_CHANNEL | SEND_MESSAGES,
        false => VIEW_CHANNEL | permissions::starting(kind),
    };
    if !world.may(person, parent, needed, now) {
        return Err(format!("{who} may not start such a thread here."));
    }
    let name = start.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(format!(
            "The name of a thread has 1 to {LONGEST_NAME} characters."
        ));
    }
    if let Some(from) = start.from {
        let message = world.message(parent, from);
        let written = |kind| kinds::written(kind);
        if !message.is_some_and(|m| m.only_for.is_none() && written(m.kind)) {
            return Err("No thread can be started from this message.".to_owned());
        }
        if world.channels.contains_key(&from) {
            return Err("This message has a thread already.".to_owned());
        }
    }
    let post = match channel.threads_only() {
        true => Some(first_message(world, person, channel, start, now)?),
        false => None,
    };
    let new = NewThread {
        parent,
        post: post.map(Box::new),
        tags: start.tags.to_vec(),
        from: start.from,
        kind,
        name: name.to_owned(),
        invitable: true,
        ..NewThread::default()
    };
    Ok(audited(guild, person, Action::StartThread(Box::new(new))))
}

/// Makes the message that a forum post begins with.
fn first_message(
    world: &World,
    person: Id,
    forum: &Channel,
    start: Start<'_>,
    now: Time,
) -> Result<Draft, String> {
    let content = start.content.map(str::trim).unwrap_or_default();
    if content.is_empty() || content.chars().count() > LONGEST {
        return Err(format!("A post begins with 1 to {LONGEST} characters."));
    }
    let tags = world.judge_tags(person, forum.id, start.tags, &[], now);
    tags.map_err(|fault| match fault {
        TagFault::Unknown => "This forum has no such tag.",
        TagFault::Moderated => "Only moderators may set this tag.",
        TagFault::Missing => "Posts of this forum need a tag.",
    })?;
    Ok(Draft {
        author: person,
        content: content.to_owned(),
        ..Draft::default()
    })
}

/// Makes the change of going into a thread.
pub fn join_thread(world: &World, person: Id, thread: Id, now: Time) -> Result<Change, String> {
    open(world, person, thread, now)?;
    let (user, by) = (person, person);
    Ok(Change::JoinThread { thread, user, by })
}

/// Makes the change of leaving a thread.
pub fn leave_thread(world: &World, person: Id, thread: Id, now: Time) -> Result<Change, String> {
    open(world, person, thread, now)?;
    let (user, by) = (person, person);
    Ok(Change::LeaveThread { thread, user, by })
}

/// Makes the change of bringing somebody into a thread.
pub fn add_to_thread(
    world: &World,
    person: Id,
    thread: Id,
    user: Id,
    now: Time,
) -> Result<Change, String> {
    let channel = open(world, person, thread, now)?;
    let who = world.user(person).map_or("nobody", |user| user.shown());
    let state = channel.thread.as_deref();
    let closed = channel.kind == PRIVATE_THREAD
        && state.is_some_and(|thread| !thread.invitable && thread.owner != person);
    let manages = world.may(person, thread, MANAGE_THREADS, now);
    if !world.may_write(person, thread, now) || (closed && !manages) {
        return Err(format!("{who} may not bring others in."));
    }
    let member = channel.guild.and_then(|guild| world.member(guild, user));
    member.ok_or("Only members of the guild can come in.")?;
    let by = person;
    Ok(Change::JoinThread { thread, user, by })
}

/// Makes the change of a thread's state: archived or not, locked or not.
pub fn edit_thread(
    world: &World,
    person: Id,
    thread: Id,
    edit: ThreadEdit,
    now: Time,
) -> Result<Change, String> {
    let channel = seen(world, person, thread, now)?;
    let who = world.user(person).map_or("nobody", |user| user.shown());
    let guild = channel.guild.ok_or("This is no thread.")?;
    if !world.may_edit_thread(person, thread, &edit, now) {
        return Err(format!("{who} may not do that to this thread."));
    }
    Ok(audited(guild, person, Action::EditThread(thread, edit)))
}

fn audited(guild: Id, user: Id, action: Action) -> Change {
    let by = Actor { user, reason: None };
    let action = Box::new(action);
    Change::Audited { guild, by, action }
}

fn open(world: &World, person: Id, thread: Id, now: Time) -> Result<&Channel, String> {
    let channel = seen(world, person, thread, now)?;
    match channel.is_archived() {
        true => Err("This thread is archived.".to_owned()),
        false => Ok(channel),
    }
}

fn seen(world: &World, person: Id, thread: Id, now: Time) -> Result<&Channel, String> {
    let sees = world.may(person, thread, VIEW_CHANNEL, now);
    let channel = world.channels.get(&thread).filter(|_| sees);
    let channel = channel.filter(|channel| channel.thread.is_some());
    channel.ok_or_else(|| "This thread is not there any more.".to_owned())
}
