//! What operators see of timers, of the web and of Discord, and how they put a version back.

use std::time::Duration;

use cogbox::rest::{Request, Route};
use cogbox_emulator::Scope;
use insta::assert_snapshot;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::faults_requests::{MESSAGES, limit};
use crate::harness::{Bot, Setup, eventually};
use crate::reloading::{Workshop, failing, running, version};
use crate::web::{Names, Site};

async fn page(bot: &Bot, path: &str) -> String {
    let answer = reqwest::get(format!("http://{}{path}", bot.web)).await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

async fn api(bot: &Bot, path: &str) -> Value {
    serde_json::from_str(&page(bot, path).await).unwrap()
}

/// Presses a button of the overview, and returns what is said, if that leads nowhere.
async fn press(bot: &Bot, path: &str) -> (StatusCode, String) {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none());
    let request = client.build().unwrap();
    let request = request.post(format!("http://{}{path}", bot.web));
    let request = request.header("origin", format!("http://{}", bot.web));
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let said = answer.text().await.unwrap();
    let said = said.split_once("</h1><p>").map(|(_, said)| said);
    let said = said.and_then(|said| said.split_once("</p>"));
    (status, said.map_or("", |(said, _)| said).to_owned())
}

/// The version that the first cog's button would put back.
async fn before(bot: &Bot) -> (String, String) {
    let status = api(bot, "/api/status").await;
    let before = &status["cogs"][0]["before"];
    let text = |key: &str| before[key].as_str().unwrap_or_default().to_owned();
    (text("version"), text("digest"))
}

