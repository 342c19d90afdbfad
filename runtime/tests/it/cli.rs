//! The command line, as authors and operators meet it: what each command prints, and how it ends.

use std::path::Path;

use cogbox::cog::shape::Metadata;

use crate::components::{Folder, cog, offering, with_metadata};
use crate::harness::component;
use crate::process::{Ended, Process, cogbox, run};

/// What a command said and how it ended, with the folder's place left out.
pub fn told(folder: &Folder, ended: &Ended) -> String {
    let place = folder.path().display().to_string();
    let code = ended
        .code
        .map_or("a signal".to_owned(), |code| code.to_string());
    let text = format!("{}{}(exit {code})", ended.out, ended.err);
    text.replace(&place, "FOLDER")
}

/// Runs the command lines one after the other.
pub async fn transcript(folder: &Folder, lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let ended = run(folder.path(), &line.split(' ').collect::<Vec<_>>()).await;
        text += &format!("$ cogbox {line}\n{}\n", told(folder, &ended));
    }
    text
}

/// Writes a file, and the folders that lead to it.
pub fn write(folder: &Folder, name: &str, content: impl AsRef<[u8]>) {
    let file = folder.file(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, content).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_command_it_says_what_there_is() {
    let folder = Folder::new();
    let nothing = run(folder.path(), &[]).await;
    assert_eq!(nothing.code, Some(2));
    let help = run(folder.path(), &["--help"]).await;
    assert_eq!(help.code, Some(0));
    insta::assert_snapshot!(help.out, @r"
    A host for Discord bots whose plugins are sandboxed WebAssembly components

    Usage: cogbox [OPTIONS] <COMMAND>

    Commands:
      run      Run the bot: needs DISCORD_TOKEN or DISCORD_TOKEN_FILE
      dev      Run the bot on a local Discord with a chat page: no token, no network
      new      Write a new cog that says hello, to begin with
      build    Build cogs from their sources into components
      inspect  Tell what a component can do, before it is trusted with anything
      add      Add a cog, or update one: tells what it asks for, and asks you
      remove   Remove a cog; its data are kept
      list     List the cogs: version, digest, what is granted, and whether each is accepted
      lock     Accept the components that cogbox.toml names: `run` loads no others
      invite   Print the link that adds the bot to a server, and which cog needs what there
      data     Export or delete what cogs keep about a person or a server; safe while the bot runs
      backup   Put the database, cogbox.toml, cogbox.lock and the components into one archive; safe while the bot runs
      restore  Put back what `cogbox backup` saved; the bot must not run
      login    Print a link that logs in to the dashboard once; works while the bot runs
      health   Ask the running bot's dashboard whether it is well
      doctor   Check everything that a bot needs here, and say what to do where something is amiss; safe while the bot runs
      help     Print this message or the help of the given subcommand(s)

    Options:
          --log <LOG>  What is logged: a level, or levels by module, such as `info,cogbox::rest=debug` [env: COGBOX_LOG=]
      -h, --help       Print help
      -V, --version    Print version
    ");
    let commands = [
        "run", "dev", "new", "build", "inspect", "add", "remove", "list", "lock", "invite",
        "backup", "restore", "login", "health", "doctor",
    ];
    for command in commands {
        let help = run(folder.path(), &[command, "--help"]).await;
        assert_eq!(help.code, Some(0));
        assert!(
            help.out
                .contains(&format!("Usage: cogbox {command} [OPTIONS]")),
            "{}",
            help.out
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inspect_tells_what_a_cog_can_and_cannot_do() {
    let folder = Folder::new();
    let file = component("utility");
    let ended = run(folder.path(), &["inspect", file.to_str().unwrap()]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    // What differs from build to build.
    let (size, rest) = ended.out.split_once(" KiB, sha256 ").unwrap();
    let (start, size) = size.rsplit_once(' ').unwrap();
    assert!(size.parse::<f64>().unwrap() > 1.0);
    let (digest, rest) = rest.split_once('\n').unwrap();
    assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    insta::assert_snapshot!(format!("{start} SIZE, sha256 DIGEST\n{rest}"), @r#"
    utility 0.1.0
      Latency, uptime, and who and where one is
      SIZE, sha256 DIGEST

    If you grant what it asks for, it can
      guilds             see a server's name, icon, owner and size
                         its author says: "to show the server's name, owner, size and boosts"

    Like every cog it can
      write to the log, read the time, answer those who use its commands, buttons
      and forms, see the bot's own name and health

    It cannot
      look up members: names, roles, dates; list a server's roles; list a server's
      channels; read messages of the past; read the audit log; post messages as the
      bot, and change or delete its own; write to people directly; delete and pin
      other people's messages; make and close threads; make, list and delete
      invites; give and take roles; rename members, and move or mute them in voice;
      kick, ban and time out members; make, change and delete roles; make, change
      and delete channels; offer commands in a single server; set the bot's status,
      and leave servers; play in voice channels, and fetch what it plays from the
      web where `resolvers` allow it; set timers that outlive a restart; keep data
      that other cogs share; reach web hosts that the operator names
      nor read files, open sockets, see the environment or the bot's token

    It listens to
      its own commands

    So the bot needs
      intents      GUILDS
      permissions  none

    Each call has at most 64 MiB of memory, 1s of CPU time, 60s in all, and may hand over 256 KiB
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn inspect_says_what_is_no_cog() {
    let folder = Folder::new();
    write(&folder, "notes.txt", "not a component\n");
    write(&folder, "core.wasm", wat::parse_str("(module)").unwrap());
    let other = "(component (import \"cogbox:host/log@9.0.0\" (instance)))";
    write(&folder, "other.wasm", wat::parse_str(other).unwrap());
    let lines = [
        "inspect gone.wasm",
        "inspect notes.txt",
        "inspect core.wasm",
        "inspect other.wasm",
    ];
    insta::assert_snapshot!(transcript(&folder, &lines).await, @r"
    $ cogbox inspect gone.wasm
    error: gone.wasm: No such file or directory (os error 2)
      fix: check the path
    (exit 1)
    $ cogbox inspect notes.txt
    error: notes.txt: this is not a WebAssembly component
      fix: build it with `cogbox build`, or your language's component tool
    (exit 1)
    $ cogbox inspect core.wasm
    error: core.wasm: this is a core WebAssembly module, not a component
      fix: build it with `cogbox build`, or your language's component tool
    (exit 1)
    $ cogbox inspect other.wasm
    error: other.wasm: it is made for `cogbox:host/log@9.0.0`; this Cogbox serves version 0.1 of the contract
      fix: build it against this Cogbox's wit/, or use the Cogbox it was built for
    (exit 1)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_a_cog_s_sources_are_told() {
    let folder = Folder::new();
    let good = "name = \"greeter\"\nversion = \"0.1.0\"\ndescription = \"Greets\"\n\
        language = \"rust\"\n[listens]\nexports = [\"commands\"]\n";
    std::fs::create_dir(folder.file("empty")).unwrap();
    write(
        &folder,
        "misspelt/cog.toml",
        good.replace("version", "verison"),
    );
    write(
        &folder,
        "asking/cog.toml",
        format!("{good}[asks]\nmessages = \"\"\n"),
    );
    write(
        &folder,
        "cobol/cog.toml",
        good.replace("\"rust\"", "\"cobol\""),
    );
    write(&folder, "crateless/cog.toml", good);
    let lines = [
        "build empty",
        "build misspelt",
        "build asking",
        "build cobol",
    ];
    insta::assert_snapshot!(transcript(&folder, &lines).await, @r#"
    $ cogbox build empty
    error: empty/cog.toml: the file can't be read: No such file or directory (os error 2)
      fix: check the path and its permissions
    (exit 2)
    $ cogbox build misspelt
    error: misspelt/cog.toml:2: unknown field `verison`, expected one of `name`, `version`, `description`, `language`, `asks`, `listens`, `http`, `limits`
      fix: remove the key, or write one of the names listed
    (exit 2)
    $ cogbox build asking
    error: asking/cog.toml:8: `messages` has no reason
      fix: say in a few words what for: the operator reads it before granting
    (exit 2)
    $ cogbox build cobol
    error: cobol/cog.toml:4: `cobol` is not a language that this version builds
      fix: write "rust", "python", "javascript" or "c", or build the component with your language's own tools
    (exit 2)
    "#);
    // Cargo has its own words before ours.
    let crateless = run(folder.path(), &["build", "crateless"]).await;
    assert_eq!(crateless.code, Some(1));
    assert!(
        crateless
            .err
            .ends_with("error: crateless: the build failed; see above\n"),
        "{}",
        crateless.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lock_accepts_what_is_there_and_says_what_changed() {
    let folder = Folder::new();
    let versioned = |version: &str, bytes: Vec<u8>| {
        let (name, version) = ("greeter".to_owned(), version.to_owned());
        with_metadata(
            bytes,
            &Metadata {
                name,
                version,
                ..Metadata::default()
            },
        )
    };
    let config = "[cogs.greeter]\nsource = \"greeter.wasm\"\n";
    write(&folder, "cogbox.toml", config);
    let mut text = String::new();
    let mut locks = async |what: &str| {
        text += &format!("# {what}\n{}", transcript(&folder, &["lock"]).await);
    };
    locks("the file is missing").await;
    let first = versioned("0.1.0", offering(&[("hello", "Says hello")]));
    write(&folder, "greeter.wasm", &first);
    locks("it is new").await;
    let accepted = std::fs::read_to_string(folder.file("cogbox.lock")).unwrap();
    locks("nothing changed").await;
    assert_eq!(
        std::fs::read_to_string(folder.file("cogbox.lock")).unwrap(),
        accepted
    );
    write(
        &folder,
        "greeter.wasm",
        versioned("0.2.0", offering(&[("hello", "Says more")])),
    );
    locks("a new version").await;
    let asking = "import cogbox:discord/guilds@0.1.0;";
    let import = r#"(import "cogbox:discord/guilds@0.1.0" "get" (func (param i32 i32 i32)))"#;
    write(
        &folder,
        "greeter.wasm",
        versioned("0.3.0", cog(asking, import, "unreachable")),
    );
    locks("one that asks for more").await;
    write(&folder, "cogbox.toml", "");
    locks("it was removed").await;
    write(&folder, "cogbox.lock", "[cogs.greeter]\nversion = 3\n");
    locks("somebody wrote into the lock").await;
    insta::assert_snapshot!(text, @r"
    # the file is missing
    $ cogbox lock
    error: greeter.wasm: No such file or directory (os error 2)
      fix: check its path in `source`
    (exit 1)
    # it is new
    $ cogbox lock
    greeter 0.1.0: accepted
    (exit 0)
    # nothing changed
    $ cogbox lock
    greeter 0.1.0: unchanged
    (exit 0)
    # a new version
    $ cogbox lock
    greeter 0.2.0: accepted; it asks for the same as before
    (exit 0)
    # one that asks for more
    $ cogbox lock
    greeter 0.3.0: accepted; it asks for other things than before
    (exit 0)
    # it was removed
    $ cogbox lock
    greeter: no longer there
    (exit 0)
    # somebody wrote into the lock
    $ cogbox lock
    error: cogbox.lock:2: invalid type: integer `3`, expected a string
      fix: give the value the type that is expected there
    (exit 2)
    ");
    assert!(accepted.contains("[cogs.greeter]"), "{accepted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dev_answers_without_a_token_or_a_network() {
    let folder = Folder::new();
    let fun = component("fun");
    let here = ["--web", "127.0.0.1:0", "--discord", "127.0.0.1:0"];
    let arguments = [&["dev", fun.to_str().unwrap(), "--self-test"][..], &here].concat();
    let tested = run(folder.path(), &arguments).await;
    assert_eq!(tested.code, Some(0), "{}", tested.err);
    // Dice fall as they like.
    let lines = tested.out.lines();
    let lines: Vec<_> = lines
        .map(|line| line.split("1d6:").next().unwrap())
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    ok    cogbox       /cogs list: **fun** 0.1.0: `/roll` `/choose` `/8ball` `/coin`
    ok    fun          /roll: 🎲 
    ok    decoder      decodes, confined

    self-test passed
    ");

    // Without it, both are there until the end.
    let arguments = [&["dev", fun.to_str().unwrap()][..], &here].concat();
    let dev = Process::start(cogbox(folder.path(), &arguments));
    let dashboard = address(&dev.says("dashboard ").await);
    let page = address(&dev.says("local Discord ").await);
    let get = async |url: String| reqwest::get(url).await.unwrap().text().await.unwrap();
    // What it trusts besides the system's certificates is its voice server's.
    let authority = get(format!("{page}_local/voice/authority")).await;
    let trusted = std::fs::read_to_string(folder.file("data/dev/certificates.pem")).unwrap();
    assert!(trusted.ends_with(&authority), "{authority}");
    assert!(get(page).await.contains("<!doctype html>"));
    let web = dashboard.trim_start_matches("http://");
    let health = run(folder.path(), &["health", "--web", web]).await;
    assert_eq!(
        (health.code, health.out, health.err),
        (Some(0), String::new(), String::new())
    );
    assert!(get(dashboard.clone()).await.contains("fun"));
    dev.terminate();
    assert_eq!(dev.ended().await.code, Some(0));
    let health = run(folder.path(), &["health", "--web", web]).await;
    assert_eq!(health.code, Some(1));
    let refused = format!("error: {web} does not answer: ");
    assert!(health.err.starts_with(&refused), "{}", health.err);
}

/// The address in a line that tells one.
fn address(line: &str) -> String {
    let url = line
        .split_whitespace()
        .find(|word| word.starts_with("http://"));
    url.unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn dev_serves_a_bot_in_any_language() {
    let folder = Folder::new();
    let arguments = ["dev", "--discord-only", "--discord", "127.0.0.1:0"];
    let dev = Process::start(cogbox(folder.path(), &arguments));
    let token = dev.says("bot token ").await;
    let token = token.split_whitespace().last().unwrap();
    let api = address(&dev.says("REST ").await);
    let authority = address(&dev.says("voice ").await);
    let authority = reqwest::get(authority).await.unwrap().text().await.unwrap();
    assert!(authority.starts_with("-----BEGIN CERTIFICATE-----"));
    let client = reqwest::Client::new();
    let ask = client.get(format!("{api}/users/@me"));
    let me = ask.header("Authorization", format!("Bot {token}"));
    let me = me
        .header("User-Agent", "DiscordBot (https://example.org, 1)")
        .send();
    assert_eq!(me.await.unwrap().status(), 200);
    dev.terminate();
    assert_eq!(dev.ended().await.code, Some(0));
    assert!(!folder.file("data").exists(), "a bot's data are its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn dev_takes_the_media_folder_out_of_a_cogbox_toml() {
    let folder = Folder::new();
    // What else stands there is for `run`.
    let config = "[discord]\nshards = \"odd\"\n\n[voice]\nmedia = \"sounds\"\n";
    write(&folder, "cogbox.toml", config);
    insta::assert_snapshot!(transcript(&folder, &["dev gone.wasm"]).await, @r"
    $ cogbox dev gone.wasm
    error: cogbox.toml:5: there is no folder sounds
      fix: make it, or name the folder with the files to play
    (exit 2)
    ");
    std::fs::create_dir(folder.file("sounds")).unwrap();
    insta::assert_snapshot!(transcript(&folder, &["dev gone.wasm"]).await, @r#"
    $ cogbox dev gone.wasm
    error: gone.wasm: No such file or directory (os error 2)
      fix: check the path
    (exit 1)
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dev_can_t_start_with_is_told() {
    let folder = Folder::new();
    write(
        &folder,
        "a/greeter.wasm",
        offering(&[("hello", "Says hello")]),
    );
    write(
        &folder,
        "b/greeter.wasm",
        offering(&[("hello", "Says hello")]),
    );
    std::fs::create_dir(folder.file("empty")).unwrap();
    let lines = [
        "dev",
        "dev empty",
        "dev gone.wasm",
        "dev a b",
        "dev a --web 0.0.0.0:8080",
        "dev a --discord somewhere",
        "dev a --media gone",
    ];
    insta::assert_snapshot!(transcript(&folder, &lines).await, @r#"
    $ cogbox dev
    error: .: there is neither a cog.toml nor a component in this folder
      fix: name a cog's folder or its .wasm file
    (exit 1)
    $ cogbox dev empty
    error: empty: there is neither a cog.toml nor a component in this folder
      fix: name a cog's folder or its .wasm file
    (exit 1)
    $ cogbox dev gone.wasm
    error: gone.wasm: No such file or directory (os error 2)
      fix: check the path
    (exit 1)
    $ cogbox dev a b
    error: b/greeter.wasm: there is another cog named `greeter`
      fix: leave one of them out
    (exit 1)
    $ cogbox dev a --web 0.0.0.0:8080
    error: --web: 0.0.0.0:8080 can be reached from outside, and there is no login
      fix: bind a loopback address, such as "127.0.0.1:8080"
    (exit 1)
    $ cogbox dev a --discord somewhere
    error: --discord: `somewhere` is not an address with a port
      fix: write something like "127.0.0.1:8080"
    (exit 1)
    $ cogbox dev a --media gone
    error: --media: there is no folder gone
      fix: make it, or name the folder with the files to play
    (exit 1)
    "#);
    assert!(!Path::new(&folder.file("data")).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_accepted_components_run() {
    let folder = Folder::new();
    let discord = cogbox_emulator::Emulator::start(crate::harness::judged())
        .await
        .unwrap();
    write(
        &folder,
        "cogbox.toml",
        format!(
            "[web]\nbind = \"127.0.0.1:0\"\n[cogs.fun]\nsource = {:?}\n",
            component("fun")
        ),
    );
    let (api, gateway) = (discord.api_url(), discord.gateway_url());
    let mut command = cogbox(
        folder.path(),
        &["run", "--api", &api, "--gateway", &gateway],
    );
    command.env("DISCORD_TOKEN", discord.token());
    let bot = Process::start(command);
    let refused = bot.says("was never accepted").await;
    assert!(refused.contains("cogbox lock"), "{refused}");
    discord.commands_registered().await;
    let names: Vec<_> = discord
        .commands()
        .iter()
        .map(|c| c.name.to_string())
        .collect();
    assert_eq!(names, ["cogs"]);
    bot.terminate();
    assert_eq!(bot.ended().await.code, Some(0));
}
