//! What Discord sends that nobody expects: every fault X1 to X12 against a whole bot. Those of the
//! connection stand in `faults_gateway`, those of requests and answers in `faults_requests`.
//!
//! Each row causes its fault, says what the operator and the member see of it, and ends with
//! [`Scene::nothing_else_was_lost`].

use std::time::Duration;

use cogbox_emulator::model::intents;
use cogbox_emulator::{Answer, Channel, Emulator, Fault, Here};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::events::{calls, echoes};
use crate::harness::{Bot, Setup, eventually};

/// A bot that echoes in #general and counts in #bots, with what was said and counted so far.
pub struct Scene {
    pub bot: Bot,
    book: Book,
}

/// What must be true of the bot whatever happens to it.
#[derive(Default)]
struct Book {
    said: Vec<String>,
    counted: usize,
}

/// What is left of a bot that has ended.
pub struct Over {
    pub discord: Emulator,
    data: TempDir,
    book: Book,
}

/// A bot that may identify as often as it likes, where Discord asks for five seconds between two,
/// and that defers for no cog: how often it asks must not depend on how busy the machine is.
pub fn setup() -> Setup {
    let mut setup = Setup::with(&["counter", "rogue"]);
    setup.deadlines.defer = Duration::from_secs(60);
    setup.discord.max_concurrency = 0;
    setup
}

impl Scene {
    pub async fn new() -> Self {
        Self::of(setup()).await
    }

    pub async fn of(setup: Setup) -> Self {
        Self::begins(setup.start().await).await
    }

    /// Shows that all is well before the fault.
    pub async fn begins(bot: Bot) -> Self {
        let mut scene = Self {
            bot,
            book: Book::default(),
        };
        scene.counts("ann").await;
        scene.says("before").await;
        scene
    }

    pub fn cause(&self, fault: Fault) {
        self.bot.discord.cause(fault);
    }

    /// A person where nobody is echoed.
    pub fn bots(&self, person: &str) -> Here {
        let bots = self.channel("bots");
        self.bot.discord.person(person).in_channel(&bots)
    }

    pub fn channel(&self, name: &str) -> Channel {
        self.bot.discord.guild("Cogbox Lab").channel(name)
    }

    /// Ann says something and reads its echo, after all earlier ones.
    pub async fn says(&mut self, text: &str) {
        self.bot.here("ann").says(&format!("rogue: {text}")).await;
        self.echoed(text).await;
    }

    /// Waits for the echo of what was said.
    pub async fn echoed(&mut self, text: &str) {
        self.book.said.push(text.to_owned());
        let here = self.bot.here("ann");
        let all = self.book.said.len();
        let read = || echoes(&here).len() >= all;
        assert!(patiently(read).await, "`{text}` is not echoed");
        assert_eq!(echoes(&here), self.book.said);
    }

    /// A person counts, and reads the number that it is.
    pub async fn counts(&mut self, person: &str) {
        let answer = self.bots(person).runs("/count").await;
        self.counted(&answer);
    }

    /// Takes the answer to a `/count`.
    pub fn counted(&mut self, answer: &Answer) {
        self.counted_unheard();
        let number = format!("This server has counted to **{}**.", self.book.counted);
        assert_eq!((answer.failed(), answer.text()), (None, number.as_str()));
    }

    /// Notes a `/count` whose answer reached nobody.
    pub fn counted_unheard(&mut self) {
        self.book.counted += 1;
    }

    /// The end of every row: another person is served, every number was counted once, and what was
    /// said was echoed once and in its order.
    pub async fn nothing_else_was_lost(mut self) {
        self.counts("ben").await;
        self.says("afterwards").await;
        let shown = self.bots("ben").runs("/count-show").await;
        let number = format!("This server has counted to **{}**.", self.book.counted);
        assert_eq!(shown.text(), number);
    }

    /// The same, of a bot that is still in its first session and on its first connection.
    pub async fn nothing_was_noticed(self) {
        assert_eq!(self.bot.discord.identifies(), 1);
        assert_eq!(self.bot.metric(&reconnects("resume")), 0.0);
        self.nothing_else_was_lost().await;
    }

    /// What the dashboard's server answers.
    pub async fn get(&self, path: &str) -> String {
        let answer = reqwest::get(format!("http://{}{path}", self.bot.web)).await;
        answer.unwrap().text().await.unwrap()
    }

    pub async fn status(&self) -> Value {
        serde_json::from_str(&self.get("/api/status").await).unwrap()
    }

