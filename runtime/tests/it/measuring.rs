//! The metrics as a whole: the table that describes them, and what they can be made to grow to.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Bot, Setup, eventually};
use crate::moderating::told;

/// A metric's type and labels.
type Described = (String, BTreeSet<String>);

const TABLE: &str = include_str!("../../observe/METRICS.md");

/// Returns the rows of the table.
fn described() -> BTreeMap<String, Described> {
    let rows = TABLE.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let labels = cells[3].split_whitespace();
        let labels = labels.map(|label| label.trim_matches('`').to_owned());
        let name = cells[1].trim_matches('`').to_owned();
        (name, (cells[2].to_owned(), labels.collect()))
    };
    rows.map(row).collect()
}

/// Returns what is in a text of Prometheus' format.
fn exposed(text: &str) -> BTreeMap<String, Described> {
    let mut found: BTreeMap<String, Described> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            let (name, kind) = family.split_once(' ').unwrap();
            current = name.to_owned();
            found.insert(current.clone(), (kind.to_owned(), BTreeSet::new()));
        } else if let Some((labels, _)) = line
            .split_once('{')
            .filter(|(name, _)| name.starts_with(current.as_str()) && !current.is_empty())
            .and_then(|(_, rest)| rest.rsplit_once('}'))
        {
            // No value has a quote or an equals sign before one in it here.
            let names = labels
                .split("\",")
                .filter_map(|label| label.split_once("=\""));
            let names = names.map(|(name, _)| name.to_owned());
            let names = names.filter(|name| name != "le");
            found.get_mut(&current).unwrap().1.extend(names);
        }
    }
    found.retain(|name, _| !name.starts_with("cog_"));
    found
}

async fn metrics(bot: &Bot) -> String {
    let answer = reqwest::get(format!("http://{}/metrics", bot.web)).await;
    answer.unwrap().text().await.unwrap()
}

