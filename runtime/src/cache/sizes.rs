//! How large the guilds are, for numbers over all of them.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serenity::model::id::GuildId;

use super::{Cache, Gone};

/// How large a guild is, as far as Discord said.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Size {
    /// Its channels, without threads.
    pub(super) channels: u32,
    /// Its members.
    pub(super) members: u32,
}

/// What a guild says of its size when it is shown.
#[derive(Deserialize)]
struct Counts {
    id: GuildId,
    #[serde(default)]
    unavailable: bool,
    name: Option<String>,
    member_count: u32,
    channels: Vec<IgnoredAny>,
}

/// Returns which guild is shown, and how large it is where it says so.
pub(super) fn shown(raw: &str) -> Result<(Gone, Option<Size>), serde_json::Error> {
    match serde_json::from_str::<Counts>(raw) {
        Ok(counts) => {
            let size = Size {
                channels: counts.channels.len() as u32,
                members: counts.member_count,
            };
            let gone = Gone {
                id: counts.id,
                unavailable: counts.unavailable,
                name: counts.name,
            };
            Ok((gone, Some(size)))
        }
        // An update says nothing of it, and neither does an outage.
        Err(_) => Ok((serde_json::from_str(raw)?, None)),
    }
}

impl Cache {
    /// Returns how many members a guild has, as far as Discord said.
    pub fn members_of(&self, guild: GuildId) -> Option<u32> {
        self.read().sizes.get(&guild).map(|size| size.members)
    }

    /// Returns how many channels and members all guilds have together. `None` while that of one is
    /// not known: after a restart that resumed, Discord does not show them again.
    pub fn sizes(&self) -> Option<(u64, u64)> {
        let inner = self.read();
        let mut all = inner.guilds.keys().chain(inner.unseen.keys());
        all.try_fold((0, 0), |(channels, members), guild| {
            let size = inner.sizes.get(guild)?;
            Some((
                channels + u64::from(size.channels),
                members + u64::from(size.members),
            ))
        })
    }
}
