//! Faults of the connection, X13 to X21, against a whole bot: what breaks, what comes back, and
//! what ends it for good. See `faults` for how a row is built.

use std::time::Duration;

use cogbox_emulator::{Fault, Seen};
use serde_json::json;

use crate::events::message;
use crate::faults::{Scene, patiently, reconnects, setup};

fn close(code: impl Into<Option<u16>>) -> Fault {
    let (code, shard) = (code.into(), None);
    Fault::Close { code, shard }
}

impl Scene {
    /// Breaks the connection; what is said and counted meanwhile is answered all the same.
    async fn comes_back_from(&mut self, fault: Fault, what: &str) {
        let series = reconnects("resume");
        let before = self.bot.metric(&series);
        self.cause(fault);
        self.bot.here("ann").says(&format!("rogue: {what}")).await;
        let counted = self.bots("ben").starts("/count").await;
        self.echoed(what).await;
        self.counted(&counted.answered().await);
        self.bot.counts(&series, before + 1.0).await;
    }

    /// Takes the session away; a new one begins, and serves as the old one did.
    async fn begins_anew_after(&mut self, fault: Fault, what: &str) {
        let series = reconnects("identify");
        let before = self.bot.metric(&series);
        self.cause(fault);
        self.bot.counts(&series, before + 1.0).await;
        self.says(what).await;
        self.counts("ben").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x13_a_connection_that_only_seems_alive_is_given_up_and_resumed() {
    let mut setup = setup();
    setup.discord.heartbeat_interval = Duration::from_millis(100);
    let mut scene = Scene::of(setup).await;
    let session = scene.bot.discord.gateway_sessions()[0].id.clone();
    let latency = r#"cogbox_gateway_heartbeat_seconds{shard="0"}"#;
    assert!(patiently(|| scene.bot.metric(latency) > 0.0).await);
    let resumes = reconnects("resume");
    let before = scene.bot.metric(&resumes);
    scene.cause(Fault::WithholdAcks { on: true });
    scene.says("to one who seems to be there").await;
    assert!(patiently(|| scene.bot.metric(&resumes) > before).await);
    // A session ends with a close of 1000 or 1001; this one did not.
    assert_eq!(scene.bot.discord.gateway_sessions()[0].id, session);
    assert_eq!(scene.bot.discord.identifies(), 1);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x14_who_is_asked_to_reconnect_resumes_and_has_missed_nothing() {
    let mut scene = Scene::new().await;
    let ask = Fault::Reconnect { shard: None };
    scene.comes_back_from(ask, "op 7").await;
    scene.cause(Fault::ReconnectAtHello { times: 2 });
    let broken = Fault::Drop { shard: None };
    scene.comes_back_from(broken, "op 7 before Hello").await;
    assert_eq!(scene.bot.discord.identifies(), 1);
    assert_eq!(
        scene.status().await["gateway"]["shards"][0]["reconnects"],
        2
    );
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x15_an_invalid_session_is_resumed_or_begun_anew_as_discord_says() {
    let mut scene = Scene::new().await;
    let invalid = |resumable| Fault::InvalidSession {
        resumable,
        shard: None,
    };
    scene.comes_back_from(invalid(true), "op 9, true").await;
    assert_eq!(scene.bot.discord.identifies(), 1);
    scene.begins_anew_after(invalid(false), "op 9, false").await;
    assert_eq!(scene.bot.discord.identifies(), 2);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x16_whatever_closes_the_connection_it_comes_back() {
    let mut scene = Scene::new().await;
    for code in [4000, 4001, 4002, 4003, 4005, 4008] {
        scene.comes_back_from(close(code), &code.to_string()).await;
    }
    scene.comes_back_from(close(None), "no code").await;
    let broken = Fault::Drop { shard: None };
    scene.comes_back_from(broken, "no close frame").await;
    assert_eq!(scene.bot.discord.identifies(), 1);
    for code in [4007, 4009] {
        let what = code.to_string();
        scene.begins_anew_after(close(code), &what).await;
    }
    assert_eq!(scene.bot.discord.identifies(), 3);
    assert_eq!(
        scene.status().await["gateway"]["shards"][0]["reconnects"],
        10
    );
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x17_what_discord_refuses_for_good_is_not_tried_again_and_told() {
    for (code, said, fix) in [
        (4004, "refused the bot token", "fix: reset it"),
        (4010, "(close code 4010)", "fix: update Cogbox"),
        (4012, "(close code 4012)", "fix: update Cogbox"),
        (4013, "close code 4013: GUILDS", "fix: switch on"),
        (4014, "close code 4014: GUILDS", "fix: switch on"),
    ] {
        let scene = Scene::new().await;
        scene.cause(close(code));
        let (why, over) = scene.refused().await;
        assert!(why.contains(said) && why.contains(fix), "{code}: {why}");
        assert_eq!(over.discord.identifies(), 1, "{code}");
        over.nobody_answers().await;
        over.starts_again().await.nothing_else_was_lost().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x18_after_an_outage_every_shard_identifies_once() {
    let mut setup = setup();
    setup.discord.shards = 2;
    let mut scene = Scene::of(setup).await;
    scene.cause(Fault::LoseSessions { shard: None });
    for shard in ["shard=\"0\"", "shard=\"1\""] {
        let series = reconnects("identify").replace("shard=\"0\"", shard);
        scene.bot.counts(&series, 1.0).await;
    }
    scene.says("in a new session").await;
    assert_eq!(scene.bot.discord.identifies(), 4);
    scene.bot.counts("cogbox_ready", 1.0).await;
    for shard in scene.status().await["gateway"]["shards"]
        .as_array()
        .unwrap()
    {
        assert_eq!(shard["connected"], true, "{shard}");
        assert_eq!(shard["reconnects"], 1, "{shard}");
    }
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x19_a_token_that_was_reset_ends_the_bot_and_is_not_tried_again() {
    let scene = Scene::new().await;
    scene.bot.discord.clear_requests();
    let token = Some("another.token".to_owned());
    scene.cause(Fault::ResetToken { token });
    let (why, over) = scene.refused().await;
    assert!(why.contains("refused the bot token"), "{why}");
    assert!(
        why.contains("fix: reset it at discord.com/developers"),
        "{why}"
    );
    let tried = over.discord.gateway_log().into_iter();
    let tried = tried.filter(|seen| matches!(seen, Seen::Identified { .. }));
    assert_eq!(tried.count(), 1);
    assert_eq!(over.discord.requests(), []);
    over.nobody_answers().await;
    // The operator sets a good token, here that which the bot is started with.
    let token = Some(over.discord.token().to_owned());
    over.discord.cause(Fault::ResetToken { token });
    over.starts_again().await.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x20_a_guild_with_an_outage_is_not_lost_and_comes_back() {
    let mut scene = Scene::new().await;
    let lab = scene.bot.discord.guild("Cogbox Lab").id;
    let cleo = scene.bot.elsewhere("cleo");
    scene.bot.counts(r#"cogbox_guilds{shard="0"}"#, 2.0).await;
    let cache = std::sync::Arc::clone(&scene.bot.app.services.cache);
    let outage = |on| Fault::Outage {
        on,
        guild: Some(lab),
        shard: None,
        shards: 1,
    };
    let stand = || (cache.guild_count(), cache.unavailable_count());
    scene.cause(outage(true));
    assert!(patiently(|| stand() == (2, 1)).await, "{:?}", stand());
    let guilds = scene.status().await["guilds"].clone();
    assert_eq!(guilds, json!({ "known": 2, "unavailable": 1 }));
    assert_eq!(cleo.runs("/ok").await.text(), "ok");
    scene.cause(outage(false));
    assert!(patiently(|| stand() == (2, 0)).await, "{:?}", stand());
    scene.says("back").await;
    // Named as unavailable, and nothing more: the bot has not left it.
    scene.cause(Fault::UnavailableGuild { guild: lab });
    assert!(patiently(|| stand() == (2, 1)).await, "{:?}", stand());
    scene.says("still here").await;

    // A session that begins during an outage hears of the guild's name when it is over.
    scene.cause(outage(true));
    scene.cause(Fault::LoseSessions { shard: None });
    scene.bot.counts(&reconnects("identify"), 1.0).await;
    assert!(patiently(|| stand() == (2, 1)).await, "{:?}", stand());
    scene.cause(outage(false));
    assert!(patiently(|| stand() == (2, 0)).await, "{:?}", stand());
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x21_a_bot_that_was_removed_finishes_its_command_and_hears_no_more() {
    let mut setup = setup();
    setup.deadlines.defer = Duration::from_millis(20);
    let scene = Scene::of(setup).await;
    let cleo = scene.bot.elsewhere("cleo");
    let guild = scene.bot.discord.guild("Elsewhere").id;
    scene.bot.counts(r#"cogbox_guilds{shard="0"}"#, 2.0).await;
    let slow = cleo.starts("/slow ms:600").await;
    slow.deferred().await;
    scene.cause(Fault::RemoveBot { guild });
    scene.bot.counts(r#"cogbox_guilds{shard="0"}"#, 1.0).await;
    let slow = slow.answered().await;
    assert_eq!((slow.failed(), slow.text()), (None, "took 600 ms"));
    // Discord says nothing of it any more; a message that was late is one too many.
    let late = message(&cleo, &guild.to_string(), "rogue: late");
    scene.cause(Fault::Dispatch {
        name: "MESSAGE_CREATE".to_owned(),
        data: late,
    });
    let dropped = r#"cogbox_cog_dropped_events_total{cog="rogue",reason="guild_left"}"#;
    scene.bot.counts(dropped, 1.0).await;
    assert_eq!(scene.status().await["guilds"]["known"], 1);
    scene.nothing_else_was_lost().await;
}
