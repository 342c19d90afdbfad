//! Somebody at the door, and what they may.

use std::collections::BTreeSet;

use serenity::model::id::{GuildId, UserId};

use crate::store::logins::{Digest, Session};

/// What somebody may. Each includes what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum May {
    /// Nothing that is not for anybody.
    Nothing,
    /// See everything.
    View,
    /// Do everything.
    Administer,
}

/// Somebody who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Who they are, where somebody says so.
    pub name: Option<String>,
    /// Who they are at Discord, if they logged in there.
    pub user: Option<UserId>,
    /// What they may.
    pub may: May,
    /// The guilds whose pages they may see, whatever else they may.
    pub guilds: BTreeSet<GuildId>,
    /// What they are logged in with, if it is Cogbox's own login.
    pub session: Option<Digest>,
}

impl Visitor {
    /// Returns somebody of whom nothing is known.
    pub fn nobody() -> Self {
        Self {
            name: None,
            user: None,
            may: May::Nothing,
            guilds: BTreeSet::new(),
            session: None,
        }
    }

    /// Returns who needs no login.
    pub fn operator() -> Self {
        Self {
            may: May::Administer,
            ..Self::nobody()
        }
    }

    /// Returns who is logged in: with the dashboard's token, or by Discord.
    pub fn logged_in(digest: Digest, session: Session) -> Self {
        let known = match session.person {
            None => Self::operator(),
            Some(person) => Self {
                name: Some(person.name),
                user: Some(person.user),
                guilds: person.guilds,
                ..Self::nobody()
            },
        };
        Self {
            session: Some(digest),
            ..known
        }
    }

    /// Tells whether somebody logged in by Discord.
    pub fn is_member(&self) -> bool {
        self.user.is_some()
    }

    /// Tells whether somebody may change what the cogs do in a guild, or in one that can't be: the
    /// route says that to who may change all.
    pub fn changes(&self, guild: Option<GuildId>) -> bool {
        self.may >= May::Administer || self.manages(guild)
    }

    /// Tells whether somebody may see a guild's page, or that of one that can't be.
    pub fn sees(&self, guild: Option<GuildId>) -> bool {
        self.may >= May::View || self.manages(guild)
    }

    fn manages(&self, guild: Option<GuildId>) -> bool {
        guild.is_some_and(|guild| self.guilds.contains(&guild))
    }
}
