//! `cogbox data`: what cogs keep, exported and deleted while the bot runs; and what becomes of a
//! server's data when the bot has left it.

use std::time::{Duration, SystemTime};

use cogbox::discord::left;
use cogbox::store::{Scope, Store};

use crate::cli::{told, transcript, write};
use crate::components::Folder;
use crate::harness::{Bot, eventually};
use crate::process::run;

const QUOTA: u64 = 1 << 20;

fn at(guild: u64, user: u64) -> Scope {
    Scope { guild, user }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_s_data_are_theirs() {
    let folder = Folder::new();
    write(&folder, "cogbox.toml", "");
    let nothing = transcript(
        &folder,
        &[
            "data export --user 9",
            "data delete",
            "data export --user ann",
        ],
    );
    insta::assert_snapshot!(nothing.await, @r"
    $ cogbox data export --user 9
    error: data/cogbox.db: there is no database
      fix: check `[store] path`, or start the bot once
    (exit 6)
    $ cogbox data delete
    error: the following required arguments were not provided:
      <--user <ID>|--guild <ID>|--cog <NAME>>

    Usage: cogbox data delete <--user <ID>|--guild <ID>|--cog <NAME>>

    For more information, try '--help'.
    (exit 2)
    $ cogbox data export --user ann
    error: invalid value 'ann' for '--user <ID>': invalid digit found in string

    For more information, try '--help'.
    (exit 2)
    ");

    let store = Store::open(&folder.file("data/cogbox.db")).await.unwrap();
    for (cog, scope, value) in [
        ("fun", at(0, 9), &b"seven"[..]),
        ("fun", at(7, 9), b"\xff\x00"),
        ("fun", at(7, 8), b"ben's"),
        ("fun", at(7, 0), b"the server's"),
        ("music", at(8, 9), b"{\"volume\": 3}"),
        ("music", at(0, 0), b"everybody's"),
    ] {
        store.set(cog, scope, "k", value, QUOTA).await.unwrap();
    }
    // The store stays open, as a bot has it.
    let lines = [
        "data export --user 9",
        "data export --user 9 --guild 7 --out nine.json",
        "data export --user 9 --out nine.json",
        "data export --guild 7 --cog music",
        "data delete --user 9",
        "data delete --user 9 --guild 7 --yes",
        "data delete --user 9 --yes",
        "data delete --user 9 --yes",
        "data export --guild 7",
        "data delete --cog music --yes",
    ];
    let text = transcript(&folder, &lines).await;
    let steady: String = text
        .lines()
        .map(|line| match line.starts_with("\"made\": ") {
            true => "\"made\": \"NOW\",\n".to_owned(),
            false => format!("{line}\n"),
        })
        .collect();
    insta::assert_snapshot!(steady, @r#"
    $ cogbox data export --user 9
    {
    "made": "NOW",
    "of": {"cog":null,"guild":null,"user":"9"},
    "entries": [
    {"cog":"fun","key":"k","scope":"user","table":"entries","user":"9","value":"seven"},
    {"cog":"fun","guild":"7","key":"k","scope":"member","table":"entries","user":"9","value-base64":"/wA="},
    {"cog":"music","guild":"8","key":"k","scope":"member","table":"entries","user":"9","value":"{\"volume\": 3}"}
    ]
    }
    (exit 0)
    $ cogbox data export --user 9 --guild 7 --out nine.json
    nine.json: 1 entry
    (exit 0)
    $ cogbox data export --user 9 --out nine.json
    error: nine.json: File exists (os error 17)
      fix: name a file that is not there yet, in a folder that you may write to
    (exit 1)
    $ cogbox data export --guild 7 --cog music
    {
    "made": "NOW",
    "of": {"cog":"music","guild":"7","user":null},
    "entries": [
    ]
    }
    (exit 0)
    $ cogbox data delete --user 9
    what all cogs keep of user 9: entries 3
    error: nobody is here to say whether to delete it; nothing was deleted
      fix: add --yes to delete it for good
    (exit 2)
    $ cogbox data delete --user 9 --guild 7 --yes
    what all cogs keep of user 9 in server 7: entries 1
    deleted: entries 1
    (exit 0)
    $ cogbox data delete --user 9 --yes
    what all cogs keep of user 9: entries 2
    deleted: entries 2
    (exit 0)
    $ cogbox data delete --user 9 --yes
    there is nothing: what all cogs keep of user 9
    (exit 0)
    $ cogbox data export --guild 7
    {
    "made": "NOW",
    "of": {"cog":null,"guild":"7","user":null},
    "entries": [
    {"cog":"fun","guild":"7","key":"k","scope":"guild","table":"entries","value":"the server's"},
    {"cog":"fun","guild":"7","key":"k","scope":"member","table":"entries","user":"8","value":"ben's"}
    ]
    }
    (exit 0)
    $ cogbox data delete --cog music --yes
    what the cog music keeps of everybody: entries 1
    deleted: entries 1
    (exit 0)
    "#);
    let file = std::fs::read(folder.file("nine.json")).unwrap();
    let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(file["entries"][0]["value-base64"], "/wA=");
    let kept = store.get("fun", at(7, 8), "k").await.unwrap();
    assert_eq!(kept.as_deref(), Some(&b"ben's"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_bot_goes_on_while_its_data_are_deleted() {
    let bot = Bot::with(&["counter"]).await;
    let ann = bot.here("ann");
    for _ in 0..3 {
        ann.runs("/count").await;
    }
    let guild = bot.discord.guild("Cogbox Lab").id.to_string();
    std::fs::write(
        bot.data.path().join("cogbox.toml"),
        "[store]\npath = \"cogbox.db\"\n",
    )
    .unwrap();
    let lines = ["data", "delete", "--guild", &guild, "--yes"];
    let (ended, _) = tokio::join!(run(bot.data.path(), &lines), ann.runs("/count-show"));
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let folder = Folder::new();
    insta::assert_snapshot!(told(&folder, &ended).replace(&guild, "GUILD"), @r"
    what all cogs keep of server GUILD and its members there: entries 1
    deleted: entries 1
    (exit 0)
    ");
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "Nobody has counted yet."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_left_is_forgotten_after_its_time() {
    let bot = Bot::with(&["counter"]).await;
    bot.counts("cogbox_ready", 1.0).await;
    let (services, store) = (&bot.app.services, &bot.app.services.store);
    let lab: u64 = bot
        .discord
        .guild("Cogbox Lab")
        .id
        .to_string()
        .parse()
        .unwrap();
    let gone = bot.discord.add_guild("Gone", &["lobby"], &["ann"]);
    let gone_id: u64 = gone.id.to_string().parse().unwrap();
    let is_in = |guild: u64| services.cache.is_in(guild.into());
    assert!(eventually(|| is_in(gone_id)).await);
    for scope in [at(lab, 0), at(gone_id, 0), at(gone_id, 9), at(0, 9)] {
        store.set("counter", scope, "k", b"1", QUOTA).await.unwrap();
    }
    let day = Duration::from_secs(86_400);
    let (keep, start) = (30 * day, SystemTime::UNIX_EPOCH + 20_000 * day);
    let look = async |days: u32| {
        left::look(services, keep, start + days * day)
            .await
            .unwrap()
    };
    let noted = async || {
        let left = store.left_guilds().await.unwrap();
        left.into_iter().map(|(guild, _)| guild).collect::<Vec<_>>()
    };
    let kept = async |scope| store.get("counter", scope, "k").await.unwrap().is_some();

    look(0).await;
    assert_eq!(noted().await, [0_u64; 0], "it is in both");
    gone.set_available(false);
    look(1).await;
    assert_eq!(noted().await, [0_u64; 0], "an outage is no leaving");
    gone.remove_bot();
    assert!(eventually(|| !is_in(gone_id)).await);
    look(2).await;
    look(31).await;
    assert_eq!(noted().await, [gone_id]);
    assert!(kept(at(gone_id, 9)).await, "29 days are not 30");
    look(32).await;
    assert_eq!(noted().await, [0_u64; 0]);
    for (scope, stays) in [
        (at(gone_id, 0), false),
        (at(gone_id, 9), false),
        (at(lab, 0), true),
        (at(0, 9), true),
    ] {
        assert_eq!(kept(scope).await, stays, "{scope:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_the_bot_returns_to_keeps_its_data() {
    let bot = Bot::with(&["counter"]).await;
    bot.counts("cogbox_ready", 1.0).await;
    let (services, store) = (&bot.app.services, &bot.app.services.store);
    let lab: u64 = bot
        .discord
        .guild("Cogbox Lab")
        .id
        .to_string()
        .parse()
        .unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    // An earlier process saw it leave; it has returned since.
    store
        .set("counter", at(lab, 0), "k", b"1", QUOTA)
        .await
        .unwrap();
    store.note_left(lab, SystemTime::UNIX_EPOCH).await.unwrap();
    let keep = Duration::from_secs(86_400);
    left::look(services, keep, now).await.unwrap();
    assert_eq!(store.left_guilds().await.unwrap(), []);
    let kept = store.get("counter", at(lab, 0), "k").await.unwrap();
    assert_eq!(kept.as_deref(), Some(&b"1"[..]));
    // What another process's shard serves is not this one's to judge.
    services.cache.set_shards(0..=0, 1 << 20);
    store
        .set("counter", at(1 << 22, 0), "k", b"1", QUOTA)
        .await
        .unwrap();
    left::look(services, keep, now).await.unwrap();
    assert_eq!(store.left_guilds().await.unwrap(), []);
}
