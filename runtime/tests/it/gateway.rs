//! The connection: what breaks it, what comes back of it, and what Discord may send that nobody
//! expects. A cog must notice nothing of the first, and no cog may end by the second.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cogbox_emulator::{Emulator, Seen};
use insta::assert_snapshot;
use serde_json::{Value, json};
use serenity::model::gateway::GatewayIntents;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::answers::count_of;
use crate::events::{calls, echoes, message};
use crate::harness::{Bot, Setup, eventually};

const RESUMES: &str = r#"cogbox_gateway_reconnects_total{kind="resume",shard="0"}"#;
const IDENTIFIES: &str = r#"cogbox_gateway_reconnects_total{kind="identify",shard="0"}"#;
const COUNTED: &str =
    r#"cogbox_cog_calls_total{cog="counter",export="commands.invoked",outcome="ok"}"#;

/// A bot that may identify as often as it likes; Discord asks for five seconds between two.
async fn free(cogs: &[&str]) -> Bot {
    let mut setup = Setup::with(cogs);
    setup.discord.max_concurrency = 0;
    setup.start().await
}

/// What the bot wrote, in the order in which it asked Discord to.
fn sent(bot: &Bot) -> Vec<String> {
    let sent = bot.discord.requests().into_iter();
    let sent = sent.filter(|r| r.method == "POST" && r.path.ends_with("/messages"));
    sent.map(|r| r.body["content"].as_str().unwrap().to_owned())
        .collect()
}

