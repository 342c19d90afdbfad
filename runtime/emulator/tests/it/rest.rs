//! What holds for every route: who may, what a body is, limits, headers, error bodies.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Options};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, Reply, Socket, oddly, options, read};

async fn start_oddly() -> (Emulator, Bot) {
    let discord = Emulator::start(oddly()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot)
}

async fn start() -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot)
}

/// With limits, and a clock that stands.
async fn limited(global_limit: Option<u32>) -> (Emulator, Bot, Clock) {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        global_limit,
        route_limits: true,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot, clock)
}

pub fn general(discord: &Emulator) -> String {
    let channel = discord.guild("Cogbox Lab").channel("general");
    format!("/channels/{}/messages", channel.id)
}

pub async fn raw(
    discord: &Emulator,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let request = crate::client::http().request(method, format!("{}{path}", discord.api_url()));
    let with = |request: reqwest::RequestBuilder, (name, value): &(&str, &str)| {
        request.header(*name, *value)
    };
    read(headers.iter().fold(request, with).body(body.to_owned())).await
}

#[tokio::test]
async fn a01_the_gateway_address_needs_no_token_and_the_bots_one_does() {
    let (discord, bot) = start().await;
    let open = raw(&discord, Method::GET, "/gateway", &[], "").await;
    assert_eq!(open.body, json!({"url": discord.gateway_url()}));
    let refused = raw(&discord, Method::GET, "/gateway/bot", &[], "").await;
    assert_eq!(refused.refusal(), (401, 0));
    let told = bot.get("/gateway/bot").await.body;
    assert_eq!(
        (&told["url"], &told["shards"]),
        (&json!(discord.gateway_url()), &json!(1))
    );
    assert_eq!(told["session_start_limit"]["max_concurrency"], 1);
}

#[tokio::test]
async fn b01_other_versions_are_refused() {
    let (discord, _bot) = start().await;
    let url = discord.api_url().replace("v10", "v9");
    let reply = read(crate::client::http().get(format!("{url}/gateway"))).await;
    assert_eq!(reply.refusal(), (400, 50041));
}

#[tokio::test]
async fn b02_without_the_right_token_there_is_401() {
    let (discord, _bot) = start().await;
    for token in ["", "Bot wrong", discord.token()] {
        let reply = raw(
            &discord,
            Method::GET,
            "/users/@me",
            &[("authorization", token)],
            "",
        )
        .await;
        assert_eq!(
            reply.body,
            json!({"message": "401: Unauthorized", "code": 0})
        );
        assert_eq!(reply.status, 401);
    }
}

#[tokio::test]
async fn b04_b07_a_body_needs_a_known_type_and_has_to_be_json() {
    let (discord, _bot) = start().await;
    let token = format!("Bot {}", discord.token());
    let path = general(&discord);
    let text = [
        ("authorization", token.as_str()),
        ("content-type", "text/plain"),
    ];
    let reply = raw(&discord, Method::POST, &path, &text, "hello").await;
    assert_eq!(reply.refusal(), (400, 50035));
    let json = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
    ];
    let reply = raw(&discord, Method::POST, &path, &json, "{\"content\":").await;
    assert_eq!(reply.refusal(), (400, 50109));
}

#[tokio::test]
async fn b05_json_is_called_exactly_that() {
    let (_discord, bot) = start().await;
    for path in ["/users/@me", "/nowhere"] {
        assert_eq!(
            bot.get(path).await.header("content-type"),
            Some("application/json")
        );
    }
}

#[tokio::test]
async fn b06_faults_stand_where_the_fields_are() {
    let (discord, bot) = start().await;
    let embed = json!({"title": "x".repeat(257), "fields": [{"name": "n"}]});
    let reply = bot
        .post(&general(&discord), json!({"embeds": [embed]}))
        .await;
    assert_eq!(reply.faults_at("embeds.0.title"), "BASE_TYPE_BAD_LENGTH");
    assert_eq!(
        reply.faults_at("embeds.0.fields.0.value"),
        "BASE_TYPE_REQUIRED"
    );
    assert_eq!(reply.body["message"], "Invalid Form Body");
}

