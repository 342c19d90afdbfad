//! What people change about the cogs, from Discord or from the dashboard: done in one place, logged,
//! and written down for the dashboard's list.

use std::sync::Arc;
use std::time::Instant;

use cogbox_world::cogbox::host::basics::Value;
use serenity::model::id::{GuildId, UserId};

use crate::cog::Cog;
use crate::cog::keeper::{Keeper, Reloaded};
use crate::cog::shape::Refusal;
use crate::host::Services;
use crate::host::grants::Interface;
use crate::host::per_guild::Chosen;
use crate::settings::{self, SetError};
use crate::store::StoreError;
use crate::store::actions::Action;

/// Where somebody changes something from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By `/cogs`.
    Discord,
    /// On the dashboard.
    Dashboard,
}

impl By {
    /// Returns its name in the log and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Discord => "discord",
            Self::Dashboard => "dashboard",
        }
    }
}

/// Somebody who changes something, after it was checked that they may.
#[derive(Debug, Clone)]
pub struct Actor {
    /// From where.
    pub by: By,
    /// Who, where it is an account of Discord's.
    pub user: Option<UserId>,
    /// What they are called.
    pub name: String,
}

/// What one of them can do.
pub struct Actions<'a> {
    /// What it is done to.
    pub services: &'a Services,
    /// Who does it.
    pub actor: Actor,
}

impl Actions<'_> {
    /// Switches a cog on or off in a guild. Returns false where it was so already.
    pub async fn switch(&self, guild: GuildId, cog: &Cog, on: bool) -> Result<bool, StoreError> {
        let per_guild = &self.services.per_guild;
        if per_guild.is_on(&cog.identity, Some(guild)) == on {
            return Ok(false);
        }
        let chosen = Chosen {
            on: (cog.identity.everywhere != on).then_some(on),
            ..per_guild.chosen(guild, cog.name())
        };
        self.choose(guild, cog, chosen).await?;
        let what = if on { "switched on" } else { "switched off" };
        self.note(Some(guild), cog.name(), what.to_owned()).await;
        Ok(true)
    }

    /// Takes something that a cog was granted from it in a guild, or gives it back.
    pub async fn withhold(
        &self,
        guild: GuildId,
        cog: &Cog,
        ask: Interface,
        withhold: bool,
    ) -> Result<(), StoreError> {
        let mut chosen = self.services.per_guild.chosen(guild, cog.name());
        let what = match withhold {
            true => {
                chosen.withheld.insert(ask);
                "withheld"
            }
            false => {
                chosen.withheld.remove(ask);
                "restored"
            }
        };
        self.choose(guild, cog, chosen).await?;
        let what = format!("{what} `{}`", ask.name());
        self.note(Some(guild), cog.name(), what).await;
        Ok(())
    }

    /// Sets what a cog lets a guild set; none is its default.
    pub async fn set(
        &self,
        guild: GuildId,
        cog: &Cog,
        key: &str,
        value: Option<Value>,
    ) -> Result<(), SetError> {
        let (store, form) = (&self.services.store, &cog.identity.settings);
        settings::set(store, cog.name(), form, guild.get(), key, value).await?;
        // Not to what: texts of people have no place in a list that is kept for long.
        let what = format!("changed the setting `{key}`");
        self.note(Some(guild), cog.name(), what).await;
        Ok(())
    }

    /// Loads a cog's component anew.
    pub async fn reload(&self, keeper: &Keeper, name: &str) -> Result<Reloaded, Refusal> {
        let reloaded = keeper.reload(name).await;
        let what = match &reloaded {
            Ok(Reloaded::Same) => "reloaded: it was the same".to_owned(),
            Ok(Reloaded::Swapped { version }) => format!("reloaded: version {version} runs"),
            Err(refusal) => format!("wanted to reload: {}", refusal.what),
        };
        self.note(None, name, what).await;
        reloaded
    }

    /// Puts the version before of a cog back; with a digest, or how one begins, only that one.
    pub async fn roll_back(
        &self,
        keeper: &Keeper,
        name: &str,
        wanted: Option<&str>,
    ) -> Result<Arc<Cog>, Refusal> {
        let back = keeper.roll_back(name, wanted).await;
        let what = match &back {
            Ok(cog) => format!("rolled back: version {} runs", cog.shape.metadata.version),
            Err(refusal) => format!("wanted to roll back: {}", refusal.what),
        };
        self.note(None, name, what).await;
        back
    }

    /// Stops calling a cog for a while.
    pub async fn quarantine(&self, cog: &Cog) {
        cog.health.rest(Instant::now());
        self.note(None, cog.name(), "quarantined".to_owned()).await;
    }

    /// Calls a cog again that rests. Returns false where it did not.
    pub async fn release(&self, cog: &Cog) -> bool {
        let rested = cog.health.release(Instant::now());
        if rested {
            self.note(None, cog.name(), "released".to_owned()).await;
        }
        rested
    }

    async fn choose(&self, guild: GuildId, cog: &Cog, chosen: Chosen) -> Result<(), StoreError> {
        let services = self.services;
        services.per_guild.choose(guild, cog.name(), chosen).await?;
        services.guild_commands.due().guilds([guild]);
        Ok(())
    }

    /// Notes what was done. That it can't be written down is only logged.
    pub async fn note(&self, guild: Option<GuildId>, cog: &str, what: String) {
        let guild = guild.map(GuildId::get);
        let Actor { by, user, name } = &self.actor;
        let (by, user) = (by.name(), user.map(UserId::get));
        tracing::info!(by, user, guild, cog, "{what}");
        let action = Action {
            at: self.services.clock.now(),
            by: by.to_owned(),
            user: user.unwrap_or_default(),
            name: name.clone(),
            guild: guild.unwrap_or_default(),
            cog: cog.to_owned(),
            what,
        };
        if let Err(error) = self.services.store.acted(&action).await {
            tracing::warn!(%error, "who changed something can't be written down");
        }
    }
}
