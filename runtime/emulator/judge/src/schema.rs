//! Checks a JSON value against a schema: the part of JSON Schema 2020-12 that Discord's document
//! uses, and no more. A keyword or format outside of it is refused when the document is loaded, so
//! that nothing is passed over in silence.
//!
//! `oneOf` is read as `anyOf`, as Discord means it. Of several objects the one is chosen whose
//! `type` the value bears, so that a miss says what is wrong in that one.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What is wrong, and where: `$.embeds[0].title`.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    pub at: String,
    pub what: String,
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// The named schemas of a document.
pub struct Schemas<'a> {
    named: &'a Map<String, Value>,
    /// Whether a property that the schema does not know is a miss.
    closed: bool,
}

const SCHEMAS: &str = "#/components/schemas/";
const DIGITS: &str = "^(0|[1-9][0-9]*)$";
const FORMATS: [&str; 7] = [
    "date-time",
    "double",
    "int32",
    "int64",
    "nonce",
    "snowflake",
    "uri",
];
const KEYWORDS: [&str; 21] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    // Pictures are not looked into.
    "contentEncoding",
    "enum",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "oneOf",
    "properties",
    "required",
    "type",
    "uniqueItems",
];

impl<'a> Schemas<'a> {
    /// Reads values as they come from Discord: with more properties than the schemas know.
    pub fn open(named: &'a Map<String, Value>) -> Self {
        let closed = false;
        Schemas { named, closed }
    }

    /// Reads values that may have no property but those of the schemas.
    pub fn closed(named: &'a Map<String, Value>) -> Self {
        let closed = true;
        Schemas { named, closed }
    }

    /// Returns what this module cannot judge in a schema, if anything.
    pub fn unknown(&self, schema: &Value) -> Option<String> {
        let Value::Object(schema) = schema else {
            return (!schema.is_boolean()).then(|| format!("{schema} is not a schema"));
        };
        schema.iter().find_map(|(keyword, given)| {
            let text = given.as_str().unwrap_or_default();
            match keyword.as_str() {
                "$ref" if self.named_by(text).is_none() => Some(format!("$ref to {text}")),
                "pattern" if text != DIGITS => Some(format!("the pattern {text}")),
                "format" if !FORMATS.contains(&text) => Some(format!("the format {text}")),
                "pattern" | "format" => None,
                "properties" => given
                    .as_object()?
                    .values()
                    .find_map(|part| self.unknown(part)),
                "items" | "additionalProperties" => self.unknown(given),
                "allOf" | "anyOf" | "oneOf" => {
                    given.as_array()?.iter().find_map(|part| self.unknown(part))
                }
                known if KEYWORDS.contains(&known) => None,
                other => Some(format!("the keyword {other}")),
            }
        })
    }

    /// Returns what is wrong with a value.
    pub fn check(&self, schema: &Value, value: &Value) -> Vec<Miss> {
        let mut misses = Vec::new();
        self.look(schema, value, "$", &mut misses);
        misses
    }

