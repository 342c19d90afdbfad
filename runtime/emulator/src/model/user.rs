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
    /// Whether they are there, as others see it.
    pub status: Status,
}

/// What a client shows beside a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Online,
    Idle,
    DoNotDisturb,
    Offline,
}

impl Status {
    /// Returns Discord's name for the status.
    pub fn name(self) -> &'static str {
        match self {
            Status::Online => "online",
            Status::Idle => "idle",
            Status::DoNotDisturb => "dnd",
            Status::Offline => "offline",
        }
    }
}

impl User {
    /// Returns the name a client shows.
    pub fn shown(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }
}
