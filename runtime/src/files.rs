//! Files that belong together are written together: each whole, and all of them or none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What becomes of one file.
#[derive(Debug)]
pub enum Change {
    /// It has this content from now on.
    Content(Vec<u8>),
    /// It is this file from now on, which lies in the same folder.
    Moved(PathBuf),
    /// It is gone.
    Removed,
}

/// Makes all changes, or on a failure none: what was done already is taken back. The error names the
/// file.
pub fn change(changes: Vec<(PathBuf, Change)>) -> Result<(), String> {
    let fails = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    let mut steps = Vec::new();
    for (path, change) in changes {
        // A link stays a link: what it leads to is changed.
        let path = fs::canonicalize(&path).unwrap_or(path);
        let step = Step::prepare(&path, change).map_err(|error| fails(&path, error));
        match step {
            Ok(step) => steps.push(step),
            Err(error) => {
                steps.iter().for_each(Step::discard);
                return Err(error);
            }
        }
    }
    for (index, step) in steps.iter().enumerate() {
        if let Err(error) = step.make() {
            steps[..=index].iter().rev().for_each(Step::take_back);
            steps.iter().for_each(Step::discard);
            return Err(fails(&step.path, error));
        }
    }
    steps.iter().for_each(Step::settle);
    Ok(())
}

/// Makes a file for this user alone, where there is none.
pub fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// Puts a file in the place of an older one: whoever looks meanwhile finds the old one or the new one,
/// whole. Two that write the same do not meet.
pub fn put(path: &Path, content: &[u8]) -> io::Result<()> {
    let part = named(path, &format!("{}.part", std::process::id()));
    let done = fs::write(&part, content).and_then(|()| fs::rename(&part, path));
    if done.is_err() {
        let _ = fs::remove_file(&part);
    }
    done
}

struct Step {
    path: PathBuf,
    /// The new file, until it is in its place.
    new: Option<PathBuf>,
    /// The old one, while it can still come back.
    old: Option<PathBuf>,
}

impl Step {
    fn prepare(path: &Path, change: Change) -> io::Result<Self> {
        let there = path.exists();
        if let (false, Some(folder)) = (there, path.parent()) {
            fs::create_dir_all(folder)?;
        }
        let new = match change {
            Change::Removed => None,
            Change::Moved(from) => Some(from),
            Change::Content(content) => {
                let part = named(path, "part");
                let written = write(&part, &content, there.then_some(path));
                if written.is_err() {
                    let _ = fs::remove_file(&part);
                }
                written?;
                Some(part)
            }
        };
        Ok(Self {
            path: path.to_owned(),
            new,
            old: there.then(|| named(path, "old")),
        })
    }

    fn make(&self) -> io::Result<()> {
        if let Some(old) = &self.old {
            fs::rename(&self.path, old)?;
        }
        match &self.new {
            Some(new) => fs::rename(new, &self.path),
            None => Ok(()),
        }
    }

    /// What of this can't be done leaves the old file beside its place.
    fn take_back(&self) {
        match &self.old {
            Some(old) if old.exists() => drop(fs::rename(old, &self.path)),
            Some(_) => {}
            None => drop(fs::remove_file(&self.path)),
        }
    }

    fn discard(&self) {
        if let Some(new) = &self.new {
            let _ = fs::remove_file(new);
        }
    }

    fn settle(&self) {
        if let Some(old) = &self.old {
            let _ = fs::remove_file(old);
        }
        if let Some(folder) = self
            .path
            .parent()
            .and_then(|folder| File::open(folder).ok())
        {
            let _ = folder.sync_all();
        }
    }
}

fn write(path: &Path, content: &[u8], like: Option<&Path>) -> io::Result<()> {
    let mut file = File::create(path)?;
    if let Some(like) = like {
        file.set_permissions(fs::metadata(like)?.permissions())?;
    }
    file.write_all(content)?;
    file.sync_all()
}

/// Returns a path beside another, by what is added to its name.
fn named(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_put_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        put(&file, b"old").unwrap();
        put(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        let taken = folder.path().join("b");
        fs::create_dir(&taken).unwrap();
        put(&taken, b"new").unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn all_files_change_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let read = |name: &str| fs::read_to_string(file(name)).ok();
        let content = |text: &str| Change::Content(text.as_bytes().to_vec());
        fs::write(file("a"), "old").unwrap();
        fs::write(file("gone"), "old").unwrap();
        fs::write(file("in the way"), "").unwrap();
        let half = change(vec![
            (file("a"), content("new")),
            (file("gone"), Change::Removed),
            (file("b"), content("new")),
            (file("c"), Change::Moved(file("nothing"))),
        ]);
        assert!(half.unwrap_err().contains("/c: "));
        let under_a_file = (file("in the way/d"), content("new"));
        change(vec![(file("a"), content("new")), under_a_file]).unwrap_err();
        assert_eq!(read("a").as_deref(), Some("old"));
        assert_eq!(read("gone").as_deref(), Some("old"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);

        fs::write(file("ready"), "ready").unwrap();
        change(vec![
            (file("a"), content("new")),
            (file("gone"), Change::Removed),
            (file("deep/b"), content("new")),
            (file("far/c"), Change::Moved(file("ready"))),
        ])
        .unwrap();
        assert_eq!(read("a").as_deref(), Some("new"));
        assert_eq!(read("deep/b").as_deref(), Some("new"));
        assert_eq!(read("far/c").as_deref(), Some("ready"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[test]
    fn a_link_and_the_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        change(vec![(link.clone(), Change::Content(b"new".to_vec()))]).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        let mode = fs::metadata(&real).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