    fn named_by(&self, reference: &str) -> Option<&'a Value> {
        self.named.get(reference.strip_prefix(SCHEMAS)?)
    }

    /// Follows references to the schema itself.
    fn resolve<'s>(&'s self, mut schema: &'s Value) -> &'s Value {
        while let Some(next) = schema["$ref"].as_str().and_then(|name| self.named_by(name)) {
            schema = next;
        }
        schema
    }

    fn look(&self, schema: &Value, value: &Value, at: &str, misses: &mut Vec<Miss>) {
        let schema = self.resolve(schema);
        let mut miss = |what: String| {
            let at = at.to_owned();
            misses.push(Miss { at, what });
        };
        match schema {
            Value::Bool(false) => return miss("nothing may stand here".to_owned()),
            Value::Object(_) => {}
            _ => return,
        }
        if let Some(wanted) = schema.get("type")
            && !has_type(wanted, value)
        {
            return miss(format!("{} instead of {wanted}", short(value)));
        }
        if let Some(only) = schema.get("const")
            && !same(only, value)
        {
            miss(format!("{} instead of {only}", short(value)));
        }
        if let Some(any) = schema["enum"].as_array()
            && !value.is_null()
            && !any.iter().any(|one| same(one, value))
        {
            miss(format!("{} is none of {}", short(value), list(any)));
        }
        match value {
            Value::String(text) => check_text(schema, text, &mut miss),
            Value::Number(_) => check_number(schema, value, &mut miss),
            Value::Array(items) => check_items(schema, items, &mut miss),
            Value::Object(fields) => check_size(schema, fields.len(), "Properties", &mut miss),
            _ => {}
        }
        match value {
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    if let Some(schema) = schema.get("items") {
                        self.look(schema, item, &format!("{at}[{n}]"), misses);
                    }
                }
            }
            Value::Object(fields) => self.look_inside(schema, fields, at, misses),
            _ => {}
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            // Each part of several knows only its own properties.
            Schemas::open(self.named).look(part, value, at, misses);
        }
        let unions = ["anyOf", "oneOf"].into_iter();
        for branches in unions.filter_map(|union| schema[union].as_array()) {
            self.choose(branches, value, at, misses);
        }
    }

    fn look_inside(
        &self,
        schema: &Value,
        fields: &Map<String, Value>,
        at: &str,
        misses: &mut Vec<Miss>,
    ) {
        for name in schema["required"].as_array().into_iter().flatten() {
            if name.as_str().is_some_and(|name| !fields.contains_key(name)) {
                let what = format!("{name} is missing");
                let at = at.to_owned();
                misses.push(Miss { at, what });
            }
        }
        let known = schema["properties"].as_object();
        for (name, value) in fields {
            let at = format!("{at}.{name}");
            let others = schema.get("additionalProperties");
            match (known.and_then(|known| known.get(name)), others) {
                (Some(schema), _) | (None, Some(schema)) => self.look(schema, value, &at, misses),
                (None, None) if self.closed && known.is_some() => {
                    let what = "Discord's document knows no such field".to_owned();
                    misses.push(Miss { at, what });
                }
                (None, None) => {}
            }
        }
    }

    /// Checks a value against the branch that is meant, or says which are there.
    fn choose(&self, branches: &[Value], value: &Value, at: &str, misses: &mut Vec<Miss>) {
        let branches: Vec<&Value> = branches.iter().map(|branch| self.resolve(branch)).collect();
        let consts: Vec<&Value> = branches.iter().filter_map(|one| one.get("const")).collect();
        if consts.len() == branches.len() {
            if !consts.iter().any(|one| same(one, value)) {
                let what = format!("{} is none of {}", short(value), list(consts));
                let at = at.to_owned();
                misses.push(Miss { at, what });
            }
            return;
        }
        let tags = |branch: &Value| branch["properties"]["type"]["enum"].as_array().cloned();
        let meant = branches.iter().find(|branch| {
            tags(branch).is_some_and(|tags| tags.iter().any(|tag| same(tag, &value["type"])))
        });
        if let Some(branch) = meant {
            return self.look(branch, value, at, misses);
        }
        let all_tags: Option<Vec<_>> = branches.iter().map(|branch| tags(branch)).collect();
        if let (Some(tags), Some(tag)) = (all_tags, value.get("type")) {
            let what = format!("{} is none of {}", short(tag), list(tags.iter().flatten()));
            let at = format!("{at}.type");
            return misses.push(Miss { at, what });
        }
        let fit = |branch: &&&Value| {
            branch
                .get("type")
                .is_none_or(|wanted| has_type(wanted, value))
        };
        let tried = branches.iter().filter(fit).map(|branch| {
            let mut misses = Vec::new();
            self.look(branch, value, at, &mut misses);
            misses
        });
        match tried.min_by_key(Vec::len) {
            Some(fewest) => misses.extend(fewest),
            None => {
                let wanted = branches.iter().filter_map(|branch| branch.get("type"));
                let what = format!("{} is none of {}", short(value), list(wanted));
                let at = at.to_owned();
                misses.push(Miss { at, what });
            }
        }
    }
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    match wanted {
        Value::Array(any) => any.iter().any(|one| has_type(one, value)),
        _ => match wanted.as_str().unwrap_or_default() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            "number" => value.is_number(),
            "integer" => {
                let whole = |number: f64| number.fract() == 0.0;
                value.is_i64() || value.is_u64() || value.as_f64().is_some_and(whole)
            }
            _ => false,
        },
    }
}

