//! What a backup is: a gzipped tar with a manifest first, then the files beside the configuration,
//! then the database.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The manifest's name in the archive.
pub const MANIFEST: &str = "manifest.json";
/// The database's.
pub const DATABASE: &str = "database/cogbox.db";
/// The configuration's. It comes first, because it says where the database belongs.
pub const CONFIG: &str = "files/cogbox.toml";
/// The lock's.
pub const LOCK: &str = "files/cogbox.lock";
/// Before the names of files that lie beside the configuration.
const FILES: &str = "files/";
/// The version of all this.
pub const FORMAT: u32 = 1;

/// What the archive holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The Cogbox that made it.
    pub cogbox: String,
    /// When.
    pub made: String,
    /// The database's schema.
    pub schema: usize,
    /// Every other file, in the archive's order.
    pub files: Vec<File>,
}

/// One file in the archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    /// Its name there.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
}

/// Returns the name of a file that lies beside the configuration.
pub fn name_of(path: &Path) -> String {
    format!("{FILES}{}", path.display())
}

/// Returns where a file belongs, as seen from the configuration; `None` for a name that is not such
/// a file's, or would lead out of the folder.
pub fn place_of(name: &str) -> Option<PathBuf> {
    inside(Path::new(name.strip_prefix(FILES)?))
}

/// Returns a path that stays in its folder, without what says nothing; `None` for one that leads
/// out, or is none.
pub fn inside(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => plain.push(part),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => return None,
        }
    }
    (!plain.as_os_str().is_empty()).then_some(plain)
}

/// A reader that digests what is read.
pub struct Digesting<R> {
    from: R,
    sha256: Sha256,
    size: u64,
}

impl<R: Read> Digesting<R> {
    /// Begins.
    pub fn new(from: R) -> Self {
        Self {
            from,
            sha256: Sha256::new(),
            size: 0,
        }
    }

    /// Returns how much was read, and its SHA-256.
    pub fn end(self) -> (u64, String) {
        (self.size, hex::encode(self.sha256.finalize()))
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.sha256.update(&buffer[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert_eq!(place_of("files/cogs/a.wasm"), Some("cogs/a.wasm".into()));
        assert_eq!(place_of("files/./a.wasm"), Some("a.wasm".into()));
        for name in [
            "files/../a",
            "files/a/../../b",
            "files//etc/passwd",
            "/etc/passwd",
            "files/",
            "a.wasm",
            DATABASE,
        ] {
            assert_eq!(place_of(name), None, "{name}");
        }
    }
}