/// Breaks the connection and keeps the bot away until `meanwhile` is over.
async fn away(bot: &Bot, how: impl Fn(&Emulator), meanwhile: impl AsyncFnOnce()) {
    bot.discord.reconnect_at_hello(u32::MAX);
    how(&bot.discord);
    assert!(
        eventually(|| !bot.discord.bot_connected()).await,
        "the bot stays connected"
    );
    meanwhile().await;
    assert!(!bot.discord.bot_connected(), "the bot was not away");
    bot.discord.reconnect_at_hello(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_the_bot_is_away_comes_once_and_in_its_order() {
    type Break = Box<dyn Fn(&Emulator)>;
    let mut ways: Vec<(String, Break)> = vec![
        ("op 7".into(), Box::new(|discord| discord.send_op7())),
        ("op 9".into(), Box::new(|discord| discord.send_op9(true))),
        ("a drop".into(), Box::new(|discord| discord.drop_bot())),
        ("no code".into(), Box::new(|d| d.disconnect_bot(None))),
    ];
    // The last four are not Discord's, but of proxies and of later.
    for code in [4000, 4001, 4002, 4003, 4005, 4008, 1000, 1001, 1012, 4999] {
        let close = move |discord: &Emulator| discord.disconnect_bot(Some(code));
        ways.push((code.to_string(), Box::new(close)));
    }
    let bot = Bot::with(&["rogue", "counter"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let session = bot.discord.gateway_sessions()[0].id.clone();
    let mut said = Vec::new();
    for (times, (way, break_it)) in ways.iter().enumerate() {
        said.push(format!("before {way}"));
        ann.says(&format!("rogue: before {way}")).await;
        bot.counts(&calls("rogue"), said.len() as f64).await;
        let mut count = None;
        away(&bot, break_it, async || {
            for n in 0..3 {
                said.push(format!("{n} during {way}"));
                let here = [&ann, &ben][n % 2];
                here.says(&format!("rogue: {n} during {way}")).await;
            }
            count = Some(ben.starts("/count").await);
        })
        .await;
        assert_eq!(count.unwrap().answered().await.failed(), None, "{way}");
        bot.counts(RESUMES, times as f64 + 1.0).await;
        bot.counts(&calls("rogue"), said.len() as f64).await;
        assert_eq!(sent(&bot), said, "{way}");
    }
    bot.counts(COUNTED, ways.len() as f64).await;
    assert_eq!(
        ann.runs("/count-show").await.text(),
        format!("This server has counted to **{}**.", ways.len())
    );
    let sessions = bot.discord.gateway_sessions();
    assert_eq!((sessions.len(), &sessions[0].id), (1, &session));
    assert_eq!(bot.discord.identifies(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_again_after_a_resume_is_handled_once() {
    let bot = Bot::with(&["rogue", "counter"]).await;
    let ann = bot.here("ann");
    let lab = bot.discord.guild("Cogbox Lab").id.to_string();
    let (mut message, count) = (message(&ann, &lab, "rogue: once"), count_of(&ann, &lab));
    message["id"] = json!("1234567890123456788");
    let again = || {
        bot.discord.dispatch_raw("MESSAGE_CREATE", &message);
        bot.discord.dispatch_raw("INTERACTION_CREATE", &count);
    };
    again();
    assert!(eventually(|| sent(&bot).len() == 1).await);
    away(&bot, Emulator::drop_bot, async || again()).await;
    bot.counts(RESUMES, 1.0).await;
    again();
    // What follows on the same connection shows that they have been looked at.
    ann.says("rogue: afterwards").await;
    assert_eq!(ann.runs("/ok").await.text(), "ok");
    assert!(eventually(|| sent(&bot).len() >= 2).await);
    // The answer to the raw one can't be said, but it counted, and once.
    let ended = COUNTED.replace("\"ok\"", "\"error\"");
    bot.counts(&ended, 1.0).await;
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **1**."
    );
    // The echo of "once" was refused, because Discord knows no such message to reply to.
    assert_eq!(sent(&bot), ["once", "afterwards"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_session_is_begun_anew_and_no_cog_hears_anything_twice() {
    let bot = free(&["rogue", "counter"]).await;
    let ann = bot.here("ann");
    let lost: [fn(&Emulator); 3] = [
        |discord| discord.send_op9(false),
        |discord| discord.disconnect_bot(Some(4007)),
        |discord| discord.disconnect_bot(Some(4009)),
    ];
    bot.discord.clear_requests();
    for (times, lose) in (1u32..).zip(lost) {
        let session = bot.discord.gateway_sessions()[0].id.clone();
        ann.says(&format!("rogue: {times}")).await;
        bot.counts(&calls("rogue"), times.into()).await;
        lose(&bot.discord);
        bot.counts(IDENTIFIES, times.into()).await;
        assert_eq!(ann.runs("/count").await.failed(), None);
        let connected = bot.discord.gateway_sessions().into_iter();
        let connected: Vec<_> = connected.filter(|session| session.connected).collect();
        assert_eq!(connected.len(), 1);
        assert_ne!(connected[0].id, session);
        assert_eq!(bot.discord.identifies(), u64::from(times) + 1);
    }
    assert_eq!(sent(&bot), ["1", "2", "3"]);
    bot.counts(COUNTED, 3.0).await;
    assert_eq!(bot.app.services.cache.guild_count(), 1);
    // A new session is no new start: the commands are not sent again.
    let requests = bot.discord.requests();
    assert!(!requests.iter().any(|r| r.path.ends_with("/commands")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_that_discord_asks_for_is_sent_at_once() {
    let bot = Bot::with(&["rogue"]).await;
    // The first one that is due by itself comes in up to 41 s.
    bot.discord.send_op1();
    let latency = r#"cogbox_gateway_heartbeat_seconds{shard="0"}"#;
    assert!(eventually(|| bot.metric(latency) > 0.0).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn h02_shards_that_may_identify_at_once_do_not_wait_for_each_other() {
    let mut setup = Setup::with(&["rogue"]);
    (setup.discord.shards, setup.discord.max_concurrency) = (2, 2);
    // Discord's own figure: the second shard of one key would come five seconds later.
    setup.discord.identify_interval = Duration::from_secs(5);
    let bot = setup.start().await;
    bot.counts("cogbox_ready", 1.0).await;
    let identified = |seen: Seen| match seen {
        Seen::Identified {
            shard,
            accepted,
            at,
        } => Some((shard, accepted, at)),
        _ => None,
    };
    let log = bot.discord.gateway_log().into_iter();
    let log: Vec<_> = log.filter_map(identified).collect();
    assert!(log.iter().all(|(_, accepted, _)| *accepted), "{log:?}");
    let shards: BTreeSet<_> = log.iter().map(|(shard, ..)| *shard).collect();
    assert_eq!(shards, BTreeSet::from([(0, 2), (1, 2)]));
    assert!(log[1].2.since(log[0].2) < Duration::from_secs(5), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_shards_serve_their_guilds_and_each_comes_back() {
    let mut setup = Setup::with(&["rogue", "counter"]);
    (setup.discord.shards, setup.discord.max_concurrency) = (2, 2);
    let discord = Emulator::start(setup.discord.clone()).await.unwrap();
    let other = discord.add_guild("Elsewhere", &["lobby"], &["cleo"]);
    let lab = discord.guild("Cogbox Lab");
    assert_ne!(lab.id.shard(2), other.id.shard(2));
    let bot = setup.start_on(discord, tempfile::tempdir().unwrap()).await;
    bot.counts("cogbox_ready", 1.0).await;
    for shard in 0..2 {
        bot.counts(&format!("cogbox_guilds{{shard=\"{shard}\"}}"), 1.0)
            .await;
    }
    let sessions = bot.discord.gateway_sessions();
    let shards: BTreeSet<_> = sessions.iter().map(|session| session.shard).collect();
    assert_eq!(shards, BTreeSet::from([(0, 2), (1, 2)]));

    let lobby = other.channel("lobby");
    let (ann, cleo) = (
        bot.here("ann"),
        bot.discord.person("cleo").in_channel(&lobby),
    );
    // Direct messages belong to the first shard.
    let dm = bot.discord.person("ben").in_dm();
    let everyone = [&ann, &cleo, &dm];
    let all_are_served = async |round: usize| {
        for here in everyone {
            here.says(&format!("rogue: round {round}")).await;
            assert_eq!(here.runs("/ok").await.text(), "ok");
            assert!(
                eventually(|| echoes(here).iter().filter(|e| *e != "ok").count() == round).await
            );
        }
    };
    all_are_served(1).await;
    for shard in [lab.id.shard(2), other.id.shard(2)] {
        let of = |interaction: &str| {
            format!(
                "discord_event_on_interaction_total{{command=\"ok\",interaction=\"{interaction}\",shard=\"{shard}\"}}"
            )
        };
        let taken = if shard == 0 { 2.0 } else { 1.0 };
        bot.counts(&of("application_command"), taken).await;
    }
    bot.discord.send_op7();
    bot.counts(RESUMES, 1.0).await;
    bot.counts(&RESUMES.replace("shard=\"0\"", "shard=\"1\""), 1.0)
        .await;
    all_are_served(2).await;
    assert_eq!(bot.discord.identifies(), 2);
    bot.counts("cogbox_ready", 1.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_that_removed_the_bot_is_heard_of_no_more() {
    let bot = Bot::with(&["rogue"]).await;
    let other = bot.discord.add_guild("Elsewhere", &["lobby"], &["cleo"]);
    let lobby = other.channel("lobby");
    let (ann, cleo) = (
        bot.here("ann"),
        bot.discord.person("cleo").in_channel(&lobby),
    );
    bot.counts(r#"cogbox_guilds{shard="0"}"#, 2.0).await;
    // The first message keeps the lane busy, and the others wait behind it.
    let wait = json!({ "message": "Slow down.", "retry_after": 0.2 });
    bot.discord
        .fail_next("POST", "/channels/*/messages", 429, wait);
    cleo.says("rogue: first").await;
    bot.discord.request(|request| request.status == 429).await;
    for n in 0..3 {
        cleo.says(&format!("rogue: {n}")).await;
    }
    other.remove_bot();
    bot.counts(r#"cogbox_guilds{shard="0"}"#, 1.0).await;
    // Discord says nothing of it any more; a message that was late is one too many.
    let late = message(&cleo, &other.id.to_string(), "rogue: late");
    bot.discord.dispatch_raw("MESSAGE_CREATE", &late);
    bot.counts(
        r#"cogbox_cog_dropped_events_total{cog="rogue",reason="guild_left"}"#,
        4.0,
    )
    .await;
    ann.says("rogue: still here").await;
    assert!(eventually(|| echoes(&ann) == ["still here"]).await);
    bot.counts(&calls("rogue"), 1.0).await;
    assert_eq!(sent(&bot), ["first", "first", "still here"]);

    // It is invited again.
    let guild = json!({ "id": other.id.to_string(), "name": "Elsewhere", "icon": null,
        "owner_id": cleo.id.to_string(), "channels": [], "threads": [] });
    bot.discord.dispatch_raw("GUILD_CREATE", &guild);
    let mut heard = message(&cleo, &other.id.to_string(), "heard");
    heard["id"] = json!("1234567890123456790");
    bot.discord.dispatch_raw("MESSAGE_CREATE", &heard);
    bot.counts(&calls("rogue"), 2.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_read_is_counted_and_ends_nothing() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    let lab = bot.discord.guild("Cogbox Lab").id.to_string();
    let unreadable =
        |event: &str| format!("cogbox_gateway_unreadable_events_total{{event=\"{event}\"}}");
    let bodies = [
        json!({}),
        json!({ "id": "x", "guild_id": [] }),
        json!([]),
        json!("text"),
        json!(null),
        json!({ "id": 0, "guild_id": "0" }),
    ];
    let all = bodies.len() as f64;
    // Events that the host reads; any other may hold what it likes.
    let read = [
        "READY",
        "GUILD_CREATE",
        "GUILD_UPDATE",
        "GUILD_DELETE",
        "CHANNEL_CREATE",
        "THREAD_DELETE",
        "GUILD_MEMBER_ADD",
        "MESSAGE_CREATE",
        "INTERACTION_CREATE",
    ];
    for event in read {
        for body in &bodies {
            bot.discord.dispatch_raw(event, body);
        }
        bot.counts(&unreadable(event), all).await;
    }
    // The connection was never gone, whatever the last frame was.
    bot.discord.dispatch_raw("READY", &json!({}));
    bot.counts(&unreadable("READY"), all + 1.0).await;
    assert_eq!(bot.metric("cogbox_ready"), 1.0);
    for event in ["SOMETHING_NEW", "", "a{b=\"c\"}", "VOICE_STATE_UPDATE"] {
        for body in &bodies {
            bot.discord.dispatch_raw(&event.replace('"', "\\\""), body);
        }
    }
    bot.counts(
        r#"cogbox_gateway_events_total{event="other",shard="0"}"#,
        3.0 * all,
    )
    .await;

    // Interactions of which a part is missing, of another type, or of a type that is not known.
    let whole = count_of(&ann, &lab);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut changed = whole.clone();
        change(&mut changed);
        changed
    };
    let mut odd = Vec::new();
    for field in [
        "id",
        "application_id",
        "type",
        "token",
        "data",
        "channel_id",
    ] {
        odd.push(changed(&|body| {
            body.as_object_mut().unwrap().remove(field);
        }));
    }
    for kind in [0, 6, 99, 255, 256, -1] {
        odd.push(changed(&|body| body["type"] = json!(kind)));
    }
    odd.push(changed(&|body| body["data"] = json!({})));
    odd.push(changed(&|body| body["data"]["options"] = json!(7)));
    odd.push(changed(&|body| body["data"]["type"] = json!("slash")));
    for body in &odd {
        bot.discord.dispatch_raw("INTERACTION_CREATE", body);
    }
    bot.counts(&unreadable("INTERACTION_CREATE"), all + odd.len() as f64)
        .await;

    ann.says("rogue: still here").await;
    assert!(eventually(|| echoes(&ann) == ["still here"]).await);
    assert_eq!(ann.runs("/ok").await.text(), "ok");
    assert_eq!(bot.app.services.cache.guild_count(), 1);
    assert_eq!((bot.metric(RESUMES), bot.discord.identifies()), (0.0, 1));
    let ran = r#"cogbox_cog_calls_total{cog="rogue",export="commands.invoked",outcome="ok"}"#;
    bot.counts(ran, 1.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_of_many_megabytes_holds_nothing_up() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    let id = 9_000_000_000_000_000_000u64;
    let channels = (1..=10_000u64).map(|n| {
        json!({ "id": (id + n).to_string(), "type": 0, "name": format!("channel-{n}"),
            "topic": "What this channel is about. ".repeat(10), "position": n,
            "permission_overwrites": [] })
    });
    let members = (1..=10_000u64).map(|n| {
        json!({ "user": { "id": n.to_string(), "username": format!("member{n}"), "avatar": null },
            "roles": [], "joined_at": "2024-01-01T00:00:00+00:00", "deaf": false, "mute": false })
    });
    let guild = json!({ "id": id.to_string(), "name": "Enormous", "icon": null, "owner_id": "1",
        "member_count": 1_000_000, "channels": channels.collect::<Vec<_>>(),
        "members": members.collect::<Vec<_>>(), "threads": [], "large": true });
    assert!(guild.to_string().len() > 4 << 20);
    bot.discord.dispatch_raw("GUILD_CREATE", &guild);
    assert_eq!(ann.runs("/ok").await.text(), "ok");
    let cache = &bot.app.services.cache;
    let known = cache.guild(id.into()).unwrap();
    assert_eq!(
        (known.name.as_str(), known.members()),
        ("Enormous", 1_000_000)
    );
    let last = cache.guild_of((id + 10_000).into(), &bot.app.services.rest);
    assert_eq!(last.await.unwrap(), Some(id.into()));
    assert_eq!((bot.metric(RESUMES), bot.discord.identifies()), (0.0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_asks_for_what_its_cogs_need_and_nothing_more() {
    let mut told = String::new();
    for cogs in [
        vec![],
        vec!["counter", "fun", "utility"],
        vec!["counter", "keyhole"],
        vec!["keyhole", "rogue"],
        vec!["typist"],
        vec!["listener"],
    ] {
        let bot = Bot::with(&cogs).await;
        let intents = bot.discord.gateway_sessions()[0].intents;
        let intents = GatewayIntents::from_bits(intents).unwrap();
        let names: Vec<_> = intents.iter_names().map(|(name, _)| name).collect();
        told += &format!("[{}]: {}\n", cogs.join(" "), names.join(" "));
    }
    assert_snapshot!(told, @r"
    []: GUILDS
    [counter fun utility]: GUILDS
    [counter keyhole]: GUILDS GUILD_MESSAGES DIRECT_MESSAGES
    [keyhole rogue]: GUILDS GUILD_VOICE_STATES GUILD_MESSAGES DIRECT_MESSAGES MESSAGE_CONTENT
    [typist]: GUILDS
    [listener]: GUILDS GUILD_MEMBERS GUILD_MODERATION GUILD_INVITES GUILD_VOICE_STATES GUILD_MESSAGES GUILD_MESSAGE_REACTIONS DIRECT_MESSAGES DIRECT_MESSAGE_REACTIONS MESSAGE_CONTENT
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_that_is_down_at_the_start_is_asked_until_it_answers() {
    let setup = Setup::with(&["rogue"]);
    let discord = Emulator::start(setup.discord.clone()).await.unwrap();
    let down = json!({ "message": "503: Service Unavailable", "code": 0 });
    // One request is sent four times.
    for _ in 0..5 {
        discord.fail_next("GET", "/gateway/bot", 503, down.clone());
    }
    let bot = setup.start_on(discord, tempfile::tempdir().unwrap()).await;
    let requests = bot.discord.requests();
    let asked = requests.iter().filter(|r| r.path.ends_with("/gateway/bot"));
    let answers: Vec<_> = asked.map(|r| r.status).collect();
    assert_eq!(answers, [503, 503, 503, 503, 503, 200]);
    assert_eq!(bot.here("ann").runs("/ok").await.text(), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_says_nothing_is_given_up() {
    let mut setup = Setup::with(&["rogue"]);
    setup.deadlines.hello = Duration::from_millis(500);
    let discord = Emulator::start(setup.discord.clone()).await.unwrap();
    let (gateway, connections) = mute_once(discord.gateway_url()).await;
    setup.gateway = Some(gateway);
    let bot = setup.start_on(discord, tempfile::tempdir().unwrap()).await;
    assert_eq!(bot.here("ann").runs("/ok").await.text(), "ok");
    assert!(connections.load(Ordering::Relaxed) >= 2);
}

/// Passes connections on to a gateway; of the first one only the handshake comes back.
async fn mute_once(gateway: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = gateway.trim_start_matches("ws://");
    let (to, path) = gateway.split_once('/').unwrap_or((gateway, ""));
    let to = to.to_owned();
    let url = format!("ws://{}/{path}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let connections = Arc::clone(&count);
    tokio::spawn(async move {
        loop {
            let (mut bot, _) = listener.accept().await.unwrap();
            let mut discord = TcpStream::connect(&to).await.unwrap();
            let first = connections.fetch_add(1, Ordering::Relaxed) == 0;
            tokio::spawn(async move {
                if !first {
                    return tokio::io::copy_bidirectional(&mut bot, &mut discord)
                        .await
                        .map(drop);
                }
                let (mut from_bot, mut to_bot) = bot.split();
                let (mut from_discord, mut to_discord) = discord.split();
                let answers = async {
                    let mut answer = Vec::new();
                    while !answer.ends_with(b"\r\n\r\n") {
                        answer.push(from_discord.read_u8().await?);
                    }
                    to_bot.write_all(&answer).await?;
                    tokio::io::copy(&mut from_discord, &mut tokio::io::sink()).await
                };
                let asks = tokio::io::copy(&mut from_bot, &mut to_discord);
                tokio::try_join!(answers, asks).map(drop)
            });
        }
    });
    (url, count)
}
