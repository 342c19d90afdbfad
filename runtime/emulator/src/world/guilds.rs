//! Changes to guilds, roles, members, channels and users.

use std::collections::{BTreeMap, BTreeSet};

use super::{Demand, Event, Shape, World};
use crate::clock::Time;
use crate::model::{
    Channel, DM_CHANNEL, Guild, Member, Overwrite, Role, TEXT_CHANNEL, User, permissions,
};
use crate::snowflake::Id;

/// What the bot's own role allows in a new guild, on top of what everyone may.
const BOT_ROLE: u64 = permissions::VIEW_CHANNEL
    | permissions::SEND_MESSAGES
    | permissions::EMBED_LINKS
    | permissions::ATTACH_FILES
    | permissions::READ_MESSAGE_HISTORY
    | permissions::ADD_REACTIONS;

/// Where a new role stands: at the bottom, below all that were there before it.
pub(super) const NEW_ROLE: u64 = 1;

impl World {
    pub(super) fn add_user(&mut self, name: String, bot: bool, now: Time) -> Id {
        let id = self.ids.next(now);
        let user = User {
            id,
            username: name,
            global_name: None,
            bot,
            blocks_bot: false,
            locale: "en-US".to_owned(),
        };
        self.users.insert(id, user);
        id
    }

    pub(super) fn set_locale(&mut self, user: Id, locale: String) -> Option<Id> {
        self.users.get_mut(&user)?.locale = locale;
        Some(user)
    }

    pub(super) fn add_guild(
        &mut self,
        name: String,
        owner: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Id {
        let id = self.ids.next_guild(now);
        let everyone = Role {
            id,
            name: "@everyone".to_owned(),
            permissions: permissions::EVERYONE,
            position: 0,
            ..Role::default()
        };
        let bot = self.application.bot;
        let bot_role = Role {
            id: self.ids.next(now),
            name: self.application.name.clone(),
            permissions: BOT_ROLE,
            position: 1,
            managed: true,
            bot: Some(bot),
            ..Role::default()
        };
        let mut members = BTreeMap::new();
        members.insert(owner, new_member(owner, now));
        let mut bot_member = new_member(bot, now);
        bot_member.roles.insert(bot_role.id);
        members.insert(bot, bot_member);
        let guild = Guild {
            id,
            name,
            owner,
            locale: "en-US".to_owned(),
            roles: [everyone, bot_role].map(|role| (role.id, role)).into(),
            members,
            afk_timeout: 300,
            commands: true,
            available: true,
            ..Guild::default()
        };
        self.guilds.insert(id, guild);
        events.push(Event::GuildCreated(id));
        id
    }

    pub(super) fn remove_bot(&mut self, guild: Id, events: &mut Vec<Event>) -> Option<Id> {
        let bot = self.application.bot;
        let place = self.guilds.get_mut(&guild)?;
        place.members.remove(&bot)?;
        // A kick ends the whole integration.
        place.commands = false;
        events.push(Event::GuildGone {
            guild,
            unavailable: false,
        });
        Some(guild)
    }

    pub(super) fn set_available(
        &mut self,
        guild: Id,
        available: bool,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let state = &mut self.guilds.get_mut(&guild)?.available;
        if *state != available {
            *state = available;
            events.push(match available {
                true => Event::GuildCreated(guild),
                false => Event::GuildGone {
                    guild,
                    unavailable: true,
                },
            });
        }
        Some(guild)
    }

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
        place.members.insert(user, member);
        place.commands |= user == bot;
        events.push(if user == bot {
            Event::GuildCreated(guild)
        } else {
            Event::MemberAdded { guild, user }
        });
        Some(user)
    }

    pub(super) fn demand(
        &mut self,
        guild: Id,
        demand: Demand,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.guilds.get_mut(&guild)?;
        match demand {
            Demand::Mfa(mfa) => place.mfa = mfa,
            Demand::Screening(screening) => place.screening = screening,
        }
        events.push(Event::GuildChanged(guild));
        Some(guild)
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
        Some(user)
    }

