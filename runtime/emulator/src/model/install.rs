//! How an application came to where it is used: with a guild, with a user, or with both.

use crate::snowflake::Id;

/// The installation type of a guild, and that of a user, by Discord's numbers.
pub const GUILD_INSTALL: u64 = 0;
pub const USER_INSTALL: u64 = 1;

/// The installations that an interaction goes by: Discord's authorizing integration owners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Installs {
    /// The guild; 0 for direct messages with the bot.
    pub guild: Option<Id>,
    /// Who installed the application for themselves.
    pub user: Option<Id>,
}

impl Installs {
    pub fn any(self) -> bool {
        self.guild.is_some() || self.user.is_some()
    }

    /// Tells whether there is nothing but a user's own installation.
    pub fn only_user(self) -> bool {
        self.guild.is_none() && self.user.is_some()
    }
}