#[tokio::test]
async fn b08_unknown_routes_are_404_and_wrong_methods_405() {
    let (_discord, bot) = start().await;
    assert_eq!(bot.get("/nowhere").await.refusal(), (404, 0));
    assert_eq!(bot.delete("/users/@me").await.refusal(), (405, 0));
}

#[tokio::test]
async fn b09_unknown_things_have_their_own_codes() {
    let (discord, bot) = start().await;
    let general = general(&discord);
    let guild = &bot.guild;
    let ann = discord.person("ann").id;
    let outsider = discord.add_person("dora").id;
    for (path, code) in [
        ("/channels/42".to_owned(), 10003),
        ("/guilds/42".to_owned(), 10004),
        (format!("/guilds/{guild}/members/{outsider}"), 10007),
        (format!("{general}/42"), 10008),
        (format!("/guilds/{guild}/roles/42"), 10011),
        ("/users/42".to_owned(), 10013),
        (format!("/guilds/{guild}/members/42"), 10013),
    ] {
        assert_eq!(bot.get(&path).await.refusal(), (404, code), "{path}");
    }
    assert_eq!(
        bot.get(&format!("/guilds/{guild}/members/{ann}"))
            .await
            .status,
        200
    );
    bot.get("/channels/general").await.faults_at("channel");
}

#[tokio::test]
async fn b11_b12_limited_routes_tell_their_limits() {
    let (discord, bot, clock) = limited(None).await;
    let reply = bot.post(&general(&discord), json!({"content": "hi"})).await;
    assert_eq!(reply.header("x-ratelimit-limit"), Some("5"));
    assert_eq!(reply.header("x-ratelimit-remaining"), Some("4"));
    assert_eq!(reply.header("x-ratelimit-reset-after"), Some("5.000"));
    let reset: f64 = reply.header("x-ratelimit-reset").unwrap().parse().unwrap();
    assert!((reset - clock.now().seconds() - 5.0).abs() < 0.01);
    assert!(!reply.header("x-ratelimit-bucket").unwrap().is_empty());
}

#[tokio::test]
async fn b13_channels_are_counted_apart_under_one_bucket() {
    let (discord, bot, _clock) = limited(None).await;
    let bots = discord.guild("Cogbox Lab").channel("bots").id;
    let bots = format!("/channels/{bots}/messages");
    for _ in 0..5 {
        bot.post(&general(&discord), json!({"content": "hi"})).await;
    }
    let full = bot.post(&general(&discord), json!({"content": "hi"})).await;
    let other = bot.post(&bots, json!({"content": "hi"})).await;
    assert_eq!((full.status, other.status), (429, 200));
    assert_eq!(
        full.header("x-ratelimit-bucket"),
        other.header("x-ratelimit-bucket")
    );
}

#[tokio::test]
async fn b14_adding_and_removing_a_reaction_share_a_bucket() {
    let (discord, bot, _clock) = limited(None).await;
    let general = general(&discord);
    let message = bot.post(&general, json!({"content": "hi"})).await.body["id"].clone();
    let path = format!(
        "{general}/{}/reactions/%F0%9F%91%8D/@me",
        message.as_str().unwrap()
    );
    let added = bot.put(&path, Value::Null).await;
    let removed = bot.delete(&path).await;
    assert_eq!((added.status, removed.status), (204, 204));
    assert_eq!(added.header("x-ratelimit-remaining"), Some("3"));
    assert_eq!(removed.header("x-ratelimit-remaining"), Some("2"));
}

