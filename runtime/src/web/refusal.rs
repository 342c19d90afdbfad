//! Answers that are not what was asked for: JSON under `/api`, a line of text for programs, a page
//! for people.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::dashboard;

/// Why a request is not answered.
#[derive(Debug)]
pub struct Refused {
    /// The status.
    pub status: StatusCode,
    /// A sentence for the person.
    pub sentence: Cow<'static, str>,
    /// Whether a login would help, so that people are led there.
    pub to_login: bool,
}

impl Refused {
    /// Returns a refusal that says why.
    pub fn new(status: StatusCode, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            sentence: sentence.into(),
            to_login: false,
        }
    }

    /// Returns a refusal of somebody who is not logged in.
    pub fn to_login() -> Self {
        Self {
            to_login: true,
            ..Self::new(StatusCode::UNAUTHORIZED, "Log in first, at /login.")
        }
    }

    /// Returns the answer, in the form that fits the path.
    pub fn at(&self, path: &str) -> Response {
        let form = Form::of(path);
        match form {
            Form::Page if self.to_login => Redirect::to("/login").into_response(),
            _ => refuse(path, self.status, &self.sentence),
        }
    }
}

/// A refusal as JSON.
#[derive(Serialize, JsonSchema)]
pub struct Message<'a> {
    /// What is wrong, and what to do.
    message: &'a str,
}

/// Who reads what a path answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Programs.
    Json,
    /// Programs and people at a terminal.
    Line,
    /// People in a browser.
    Page,
}

impl Form {
    /// Returns who reads what this path answers.
    pub fn of(path: &str) -> Self {
        let is = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}/"));
        match () {
            () if is("/api") => Self::Json,
            () if ["/metrics", "/healthz", "/readyz", "/assets"]
                .iter()
                .any(|p| is(p)) =>
            {
                Self::Line
            }
            () => Self::Page,
        }
    }
}

/// Answers with a status and a sentence for the person, in the form that fits the path.
pub fn refuse(path: &str, status: StatusCode, sentence: &str) -> Response {
    match Form::of(path) {
        Form::Json => (status, Json(Message { message: sentence })).into_response(),
        Form::Line => (status, format!("{sentence}\n")).into_response(),
        Form::Page => {
            let page = dashboard::refusal(status, sentence).into_string();
            (status, Html(page)).into_response()
        }
    }
}

pub async fn not_found(uri: Uri) -> Response {
    refuse(
        uri.path(),
        StatusCode::NOT_FOUND,
        "There is no such page here.",
    )
}

/// Answers a method that a path does not have; `allow` names those it has.
pub fn not_allowed(path: &str, allow: &str) -> Response {
    let sentence = match allow {
        "GET, HEAD" => Cow::from("This can only be read: use GET or HEAD."),
        _ => format!("This takes {allow} alone.").into(),
    };
    let mut response = refuse(path, StatusCode::METHOD_NOT_ALLOWED, &sentence);
    // It is made of methods' names.
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}
