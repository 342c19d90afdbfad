//! Guilds, channels and people, found by name.

use std::sync::Arc;

use super::Person;
use crate::emulator::Emulator;
use crate::hub::{Hub, State};
use crate::model::{Overwrite, OverwriteKind};
use crate::snowflake::Id;
use crate::world::{Change, Shape};

/// A guild, by handle.
#[derive(Clone)]
pub struct Guild {
    pub(super) hub: Arc<Hub>,
    pub id: Id,
}

/// A channel, by handle.
#[derive(Clone)]
pub struct Channel {
    pub(super) hub: Arc<Hub>,
    pub id: Id,
}

impl Emulator {
    /// Returns the guild with this name.
    #[track_caller]
    pub fn guild(&self, name: &str) -> Guild {
        let id = self.hub.with_quietly(|state| {
            let guilds = &state.world.guilds;
            let found = guilds
                .values()
                .find(|guild| guild.name == name)
                .map(|guild| guild.id);
            found.ok_or_else(|| names(guilds.values().map(|guild| guild.name.as_str())))
        });
        let id = id.unwrap_or_else(|names| panic!("no guild is named {name}; there are {names}"));
        Guild {
            hub: self.hub.clone(),
            id,
        }
    }

    /// Returns the person with this username.
    #[track_caller]
    pub fn person(&self, name: &str) -> Person {
        let id = self.hub.with_quietly(|state| find_person(state, name));
        let id = id.unwrap_or_else(|names| panic!("nobody is named {name}; there are {names}"));
        Person {
            hub: self.hub.clone(),
            id,
        }
    }

    /// Adds a person who is in no guild yet.
    pub fn add_person(&self, name: &str) -> Person {
        self.add_user(name, false)
    }

    /// Adds another bot, which can do what people can.
    pub fn add_bot(&self, name: &str) -> Person {
        self.add_user(name, true)
    }

    fn add_user(&self, name: &str, bot: bool) -> Person {
        let name = name.to_owned();
        let id = self
            .hub
            .with(|state| state.apply(Change::AddUser { name, bot }));
        Person {
            hub: self.hub.clone(),
            // A user is always made.
            id: id.unwrap_or_default(),
        }
    }

    /// Adds a guild with the bot, channels and people in it; the first person owns it.
    #[track_caller]
    pub fn add_guild(&self, name: &str, channels: &[&str], people: &[&str]) -> Guild {
        let made = self.hub.with(|state| {
            let people = people.iter().map(|name| find_person(state, name));
            let people = people.collect::<Result<Vec<Id>, String>>()?;
            let owner = *people.first().ok_or("none: a guild needs an owner")?;
            let name = name.to_owned();
            let guild = state
                .apply(Change::AddGuild { name, owner })
                .unwrap_or_default();
            for user in people {
                state.apply(Change::AddMember { guild, user });
            }
            for name in channels {
                let name = (*name).to_owned();
                state.apply(Change::AddChannel { guild, name });
            }
            Ok::<Id, String>(guild)
        });
        let id = made.unwrap_or_else(|names| panic!("cannot add {name}; the people are {names}"));
        Guild {
            hub: self.hub.clone(),
            id,
        }
    }
}

impl Guild {
    /// Returns the channel with this name.
    #[track_caller]
    pub fn channel(&self, name: &str) -> Channel {
        let found = self.hub.with_quietly(|state| {
            let ids = state
                .world
                .guilds
                .get(&self.id)
                .map(|guild| guild.channels.as_slice());
            let channels = ids.unwrap_or_default().iter();
            let channels = channels.filter_map(|id| state.world.channels.get(id));
            let found = channels.clone().find(|channel| channel.name == name);
            let found = found.map(|channel| channel.id);
            found.ok_or_else(|| names(channels.map(|channel| channel.name.as_str())))
        });
        let id = found.unwrap_or_else(|names| panic!("no channel #{name}; there are {names}"));
        Channel {
            hub: self.hub.clone(),
            id,
        }
    }

    /// Adds a text channel.
    pub fn add_channel(&self, name: &str) -> Channel {
        let (guild, name) = (self.id, name.to_owned());
        let id = self
            .hub
            .with(|state| state.apply(Change::AddChannel { guild, name }));
        Channel {
            hub: self.hub.clone(),
            id: id.unwrap_or_default(),
        }
    }

    /// Adds a role with the given permission bits and returns its id.
    pub fn add_role(&self, name: &str, permissions: u64) -> Id {
        let (guild, name) = (self.id, name.to_owned());
        let change = Change::AddRole {
            guild,
            name,
            permissions,
        };
        self.hub
            .with(|state| state.apply(change))
            .unwrap_or_default()
    }

