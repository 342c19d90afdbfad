//! `cogbox:host/shared-store`: the store again, in buckets that several cogs share by name.

use cogbox_world::Fault;
use cogbox_world::cogbox::host::shared_store::{Entry, Host, Scope};

use super::grants::Interface;
use super::{Guest, store};
use crate::store::Scope as Place;

/// What a bucket may hold for one guild, one user, or globally, in bytes. It belongs to the bucket,
/// whichever cog writes.
const QUOTA: u64 = 1 << 20;

impl Host for Guest {
    async fn get(
        &mut self,
        bucket: String,
        scope: Scope,
        key: String,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let (owner, place) = self.bucket(&bucket, &scope)?;
        let found = self.services.store.get(&owner, place, &key).await;
        found.map_err(store::told)
    }

    async fn set(
        &mut self,
        bucket: String,
        scope: Scope,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), Fault> {
        let (owner, place) = self.bucket(&bucket, &scope)?;
        let store = &self.services.store;
        let set = store.set(&owner, place, &key, &value, QUOTA).await;
        set.map_err(store::told)
    }

    async fn delete(&mut self, bucket: String, scope: Scope, key: String) -> Result<(), Fault> {
        let (owner, place) = self.bucket(&bucket, &scope)?;
        let deleted = self.services.store.delete(&owner, place, &key).await;
        deleted.map_err(store::told)
    }

    async fn scan(
        &mut self,
        bucket: String,
        scope: Scope,
        prefix: String,
        after: Option<String>,
        limit: u16,
    ) -> Result<Vec<Entry>, Fault> {
        let (owner, place) = self.bucket(&bucket, &scope)?;
        let store = &self.services.store;
        let found = store.scan(&owner, place, &prefix, after.as_deref(), limit);
        let found = found.await.map_err(store::told)?.into_iter();
        Ok(found.map(|(key, value)| Entry { key, value }).collect())
    }

    async fn add(
        &mut self,
        bucket: String,
        scope: Scope,
        key: String,
        delta: i64,
    ) -> Result<i64, Fault> {
        let (owner, place) = self.bucket(&bucket, &scope)?;
        let store = &self.services.store;
        let sum = store.add(&owner, place, &key, delta, QUOTA).await;
        sum.map_err(store::told)
    }

    async fn swap(
        &mut self,
        bucket: String,
        scope: Scope,
        key: String,
        old: Option<Vec<u8>>,
        new: Option<Vec<u8>>,
    ) -> Result<bool, Fault> {
        let (owner, place) = self.bucket(&bucket, &scope)?;
        let (store, old, new) = (&self.services.store, old.as_deref(), new.as_deref());
        let swapped = store.swap(&owner, place, &key, old, new, QUOTA).await;
        swapped.map_err(store::told)
    }
}

impl Guest {
    /// Begins every method: checks the grants of the interface, the bucket and the scope, and returns
    /// whose entries they are. The owner has a dot in its name, which no cog's name has.
    fn bucket(&mut self, bucket: &str, scope: &Scope) -> Result<(String, Place), Fault> {
        let interface = Interface::SharedStore;
        self.require(interface)?;
        if !self.identity.buckets.contain(bucket) {
            let shown: String = bucket.chars().take(40).collect();
            let shown = shown.escape_debug();
            let why = format!("the bucket `{shown}` is not granted to this cog");
            return Err(self.denied(interface, &why));
        }
        let place = self.place(interface, scope)?;
        Ok((format!("{}.{bucket}", interface.name()), place))
    }
}
