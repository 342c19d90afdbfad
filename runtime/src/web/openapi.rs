//! The API's description, as OpenAPI 3.1 at `/api/openapi.json`. It is made of the table of routes and of
//! the very types that are read and answered, so that it says what the code does.

mod operation;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::Web;
use super::access::Who;
use super::guard::PATIENCE;
use super::login::cookie;
use super::refusal::{Form, Message};
use super::routes::{Route, routes};
use super::serve::{CONNECTIONS, CONNECTIONS_EACH};
use super::status::API;
use crate::config::{Auth, WebConfig};

pub use operation::{Answer, Describe, Operation, answers, does, writes};

/// `GET /api/openapi.json`: what holds for this bot, with its way to log in.
pub async fn document(State(web): State<Web>) -> Json<Value> {
    Json(describe(&web.door.config))
}

fn describe(config: &WebConfig) -> Value {
    let mut schemas = generator(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let mut paths = Map::new();
    for row in routes() {
        let Some(told) = &row.told else { continue };
        let methods = paths.entry(row.path).or_insert_with(|| json!({}));
        let method = row.rule.method.as_str().to_lowercase();
        methods[method] = operation(&row, told, config, &mut schemas);
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cogbox",
            "version": API.to_string(),
            "description": about(),
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": schemes(config),
        },
    });
    unlink(&mut document);
    document
}

/// Returns what holds for all of it.
fn about() -> String {
    let seconds = PATIENCE.as_secs();
    format!(
        "What a bot's dashboard knows and does. The version goes up when a field goes away or changes its \
         meaning; new fields may come without that. Times are RFC 3339 in UTC, durations are seconds, \
         sizes are bytes, and ids are texts. Whoever asks has to call the dashboard by one of its names. \
         An answer takes at most {seconds} seconds. There are {CONNECTIONS} connections at a time; one \
         address has {CONNECTIONS_EACH} of them, unless it is this machine's, a trusted proxy's, or one \
         that reads the metrics."
    )
}

/// A new generator of schemas, for what is answered unless it is changed.
fn generator(change: impl FnOnce(&mut SchemaSettings)) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.with(change).into_generator()
}

/// Describes something that is read, on the spot.
fn read(describe: Describe) -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let settings = settings.with(|settings| settings.inline_subschemas = true);
    describe(&mut settings.into_generator()).to_value()
}

fn operation(
    row: &Route,
    told: &Operation,
    config: &WebConfig,
    schemas: &mut SchemaGenerator,
) -> Value {
    let changes = !row.rule.method.is_safe();
    let mut parameters = Vec::new();
    parameters.extend(told.path.map(|path| parameters_of("path", path)));
    parameters.extend(told.query.map(|query| parameters_of("query", query)));
    parameters.extend(changes.then(|| vec![same_origin()]));
    let mut made = json!({
        "operationId": name(row),
        "summary": told.summary,
        "parameters": parameters.concat(),
        "responses": responses(row, told, schemas),
        "security": security(row.rule.who, config),
    });
    if let Some(form) = told.form {
        let content = json!({ "application/x-www-form-urlencoded": { "schema": read(form) } });
        made["requestBody"] = json!({ "required": true, "content": content });
    }
    made
}

/// Returns a name for programs that are made of the document: `get_api_status`.
fn name(row: &Route) -> String {
    let words = row.path.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let method = row.rule.method.as_str().to_lowercase();
    let words: Vec<_> = [&*method].into_iter().chain(words).collect();
    words.join("_")
}

/// Returns each field of a type as a parameter.
fn parameters_of(place: &str, of: Describe) -> Vec<Value> {
    let whole = read(of);
    let required = whole["required"].as_array().cloned().unwrap_or_default();
    let fields = whole["properties"].as_object().cloned().unwrap_or_default();
    let parameters = fields.into_iter().map(|(name, mut schema)| {
        let told = schema.as_object_mut().and_then(|s| s.remove("description"));
        json!({
            "name": name,
            "in": place,
            "required": required.iter().any(|one| *one == name),
            "description": told,
            "schema": schema,
        })
    });
    parameters.collect()
}

/// What says that a request comes from no page of others.
fn same_origin() -> Value {
    json!({
        "name": "Sec-Fetch-Site",
        "in": "header",
        "required": true,
        "description": "Browsers write it by themselves, and no page of others can have them write this.",
        "schema": { "type": "string", "enum": ["same-origin"] },
    })
}

