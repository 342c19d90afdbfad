//! Compiled code that outlives a test. Python's component takes Cranelift many seconds, so all tests
//! share what was compiled once, in a folder under target/, also in later runs.
//!
//! The host keeps compiled code beside its database and believes only what was written under that
//! database's key. So the bots that share code begin with copies of one empty database.

use std::io;
use std::path::{Path, PathBuf};

use cogbox::store::Store;

/// Who compiles holds it: who comes next finds the code.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Starts something with the shared code in its data folder, and shares what it compiled.
pub async fn shared<T>(data: &Path, start: impl Future<Output = T>) -> T {
    let _turn = TURN.lock().await;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/test-code");
    let (seed, code) = (folder.join("cogbox.db"), folder.join("cache"));
    std::fs::create_dir_all(&code).unwrap();
    if !seed.is_file() {
        let part = folder.join(format!("{}.db", std::process::id()));
        let store = Store::open(&part).await.unwrap();
        store.secret("compiled cogs").await.unwrap();
        store.close().await;
        std::fs::rename(part, &seed).unwrap();
    }
    let own = data.join("cache");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::copy(seed, data.join("cogbox.db")).unwrap();
    link(&code, &own).unwrap();
    let started = start.await;
    link(&own, &code).unwrap();
    started
}

/// Links the files of one folder into another. The host writes new files, and never into old ones.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match std::fs::hard_link(entry.path(), &to) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // The test's folder may be on another file system.
            Err(_) => drop(std::fs::copy(entry.path(), to)?),
            Ok(()) => {}
        }
    }
    Ok(())
}
