//! The chat page: its files, built into the program.

use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::control::refuse;

/// Nothing from elsewhere, nothing inline, in no frame.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'";

/// What the page connects to: not every browser takes a WebSocket of this server for its own.
const CONNECTIONS: &str = "; connect-src 'self' ws://";

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Every file of the page, by name.
        const FILES: &[(&str, &[u8])] = &[
            $(($name, include_bytes!(concat!("../page/", $name)))),*
        ];
    };
}

files![
    "index.html",
    "style.css",
    "icon.svg",
    "app.js",
    "actions.js",
    "api.js",
    "command-form.js",
    "commands.js",
    "components.js",
    "composer.js",
    "dom.js",
    "drawers.js",
    "editing.js",
    "embed.js",
    "files.js",
    "hint.js",
    "jump.js",
    "lab.js",
    "line.js",
    "listening.js",
    "log.js",
    "markdown.js",
    "members.js",
    "message.js",
    "messages.js",
    "modal.js",
    "package.json",
    "panel.js",
    "people.js",
    "picker.js",
    "pins.js",
    "poll.js",
    "popup.js",
    "reactions.js",
    "replying.js",
    "schedule.js",
    "sidebar.js",
    "state.js",
    "suggest.js",
    "text.js",
    "time.js",
    "threads.js",
    "timeline.js",
    "typing.js",
    "values.js",
    "voice.js",
];

pub async fn index(headers: HeaderMap) -> Response {
    let mut response = serve("index.html");
    // A name that is not this server's own was refused before.
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let policy = host.map(|host| HeaderValue::from_str(&[POLICY, CONNECTIONS, host].concat()));
    if let Some(Ok(policy)) = policy {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

pub async fn file(Path(name): Path<String>) -> Response {
    serve(&name)
}

fn serve(name: &str) -> Response {
    let found = FILES.iter().find(|(other, _)| *other == name);
    let Some((_, bytes)) = found else {
        return refuse(StatusCode::NOT_FOUND, "The page has no such file.");
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_page_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_file()
                && content_type(&name) != "application/octet-stream"
            {
                let built_in = FILES.iter().any(|(other, _)| *other == name);
                assert!(built_in, "{name} is missing from files![]");
            }
        }
    }
}
