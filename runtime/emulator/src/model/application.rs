//! The application: what a developer registers, and what a bot user belongs to.

use crate::snowflake::Id;

/// The one application this local Discord knows, and its bot.
#[derive(Clone, Debug)]
pub struct Application {
    pub id: Id,
    pub name: String,
    /// The bot's user.
    pub bot: Id,
    /// The person who registered the application.
    pub owner: Id,
    /// Whether the owner uses two-factor authentication, which some guilds ask of moderators.
    pub owner_mfa: bool,
    /// The privileged gateway intents that are switched on, as intent bits.
    pub privileged: u64,
    /// Where it can be installed: 0 to a guild, 1 to a user.
    pub integration_types: Vec<u64>,
    /// Where interactions are sent in place of the gateway. Nothing is sent there; it is here to
    /// show a bot that has set it what it then misses.
    pub interactions_endpoint_url: Option<String>,
}

impl Application {
    /// Returns the application's public flags, which tell the privileged intents switched on.
    pub fn flags(&self) -> u64 {
        use crate::model::intents::{GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT};
        [
            (GUILD_PRESENCES, 1 << 13),
            (GUILD_MEMBERS, 1 << 15),
            (MESSAGE_CONTENT, 1 << 19),
        ]
        .into_iter()
        .filter(|(intent, _)| self.privileged & intent != 0)
        .fold(0, |flags, (_, flag)| flags | flag)
    }
}
