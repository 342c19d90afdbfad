//! Requests that are wrong below their JSON: bytes, forms, headers, addresses.

use std::time::Duration;

use cogbox_emulator::Emulator;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Bot, Reply, http, oddly, read};
use crate::hostile::sane;
use crate::rest::general;

/// Longer than any answer takes; only a server that hangs lets it pass.
const PATIENCE: Duration = Duration::from_secs(10);

async fn start() -> (Emulator, Bot) {
    let discord = Emulator::start(oddly()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot)
}

async fn sends(
    discord: &Emulator,
    method: Method,
    path: &str,
    kind: &str,
    body: impl Into<Vec<u8>>,
) -> Reply {
    let request = http().request(method, format!("{}{path}", discord.api_url()));
    let request = request.header("authorization", format!("Bot {}", discord.token()));
    read(request.header("content-type", kind).body(body.into())).await
}

#[tokio::test]
async fn b07_what_is_no_json_is_refused() {
    let (discord, bot) = start().await;
    let path = general(&discord);
    let deep = |n: usize| format!("{{\"content\":{}{}}}", "[".repeat(n), "]".repeat(n));
    let mut wrong: Vec<Vec<u8>> = [
        "{",
        "}",
        "nul",
        "{\"content\":}",
        "{'content':'x'}",
        "{\"content\":\"x\"} x",
        "{\"content\":\"\\ud800\"}",
        "{\"content\":NaN}",
        "{\"content\":01}",
        "{\"content\":1e999}",
        "\u{feff}{}",
        "{\"content\":\"a\nb\"}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    wrong.push(b"{\"content\":\"\xff\xfe\"}".to_vec());
    wrong.push(deep(100_000).into_bytes());
    wrong.push("[".repeat(1_000_000).into_bytes());
    for bytes in wrong {
        let start: String = String::from_utf8_lossy(&bytes).chars().take(40).collect();
        let reply = sends(&discord, Method::POST, &path, "application/json", bytes).await;
        assert_eq!(reply.refusal(), (400, 50109), "{start}");
        sane(&reply, &start);
    }
    let reply = sends(&discord, Method::POST, &path, "application/json", deep(100)).await;
    assert_eq!(reply.faults_at("content"), "STRING_TYPE_CONVERT");
    // Of two keys with one name the last counts.
    let twice = "{\"content\":1,\"content\":\"last\"}";
    let reply = sends(&discord, Method::POST, &path, "application/json", twice).await;
    assert_eq!(
        (reply.status, &reply.body["content"]),
        (200, &json!("last"))
    );
    for scalar in ["[]", "\"x\"", "1", "true"] {
        let reply = sends(&discord, Method::POST, &path, "application/json", scalar).await;
        reply.faults_at("");
    }
    let put = format!("/applications/{}/commands", bot.application);
    for no_list in ["{}", "null", "1"] {
        let reply = sends(&discord, Method::PUT, &put, "application/json", no_list).await;
        assert_eq!(reply.refusal(), (400, 50035), "{no_list}");
    }
}

#[tokio::test]
async fn b04_forms_without_files_are_read() {
    let (discord, _bot) = start().await;
    let path = general(&discord);
    let kind = "application/x-www-form-urlencoded";
    let body = "content=a+b%26%C3%A4&tts=false&flags=4";
    let reply = sends(&discord, Method::POST, &path, kind, body).await;
    assert_eq!(
        (reply.status, &reply.body["content"], &reply.body["flags"]),
        (200, &json!("a b&ä"), &json!(4)),
        "{}",
        reply.body
    );
    for wrong in [
        "content",
        "=",
        "&&&",
        "%",
        "flags=x&content=a",
        "tts=x&content=a",
    ] {
        let reply = sends(&discord, Method::POST, &path, kind, wrong).await;
        assert_eq!(reply.status, 400, "{wrong}: {}", reply.body);
        sane(&reply, wrong);
    }
}

#[tokio::test]
async fn b30_forms_that_are_no_forms_are_refused() {
    let (discord, _bot) = start().await;
    let path = general(&discord);
    let part = |head: &str, content: &str| format!("--XX\r\n{head}\r\n\r\n{content}\r\n");
    let json = "Content-Disposition: form-data; name=\"payload_json\"";
    let file =
        |name: &str| format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"");
    let good = format!("{}--XX--\r\n", part(json, "{\"content\":\"hi\"}"));
    let kind = "multipart/form-data; boundary=XX";
    let reply = sends(&discord, Method::POST, &path, kind, good.clone()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    for kind in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=YY",
        "multipart/form-data; boundary=XXX",
        "multipart/form-data; Boundary",
    ] {
        let reply = sends(&discord, Method::POST, &path, kind, good.clone()).await;
        assert_eq!(reply.refusal(), (400, 50035), "{kind}");
        sane(&reply, kind);
    }
    let many: String = (0..2_000)
        .map(|n| part(&file(&format!("files[{n}]")), "x"))
        .collect();
    for (what, body) in [
        ("cut off", part(json, "{}")),
        (
            "without a name",
            format!("{}--XX--\r\n", part("Content-Disposition: form-data", "x")),
        ),
        ("without headers", "--XX\r\n\r\nx\r\n--XX--\r\n".to_owned()),
        ("no json", format!("{}--XX--\r\n", part(json, "{"))),
        (
            "a name twice",
            format!("{0}{0}--XX--\r\n", part(&file("files[0]"), "x")),
        ),
        (
            "json twice",
            format!("{0}{0}--XX--\r\n", part(json, "{\"content\":\"hi\"}")),
        ),
        ("too many files", format!("{many}--XX--\r\n")),
        ("nothing", "--XX--\r\n".to_owned()),
    ] {
        let reply = sends(&discord, Method::POST, &path, kind, body).await;
        assert_eq!(reply.status, 400, "{what}: {}", reply.body);
        sane(&reply, what);
    }
    for number in ["-1", "x", "99999999999999999999", ""] {
        let part = part(&file(&format!("files[{number}]")), "x");
        let reply = sends(
            &discord,
            Method::POST,
            &path,
            kind,
            format!("{part}--XX--\r\n"),
        )
        .await;
        sane(&reply, number);
    }
    let bytes = b"--XX\r\nContent-Disposition: \xff\xfe\r\n\r\nx\r\n--XX--\r\n".to_vec();
    let reply = sends(&discord, Method::POST, &path, kind, bytes).await;
    assert_eq!(reply.refusal(), (400, 50035));
}