/// Compares by value: 1 and 1.0 are one number.
fn same(one: &Value, other: &Value) -> bool {
    one == other || one.as_f64().is_some_and(|one| other.as_f64() == Some(one))
}

fn check_text(schema: &Value, text: &str, miss: &mut impl FnMut(String)) {
    check_size(schema, text.chars().count(), "Length", miss);
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if schema.get("pattern").is_some() && (!digits || (text.len() > 1 && text.starts_with('0'))) {
        miss(format!("{text:?} is not an id"));
    }
    match schema["format"].as_str() {
        Some("date-time") if OffsetDateTime::parse(text, &Rfc3339).is_err() => {
            miss(format!("{text:?} is not a time"));
        }
        Some("uri") if !text.contains(':') || text.contains(char::is_whitespace) => {
            miss(format!("{text:?} is not an address"));
        }
        _ => {}
    }
}

fn check_number(schema: &Value, value: &Value, miss: &mut impl FnMut(String)) {
    let number = value.as_f64().unwrap_or_default();
    let int32 = schema["format"] == "int32";
    let least = schema["minimum"].as_f64();
    let most = schema["maximum"].as_f64();
    let least = least.or(int32.then_some(f64::from(i32::MIN)));
    // Flags without a sign are called int32 too.
    let most = most.or(int32.then_some(f64::from(u32::MAX)));
    if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
        let end = |end: Option<f64>| end.map_or("any".to_owned(), |end| end.to_string());
        let (least, most) = (end(least), end(most));
        miss(format!("{value} is not between {least} and {most}"));
    }
}

fn check_items(schema: &Value, items: &[Value], miss: &mut impl FnMut(String)) {
    check_size(schema, items.len(), "Items", miss);
    if schema["uniqueItems"] == true {
        let mut seen = HashSet::new();
        if let Some(twice) = items.iter().find(|item| !seen.insert(item.to_string())) {
            miss(format!("{} stands there twice", short(twice)));
        }
    }
}

