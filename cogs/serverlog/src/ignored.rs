//! What is left out: channels with what is in them, roles and people. Who comes and leaves, acts of moderation
//! and changes of the server are never left out for whom they are about.

use cogbox_sdk::discord::{channels, members};
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// Under a guild, and under each member that is left out.
const KEY: &str = "ignored";
/// A thread, its channel, and the category of that.
const DEPTH: usize = 3;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Ignored {
    pub channels: Vec<String>,
    pub roles: Vec<String>,
}

impl Ignored {
    pub fn of(guild: &str) -> Answer<Self> {
        Ok(store::guild(guild).json(KEY)?.unwrap_or_default())
    }

    pub fn save(&self, guild: &str) -> Answer {
        let kept = store::guild(guild);
        match self.channels.is_empty() && self.roles.is_empty() {
            true => kept.delete(KEY),
            false => kept.set_json(KEY, self),
        }
    }

    /// Whether a channel is left out, or what it is in. Discord is asked only where some are.
    pub fn place(&self, channel: &str) -> bool {
        if self.channels.is_empty() {
            return false;
        }
        let mut next = Some(channel.to_string());
        for _ in 0..DEPTH {
            let Some(id) = next else { return false };
            if self.channels.contains(&id) {
                return true;
            }
            next = channels::get(&id).ok().and_then(|channel| channel.parent);
        }
        false
    }

    /// The same of a channel that is known, and may be gone.
    pub fn known_place(&self, channel: &Channel) -> bool {
        self.channels.contains(&channel.id)
            || channel
                .parent
                .as_ref()
                .is_some_and(|above| self.place(above))
    }

    /// Whether somebody with these roles is left out.
    pub fn person(&self, guild: &str, user: &str, roles: &[String]) -> Answer<bool> {
        let by_role = roles.iter().any(|role| self.roles.contains(role));
        Ok(by_role || store::member(guild, user).get(KEY)?.is_some())
    }

    /// The same of somebody whose roles are not known; Discord is asked only where roles are left out.
    pub fn stranger(&self, guild: &str, user: &str) -> Answer<bool> {
        let roles = match self.roles.is_empty() {
            true => Vec::new(),
            false => members::get(guild, user)
                .map(|member| member.roles)
                .unwrap_or_default(),
        };
        self.person(guild, user, &roles)
    }
}

/// Returns the people that are left out.
pub fn people(guild: &str) -> Answer<Vec<String>> {
    let all = store::members(guild, KEY);
    all.map(|entry| Ok(entry?.user)).collect()
}

/// Leaves these people out and no others.
pub fn set_people(guild: &str, chosen: &[String]) -> Answer {
    for user in people(guild)? {
        if !chosen.contains(&user) {
            store::member(guild, user).delete(KEY)?;
        }
    }
    for user in chosen {
        store::member(guild, user).set(KEY, "1")?;
    }
    Ok(())
}
