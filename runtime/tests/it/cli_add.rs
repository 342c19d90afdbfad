//! `cogbox add`, `remove` and `list`, as an operator meets them: what is told before anything is
//! granted, and what is in the files afterwards.

use std::os::unix::fs::PermissionsExt;

use cogbox::cog::shape::Metadata;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::cli::{told, transcript, write};
use crate::components::{Folder, with_metadata};
use crate::process::{cogbox, run};

/// A component that asks for these interfaces, with what its author says.
fn asking(version: &str, interfaces: &[&str], reasons: &[(&str, &str)]) -> Vec<u8> {
    let imports = interfaces
        .iter()
        .map(|name| format!("(import \"cogbox:{name}@0.1.0\" (instance))"));
    let text = format!("(component {})", imports.collect::<String>());
    let reasons = reasons
        .iter()
        .map(|(name, why)| (name.to_string(), why.to_string()));
    let metadata = Metadata {
        name: "greeter".into(),
        version: version.into(),
        description: "Greets".into(),
        reasons: reasons.collect(),
        ..Metadata::default()
    };
    with_metadata(wat::parse_str(text).unwrap(), &metadata)
}

fn read(folder: &Folder, name: &str) -> Option<String> {
    std::fs::read_to_string(folder.file(name)).ok()
}

