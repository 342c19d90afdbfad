//! Users: people and bots.

use crate::snowflake::Id;

/// A user account.
#[derive(Clone, Debug)]
pub struct User {
    pub id: Id,
    /// The unique name, as in `@ann`.
    pub username: String,
    /// The name shown in place of the username, if one was chosen.
    pub global_name: Option<String>,
    pub bot: bool,
    /// Whether they take no direct messages from the bot.
    pub blocks_bot: bool,
    /// The client's language, for instance `en-US`.
    pub locale: String,
}

impl User {
    /// Returns the name a client shows.
    pub fn shown(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }
}
