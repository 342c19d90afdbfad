//! `cogbox backup` and `restore`: all of a bot in one archive, and back, whole or not at all.

use std::io::{Read, Write};
use std::path::Path;

use cogbox::store::{Scope, Store};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::cli::{transcript, write};
use crate::components::{Folder, offering};
use crate::process::run;

const HERE: Scope = Scope { guild: 7, user: 0 };

async fn set(folder: &Folder, value: &str) -> Store {
    let store = Store::open(&folder.file("data/cogbox.db")).await.unwrap();
    let set = store.set("fun", HERE, "k", value.as_bytes(), 1 << 20);
    set.await.unwrap();
    store
}

/// A bot's folder with a cog beside it and one from elsewhere.
async fn bot(elsewhere: &Folder) -> Folder {
    let folder = Folder::new();
    let config = format!(
        "# mine\n[cogs.fun]\nsource = \"./cogs/fun.wasm\"\n\n[cogs.far]\nsource = {:?} # far\n",
        elsewhere.file("far.wasm")
    );
    write(&folder, "cogbox.toml", config);
    write(
        &folder,
        "cogs/fun.wasm",
        offering(&[("hello", "Says hello")]),
    );
    write(elsewhere, "far.wasm", offering(&[("far", "Is far")]));
    assert_eq!(run(folder.path(), &["lock"]).await.code, Some(0));
    folder
}

/// Leaves out what differs from run to run.
fn steady(text: &str, places: &[(&Folder, &str)]) -> String {
    let knows = format!("this one knows {}", cogbox::store::copy::schema());
    let made = concat!("Cogbox ", env!("CARGO_PKG_VERSION"));
    let text = text.replace(made, "Cogbox VERSION");
    let mut text = text.replace(&knows, "this one knows N");
    for (folder, name) in places {
        text = text.replace(folder.path().to_str().unwrap(), name);
    }
    let lines = text.lines().map(|line| {
        let line = match (line.split_once(", of 20"), line.split_once(" of 5 files")) {
            (Some((start, _)), _) => format!("{start}, of TIME"),
            (_, Some((start, _))) => {
                let name = start.split(':').next().unwrap_or_default();
                format!("{name}: SIZE of 5 files, with SIZE of database")
            }
            _ => line.to_owned(),
        };
        line + "\n"
    });
    lines.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_comes_back() {
    let elsewhere = Folder::new();
    let old = bot(&elsewhere).await;
    // The store stays open, as a bot has it.
    let store = set(&old, "1").await;
    let archive = elsewhere.file("bot.tar.gz");
    let archive = archive.to_str().unwrap();
    let backup = format!("backup {archive}");
    let restore = format!("restore {archive}");
    let forced = format!("restore {archive} --force");
    let mut text = transcript(&old, &[&backup, &backup, &format!("{backup} --force")]).await;
    store.set("fun", HERE, "k", b"2", 1 << 20).await.unwrap();
    text += &transcript(&old, &[&restore, &forced]).await;
    store.close().await;
    drop(store);

    let new = Folder::new();
    text += "# in an empty folder\n";
    text += &transcript(&new, &[&restore, "list", &restore]).await;
    let store = set(&new, "3").await;
    store.close().await;
    drop(store);
    text += &transcript(&new, &[&forced]).await;
    let places = [(&elsewhere, "ELSEWHERE"), (&old, "OLD"), (&new, "NEW")];
    let text = steady(&text, &places);
    let text: Vec<_> = text
        .split(' ')
        .map(
            |word| match word.len() == 12 && word.bytes().all(|b| b.is_ascii_hexdigit()) {
                true => "HEX",
                false => word,
            },
        )
        .collect();
    insta::assert_snapshot!(text.join(" "), @r"
    $ cogbox backup ELSEWHERE/bot.tar.gz
    far: ELSEWHERE/far.wasm becomes cogs/far.wasm
    ELSEWHERE/bot.tar.gz: SIZE of 5 files, with SIZE of database
    It holds everything that members entrusted to the bot; the token is not in it.
    (exit 0)
    $ cogbox backup ELSEWHERE/bot.tar.gz
    error: ELSEWHERE/bot.tar.gz: there is a file already
      fix: choose another name, or add --force to replace it
    (exit 1)
    $ cogbox backup ELSEWHERE/bot.tar.gz --force
    far: ELSEWHERE/far.wasm becomes cogs/far.wasm
    ELSEWHERE/bot.tar.gz: SIZE of 5 files, with SIZE of database
    It holds everything that members entrusted to the bot; the token is not in it.
    (exit 0)
    $ cogbox restore ELSEWHERE/bot.tar.gz
    error: data/cogbox.db: a bot or another command uses it; stop the bot first
    (exit 6)
    $ cogbox restore ELSEWHERE/bot.tar.gz --force
    error: data/cogbox.db: a bot or another command uses it; stop the bot first
    (exit 6)
    # in an empty folder
    $ cogbox restore ELSEWHERE/bot.tar.gz
    cogbox.toml
    cogbox.lock
    cogs/fun.wasm
    cogs/far.wasm
    data/cogbox.db
    restored from ELSEWHERE/bot.tar.gz, of TIME
    (exit 0)
    $ cogbox list
    NAME  VERSION  SHA-256       STATE     GRANTED
    far            HEX  accepted  nothing
    fun            HEX  accepted  nothing
    (exit 0)
    $ cogbox restore ELSEWHERE/bot.tar.gz
    error: already there: cogbox.toml, cogbox.lock, cogs/fun.wasm, cogs/far.wasm, data/cogbox.db; nothing was changed
      fix: restore into an empty folder, or add --force to replace them
    (exit 1)
    $ cogbox restore ELSEWHERE/bot.tar.gz --force
    cogbox.toml
    cogbox.lock
    cogs/fun.wasm
    cogs/far.wasm
    data/cogbox.db
    restored from ELSEWHERE/bot.tar.gz, of TIME
    (exit 0)
    ");

    let store = Store::open(&new.file("data/cogbox.db")).await.unwrap();
    assert_eq!(store.get("fun", HERE, "k").await.unwrap().unwrap(), b"1");
    for (name, like) in [
        ("cogs/fun.wasm", old.file("cogs/fun.wasm")),
        ("cogs/far.wasm", elsewhere.file("far.wasm")),
    ] {
        assert_eq!(
            std::fs::read(new.file(name)).unwrap(),
            std::fs::read(like).unwrap()
        );
    }
    let config = std::fs::read_to_string(new.file("cogbox.toml")).unwrap();
    assert!(
        config.starts_with("# mine\n") && config.contains("\"cogs/far.wasm\" # far"),
        "{config}"
    );
    let mut left: Vec<_> = std::fs::read_dir(new.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["cogbox.lock", "cogbox.toml", "cogs", "data"]);
    use std::os::unix::fs::PermissionsExt;
    for file in [archive.as_ref(), new.file("data/cogbox.db").as_path()] as [&Path; 2] {
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is private", file.display());
    }
}

/// The archive's files in their order.
fn unpack(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let mut tar = tar::Archive::new(GzDecoder::new(std::fs::File::open(archive).unwrap()));
    let entries = tar.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.path().unwrap().to_str().unwrap().to_owned(), content)
    });
    entries.collect()
}