    pub(super) fn add_role(
        &mut self,
        guild: Id,
        name: String,
        permissions: u64,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let id = self.ids.next(now);
        let roles = &mut self.guilds.get_mut(&guild)?.roles;
        let role = Role {
            id,
            name,
            permissions,
            position: NEW_ROLE,
            ..Role::default()
        };
        roles.insert(id, role);
        events.push(Event::RoleCreated { guild, role: id });
        Some(id)
    }

    pub(super) fn set_role(
        &mut self,
        guild: Id,
        role: Id,
        permissions: u64,
        mentionable: bool,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let state = self.guilds.get_mut(&guild)?.roles.get_mut(&role)?;
        state.permissions = permissions;
        state.mentionable = mentionable;
        events.push(Event::RoleChanged { guild, role });
        events.push(Event::CommandsChanged);
        Some(role)
    }

    pub(super) fn give_role(
        &mut self,
        guild: Id,
        user: Id,
        role: Id,
        give: bool,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.guilds.get_mut(&guild)?;
        place.roles.get(&role)?;
        let roles = &mut place.members.get_mut(&user)?.roles;
        let changed = match give {
            true => roles.insert(role),
            false => roles.remove(&role),
        };
        if changed {
            events.push(Event::MemberChanged { guild, user });
            events.push(Event::CommandsChanged);
        }
        Some(role)
    }

    pub(super) fn add_channel(
        &mut self,
        guild: Id,
        name: String,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let id = self.ids.next(now);
        let channels = &mut self.guilds.get_mut(&guild)?.channels;
        let channel = Channel {
            position: channels.len() as u64,
            guild: Some(guild),
            ..new_channel(id, TEXT_CHANNEL, name)
        };
        channels.push(id);
        self.channels.insert(id, channel);
        events.push(Event::ChannelCreated(id));
        Some(id)
    }

    pub(super) fn set_overwrite(
        &mut self,
        channel: Id,
        overwrite: Overwrite,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let overwrites = &mut self.channels.get_mut(&channel)?.overwrites;
        overwrites.retain(|other| (other.target, other.kind) != (overwrite.target, overwrite.kind));
        overwrites.push(overwrite);
        events.push(Event::ChannelChanged(channel));
        events.push(Event::CommandsChanged);
        Some(channel)
    }

    pub(super) fn shape_channel(
        &mut self,
        channel: Id,
        shape: Shape,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.channels.get_mut(&channel)?;
        match shape {
            Shape::Kind(kind) => place.kind = kind,
            Shape::AgeRestricted(nsfw) => place.nsfw = nsfw,
            Shape::SlowMode(seconds) => place.slow_mode = seconds,
        }
        events.push(Event::ChannelChanged(channel));
        events.push(Event::CommandsChanged);
        Some(channel)
    }

    pub(super) fn block_bot(&mut self, person: Id, blocks: bool) -> Option<Id> {
        self.users.get_mut(&person)?.blocks_bot = blocks;
        Some(person)
    }

    pub(super) fn open_dm(&mut self, person: Id, now: Time, events: &mut Vec<Event>) -> Id {
        let with = |channel: &&Channel| channel.recipient == Some(person);
        if let Some(channel) = self.channels.values().find(with) {
            return channel.id;
        }
        let id = self.ids.next(now);
        let channel = Channel {
            recipient: Some(person),
            ..new_channel(id, DM_CHANNEL, String::new())
        };
        self.channels.insert(id, channel);
        events.push(Event::ChannelCreated(id));
        id
    }
}

fn new_member(user: Id, now: Time) -> Member {
    Member {
        user,
        nick: None,
        roles: BTreeSet::new(),
        joined_at: now,
        timed_out_until: None,
        pending: false,
        flags: 0,
    }
}

pub(super) fn new_channel(id: Id, kind: u8, name: String) -> Channel {
    Channel {
        id,
        kind,
        name,
        ..Channel::default()
    }
}
