//! Discord's permissions by name.
//!
//! The contract writes a set of them as a decimal number in a string, so that bits unknown
//! here survive. Names and bits: Discord's documentation, "Permissions".

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// A set of permissions. Bits that have no name here are kept.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Permissions(u128);

macro_rules! named {
    ($($name:ident = $bit:literal,)+) => {
        /// One constant for each permission, by Discord's name.
        #[allow(missing_docs)]
        impl Permissions {
            $(pub const $name: Permissions = Permissions(1 << $bit);)+
        }
        const NAMES: &[(&str, Permissions)] = &[$((stringify!($name), Permissions::$name),)+];
    };
}

named! {
    CREATE_INSTANT_INVITE = 0, KICK_MEMBERS = 1, BAN_MEMBERS = 2, ADMINISTRATOR = 3,
    MANAGE_CHANNELS = 4, MANAGE_GUILD = 5, ADD_REACTIONS = 6, VIEW_AUDIT_LOG = 7,
    PRIORITY_SPEAKER = 8, STREAM = 9, VIEW_CHANNEL = 10, SEND_MESSAGES = 11,
    SEND_TTS_MESSAGES = 12, MANAGE_MESSAGES = 13, EMBED_LINKS = 14, ATTACH_FILES = 15,
    READ_MESSAGE_HISTORY = 16, MENTION_EVERYONE = 17, USE_EXTERNAL_EMOJIS = 18,
    VIEW_GUILD_INSIGHTS = 19, CONNECT = 20, SPEAK = 21, MUTE_MEMBERS = 22,
    DEAFEN_MEMBERS = 23, MOVE_MEMBERS = 24, USE_VAD = 25, CHANGE_NICKNAME = 26,
    MANAGE_NICKNAMES = 27, MANAGE_ROLES = 28, MANAGE_WEBHOOKS = 29,
    MANAGE_GUILD_EXPRESSIONS = 30, USE_APPLICATION_COMMANDS = 31, REQUEST_TO_SPEAK = 32,
    MANAGE_EVENTS = 33, MANAGE_THREADS = 34, CREATE_PUBLIC_THREADS = 35,
    CREATE_PRIVATE_THREADS = 36, USE_EXTERNAL_STICKERS = 37, SEND_MESSAGES_IN_THREADS = 38,
    USE_EMBEDDED_ACTIVITIES = 39, MODERATE_MEMBERS = 40,
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 41, USE_SOUNDBOARD = 42,
    CREATE_GUILD_EXPRESSIONS = 43, CREATE_EVENTS = 44, USE_EXTERNAL_SOUNDS = 45,
    SEND_VOICE_MESSAGES = 46, SEND_POLLS = 49, USE_EXTERNAL_APPS = 50, PIN_MESSAGES = 51,
    BYPASS_SLOWMODE = 52,
}

impl Permissions {
    /// No permission at all.
    pub const NONE: Permissions = Permissions(0);

    /// What moderates or administrates. No cog gives it to people without its `hand-out` power, and no
    /// member should get it by a button.
    pub const DANGEROUS: Permissions = Permissions(
        Self::ADMINISTRATOR.0
            | Self::KICK_MEMBERS.0
            | Self::BAN_MEMBERS.0
            | Self::MODERATE_MEMBERS.0
            | Self::MANAGE_GUILD.0
            | Self::MANAGE_CHANNELS.0
            | Self::MANAGE_ROLES.0
            | Self::MANAGE_MESSAGES.0
            | Self::MANAGE_THREADS.0
            | Self::MANAGE_WEBHOOKS.0
            | Self::MANAGE_GUILD_EXPRESSIONS.0
            | Self::MANAGE_EVENTS.0
            | Self::MANAGE_NICKNAMES.0
            | Self::MUTE_MEMBERS.0
            | Self::DEAFEN_MEMBERS.0
            | Self::MOVE_MEMBERS.0
            | Self::MENTION_EVERYONE.0
            | Self::VIEW_AUDIT_LOG.0,
    );

    /// Reads a set as the contract writes it. What is no number reads as none, so that a
    /// check fails closed.
    pub fn read(digits: &str) -> Self {
        Permissions(digits.parse().unwrap_or(0))
    }

    /// Whether every one of `others` is in the set, or the set has `ADMINISTRATOR`.
    pub fn allow(self, others: Permissions) -> bool {
        let all = self.0 & others.0 == others.0;
        all || self.0 & Self::ADMINISTRATOR.0 != 0
    }

    /// Returns those that are in both sets.
    pub fn among(self, others: Permissions) -> Permissions {
        Permissions(self.0 & others.0)
    }

    /// Names what is in the set, in Discord's order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES
            .iter()
            .filter(move |(_, one)| self.0 & one.0 != 0)
            .map(|(name, _)| *name)
    }
}

impl BitOr for Permissions {
    type Output = Permissions;

    fn bitor(self, other: Self) -> Self {
        Permissions(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The decimal number that the contract wants.
impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_bits_survive_the_round_trip() {
        let digits = "340282366920938463463374607431768211455";
        assert_eq!(Permissions::read(digits).to_string(), digits);
        assert_eq!(Permissions::read("no number"), Permissions::NONE);
    }

    #[test]
    fn administrators_may_do_everything() {
        let two = Permissions::MANAGE_GUILD | Permissions::BAN_MEMBERS;
        assert!(two.allow(Permissions::BAN_MEMBERS));
        assert!(!two.allow(Permissions::BAN_MEMBERS | Permissions::KICK_MEMBERS));
        assert!(Permissions::ADMINISTRATOR.allow(two));
        assert!(two.allow(Permissions::NONE));
        let dangerous = (two | Permissions::SPEAK).among(Permissions::DANGEROUS);
        assert_eq!(dangerous, two);
        assert_eq!(format!("{two:?}"), r#"{"BAN_MEMBERS", "MANAGE_GUILD"}"#);
    }
}
