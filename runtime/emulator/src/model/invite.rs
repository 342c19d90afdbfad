//! Invites to a guild.

use std::time::Duration;

use crate::clock::Time;
use crate::snowflake::Id;

/// An invite. Its code is its name in the guild.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Names it inside; people see its code.
    pub id: Id,
    pub code: String,
    pub channel: Id,
    pub inviter: Id,
    pub created: Time,
    /// Seconds from its creation; 0 for ever.
    pub max_age: u64,
    /// 0 for any number.
    pub max_uses: u64,
    pub uses: u64,
    pub temporary: bool,
}

impl Invite {
    /// Returns when it ends; None for never.
    pub fn expires(&self) -> Option<Time> {
        let life = (self.max_age > 0).then(|| Duration::from_secs(self.max_age))?;
        Some(self.created.plus(life))
    }

    /// Tells whether it can be used at `now`.
    pub fn is_good(&self, now: Time) -> bool {
        self.expires().is_none_or(|end| end > now)
            && (self.max_uses == 0 || self.uses < self.max_uses)
    }
}
