//! Where the application is installed, and what people let it decide.

use super::{Channel, Guild, Person};
use crate::emulator::Emulator;
use crate::snowflake::Id;
use crate::world::Change;

impl Emulator {
    /// Opens a group direct message between people, where the bot is not.
    pub fn add_group(&self, people: &[&Person]) -> Channel {
        let people: Vec<Id> = people.iter().map(|person| person.id).collect();
        let id = self
            .hub
            .with(|state| state.apply(Change::OpenGroup { people }));
        Channel {
            hub: self.hub.clone(),
            // A group is always made.
            id: id.unwrap_or_default(),
        }
    }
}

impl Emulator {
    /// Lets the application send people back to an address when they agreed to be known to it.
    /// Returns its id and its secret.
    pub fn allows_login(&self, redirect: &str) -> (String, String) {
        let secret = "local.client.secret";
        self.hub.with(|state| {
            state.oauth.secret = secret.to_owned();
            state.oauth.redirects.push(redirect.to_owned());
            (state.world.application.id.to_string(), secret.to_owned())
        })
    }
}

impl Guild {
    /// Grants the application's commands to the guild, with or without its bot, or takes them away.
    pub fn grant_commands(&self, granted: bool) {
        let guild = self.id;
        self.hub
            .with(|state| state.apply(Change::GrantCommands { guild, granted }));
    }
}

impl Person {
    /// Installs the application for this person, who can then use it everywhere.
    pub fn installs_app(&self) {
        let user = self.id;
        self.hub
            .with(|state| state.apply(Change::InstallFor { user }));
    }

    /// Returns a Bearer token with which an application may decide, in this person's name, who
    /// uses its commands.
    pub fn bearer_token(&self) -> String {
        let token = format!("local.bearer.{}", self.id);
        self.hub
            .with(|state| state.bearers.insert(token.clone(), self.id));
        token
    }
}
