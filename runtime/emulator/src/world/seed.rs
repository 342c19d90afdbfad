//! The world at the start: one guild where one can try things at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Change, Timing, World};
use crate::clock::Time;
use crate::model::{Application, GUILD_INSTALL, permissions};
use crate::snowflake::{Id, Snowflakes};

impl World {
    /// Returns a world with the application and its bot, and nobody else.
    /// `privileged` are the privileged intent bits switched on; `seed` starts the random numbers.
    pub fn empty(bot_name: &str, privileged: u64, timing: Timing, seed: u64, now: Time) -> World {
        let mut world = World {
            application: Application {
                id: Id(0),
                name: bot_name.to_owned(),
                bot: Id(0),
                owner: Id(0),
                owner_mfa: true,
                privileged,
                integration_types: vec![GUILD_INSTALL],
                interactions_endpoint_url: None,
            },
            users: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            voice: BTreeMap::new(),
            commands: BTreeMap::new(),
            command_permissions: BTreeMap::new(),
            installed_by: BTreeSet::new(),
            interactions: BTreeMap::new(),
            uploads: BTreeMap::new(),
            command_writes: 0,
            bot_connected: false,
            now,
            attachment_limit: 10 * 1024 * 1024,
            timing,
            tokens: HashMap::new(),
            due: BTreeSet::new(),
            polls: BTreeMap::new(),
            creates: BTreeMap::new(),
            ids: Snowflakes::default(),
            random: seed,
        };
        world.application.id = world.ids.next(now);
        world.application.bot = world.add_user(bot_name.to_owned(), true, now);
        world
    }

    /// Fills an empty world with the guild "Cogbox Lab" and its people.
    pub fn settle(&mut self, now: Time) {
        let mut people = ["ann", "ben", "cleo"].map(|name| {
            let name = name.to_owned();
            self.add_user(name, false, now)
        });
        people.sort();
        let [ann, ben, cleo] = people;
        self.application.owner = ann;
        let name = "Cogbox Lab".to_owned();
        let guild = self.apply(Change::AddGuild { name, owner: ann }, now).id;
        // A guild is always made, so there is an id.
        let Some(guild) = guild else { return };
        for user in [ben, cleo] {
            self.apply(Change::AddMember { guild, user }, now);
        }
        for name in ["general", "bots"] {
            let name = name.to_owned();
            self.apply(Change::AddChannel { guild, name }, now);
        }
        let role = Change::AddRole {
            guild,
            name: "Helpers".to_owned(),
            permissions: permissions::MANAGE_MESSAGES,
        };
        self.apply(role, now);
    }
}
