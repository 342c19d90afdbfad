//! What of Discord's state is kept.

/// What of Discord's state somebody needs. What nobody needs is not kept; ids and names of guilds
/// always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keeps {
    /// What guilds are called and who owns them.
    pub guilds: bool,
    /// Which channel is of which guild.
    pub channels: bool,
    /// The roles of guilds.
    pub roles: bool,
}

impl Keeps {
    /// What guilds are called and who owns them.
    pub const GUILDS: Self = Self {
        guilds: true,
        ..Self::NOTHING
    };
    /// Which channel is of which guild.
    pub const CHANNELS: Self = Self {
        channels: true,
        ..Self::NOTHING
    };
    /// The roles of guilds.
    pub const ROLES: Self = Self {
        roles: true,
        ..Self::NOTHING
    };
    const NOTHING: Self = Self {
        guilds: false,
        channels: false,
        roles: false,
    };
}

impl std::ops::BitOr for Keeps {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            guilds: self.guilds || other.guilds,
            channels: self.channels || other.channels,
            roles: self.roles || other.roles,
        }
    }
}
