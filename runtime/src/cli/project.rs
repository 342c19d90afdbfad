//! The operator's files as one: cogbox.toml, cogbox.lock and the components that were added. They
//! change together or not at all.

use std::path::{Path, PathBuf};

use super::Failure;
use super::asks::{Asks, tame};
use crate::cog::shape::Shape;
use crate::config::edit::{Edit, Wanted};
use crate::config::{CogConfig, Config, Environment, Grant, Problem, Source};
use crate::files::{self, Change};
use crate::host::grants::{self, Interface};
use crate::lock::{Entry, Lock};

/// Where added components lie, beside the configuration.
const FOLDER: &str = "cogs";

/// What is there already under a name.
pub struct Before {
    /// What it was granted.
    pub granted: Asks,
    /// The accepted version.
    pub version: String,
    /// Where that came from.
    pub origin: String,
    /// The accepted SHA-256.
    pub digest: String,
}

impl Before {
    /// Whether a component comes from a quite different place: other people may make it, who should
    /// not come by this one's grants and data unseen.
    pub fn is_of_others(&self, shape: &Shape, origin: &str) -> bool {
        let host = |origin: &str| {
            let url = reqwest::Url::parse(origin).ok()?;
            url.host_str().map(str::to_owned)
        };
        !self.origin.is_empty() && self.digest != shape.digest && host(&self.origin) != host(origin)
    }
}

/// The configuration and the lock, as they are and as they will be.
pub struct Project {
    path: PathBuf,
    edit: Edit,
    config: Option<Config>,
    lock: Lock,
    lock_path: PathBuf,
    env: Environment,
}

impl Project {
    /// Reads both; a configuration that is missing is made later.
    pub fn open(path: &Path, env: &Environment) -> Result<Self, Problem> {
        let edit = Edit::open(path)?;
        let config = match edit.is_fresh() {
            true => None,
            false => Some(Config::load(path, env, Interface::grantable)?),
        };
        let lock_path = path.with_file_name("cogbox.lock");
        Ok(Self {
            path: path.to_owned(),
            edit,
            config,
            lock: Lock::read(&lock_path)?,
            lock_path,
            env: env.clone(),
        })
    }

    fn cog(&self, name: &str) -> Option<&CogConfig> {
        self.config.as_ref()?.cogs.get(name)
    }

    /// Returns what is there under a name.
    pub fn before(&self, name: &str) -> Option<Before> {
        let cog = self.cog(name)?;
        let entry = self.lock.cogs.get(name).cloned();
        let granted = Asks::granted(cog);
        let (version, origin, digest) = match entry {
            Some(entry) => (entry.version, entry.origin, entry.digest),
            None => Default::default(),
        };
        Some(Before {
            granted,
            version,
            origin,
            digest,
        })
    }

    /// Adds or updates a cog, and returns a sentence of what was written.
    pub fn put(
        &mut self,
        name: &str,
        shape: &Shape,
        asks: &Asks,
        buckets: &[String],
        origin: &str,
        bytes: Vec<u8>,
    ) -> Result<String, Failure> {
        let folder = self.folder().to_owned();
        // A file that the configuration names already stays where it is.
        let own = self.cog(name).map(|cog| cog.source.clone());
        let own = own.filter(|own| {
            std::fs::canonicalize(own).is_ok_and(|own| own.display().to_string() == origin)
        });
        let inside = format!("{FOLDER}/{name}.wasm");
        let place = own.clone().unwrap_or_else(|| folder.join(&inside));
        let grant = self.grants(name, asks, buckets);
        let http: Vec<_> = asks.hosts.iter().cloned().collect();
        let usual = self.cog(name).map_or(0, |cog| cog.limits.transfer);
        let source = match &own {
            Some(own) => own
                .strip_prefix(&folder)
                .unwrap_or(own)
                .display()
                .to_string(),
            None => inside,
        };
        self.edit.put_cog(
            name,
            &Wanted {
                source: &source,
                grant: &grant,
                http: &http,
                transfer: asks.transfer.filter(|&bytes| bytes > usual),
            },
        );
        let mut entry = Entry::of(shape, &place);
        origin.clone_into(&mut entry.origin);
        self.lock.cogs.insert(name.to_owned(), entry);
        let mut changes = Vec::new();
        if own.is_none() {
            changes.push((place.clone(), Change::Content(bytes)));
        }
        self.write(changes)?;
        let made = if self.edit.is_fresh() {
            "made"
        } else {
            "written"
        };
        Ok(format!(
            "{} is {made}, cogbox.lock accepts {}",
            self.path.display(),
            place.display()
        ))
    }

