//! `cogbox invite`: which link, and which cog needs what.

use cogbox::cog::shape::Metadata;
use cogbox_emulator::Emulator;

use crate::cli::{transcript, write};
use crate::components::{Folder, with_metadata};
use crate::process::{Process, cogbox};

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
async fn the_link_asks_for_what_the_cogs_need() {
    let folder = Folder::new();
    write(&folder, "cogbox.toml", "");
    let mut text = transcript(&folder, &["invite --application 123456789012345678"]).await;
    write(
        &folder,
        "cogbox.toml",
        "[cogs.keeper]\nsource = \"keeper.wasm\"\n\
         grant = [\"moderation\", \"hand-out.mute-members\"]\n\
         [cogs.reader]\nsource = \"reader.wasm\"\n",
    );
    text += &transcript(&folder, &["invite --application 5"]).await;
    write(
        &folder,
        "keeper.wasm",
        component(&["discord/moderation"], &["commands"]),
    );
    let hears = ["message-created", "message-content"];
    write(
        &folder,
        "reader.wasm",
        component(&["discord/message-admin"], &hears),
    );
    text += &transcript(
        &folder,
        &["invite --application 5", "invite", "invite --application x"],
    )
    .await;
    insta::assert_snapshot!(text, @r#"
    $ cogbox invite --application 123456789012345678
    https://discord.com/oauth2/authorize?client_id=123456789012345678&scope=bot%20applications.commands&permissions=0

    Open it as somebody who may manage the server. The bot asks there for
      no permissions

    It connects with the intents
      GUILDS                     every bot
    (exit 0)
    $ cogbox invite --application 5
    error: keeper.wasm: No such file or directory (os error 2)
      fix: check its path in `source`
    (exit 1)
    $ cogbox invite --application 5
    https://discord.com/oauth2/authorize?client_id=5&scope=bot%20applications.commands&permissions=2252899329582086

    Open it as somebody who may manage the server. The bot asks there for
      KICK_MEMBERS               keeper
      BAN_MEMBERS                keeper
      VIEW_CHANNEL               reader
      MANAGE_MESSAGES            reader
      READ_MESSAGE_HISTORY       reader
      MUTE_MEMBERS               keeper
      MODERATE_MEMBERS           keeper
      PIN_MESSAGES               reader

    It connects with the intents
      GUILDS                     every bot
      GUILD_MESSAGES             reader
      DIRECT_MESSAGES            reader
      MESSAGE_CONTENT            reader  [privileged]

    Privileged ones are refused until they are switched on: Message Content Intent, at
    https://discord.com/developers/applications/5/bot under "Privileged Gateway Intents"
    (exit 0)
    $ cogbox invite
    error: DISCORD_TOKEN: there is no bot token
      fix: set DISCORD_TOKEN or DISCORD_TOKEN_FILE (the token is shown once at discord.com/developers under Bot), or try `cogbox dev`, which needs none; or give the application's id, which its page at discord.com/developers shows, with --application
    (exit 2)
    $ cogbox invite --application x
    error: invalid value 'x' for '--application <ID>': invalid digit found in string

    For more information, try '--help'.
    (exit 2)
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_tells_whose_the_token_is() {
    let folder = Folder::new();
    write(&folder, "cogbox.toml", "");
    let discord = Emulator::start(crate::harness::judged()).await.unwrap();
    let invite = async |token: &str| {
        let api = discord.api_url();
        let mut command = cogbox(folder.path(), &["invite", "--api", &api]);
        command.env("DISCORD_TOKEN", token);
        Process::start(command).ended().await
    };
    let told = invite(discord.token()).await;
    assert_eq!(told.code, Some(0), "{}", told.err);
    let ask = reqwest::Client::new().get(format!("{}/applications/@me", discord.api_url()));
    let ask = ask.header("Authorization", format!("Bot {}", discord.token()));
    let ask = ask.header("User-Agent", "DiscordBot (https://example.org, 1)");
    let reply: serde_json::Value = ask.send().await.unwrap().json().await.unwrap();
    let application = reply["id"].as_str().unwrap();
    let link = format!("authorize?client_id={application}&scope=bot%20applications.commands&");
    assert!(told.out.contains(&link), "{}", told.out);
    let refused = invite("aa.bb.cc").await;
    assert_eq!(refused.code, Some(3), "{}", refused.err);
    assert!(refused.err.contains("--application"), "{}", refused.err);
}
