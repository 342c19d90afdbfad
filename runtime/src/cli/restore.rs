//! `cogbox restore`: puts back what a backup holds, after all of it was checked.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use super::archive::{self, Digesting, Manifest};
use super::terminal::Progress;
use super::{DATABASE, Failure};
use crate::cog::shape::SIZE_MAX;
use crate::config::{Config, Environment, Source};
use crate::files::{self, Change};
use crate::host::grants::Interface;
use crate::store::{copy, private_folder};

/// Put back what `cogbox backup` saved; the bot must not run.
#[derive(clap::Args)]
pub struct Args {
    /// The archive.
    file: PathBuf,
    /// Replace what is there.
    #[arg(long)]
    force: bool,
    /// Put the database where the archived cogbox.toml says, even outside its folder.
    #[arg(long)]
    outside: bool,
    /// The configuration file that is restored; the components lie beside it.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
}

/// The largest manifest, configuration and lock.
const TEXT_MAX: u64 = 16 << 20;

/// What was read so far. Dropping it removes what lies around for it.
struct Staged {
    /// Where files wait, beside the configuration.
    folder: PathBuf,
    /// Where each belongs, and where it waits.
    files: Vec<(PathBuf, PathBuf)>,
    database: Option<Database>,
}

struct Database {
    path: PathBuf,
    /// Where it waits: beside its place, which may be another file system.
    part: PathBuf,
    _alone: copy::InUse,
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some(database) = &self.database {
            let _ = std::fs::remove_file(&database.part);
        }
    }
}

pub async fn run(args: Args, env: Environment) -> Result<(), Failure> {
    let place = args.file.display().to_string();
    let wrong = |what: String| {
        Failure::new(format!(
            "{place}: {what}; nothing was changed\n  fix: take an archive that `cogbox backup` made, whole and unchanged"
        ))
    };
    let file = File::open(&args.file).map_err(|error| wrong(error.to_string()))?;
    let total = file.metadata().map_or(0, |file| file.len());
    let mut progress = Progress::of("reading the archive", Some(total));
    let mut archive = tar::Archive::new(GzDecoder::new(progress.reading(file)));
    let mut entries = archive
        .entries()
        .map_err(|error| wrong(error.to_string()))?;
    let manifest = match entries.next() {
        Some(Ok(entry)) => read_manifest(entry).map_err(&wrong)?,
        _ => return Err(wrong("this is no backup".into())),
    };
    let here = copy::schema();
    if manifest.format != archive::FORMAT {
        return Err(Failure::new(format!(
            "{place}: a backup of the format {}, which this Cogbox does not know\n  fix: use a newer one",
            manifest.format
        )));
    }
    if manifest.schema > here {
        return Err(Failure::new(format!(
            "{place}: it was made by Cogbox {}, whose database has schema {}; this one knows {here}\n  \
             fix: restore it with that version or a newer one",
            super::asks::tame(&manifest.cogbox),
            manifest.schema
        )));
    }
    let mut missing: BTreeMap<&str, &archive::File> = BTreeMap::new();
    for file in &manifest.files {
        if missing.insert(&file.name, file).is_some() {
            return Err(wrong("its manifest names a file twice".into()));
        }
    }
    let mut staged = Staged::begin(&args.config)?;
    for entry in entries {
        let entry = entry.map_err(|error| wrong(error.to_string()))?;
        let name = entry.path().map_err(|error| wrong(error.to_string()))?;
        let name = name.to_string_lossy().into_owned();
        let told = super::asks::tame(&name);
        let Some(file) = missing.remove(name.as_str()) else {
            return Err(wrong(format!("`{told}` is not in its manifest")));
        };
        if !entry.header().entry_type().is_file() || entry.size() != file.size {
            return Err(wrong(format!("`{told}` is not what its manifest says")));
        }
        let to = match name.as_str() {
            archive::DATABASE => staged.database(&args, &env)?,
            _ => staged
                .file(&name, file.size, &args.config)
                .map_err(&wrong)?,
        };
        take(entry, &to, file).map_err(|what| wrong(format!("`{told}` {what}")))?;
    }
    drop(archive);
    drop(progress);
    if let Some(name) = missing.keys().next() {
        return Err(wrong(format!(
            "`{}` is missing in it",
            super::asks::tame(name)
        )));
    }
    staged.check().await.map_err(wrong)?;
    let restored = staged.put(args.force)?;
    for path in restored {
        println!("{}", path.display());
    }
    println!(
        "restored from {place}, of {}",
        super::asks::tame(&manifest.made)
    );
    Ok(())
}

fn read_manifest(entry: tar::Entry<'_, impl Read>) -> Result<Manifest, String> {
    let named = entry
        .path()
        .is_ok_and(|path| path == Path::new(archive::MANIFEST));
    if !named || !entry.header().entry_type().is_file() || entry.size() > TEXT_MAX {
        return Err("this is no backup".to_owned());
    }
    serde_json::from_reader(entry.take(TEXT_MAX))
        .map_err(|error| format!("its manifest can't be read: {error}"))
}

