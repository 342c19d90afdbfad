//! Answers that are not what was asked for: JSON under `/api`, a line of text for programs, a page
//! for people.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use super::dashboard;

/// Answers with a status and a sentence for the person, in the form that fits the path.
pub fn refuse(path: &str, status: StatusCode, sentence: &str) -> Response {
    let is = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}/"));
    if is("/api") {
        let body = serde_json::json!({ "message": sentence });
        return (status, Json(body)).into_response();
    }
    if is("/metrics") || is("/healthz") || is("/readyz") || is("/assets") {
        return (status, format!("{sentence}\n")).into_response();
    }
    let page = dashboard::refusal(status, sentence).into_string();
    (status, Html(page)).into_response()
}

pub async fn not_found(uri: Uri) -> Response {
    refuse(
        uri.path(),
        StatusCode::NOT_FOUND,
        "There is no such page here.",
    )
}

pub async fn not_allowed(uri: Uri) -> Response {
    let mut response = refuse(
        uri.path(),
        StatusCode::METHOD_NOT_ALLOWED,
        "This can only be read: use GET or HEAD.",
    );
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}