    /// Returns the role with this name; `@everyone` is one of them.
    #[track_caller]
    pub fn role(&self, name: &str) -> Id {
        let found = self.hub.with_quietly(|state| {
            let roles = state.world.guilds.get(&self.id).map(|guild| &guild.roles);
            let roles = roles.into_iter().flat_map(|roles| roles.values());
            let found = roles
                .clone()
                .find(|role| role.name == name)
                .map(|role| role.id);
            found.ok_or_else(|| names(roles.map(|role| role.name.as_str())))
        });
        found.unwrap_or_else(|names| panic!("no role is named {name}; there are {names}"))
    }

    /// Sets a role's permission bits, and whether everyone may mention it.
    #[track_caller]
    pub fn set_role(&self, name: &str, permissions: u64, mentionable: bool) {
        let (guild, role) = (self.id, self.role(name));
        let change = Change::SetRole {
            guild,
            role,
            permissions,
            mentionable,
        };
        self.hub.with(|state| state.apply(change));
    }

    /// Gives a member a role.
    #[track_caller]
    pub fn give_role(&self, person: &Person, name: &str) {
        let (guild, user, role) = (self.id, person.id, self.role(name));
        self.hub
            .with(|state| state.apply(Change::GiveRole { guild, user, role }));
    }

    /// Takes a role from a member.
    #[track_caller]
    pub fn take_role(&self, person: &Person, name: &str) {
        let (guild, user, role) = (self.id, person.id, self.role(name));
        self.hub
            .with(|state| state.apply(Change::TakeRole { guild, user, role }));
    }

    /// Lets a person join.
    pub fn add_member(&self, person: &Person) {
        let (guild, user) = (self.id, person.id);
        self.hub
            .with(|state| state.apply(Change::AddMember { guild, user }));
    }

    /// Removes the bot, as a kick does.
    pub fn remove_bot(&self) {
        let guild = self.id;
        self.hub
            .with(|state| state.apply(Change::RemoveBot { guild }));
    }

    /// Begins an outage of the guild, or ends it.
    pub fn set_available(&self, available: bool) {
        let guild = self.id;
        self.hub
            .with(|state| state.apply(Change::SetAvailable { guild, available }));
    }
}

impl Channel {
    /// Allows and denies permission bits to everyone in this channel.
    pub fn set_everyone(&self, allow: u64, deny: u64) {
        let target = self.hub.with_quietly(|state| {
            state
                .world
                .channels
                .get(&self.id)
                .and_then(|channel| channel.guild)
        });
        if let Some(target) = target {
            self.overwrite(target, OverwriteKind::Role, allow, deny);
        }
    }

    /// Allows and denies permission bits to the bot in this channel.
    pub fn set_bot(&self, allow: u64, deny: u64) {
        let bot = self.hub.with_quietly(|state| state.world.application.bot);
        self.overwrite(bot, OverwriteKind::Member, allow, deny);
    }

    /// Allows and denies permission bits to one person in this channel.
    pub fn set_person(&self, person: &Person, allow: u64, deny: u64) {
        self.overwrite(person.id, OverwriteKind::Member, allow, deny);
    }

    /// Allows and denies permission bits to a role in this channel.
    #[track_caller]
    pub fn set_role(&self, name: &str, allow: u64, deny: u64) {
        let role = self.hub.with_quietly(|state| {
            let channel = state.world.channels.get(&self.id);
            let guild = state.world.guilds.get(&channel?.guild?)?;
            let role = guild.roles.values().find(|role| role.name == name);
            role.map(|role| role.id)
        });
        let role =
            role.unwrap_or_else(|| panic!("no role of this channel's guild is named {name}"));
        self.overwrite(role, OverwriteKind::Role, allow, deny);
    }

    /// Makes it another type of channel, by Discord's number: 5 is an announcement channel, 15 a
    /// forum.
    pub fn set_kind(&self, kind: u8) {
        self.shape(Shape::Kind(kind));
    }

    /// Makes it age-restricted, or not.
    pub fn set_nsfw(&self, nsfw: bool) {
        self.shape(Shape::AgeRestricted(nsfw));
    }

    /// Lets people wait so many seconds between two messages; bots never wait.
    pub fn set_slow_mode(&self, seconds: u64) {
        self.shape(Shape::SlowMode(seconds));
    }

    fn shape(&self, shape: Shape) {
        let channel = self.id;
        self.hub
            .with(|state| state.apply(Change::ShapeChannel { channel, shape }));
    }

    fn overwrite(&self, target: Id, kind: OverwriteKind, allow: u64, deny: u64) {
        let overwrite = Overwrite {
            target,
            kind,
            allow,
            deny,
        };
        let channel = self.id;
        self.hub
            .with(|state| state.apply(Change::SetOverwrite { channel, overwrite }));
    }
}

fn find_person(state: &State, name: &str) -> Result<Id, String> {
    let people = state.world.users.values().filter(|user| !user.bot);
    let found = people
        .clone()
        .find(|user| user.username == name)
        .map(|user| user.id);
    found.ok_or_else(|| names(people.map(|user| user.username.as_str())))
}

pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
