//! Faults of requests and answers, X22 to X34 and X39, against a whole bot. `rest` shows the same
//! ones at the layer for requests; here a cog is at one end and a member at the other. See `faults`
//! for how a row is built.

use std::time::Duration;

use cogbox_emulator::model::permissions::{ADMINISTRATOR, SEND_MESSAGES};
use cogbox_emulator::{Clock, Fault, Recorded, Scope};
use serde_json::{Value, json};

use crate::events::{calls, echoes};
use crate::faults::{SILENCE, Scene, alter, hold_back, setup};
use crate::harness::eventually;

pub const MESSAGES: &str = "/channels/*/messages";
const CALLBACK: &str = "/interactions/*/*/callback";

/// Answers the next POSTs to a path with 429.
pub fn limit(path: &str, retry_after: f64, scope: Scope, times: u32) -> Fault {
    Fault::Limit {
        method: "POST".into(),
        path: path.into(),
        retry_after,
        scope,
        times,
    }
}

/// Answers the next request to a path in another way.
pub fn answer(method: &str, path: &str, status: u16, body: Value) -> Fault {
    Fault::Answer {
        method: method.into(),
        path: path.into(),
        status,
        body,
        times: 1,
    }
}

fn reset(path: &str) -> Fault {
    Fault::Reset {
        method: "POST".into(),
        path: path.into(),
        times: 1,
    }
}

fn cut(path: &str, keep: usize) -> Fault {
    Fault::Cut {
        method: "POST".into(),
        path: path.into(),
        keep,
        times: 1,
    }
}

/// The series of a cog's calls for messages that ended in an error.
fn failed() -> String {
    calls("rogue").replace("\"ok\"", "\"error\"")
}

fn not_sent(cog: &str, reason: &str) -> String {
    format!("cogbox_discord_not_sent_total{{cog=\"{cog}\",reason=\"{reason}\"}}")
}

fn requests(route: &str, status: &str) -> String {
    format!("cogbox_discord_requests_total{{route=\"{route}\",status=\"{status}\"}}")
}

