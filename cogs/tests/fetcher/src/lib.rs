//! A cog that sends any request to the web that it is told to, and shows what came back.

use std::collections::BTreeMap;
use std::time::Duration;

use cogbox_sdk::prelude::*;

pub struct Fetcher;

#[cog]
impl Cog for Fetcher {
    fn commands() -> Commands {
        commands![fetch]
    }
}

/// Sends a request.
#[command]
fn fetch(
    ctx: &Context,
    /// Where to.
    url: String,
    /// GET unless it is given.
    method: Option<String>,
    /// Such as `A: b | C: d`.
    headers: Option<String>,
    /// What to hand over.
    body: Option<String>,
    /// In milliseconds.
    timeout: Option<u32>,
    /// How often, one after the other.
    times: Option<u16>,
) -> Answer {
    let mut request = http::request(method.as_deref().unwrap_or("GET"), url);
    let headers = headers.unwrap_or_default();
    for (name, value) in headers
        .split(" | ")
        .filter_map(|line| line.split_once(": "))
    {
        let raw = |text: &str| text.replace("\\r", "\r").replace("\\n", "\n");
        request = request.header(raw(name), raw(value));
    }
    if let Some(body) = body {
        request = request.body(body);
    }
    if let Some(limit) = timeout {
        request = request.timeout(Duration::from_millis(limit.into()));
    }
    let Some(times) = times else {
        return ctx.reply(shown(request.send()));
    };
    let mut counts = BTreeMap::<_, usize>::new();
    for _ in 0..times {
        *counts.entry(shown(request.clone().send())).or_default() += 1;
    }
    let lines: Vec<_> = counts
        .iter()
        .map(|(what, n)| format!("{n} times {what}"))
        .collect();
    ctx.reply(lines.join("\n"))
}

/// The status and the body of a response, or an error's kind and sentence.
fn shown(came: Answer<http::Response>) -> String {
    match came {
        Ok(response) => {
            let body = String::from_utf8_lossy(response.bytes());
            let body = match body.len() {
                ..=300 => body.into_owned(),
                long => format!("{long} bytes"),
            };
            let cut = if response.is_truncated() { ", cut" } else { "" };
            format!("{} from {}{cut}: {body}", response.status(), response.url())
        }
        Err(error) => {
            let kind = match error.kind() {
                Some(ErrorKind::Denied) => "denied",
                Some(ErrorKind::Invalid) => "invalid",
                Some(ErrorKind::RateLimited) => "rate-limited",
                Some(ErrorKind::Unavailable) => "unavailable",
                _ => "another kind",
            };
            format!("{kind}: {error}")
        }
    }
}
