//! What the admins of a guild chose for each cog: whether it is on there, and what of its grants is
//! withheld. The operator's configuration is the rule, and what was chosen is kept in memory whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};

use serenity::model::id::GuildId;

use super::Identity;
use super::grants::{Interface, Interfaces};
use crate::store::{ChosenRow, Store, StoreError};

/// What was chosen for one cog in one guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Whether it is on; `None` leaves that to the operator.
    pub on: Option<bool>,
    /// What it was granted and may not do here.
    pub withheld: Interfaces,
}

/// What was chosen, of all guilds. One for the process.
pub struct PerGuild {
    store: Store,
    chosen: RwLock<HashMap<GuildId, BTreeMap<String, Chosen>>>,
}

impl PerGuild {
    /// Reads what was chosen.
    pub async fn load(store: Store) -> Result<Self, StoreError> {
        let mut chosen: HashMap<GuildId, BTreeMap<String, Chosen>> = HashMap::new();
        for row in store.chosen().await? {
            // A name that this version does not know is of an interface that is not there.
            let withheld = row.withheld.split(' ').filter_map(Interface::by_name);
            let one = Chosen {
                on: row.on,
                withheld: withheld.collect(),
            };
            chosen.entry(row.guild).or_default().insert(row.cog, one);
        }
        Ok(Self {
            store,
            chosen: RwLock::new(chosen),
        })
    }

    /// Returns what was chosen for a cog.
    pub fn chosen(&self, guild: GuildId, cog: &str) -> Chosen {
        let chosen = self.chosen.read().unwrap_or_else(PoisonError::into_inner);
        let one = chosen.get(&guild).and_then(|cogs| cogs.get(cog));
        one.copied().unwrap_or_default()
    }

    /// Whether a cog is on in a guild. Direct messages have no admins: there every cog is on.
    pub fn is_on(&self, cog: &Identity, guild: Option<GuildId>) -> bool {
        guild.is_none_or(|guild| self.chosen(guild, &cog.name).on.unwrap_or(cog.everywhere))
    }

    /// Whether something that a cog was granted is withheld from it in a guild.
    pub fn withholds(&self, cog: &str, guild: GuildId, interface: Interface) -> bool {
        self.chosen(guild, cog).withheld.contains(interface)
    }

    /// Returns the guilds for whose cogs something was chosen.
    pub fn guilds(&self) -> Vec<GuildId> {
        let chosen = self.chosen.read().unwrap_or_else(PoisonError::into_inner);
        chosen.keys().copied().collect()
    }

    /// Writes what was chosen for a cog, and goes by it from now on.
    pub async fn choose(&self, guild: GuildId, cog: &str, one: Chosen) -> Result<(), StoreError> {
        let names: Vec<_> = one.withheld.iter().map(Interface::name).collect();
        let row = ChosenRow {
            guild,
            cog: cog.to_owned(),
            on: one.on,
            withheld: names.join(" "),
        };
        self.store.choose(&row).await?;
        let mut chosen = self.chosen.write().unwrap_or_else(PoisonError::into_inner);
        let cogs = chosen.entry(guild).or_default();
        match one == Chosen::default() {
            true => drop(cogs.remove(cog)),
            false => drop(cogs.insert(cog.to_owned(), one)),
        }
        if cogs.is_empty() {
            chosen.remove(&guild);
        }
        Ok(())
    }
}
