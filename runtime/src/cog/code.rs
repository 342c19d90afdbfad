//! Compiled components on disk, so that a cog is compiled once and mapped ever after.
//!
//! wasmtime runs whatever a `.cwasm` file holds. So the files live in a folder that only this user
//! can enter, each begins with nothing of a guest's choosing, and each has a MAC beside it whose key
//! is in the database: a file is opened once, checked through that handle, and mapped through it.

use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::time::Instant;

use hmac::{Hmac, Mac};
use rayon::{ThreadPool, ThreadPoolBuilder};
use sha2::Sha256;
use wasmtime::Engine;
use wasmtime::component::Component;

use super::complexity;
use crate::config::units;
use crate::store::private_folder;
use crate::{files, threads};

type HmacSha256 = Hmac<Sha256>;
/// Bytes of the MAC.
const MAC: usize = 32;

/// From so many bytes on, compiling takes so long that the log tells of it.
const LARGE: usize = 1 << 20;

/// The folder of compiled components.
pub struct CodeCache {
    folder: PathBuf,
    key: [u8; 32],
    compilers: ThreadPool,
}

impl CodeCache {
    /// Opens the folder, and makes it when it is missing.
    pub fn open(folder: &Path, key: [u8; 32]) -> io::Result<Self> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        private_folder(folder)?;
        let metadata = std::fs::symlink_metadata(folder)?;
        if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other(format!(
                "{} must be a folder of this user's own",
                folder.display()
            )));
        }
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
        Ok(Self {
            folder: folder.to_owned(),
            key,
            compilers: compilers()?,
        })
    }

    /// Returns a component ready to run: mapped when this engine compiled it before, else compiled
    /// now, which takes long, and kept. Whether it was compiled is the second value.
    pub fn component(
        &self,
        engine: &Engine,
        name: &str,
        digest: &str,
        bytes: &[u8],
    ) -> wasmtime::Result<(Component, bool)> {
        let path = self
            .folder
            .join(format!("{digest}-{:016x}.cwasm", compatibility(engine)));
        match self.mapped(engine, &path) {
            Ok(Some(component)) => return Ok((component, false)),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "a compiled cog is not used");
            }
        }
        let large = bytes.len() > LARGE;
        if large {
            let size = units::show_size(bytes.len() as u64);
            tracing::info!(
                cog = name,
                size,
                "compiling; a large one takes a while, once"
            );
        }
        let began = Instant::now();
        complexity::check(bytes)?;
        let code = self
            .compilers
            .install(|| engine.precompile_component(bytes))?;
        if large {
            let seconds = began.elapsed().as_secs_f32();
            tracing::info!(cog = name, "compiled in {seconds:.1} s");
        }
        if let Err(error) = self.keep(&path, &code) {
            tracing::warn!(file = %path.display(), %error, "a compiled cog can't be kept");
        }
        // SAFETY: these bytes are wasmtime's own, made by this engine a moment ago.
        let component = unsafe { Component::deserialize(engine, &code)? };
        Ok((component, true))
    }

    fn mapped(&self, engine: &Engine, path: &Path) -> wasmtime::Result<Option<Component>> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let expected = std::fs::read(path.with_extension("mac"))?;
        let mut mac = self.mac(path)?;
        let mut chunk = vec![0; 1 << 16];
        loop {
            match file.read(&mut chunk)? {
                0 => break,
                read => mac.update(&chunk[..read]),
            }
        }
        if expected.len() != MAC || mac.verify_slice(&expected).is_err() {
            wasmtime::bail!("it is not what Cogbox wrote; it is compiled anew");
        }
        // The handle's own name leads to the file that was checked, whatever the path says now.
        let same = format!("/proc/self/fd/{}", file.as_raw_fd());
        // SAFETY: the MAC says that this process or one before it wrote the file from wasmtime's
        // output, under a name that holds the engine's compatibility; the folder is ours alone.
        Ok(Some(unsafe { Component::deserialize_file(engine, same)? }))
    }

    fn keep(&self, path: &Path, code: &[u8]) -> wasmtime::Result<()> {
        let mut mac = self.mac(path)?;
        mac.update(code);
        let mac = mac.finalize().into_bytes();
        for (path, bytes) in [
            (path.with_extension("mac"), &mac[..]),
            (path.to_owned(), code),
        ] {
            // Two processes write the same bytes.
            files::put(&path, bytes)?;
        }
        Ok(())
    }

    /// The file's name goes into the MAC, so that one cog's code can't be put in another's place.
    fn mac(&self, path: &Path) -> wasmtime::Result<HmacSha256> {
        let mut mac = <HmacSha256 as Mac>::new_from_slice(&self.key)?;
        mac.update(path.file_name().unwrap_or_default().as_encoded_bytes());
        mac.update(&[0]);
        Ok(mac)
    }
}

/// The threads that compile. A bot that runs goes before them.
fn compilers() -> io::Result<ThreadPool> {
    let threads = ThreadPoolBuilder::new()
        .thread_name(|number| format!("compiles-{number}"))
        .start_handler(|_| threads::be_nice());
    threads.build().map_err(io::Error::other)
}

fn compatibility(engine: &Engine) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tampered_with_is_compiled_anew() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let engine = Engine::default();
        let bytes = wat::parse_str("(component)").unwrap();
        let cache = CodeCache::open(&folder, [1; 32]).unwrap();
        let compiled = |cache: &CodeCache, digest: &str| {
            cache.component(&engine, "test", digest, &bytes).unwrap().1
        };
        assert!(compiled(&cache, "a"));
        assert!(!compiled(&cache, "a"), "the second time it is mapped");

        let file = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "cwasm")
            })
            .unwrap();
        let mut code = std::fs::read(&file).unwrap();
        let middle = code.len() / 2;
        code[middle] ^= 1;
        std::fs::write(&file, &code).unwrap();
        assert!(compiled(&cache, "a"), "a flipped bit is found");
        assert!(!compiled(&cache, "a"));

        let other = file.with_file_name(
            file.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .replacen('a', "b", 1),
        );
        std::fs::copy(&file, &other).unwrap();
        std::fs::copy(file.with_extension("mac"), other.with_extension("mac")).unwrap();
        assert!(
            compiled(&cache, "b"),
            "code under another cog's name is found"
        );

        let foreign = CodeCache::open(&folder, [2; 32]).unwrap();
        assert!(
            compiled(&foreign, "a"),
            "code made with another key is found"
        );
    }
}
