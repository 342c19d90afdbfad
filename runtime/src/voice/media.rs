//! The operator's media folder: what is in it can be played, and nothing outside of it.

use std::path::{Component, Path, PathBuf};

/// The endings of files that can be played.
const ENDINGS: &[&str] = &[
    "aac", "flac", "m4a", "mka", "mkv", "mp3", "mp4", "oga", "ogg", "opus", "wav", "webm",
];
/// Files that one search looks at.
const FILES_MAX: usize = 20_000;
/// Folders below each other.
const DEPTH_MAX: usize = 8;

/// The folder.
#[derive(Debug, Clone)]
pub struct Media {
    folder: PathBuf,
}

/// Why a file is not played, as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// There is no such file, or it is outside of the folder; which of both is not told.
    #[error("there is no `{0}` among the media")]
    Missing(String),
    /// Its name ends in none of the endings that are played.
    #[error("`{0}` is not a file that can be played")]
    Kind(String),
}

impl Media {
    /// Takes a folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the path of a file by its name, such as `albums/one.ogg`.
    pub fn file(&self, name: &str) -> Result<PathBuf, MediaError> {
        let missing = || MediaError::Missing(name.chars().take(100).collect());
        let plain = Path::new(name).components().all(
            |part| matches!(part, Component::Normal(part) if !hidden(&part.to_string_lossy())),
        );
        if name.is_empty() || name.contains('\0') || !plain {
            return Err(missing());
        }
        // A link may lead out, so what counts is where it ends.
        let folder = self.folder.canonicalize().map_err(|_| missing())?;
        let path = folder.join(name).canonicalize().map_err(|_| missing())?;
        if !path.starts_with(&folder) || !path.is_file() {
            return Err(missing());
        }
        match playable(&path) {
            true => Ok(path),
            false => Err(MediaError::Kind(name.chars().take(100).collect())),
        }
    }

    /// Returns the names of files that have all of some words in them, in order; without words all.
    pub fn find(&self, words: &str, limit: usize) -> Vec<String> {
        let words: Vec<_> = words.split_whitespace().map(str::to_lowercase).collect();
        let mut found = Vec::new();
        let mut left = FILES_MAX;
        let fits = |name: &str| {
            let name = name.to_lowercase();
            words.iter().all(|word| name.contains(word))
        };
        walk(&self.folder, "", DEPTH_MAX, &mut left, &mut |name| {
            if fits(name) {
                found.push(name.to_owned());
            }
        });
        found.sort_unstable();
        found.truncate(limit);
        found
    }
}

fn walk(folder: &Path, name: &str, depth: usize, left: &mut usize, see: &mut impl FnMut(&str)) {
    // A folder that can't be read has nothing to play.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(own) = entry.file_name().into_string() else {
            continue;
        };
        if hidden(&own) || *left == 0 {
            continue;
        }
        *left -= 1;
        let name = match name {
            "" => own,
            folder => format!("{folder}/{own}"),
        };
        // Links are left out: they may go round.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => {
                walk(&entry.path(), &name, depth - 1, left, see);
            }
            Ok(kind) if kind.is_file() && playable(&entry.path()) => see(&name),
            _ => {}
        }
    }
}

fn hidden(name: &str) -> bool {
    name.starts_with('.')
}

fn playable(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Media) {
        let place = tempfile::tempdir().unwrap();
        let media = place.path().join("media");
        for name in [
            "one.ogg",
            "albums/Two Moons.MP3",
            "albums/cover.jpg",
            ".hidden/three.wav",
        ] {
            let path = media.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"sound").unwrap();
        }
        std::fs::write(place.path().join("secret.ogg"), b"sound").unwrap();
        (place, Media::new(media))
    }

    #[test]
    fn nothing_outside_of_the_folder_is_played() {
        let (place, media) = folder();
        let link = media.folder.join("link.ogg");
        std::os::unix::fs::symlink(place.path().join("secret.ogg"), &link).unwrap();
        assert!(media.file("one.ogg").is_ok());
        assert!(media.file("albums/Two Moons.MP3").is_ok());
        let absolute = place.path().join("secret.ogg");
        for name in [
            "",
            ".",
            "albums",
            "../secret.ogg",
            "albums/../../secret.ogg",
            "link.ogg",
            ".hidden/three.wav",
            "nothing.ogg",
            "one.ogg\0",
            absolute.to_str().unwrap(),
        ] {
            let told = media.file(name).unwrap_err();
            assert!(matches!(told, MediaError::Missing(_)), "{name}: {told}");
        }
        let told = media.file("albums/cover.jpg").unwrap_err().to_string();
        assert_eq!(told, "`albums/cover.jpg` is not a file that can be played");
    }

    #[test]
    fn files_are_found_by_words_of_their_names() {
        let (_place, media) = folder();
        assert_eq!(media.find("", 9), ["albums/Two Moons.MP3", "one.ogg"]);
        assert_eq!(media.find("moons TWO", 9), ["albums/Two Moons.MP3"]);
        assert_eq!(media.find("", 1).len(), 1);
        assert!(media.find("three", 9).is_empty());
    }
}
