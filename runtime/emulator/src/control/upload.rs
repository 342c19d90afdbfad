//! Picking a file: it is kept until it is sent, and named by its id then.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::look::person;
use super::{refuse, reply};
use crate::hub::Hub;
use crate::world::{Change, NewFile};

/// The longest filename, in characters.
const LONGEST_NAME: usize = 260;

#[derive(Deserialize)]
pub struct UploadQuery {
    r#as: String,
    name: String,
}

/// Keeps the body as a file, and returns `{id, filename, size}`.
pub async fn keep(
    Shared(hub): Shared<Arc<Hub>>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let limit = hub.with_quietly(|state| state.world.attachment_limit);
    let Ok(bytes) = to_bytes(body, usize::try_from(limit).unwrap_or(usize::MAX)).await else {
        let message = format!("A file has at most {} MiB here.", limit >> 20);
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, &message);
    };
    reply(hub.with(|state| {
        person(state, &query.r#as)?;
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let unsafe_here = |c: char| c.is_control() || "/\\?#%\"<>".contains(c);
        let filename: String = query.name.chars().take(LONGEST_NAME).collect();
        let filename = filename.replace(unsafe_here, "_").replace(' ', "_");
        if filename.trim_matches('.').is_empty() {
            return Err("The file has no name.".to_owned());
        }
        let size = bytes.len();
        let file = NewFile {
            filename: filename.clone(),
            description: None,
            content_type: kind.map(str::to_owned),
            bytes: bytes.to_vec().into(),
            voice: None,
        };
        let id = state.apply(Change::Upload(file));
        Ok(json!({"id": id, "filename": filename, "size": size}))
    }))
}
