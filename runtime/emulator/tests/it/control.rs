//! The control API: what the page sees and does, and who may not.

use cogbox_emulator::{Emulator, Id};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, Reply, control, options, read, says, slash};

pub struct Page {
    pub http: reqwest::Client,
    pub base: String,
    pub person: String,
    pub channel: Id,
}

impl Page {
    pub fn of(discord: &Emulator, person: &str) -> Page {
        Page {
            http: reqwest::Client::new(),
            base: discord.page_url().trim_end_matches('/').to_owned(),
            person: discord.person(person).id.to_string(),
            channel: discord.guild("Cogbox Lab").channel("general").id,
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        read(self.http.get(format!("{}/_local{path}", self.base))).await
    }

    pub async fn post(&self, path: &str, mut body: Value) -> Reply {
        body["as"] = json!(self.person);
        control(&format!("{}/_local{path}", self.base), &body).await
    }

    pub fn here(&self, rest: &str) -> String {
        format!("/channels/{}{rest}", self.channel)
    }

    async fn messages(&self) -> Value {
        self.get(&self.here(&format!("/messages?as={}", self.person)))
            .await
            .body
    }

    pub async fn events(&self) -> Events {
        let url = format!("{}/_local/events?as={}", self.base, self.person);
        let response = self.http.get(url).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events {
            response,
            text: String::new(),
        }
    }
}

pub struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    /// Returns the data of the next event with this name, skipping others.
    pub async fn next(&mut self, name: &str) -> Value {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if event.starts_with(&format!("event: {name}\n")) {
                    let data = event.split_once("data: ").unwrap().1;
                    return serde_json::from_str(data).unwrap();
                }
            }
            let wait = std::time::Duration::from_secs(10);
            let more = tokio::time::timeout(wait, self.response.chunk()).await;
            let more = more.unwrap_or_else(|_| panic!("no event {name} came"));
            self.text += std::str::from_utf8(&more.unwrap().unwrap()).unwrap();
        }
    }
}

pub async fn start() -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("ping")])).await;
    (discord, bot)
}

