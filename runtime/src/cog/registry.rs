//! The loaded cogs: one writer, and readers that take a snapshot and are never in its way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, RwLock};

use super::Cog;
use super::shape::Refusal;
use super::subscriptions::Subscription;
use crate::commands;
use crate::host::convert::own_prefix;

/// The loaded cogs at one moment. Calls in flight keep the cog they started on.
#[derive(Default, Clone)]
pub struct Snapshot {
    cogs: BTreeMap<String, Arc<Cog>>,
    refused: BTreeMap<String, Refusal>,
    commands: HashMap<String, Arc<Cog>>,
    prefixes: HashMap<String, Arc<Cog>>,
    /// What any of them listens to.
    heard: BTreeSet<Subscription>,
}

impl Snapshot {
    /// Returns the cogs by name.
    pub fn cogs(&self) -> impl Iterator<Item = &Arc<Cog>> {
        self.cogs.values()
    }

    /// Returns the cog of a name.
    pub fn cog(&self, name: &str) -> Option<&Arc<Cog>> {
        self.cogs.get(name)
    }

    /// Returns the cogs that were refused, and why.
    pub fn refused(&self) -> impl Iterator<Item = (&str, &Refusal)> {
        self.refused
            .iter()
            .map(|(name, refusal)| (name.as_str(), refusal))
    }

    /// Returns the cog that offers a command.
    pub fn owner_of_command(&self, name: &str) -> Option<&Arc<Cog>> {
        self.commands.get(name)
    }

    /// Returns the cog whose components have a prefix.
    pub fn owner_of_prefix(&self, prefix: &str) -> Option<&Arc<Cog>> {
        self.prefixes.get(prefix)
    }

    /// Whether any cog listens to something.
    pub fn listens(&self, subscription: Subscription) -> bool {
        self.heard.contains(&subscription)
    }

    /// Returns the cogs that listen to something.
    pub fn listeners(&self, subscription: Subscription) -> impl Iterator<Item = &Arc<Cog>> {
        self.cogs
            .values()
            .filter(move |cog| cog.shape.listens.contains(&subscription))
    }
}

/// The registry itself.
#[derive(Default)]
pub struct Registry {
    current: RwLock<Arc<Snapshot>>,
}

impl Registry {
    /// Returns the cogs as they are now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        // The lock guards one pointer, which is whole at any time.
        Arc::clone(
            &self
                .current
                .read()
                .unwrap_or_else(|poisoned| poisoned.into_inner()),
        )
    }

    /// Puts a cog in, in place of an older version of it. A cog that offers a command of another's,
    /// or more commands than there is room for, stays out.
    pub fn replace(&self, cog: Arc<Cog>) -> Result<(), Refusal> {
        self.change(|snapshot| {
            for command in &cog.commands {
                if let Some(other) = snapshot.commands.get(&command.name)
                    && other.name() != cog.name()
                {
                    return Err(Refusal::new(
                        format!(
                            "`{}` is a command of the cog `{}`",
                            command.name,
                            other.name()
                        ),
                        "remove one of the two cogs",
                    ));
                }
            }
            let others = snapshot.cogs().filter(|other| other.name() != cog.name());
            commands::check_beside(&cog.commands, others.flat_map(|other| &other.commands))?;
            let prefix = own_prefix(cog.name());
            if let Some(other) = snapshot
                .prefixes
                .get(&prefix)
                .filter(|o| o.name() != cog.name())
            {
                return Err(Refusal::new(
                    format!("its name makes the same button ids as `{}`", other.name()),
                    "give it another name",
                ));
            }
            snapshot
                .commands
                .retain(|_, owner| owner.name() != cog.name());
            for command in &cog.commands {
                snapshot
                    .commands
                    .insert(command.name.clone(), Arc::clone(&cog));
            }
            snapshot.prefixes.insert(prefix, Arc::clone(&cog));
            snapshot.refused.remove(cog.name());
            snapshot.cogs.insert(cog.name().to_owned(), cog);
            let cogs = snapshot.cogs.values();
            snapshot.heard = cogs
                .flat_map(|cog| cog.shape.listens.iter().copied())
                .collect();
            Ok(())
        })
    }

    /// Notes that a cog was refused. A version that runs goes on running.
    pub fn refuse(&self, name: &str, refusal: Refusal) {
        let noted: Result<(), Refusal> = self.change(|snapshot| {
            snapshot.refused.insert(name.to_owned(), refusal);
            Ok(())
        });
        // The change above can't fail.
        let _ = noted;
    }

    fn change(
        &self,
        change: impl FnOnce(&mut Snapshot) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut current = self
            .current
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut next = Snapshot::clone(&current);
        change(&mut next)?;
        *current = Arc::new(next);
        Ok(())
    }
}