/// Checks `minLength` and `maxLength`, and the same of items and properties.
fn check_size(schema: &Value, size: usize, of: &str, miss: &mut impl FnMut(String)) {
    let end = |end: &str| schema[format!("{end}{of}")].as_u64();
    let (least, most) = (end("min"), end("max"));
    let size = size as u64;
    if least.is_some_and(|least| size < least) {
        miss(format!(
            "{of} {size} is below {}",
            least.unwrap_or_default()
        ));
    }
    if most.is_some_and(|most| size > most) {
        miss(format!("{of} {size} is above {}", most.unwrap_or_default()));
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn list<'v>(values: impl IntoIterator<Item = &'v Value>) -> String {
    let values: Vec<String> = values.into_iter().map(Value::to_string).collect();
    values.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named() -> Map<String, Value> {
        let schemas = json!({
            "Id": {"type": "string", "pattern": DIGITS},
            "Button": {"type": "object", "required": ["label"],
                "properties": {"type": {"enum": [2]}, "label": {"type": "string", "maxLength": 3}}},
            "Menu": {"type": "object",
                "properties": {"type": {"enum": [3]}, "id": {"$ref": "#/components/schemas/Id"}}},
        });
        schemas.as_object().unwrap().clone()
    }

    fn misses(schema: Value, value: Value) -> Vec<String> {
        let named = named();
        let schemas = Schemas::closed(&named);
        assert_eq!(schemas.unknown(&schema), None);
        let misses = schemas.check(&schema, &value);
        misses.iter().map(Miss::to_string).collect()
    }

    #[test]
    fn each_keyword_is_kept() {
        for (schema, good, bad) in [
            (json!({"type": ["integer", "null"]}), json!(1.0), json!(1.5)),
            (json!({"type": "string"}), json!(""), json!(null)),
            (json!({"const": 4}), json!(4), json!(5)),
            (json!({"enum": ["a"]}), json!("a"), json!("b")),
            (json!({"minimum": 2, "maximum": 3}), json!(2), json!(4)),
            (json!({"format": "int32"}), json!(1), json!(1_u64 << 40)),
            (json!({"maxLength": 2}), json!("éé"), json!("ééé")),
            (json!({"minLength": 1}), json!("a"), json!("")),
            (json!({"minItems": 1}), json!([1]), json!([])),
            (json!({"maxItems": 1}), json!([1]), json!([1, 2])),
            (json!({"uniqueItems": true}), json!([1, 2]), json!([1, 1])),
            (
                json!({"items": {"type": "null"}}),
                json!([null]),
                json!([1]),
            ),
            (json!({"required": ["a"]}), json!({"a": 1}), json!({})),
            (
                json!({"properties": {"a": {}}}),
                json!({"a": 1}),
                json!({"b": 1}),
            ),
            (
                json!({"additionalProperties": {"type": "null"}}),
                json!({"a": null}),
                json!({"a": 1}),
            ),
            (
                json!({"additionalProperties": false}),
                json!({}),
                json!({"a": 1}),
            ),
            (json!({"maxProperties": 0}), json!({}), json!({"a": 1})),
            (json!({"minProperties": 1}), json!({"a": 1}), json!({})),
            (json!({"allOf": [{"minimum": 1}]}), json!(1), json!(0)),
            (
                json!({"anyOf": [{"type": "null"}, {"minimum": 1, "type": "integer"}]}),
                json!(1),
                json!(0),
            ),
            (
                json!({"oneOf": [{"const": 1}, {"const": 2}]}),
                json!(2),
                json!(3),
            ),
            (json!({"pattern": DIGITS}), json!("10"), json!("01")),
            (
                json!({"format": "date-time"}),
                json!("2026-01-02T03:04:05.678+00:00"),
                json!("2026-01-02"),
            ),
            (json!({"format": "uri"}), json!("https://a.b"), json!("a b")),
            (
                json!({"$ref": "#/components/schemas/Id"}),
                json!("1"),
                json!(1),
            ),
        ] {
            assert_eq!(
                misses(schema.clone(), good),
                Vec::<String>::new(),
                "{schema}"
            );
            assert_eq!(misses(schema.clone(), bad).len(), 1, "{schema}");
        }
    }

    #[test]
    fn a_miss_names_its_place_in_the_branch_that_was_meant() {
        let union = json!({"type": "array", "items": {"oneOf": [
            {"$ref": "#/components/schemas/Menu"}, {"$ref": "#/components/schemas/Button"},
        ]}});
        let given = json!([{"type": 2, "label": "long"}, {"type": 3, "id": "x"}, {"type": 4}]);
        assert_eq!(
            misses(union, given),
            [
                "$[0].label: Length 4 is above 3",
                "$[1].id: \"x\" is not an id",
                "$[2].type: 4 is none of 3, 2",
            ]
        );
    }

    #[test]
    fn what_cannot_be_judged_is_said() {
        let named = named();
        let schemas = Schemas::open(&named);
        for (schema, said) in [
            (json!({"propertyNames": {}}), "the keyword propertyNames"),
            (json!({"items": {"format": "email"}}), "the format email"),
            (
                json!({"properties": {"a": {"pattern": "a+"}}}),
                "the pattern a+",
            ),
            (
                json!({"anyOf": [{"$ref": "#/nowhere"}]}),
                "$ref to #/nowhere",
            ),
        ] {
            assert_eq!(schemas.unknown(&schema).as_deref(), Some(said));
        }
    }

    #[test]
    fn unknown_fields_pass_only_where_schemas_are_open() {
        let (named, schema) = (named(), json!({"properties": {"a": {}}}));
        let value = json!({"b": 1});
        assert!(Schemas::open(&named).check(&schema, &value).is_empty());
        assert_eq!(Schemas::closed(&named).check(&schema, &value).len(), 1);
    }
}