#[tokio::test]
async fn the_state_tells_who_and_what_there_is() {
    let (discord, bot) = start().await;
    let state = Page::of(&discord, "ann").get("/state").await.body;
    assert_eq!(
        state["application"],
        json!({"id": bot.application, "name": "Cogbox"})
    );
    assert_eq!(state["bot"]["connected"], true);
    let names: Vec<&str> = state["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| u["username"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["ann", "ben", "cleo"]);
    let lab = &state["guilds"][0];
    assert_eq!(
        (&lab["name"], &lab["owner_id"]),
        (&json!("Cogbox Lab"), &state["users"][0]["id"])
    );
    assert_eq!(lab["channels"][0]["name"], "general");
    assert_eq!(lab["members"].as_array().unwrap().len(), 4);
    assert!(
        lab["roles"]
            .as_array()
            .unwrap()
            .iter()
            .any(|role| role["name"] == "Helpers")
    );
}

#[tokio::test]
async fn a_person_runs_a_command_and_reads_the_answer() {
    let (discord, mut bot) = start().await;
    let (ann, ben) = (Page::of(&discord, "ann"), Page::of(&discord, "ben"));
    let (mut events, mut bens) = (ann.events().await, ben.events().await);
    let path = format!("/commands?as={}&channel={}", ann.person, ann.channel);
    let offered = ann.get(&path).await.body;
    assert_eq!(offered[0]["name"], "ping");
    let body = json!({"command": offered[0]["id"], "options": []});
    let started = ann.post(&ann.here("/commands"), body).await;
    assert_eq!(started.status, 200, "{}", started.body);
    let sent = events.next("interaction").await;
    assert_eq!(
        (&sent["id"], &sent["state"]),
        (&started.body["interaction"], &json!("sent"))
    );
    assert_eq!(sent["name"], "ping");
    let interaction = bot.interaction().await;
    bot.answers(&interaction, json!({"type": 5, "data": {"flags": 64}}))
        .await;
    let thinking = events.next("message").await;
    assert_eq!(
        (&thinking["flags"], &thinking["content"]),
        (&json!(64 | 128), &json!(""))
    );
    assert_eq!(events.next("interaction").await["state"], "deferred");
    bot.patch(
        &bot.hook(&interaction, "/messages/@original"),
        json!({"content": "done"}),
    )
    .await;
    assert_eq!(events.next("message").await["content"], "done");
    let answered = events.next("interaction").await;
    assert_eq!(
        (&answered["state"], &answered["message_id"]),
        (&json!("answered"), &thinking["id"])
    );
    assert_eq!(ann.messages().await[0]["content"], "done");
    assert_eq!(ben.messages().await, json!([]));
    ben.post(&ben.here("/messages"), json!({"content": "hello"}))
        .await;
    assert_eq!(
        bens.next("message").await["content"],
        "hello",
        "he saw nothing of hers"
    );
}

#[tokio::test]
async fn clicks_modals_and_failures_reach_the_page() {
    let (discord, mut bot) = start().await;
    let ann = Page::of(&discord, "ann");
    let mut events = ann.events().await;
    let row = json!({"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]});
    let path = format!("/channels/{}/messages", ann.channel);
    let message = bot
        .post(&path, json!({"content": "x", "components": [row]}))
        .await
        .body;
    let path = ann.here(&format!(
        "/messages/{}/click",
        message["id"].as_str().unwrap()
    ));
    let refused = ann.post(&path, json!({"custom_id": "stop"})).await;
    assert_eq!(
        (refused.status, &refused.body),
        (
            400,
            &json!({"message": "The message has no \"stop\"; it has Go."})
        )
    );
    let clicked = ann.post(&path, json!({"custom_id": "go"})).await;
    let press = bot.interaction().await;
    assert_eq!(press["id"], clicked.body["interaction"]);
    let input = json!({"type": 18, "label": "Name", "component": {"type": 4, "custom_id": "name", "style": 1}});
    let modal = json!({"custom_id": "m", "title": "Who?", "components": [input]});
    bot.answers(&press, json!({"type": 9, "data": modal})).await;
    let opened = loop {
        let moved = events.next("interaction").await;
        if moved["state"] == "answered" {
            break moved;
        }
    };
    assert_eq!(opened["modal"]["title"], "Who?");
    let path = format!("/interactions/{}/submit", opened["id"].as_str().unwrap());
    let empty = ann.post(&path, json!({"fields": {}})).await;
    assert_eq!(
        empty.body,
        json!({"message": "\"Name\" has to be filled in."})
    );
    let submitted = ann.post(&path, json!({"fields": {"name": "Ann"}})).await;
    assert_eq!(submitted.status, 200);
    let submit = bot.interaction().await;
    assert_eq!(submit["data"]["components"][0]["component"]["value"], "Ann");
    bot.answers(&submit, says("hello Ann")).await;
    events.next("message").await;
}

#[tokio::test]
async fn direct_messages_deletes_and_the_bots_state_are_told() {
    let (discord, bot) = start().await;
    let ann = Page::of(&discord, "ann");
    let mut events = ann.events().await;
    let dm = ann.post("/dms", json!({})).await.body;
    assert_eq!(
        (&dm["type"], &dm["recipients"][0]["bot"]),
        (&json!(1), &json!(true))
    );
    let path = format!("/channels/{}/messages", dm["id"].as_str().unwrap());
    let message = bot.post(&path, json!({"content": "hi"})).await.body;
    assert_eq!(events.next("message").await["id"], message["id"]);
    bot.delete(&format!("{path}/{}", message["id"].as_str().unwrap()))
        .await;
    let gone = events.next("message-delete").await;
    assert_eq!(
        gone,
        json!({"channel_id": dm["id"], "ids": [message["id"]]})
    );
    bot.post(&format!("/channels/{}/typing", ann.channel), Value::Null)
        .await;
    events.next("typing").await;
    bot.registers(json!([])).await;
    events.next("commands").await;
    discord.add_guild("Another", &[], &["ann"]);
    events.next("state").await;
    discord.disconnect_bot(Some(4000));
    assert_eq!(events.next("bot").await, json!({"connected": false}));
}

#[tokio::test]
async fn foreign_names_origins_and_sites_are_refused() {
    let (discord, _bot) = start().await;
    let base = discord.page_url();
    let http = reqwest::Client::new();
    let status = async |method: Method, path: &str, headers: &[(&str, &str)]| {
        let mut request = http.request(method, format!("{base}{path}")).body("{}");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(status(Method::GET, "", &[]).await, 200);
    assert_eq!(
        status(Method::GET, "", &[("host", "evil.example")]).await,
        403
    );
    assert_eq!(
        status(Method::GET, "api/v10/gateway", &[("host", "evil.example")]).await,
        403
    );
    let two = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(status(Method::GET, "", &two).await, 403);
    let own = base.trim_end_matches('/');
    let token = ("authorization", "Local local.dev.token");
    assert_eq!(
        status(Method::POST, "_local/dms", &[token]).await,
        400,
        "let in, and then asked who"
    );
    assert_eq!(
        status(Method::POST, "_local/dms", &[("origin", own)]).await,
        400
    );
    assert_eq!(
        status(
            Method::POST,
            "_local/dms",
            &[("sec-fetch-site", "same-origin")]
        )
        .await,
        400
    );
    for foreign in [
        [].as_slice(),
        &[("authorization", "Local wrong")],
        &[("authorization", "Bot local.dev.token")],
        &[token, ("origin", "http://evil.example")],
        &[token, ("host", "evil.example")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://evil.example"),
        ],
    ] {
        assert_eq!(
            status(Method::POST, "_local/dms", foreign).await,
            403,
            "{foreign:?}"
        );
    }
}

#[tokio::test]
async fn the_page_is_served_with_its_policy() {
    let (discord, _bot) = start().await;
    let base = discord.page_url();
    for (path, kind) in [
        ("", "text/html; charset=utf-8"),
        ("page/app.js", "text/javascript; charset=utf-8"),
        ("page/style.css", "text/css; charset=utf-8"),
        ("page/icon.svg", "image/svg+xml"),
    ] {
        let response = reqwest::get(format!("{base}{path}")).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let headers = response.headers();
        assert_eq!(headers["content-type"], kind);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'")
        );
    }
    let missing = reqwest::get(format!("{base}page/../Cargo.toml"))
        .await
        .unwrap();
    assert_eq!(missing.status(), 404);
}

#[tokio::test]
async fn people_reply_react_and_pin() {
    let (discord, _bot) = start().await;
    let (ann, ben) = (Page::of(&discord, "ann"), Page::of(&discord, "ben"));
    let asked = ann
        .post(&ann.here("/messages"), json!({"content": "Where?"}))
        .await;
    let asked = asked.body["id"].as_str().unwrap().to_owned();
    let reply = json!({"content": "Here.", "reply_to": asked});
    let reply = ben.post(&ben.here("/messages"), reply).await.body;
    assert_eq!(reply["type"], 19);
    assert_eq!(reply["referenced_message"]["content"], "Where?");
    assert_eq!(reply["mentions"][0]["username"], "ann");
    let lost = json!({"content": "Here.", "reply_to": "1"});
    let lost = ben.post(&ben.here("/messages"), lost).await;
    assert_eq!(lost.status, 400);

    let on = |what: &str| ann.here(&format!("/messages/{asked}/{what}"));
    for page in [&ann, &ben] {
        let done = page.post(&on("react"), json!({"emoji": "👍"})).await;
        assert_eq!(done.status, 200, "{}", done.body);
    }
    let reactors = format!("{}?as={}", on("reactions"), ann.person);
    let found = ann.get(&reactors).await.body;
    assert_eq!(
        found,
        json!([{"emoji": {"id": null, "name": "👍"}, "users": [ann.person, ben.person]}])
    );
    let back = json!({"emoji": "👍", "remove": true});
    assert_eq!(ann.post(&on("react"), back.clone()).await.status, 200);
    let twice = ann.post(&on("react"), back).await;
    assert_eq!(
        twice.body["message"],
        "This person has not reacted with 👍."
    );

    assert_eq!(ben.post(&on("pin"), json!({})).await.status, 400);
    assert_eq!(ann.post(&on("pin"), json!({})).await.status, 200);
    let pins = ann.here(&format!("/pins?as={}", ann.person));
    assert_eq!(ann.get(&pins).await.body[0]["content"], "Where?");
    let out = json!({"remove": true});
    assert_eq!(ann.post(&on("pin"), out).await.status, 200);
    assert_eq!(ann.get(&pins).await.body, json!([]));
}

#[tokio::test]
async fn the_state_tells_what_a_person_may_do() {
    let (discord, _bot) = start().await;
    let ben = Page::of(&discord, "ben");
    let bots = discord.guild("Cogbox Lab").channel("bots");
    bots.set_everyone(0, 1 << 10);
    let seen = |state: &Value, name: &str| {
        let channels = state["guilds"][0]["channels"].as_array().unwrap();
        let channel = channels.iter().find(|channel| channel["name"] == name);
        let allowed = channel.unwrap()["permissions"].as_str().unwrap();
        allowed.parse::<u64>().unwrap() & 1 << 10 != 0
    };
    let bens = ben.get(&format!("/state?as={}", ben.person)).await.body;
    assert!(seen(&bens, "general") && !seen(&bens, "bots"));
    let ann = Page::of(&discord, "ann");
    let anns = ann.get(&format!("/state?as={}", ann.person)).await.body;
    assert!(seen(&anns, "bots"), "the owner sees everything");
    assert_eq!(ann.get("/state?as=1").await.status, 400);
}

#[tokio::test]
async fn a_timeline_tells_how_an_interaction_went() {
    let (discord, mut bot) = start().await;
    let ann = discord.person("ann");
    let general = discord.guild("Cogbox Lab").channel("general");
    let pending = ann.in_channel(&general).starts("/ping").await;
    let interaction = bot.interaction().await;
    bot.answers(&interaction, json!({"type": 5})).await;
    bot.get("/gateway").await;
    let hook = bot.hook(&interaction, "/messages/@original");
    bot.patch(&hook, json!({"content": "Pong"})).await;
    pending.answered().await;

    let page = Page::of(&discord, "ben");
    let all = page.get("/interactions?limit=1").await.body;
    let line = &all[0];
    assert_eq!(line["id"], interaction["id"]);
    assert_eq!(
        (&line["name"], &line["state"]),
        (&json!("ping"), &json!("answered"))
    );
    let steps = line["steps"].as_array().unwrap();
    let told: Vec<_> = steps
        .iter()
        .map(|s| (&s["method"], &s["callback"], &s["own"]))
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["POST", 5, true],
            ["GET", null, false],
            ["PATCH", null, true]
        ])
    );
    let at: Vec<f64> = steps.iter().map(|s| s["at"].as_f64().unwrap()).collect();
    assert!(at.is_sorted() && at[0] >= 0.0);
    assert_eq!(
        line["ended"], steps[2]["at"],
        "when the answer came, not the delay"
    );
    assert!(
        !line
            .to_string()
            .contains(interaction["token"].as_str().unwrap())
    );
}