    /// Waits until the operator reads why a cog's call failed, in the API and on the dashboard.
    pub async fn operator_reads(&self, cog: &str, cause: &str) {
        let mut faults = Value::Null;
        for _ in 0..500 {
            faults = self.status().await["faults"].clone();
            let told = |fault: &Value| {
                fault["cog"] == cog && fault["cause"].as_str().unwrap().contains(cause)
            };
            if faults.as_array().unwrap().iter().any(told) {
                let page = self.get("/").await;
                assert!(page.contains(cause), "{cause} is not on the dashboard");
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("`{cause}` is not among {faults:#}");
    }

    /// Waits until Discord refuses the bot for good; returns what the operator reads last.
    pub async fn refused(self) -> (String, Over) {
        let Bot {
            discord, app, data, ..
        } = self.bot;
        let ended = app.run(std::future::pending());
        let ended = tokio::time::timeout(Duration::from_secs(60), ended).await;
        let Ok(cogbox::Ended::Refused(why)) = ended else {
            panic!("the bot did not end, or otherwise: {ended:?}");
        };
        let book = self.book;
        let over = Over {
            discord,
            data,
            book,
        };
        (why.to_string(), over)
    }

    /// Stops the bot in order and starts it again.
    pub async fn starts_again(self) -> Self {
        let (discord, data) = self.bot.stop().await;
        let book = self.book;
        let over = Over {
            discord,
            data,
            book,
        };
        over.starts_again().await
    }
}

impl Over {
    /// Who asks now is told by Discord that nobody is there.
    pub async fn nobody_answers(&self) {
        let bots = self.discord.guild("Cogbox Lab").channel("bots");
        let asked = self.discord.person("ann").in_channel(&bots);
        let asked = asked.starts("/count").await;
        self.discord.cause(Fault::ExpireInteractions);
        assert_eq!(asked.answered().await.failed(), Some(SILENCE));
    }

    /// Starts a bot with the same data.
    pub async fn starts_again(self) -> Scene {
        Scene {
            bot: setup().start_on(self.discord, self.data).await,
            book: self.book,
        }
    }
}

/// What Discord shows to whoever got no answer.
pub const SILENCE: &str = "The application did not respond";

/// Waits for what takes its time, longer than any machine needs for it.
pub async fn patiently(so: impl Fn() -> bool) -> bool {
    for _ in 0..6 {
        if eventually(&so).await {
            return true;
        }
    }
    false
}

pub fn reconnects(kind: &str) -> String {
    format!("cogbox_gateway_reconnects_total{{kind=\"{kind}\",shard=\"0\"}}")
}

fn received(event: &str) -> String {
    format!("cogbox_gateway_events_total{{event=\"{event}\",shard=\"0\"}}")
}

fn unreadable(event: &str) -> String {
    format!("cogbox_gateway_unreadable_events_total{{event=\"{event}\"}}")
}

fn dispatch(name: &str, data: Value) -> Fault {
    let name = name.to_owned();
    Fault::Dispatch { name, data }
}

/// Changes the next event of a kind; with nothing, takes the field away.
pub fn alter(event: &str, pointer: &str, value: Option<Value>) -> Fault {
    Fault::Alter {
        event: event.to_owned(),
        pointer: pointer.to_owned(),
        value,
        times: 1,
    }
}

pub fn hold_back(event: &str) -> Fault {
    Fault::HoldBack {
        event: event.to_owned(),
        times: 1,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x01_an_unknown_event_is_counted_and_passed_over() {
    let mut scene = Scene::new().await;
    scene.cause(dispatch("SOMETHING_NEW", json!({ "a": 1 })));
    scene.bot.counts(&received("other"), 1.0).await;
    scene.says("next").await;
    // It took its number: a resume does not ask for it again.
    scene.cause(Fault::Drop { shard: None });
    scene.bot.counts(&reconnects("resume"), 1.0).await;
    scene.counts("ann").await;
    assert_eq!(scene.bot.metric(&received("other")), 1.0);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x02_an_unknown_opcode_disturbs_nothing() {
    let mut scene = Scene::new().await;
    let payload = json!({ "op": 99, "d": { "a": 1 }, "s": null, "t": null });
    scene.cause(Fault::Payload {
        payload,
        shard: None,
    });
    scene.says("next").await;
    assert_eq!(
        scene.status().await["gateway"]["shards"][0]["connected"],
        true
    );
    scene.nothing_was_noticed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x03_fields_that_are_new_are_passed_over() {
    let mut scene = Scene::new().await;
    for place in ["/brand_new", "/author/brand_new", "/member/brand_new"] {
        scene.cause(alter("MESSAGE_CREATE", place, Some(json!([{}]))));
    }
    scene.says("with more than is known").await;
    for place in ["/brand_new", "/data/brand_new", "/member/user/brand_new"] {
        scene.cause(alter("INTERACTION_CREATE", place, Some(json!([{}]))));
    }
    scene.counts("ann").await;
    let guild = |place: &str| alter("GUILD_CREATE", place, Some(json!([{}])));
    scene.cause(guild("/brand_new"));
    scene.cause(guild("/channels/0/brand_new"));
    scene.bot.elsewhere("cleo");
    scene.bot.counts(r#"cogbox_guilds{shard="0"}"#, 2.0).await;
    for event in ["MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE"] {
        assert_eq!(scene.bot.metric(&unreadable(event)), 0.0, "{event}");
    }
    scene.nothing_was_noticed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x04_an_event_with_a_null_is_lost_alone_and_counted() {
    let scene = Scene::new().await;
    scene.cause(alter("MESSAGE_CREATE", "/author", Some(Value::Null)));
    scene.bot.here("ann").says("rogue: never").await;
    scene.bot.counts(&unreadable("MESSAGE_CREATE"), 1.0).await;
    scene.cause(alter("INTERACTION_CREATE", "/data", Some(Value::Null)));
    nobody_counts(&scene).await;
    scene.nothing_was_noticed().await;
}

/// Asks with an interaction that can't be read: it is counted, and nobody answers.
async fn nobody_counts(scene: &Scene) {
    let asked = scene.bots("ann").starts("/count").await;
    let lost = unreadable("INTERACTION_CREATE");
    scene.bot.counts(&lost, 1.0).await;
    scene.cause(Fault::ExpireInteractions);
    assert_eq!(asked.answered().await.failed(), Some(SILENCE));
}

#[tokio::test(flavor = "multi_thread")]
async fn x05_values_that_are_new_are_taken_or_passed_over() {
    let mut scene = Scene::new().await;
    let container = json!([{ "type": 17, "id": 1, "components": [{ "type": 99 }] }]);
    for (place, value) in [
        ("/type", json!(99)),
        ("/flags", json!(1u64 << 50)),
        ("/components", container),
    ] {
        scene.cause(alter("MESSAGE_CREATE", place, Some(value)));
        scene.says(&format!("with a new {place}")).await;
    }
    for (place, value) in [
        ("/locale", json!("xx")),
        ("/channel/type", json!(99)),
        ("/context", json!(9)),
    ] {
        scene.cause(alter("INTERACTION_CREATE", place, Some(value)));
        scene.counts("ann").await;
    }
    assert_eq!(scene.bot.metric(&unreadable("MESSAGE_CREATE")), 0.0);
    // What it is asked to do is not known, so nobody does it.
    scene.cause(alter("INTERACTION_CREATE", "/type", Some(json!(6))));
    nobody_counts(&scene).await;
    scene.nothing_was_noticed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x06_messages_without_a_member_and_without_a_guild_are_heard() {
    let mut scene = Scene::new().await;
    scene.cause(alter("MESSAGE_CREATE", "/member", None));
    scene.says("as a webhook does").await;
    let dm = scene.bot.discord.person("ann").in_dm();
    dm.says("rogue: between us").await;
    assert!(eventually(|| echoes(&dm) == ["between us"]).await);
    scene.bot.counts(&calls("rogue"), 3.0).await;
    assert_eq!(scene.bot.metric(&unreadable("MESSAGE_CREATE")), 0.0);
    scene.nothing_was_noticed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x07_presences_with_an_id_alone_and_wrong_types_are_dropped() {
    let scene = Scene::new().await;
    let user = json!({ "id": scene.bot.here("ann").id.to_string() });
    let whole = json!({ "user": user, "status": 5, "activities": "none" });
    for data in [json!({ "user": user }), whole, json!("text")] {
        scene.cause(dispatch("PRESENCE_UPDATE", data));
    }
    scene.bot.counts(&received("other"), 3.0).await;
    assert_eq!(scene.bot.metric(&unreadable("other")), 0.0);
    scene.nothing_was_noticed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x08_what_comes_twice_happens_once() {
    let mut scene = Scene::new().await;
    for event in ["MESSAGE_CREATE", "INTERACTION_CREATE"] {
        scene.cause(Fault::Repeat {
            event: event.to_owned(),
            more: 2,
            times: 1,
        });
    }
    scene.says("once").await;
    scene.counts("ann").await;
    let interactions = received("INTERACTION_CREATE");
    scene.bot.counts(&interactions, 4.0).await;
    // A resume tells again what was told: the last message, its echo, and the three commands.
    scene.cause(Fault::ReplayAgain { dispatches: 7 });
    scene.cause(Fault::Drop { shard: None });
    scene.bot.counts(&reconnects("resume"), 1.0).await;
    assert!(
        scene.bot.metric(&interactions) >= 7.0,
        "nothing was told again"
    );
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_events_in_the_wrong_order_do_not_need_each_other() {
    let mut scene = Scene::new().await;
    let ann = scene.bot.here("ann");
    scene.cause(hold_back("MESSAGE_CREATE"));
    ann.says("rogue: first").await;
    ann.says("rogue: second").await;
    scene.echoed("second").await;
    scene.echoed("first").await;
    // Somebody leaves before they came, and what was never written is changed.
    let lab = scene.bot.discord.guild("Cogbox Lab").id;
    let known = || scene.bot.app.services.cache.guild(lab.0.into()).unwrap();
    let members = known().members();
    let dora = json!({ "guild_id": lab.to_string(), "user": { "id": "7" } });
    scene.cause(dispatch("GUILD_MEMBER_REMOVE", dora.clone()));
    scene.cause(dispatch("GUILD_MEMBER_ADD", dora));
    let changed = json!({ "id": "7", "channel_id": ann.channel.to_string() });
    scene.cause(dispatch("MESSAGE_UPDATE", changed));
    scene.bot.counts(&received("MESSAGE_UPDATE"), 1.0).await;
    assert_eq!(known().members(), members);
    // A command comes from a server that the bot has not heard of; a new session tells of it.
    scene.cause(Fault::Lose {
        event: "GUILD_CREATE".to_owned(),
        numbered: false,
        times: 1,
    });
    let cleo = scene.bot.elsewhere("cleo");
    let counted = cleo.runs("/count").await;
    assert_eq!(counted.text(), "This server has counted to **1**.");
    assert_eq!(scene.status().await["guilds"]["known"], 1);
    scene.cause(Fault::LoseSessions { shard: None });
    scene.bot.counts(r#"cogbox_guilds{shard="0"}"#, 2.0).await;
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x10_what_got_lost_on_the_way_is_missed_alone() {
    let mut scene = Scene::new().await;
    let ann = scene.bot.here("ann");
    for numbered in [true, false] {
        scene.cause(Fault::Lose {
            event: "MESSAGE_CREATE".to_owned(),
            numbered,
            times: 1,
        });
        ann.says("rogue: lost").await;
        scene.says("there").await;
    }
    // Three messages with their echoes, and the answer to the command.
    scene.bot.counts(&received("MESSAGE_CREATE"), 7.0).await;
    let missed = r#"cogbox_gateway_missed_events_total{shard="0"}"#;
    scene.bot.counts(missed, 1.0).await;
    // A resume does not bring it back, and does not fail for the gap.
    scene.cause(Fault::Drop { shard: None });
    scene.bot.counts(&reconnects("resume"), 1.0).await;
    scene.says("after a resume").await;
    scene.bot.counts(&received("MESSAGE_CREATE"), 9.0).await;
    assert_eq!(scene.bot.discord.identifies(), 1);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x11_a_bot_in_2500_guilds_with_a_large_one_among_them() {
    let setup = setup();
    let discord = Emulator::start(setup.discord.clone()).await.unwrap();
    let lab = discord.guild("Cogbox Lab").id;
    discord.cause(Fault::Guilds { count: 2_499 });
    discord.cause(Fault::Crowd {
        guild: lab,
        members: 100_000,
    });
    let long = Some(json!("x".repeat(5 << 20)));
    discord.cause(alter("GUILD_CREATE", "/description", long));
    let bot = setup.start_on(discord, tempfile::tempdir().unwrap()).await;
    let cache = &bot.app.services.cache;
    assert!(patiently(|| cache.guild_count() == 2_500).await);
    assert_eq!(cache.guild(lab.0.into()).unwrap().members(), 100_004);
    let scene = Scene::begins(bot).await;
    let guilds = scene.status().await["guilds"].clone();
    assert_eq!(guilds, json!({ "known": 2_500, "unavailable": 0 }));
    assert!(scene.get("/").await.contains("2,500"));
    assert_eq!(scene.bot.metric(&unreadable("GUILD_CREATE")), 0.0);
    scene.nothing_else_was_lost().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x12_an_intent_that_was_switched_off_ends_the_bot_with_what_to_do() {
    let scene = Scene::new().await;
    scene.cause(Fault::Intents { privileged: 0 });
    scene.cause(Fault::LoseSessions { shard: None });
    let (why, over) = scene.refused().await;
    assert!(why.contains("MESSAGE_CONTENT"), "{why}");
    assert!(
        why.contains("fix: switch on the privileged intents"),
        "{why}"
    );
    over.nobody_answers().await;
    let privileged = intents::PRIVILEGED;
    over.discord.cause(Fault::Intents { privileged });
    let scene = over.starts_again().await;
    scene.nothing_else_was_lost().await;
}