#[tokio::test]
async fn b31_a_request_has_at_most_25_mib() {
    let (discord, _bot) = start().await;
    let body = vec![b' '; 25 * 1024 * 1024 + 1];
    let reply = sends(
        &discord,
        Method::POST,
        &general(&discord),
        "application/json",
        body,
    )
    .await;
    assert_eq!(reply.refusal(), (413, 40005));
}

#[tokio::test]
async fn b29_ids_and_pages_that_are_none_are_refused() {
    let (discord, bot) = start().await;
    let list = general(&discord);
    for id in [
        "x",
        "-1",
        "1.5",
        "99999999999999999999999",
        "%ff",
        "%00",
        "18446744073709551616",
        "+1",
    ] {
        for path in [
            "/channels/ID",
            "/guilds/ID",
            "/users/ID",
            "/guilds/ID/members/ID",
        ] {
            let reply = bot.get(&path.replace("ID", id)).await;
            assert!(
                matches!(reply.status, 400 | 404),
                "{path} {id}: {}",
                reply.status
            );
            sane(&reply, id);
        }
        for key in ["before", "after", "around"] {
            let reply = bot.get(&format!("{list}?{key}={id}")).await;
            reply.faults_at(key);
        }
    }
    for limit in ["x", "-1", "1.5", "99999999999999999999", "", "%00"] {
        bot.get(&format!("{list}?limit={limit}"))
            .await
            .faults_at("limit");
    }
    for path in [
        "/",
        "//",
        "/channels//messages",
        "/%2e%2e/users/@me",
        "/channels/1/messages/",
    ] {
        let reply = bot.get(path).await;
        assert!(
            matches!(reply.status, 404 | 405),
            "{path}: {}",
            reply.status
        );
        sane(&reply, path);
    }
    let long = format!("/channels/{}", "9".repeat(20_000));
    sane(&bot.get(&long).await, "a long address");
    let emoji = format!("{list}/1/reactions/%ff%00%f0%9f/@me");
    sane(&bot.put(&emoji, Value::Null).await, "an emoji");
}

#[tokio::test]
async fn endless_headers_end() {
    let (discord, bot) = start().await;
    let address = discord
        .api_url()
        .replace("http://", "")
        .replace("/api/v10", "");
    for endless in [
        "X-Long: ".to_owned() + &"x".repeat(1 << 20),
        "X-Many: x\r\n".repeat(50_000),
    ] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let head = format!("GET /api/v10/gateway HTTP/1.1\r\nHost: {address}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server may well have closed before all of it is written.
        let _ = stream.write_all(endless.as_bytes()).await;
        let mut answer = Vec::new();
        let reading = stream.read_to_end(&mut answer);
        let read = tokio::time::timeout(PATIENCE, reading).await;
        assert!(read.is_ok(), "the server waits for more");
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    assert_eq!(bot.get("/users/@me").await.status, 200);
}
