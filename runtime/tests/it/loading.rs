//! Which components are loaded, and what is said of those that are not.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use cogbox::cog::shape::Metadata;
use cogbox::config::{Config, Environment, Grant};

use crate::components::{self, Folder, cog, offering};
use crate::harness::{Bot, Setup, component};

/// What is said of every cog that was refused, as the log and the dashboard tell it.
pub fn refusals(bot: &Bot) -> String {
    let snapshot = bot.app.registry.snapshot();
    let told = snapshot.refused();
    let told = told.map(|(name, refusal)| format!("{name}: {refusal}\n"));
    told.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_cog_of_this_contract_stays_out_and_the_others_run() {
    let folder = Folder::new();
    let mut setup = Setup::with(&["fun"]);
    let fun = std::fs::read(component("fun")).unwrap();
    let text = |text: &str| wat::parse_str(text).unwrap();
    let import = |name: &str| text(&format!("(component (import \"{name}\" (instance)))"));
    for (name, bytes) in [
        ("empty-file", Vec::new()),
        ("not-wasm", b"#!/bin/sh\necho hello\n".to_vec()),
        ("core-module", text("(module)")),
        ("truncated", fun[..fun.len() / 2].to_vec()),
        ("cut-in-the-header", fun[..6].to_vec()),
        ("other-version", import("cogbox:host/log@0.2.0")),
        ("no-version", import("cogbox:host/log")),
        ("unknown-import", import("cogbox:host/telepathy@0.1.0")),
        ("foreign-import", import("acme:mind/reader@1.0.0")),
        (
            "unknown-export",
            text("(component (instance $i) (export \"cogbox:cog/dreams@0.1.0\" (instance $i)))"),
        ),
        (
            "other-export-version",
            text("(component (instance $i) (export \"cogbox:cog/commands@1.0.0\" (instance $i)))"),
        ),
    ] {
        folder.add(&mut setup, name, &bytes);
    }
    folder.add(&mut setup, "missing-file", &[]);
    std::fs::remove_file(folder.file("missing-file.wasm")).unwrap();
    folder.add(&mut setup, "a-folder", &[]);
    std::fs::remove_file(folder.file("a-folder.wasm")).unwrap();
    std::fs::create_dir(folder.file("a-folder.wasm")).unwrap();

    let bot = setup.start().await;
    let told = refusals(&bot).replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(told, @r"
    a-folder: FOLDER/a-folder.wasm can't be read: Is a directory (os error 21)
      fix: check its path in `source`
    core-module: this is a core WebAssembly module, not a component
      fix: build it with `cogbox build`, or your language's component tool
    cut-in-the-header: this is not a WebAssembly component
      fix: build it with `cogbox build`, or your language's component tool
    empty-file: this is not a WebAssembly component
      fix: build it with `cogbox build`, or your language's component tool
    foreign-import: it imports `acme:mind/reader@1.0.0`, which is neither of the cog contract nor of WASI
      fix: import only cogbox:* interfaces; see wit/README.md
    missing-file: FOLDER/missing-file.wasm can't be read: No such file or directory (os error 2)
      fix: check its path in `source`
    no-version: it is made for `cogbox:host/log`; this Cogbox serves version 0.1 of the contract
      fix: build it against this Cogbox's wit/, or use the Cogbox it was built for
    not-wasm: this is not a WebAssembly component
      fix: build it with `cogbox build`, or your language's component tool
    other-export-version: it is made for `cogbox:cog/commands@1.0.0`; this Cogbox serves version 0.1 of the contract
      fix: build it against this Cogbox's wit/, or use the Cogbox it was built for
    other-version: it is made for `cogbox:host/log@0.2.0`; this Cogbox serves version 0.1 of the contract
      fix: build it against this Cogbox's wit/, or use the Cogbox it was built for
    truncated: the component is damaged: unexpected end-of-file
      fix: build or download it again
    unknown-export: it exports `cogbox:cog/dreams@0.1.0`, which contract 0.1.0 does not have
      fix: check the name against wit/exports.wit, or use a newer Cogbox
    unknown-import: it imports `cogbox:host/telepathy@0.1.0`, which contract 0.1.0 does not have
      fix: check the name against wit/, or use a newer Cogbox
    ");
    let numbers = bot.app.services.metrics.text();
    assert!(numbers.contains("cogbox_cog_up{cog=\"truncated\",version=\"\"} 0\n"));
    assert_eq!(
        bot.metric("cogbox_cog_up{cog=\"fun\",version=\"0.1.0\"}"),
        1.0
    );
    let ann = bot.here("ann");
    assert!(ann.runs("/coin").await.failed().is_none());
    insta::assert_snapshot!(ann.runs("/cogs list").await.text(), @"**fun** 0.1.0: `/roll` `/choose` `/8ball` `/coin`");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_keep_the_contract_stays_out_and_the_others_run() {
    let folder = Folder::new();
    let mut setup = Setup::with(&["fun"]);
    let many: Vec<_> = (0..101).map(|n| format!("c{n}")).collect();
    let many: Vec<_> = many
        .iter()
        .map(|name| (name.as_str(), "One of many"))
        .collect();
    let long = "d".repeat(101);
    for (name, bytes) in [
        ("wrong-type", wrongly_typed(true)),
        ("missing-function", wrongly_typed(false)),
        ("declare-traps", cog("", "", "unreachable")),
        ("declare-calls-the-host", calls_the_clock()),
        ("declares-another-each-time", declares_another_each_time()),
        ("declares-101", offering(&many)),
        ("declares-a-capital", offering(&[("Roll", "Rolls")])),
        ("declares-no-description", offering(&[("roll", "")])),
        ("declares-a-long-text", offering(&[("roll-it", &long)])),
        ("declares-one-twice", offering(&[("a", "A"), ("a", "B")])),
        ("declares-garbage", cog("", "", "i32.const 2147483644")),
        (
            "takes-a-name",
            offering(&[("coin", "Another coin"), ("other", "Other")]),
        ),
        (
            "takes-the-hosts-name",
            offering(&[("cogs", "Not the host's")]),
        ),
    ] {
        folder.add(&mut setup, name, &bytes);
    }
    // With the host's own and fun's four they are a hundred: what Discord takes.
    folder.add(&mut setup, "the-rest", &offering(&many[..50]));
    folder.add(&mut setup, "the-rest-too", &offering(&many[50..95]));
    folder.add(&mut setup, "too-many", &offering(&[("last", "One more")]));

    let bot = setup.start().await;
    insta::assert_snapshot!(refusals(&bot), @r"
    declare-calls-the-host: it can't be started or asked for what it offers: the cog called cogbox:host/clock while it declared its commands, when nothing may be called
      fix: `declare` must return at once, and may call nothing but the log
    declare-traps: it can't be started or asked for what it offers: wasm trap: wasm `unreachable` instruction executed
      fix: `declare` must return at once, and may call nothing but the log
    declares-101: it declares 101 slash commands; one cog may have 50
      fix: gather them into subcommands, or offer fewer of them
    declares-a-capital: the name `Roll` of the command `Roll` is not one that Discord takes
      fix: use 1 to 32 lower-case letters, digits, `-`, `_` and `'`, without spaces
    declares-a-long-text: the command `roll-it` has a description of 101 characters; Discord takes 1 to 100 characters
      fix: give it a description of 1 to 100 characters
    declares-another-each-time: it declares other commands each time it is asked
      fix: declare the same commands always; what changes belongs into their answers
    declares-garbage: it can't be started or asked for what it offers: pointer out of bounds of memory
      fix: `declare` must return at once, and may call nothing but the log
    declares-no-description: the command `roll` has no description; Discord takes 1 to 100 characters
      fix: give it a description of 1 to 100 characters
    declares-one-twice: it declares the command `a` twice
      fix: give each command a name of its own
    missing-function: its `commands` does not fit the contract: instance export `cogbox:cog/commands@0.1.0` does not have export `invoked`
      fix: build it against this Cogbox's wit/
    takes-a-name: `coin` is a command of the cog `fun`
      fix: remove one of the two cogs
    takes-the-hosts-name: `cogs` is a command of Cogbox itself
      fix: give the command another name
    too-many: with it the bot would have 101 slash commands; Discord takes 100
      fix: remove a cog, or gather commands into subcommands
    wrong-type: its `commands` does not fit the contract: failed to convert function to given type: type mismatch with results: expected `list` found `u32`
      fix: build it against this Cogbox's wit/
    ");
    assert_eq!(bot.discord.commands().len(), 100);
    let ann = bot.here("ann");
    assert!(ann.runs("/coin").await.failed().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_never_says_what_it_offers_is_given_up() {
    let folder = Folder::new();
    let mut setup = Setup::with(&[]);
    setup.deadlines.declare = Duration::from_millis(100);
    folder.add(
        &mut setup,
        "endless",
        &cog("", "", "(loop (br 0)) unreachable"),
    );
    let bot = setup.start().await;
    insta::assert_snapshot!(refusals(&bot), @r"
    endless: it can't be started or asked for what it offers: it took longer than 100ms
      fix: `declare` must return at once, and may call nothing but the log
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_asks_for_more_than_granted_says_how_to_grant_it() {
    let setup = Setup::with(&["utility", "fun"]);
    let setup = setup.cog("utility", |cog| cog.grant = Grant::Only(Vec::new()));
    let bot = setup.start().await;
    insta::assert_snapshot!(refusals(&bot), @r#"
    utility: it asks for "guilds", which it is not granted
      fix: if you trust it with that, write under [cogs.utility]: grant = ["guilds"]
    "#);
    let bot = as_told(bot, "utility", &component("utility")).await;
    assert!(bot.here("ann").runs("/serverinfo").await.failed().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_hands_over_more_than_usual_says_how_to_allow_it() {
    let folder = Folder::new();
    let file = folder.file("fun.wasm");
    let metadata = Metadata {
        name: "fun".into(),
        transfer: Some(2_000_000),
        ..Metadata::default()
    };
    let fun = std::fs::read(component("fun")).unwrap();
    std::fs::write(&file, components::with_metadata(fun, &metadata)).unwrap();
    let setup = Setup::with(&["fun"]).cog("fun", |cog| {
        cog.source = file.clone();
        cog.grant = Grant::Only(Vec::new());
    });
    let bot = setup.start().await;
    insta::assert_snapshot!(refusals(&bot), @r#"
    fun: it needs to hand over up to 1954 KiB at once
      fix: if that is fine, write under [cogs.fun]: limits = { transfer = "1954KiB" }
    "#);
    let bot = as_told(bot, "fun", &file).await;
    assert!(bot.here("ann").runs("/coin").await.failed().is_none());
}

/// Starts again with what the refusal advises, word by word, in a cogbox.toml.
async fn as_told(bot: Bot, name: &str, source: &Path) -> Bot {
    let snapshot = bot.app.registry.snapshot();
    let refused = snapshot.refused().find(|(refused, _)| *refused == name);
    let (_, refusal) = refused.expect("it was refused");
    let (_, line) = refusal.fix.split_once(&format!("[cogs.{name}]: ")).unwrap();
    let text = format!("[cogs.{name}]\nsource = \"{}\"\n{line}", source.display());
    let (discord, data) = bot.stop().await;
    let file = data.path().join("cogbox.toml");
    std::fs::write(&file, text).unwrap();
    let config = Config::load(&file, &Environment::default(), |_| true).unwrap();
    let mut setup = Setup::with(&[]);
    setup.cogs = config.cogs;
    let bot = setup.start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(refusals(&bot), "");
    bot
}

#[tokio::test(flavor = "multi_thread")]
async fn wasi_is_there_and_empty() {
    let folder = Folder::new();
    let mut setup = Setup::with(&[]);
    folder.add(&mut setup, "from-elsewhere", &sees_nothing_of_the_machine());
    let bot = setup.start().await;
    assert_eq!(refusals(&bot), "");
    let imported = &bot.cog("from-elsewhere").shape.wasi;
    assert!(
        imported
            .iter()
            .any(|name| name == "wasi:cli/environment@0.2.6"),
        "{imported:?}"
    );
    assert_eq!(bot.cog("from-elsewhere").commands[0].name, "unseen");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_is_compiled_once() {
    let setup = || Setup::with(&["fun", "counter"]);
    let bot = setup().start().await;
    let cache = bot.data.path().join("cache");
    let mode = std::fs::metadata(&cache).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o700);
    let first = written(&cache);
    assert_eq!(first.len(), 4, "two components and two MACs: {first:?}");

    let (discord, data) = bot.stop().await;
    std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o755)).unwrap();
    let bot = setup().start_on(discord, data).await;
    assert_eq!(written(&cache), first, "nothing was written again");
    let mode = std::fs::metadata(&cache).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o700, "the folder is closed again");
    assert!(bot.here("ann").runs("/coin").await.failed().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn compiled_code_that_is_not_our_own_is_not_run() {
    let setup = || Setup::with(&["fun"]);
    let bot = setup().start().await;
    let cache = bot.data.path().join("cache");
    let code = compiled(&cache);
    let (mut bytes, before) = (std::fs::read(&code).unwrap(), written(&cache));
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let (discord, data) = bot.stop().await;
    std::fs::write(&code, &bytes).unwrap();
    let bot = setup().start_on(discord, data).await;
    assert_ne!(written(&cache), before, "a flipped bit: compiled anew");
    assert_ne!(std::fs::read(&code).unwrap(), bytes);
    assert!(bot.here("ann").runs("/coin").await.failed().is_none());

    // Another Cogbox's whole cache, MAC and all.
    let other = setup().start().await;
    let (theirs, (discord, data)) = (other.data.path().join("cache"), bot.stop().await);
    for file in written(&theirs).keys() {
        std::fs::copy(theirs.join(file), cache.join(file)).unwrap();
    }
    let before = written(&cache);
    let bot = setup().start_on(discord, data).await;
    assert_ne!(
        written(&cache),
        before,
        "made with another key: compiled anew"
    );
    assert!(bot.here("ann").runs("/coin").await.failed().is_none());

    let (discord, data) = bot.stop().await;
    for file in written(&cache).keys() {
        std::fs::write(cache.join(file), b"").unwrap();
    }
    let bot = setup().start_on(discord, data).await;
    assert!(
        bot.here("ann").runs("/coin").await.failed().is_none(),
        "emptied: compiled anew"
    );
}

/// The files of a cache, and which file and when each was written: a rename makes another file.
fn written(cache: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    let files = std::fs::read_dir(cache).unwrap();
    let seen = files.map(|file| {
        let file = file.unwrap();
        let metadata = file.metadata().unwrap();
        let name = file.file_name().into_string().unwrap();
        (
            name,
            (metadata.ino(), metadata.mtime(), metadata.mtime_nsec()),
        )
    });
    seen.collect()
}

fn compiled(cache: &Path) -> std::path::PathBuf {
    let files = written(cache);
    let found = files.keys().find(|name| name.ends_with(".cwasm"));
    cache.join(found.expect("something was compiled"))
}

/// Exports `commands` with other functions than the contract's.
fn wrongly_typed(both: bool) -> Vec<u8> {
    let invoked = if both {
        "(export \"invoked\" (func $declare))"
    } else {
        ""
    };
    let text = format!(
        r#"(component
            (core module $m (func (export "declare") (result i32) i32.const 0))
            (core instance $i (instantiate $m))
            (func $declare (result u32) (canon lift (core func $i "declare")))
            (instance $commands (export "declare" (func $declare)) {invoked})
            (export "cogbox:cog/commands@0.1.0" (instance $commands)))"#
    );
    wat::parse_str(text).unwrap()
}

fn calls_the_clock() -> Vec<u8> {
    let import = "(import \"cogbox:host/clock@0.1.0\" \"now\" (func $now (result f64)))";
    cog(
        "import cogbox:host/clock@0.1.0;",
        import,
        "(drop (call $now)) i32.const 1024",
    )
}

/// Describes its one command by a random letter for each bit of a random number.
fn declares_another_each_time() -> Vec<u8> {
    let (data, list) = components::declaring(&[("dice", &"a".repeat(64))]);
    // The description is the last text in the data: after the list, the record and the name.
    let text = 1_024 + 8 + 84 + 4;
    let core = format!(
        r#"(import "wasi:random/random@0.2.6" "get-random-u64" (func $random (result i64)))
           {data} (global $bit (mut i32) (i32.const 0)) (global $bits (mut i64) (i64.const 0))"#
    );
    let declare = format!(
        r#"(global.set $bits (call $random))
           (loop $more
             (i32.store8
               (i32.add (i32.const {text}) (global.get $bit))
               (i32.add (i32.const 97)
                 (i32.wrap_i64 (i64.and (i64.const 1)
                   (i64.shr_u (global.get $bits) (i64.extend_i32_u (global.get $bit)))))))
             (global.set $bit (i32.add (global.get $bit) (i32.const 1)))
             (br_if $more (i32.lt_u (global.get $bit) (i32.const 64))))
           {list}"#
    );
    cog("import wasi:random/random@0.2.6;", &core, &declare)
}

/// Traps if WASI shows it a variable, an argument, a working folder or an opened folder.
fn sees_nothing_of_the_machine() -> Vec<u8> {
    let (data, list) = components::declaring(&[("unseen", "Saw nothing")]);
    let import = |from: &str, name: &str, to: &str, ty: &str| {
        format!("(import \"wasi:{from}@0.2.6\" \"{name}\" (func ${to} {ty}))")
    };
    let core = [
        import(
            "cli/environment",
            "get-environment",
            "environment",
            "(param i32)",
        ),
        import(
            "cli/environment",
            "get-arguments",
            "arguments",
            "(param i32)",
        ),
        import("cli/environment", "initial-cwd", "folder", "(param i32)"),
        import(
            "filesystem/preopens",
            "get-directories",
            "folders",
            "(param i32)",
        ),
        import("clocks/wall-clock", "now", "now", "(param i32)"),
        import("random/random", "get-random-u64", "random", "(result i64)"),
    ];
    // Lists have their length in the second word, an option its presence in the first byte.
    let empty = |call: &str, word: u32| {
        format!(
            "(call ${call} (i32.const 16)) (if (i32.load8_u (i32.const {word})) (then unreachable))"
        )
    };
    let declare = [
        empty("environment", 20),
        empty("arguments", 20),
        empty("folder", 16),
        empty("folders", 20),
        "(call $now (i32.const 16)) (drop (call $random))".to_owned(),
        list,
    ];
    let imports = "import wasi:cli/environment@0.2.6; import wasi:filesystem/preopens@0.2.6;
        import wasi:clocks/wall-clock@0.2.6; import wasi:random/random@0.2.6;";
    cog(imports, &(core.concat() + &data), &declare.concat())
}