impl Scene {
    /// The statuses of requests by their method and the end of their path, in their order.
    fn statuses(&self, method: &str, end: &str) -> Vec<u16> {
        let fits = |request: &Recorded| request.method == method && request.path.ends_with(end);
        let requests = self.bot.discord.requests().into_iter().filter(fits);
        requests.map(|request| request.status).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x22_short_limits_are_waited_for_and_long_ones_cost_one_call() {
    let mut scene = Scene::new().await;
    for scope in [Scope::User, Scope::Shared, Scope::Global] {
        scene.cause(limit(MESSAGES, 0.3, scope, 2));
        scene.says(&format!("after {scope:?}")).await;
        scene.counts("ann").await;
    }
    for scope in ["user", "shared", "global"] {
        let limited = format!("cogbox_discord_ratelimited_total{{scope=\"{scope}\"}}");
        assert_eq!(scene.bot.metric(&limited), 2.0);
    }
    assert_eq!(scene.status().await["rest"]["rate_limited"], 6);
    // An hour is too long: the call fails, and the next one there does not even ask.
    let bots = scene.bots("ann");
    let path = format!("/channels/{}/messages", bots.channel);
    scene.cause(limit(&path, 3_600.0, Scope::Shared, 1));
    for times in [1.0, 2.0] {
        bots.says("rogue: never").await;
        scene.bot.counts(&failed(), times).await;
    }
    let closed = not_sent("rogue", "closed");
    assert_eq!(scene.bot.metric(&closed), 1.0);
    assert_eq!(scene.statuses("POST", &path).last(), Some(&429));
    scene.operator_reads("rogue", "is rate limited").await;
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x23_a_banned_machine_sends_nothing_until_the_ban_is_over() {
    let mut scene = Scene::new().await;
    scene.bot.discord.clear_requests();
    scene.cause(Fault::Ban { seconds: 3_600.0 });
    let asked = scene.bots("ann").starts("/count").await;
    // It counts, and can tell nobody; neither can the host.
    scene.counted_unheard();
    scene.bot.counts(&not_sent("counter", "banned"), 1.0).await;
    scene.bot.here("ann").says("rogue: never").await;
    scene.bot.counts(&not_sent("rogue", "banned"), 1.0).await;
    let refused = "refuses this machine";
    scene.operator_reads("rogue", refused).await;
    scene.operator_reads("counter", refused).await;
    assert_eq!(scene.bot.discord.requests().len(), 1);
    scene.cause(Fault::ExpireInteractions);
    assert_eq!(asked.answered().await.failed(), Some(SILENCE));
    // The host remembers a ban for as long as it was told; another process asks anew.
    scene.cause(Fault::Ban { seconds: 0.0 });
    let scene = scene.starts_again().await;
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x24_what_fails_is_sent_again_and_happens_once() {
    let mut scene = Scene::new().await;
    let page = || json!("<html>Bad gateway</html>");
    for status in [500, 502, 503, 504] {
        scene.cause(answer("POST", MESSAGES, status, page()));
        scene.says(&format!("after {status}")).await;
        scene.cause(answer("POST", CALLBACK, status, page()));
        scene.counts("ann").await;
        for route in [
            "POST /channels/{channel}/messages",
            "POST /interactions/{interaction}/{token}/callback",
        ] {
            let counted = requests(route, &status.to_string());
            assert_eq!(scene.bot.metric(&counted), 1.0, "{counted}");
        }
    }
    scene.cause(reset(MESSAGES));
    scene.says("after a reset").await;
    scene.cause(reset(CALLBACK));
    scene.counts("ann").await;
    scene.cause(Fault::Hang {
        method: "POST".into(),
        path: MESSAGES.into(),
        seconds: 0.5,
        times: 1,
    });
    scene.says("after a while").await;
    let lost = requests("POST /channels/{channel}/messages", "none");
    assert_eq!(scene.bot.metric(&lost), 1.0);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x25_a_reply_that_is_cut_or_empty_is_an_error_and_nothing_worse() {
    let mut scene = Scene::new().await;
    // Carried out, but not told: Discord knows the second by its nonce, or has its answer.
    scene.cause(cut(MESSAGES, 20));
    scene.says("once").await;
    scene.bot.counts(&calls("rogue"), 2.0).await;
    scene.cause(cut(CALLBACK, 0));
    scene.counts("ann").await;
    // It says that it went well and sends nothing along.
    for (times, body) in [(1.0, ""), (2.0, "<html>")] {
        scene.cause(answer("POST", MESSAGES, 200, json!(body)));
        scene.bot.here("ann").says("rogue: never").await;
        scene.bot.counts(&failed(), times).await;
    }
    scene.operator_reads("rogue", "can't be read").await;
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x26_what_the_bot_may_no_more_is_asked_once_and_told() {
    let scene = Scene::new().await;
    let guild = scene.bot.discord.guild("Cogbox Lab").id;
    let role = |permissions| Fault::BotPermissions { guild, permissions };
    // Only who administers the server speaks in #bots, and ann, who owns it.
    let bots = scene.bots("ann");
    bots.channel().set_everyone(0, SEND_MESSAGES);
    scene.cause(role(ADMINISTRATOR));
    bots.says("rogue: allowed").await;
    assert!(eventually(|| echoes(&bots).contains(&"allowed".to_owned())).await);
    scene.bot.discord.clear_requests();
    scene.cause(role(0));
    bots.says("rogue: never").await;
    scene.bot.counts(&failed(), 1.0).await;
    assert_eq!(scene.statuses("POST", "/messages"), [403]);
    scene.operator_reads("rogue", "Missing Permissions").await;
    let access = json!({ "message": "Missing Access", "code": 50001 });
    scene.cause(answer("POST", MESSAGES, 403, access));
    bots.says("rogue: never").await;
    scene.bot.counts(&failed(), 2.0).await;
    assert_eq!(scene.statuses("POST", "/messages"), [403, 403]);
    scene.operator_reads("rogue", "Missing Access").await;
    scene.cause(role(ADMINISTRATOR));
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x27_what_was_deleted_meanwhile_is_asked_for_once() {
    let scene = Scene::new().await;
    // The message is gone when the echo that replies to it is sent.
    let ann = scene.bot.here("ann");
    scene.bot.discord.clear_requests();
    scene.cause(limit(MESSAGES, 1.0, Scope::User, 1));
    let message = ann.says("rogue: never").await;
    let channel = ann.channel;
    scene.bot.discord.request(|r| r.status == 429).await;
    scene.cause(Fault::DeleteMessage { channel, message });
    scene.bot.counts(&failed(), 1.0).await;
    assert_eq!(scene.statuses("POST", "/messages"), [429, 400]);
    let gone = json!({ "message": "Unknown Channel", "code": 10003 });
    scene.cause(answer("POST", MESSAGES, 404, gone));
    ann.says("rogue: never").await;
    scene.bot.counts(&failed(), 2.0).await;
    assert_eq!(scene.statuses("POST", "/messages"), [429, 400, 404]);
    scene.operator_reads("rogue", "Unknown Channel").await;
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x28_an_answer_that_is_too_late_or_the_second_is_not_sent_again() {
    let mut scene = Scene::new().await;
    let (ann, ben) = (scene.bot.here("ann"), scene.bots("ben"));
    // The command reaches the bot with what ann says, when Discord waits for it no more.
    scene.bot.discord.clear_requests();
    scene.cause(hold_back("INTERACTION_CREATE"));
    let late = ben.starts("/count").await;
    scene.cause(Fault::ExpireInteractions);
    assert_eq!(late.answered().await.failed(), Some(SILENCE));
    ann.says("rogue: late").await;
    scene.echoed("late").await;
    scene.counted_unheard();
    scene.operator_reads("counter", "Unknown interaction").await;
    assert_eq!(scene.statuses("POST", "/callback"), [404]);
    // Another one with the same token was faster.
    scene.bot.discord.clear_requests();
    scene.cause(hold_back("INTERACTION_CREATE"));
    let doubled = ben.starts("/count").await;
    scene.cause(Fault::AnswerElsewhere);
    doubled.deferred().await;
    ann.says("rogue: doubled").await;
    scene.echoed("doubled").await;
    scene.counted_unheard();
    scene
        .operator_reads("counter", "already been acknowledged")
        .await;
    assert_eq!(scene.statuses("POST", "/callback"), [400]);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x29_a_slow_cog_is_deferred_for_and_answers_late() {
    let mut setup = setup();
    setup.deadlines.defer = Duration::from_millis(20);
    setup.discord.clock = Clock::manual();
    setup.discord.answer_deadline = Duration::from_secs(3);
    let scene = Scene::of(setup).await;
    let here = scene.bots("ann");
    let slow = here.starts("/slow ms:600").await;
    slow.deferred().await;
    scene.cause(Fault::PassTime { seconds: 3.1 });
    let slow = slow.answered().await;
    assert_eq!((slow.failed(), slow.text()), (None, "took 600 ms"));
    let defers = r#"cogbox_auto_defers_total{cog="rogue"}"#;
    assert_eq!(scene.bot.metric(defers), 1.0);
    let status = scene.status().await;
    let cogs = status["cogs"].as_array().unwrap().iter();
    let rogue = cogs.clone().find(|cog| cog["name"] == "rogue").unwrap();
    assert_eq!(rogue["auto_defers"], 1);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x30_after_15_minutes_an_answer_is_refused_and_told() {
    let mut setup = setup();
    setup.discord.clock = Clock::manual();
    let scene = Scene::of(setup).await;
    scene.bot.discord.clear_requests();
    // The edit waits, and the 15 minutes are over meanwhile.
    let original = "/webhooks/*/*/messages/@original";
    scene.cause(Fault::Limit {
        method: "PATCH".into(),
        path: original.into(),
        retry_after: 1.0,
        scope: Scope::User,
        times: 1,
    });
    let asked = scene.bots("ann").starts("/defers private:false").await;
    asked.deferred().await;
    scene.bot.discord.request(|r| r.status == 429).await;
    scene.cause(Fault::PassTime { seconds: 901.0 });
    scene.operator_reads("rogue", "Invalid Webhook Token").await;
    let asked = scene.statuses("PATCH", "/messages/@original");
    assert_eq!(asked, [429, 401]);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x31_a_command_from_a_guild_without_the_bot_is_served() {
    let scene = Scene::new().await;
    let cleo = scene.bot.elsewhere("cleo");
    let guild = scene.bot.discord.guild("Elsewhere").id;
    scene.bot.counts(r#"cogbox_guilds{shard="0"}"#, 2.0).await;
    scene.cause(Fault::RemoveBot { guild });
    scene.bot.counts(r#"cogbox_guilds{shard="0"}"#, 1.0).await;
    scene.cause(Fault::Grant {
        guild,
        granted: true,
    });
    scene.bot.discord.clear_requests();
    let counted = cleo.runs("/count").await;
    assert_eq!(counted.text(), "This server has counted to **1**.");
    // Nothing was asked about a guild that the bot can't see.
    let asked = scene.bot.discord.requests();
    assert!(
        asked.iter().all(|r| r.path.ends_with("/callback")),
        "{asked:?}"
    );
    assert_eq!(scene.status().await["guilds"]["known"], 1);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x32_a_command_in_a_direct_message_is_served_or_politely_refused() {
    let scene = Scene::new().await;
    let dm = scene.bot.discord.person("ann").in_dm();
    assert_eq!(dm.runs("/ok").await.text(), "ok");
    assert!(!dm.cannot_run("/count").is_empty());
    // Discord keeps it out of direct messages; should one come all the same, nothing breaks.
    let user = json!({ "id": dm.id.to_string(), "username": "ann", "discriminator": "0",
        "avatar": null });
    for (place, value) in [
        ("/guild_id", None),
        ("/guild", None),
        ("/member", None),
        ("/user", Some(user)),
    ] {
        scene.cause(alter("INTERACTION_CREATE", place, value));
    }
    let refused = scene.bots("ann").runs("/count").await;
    let sentence = "This works only in a server, not in direct messages.";
    assert_eq!((refused.failed(), refused.text()), (None, sentence));
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x33_who_takes_no_direct_messages_is_asked_once() {
    let scene = Scene::new().await;
    let ann = scene.bot.discord.person("ann");
    let dm = ann.in_dm();
    dm.says("rogue: open").await;
    assert!(eventually(|| echoes(&dm) == ["open"]).await);
    scene.bot.discord.clear_requests();
    ann.blocks_bot(true);
    dm.says("rogue: never").await;
    scene.bot.counts(&failed(), 1.0).await;
    assert_eq!(scene.statuses("POST", "/messages"), [403]);
    scene
        .operator_reads("rogue", "Cannot send messages to this user")
        .await;
    ann.blocks_bot(false);
    dm.says("rogue: open again").await;
    assert!(eventually(|| echoes(&dm) == ["open", "open again"]).await);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x34_commands_that_somebody_else_changed_work_and_are_mended_at_the_next_start() {
    let mut scene = Scene::new().await;
    let named = |name: &str| json!({ "name": name, "type": 1, "description": "Theirs." });
    scene.cause(Fault::ReplaceCommands {
        guild: None,
        commands: json!([named("count"), named("theirs")]),
    });
    // Its id is another, and its name the same.
    scene.counts("ann").await;
    let theirs = scene.bots("ann").runs("/theirs").await;
    assert_eq!(theirs.text(), "This is not available any more.");
    assert!(theirs.is_private());
    let unknown = "cogbox_interactions_total{cog=\"cogbox\",command=\"other\",outcome=\"unknown\"}";
    scene.bot.counts(unknown, 1.0).await;
    let scene = scene.starts_again().await;
    let names = || {
        let commands = scene.bot.discord.commands().into_iter();
        commands.map(|command| command.name).collect::<Vec<_>>()
    };
    let ours = || {
        let names = names();
        let has = |name: &str| names.iter().any(|there| there == name);
        has("count-show") && has("ok") && !has("theirs")
    };
    assert!(eventually(ours).await, "{:?}", names());
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x39_a_wrong_clock_misleads_neither_waits_nor_answers() {
    let mut setup = setup();
    setup.discord.route_limits = true;
    let mut scene = Scene::of(setup).await;
    for seconds in [300, -300] {
        scene.cause(Fault::ClockSkew { seconds });
        // More than Discord takes at once: the last have to wait for their turn.
        for n in 0..6 {
            scene.says(&format!("{n} at {seconds} s")).await;
        }
        scene.counts("ann").await;
    }
    assert_eq!(scene.status().await["rest"]["rate_limited"], 0);
    scene.nothing_else_was_lost().await;
}