#[tokio::test]
async fn b15_b16_a_429_says_how_long_and_that_the_api_said_it() {
    let (discord, bot, clock) = limited(None).await;
    for _ in 0..5 {
        assert_eq!(
            bot.post(&general(&discord), json!({"content": "hi"}))
                .await
                .status,
            200
        );
    }
    clock.advance(Duration::from_millis(500));
    let reply = bot.post(&general(&discord), json!({"content": "hi"})).await;
    assert_eq!(reply.status, 429);
    assert_eq!(
        (&reply.body["retry_after"], &reply.body["global"]),
        (&json!(4.5), &json!(false))
    );
    assert_eq!(reply.header("retry-after"), Some("5"));
    assert_eq!(reply.header("x-ratelimit-scope"), Some("user"));
    assert_eq!(reply.header("x-ratelimit-remaining"), Some("0"));
    assert!(reply.header("via").is_some());
    clock.advance(Duration::from_millis(4_500));
    assert_eq!(
        bot.post(&general(&discord), json!({"content": "hi"}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn b17_h05_the_global_limit_covers_all_routes() {
    let (_discord, bot, clock) = limited(Some(50)).await;
    for _ in 0..25 {
        assert_eq!(bot.get("/users/@me").await.status, 200);
        assert_eq!(bot.get("/gateway/bot").await.status, 200);
    }
    let reply = bot.get("/applications/@me").await;
    assert_eq!((reply.status, &reply.body["global"]), (429, &json!(true)));
    assert_eq!(reply.header("x-ratelimit-global"), Some("true"));
    assert_eq!(reply.header("x-ratelimit-scope"), Some("global"));
    assert_eq!(reply.header("x-ratelimit-bucket"), None);
    assert!(reply.header("via").is_some());
    clock.advance(Duration::from_secs(1));
    assert_eq!(bot.get("/applications/@me").await.status, 200);
}

#[tokio::test]
async fn b18_interaction_routes_lie_outside_the_global_limit() {
    let (_discord, bot, _clock) = limited(Some(1)).await;
    assert_eq!(bot.get("/users/@me").await.status, 200);
    assert_eq!(bot.get("/users/@me").await.status, 429);
    let reply = bot
        .post("/interactions/42/token/callback", json!({"type": 4}))
        .await;
    assert_eq!(reply.refusal(), (404, 10062));
}

#[tokio::test]
async fn b24_any_route_can_answer_with_a_page() {
    let (discord, bot) = start().await;
    discord.fail_next("GET", "/users/*", 503, json!("<html>unavailable</html>"));
    let reply = bot.get("/users/@me").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.header("content-type"), Some("text/html"));
    assert_eq!(bot.get("/users/@me").await.status, 200);
}

#[tokio::test]
async fn b25_b26_b27_ids_permissions_and_times_are_strings() {
    let (discord, bot) = start().await;
    let guild = bot.get(&format!("/guilds/{}", bot.guild)).await.body;
    assert_eq!(guild["id"], bot.guild.as_str());
    assert!(
        guild["roles"][0]["permissions"]
            .as_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
            > u64::from(u32::MAX)
    );
    let message = bot
        .post(&general(&discord), json!({"content": "hi"}))
        .await
        .body;
    let time = message["timestamp"].as_str().unwrap();
    assert_eq!(time.len(), "2026-01-01T00:00:00.000000+00:00".len());
    assert!(time.ends_with("+00:00"));
}

#[tokio::test]
async fn b28_b29_pages_have_their_limits() {
    let (discord, bot) = start().await;
    let general = general(&discord);
    let guild = &bot.guild;
    for (path, wrong) in [
        (general.clone(), [0, 101]),
        (format!("/guilds/{guild}/members"), [0, 1001]),
        ("/users/@me/guilds".to_owned(), [0, 201]),
    ] {
        for limit in wrong {
            let reply = bot.get(&format!("{path}?limit={limit}")).await;
            reply.faults_at("limit");
        }
    }
    let mut ids = Vec::new();
    for n in 0..4 {
        let reply = bot.post(&general, json!({"content": n.to_string()})).await;
        ids.push(reply.body["id"].as_str().unwrap().to_owned());
    }
    let texts = async |query: &str| -> String {
        let page = bot.get(&format!("{general}?{query}")).await.body;
        let texts = page
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["content"].as_str().unwrap());
        texts.collect()
    };
    assert_eq!(texts("").await, "3210");
    assert_eq!(texts("limit=2").await, "32");
    assert_eq!(texts(&format!("before={}", ids[2])).await, "10");
    assert_eq!(texts(&format!("after={}&limit=1", ids[1])).await, "2");
    assert_eq!(texts(&format!("around={}&limit=2", ids[1])).await, "10");
    let members = bot.get(&format!("/guilds/{guild}/members")).await.body;
    assert_eq!(members.as_array().unwrap().len(), 1, "one is the default");
    let members = bot
        .get(&format!("/guilds/{guild}/members?limit=10"))
        .await
        .body;
    assert_eq!(members.as_array().unwrap().len(), 4);
    let found = bot
        .get(&format!("/guilds/{guild}/members/search?query=cl&limit=5"))
        .await
        .body;
    assert_eq!(found[0]["user"]["username"], "cleo");
}

#[tokio::test]
async fn f18_members_are_listed_only_with_the_intent() {
    let options = Options {
        privileged_intents: 0,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect_with(&discord, crate::client::PLAIN_INTENTS).await;
    let reply = bot.get(&format!("/guilds/{}/members", bot.guild)).await;
    assert_eq!(reply.refusal(), (403, 50001));
}

#[tokio::test]
async fn b30_b31_files_come_along_and_can_be_fetched() {
    let (discord, bot) = start().await;
    let json = json!({
        "content": "look",
        "embeds": [{"image": {"url": "attachment://b.txt"}}],
        "attachments": [{"id": 0, "description": "first"}],
    });
    let files: [(&str, &str, &[u8]); 2] = [
        ("files[0]", "a.txt", b"alpha"),
        ("files[1]", "b.txt", b"beta"),
    ];
    let sent = bot
        .form(Method::POST, &general(&discord), json, &files)
        .await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let attachments = &sent.body["attachments"];
    assert_eq!(
        (&attachments[0]["filename"], &attachments[0]["size"]),
        (&json!("a.txt"), &json!(5))
    );
    assert_eq!(attachments[0]["description"], "first");
    assert_eq!(
        sent.body["embeds"][0]["image"]["url"],
        attachments[1]["url"]
    );
    let url = attachments[1]["url"].as_str().unwrap();
    let fetched = reqwest::get(url).await.unwrap();
    assert_eq!(fetched.text().await.unwrap(), "beta");
    let large = vec![b'x'; 10 * 1024 * 1024 + 1];
    let files: [(&str, &str, &[u8]); 1] = [("files[0]", "large.bin", &large)];
    let reply = bot
        .form(Method::POST, &general(&discord), json!({}), &files)
        .await;
    assert_eq!(reply.refusal(), (413, 40005));
}

#[tokio::test]
async fn b32_up_to_10_files() {
    let (discord, bot) = start().await;
    let names: Vec<(String, String)> = (0..11)
        .map(|n| (format!("files[{n}]"), format!("{n}.txt")))
        .collect();
    let files: Vec<(&str, &str, &[u8])> = names
        .iter()
        .map(|(p, n)| (p.as_str(), n.as_str(), b"x".as_slice()))
        .collect();
    let reply = bot
        .form(Method::POST, &general(&discord), json!({}), &files)
        .await;
    assert_eq!(reply.refusal(), (400, 50035));
    let reply = bot
        .form(Method::POST, &general(&discord), json!({}), &files[..10])
        .await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn b38_unknown_fields_are_ignored() {
    let (discord, bot) = start_oddly().await;
    let reply = bot
        .post(&general(&discord), json!({"content": "hi", "contnet": 1}))
        .await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn the_bot_reads_itself_and_its_application() {
    let (_discord, bot) = start().await;
    let me = bot.get("/users/@me").await.body;
    assert_eq!(
        (&me["username"], &me["bot"]),
        (&json!("Cogbox"), &json!(true))
    );
    for path in ["/applications/@me", "/oauth2/applications/@me"] {
        let application = bot.get(path).await.body;
        assert_eq!(application["id"], bot.application.as_str());
        assert_eq!(application["owner"]["username"], "ann");
    }
    let guilds = bot.get("/users/@me/guilds").await.body;
    assert_eq!(guilds[0]["name"], "Cogbox Lab");
    let channels = bot
        .get(&format!("/guilds/{}/channels", bot.guild))
        .await
        .body;
    assert_eq!(
        (&channels[0]["name"], &channels[1]["name"]),
        (&json!("general"), &json!("bots"))
    );
}

#[tokio::test]
async fn b03_a_client_says_who_it_is() {
    let (discord, _bot) = start().await;
    let token = format!("Bot {}", discord.token());
    let me = format!("{}/users/@me", discord.api_url());
    let as_agent = async |url: &str, agent: Option<&str>| {
        let request = reqwest::Client::new().get(url);
        let request = request.header("authorization", &token);
        let request = match agent {
            Some(agent) => request.header("user-agent", agent),
            None => request,
        };
        read(request).await
    };
    for nobody in [None, Some(""), Some(" ")] {
        assert_eq!(as_agent(&me, nobody).await.refusal(), (403, 40333));
    }
    assert_eq!(as_agent(&me, Some("curl/8")).await.status, 200);
    let strict = Options {
        strict_user_agent: true,
        ..options()
    };
    let strict = Emulator::start(strict).await.unwrap();
    let me = format!("{}/users/@me", strict.api_url());
    for wrong in ["curl/8", "DiscordBot", "DiscordBot (https://a.example)"] {
        let reply = as_agent(&me, Some(wrong)).await;
        assert_eq!(reply.refusal(), (403, 40333), "{wrong}");
    }
    for right in [
        "DiscordBot (https://a.example, 1.0)",
        "DiscordBot (https://a.example, 1.0) lib/2",
    ] {
        assert_eq!(as_agent(&me, Some(right)).await.status, 200, "{right}");
    }
}

#[tokio::test]
async fn b34_switches_of_the_query_are_true_in_three_ways() {
    let (_discord, bot) = start_oddly().await;
    let counts = async |with: &str| {
        let path = format!("/guilds/{}?with_counts={with}", bot.guild);
        let guild = bot.get(&path).await.body;
        guild.get("approximate_member_count").is_some()
    };
    for on in ["true", "True", "1"] {
        assert!(counts(on).await, "{on}");
    }
    for off in ["false", "False", "0", ""] {
        assert!(!counts(off).await, "{off}");
    }
}

#[tokio::test]
async fn b37_after_a_token_reset_every_call_is_401() {
    let (discord, mut bot) = start().await;
    let next = discord.reset_token();
    assert_ne!(next, discord.token());
    assert_eq!(bot.socket.closed().await, Some(4004));
    for path in ["/users/@me", "/gateway/bot", "/channels/42"] {
        assert_eq!(bot.get(path).await.refusal(), (401, 0), "{path}");
    }
    let resume = json!({"token": discord.token(), "session_id": bot.ready["session_id"], "seq": 1});
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    socket.send(json!({"op": 6, "d": resume})).await;
    assert_eq!(socket.closed().await, Some(4004));
    // Even with the new token there is nothing to resume.
    let resume = json!({"token": next, "session_id": bot.ready["session_id"], "seq": 1});
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    socket.send(json!({"op": 6, "d": resume})).await;
    assert_eq!(socket.payload().await["d"], false);
    let token = format!("Bot {next}");
    let headers = [("authorization", token.as_str())];
    let reply = raw(&discord, Method::GET, "/users/@me", &headers, "").await;
    assert_eq!(reply.status, 200);
}
