//! The dashboard's API and its description: schemathesis asks whatever the description allows, and
//! much that it doesn't, and every answer has to be one that is described.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use cogbox::config::{Auth, CogConfig, WebConfig};
use cogbox::store::logins::Session;
use cogbox::web::login::secret::Secret;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::harness::{Bot, Setup};

/// How often it asks each route at most, in each of its ways; half a minute in all. A limit in time
/// would leave routes out where the machine is busy.
const EXAMPLES: &str = "25";
/// What ends the session that it asks with, and is asked last.
const ENDS: [&str; 2] = ["/logout", "/access/end-sessions"];

/// Returns schemathesis, or says that what it would show is not tried.
fn schemathesis() -> Option<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools");
    let program = tools.join("schemathesis/bin/schemathesis");
    if program.is_file() {
        return Some(program);
    }
    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!ci, "run runtime/prerequisites.sh schemathesis");
    eprintln!("skipped: schemathesis is not there; run runtime/prerequisites.sh schemathesis");
    None
}

/// Forbids fields that are not described: programs should live with new ones, and the test should not.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("properties") {
                fields.insert("additionalProperties".into(), false.into());
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Asks by http, and of cogs that are there, among all those that are not.
fn fit(document: &mut Value) {
    let paths = document["paths"].as_object_mut().unwrap();
    let methods = paths.values_mut().filter_map(Value::as_object_mut);
    for method in methods.flat_map(|methods| methods.values_mut()) {
        let ways = method["security"].as_array_mut().unwrap();
        ways.retain(|way| way.get("session").is_none());
    }
    let path = &mut document["paths"]["/cogs/{cog}/{what}"]["post"];
    for parameter in path["parameters"].as_array_mut().unwrap() {
        if parameter["name"] == "cog" {
            let there = json!({ "enum": ["counter", "fun", "nonsense"] });
            parameter["schema"] = json!({ "anyOf": [there, { "type": "string" }] });
        }
    }
}

/// A bot that has something to tell, whose dashboard takes a token.
async fn bot(nonsense: &Path) -> Bot {
    std::fs::write(nonsense, "this is no component").unwrap();
    let mut setup = Setup::with(&["counter", "fun", "rogue"]);
    let refused = CogConfig::dev(nonsense.to_owned());
    setup.cogs.insert("nonsense".to_owned(), refused);
    setup.dashboard = WebConfig {
        auth: Auth::Token,
        ..WebConfig::default()
    };
    let bot = setup.start().await;
    let ann = bot.here("ann");
    for typed in ["/count", "/coin", "/trap"] {
        ann.runs(typed).await;
    }
    bot
}

/// Logs somebody in behind the page's back, and returns the cookie.
async fn log_in(bot: &Bot) -> String {
    let secret = Secret::fresh().unwrap();
    let made = SystemTime::now();
    let ends = made + Duration::from_secs(3_600);
    let session = Session {
        made,
        ends,
        person: None,
    };
    let store = &bot.app.services.store;
    let begun = store.begin_session(secret.digest(), &session, None);
    assert!(begun.await.unwrap());
    format!("cogbox={}", secret.reveal())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_the_answer_is_one_that_is_described() {
    let Some(program) = schemathesis() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let bot = bot(&folder.path().join("nonsense.wasm")).await;
    let (url, cookie) = (format!("http://{}", bot.web), log_in(&bot).await);
    let document = reqwest::Client::new()
        .get(format!("{url}/api/openapi.json"))
        .header("cookie", &cookie);
    let mut document: Value = document.send().await.unwrap().json().await.unwrap();
    close(&mut document["components"]["schemas"]);
    fit(&mut document);
    let file = folder.path().join("openapi.json");
    std::fs::write(&file, document.to_string()).unwrap();

    let ask = async |more: &[&str]| {
        let asking = Command::new(&program)
            .current_dir(folder.path())
            .args(["--no-color", "run"])
            .arg(&file)
            .args(["--url", &url, "--header", &format!("Cookie: {cookie}")])
            .args(["--max-examples", EXAMPLES, "--checks", "all"])
            // The same is asked each time, so that a failure is the change's.
            .arg("--generation-deterministic")
            // They would be asked for beside the session that goes along.
            .args(["--generation-with-security-parameters", "false"])
            .args(more)
            .output();
        let asked = asking.await.unwrap();
        let said = String::from_utf8_lossy(&asked.stdout);
        let failed = String::from_utf8_lossy(&asked.stderr);
        assert!(asked.status.success(), "{said}\n{failed}");
        let after = |label: &str| said.split_once(label)?.1.split(['/', '\n']).next();
        let (all, tested) = (after("Selected: "), after("Tested: "));
        assert!(
            all.is_some() && all == tested,
            "not all were asked:\n{said}"
        );
    };
    let [logout, end] = ENDS;
    ask(&["--exclude-path", logout, "--exclude-path", end]).await;
    // After the first of them nobody is logged in, and whatever is sent is led to /login.
    let judged = ["--exclude-checks", "negative_data_rejection"];
    let ends = ["--include-path", logout, "--include-path", end];
    ask(&[&ends[..], &judged[..]].concat()).await;

    // No route failed on the way, and the bot goes on, with the cogs that were left to rest.
    let text = bot.app.services.metrics.text();
    let failed = text
        .lines()
        .filter(|line| line.starts_with("cogbox_http_requests_total{") && line.contains("5xx"));
    for line in failed {
        assert!(line.ends_with(" 0"), "{line}");
    }
    assert_eq!(bot.metric("cogbox_web_restarts_total"), 0.0);
    let cookie = log_in(&bot).await;
    let released = reqwest::Client::new()
        .post(format!("{url}/cogs/counter/release"))
        .header("sec-fetch-site", "same-origin")
        .header("cookie", &cookie);
    assert!(released.send().await.unwrap().status().is_success());
    let answer = bot.here("ann").runs("/count").await;
    assert_eq!(answer.failed(), None);
    assert!(answer.text().contains('2'), "{}", answer.text());
}