fn responses(row: &Route, told: &Operation, schemas: &mut SchemaGenerator) -> Value {
    let form = Form::of(row.path);
    let refused = match form {
        Form::Json => {
            let schema = schemas.subschema_for::<Message>();
            json!({ "application/json": { "schema": schema } })
        }
        Form::Line => json!({ "text/plain": { "schema": { "type": "string" } } }),
        Form::Page => json!({ "text/html": { "schema": { "type": "string" } } }),
    };
    let mut responses = Map::new();
    for (status, why) in refusals(row, told) {
        let refusal = json!({ "description": why, "content": refused });
        responses.insert(status.to_string(), refusal);
    }
    let location = json!({ "Location": { "schema": { "type": "string" } } });
    let (status, answer) = match told.answer {
        Answer::Json(describe) => {
            let content = json!({ "application/json": { "schema": describe(schemas) } });
            ("200", json!({ "description": "It.", "content": content }))
        }
        Answer::Text(media_type) => {
            let content = json!({ media_type: { "schema": { "type": "string" } } });
            ("200", json!({ "description": "It.", "content": content }))
        }
        Answer::Leads => {
            let led = "It was done, and the page shows it; or it leads to /login, and was not.";
            ("303", json!({ "description": led, "headers": location }))
        }
    };
    responses.insert(status.to_owned(), answer);
    Value::Object(responses)
}

/// Returns why a route may refuse: what the guard around each does, and its own reasons.
fn refusals(row: &Route, told: &Operation) -> BTreeMap<u16, String> {
    let bytes = row.rule.body;
    let seconds = PATIENCE.as_secs();
    let every = [
        (400, "What was asked can't be read.".to_owned()),
        (
            403,
            "Whoever asks may not, or a page of others sent it.".to_owned(),
        ),
        (413, format!("What was sent has more than {bytes} bytes.")),
        (
            421,
            "The dashboard was called by a name that is not its own.".to_owned(),
        ),
        (500, "Cogbox failed; its log says how.".to_owned()),
        (
            503,
            format!("It took more than {seconds} seconds, or is not there yet."),
        ),
    ];
    let mut refusals = BTreeMap::from(every);
    if row.rule.who != Who::Anyone {
        refusals.insert(401, "It is not known who asks.".to_owned());
    }
    let own = told.refusals.iter();
    refusals.extend(own.map(|(status, why)| (status.as_u16(), (*why).to_owned())));
    refusals
}

/// Returns what somebody has to show; an empty one is nothing.
fn security(who: Who, config: &WebConfig) -> Value {
    let theirs = matches!(who, Who::Members | Who::GuildViewers | Who::GuildAdmins);
    let by_discord = theirs && config.discord.is_some();
    let shown: &[&str] = match (who, config.auth) {
        (Who::Anyone, _) | (_, Auth::None) => return json!([]),
        (_, Auth::Token) => &["session", "session-by-http"],
        (_, Auth::Proxy) if by_discord => &["proxy", "session", "session-by-http"],
        (_, Auth::Proxy) => &["proxy"],
    };
    let mut ways: Vec<_> = shown.iter().map(|way| json!({ *way: [] })).collect();
    // Those that are known by where they connect from.
    ways.extend((who == Who::Scrapers).then(|| json!({})));
    ways.into()
}

fn schemes(config: &WebConfig) -> Value {
    let scheme = |place: &str, name: &str, description: &str| json!({ "type": "apiKey", "in": place, "name": name, "description": description });
    let mut schemes = json!({});
    if config.auth == Auth::Token || (config.auth == Auth::Proxy && config.discord.is_some()) {
        let (by_https, by_http) = (
            "The cookie that /login sets by https.",
            "The cookie that it sets by http.",
        );
        schemes["session"] = scheme("cookie", cookie::SECURE, by_https);
        schemes["session-by-http"] = scheme("cookie", cookie::PLAIN, by_http);
    }
    if config.auth == Auth::Proxy {
        let told = "The proxy writes it, for whomever it let in; nobody else's is taken.";
        schemes["proxy"] = scheme("header", config.user_header.as_str(), told);
    }
    schemes
}

/// Takes out what only the code's own documentation can follow: "[`Calls`]" becomes "`Calls`".
fn unlink(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`");
            }
            fields.values_mut().for_each(unlink);
        }
        Value::Array(items) => items.iter_mut().for_each(unlink),
        _ => {}
    }
}
