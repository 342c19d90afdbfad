//! Watches the sources of cogs: whatever is saved is built, and takes the place of what runs.
//!
//! The files are looked at again and again. There are few of them, and it works in every file
//! system, in containers and over the network too.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Failure;
use super::build::{self, toolchains::Toolchains};
use crate::cog::keeper::Keeper;

/// How often is looked. An editor that writes several files is done within that time.
const PAUSE: Duration = Duration::from_millis(100);
/// What builds write, and what others wrote.
const NOT_SOURCES: [&str; 4] = ["dist", "target", "node_modules", "__pycache__"];

/// A cog that is built from its sources here.
pub struct Source {
    /// The folder of its cog.toml.
    pub folder: PathBuf,
    /// Its name.
    pub name: String,
    /// Its component.
    pub component: PathBuf,
    /// What was there when it was built last.
    pub saved: Saved,
}

/// The files of a folder at one moment: their names, sizes and times, as one number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Saved(u64);

impl Saved {
    /// Looks at a folder.
    pub fn of(folder: &Path) -> Self {
        let mut hasher = DefaultHasher::new();
        look(folder, &mut hasher);
        Self(hasher.finish())
    }
}

fn look(folder: &Path, hasher: &mut DefaultHasher) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Editors keep what is not saved yet in hidden files, or in some that end so.
        if name.starts_with('.') || name.ends_with('~') || NOT_SOURCES.contains(&&*name) {
            continue;
        }
        let Ok(metadata) = std::fs::symlink_metadata(&path) else {
            continue;
        };
        if metadata.is_dir() {
            // The bot's own data may lie in the folder of the cog.
            if !path.join("cogbox.db").exists() {
                look(&path, hasher);
            }
        } else {
            (&path, metadata.len(), metadata.modified().ok()).hash(hasher);
        }
    }
}

/// Builds and swaps whatever is saved, until it is dropped.
pub async fn watch(mut sources: Vec<Source>, keeper: Arc<Keeper>, mut toolchains: Toolchains) {
    toolchains.quiet = true;
    loop {
        tokio::time::sleep(PAUSE).await;
        for source in &mut sources {
            let mut saved = Saved::of(&source.folder);
            if saved == source.saved {
                continue;
            }
            let began = Instant::now();
            loop {
                tokio::time::sleep(PAUSE).await;
                let now = Saved::of(&source.folder);
                if now == saved {
                    break;
                }
                saved = now;
            }
            source.saved = saved;
            match rebuild(source, &keeper, &toolchains).await {
                Ok(()) => eprintln!(
                    "{} answers anew, {:.1} s after it was saved",
                    source.name,
                    began.elapsed().as_secs_f32()
                ),
                Err(failure) => eprintln!(
                    "error: {}\n{} goes on as it was; save again when it is mended",
                    failure.message, source.name
                ),
            }
        }
    }
}

async fn rebuild(source: &Source, keeper: &Keeper, toolchains: &Toolchains) -> Result<(), Failure> {
    let (folder, toolchains) = (source.folder.clone(), toolchains.clone());
    let build = move || build::build(&folder, None, &toolchains);
    let built = tokio::task::spawn_blocking(build).await;
    let file = built.unwrap_or_else(|_| Err(Failure::new("the build broke off")))?;
    if file != source.component {
        return Err(Failure::new(format!(
            "{}: its name changed\n  fix: start `cogbox dev` anew",
            file.display()
        )));
    }
    let swapped = keeper.reload(&source.name).await;
    swapped
        .map(drop)
        .map_err(|refusal| Failure::new(format!("{}: {refusal}", source.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_seen_and_what_is_built_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
            Saved::of(folder.path())
        };
        let first = write("src/app.py", "one");
        for built in [
            "data/dev/cogbox.db",
            "dist/a.wasm",
            "target/x",
            "node_modules/cogbox/y",
            "src/.app.py.swp",
            "src/app.py~",
        ] {
            assert_eq!(write(built, "built"), first, "{built}");
        }
        let second = write("src/app.py", "one more");
        assert_ne!(second, first);
        assert_ne!(write("src/data/questions.json", "[]"), second);
    }
}
