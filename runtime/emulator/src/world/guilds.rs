//! Changes to guilds, channels and users, as tests make them.

use std::collections::BTreeMap;

use super::members::new_member;
use super::{Demand, Event, Shape, World};
use crate::clock::Time;
use crate::model::{
    Channel, DM_CHANNEL, Guild, Overwrite, Role, Status, TEXT_CHANNEL, User, permissions,
};
use crate::snowflake::Id;

/// What the bot's own role allows in a new guild, on top of what everyone may.
const BOT_ROLE: u64 = permissions::VIEW_CHANNEL
    | permissions::SEND_MESSAGES
    | permissions::EMBED_LINKS
    | permissions::ATTACH_FILES
    | permissions::READ_MESSAGE_HISTORY
    | permissions::ADD_REACTIONS;

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
            status: Status::Online,
        };
        self.users.insert(id, user);
        id
    }

    /// Sets a user's status, and tells every guild they share with the bot.
    pub(super) fn set_status(
        &mut self,
        user: Id,
        status: Status,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let state = &mut self.users.get_mut(&user)?.status;
        if std::mem::replace(state, status) == status {
            return Some(user);
        }
        let shared = self
            .guilds
            .values()
            .filter(|g| g.members.contains_key(&user));
        events.extend(shared.map(|guild| Event::PresenceChanged {
            guild: guild.id,
            user,
        }));
        Some(user)
    }

    /// Fills a guild with people who are offline, without telling anybody: they have been there
    /// all the time.
    pub(super) fn add_crowd(&mut self, guild: Id, count: usize, now: Time) -> Option<Id> {
        self.guilds.get(&guild)?;
        let first = self.users.len();
        for n in first..first + count {
            let user = self.add_user(format!("member{n:06}"), false, now);
            self.users.get_mut(&user)?.status = Status::Offline;
            let members = &mut self.guilds.get_mut(&guild)?.members;
            members.insert(user, new_member(user, now));
        }
        Some(guild)
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
        self.leave_threads(guild, bot, events);
        self.set_voice(guild, bot, None, events);
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
            Demand::Blocked(blocked) => place.blocked = blocked,
        }
        events.push(Event::GuildChanged(guild));
        Some(guild)
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

pub(super) fn new_channel(id: Id, kind: u8, name: String) -> Channel {
    Channel {
        id,
        kind,
        name,
        ..Channel::default()
    }
}
