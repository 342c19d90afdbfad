//! Members of a guild: who comes, changes and goes.

use std::collections::BTreeSet;

use serde_json::json;

use super::audit::{self, Note};
use super::moderation::Done;
use super::{Event, MemberEdit, World};
use crate::clock::Time;
use crate::model::{Member, member_flags};
use crate::snowflake::Id;

impl World {
    pub(super) fn add_member(
        &mut self,
        guild: Id,
        user: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        self.users.get(&user)?;
        let bot = self.application.bot;
        let place = self.guilds.get_mut(&guild)?;
        if place.members.contains_key(&user) {
            return Some(user);
        }
        if place.bans.contains_key(&user) {
            return None;
        }
        let mut member = new_member(user, now);
        member.pending = place.screening && user != bot;
        if place.left.contains(&user) {
            member.flags |= member_flags::DID_REJOIN;
        }
        place.members.insert(user, member);
        place.commands |= user == bot;
        events.push(if user == bot {
            Event::GuildCreated(guild)
        } else {
            Event::MemberAdded { guild, user }
        });
        Some(user)
    }

    pub(super) fn time_out(
        &mut self,
        guild: Id,
        user: Id,
        until: Option<Time>,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let member = self.guilds.get_mut(&guild)?.members.get_mut(&user)?;
        member.timed_out_until = until;
        events.push(Event::MemberChanged { guild, user });
        if until.is_some() {
            self.set_voice(guild, user, None, events);
        }
        Some(user)
    }

    pub(super) fn pass_screening(
        &mut self,
        guild: Id,
        user: Id,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let member = self.guilds.get_mut(&guild)?.members.get_mut(&user)?;
        if std::mem::take(&mut member.pending) {
            events.push(Event::MemberChanged { guild, user });
        }
        Some(user)
    }

    /// Roles are noted apart from the rest, as additions and removals.
    pub(super) fn edit_member(
        &mut self,
        guild: Id,
        user: Id,
        edit: MemberEdit,
        events: &mut Vec<Event>,
    ) -> Done {
        let place = self.guilds.get_mut(&guild)?;
        let member = place.members.get_mut(&user)?;
        let (old, old_roles) = (audit::member(member), member.roles.clone());
        let told_in_voice = edit.mute.is_some() || edit.deaf.is_some();
        let out_of_voice = edit.timed_out_until.flatten().is_some();
        edit.apply(member);
        let update = Note::of(audit::MEMBER_UPDATE, user).changing(old, audit::member(member));
        let mut roles = Note::of(audit::MEMBER_ROLE_UPDATE, user);
        for (key, more, fewer) in [
            ("$add", &member.roles, &old_roles),
            ("$remove", &old_roles, &member.roles),
        ] {
            let names = more.difference(fewer).filter_map(|id| place.roles.get(id));
            let names: Vec<_> = names
                .map(|role| json!({"id": role.id, "name": role.name}))
                .collect();
            if !names.is_empty() {
                roles.changes.push(json!({"key": key, "new_value": names}));
            }
        }
        let notes = [update, roles].into_iter();
        let notes: Vec<Note> = notes.filter(|note| !note.changes.is_empty()).collect();
        if !notes.is_empty() {
            events.push(Event::MemberChanged { guild, user });
            events.push(Event::CommandsChanged);
        }
        if out_of_voice {
            self.set_voice(guild, user, None, events);
        } else if told_in_voice {
            self.tell_voice(guild, user, events);
        }
        Some((user, notes))
    }

    /// Takes a member out of a guild, for whatever reason. The owner stays.
    pub(super) fn remove_member(
        &mut self,
        guild: Id,
        user: Id,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        if user == self.application.bot {
            return self.remove_bot(guild, events);
        }
        let place = self.guilds.get_mut(&guild)?;
        if place.owner == user {
            return None;
        }
        place.members.remove(&user)?;
        place.left.insert(user);
        self.set_voice(guild, user, None, events);
        self.leave_threads(guild, user, events);
        events.push(Event::MemberRemoved { guild, user });
        events.push(Event::CommandsChanged);
        Some(user)
    }
}

pub(super) fn new_member(user: Id, now: Time) -> Member {
    Member {
        user,
        nick: None,
        roles: BTreeSet::new(),
        joined_at: now,
        timed_out_until: None,
        pending: false,
        mute: false,
        deaf: false,
        flags: 0,
    }
}