/// Packs files with a manifest that fits them, unless they bring one that does not.
fn pack(
    archive: &Path,
    mut files: Vec<(String, Vec<u8>)>,
    change: impl Fn(&mut serde_json::Value),
) {
    let mut manifest: serde_json::Value = serde_json::from_slice(&files[0].1).unwrap();
    manifest["files"] = files[1..]
        .iter()
        .map(|(name, content)| {
            serde_json::json!({
                "name": name, "size": content.len(), "sha256": hex::encode(Sha256::digest(content)),
            })
        })
        .collect();
    change(&mut manifest);
    files[0].1 = serde_json::to_vec(&manifest).unwrap();
    let out = std::fs::File::create(archive).unwrap();
    let mut tar = tar::Builder::new(GzEncoder::new(out, Compression::fast()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        // As it stands, also what the crate itself would refuse to write.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        if name.ends_with("link") {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        tar.append(&header, content.as_slice()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_is_not_right_changes_nothing() {
    let elsewhere = Folder::new();
    let old = bot(&elsewhere).await;
    set(&old, "1").await.close().await;
    let good = elsewhere.file("good.tar.gz");
    let made = run(old.path(), &["backup", good.to_str().unwrap()]).await;
    assert_eq!(made.code, Some(0), "{}", made.err);
    let files = || unpack(&good);
    let fits = |_: &mut serde_json::Value| {};
    let archive = |name: &str| elsewhere.file(&format!("{name}.tar.gz"));

    for (name, trick) in [
        ("up", "files/../../up"),
        ("root", "/root"),
        ("link", "files/link"),
    ] {
        let mut tricked = files();
        tricked.insert(
            3,
            (
                trick.into(),
                if trick.ends_with("link") {
                    Vec::new()
                } else {
                    b"x".to_vec()
                },
            ),
        );
        pack(&archive(name), tricked, fits);
    }
    let mut more = files();
    more.push(("files/more".into(), b"x".to_vec()));
    pack(&archive("more"), more, |manifest| {
        manifest["files"].as_array_mut().unwrap().pop();
    });
    pack(&archive("less"), files()[..4].to_vec(), fits);
    pack(&archive("changed"), files(), |manifest| {
        manifest["files"][0]["sha256"] = "00".into()
    });
    pack(&archive("newer"), files(), |manifest| {
        manifest["schema"] = 1_000.into()
    });
    let mut damaged = files();
    damaged.last_mut().unwrap().1.truncate(5_000);
    pack(&archive("damaged"), damaged, fits);
    let mut newer = files();
    // The schema's number, where SQLite keeps it.
    newer.last_mut().unwrap().1[60..64].copy_from_slice(&1_000_u32.to_be_bytes());
    pack(&archive("lying"), newer, fits);
    let mut outside = files();
    outside[1].1 = b"[store]\npath = \"/nowhere/cogbox.db\"\n".to_vec();
    pack(&archive("outside"), outside, fits);
    let half = std::fs::read(&good).unwrap();
    std::fs::write(archive("half"), &half[..half.len() / 2]).unwrap();
    let mut text = std::fs::File::create(archive("text")).unwrap();
    text.write_all(b"hello").unwrap();

    let new = Folder::new();
    let mut told = String::new();
    for name in [
        "gone", "text", "half", "up", "root", "link", "more", "less", "changed", "newer",
        "damaged", "lying", "outside",
    ] {
        let line = format!("restore {}", archive(name).display());
        told += &transcript(&new, &[&line]).await;
    }
    insta::assert_snapshot!(steady(&told, &[(&elsewhere, "ELSEWHERE")]), @r"
    $ cogbox restore ELSEWHERE/gone.tar.gz
    error: ELSEWHERE/gone.tar.gz: No such file or directory (os error 2); nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/text.tar.gz
    error: ELSEWHERE/text.tar.gz: this is no backup; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/half.tar.gz
    error: ELSEWHERE/half.tar.gz: `files/cogs/fun.wasm` can't be written: incomplete deflate stream; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/up.tar.gz
    error: ELSEWHERE/up.tar.gz: `files/../../up` leads out of the configuration's folder; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/root.tar.gz
    error: ELSEWHERE/root.tar.gz: `/root` leads out of the configuration's folder; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/link.tar.gz
    error: ELSEWHERE/link.tar.gz: `files/link` is not what its manifest says; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/more.tar.gz
    error: ELSEWHERE/more.tar.gz: `files/more` is not in its manifest; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/less.tar.gz
    error: ELSEWHERE/less.tar.gz: there is no database in it; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/changed.tar.gz
    error: ELSEWHERE/changed.tar.gz: `files/cogbox.toml` is damaged; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/newer.tar.gz
    error: ELSEWHERE/newer.tar.gz: it was made by Cogbox VERSION, whose database has schema 1000; this one knows N
      fix: restore it with that version or a newer one
    (exit 1)
    $ cogbox restore ELSEWHERE/damaged.tar.gz
    error: ELSEWHERE/damaged.tar.gz: its database can't be used: the database failed: error returned from database: (code: 11) database disk image is malformed; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/lying.tar.gz
    error: ELSEWHERE/lying.tar.gz: its database is at schema 1000, made by a newer Cogbox; this one knows N; nothing was changed
      fix: take an archive that `cogbox backup` made, whole and unchanged
    (exit 1)
    $ cogbox restore ELSEWHERE/outside.tar.gz
    error: the archived cogbox.toml puts the database outside its folder, at /nowhere/cogbox.db; nothing was changed
      fix: add --outside if it belongs there, or set COGBOX_STORE_PATH
    (exit 1)
    ");
    let left: Vec<_> = std::fs::read_dir(new.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert!(left.iter().all(|name| name == "data"), "{left:?}");
    assert!(!new.file("data/cogbox.db").exists());
    assert!(!new.path().parent().unwrap().join("up").exists());
}