/// Leaves out what differs from build to build.
fn steady(text: &str) -> String {
    let words = text.split_inclusive([' ', '\n', '"']).map(|word| {
        let (digest, rest) = word.split_at(word.len().saturating_sub(1));
        let hex = digest.len() >= 12 && digest.bytes().all(|b| b.is_ascii_hexdigit());
        if hex {
            format!("HEX{rest}")
        } else {
            word.to_owned()
        }
    });
    words.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_is_added_updated_and_removed() {
    let folder = Folder::new();
    let mut text = String::new();
    let mut runs = async |what: &str, lines: &[&str]| {
        text += &format!("# {what}\n{}", steady(&transcript(&folder, lines).await));
    };
    let messages = ["host/log", "discord/messages"];
    let greets = ("messages", "to greet who joins");
    write(&folder, "one.wasm", asking("0.1.0", &messages, &[greets]));
    runs("nobody agrees", &["add one.wasm", "list"]).await;
    assert_eq!(read(&folder, "cogbox.toml"), None);
    assert_eq!(read(&folder, "cogbox.lock"), None);
    assert!(!folder.file("cogs").exists());

    runs("it is granted", &["add one.wasm --grant", "list"]).await;
    assert!(
        read(&folder, "cogs/greeter.wasm").is_none(),
        "it is no text"
    );
    assert_eq!(
        std::fs::read(folder.file("cogs/greeter.wasm")).unwrap(),
        std::fs::read(folder.file("one.wasm")).unwrap()
    );
    runs("the same asks need no second look", &["add one.wasm"]).await;
    let more = [
        greets,
        ("moderation", "to ban spammers"),
        ("act-alone", "at night"),
    ];
    let all = ["discord/messages", "discord/moderation"];
    write(&folder, "two.wasm", asking("0.2.0", &all, &more));
    let before = read(&folder, "cogbox.toml");
    runs("one that asks for more", &["add two.wasm"]).await;
    assert_eq!(read(&folder, "cogbox.toml"), before);
    runs("that is granted too", &["add two.wasm --yes"]).await;
    assert_eq!(
        read(&folder, "cogbox.toml").unwrap(),
        before.unwrap().replace(
            "[\"messages\"]",
            "[\"messages\", \"act-alone\", \"moderation\"]"
        )
    );
    write(
        &folder,
        "three.wasm",
        asking("0.3.0", &["discord/messages"], &[greets]),
    );
    runs(
        "one that asks for less",
        &["add three.wasm", "lock", "list"],
    )
    .await;
    let toml = read(&folder, "cogbox.toml").unwrap();
    let lock = steady(&read(&folder, "cogbox.lock").unwrap());
    let place = folder.path().canonicalize().unwrap();
    let lock = lock.replace(place.to_str().unwrap(), "FOLDER");
    runs("it goes", &["remove greeter", "list", "remove greeter"]).await;
    assert!(!folder.file("cogs/greeter.wasm").exists());
    insta::assert_snapshot!(text, @r#"
    # nobody agrees
    $ cogbox add one.wasm
    greeter 0.1.0
      its author says: "Greets"
      222 B, sha256 HEX
      from FOLDER/one.wasm

    If you grant what it asks for, it can
      messages           post messages as the bot, and change or delete its own
                         its author says: "to greet who joins"

    error: nobody is here to say whether it may have this; nothing was written
      fix: add --grant if it may
    (exit 2)
    $ cogbox list
    error: cogbox.toml: the file can't be read: No such file or directory (os error 2)
      fix: check the path and its permissions
    (exit 2)
    # it is granted
    $ cogbox add one.wasm --grant
    greeter 0.1.0
      its author says: "Greets"
      222 B, sha256 HEX
      from FOLDER/one.wasm

    If you grant what it asks for, it can
      messages           post messages as the bot, and change or delete its own
                         its author says: "to greet who joins"

    greeter 0.1.0 is added: cogbox.toml is made, cogbox.lock accepts cogs/greeter.wasm
    It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it.
    (exit 0)
    $ cogbox list
    NAME     VERSION  SHA-256       STATE     GRANTED
    greeter  0.1.0    HEX  accepted  messages
    (exit 0)
    # the same asks need no second look
    $ cogbox add one.wasm
    greeter 0.1.0
      its author says: "Greets"
      222 B, sha256 HEX
      from FOLDER/one.wasm
      it is there already

    It asks for nothing beyond what it is granted.

    greeter 0.1.0 is updated: cogbox.toml is written, cogbox.lock accepts cogs/greeter.wasm
    It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it.
    (exit 0)
    # one that asks for more
    $ cogbox add two.wasm
    greeter 0.2.0
      its author says: "Greets"
      286 B, sha256 HEX
      from FOLDER/two.wasm
      instead of 0.1.0

    Beyond what it is granted, it asks to
      moderation         kick, ban and time out members  [can do great harm]
                         its author says: "to ban spammers"
      act-alone          act by itself, and for members beyond what they may do themselves  [lifts a rule of the host's]
                         its author says: "at night"

    error: nobody is here to say whether it may have this; nothing was written
      fix: add --grant if it may
    (exit 2)
    # that is granted too
    $ cogbox add two.wasm --yes
    greeter 0.2.0
      its author says: "Greets"
      286 B, sha256 HEX
      from FOLDER/two.wasm
      instead of 0.1.0

    Beyond what it is granted, it asks to
      moderation         kick, ban and time out members  [can do great harm]
                         its author says: "to ban spammers"
      act-alone          act by itself, and for members beyond what they may do themselves  [lifts a rule of the host's]
                         its author says: "at night"

    greeter 0.2.0 is updated: cogbox.toml is written, cogbox.lock accepts cogs/greeter.wasm
    It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it.
    (exit 0)
    # one that asks for less
    $ cogbox add three.wasm
    greeter 0.3.0
      its author says: "Greets"
      189 B, sha256 HEX
      from FOLDER/three.wasm
      instead of 0.2.0

    It asks for nothing beyond what it is granted.
    It no longer asks for act-alone, moderation: that grant ends.

    greeter 0.3.0 is updated: cogbox.toml is written, cogbox.lock accepts cogs/greeter.wasm
    It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it.
    (exit 0)
    $ cogbox lock
    greeter 0.3.0: unchanged
    (exit 0)
    $ cogbox list
    NAME     VERSION  SHA-256       STATE     GRANTED
    greeter  0.3.0    HEX  accepted  messages
    (exit 0)
    # it goes
    $ cogbox remove greeter
    greeter is removed from cogbox.toml and cogbox.lock
    cogs/greeter.wasm is deleted
    what it kept stays in the database: `cogbox data delete --cog greeter` deletes that
    (exit 0)
    $ cogbox list
    there are no cogs yet: `cogbox add` adds one
    (exit 0)
    $ cogbox remove greeter
    error: cogbox.toml: there is no cog named `greeter`
      fix: look at the file: it names no cog
    (exit 1)
    "#);
    insta::assert_snapshot!(toml, @r#"
    # The bot's configuration; README.md tells what else can stand here.

    [cogs.greeter]
    source = "cogs/greeter.wasm"
    grant = ["messages"]
    "#);
    insta::assert_snapshot!(lock, @r#"
    # Written by `cogbox add` and `cogbox lock`: the components that may run.
    [cogs.greeter]
    version = "0.3.0"
    digest = "HEX"
    asks = "HEX"
    origin = "FOLDER/three.wasm"
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_wrote_and_owns_stays() {
    let folder = Folder::new();
    let config = "# My bot\n\n[web]\nbind = \"127.0.0.1:9000\" # mine\n\n# Mine too.\n\
                  [cogs.mine]\nsource = \"own/mine.wasm\" # by hand\ngrant = []\n";
    write(&folder, "cogbox.toml", config);
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(folder.file("cogbox.toml"), mode).unwrap();
    write(&folder, "own/mine.wasm", asking("0.1.0", &[], &[]));
    let text = transcript(
        &folder,
        &[
            "lock",
            "add own/mine.wasm --name mine",
            "add own/mine.wasm --name other",
        ],
    );
    insta::assert_snapshot!(steady(&text.await), @r#"
    $ cogbox lock
    mine 0.1.0: accepted
    (exit 0)
    $ cogbox add own/mine.wasm --name mine
    mine 0.1.0
      its author says: "Greets"
      116 B, sha256 HEX
      from FOLDER/own/mine.wasm
      it is there already

    It asks for nothing beyond what it is granted.

    mine 0.1.0 is updated: cogbox.toml is written, cogbox.lock accepts own/mine.wasm
    It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it.
    (exit 0)
    $ cogbox add own/mine.wasm --name other
    other 0.1.0
      its author says: "Greets"
      116 B, sha256 HEX
      from FOLDER/own/mine.wasm

    It asks for nothing that needs a grant.

    other 0.1.0 is added: cogbox.toml is written, cogbox.lock accepts cogs/other.wasm
    It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it.
    (exit 0)
    "#);
    let added = read(&folder, "cogbox.toml").unwrap();
    assert_eq!(
        added,
        format!("{config}\n[cogs.other]\nsource = \"cogs/other.wasm\"\n")
    );
    let mode = std::fs::metadata(folder.file("cogbox.toml")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o640);
    let text = transcript(&folder, &["remove mine", "remove other"]).await;
    insta::assert_snapshot!(text, @r"
    $ cogbox remove mine
    mine is removed from cogbox.toml and cogbox.lock
    what it kept stays in the database: `cogbox data delete --cog mine` deletes that
    (exit 0)
    $ cogbox remove other
    other is removed from cogbox.toml and cogbox.lock
    cogs/other.wasm is deleted
    what it kept stays in the database: `cogbox data delete --cog other` deletes that
    (exit 0)
    ");
    assert!(folder.file("own/mine.wasm").exists());
    assert_eq!(
        read(&folder, "cogbox.toml").unwrap(),
        "# My bot\n\n[web]\nbind = \"127.0.0.1:9000\" # mine\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_added_leaves_nothing_behind() {
    let folder = Folder::new();
    let nameless = wat::parse_str("(component)").unwrap();
    write(&folder, "nameless.wasm", nameless);
    write(&folder, "notes.txt", "hello");
    write(&folder, "greeter.wasm", asking("0.1.0", &[], &[]));
    let lines = [
        "add gone.wasm",
        "add notes.txt",
        "add nameless.wasm",
        "add nameless.wasm --name ../x",
        "add http://example.org/greeter.wasm",
        "add https://ann:secret@example.org/greeter.wasm",
        "add greeter.wasm --sha256 00ff",
    ];
    insta::assert_snapshot!(steady(&transcript(&folder, &lines).await), @r"
    $ cogbox add gone.wasm
    error: gone.wasm: No such file or directory (os error 2)
      fix: check the path
    (exit 1)
    $ cogbox add notes.txt
    error: notes.txt: this is not a WebAssembly component
      fix: build it with `cogbox build`, or your language's component tool
    (exit 1)
    $ cogbox add nameless.wasm
    error: nameless.wasm: its author gave it no name that can be used here
      fix: choose one with --name
    (exit 1)
    $ cogbox add nameless.wasm --name ../x
    error: --name: `../x` can't be a cog's name
      fix: use 1 to 32 lower-case letters, digits and hyphens, beginning with a letter
    (exit 1)
    $ cogbox add http://example.org/greeter.wasm
    error: http://example.org/greeter.wasm: a component is only taken from an https address without a password
      fix: write https://, or download it and name the file
    (exit 1)
    $ cogbox add https://ann:secret@example.org/greeter.wasm
    error: https://ann:secret@example.org/greeter.wasm: a component is only taken from an https address without a password
      fix: write https://, or download it and name the file
    (exit 1)
    $ cogbox add greeter.wasm --sha256 00ff
    error: greeter.wasm: its SHA-256 is a3756efba3632a90e3fc49ce900fe3c594da664c22c0b29803f83fe2e22d9ef5, not the one that was given
      fix: get it from where that number was published
    (exit 1)
    ");
    // All or nothing: the lock can't be written.
    std::fs::create_dir_all(folder.file("cogbox.lock.part/in the way")).unwrap();
    let ended = run(folder.path(), &["add", "greeter.wasm"]).await;
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.err.contains("nothing was changed"), "{}", ended.err);
    assert!(!folder.file("cogbox.toml").exists());
    assert!(!folder.file("cogs/greeter.wasm").exists());
    assert!(!folder.file("cogs/greeter.wasm.part").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_s_words_do_nothing_to_a_terminal() {
    let folder = Folder::new();
    let evil = "\u{1b}[2Jfree\u{202e}\nGrant all of this? [y/N] y";
    let metadata = Metadata {
        name: "evil".into(),
        version: evil.into(),
        description: evil.into(),
        reasons: [("messages".to_owned(), evil.to_owned())].into(),
        hosts: vec![evil.into()],
        transfer: Some(2 << 20),
    };
    let text = "(component (import \"cogbox:discord/messages@0.1.0\" (instance)))";
    write(
        &folder,
        "evil.wasm",
        with_metadata(wat::parse_str(text).unwrap(), &metadata),
    );
    for line in [
        "add evil.wasm",
        "add evil.wasm --grant",
        "list",
        "remove evil",
    ] {
        let ended = run(folder.path(), &line.split(' ').collect::<Vec<_>>()).await;
        let said = told(&folder, &ended);
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said}");
        assert!(
            !said.lines().any(|line| line.starts_with("Grant all")),
            "{said}"
        );
        if line == "add evil.wasm --grant" {
            let limit = "limits = { transfer = \"2048KiB\" }";
            assert!(read(&folder, "cogbox.toml").unwrap().contains(limit));
            assert!(said.contains("may hand over 2 MiB at once"), "{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_component_can_t_say_the_operator_does() {
    let folder = Folder::new();
    let asks = ["host/http", "host/shared-store"];
    let whole = asking("0.1.0", &asks, &[("http", "to ask the weather")]);
    write(&folder, "greeter.wasm", whole);
    let lines = [
        "add greeter.wasm --grant",
        "add greeter.wasm --grant --http https://example.org/",
        "add greeter.wasm --grant --http api.example.org",
        "add greeter.wasm --grant --http api.example.org --bucket bank",
        "add greeter.wasm",
        "list",
    ];
    insta::assert_snapshot!(steady(&transcript(&folder, &lines).await), @r#"
    $ cogbox add greeter.wasm --grant
    error: it asks for the web and names no host; nothing was written
      fix: say which hosts it may reach, such as --http api.example.org
    (exit 2)
    $ cogbox add greeter.wasm --grant --http https://example.org/
    error: `https://example.org/` is more than a host's name; nothing was written
      fix: write names such as "api.example.org" or "*.example.org"
    (exit 2)
    $ cogbox add greeter.wasm --grant --http api.example.org
    error: it asks for the shared store, and does not say which bucket; nothing was written
      fix: see what its author tells, and name it, such as --bucket bank
    (exit 2)
    $ cogbox add greeter.wasm --grant --http api.example.org --bucket bank
    greeter 0.1.0
      its author says: "Greets"
      220 B, sha256 HEX
      from FOLDER/greeter.wasm

    If you grant what it asks for, it can
      shared-store       keep data that other cogs share  [reaches further than its own answers]
      http               reach web hosts that the operator names  [reaches further than its own answers]
                         its author says: "to ask the weather"
      it would like to reach: api.example.org

    greeter 0.1.0 is added: cogbox.toml is made, cogbox.lock accepts cogs/greeter.wasm
    It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it.
    (exit 0)
    $ cogbox add greeter.wasm
    greeter 0.1.0
      its author says: "Greets"
      220 B, sha256 HEX
      from FOLDER/greeter.wasm
      it is there already

    It asks for nothing beyond what it is granted.

    greeter 0.1.0 is updated: cogbox.toml is written, cogbox.lock accepts cogs/greeter.wasm
    It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it.
    (exit 0)
    $ cogbox list
    NAME     VERSION  SHA-256       STATE     GRANTED
    greeter  0.1.0    HEX  accepted  shared-store.bank, http api.example.org
    (exit 0)
    "#);
    insta::assert_snapshot!(read(&folder, "cogbox.toml").unwrap(), @r#"
    # The bot's configuration; README.md tells what else can stand here.

    [cogs.greeter]
    source = "cogs/greeter.wasm"
    grant = ["shared-store.bank"]
    http = ["api.example.org"]
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sits_at_a_terminal_is_asked_once() {
    let folder = Folder::new();
    write(
        &folder,
        "greeter.wasm",
        asking("0.1.0", &["discord/messages"], &[]),
    );
    for (answer, added) in [("n\n", false), ("\n", false), ("y\n", true)] {
        let program = cogbox(folder.path(), &[]);
        let program = program
            .as_std()
            .get_program()
            .to_string_lossy()
            .into_owned();
        // `script` gives it a terminal of its own.
        let mut script = Command::new("script");
        let line = format!("'{program}' add greeter.wasm");
        script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        script
            .current_dir(folder.path())
            .env_remove("COGBOX_CONFIG");
        script
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped());
        let mut child = script.spawn().unwrap();
        let mut typed = child.stdin.take().unwrap();
        typed.write_all(answer.as_bytes()).await.unwrap();
        typed.flush().await.unwrap();
        let ended = child.wait_with_output().await.unwrap();
        drop(typed);
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert_eq!(
            said.matches("Grant all of this? [y/N]").count(),
            1,
            "{said}"
        );
        assert_eq!(
            ended.status.code(),
            Some(if added { 0 } else { 1 }),
            "{said}"
        );
        assert_eq!(folder.file("cogbox.toml").exists(), added, "{said}");
    }
}
