//! A local Discord with a bot of about a hundred lines that shows every kind of answer a client can
//! draw: `cargo run -p cogbox-emulator --example showcase`, then open the page it prints.
//!
//! The bot uses no library for Discord, so it also shows how little one needs. The tests of the
//! page (`page/tests/browser`) run against it. It never stores anything.

use std::error::Error;
use std::time::Duration;

use cogbox_emulator::{Emulator, Options};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// Guilds, their messages and what is written in them; nothing that is privileged but the content.
const INTENTS: u64 = 1 | 1 << 9 | 1 << 15;

/// Discord wants bots to say what they are, in this form.
const USER_AGENT: &str = "DiscordBot (https://example.org, 1)";

const EPHEMERAL: u64 = 1 << 6;
const COMPONENTS_V2: u64 = 1 << 15;

const FRUITS: [&str; 6] = ["apple", "apricot", "banana", "blackberry", "cherry", "fig"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options {
        bot_name: "Showcase".to_owned(),
        identify_interval: Duration::ZERO,
        ..Options::default()
    };
    let discord = Emulator::start(options).await?;
    discord.guild("Cogbox Lab").add_voice_channel("Lounge", 2);
    println!("local Discord {}", discord.page_url());
    let bot = Bot {
        http: reqwest::Client::builder().user_agent(USER_AGENT).build()?,
        api: discord.api_url(),
        token: discord.token().to_owned(),
    };
    let me = bot.get("/applications/@me").await?;
    let commands = format!("/applications/{}/commands", me["id"].as_str().unwrap_or(""));
    bot.put(&commands, &offered()).await?;
    println!("ready");
    // A test that closes the connection sees the bot come back, as a library would bring it.
    loop {
        if let Err(error) = bot.listen(&discord.gateway_url()).await {
            eprintln!("the gateway: {error}; connecting again");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[derive(Clone)]
struct Bot {
    http: reqwest::Client,
    api: String,
    token: String,
}

impl Bot {
    /// Follows the gateway until it closes, and answers each interaction as it comes.
    async fn listen(&self, url: &str) -> Result<(), Box<dyn Error>> {
        let (socket, _) = connect_async(format!("{url}/?v=10&encoding=json")).await?;
        let (mut out, mut frames) = socket.split();
        let mut sequence = Value::Null;
        let mut beat = tokio::time::interval(Duration::from_secs(30));
        loop {
            let frame = tokio::select! {
                frame = frames.next() => frame,
                _ = beat.tick(), if !sequence.is_null() => {
                    let heartbeat = json!({"op": 1, "d": sequence}).to_string();
                    out.send(Message::Text(heartbeat.into())).await?;
                    continue;
                }
            };
            let text = match frame {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(_)) => continue,
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(()),
            };
            let payload: Value = serde_json::from_str(&text)?;
            if !payload["s"].is_null() {
                sequence = payload["s"].clone();
            }
            match (payload["op"].as_u64(), payload["t"].as_str()) {
                (Some(10), _) => {
                    let properties = json!({"os": "any", "browser": "raw", "device": "raw"});
                    let identify = json!({"op": 2, "d": {
                        "token": self.token, "intents": INTENTS, "properties": properties,
                    }});
                    out.send(Message::Text(identify.to_string().into())).await?;
                }
                (Some(7 | 9), _) => return Ok(()),
                (_, Some("INTERACTION_CREATE")) => {
                    let (bot, interaction) = (self.clone(), payload["d"].clone());
                    tokio::spawn(async move {
                        if let Err(error) = bot.answer(&interaction).await {
                            eprintln!("an answer: {error}");
                        }
                    });
                }
                _ => {}
            }
        }
    }

    async fn answer(&self, interaction: &Value) -> Result<(), reqwest::Error> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (id, token) = (text(&interaction["id"]), text(&interaction["token"]));
        let name = text(&interaction["data"]["name"]);
        if name == "silent" {
            return Ok(()); // and the member reads that nothing came
        }
        let callback = callback(interaction, &name);
        self.post(&format!("/interactions/{id}/{token}/callback"), &callback)
            .await?;
        if callback["type"] == 5 {
            let application = text(&interaction["application_id"]);
            let original = format!("/webhooks/{application}/{token}/messages/@original");
            let done = json!({"content": "That took a while."});
            self.patch(&original, &done).await?;
            let more = json!({"content": "And one more thing.", "flags": EPHEMERAL});
            self.post(&format!("/webhooks/{application}/{token}"), &more)
                .await?;
        }
        Ok(())
    }

    async fn get(&self, path: &str) -> Result<Value, reqwest::Error> {
        self.send(self.http.get(self.url(path))).await?.json().await
    }

    async fn put(&self, path: &str, body: &Value) -> Result<(), reqwest::Error> {
        let request = self.http.put(self.url(path)).json(body);
        self.send(request).await.map(drop)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<(), reqwest::Error> {
        let request = self.http.post(self.url(path)).json(body);
        self.send(request).await.map(drop)
    }

    async fn patch(&self, path: &str, body: &Value) -> Result<(), reqwest::Error> {
        let request = self.http.patch(self.url(path)).json(body);
        self.send(request).await.map(drop)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.api)
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, reqwest::Error> {
        let authorization = format!("Bot {}", self.token);
        let request = request.header("authorization", authorization);
        request.send().await?.error_for_status()
    }
}

/// The commands: one for each thing there is to see.
fn offered() -> Value {
    let text = |name: &str, more: Value| {
        let mut option = json!({"type": 3, "name": name, "description": "Some words"});
        for (key, value) in more.as_object().into_iter().flatten() {
            option[key] = value.clone();
        }
        option
    };
    json!([
        {"name": "card", "description": "An embed with buttons and every kind of select"},
        {"name": "panel", "description": "A message made of components altogether"},
        {"name": "form", "description": "A form to fill in", "options": [
            {"type": 3, "name": "kind", "description": "Which one", "choices": [
                {"name": "words and choices", "value": "words"},
                {"name": "people and places", "value": "people"},
            ]},
        ]},
        {"name": "fruit", "description": "Names are offered while you type", "options": [
            text("name", json!({"required": true, "autocomplete": true})),
            {"type": 4, "name": "count", "description": "How many", "min_value": 1, "max_value": 9},
        ]},
        {"name": "team", "description": "People in a team", "options": [
            {"type": 1, "name": "add", "description": "Add somebody", "options": [
                {"type": 6, "name": "who", "description": "Whom", "required": true},
                {"type": 8, "name": "role", "description": "As what"},
            ]},
            {"type": 2, "name": "list", "description": "Lists", "options": [
                {"type": 1, "name": "all", "description": "Everybody"},
            ]},
        ]},
        {"name": "weigh", "description": "Tells the size of a file", "options": [
            {"type": 11, "name": "file", "description": "The file", "required": true},
        ]},
        {"name": "poll", "description": "A question to everybody"},
        {"name": "secret", "description": "An answer that only you see"},
        {"name": "slow", "description": "An answer that takes a while"},
        {"name": "silent", "description": "No answer at all"},
        {"name": "Wave", "type": 2},
        {"name": "Quote", "type": 3},
    ])
}

/// Makes the first answer to an interaction.
fn callback(interaction: &Value, name: &str) -> Value {
    let data = &interaction["data"];
    let says = |content: String| json!({"type": 4, "data": {"content": content}});
    match (interaction["type"].as_u64(), name) {
        (Some(4), _) => json!({"type": 8, "data": {"choices": choices(&data["options"])}}),
        (Some(3), _) if data["custom_id"] == "count" => {
            let content = format!("{} pressed it.", user(interaction));
            json!({"type": 7, "data": {"content": content}})
        }
        (Some(3), _) => says(format!("You chose {}.", list(&data["values"]))),
        (Some(5), _) => says(format!("You filled in {}.", filled(data))),
        (_, "card") => json!({"type": 4, "data": card()}),
        (_, "panel") => json!({"type": 4, "data": panel()}),
        (_, "form") => json!({"type": 9, "data": form(&data["options"][0]["value"])}),
        (_, "secret") => json!({"type": 4, "data": {
            "content": "Between **us**.", "flags": EPHEMERAL,
        }}),
        (_, "poll") => json!({"type": 4, "data": {"poll": {
            "question": {"text": "What shall we plant?"},
            "answers": [
                {"poll_media": {"text": "Figs"}},
                {"poll_media": {"text": "Plums", "emoji": {"name": "🌳"}}},
            ],
            "duration": 24,
        }}}),
        (_, "slow") => json!({"type": 5}),
        (_, "weigh") => {
            let files = data["resolved"]["attachments"].as_object();
            let file = files.and_then(|files| files.values().next());
            let file = file.unwrap_or(&Value::Null);
            says(format!("{} has {} bytes.", file["filename"], file["size"]))
        }
        (_, "Quote") => {
            let messages = data["resolved"]["messages"].as_object();
            let quoted = messages.and_then(|messages| messages.values().next());
            let quoted = quoted.and_then(|message| message["content"].as_str());
            says(format!("> {}", quoted.unwrap_or("(no words)")))
        }
        (_, "Wave") => {
            let target = data["target_id"].as_str().unwrap_or_default();
            says(format!("👋 <@{target}>"))
        }
        (_, other) => says(format!("You ran {other} with {}.", data["options"])),
    }
}

fn user(interaction: &Value) -> &str {
    let user = interaction["member"]["user"]["username"].as_str();
    user.or(interaction["user"]["username"].as_str())
        .unwrap_or("Somebody")
}

/// The fruits that begin with what is being typed.
fn choices(options: &Value) -> Value {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let focused = options.iter().find(|option| option["focused"] == true);
    let typed = focused.and_then(|option| option["value"].as_str());
    let typed = typed.unwrap_or_default().to_lowercase();
    let found = FRUITS.iter().filter(|fruit| fruit.starts_with(&typed));
    found
        .map(|fruit| json!({"name": fruit, "value": fruit}))
        .collect()
}

fn card() -> Value {
    let select = |kind: u64, id: &str, placeholder: &str| {
        json!({"type": 1, "components": [
            {"type": kind, "custom_id": id, "placeholder": placeholder},
        ]})
    };
    json!({
        "content": "Everything a message may carry:",
        "embeds": [{
            "title": "Harvest",
            "description": "What came in **this week**, with ~~much~~ some rain.",
            "color": 0x1d_6b45,
            "fields": [
                {"name": "Apples", "value": "12 kg", "inline": true},
                {"name": "Figs", "value": "3 kg", "inline": true},
                {"name": "Next", "value": "Cherries, from `June` on", "inline": false},
            ],
            "footer": {"text": "weighed by hand"},
        }],
        "components": [
            {"type": 1, "components": [
                {"type": 2, "style": 1, "label": "Count me", "custom_id": "count"},
                {"type": 2, "style": 2, "label": "Not now", "custom_id": "not-now"},
                {"type": 2, "style": 4, "label": "Closed", "custom_id": "closed", "disabled": true},
                {"type": 2, "style": 5, "label": "More", "url": "https://example.org/"},
            ]},
            {"type": 1, "components": [{
                "type": 3, "custom_id": "fruits", "placeholder": "Some fruit", "max_values": 3,
                "options": FRUITS.map(|fruit| json!({"label": fruit, "value": fruit})),
            }]},
            select(5, "people", "Somebody"),
            select(6, "roles", "A role"),
            select(8, "channels", "A channel"),
        ],
    })
}

fn panel() -> Value {
    let button = json!({"type": 2, "style": 3, "label": "Water", "custom_id": "water"});
    json!({"flags": COMPONENTS_V2, "components": [
        {"type": 17, "accent_color": 0x7b_5200, "components": [
            {"type": 10, "content": "## The garden\nThree beds, one of them in the shade."},
            {"type": 14},
            {"type": 9, "components": [{"type": 10, "content": "**Bed one**: dry"}],
             "accessory": button},
        ]},
    ]})
}

fn form(kind: &Value) -> Value {
    let label =
        |label: &str, component: Value| json!({"type": 18, "label": label, "component": component});
    let options = |all: &[&str]| -> Value {
        let options = all.iter();
        options
            .map(|one| json!({"label": one, "value": one}))
            .collect()
    };
    let (title, components) = match kind.as_str() {
        Some("people") => (
            "People and places",
            json!([
                label("Who", json!({"type": 5, "custom_id": "who"})),
                label(
                    "Role",
                    json!({"type": 6, "custom_id": "role", "required": false})
                ),
                label(
                    "Where",
                    json!({"type": 8, "custom_id": "where", "channel_types": [0]})
                ),
                label(
                    "Anybody",
                    json!({"type": 7, "custom_id": "any", "required": false})
                ),
                label(
                    "Papers",
                    json!({"type": 19, "custom_id": "papers", "max_values": 2})
                ),
            ]),
        ),
        _ => (
            "Words and choices",
            json!([
                {"type": 18, "label": "Your name", "description": "As on the door",
                 "component": {"type": 4, "custom_id": "name", "style": 1, "max_length": 20}},
                label("Fruit", json!({"type": 3, "custom_id": "fruit",
                    "options": options(&["apple", "fig"])})),
                label("Size", json!({"type": 21, "custom_id": "size",
                    "options": options(&["small", "large"])})),
                label("Extras", json!({"type": 22, "custom_id": "extras", "required": false,
                    "options": options(&["sugar", "cream"])})),
                label("Fresh", json!({"type": 23, "custom_id": "fresh"})),
            ]),
        ),
    };
    json!({"custom_id": "form", "title": title, "components": components})
}

/// What was filled in, as `name: value`.
fn filled(data: &Value) -> String {
    let fields = data["components"].as_array().into_iter().flatten();
    let fields = fields.map(|field| &field["component"]);
    let shown = fields.map(|field| {
        let value = match &field["values"] {
            Value::Array(_) => list(&field["values"]),
            _ => field["value"].to_string().trim_matches('"').to_owned(),
        };
        format!("{}: {value}", field["custom_id"].as_str().unwrap_or("?"))
    });
    shown.collect::<Vec<_>>().join("; ")
}

fn list(values: &Value) -> String {
    let values = values.as_array().into_iter().flatten();
    let values: Vec<&str> = values.filter_map(Value::as_str).collect();
    if values.is_empty() {
        return "nothing".to_owned();
    }
    values.join(", ")
}