    /// Returns the grants as they are written: the web is granted by its hosts, and the shared store
    /// bucket by bucket, those that it has and those that are added.
    fn grants(&self, name: &str, asks: &Asks, buckets: &[String]) -> Vec<String> {
        let (web, shared) = (Interface::Http.name(), Interface::SharedStore.name());
        let plain = asks
            .names
            .iter()
            .filter(|name| *name != web && *name != shared);
        let mut grants: Vec<_> = plain.cloned().collect();
        if asks.names.contains(shared) {
            let had = self.cog(name).map(|cog| match &cog.grant {
                Grant::Only(names) => names.as_slice(),
                Grant::All => &[],
            });
            let had = had.unwrap_or_default().iter().cloned();
            let had = had.filter(|name| grants::bucket(name).is_some());
            let new = buckets.iter().map(|bucket| format!("{shared}.{bucket}"));
            grants.extend(had.chain(new).collect::<std::collections::BTreeSet<_>>());
        }
        grants
    }

    fn write(&self, mut changes: Vec<(PathBuf, Change)>) -> Result<(), Failure> {
        let text = self.edit.text();
        // What could not be read again must not be left behind.
        Config::from_source(
            &Source::given(&self.path, &text),
            &self.env,
            Interface::grantable,
        )?;
        let lock = self.lock.text().map_err(Failure::new)?;
        changes.push((self.path.clone(), Change::Content(text.into_bytes())));
        changes.push((self.lock_path.clone(), Change::Content(lock.into_bytes())));
        files::change(changes).map_err(|error| {
            Failure::new(format!(
                "{error}; nothing was changed\n  fix: check the folder's permissions and the free space"
            ))
        })
    }

    /// Takes a cog out; its data are kept. Returns its file when `add` had put it there, which is
    /// deleted then.
    pub fn remove(&mut self, name: &str) -> Result<Option<PathBuf>, Failure> {
        let Some(cog) = self.cog(name) else {
            return Err(self.unknown(name));
        };
        // `add` notes where a component came from; an operator's own came from where it lies.
        let place = cog.source.clone();
        let own = |origin: &str| {
            origin == place.display().to_string()
                || std::fs::canonicalize(&place).is_ok_and(|p| p.display().to_string() == origin)
        };
        let inside = self.folder().join(format!("{FOLDER}/{name}.wasm"));
        let entry = self.lock.cogs.remove(name);
        let added =
            place == inside && place.exists() && entry.is_some_and(|entry| !own(&entry.origin));
        self.edit.remove_cog(name);
        let removed = added.then_some(place);
        let changes = removed.iter().map(|place| (place.clone(), Change::Removed));
        self.write(changes.collect())?;
        Ok(removed)
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    fn unknown(&self, name: &str) -> Failure {
        let known = self.config.iter().flat_map(|config| config.cogs.keys());
        let known: Vec<_> = known.map(String::as_str).collect();
        let fix = match known.is_empty() {
            true => "look at the file: it names no cog".to_owned(),
            false => format!("write one of {}", known.join(", ")),
        };
        let (path, name) = (self.path.display(), tame(name));
        Failure::new(format!(
            "{path}: there is no cog named `{name}`\n  fix: {fix}"
        ))
    }
}
