//! `cogbox:host/store`: a cog's own data, by scope, within its quota.

use cogbox_world::Fault;
use cogbox_world::cogbox::host::basics::ErrorKind;
use cogbox_world::cogbox::host::store::{Entry, Host, MemberEntry, Scope};

use super::grants::Interface;
use super::{Guest, error, id, invalid};
use crate::store::trouble::Trouble;
use crate::store::{Scope as Place, StoreError};

impl Host for Guest {
    async fn get(&mut self, scope: Scope, key: String) -> Result<Option<Vec<u8>>, Fault> {
        self.require(Interface::Store)?;
        let place = self.place(Interface::Store, &scope)?;
        self.services
            .store
            .get(&self.identity.name, place, &key)
            .await
            .map_err(told)
    }

    async fn set(&mut self, scope: Scope, key: String, value: Vec<u8>) -> Result<(), Fault> {
        self.require(Interface::Store)?;
        let (place, quota) = (
            self.place(Interface::Store, &scope)?,
            self.identity.limits.storage,
        );
        let store = &self.services.store;
        store
            .set(&self.identity.name, place, &key, &value, quota)
            .await
            .map_err(told)
    }

    async fn delete(&mut self, scope: Scope, key: String) -> Result<(), Fault> {
        self.require(Interface::Store)?;
        let place = self.place(Interface::Store, &scope)?;
        self.services
            .store
            .delete(&self.identity.name, place, &key)
            .await
            .map_err(told)
    }

    async fn scan(
        &mut self,
        scope: Scope,
        prefix: String,
        after: Option<String>,
        limit: u16,
    ) -> Result<Vec<Entry>, Fault> {
        self.require(Interface::Store)?;
        let place = self.place(Interface::Store, &scope)?;
        let store = &self.services.store;
        let found = store
            .scan(&self.identity.name, place, &prefix, after.as_deref(), limit)
            .await;
        Ok(found
            .map_err(told)?
            .into_iter()
            .map(|(key, value)| Entry { key, value })
            .collect())
    }

    async fn scan_members(
        &mut self,
        guild: String,
        prefix: String,
        after: Option<(String, String)>,
        limit: u16,
    ) -> Result<Vec<MemberEntry>, Fault> {
        self.require(Interface::Store)?;
        let guild = self.place(Interface::Store, &Scope::Guild(guild))?.guild;
        let after = match &after {
            Some((user, key)) => Some((id("user", user)?, key.as_str())),
            None => None,
        };
        let (store, cog) = (&self.services.store, &self.identity.name);
        let found = store.scan_members(cog, guild, &prefix, after, limit).await;
        let entry = |found: crate::store::members::MemberEntry| MemberEntry {
            user: found.user.to_string(),
            key: found.key,
            value: found.value,
        };
        Ok(found.map_err(told)?.into_iter().map(entry).collect())
    }

    async fn add(&mut self, scope: Scope, key: String, delta: i64) -> Result<i64, Fault> {
        self.require(Interface::Store)?;
        let (place, quota) = (
            self.place(Interface::Store, &scope)?,
            self.identity.limits.storage,
        );
        let store = &self.services.store;
        store
            .add(&self.identity.name, place, &key, delta, quota)
            .await
            .map_err(told)
    }

    async fn swap(
        &mut self,
        scope: Scope,
        key: String,
        old: Option<Vec<u8>>,
        new: Option<Vec<u8>>,
    ) -> Result<bool, Fault> {
        self.require(Interface::Store)?;
        let (place, quota) = (
            self.place(Interface::Store, &scope)?,
            self.identity.limits.storage,
        );
        let (store, name) = (&self.services.store, &self.identity.name);
        store
            .swap(name, place, &key, old.as_deref(), new.as_deref(), quota)
            .await
            .map_err(told)
    }
}

impl Guest {
    /// Returns where a scope's entries lie. Another guild's are out of reach; a user's own are
    /// within reach everywhere, as they belong to the user and not to a guild.
    pub(super) fn place(&self, interface: Interface, scope: &Scope) -> Result<Place, Fault> {
        let own = |guild: &str| -> Result<u64, Fault> {
            let guild = id("guild", guild)?;
            self.require_guild(interface, guild.into())?;
            Ok(guild)
        };
        Ok(match scope {
            Scope::Global => Place { guild: 0, user: 0 },
            Scope::Guild(guild) => Place {
                guild: own(guild)?,
                user: 0,
            },
            Scope::User(user) => Place {
                guild: 0,
                user: id("user", user)?,
            },
            Scope::Member(member) => Place {
                guild: own(&member.guild)?,
                user: id("user", &member.user)?,
            },
        })
    }
}

/// Returns what the guest is told of a database that did not do it.
pub(super) fn told(failed: StoreError) -> Fault {
    match failed {
        StoreError::Invalid(sentence) => invalid(sentence),
        StoreError::Quota { .. } => Fault::Told(error(ErrorKind::Quota, failed.to_string())),
        StoreError::Unusable { .. } | StoreError::Database(_) => {
            // Trouble with the whole was logged once, where it was noted.
            if !matches!(&failed, StoreError::Database(cause) if Trouble::of(cause).is_some()) {
                tracing::error!(error = %failed, "a query failed");
            }
            Fault::Told(error(
                ErrorKind::Unavailable,
                "the database could not do it now",
            ))
        }
    }
}