/// Returns how many lines are samples.
fn samples(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_describes_what_the_program_says_and_nothing_else() {
    let bot = Bot::with(&["counter", "rogue"]).await;
    bot.here("ann").runs("/count").await;
    bot.discord.send_op1();
    let latency = r#"cogbox_gateway_heartbeat_seconds{shard="0"}"#;
    assert!(eventually(|| bot.metric(latency) > 0.0).await);
    // A request is counted when it was answered.
    metrics(&bot).await;
    let (said, told) = (exposed(&metrics(&bot).await), described());
    for (name, what) in &said {
        assert_eq!(told.get(name), Some(what), "{name}, in METRICS.md");
    }
    for name in told.keys() {
        assert!(said.contains_key(name), "{name} is only in METRICS.md");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guilds_are_added_up() {
    // Who comes later is told only to a bot with a cog that listens to members.
    for (cog, members) in [("counter", 2.0), ("listener", 3.0)] {
        let bot = Bot::with(&[cog]).await;
        let totals = async || {
            metrics(&bot).await;
            let total = |of| bot.metric(&format!("discord_stat_total_{of}"));
            ["guilds", "channels", "users"].map(total)
        };
        let before = totals().await;
        // The guild comes with the bot and its owner; the rest follows.
        let people = ["ann", "ben"];
        bot.discord
            .add_guild("Elsewhere", &["lobby", "attic"], &people);
        let added = [1.0, 2.0, members];
        let expected: [f64; 3] = std::array::from_fn(|of| before[of] + added[of]);
        let mut now = before;
        for _ in 0..500 {
            now = totals().await;
            if now == expected {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(now, expected, "{cog}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_takes_of_new_commands_is_told() {
    let bot = Bot::with(&["counter"]).await;
    let made = bot.discord.commands().len() as f64;
    bot.counts("cogbox_command_creates_remaining", 200.0 - made)
        .await;
}

/// An interaction with a command, as Discord sends it of a direct message.
fn interaction(n: usize, kind: u8, command: &str, options: &Value) -> Value {
    json!({
        "id": (1_000 + n).to_string(),
        "application_id": "7",
        "type": kind,
        "data": {"id": "1", "name": command, "type": 1, "options": options},
        "token": format!("token{n}"),
        "version": 1,
        "channel_id": "70",
        "user": {"id": "9", "username": "mallory", "discriminator": "0", "avatar": null},
        "app_permissions": "0",
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {},
        "attachment_size_limit": 1,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_a_cog_makes_up_for_a_server_are_no_labels() {
    let mut setup = Setup::with(&["steward"]);
    setup.discord.witness = None;
    let bot = setup.start().await;
    let ann = bot.here("ann");
    assert_eq!(told(&ann, "offer hello").await, "offer: ok");
    let offered = || {
        let commands = bot.discord.commands();
        commands.iter().any(|command| command.name == "hello")
    };
    assert!(eventually(offered).await);
    ann.runs("/hello").await;
    let typed = json!([{"name": "to", "type": 3, "value": "", "focused": true}]);
    let mut typing = interaction(1, 4, "hello", &typed);
    let mut member = json!({"roles": [], "joined_at": "2024-01-01T00:00:00Z", "permissions": "0",
        "deaf": false, "mute": false, "flags": 0, "nick": null, "avatar": null});
    let typing = typing.as_object_mut().unwrap();
    member["user"] = typing.remove("user").unwrap();
    typing.insert("member".into(), member);
    let lab = bot.discord.guild("Cogbox Lab").id.to_string();
    typing["data"]["guild_id"] = json!(lab);
    typing.insert("guild_id".into(), json!(lab));
    bot.discord
        .dispatch_raw("INTERACTION_CREATE", &json!(typing));
    for kind in ["application_command", "autocomplete"] {
        let series = format!(
            "discord_event_on_interaction_total{{command=\"other\",interaction=\"{kind}\",shard=\"0\"}}"
        );
        bot.counts(&series, 1.0).await;
    }
    let text = metrics(&bot).await;
    assert!(!text.contains("\"hello\""), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_people_make_up_make_no_series() {
    const MADE_UP: usize = 10_000;
    let mut setup = Setup::with(&["counter"]);
    // Nobody on Discord's side knows these interactions.
    setup.discord.witness = None;
    let bot = setup.start().await;
    bot.here("ann").runs("/count").await;
    let before = samples(&metrics(&bot).await);
    let counted = &bot.app.services.metrics.discord_event_on_interaction_total;
    let received = |kind| counted.with_label_values(&["0", kind, "other"]).get();
    let lost = &bot.app.services.metrics.gateway_dropped_events_total;
    let lost = || lost.with_label_values(&["interaction"]).get();
    let all = || received("application_command") + received("autocomplete") + lost();
    for n in 0..MADE_UP {
        let (kind, options) = match n % 2 {
            0 => (2, json!([])),
            _ => {
                let typed =
                    json!({"name": format!("option{n}"), "type": 3, "value": "", "focused": true});
                (4, json!([typed]))
            }
        };
        let interaction = interaction(n, kind, &format!("made-up-{n}"), &options);
        bot.discord.dispatch_raw("INTERACTION_CREATE", &interaction);
        let event = format!("MADE_UP_{n}");
        bot.discord.dispatch_raw(&event, &json!({}));
        // A connection that is far behind would be given up.
        if (n + 1) % 100 == 0 {
            let sent = n as u64 + 1;
            assert!(eventually(|| all() == sent).await, "{} of {sent}", all());
        }
    }
    assert!(received("application_command") > 0 && received("autocomplete") > 0);
    let others = r#"cogbox_gateway_events_total{event="other",shard="0"}"#;
    assert!(bot.metric(others) >= MADE_UP as f64);
    let text = metrics(&bot).await;
    assert!(!text.contains("made-up"), "{text}");
    // The first of a kind makes a few: refusals of callbacks, and the outcome `unknown`.
    let more = samples(&text) - before;
    assert!(more < 60, "{more} more samples");
}