async fn what_was_done(bot: &Bot) -> String {
    let changes = api(bot, "/api/changes").await;
    let changes = changes.as_array().unwrap().iter().rev();
    let told = changes.map(|change| {
        let [by, name, what] = ["by", "name", "what"].map(|key| change[key].as_str().unwrap());
        format!("{name}, by {by}: {what}")
    });
    told.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_put_back_by_hand_until_it_is_wanted_again() {
    let mut setup = Setup::with(&[]);
    setup.deadlines.follow = Duration::from_millis(20);
    let workshop = Workshop::new(&mut setup, "counter", &version("counter", "1.0.0"));
    let bot = setup.start().await;
    let ann = bot.here("ann");
    let mut said = vec![
        ann.runs("/cogs rollback cog:counter")
            .await
            .text()
            .to_owned(),
    ];
    ann.runs("/count").await;
    workshop.write(&version("counter", "2.0.0"));
    assert!(eventually(|| running(&bot, "counter") == "2.0.0").await);
    said.push(
        ann.runs("/cogs rollback cog:counter")
            .await
            .text()
            .to_owned(),
    );
    said.push(ann.runs("/count").await.text().to_owned());

    // The file did not change, so nothing comes in by itself.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(running(&bot, "counter"), "1.0.0");
    let status = api(&bot, "/api/status").await;
    assert_eq!(status["cogs"][0]["state"], "update-refused");
    let refused = &status["refused"][0];
    let [what, fix] = ["what", "fix"].map(|key| refused[key].as_str().unwrap());
    said.push(format!("{what}. Fix: {fix}."));

    // What was rolled back counts as the version before; put back, it is what lies on disk.
    assert_eq!(before(&bot).await.0, "2.0.0");
    said.push(
        ann.runs("/cogs rollback cog:counter")
            .await
            .text()
            .to_owned(),
    );
    assert_eq!(api(&bot, "/api/status").await["refused"], json!([]));
    said.push(
        ann.runs("/cogs rollback cog:counter")
            .await
            .text()
            .to_owned(),
    );
    said.push(ann.runs("/cogs reload cog:counter").await.text().to_owned());
    said.push(
        ann.runs("/cogs rollback cog:counter")
            .await
            .text()
            .to_owned(),
    );
    workshop.write(&version("counter", "3.0.0"));
    assert!(eventually(|| running(&bot, "counter") == "3.0.0").await);
    assert_eq!(before(&bot).await.0, "1.0.0");
    assert_snapshot!(said.join("\n"), @r"
    **counter** was not rolled back: no version before this one is kept. To mend it: put its file back, and reload it.
    **counter** runs in version 1.0.0 again.
    This server has counted to **2**.
    version 2.0.0 was rolled back by hand; the one before runs. Fix: reload it for the version in its file, or save another one.
    **counter** runs in version 2.0.0 again.
    **counter** runs in version 1.0.0 again.
    **counter** runs in version 2.0.0 now.
    **counter** runs in version 1.0.0 again.
    ");
    assert_snapshot!(what_was_done(&bot).await, @r"
    ann, by discord: wanted to roll back: no version before this one is kept
    ann, by discord: rolled back: version 1.0.0 runs
    ann, by discord: rolled back: version 2.0.0 runs
    ann, by discord: rolled back: version 1.0.0 runs
    ann, by discord: reloaded: version 2.0.0 runs
    ann, by discord: rolled back: version 1.0.0 runs
    ");
    let rolled_back = "cogbox_cog_reloads_total{cog=\"counter\",outcome=\"rolled_back\"}";
    assert_eq!(bot.metric(rolled_back), 4.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_puts_back_the_version_that_it_names_and_no_other() {
    let mut setup = Setup::with(&[]);
    setup.deadlines.follow = Duration::from_millis(20);
    let workshop = Workshop::new(&mut setup, "counter", &version("counter", "1.0.0"));
    let bot = setup.start().await;
    assert!(!page(&bot, "/").await.contains("Put back"));
    let (status, said) = press(&bot, "/cogs/counter/rollback").await;
    assert_eq!(status, 409);
    assert_snapshot!(said, @"It was not exchanged: no version before this one is kept. Fix: put its file back, and reload it.");
    workshop.write(&version("counter", "2.0.0"));
    assert!(eventually(|| running(&bot, "counter") == "2.0.0").await);
    let (_, digest) = before(&bot).await;
    let button = format!("/cogs/counter/rollback?to={}", &digest[..12]);
    let overview = page(&bot, "/").await;
    assert!(
        overview.contains(&format!("action=\"{button}\"")),
        "{overview}"
    );
    let words = format!("Put back 1.0.0 ({})", &digest[..12]);
    assert!(overview.contains(&words), "{overview}");
    assert_eq!(press(&bot, &button).await.0, 303);
    assert_eq!(running(&bot, "counter"), "1.0.0");
    // Whoever presses twice does not get the newer one again.
    let (status, said) = press(&bot, &button).await;
    assert_eq!(
        (status.as_u16(), running(&bot, "counter").as_str()),
        (409, "1.0.0")
    );
    assert_snapshot!(said, @"It was not exchanged: the version before is another one by now. Fix: look which one runs.");
    assert_eq!(press(&bot, "/cogs/counter/rollback?to=a&to=b").await.0, 400);
    assert_eq!(press(&bot, "/cogs/other/rollback").await.0, 404);
    assert_snapshot!(what_was_done(&bot).await, @r"
    operator, by dashboard: wanted to roll back: no version before this one is kept
    operator, by dashboard: rolled back: version 1.0.0 runs
    operator, by dashboard: wanted to roll back: the version before is another one by now
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_failed_at_once_and_one_put_back_are_not_exchanged_by_themselves() {
    let mut setup = Setup::with(&[]);
    setup.deadlines.follow = Duration::from_millis(20);
    let workshop = Workshop::new(&mut setup, "counter", &failing("1.0.0"));
    let bot = setup.start().await;
    let ann = bot.here("ann");
    workshop.write(&version("counter", "2.0.0"));
    assert!(eventually(|| running(&bot, "counter") == "2.0.0").await);
    // Somebody wants it, however badly it does.
    ann.runs("/cogs rollback cog:counter").await;
    for _ in 0..6 {
        bot.ends(&ann, "counter", "/count").await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(running(&bot, "counter"), "1.0.0");
    // A new version that fails goes by itself, and can be had again.
    workshop.write(&version("counter", "3.0.0"));
    assert!(eventually(|| running(&bot, "counter") == "3.0.0").await);
    workshop.write(&failing("4.0.0"));
    assert!(eventually(|| running(&bot, "counter") == "4.0.0").await);
    for _ in 0..5 {
        bot.ends(&ann, "counter", "/count").await;
    }
    assert!(eventually(|| running(&bot, "counter") == "3.0.0").await);
    assert_eq!(before(&bot).await.0, "4.0.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn timers_are_told_without_what_cogs_call_them() {
    let bot = Bot::with(&["clockwork"]).await;
    assert!(page(&bot, "/timers").await.contains("No timer waits."));
    let (ann, there) = (bot.here("ann"), bot.elsewhere("ann"));
    ann.runs("/after name:secret seconds:300").await;
    there.runs("/every name:secret seconds:86400").await;
    there
        .runs("/cron name:noon expression:0 12 1 1 * zone:Asia/Tokyo")
        .await;
    ann.runs("/cogs disable cog:clockwork").await;
    bot.app.services.clock.jump(400);
    let timers = api(&bot, "/api/timers").await;
    let places = ["Cogbox Lab", "Elsewhere"].map(|name| (bot.discord.guild(name).id, name));
    let told = |timer: &Value| {
        let [cog, guild, repeats, held] = ["cog", "guild", "repeats", "held"]
            .map(|key| timer[key].as_str().unwrap_or("-").to_owned());
        let place = places.iter().find(|(id, _)| id.0.to_string() == guild);
        let (_, place) = place.expect("it names its server");
        format!("{cog} in {place}: then {repeats}; held: {held}")
    };
    let list = |key: &str| {
        let timers = timers[key].as_array().unwrap().iter();
        timers.map(told).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(list("late"), @"clockwork in Cogbox Lab: then -; held: the cog is off there");
    let mut next: Vec<_> = list("next").lines().map(str::to_owned).collect();
    next.sort();
    assert_snapshot!(next.join("\n"), @r"
    clockwork in Elsewhere: then 0 12 1 1 * (Asia/Tokyo); held: -
    clockwork in Elsewhere: then every 86400 s; held: -
    ");
    let of_cog = &timers["cogs"][0];
    assert_eq!((&of_cog["timers"], &of_cog["late"]), (&json!(3), &json!(1)));
    assert_eq!(timers["total"], 3);
    let shown = page(&bot, "/timers").await;
    assert!(shown.contains("waits: the cog is off there"), "{shown}");
    assert!(shown.contains(" late</time>"), "{shown}");
    assert!(!shown.contains("secret") && !timers.to_string().contains("secret"));
    // Switched on again it fires.
    ann.runs("/cogs enable cog:clockwork").await;
    for _ in 0..500 {
        if api(&bot, "/api/timers").await["late"] == json!([]) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let timers = api(&bot, "/api/timers").await;
    assert_eq!((&timers["late"], &timers["total"]), (&json!([]), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cogs_ask_the_web_is_told_by_host() {
    let (names, site) = (Names::default(), Site::start().await);
    for name in ["api.example.org", "a.example.net", "b.example.net"] {
        names.lead(name, &[&[site.address]]);
    }
    let mut setup = Setup::with(&["fetcher"]);
    setup.net = site.net(&names);
    setup.deadlines.defer = Duration::from_secs(1);
    let bot = setup.start().await;
    let nothing = page(&bot, "/http").await;
    assert!(nothing.contains("No cog has asked the web"), "{nothing}");
    let ann = bot.here("ann");
    for url in [
        "http://api.example.org/hello",
        "http://API.example.org/redirect?/hello",
        "http://api.example.org/redirect?404,/",
        "http://a.example.net/headers",
        // Nobody lets it go there, so nothing was sent.
        "http://other.example.org/",
    ] {
        bot.ends(&ann, "fetcher", &format!("/fetch url:{url}"))
            .await;
    }
    let http = api(&bot, "/api/http").await;
    assert_eq!(
        http["cogs"],
        json!([{ "cog": "fetcher", "outcomes": { "denied": 1, "failed": 1, "ok": 3 } }])
    );
    let hosts = http["hosts"].as_array().unwrap().iter();
    let told = hosts.map(|of| {
        assert!(of["p50_seconds"].is_number() && of["p95_seconds"].is_number());
        let keys = [
            "requests",
            "failed",
            "refused",
            "bytes",
            "last_status",
            "last_failure",
        ];
        let numbers = keys.map(|key| format!("{key} {}", of[key]));
        format!("{} of {}: {}", of["host"], of["cog"], numbers.join(", "))
    });
    assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r#"
    "api.example.org" of "fetcher": requests 3, failed 0, refused 1, bytes 10, last_status 404, last_failure null
    "a.example.net" of "fetcher": requests 1, failed 1, refused 0, bytes 0, last_status null, last_failure "failed"
    "#);
    let shown = page(&bot, "/http").await;
    assert!(shown.contains("<bdi>api.example.org</bdi>"), "{shown}");
    assert!(!shown.contains("/hello"), "paths may hold secrets");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_asks_discord_is_told_by_route_with_its_limit() {
    let mut setup = Setup::with(&[]);
    setup.discord.route_limits = true;
    let bot = setup.start().await;
    let general = bot.discord.guild("Cogbox Lab").channel("general").id.0;
    let says = |text: &str| {
        let request = Request::new(
            Route::SendMessage(general.into()),
            json!({ "content": text }),
        );
        bot.app.services.rest.send(request)
    };
    says("one").await.unwrap();
    let messages = |told: &Value| {
        let routes = told["routes"].as_array().unwrap();
        let of = "POST /channels/{channel}/messages";
        routes
            .iter()
            .find(|route| route["route"] == of)
            .unwrap()
            .clone()
    };
    let told = api(&bot, "/api/discord").await;
    let route = messages(&told);
    assert_eq!(route["statuses"], json!({ "2xx": 1 }));
    assert_eq!(
        (&route["waiting"], &route["last_429"]),
        (&json!(0), &Value::Null)
    );
    assert!(route["p50_seconds"].is_number() && route["p95_seconds"].is_number());
    let known = &route["limit"];
    assert_eq!(
        (&known["limit"], &known["remaining"]),
        (&json!(5), &json!(4))
    );
    assert!(known["resets_seconds"].as_f64().unwrap() <= 5.0, "{known}");
    assert_eq!(
        (&told["paused_seconds"], &told["rate_limited"]),
        (&Value::Null, &json!(0))
    );
    assert_eq!(told["per_second"], 50);
    assert!(page(&bot, "/discord").await.contains("4 of 5 left"));

    bot.discord
        .cause(limit(MESSAGES, 3_600.0, Scope::Global, 1));
    says("two").await.unwrap_err();
    let told = api(&bot, "/api/discord").await;
    let route = messages(&told);
    assert_eq!(route["statuses"], json!({ "2xx": 1, "429": 1 }));
    assert_eq!(route["last_429"]["whole_bot"], true);
    assert_eq!(route["last_429"]["wait_seconds"], 3_600.0);
    assert!(told["paused_seconds"].as_f64().unwrap() > 3_500.0, "{told}");
    assert_eq!(told["rate_limited"], 1);
    let shown = page(&bot, "/discord").await;
    assert!(shown.contains("nothing is sent for"), "{shown}");
    assert!(shown.contains("the whole bot"), "{shown}");
    assert!(
        !shown.contains(&general.to_string()),
        "routes are told without ids"
    );
}
