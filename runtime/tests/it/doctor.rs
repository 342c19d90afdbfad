//! `cogbox doctor`: what it finds amiss, what it says to do, and how it ends.

use cogbox::cog::shape::Metadata;
use cogbox_emulator::Emulator;

use crate::cli::{told, write};
use crate::components::{Folder, with_metadata};
use crate::harness::judged;
use crate::process::{Ended, Process, cogbox, run};

/// A configuration whose ports are free.
const PORTS: &str = "[web]\nbind = \"127.0.0.1:0\"\n";

async fn ask(folder: &Folder, discord: &Emulator, token: &str) -> Ended {
    let api = discord.api_url();
    let mut command = cogbox(folder.path(), &["doctor", "--api", &api]);
    command.env("DISCORD_TOKEN", token);
    Process::start(command).ended().await
}

/// Leaves out what each machine and each local Discord has its own of: the room on the disk and the
/// open files that it allows, what to do about them, and that they count as something to look at.
fn steady(text: &str) -> String {
    let mut steady = String::new();
    let mut left_out = false;
    let mut warned = 0;
    for line in text.lines() {
        let found = ["ok ", "warn ", "FAIL ", "- "];
        let goes_on = !found.iter().any(|how| line.trim_start().starts_with(how));
        left_out = match goes_on {
            true => left_out && line.contains("fix: "),
            false => line.contains(" disk  ") || line.contains(" open files  "),
        };
        if left_out {
            warned += usize::from(line.trim_start().starts_with("warn "));
            continue;
        }
        let id = |word: &&str| word.len() > 16 && word.bytes().all(|byte| byte.is_ascii_digit());
        let words = line.split(|c: char| !c.is_ascii_digit());
        let ids: Vec<_> = words.filter(id).collect();
        let line = ids
            .iter()
            .fold(line.to_owned(), |line, id| line.replace(id, "ID"));
        steady += &format!("{line}\n");
    }
    let end = |count| match count {
        0 => "all is well".to_owned(),
        count => format!("it can run; {count} to look at"),
    };
    (0..9).fold(steady, |steady, others| {
        steady.replace(&end(others + warned), &end(others))
    })
}

