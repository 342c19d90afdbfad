//! Discord's OpenAPI document, as `prune.mjs` writes it and [`crate::patches`] mends it: which
//! operation a request is, and what its query, its body and its replies may be.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::patches;
use crate::schema::{Miss, Schemas};

static TEXT: &str = include_str!("../discord.json");

/// The document. Loading it panics with a sentence when it holds what the judge cannot judge.
pub static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::load);

pub struct Document {
    operations: Vec<Operation>,
    /// The schemas as they judge requests, and as they judge replies.
    requests: Map<String, Value>,
    replies: Map<String, Value>,
}

/// One operation: a method on a path.
pub struct Operation {
    /// As the document writes it: `GET /users/{user_id}`.
    pub name: String,
    pub(crate) definition: Value,
}

impl Document {
    fn load() -> Document {
        // The file is part of this program.
        let mut text: Value = serde_json::from_str(TEXT).expect("discord.json is JSON");
        let mut table = |name: &str| match text[name].take() {
            Value::Object(table) => table,
            _ => panic!("discord.json has no table {name:?}; write it anew with prune.mjs"),
        };
        let (schemas, operations) = (table("schemas"), table("operations"));
        let (mut requests, mut replies) = (schemas.clone(), schemas);
        patches::mend_requests(&mut requests);
        patches::mend_replies(&mut replies);
        let operation = |(name, definition)| Operation { name, definition };
        let mut operations: Vec<_> = operations.into_iter().map(operation).collect();
        patches::mend_operations(&mut operations);
        // Fixed steps come before the ids that would fit in their place: '{' is above the letters.
        operations.sort_by(|one, other| one.name.cmp(&other.name));
        let document = Document {
            operations,
            requests,
            replies,
        };
        if let Some(unknown) = document.unknown() {
            panic!(
                "discord.json holds what schema.rs cannot judge: {unknown}; teach it that first"
            );
        }
        document
    }

    fn unknown(&self) -> Option<String> {
        let (requests, replies) = (self.for_requests(), self.for_replies());
        let mut bodies = self.operations.iter().flat_map(Operation::schemas);
        let of = |schemas: &Schemas<'_>, table: &Map<String, Value>| {
            table.values().find_map(|schema| schemas.unknown(schema))
        };
        of(&requests, &self.requests)
            .or_else(|| of(&replies, &self.replies))
            .or_else(|| bodies.find_map(|schema| replies.unknown(schema)))
    }

    /// Finds the operation of a request by its method and its path below the version.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let fits = |operation: &&Operation| {
            let (known, pattern) = operation.name.split_once(' ').unwrap_or_default();
            let mut steps = path.split('/');
            let fit = pattern.split('/').all(|wanted| {
                let step = steps.next();
                step.is_some_and(|step| {
                    wanted == step || wanted.starts_with('{') && !step.is_empty()
                })
            });
            known == method && fit && steps.next().is_none()
        };
        self.operations.iter().find(fits)
    }

    pub fn for_requests(&self) -> Schemas<'_> {
        Schemas::closed(&self.requests)
    }

    pub fn for_replies(&self) -> Schemas<'_> {
        Schemas::open(&self.replies)
    }

    /// Returns what is wrong with an error's body.
    pub fn check_error(&self, status: u16, body: &Value) -> Vec<Miss> {
        let name = match status {
            429 => "RatelimitedResponse",
            _ => "ErrorResponse",
        };
        self.for_replies().check(&self.replies[name], body)
    }
}

impl Operation {
    pub fn query(&self) -> &[Value] {
        self.definition["query"]
            .as_array()
            .map_or(&[], Vec::as_slice)
    }

    /// Returns the schema of the body, unless there is none or it is a form of files only.
    pub fn body(&self) -> Option<&Value> {
        self.definition.get("body")
    }

    /// Tells whether a request without a body is wrong.
    pub fn needs_body(&self) -> bool {
        self.definition["body_required"] == true
    }

    /// Returns the schema of the reply with this status: null where the reply is empty.
    pub fn reply(&self, status: u16) -> Option<&Value> {
        self.definition["replies"].get(status.to_string())
    }

    /// Returns the statuses of its good replies.
    pub fn statuses(&self) -> Vec<&str> {
        let replies = self.definition["replies"].as_object();
        replies
            .into_iter()
            .flatten()
            .map(|(status, _)| status.as_str())
            .collect()
    }

    fn schemas(&self) -> impl Iterator<Item = &Value> {
        let query = self.query().iter().map(|parameter| &parameter["schema"]);
        let replies = self.definition["replies"].as_object();
        let replies = replies.into_iter().flatten().map(|(_, schema)| schema);
        query
            .chain(self.body())
            .chain(replies.filter(|schema| !schema.is_null()))
    }
}