/// Writes one file to where it waits, and checks it on the way.
fn take(entry: impl Read, to: &Path, file: &archive::File) -> Result<(), String> {
    let mut from = Digesting::new(entry);
    let written = || -> std::io::Result<()> {
        let mut out = File::options()
            .write(true)
            .truncate(true)
            .create(true)
            .open(to)?;
        std::io::copy(&mut from, &mut out)?;
        out.sync_all()
    };
    let mut written = written;
    written().map_err(|error| format!("can't be written: {error}"))?;
    match from.end() == (file.size, file.sha256.clone()) {
        true => Ok(()),
        false => Err("is damaged".to_owned()),
    }
}

impl Staged {
    fn begin(config: &Path) -> Result<Self, Failure> {
        let name = format!("cogbox-restore-{}.part", std::process::id());
        let staged = Self {
            folder: config.with_file_name(name),
            files: Vec::new(),
            database: None,
        };
        private_folder(&staged.folder).map_err(|error| {
            Failure::new(format!(
                "{}: {error}\n  fix: check the folder's permissions",
                staged.folder.display()
            ))
        })?;
        Ok(staged)
    }

    /// Returns where a file waits.
    fn file(&mut self, name: &str, size: u64, config: &Path) -> Result<PathBuf, String> {
        let told = super::asks::tame(name);
        let most = match name {
            archive::CONFIG | archive::LOCK => TEXT_MAX,
            _ => SIZE_MAX as u64,
        };
        if size > most {
            return Err(format!("`{told}` is too large"));
        }
        let place = match name {
            archive::CONFIG => config.to_owned(),
            _ => match archive::place_of(name) {
                Some(place) => config.with_file_name("").join(place),
                None => return Err(format!("`{told}` leads out of the configuration's folder")),
            },
        };
        let part = self.folder.join(self.files.len().to_string());
        self.files.push((place, part.clone()));
        Ok(part)
    }

    /// Returns where the database waits, which the configuration before it says; from now on
    /// nobody else can use it.
    fn database(&mut self, args: &Args, env: &Environment) -> Result<PathBuf, Failure> {
        let config = self.files.iter().find(|(place, _)| *place == args.config);
        let Some((_, part)) = config else {
            return Err(Failure::new(
                "the archive has no cogbox.toml before its database",
            ));
        };
        let text = std::fs::read_to_string(part);
        let text = text.map_err(|error| Failure::new(format!("its cogbox.toml: {error}")))?;
        let source = Source::given(&args.config, text);
        let config = Config::from_source(&source, env, Interface::grantable)?;
        let folder = args.config.parent().unwrap_or(Path::new(""));
        let near = config
            .store
            .strip_prefix(folder)
            .ok()
            .and_then(archive::inside);
        if near.is_none() && !args.outside && !env.places_store() {
            return Err(Failure::new(format!(
                "the archived cogbox.toml puts the database outside its folder, at {}; nothing was changed\n  \
                 fix: add --outside if it belongs there, or set COGBOX_STORE_PATH",
                config.store.display()
            )));
        }
        let path = config.store;
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            private_folder(folder)
                .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
        }
        let alone = copy::InUse::alone(&path).map_err(|error| Failure {
            code: DATABASE,
            message: format!("{}: {error}", path.display()),
        })?;
        let part = copy::beside(&path, "part");
        let _ = std::fs::remove_file(&part);
        self.database = Some(Database {
            path,
            part: part.clone(),
            _alone: alone,
        });
        let made = files::private(&part).map(|_| part.clone());
        made.map_err(|error| Failure::new(format!("{}: {error}", part.display())))
    }

    /// Checks the database itself; the manifest may be wrong about it.
    async fn check(&self) -> Result<(), String> {
        let Some(database) = &self.database else {
            return Err("there is no database in it".to_owned());
        };
        let (schema, here) = match copy::check(&database.part).await {
            Ok(schema) => (schema, copy::schema()),
            Err(error) => return Err(format!("its database can't be used: {error}")),
        };
        match schema > here {
            true => Err(format!(
                "its database is at schema {schema}, made by a newer Cogbox; this one knows {here}"
            )),
            false => Ok(()),
        }
    }

    /// Puts everything in its place, or nothing.
    fn put(mut self, force: bool) -> Result<Vec<PathBuf>, Failure> {
        let mut changes: Vec<_> = std::mem::take(&mut self.files)
            .into_iter()
            .map(|(place, part)| (place, Change::Moved(part)))
            .collect();
        if let Some(database) = &self.database {
            changes.push((database.path.clone(), Change::Moved(database.part.clone())));
        }
        let places: Vec<_> = changes.iter().map(|(place, _)| place.clone()).collect();
        let there: Vec<_> = places.iter().filter(|place| place.exists()).collect();
        if !there.is_empty() && !force {
            let there: Vec<_> = there
                .iter()
                .map(|place| place.display().to_string())
                .collect();
            return Err(Failure::new(format!(
                "already there: {}; nothing was changed\n  fix: restore into an empty folder, or add --force to replace them",
                there.join(", ")
            )));
        }
        // What SQLite has not folded in belongs to the database that goes.
        for ending in ["-wal", "-shm"] {
            if let Some(database) = &self.database {
                let path = copy::with_ending(&database.path, ending);
                if path.exists() {
                    changes.push((path, Change::Removed));
                }
            }
        }
        files::change(changes).map_err(|error| {
            Failure::new(format!(
                "{error}; nothing was changed\n  fix: check the folder's permissions and the free space"
            ))
        })?;
        Ok(places)
    }
}