fn component(imports: &[&str], exports: &[&str]) -> Vec<u8> {
    let imports = imports
        .iter()
        .map(|name| format!("(import \"cogbox:{name}@0.1.0\" (instance))"));
    let exports = exports
        .iter()
        .map(|name| format!("(export \"cogbox:cog/{name}@0.1.0\" (instance $empty))"));
    let text = format!(
        "(component {} (instance $empty) {})",
        imports.collect::<String>(),
        exports.collect::<String>()
    );
    with_metadata(wat::parse_str(text).unwrap(), &Metadata::default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_can_run_is_told_so() {
    let folder = Folder::new();
    let discord = Emulator::start(judged()).await.unwrap();
    write(
        &folder,
        "cogbox.toml",
        format!("{PORTS}[cogs.reader]\nsource = \"reader.wasm\"\n"),
    );
    write(&folder, "reader.wasm", component(&[], &["message-content"]));
    let locked = run(folder.path(), &["lock"]).await;
    assert_eq!(locked.code, Some(0), "{}", locked.err);
    let well = ask(&folder, &discord, discord.token()).await;
    insta::assert_snapshot!(steady(&told(&folder, &well)), @r"
    ok    config           cogbox.toml: 1 cogs
    ok    cog reader       accepted
    ok    token            it has the form of one
    ok    discord          the token is Cogbox's
    ok    clock            as Discord's
    ok    intents          those that the cogs need are switched on
    ok    gateway          1000 of 1000 new sessions left today; shards: 1
    ok    permissions      what the cogs need, in each server (1)
    ok    database         data/cogbox.db: it will be made
    ok    port             127.0.0.1:0 is free for web.bind
    ok    decoder          decodes, confined

    all is well
    (exit 0)
    ");
    // It made nothing.
    assert!(!folder.file("data").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_amiss_comes_with_what_to_do() {
    let folder = Folder::new();
    let options = cogbox_emulator::Options {
        privileged_intents: 0,
        ..judged()
    };
    let discord = Emulator::start(options).await.unwrap();
    write(
        &folder,
        "cogbox.toml",
        format!(
            "{PORTS}[voice]\nresolvers = [\"yt-dlp\"]\nyt-dlp = \"nowhere/yt-dlp\"\nyt-dlp-sites = [\"vimeo\"]\n\
             [cogs.asking]\nsource = \"asking.wasm\"\n\
             [cogs.gone]\nsource = \"gone.wasm\"\n\
             [cogs.reader]\nsource = \"reader.wasm\"\n"
        ),
    );
    write(
        &folder,
        "asking.wasm",
        component(&["discord/moderation"], &[]),
    );
    write(&folder, "gone.wasm", component(&[], &[]));
    write(&folder, "reader.wasm", component(&[], &["message-content"]));
    let locked = run(folder.path(), &["lock"]).await;
    assert_eq!(locked.code, Some(0), "{}", locked.err);
    std::fs::remove_file(folder.file("gone.wasm")).unwrap();
    write(
        &folder,
        "reader.wasm",
        component(&[], &["message-content", "commands"]),
    );
    write(
        &folder,
        "data/cogbox.db",
        "this was a database once, and longer",
    );
    let amiss = ask(&folder, &discord, discord.token()).await;
    insta::assert_snapshot!(steady(&told(&folder, &amiss)), @r#"
    ok    config           cogbox.toml: 3 cogs
    FAIL  cog asking       it asks for `moderation`, which it is not granted
                           fix: see what for with `cogbox inspect`, then write it into `grant` under [cogs.asking], or remove the cog
    FAIL  cog gone         gone.wasm: No such file or directory (os error 2)
                           fix: check its path in `source`
    FAIL  cog reader       its file is not the one that was accepted (version )
                           fix: look at it with `cogbox inspect`, then accept it with `cogbox lock`
    ok    token            it has the form of one
    ok    discord          the token is Cogbox's
    ok    clock            as Discord's
    FAIL  intents          switched off, and needed: Message Content Intent (for reader)
                           fix: switch them on at https://discord.com/developers/applications/ID/bot under "Privileged Gateway Intents", or remove these cogs
    ok    gateway          1000 of 1000 new sessions left today; shards: 1
    warn  permissions      "Cogbox Lab" (ID) withholds KICK_MEMBERS, BAN_MEMBERS, MODERATE_MEMBERS
                           fix: open the link that `cogbox invite` prints again for that server, or leave it if its admins mean it so
    FAIL  database         data/cogbox.db: it is no database, or its beginning is destroyed
                           fix: name the database in `[store] path`; if this was one, keep a copy of the file and put the last backup in its place: `cogbox restore BACKUP --force`
    ok    port             127.0.0.1:0 is free for web.bind
    ok    decoder          decodes, confined
    warn  yt-dlp           it is allowed under [voice], and it can't be run: yt-dlp is not installed where the bot runs; the operator gets it with `pip install yt-dlp yt-dlp-ejs`, or names it as `yt-dlp` under [voice]
                           fix: make it run, or take it out of `resolvers`
    error: 5 to mend, see above
    (exit 2)
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_as_run_would() {
    let folder = Folder::new();
    let discord = Emulator::start(judged()).await.unwrap();
    // No configuration, then one with a mistake.
    let none = ask(&folder, &discord, discord.token()).await;
    assert_eq!(none.code, Some(2), "{}", none.out);
    write(&folder, "cogbox.toml", "[web]\nbnd = 1");
    let wrong = ask(&folder, &discord, discord.token()).await;
    assert!(
        wrong.out.contains("cogbox.toml:2: unknown field `bnd`"),
        "{}",
        wrong.out
    );
    write(&folder, "cogbox.toml", PORTS);
    // No token, what is none, and one that Discord does not know.
    let none = run(folder.path(), &["doctor"]).await;
    assert_eq!(none.code, Some(2));
    assert!(none.out.contains("there is no bot token"), "{}", none.out);
    let shapeless = ask(&folder, &discord, "hunter2").await;
    assert_eq!(shapeless.code, Some(2));
    assert!(!shapeless.out.contains("hunter2"), "{}", shapeless.out);
    let refused = ask(&folder, &discord, "aa.bb.cc").await;
    assert_eq!(refused.code, Some(3));
    assert!(
        refused.out.contains("Discord refuses the token"),
        "{}",
        refused.out
    );
    // Without Discord there is nothing to say of it.
    let offline = {
        let mut command = cogbox(folder.path(), &["doctor", "--offline"]);
        command.env("DISCORD_TOKEN", "aa.bb.cc");
        Process::start(command).ended().await
    };
    assert_eq!(offline.code, Some(0), "{}", offline.out);
    // An intent alone is its own way to end.
    let options = cogbox_emulator::Options {
        privileged_intents: 0,
        ..judged()
    };
    let strict = Emulator::start(options).await.unwrap();
    write(
        &folder,
        "cogbox.toml",
        format!("{PORTS}[cogs.reader]\nsource = \"reader.wasm\"\n"),
    );
    write(&folder, "reader.wasm", component(&[], &["message-content"]));
    run(folder.path(), &["lock"]).await;
    let intents = ask(&folder, &strict, strict.token()).await;
    assert_eq!(intents.code, Some(4), "{}", intents.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_may_be_a_bots_or_somebody_elses() {
    let folder = Folder::new();
    let discord = Emulator::start(judged()).await.unwrap();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    write(
        &folder,
        "cogbox.toml",
        format!("[web]\nbind = \"{address}\"\n"),
    );
    // Nobody there answers.
    let taken = ask(&folder, &discord, discord.token()).await;
    assert_eq!(taken.code, Some(2), "{}", taken.out);
    assert!(taken.out.contains("can't be listened on"), "{}", taken.out);
    drop(other);
    let mut command = cogbox(folder.path(), &["run", "--api", &discord.api_url()]);
    command.args(["--gateway", &discord.gateway_url()]);
    command.env("DISCORD_TOKEN", discord.token());
    let bot = Process::start(command);
    discord.bot_ready().await;
    let runs = ask(&folder, &discord, discord.token()).await;
    assert_eq!(runs.code, Some(0), "{}", runs.out);
    let line = format!("a bot runs at {address}");
    assert!(runs.out.contains(&line), "{}", runs.out);
    assert!(runs.out.contains("cogbox.db: whole"), "{}", runs.out);
    bot.terminate();
    assert_eq!(bot.ended().await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_that_a_server_withholds_are_named() {
    let folder = Folder::new();
    let discord = Emulator::start(judged()).await.unwrap();
    write(
        &folder,
        "cogbox.toml",
        format!("{PORTS}[cogs.keeper]\nsource = \"keeper.wasm\"\ngrant = [\"moderation\"]\n"),
    );
    write(
        &folder,
        "keeper.wasm",
        component(&["discord/moderation"], &[]),
    );
    run(folder.path(), &["lock"]).await;
    let may_not = ask(&folder, &discord, discord.token()).await;
    // The bot runs all the same, and says to people what it may not do.
    assert_eq!(may_not.code, Some(0), "{}", may_not.out);
    let line = "withholds KICK_MEMBERS, BAN_MEMBERS, MODERATE_MEMBERS";
    assert!(may_not.out.contains(line), "{}", may_not.out);
    let end = "it can run; 1 to look at";
    assert!(steady(&may_not.out).contains(end), "{}", may_not.out);
    const ADMINISTRATOR: u64 = 8;
    let lab = discord.guild("Cogbox Lab");
    lab.set_role("Cogbox", ADMINISTRATOR, false);
    let may = ask(&folder, &discord, discord.token()).await;
    let line = "what the cogs need, in each server (1)";
    assert!(may.out.contains(line), "{}", may.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn room_and_open_files_are_looked_at() {
    let folder = Folder::new();
    write(&folder, "cogbox.toml", PORTS);
    let mut command = tokio::process::Command::new("sh");
    command.args(["-c", "ulimit -n 1000 && exec \"$0\" doctor --offline"]);
    command.arg(env!("CARGO_BIN_EXE_cogbox"));
    command.current_dir(folder.path());
    command.env("DISCORD_TOKEN", "aa.bb.cc");
    let few = Process::start(command).ended().await;
    assert_eq!(few.code, Some(0), "{}", few.out);
    let files =
        "warn  open files       1000 at most\n                       fix: raise it to 65536";
    assert!(few.out.contains(files), "{}", few.out);
    assert!(few.out.contains("disk             .: "), "{}", few.out);
}
