//! What programs are told of one route, beyond what its rule says.

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Describes a type, in the document that is being made.
pub type Describe = fn(&mut SchemaGenerator) -> Schema;

/// What programs are told of one route.
pub struct Operation {
    /// What it does, as a sentence.
    pub summary: &'static str,
    /// The names in its path.
    pub path: Option<Describe>,
    /// What stands in its query.
    pub query: Option<Describe>,
    /// The form that it takes.
    pub form: Option<Describe>,
    /// What it answers when all is well.
    pub answer: Answer,
    /// Why else it may refuse, beside what every route may.
    pub refusals: Vec<(StatusCode, &'static str)>,
}

/// What a route answers when all is well.
#[derive(Clone, Copy)]
pub enum Answer {
    /// A document of this type.
    Json(Describe),
    /// A text of this media type.
    Text(&'static str),
    /// A page, by redirecting there.
    Leads,
}

/// A route that answers with a `T`.
pub fn answers<T: JsonSchema>(summary: &'static str) -> Operation {
    Operation::new(summary, Answer::Json(|made| made.subschema_for::<T>()))
}

/// A route that answers with a text of a media type.
pub fn writes(media_type: &'static str, summary: &'static str) -> Operation {
    Operation::new(summary, Answer::Text(media_type))
}

/// A route that does something, and leads back to a page.
pub fn does(summary: &'static str) -> Operation {
    Operation::new(summary, Answer::Leads)
}

impl Operation {
    fn new(summary: &'static str, answer: Answer) -> Self {
        Self {
            summary,
            path: None,
            query: None,
            form: None,
            answer,
            refusals: Vec::new(),
        }
    }

    /// The same, where `T` is read from the path.
    pub fn at<T: JsonSchema>(self) -> Self {
        Self {
            path: Some(|made| made.subschema_for::<T>()),
            ..self
        }
    }

    /// The same, where `T` is read from the query.
    pub fn asked<T: JsonSchema>(self) -> Self {
        Self {
            query: Some(|made| made.subschema_for::<T>()),
            ..self
        }
    }

    /// The same, where `T` is read from a form.
    pub fn given<T: JsonSchema>(self) -> Self {
        Self {
            form: Some(|made| made.subschema_for::<T>()),
            ..self
        }
    }

    /// The same, where it may also refuse for this reason.
    pub fn refuses(mut self, status: StatusCode, why: &'static str) -> Self {
        self.refusals.push((status, why));
        self
    }
}