#[tokio::test]
async fn people_are_made_up_and_come_and_go() {
    let (discord, mut bot) = start().await;
    let page = Page::of(&discord, "ann");
    let lab = discord.guild("Cogbox Lab");
    for wrong in ["", "x", "Dora", "a b", "ann"] {
        let refused = page.post("/people", json!({"name": wrong})).await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
    let dora = page.post("/people", json!({"name": "dora"})).await.body;
    let dora = dora["id"].as_str().unwrap().to_owned();
    let member = format!("/guilds/{}/members/{dora}", lab.id);
    let helpers = lab.role("Helpers").to_string();
    let early = page.post(&member, json!({"role": helpers})).await;
    assert_eq!(early.body["message"], "Only members have roles.");
    page.post(&member, json!({"member": true})).await;
    let joined = bot.socket.dispatch("GUILD_MEMBER_ADD").await;
    assert_eq!(joined["d"]["user"]["id"], dora);
    page.post(&member, json!({"role": helpers})).await;
    let given = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await;
    assert_eq!(given["d"]["roles"], json!([helpers]));
    page.post(&member, json!({"role": helpers, "remove": true}))
        .await;
    let taken = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await;
    assert_eq!(taken["d"]["roles"], json!([]));
    page.post(&member, json!({"member": false})).await;
    let left = bot.socket.dispatch("GUILD_MEMBER_REMOVE").await;
    assert_eq!(left["d"]["user"]["id"], dora);
    let owner = format!("/guilds/{}/members/{}", lab.id, page.person);
    let stays = page.post(&owner, json!({"member": false})).await;
    assert_eq!(stays.status, 400);

    let language = format!("/people/{}", page.person);
    let unknown = page.post(&language, json!({"locale": "tlh"})).await;
    assert_eq!(unknown.status, 400);
    page.post(&language, json!({"locale": "de"})).await;
    let state = page.get("/state").await.body;
    assert_eq!(state["users"][0]["locale"], "de");
}

#[tokio::test]
async fn faults_are_caused_from_the_page() {
    let (discord, mut bot) = start().await;
    let page = Page::of(&discord, "ann");
    let lab = discord.guild("Cogbox Lab").id.to_string();
    let fault = json!({"fault": "outage", "on": true, "guild": lab});
    page.post("/faults", fault).await;
    let gone = bot.socket.dispatch("GUILD_DELETE").await;
    assert_eq!(gone["d"]["unavailable"], true);
    page.post("/faults", json!({"fault": "outage", "on": false}))
        .await;
    bot.socket.dispatch("GUILD_CREATE").await;
    let answer = json!({"fault": "answer", "method": "GET", "path": "/users/@me", "status": 502, "body": "<html>"});
    page.post("/faults", answer).await;
    assert_eq!(bot.get("/users/@me").await.status, 502);
    assert_eq!(bot.get("/users/@me").await.status, 200);
    let unknown = page.post("/faults", json!({"fault": "gremlins"})).await;
    assert_eq!(unknown.status, 400);
    page.post("/faults", json!({"fault": "reconnect"})).await;
    while bot.socket.payload().await["op"] != 7 {}
    page.post("/faults", json!({"fault": "close", "code": 4000}))
        .await;
    assert_eq!(bot.socket.closed().await, Some(4000));
}

#[tokio::test]
async fn files_are_kept_until_they_are_sent() {
    let (discord, mut bot) = start().await;
    let option = json!({"type": 11, "name": "file", "description": "A file", "required": true,
        "file_types": [".txt", "audio"]});
    bot.registers(json!([{"name": "weigh", "description": "Weighs", "options": [option]}]))
        .await;
    let page = Page::of(&discord, "ann");
    let upload = async |name: &str, bytes: Vec<u8>| {
        let url = format!(
            "{}/_local/uploads?as={}&name={name}",
            page.base, page.person
        );
        let request = page.http.post(url).header("content-type", "text/plain");
        let request = request.header("sec-fetch-site", "same-origin");
        read(request.body(bytes)).await
    };
    let kept = upload("a%2Fb.txt", b"four".to_vec()).await.body;
    assert_eq!(kept["filename"], "a_b.txt");
    assert_eq!(kept["size"], 4);
    assert_eq!(upload("..", Vec::new()).await.status, 400);
    let limit = 10 * 1024 * 1024;
    assert_eq!(upload("l.txt", vec![0; limit + 1]).await.status, 413);

    let said = json!({"content": "", "files": [kept["id"]]});
    let said = page.post(&page.here("/messages"), said).await.body;
    let file = &said["attachments"][0];
    assert_eq!(file["filename"], "a_b.txt");
    let loaded = reqwest::get(file["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(&loaded.bytes().await.unwrap()[..], b"four");
    let lost = json!({"content": "", "files": ["1"]});
    assert_eq!(page.post(&page.here("/messages"), lost).await.status, 400);

    let offered = format!("/commands?as={}&channel={}", page.person, page.channel);
    let command = page.get(&offered).await.body[0]["id"].clone();
    let run = async |id: &Value| {
        let options = json!([{"name": "file", "type": 11, "value": id}]);
        let body = json!({"command": command, "options": options});
        page.post(&page.here("/commands"), body).await
    };
    let ran = run(&kept["id"]).await;
    assert_eq!(ran.status, 200, "{}", ran.body);
    let interaction = bot.interaction().await;
    let id = kept["id"].as_str().unwrap();
    let given = &interaction["data"]["resolved"]["attachments"][id];
    assert_eq!(interaction["data"]["options"][0]["value"], id);
    assert_eq!(
        (&given["size"], &given["ephemeral"]),
        (&json!(4), &json!(true))
    );
    let loaded = reqwest::get(given["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(&loaded.bytes().await.unwrap()[..], b"four");
    let other = upload("a.png", b"png".to_vec()).await.body;
    let refused = run(&other["id"]).await;
    assert_eq!(
        refused.body["message"],
        "/weigh: a.png is not one of .txt, audio."
    );
}

#[tokio::test]
async fn channels_are_added_and_their_permissions_set() {
    let (discord, mut bot) = start().await;
    let page = Page::of(&discord, "ben");
    let lab = discord.guild("Cogbox Lab").id.to_string();
    let channels = format!("/guilds/{lab}/channels");
    let made = page.post(&channels, json!({"name": "The Garden"})).await;
    let made = made.body["id"].as_str().unwrap().to_owned();
    let told = bot.socket.dispatch("CHANNEL_CREATE").await;
    assert_eq!(
        (&told["d"]["id"], &told["d"]["name"]),
        (&json!(made), &json!("the-garden"))
    );
    assert_eq!(page.post(&channels, json!({"name": " "})).await.status, 400);

    let overwrites = format!("/channels/{made}/overwrites");
    let hidden = json!({"id": lab, "type": 0, "allow": "0", "deny": "1024"});
    assert_eq!(page.post(&overwrites, hidden).await.status, 200);
    let read = format!("/channels/{made}/messages?as={}", page.person);
    assert_eq!(page.get(&read).await.status, 400);
    for wrong in [
        json!({"id": lab, "type": 2}),
        json!({"type": 0}),
        json!({"id": lab, "type": 0, "allow": "all"}),
    ] {
        assert_eq!(page.post(&overwrites, wrong).await.status, 400);
    }
}
