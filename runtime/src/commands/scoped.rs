//! Commands that only one guild has: those that a cog made up for it, and those of cogs that are on
//! only where an admin switched them on. And what of Discord's commands has to be looked at again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError, RwLock};

use cogbox_world::cogbox::discord::command_types::{Command, Visibility};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serenity::model::id::GuildId;
use tokio::sync::Notify;

use crate::cog::registry::Snapshot;
use crate::config::{Concurrency, Cooldown};
use crate::host::convert;
use crate::store::{CommandsRow, Store, StoreError};

/// A command that a cog made up for one guild.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scoped {
    /// As Discord takes it.
    pub body: Value,
    /// Whether its answer is for the invoker alone when the host defers for it.
    pub private: bool,
    /// How often it may be used.
    pub cooldown: Option<Cooldown>,
    /// How often it may be used at the same time.
    #[serde(default)]
    pub concurrency: Option<Concurrency>,
}

impl Scoped {
    /// Returns a command as it is kept, or what is wrong with it.
    fn of(command: &Command) -> Result<Self, String> {
        Ok(Self {
            body: convert::guild_command(command)?,
            private: command.defer_as == Visibility::Invoker,
            cooldown: command.cooldown.as_ref().map(convert::cooldown),
            concurrency: command.concurrency.as_ref().map(convert::concurrency),
        })
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        self.body["name"].as_str().unwrap_or_default()
    }
}

/// The commands that cogs made up for single guilds, by guild and cog. One for the process.
pub struct GuildCommands {
    store: Store,
    commands: RwLock<HashMap<GuildId, BTreeMap<String, Vec<Scoped>>>>,
    /// The commands that the loaded cogs declare, and whose they are.
    declared: RwLock<HashMap<String, String>>,
    due: Due,
}

/// What has to be looked at again.
#[derive(Default)]
pub struct Due {
    waiting: Mutex<Waiting>,
    changed: Notify,
}

/// The scopes that wait.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The commands of every guild.
    pub everywhere: bool,
    /// Those of single guilds.
    pub guilds: BTreeSet<GuildId>,
}

impl Due {
    /// Has the commands of every guild looked at.
    pub fn everywhere(&self) {
        self.lock().everywhere = true;
        self.changed.notify_one();
    }

    /// Has the commands of some guilds looked at.
    pub fn guilds(&self, guilds: impl IntoIterator<Item = GuildId>) {
        self.lock().guilds.extend(guilds);
        self.changed.notify_one();
    }

    /// Waits until something is due.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Takes what waits.
    pub fn take(&self) -> Waiting {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GuildCommands {
    /// Reads what was made up before.
    pub async fn load(store: Store) -> Result<Self, StoreError> {
        let mut commands: HashMap<GuildId, BTreeMap<String, Vec<Scoped>>> = HashMap::new();
        for row in store.guild_commands().await? {
            match serde_json::from_str(&row.commands) {
                Ok(read) => drop(commands.entry(row.guild).or_default().insert(row.cog, read)),
                Err(error) => {
                    let (guild, cog) = (row.guild.get(), row.cog);
                    tracing::error!(guild, cog, %error, "its commands for this guild are damaged");
                }
            }
        }
        Ok(Self {
            store,
            commands: RwLock::new(commands),
            declared: RwLock::default(),
            due: Due::default(),
        })
    }

    /// Returns what has to be looked at again.
    pub fn due(&self) -> &Due {
        &self.due
    }

    /// Notes which commands the loaded cogs declare: no cog makes up another of the same name.
    pub fn set_declared(&self, cogs: &Snapshot) {
        let of = |cog: &std::sync::Arc<crate::cog::Cog>| {
            let owner = cog.name().to_owned();
            let names = cog.commands.iter().map(|command| command.name.clone());
            names
                .map(move |name| (name, owner.clone()))
                .collect::<Vec<_>>()
        };
        let declared = cogs.cogs().flat_map(of).collect();
        *self
            .declared
            .write()
            .unwrap_or_else(PoisonError::into_inner) = declared;
    }

    /// Replaces the commands of a cog for a guild, and has Discord told.
    pub async fn set(
        &self,
        guild: GuildId,
        cog: &str,
        commands: Vec<Scoped>,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(&commands)
            .map_err(|error| StoreError::Invalid(error.to_string()))?;
        let row = CommandsRow {
            guild,
            cog: cog.to_owned(),
            commands: text,
        };
        self.store.set_guild_commands(&row).await?;
        let mut all = self
            .commands
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        all.entry(guild)
            .or_default()
            .insert(cog.to_owned(), commands);
        drop(all);
        self.due.guilds([guild]);
        Ok(())
    }

    /// Returns the cog that made up a command of a guild, and the command.
    pub fn find(&self, guild: GuildId, name: &str) -> Option<(String, Scoped)> {
        let all = self.commands.read().unwrap_or_else(PoisonError::into_inner);
        let cogs = all.get(&guild)?.iter();
        let mut found = cogs.flat_map(|(cog, commands)| commands.iter().map(move |c| (cog, c)));
        let (cog, command) = found.find(|(_, command)| command.name() == name)?;
        Some((cog.clone(), command.clone()))
    }

    /// Returns the commands of a guild, by cog.
    pub fn of(&self, guild: GuildId) -> BTreeMap<String, Vec<Scoped>> {
        let all = self.commands.read().unwrap_or_else(PoisonError::into_inner);
        all.get(&guild).cloned().unwrap_or_default()
    }

    /// Returns the guilds that have some.
    pub fn guilds(&self) -> Vec<GuildId> {
        let all = self.commands.read().unwrap_or_else(PoisonError::into_inner);
        all.keys().copied().collect()
    }

    /// Checks the commands that a cog makes up for a guild beside all that is there.
    pub fn check(
        &self,
        guild: GuildId,
        cog: &str,
        commands: &[Command],
    ) -> Result<Vec<Scoped>, String> {
        super::check(commands).map_err(|refusal| refusal.what)?;
        let declared = self.declared.read().unwrap_or_else(PoisonError::into_inner);
        let of = self.of(guild);
        let others = of.iter().filter(|(other, _)| other.as_str() != cog);
        let others: Vec<&Scoped> = others.flat_map(|(_, commands)| commands).collect();
        for command in commands {
            let name = command.name.as_str();
            if name == crate::discord::builtin::COGS {
                return Err(format!("`{name}` is a command of Cogbox itself"));
            }
            if let Some(owner) = declared.get(name) {
                return Err(format!("`{name}` is a command of the cog `{owner}`"));
            }
            if others.iter().any(|other| other.name() == name) {
                return Err(format!("another cog made up `{name}` for this server"));
            }
        }
        if others.len() + commands.len() > super::CHAT_MAX {
            return Err(format!(
                "this server would have {} commands of its own; Discord takes {}",
                others.len() + commands.len(),
                super::CHAT_MAX
            ));
        }
        commands.iter().map(Scoped::of).collect()
    }
}
