//! Reading a fault's fields from JSON: defaults, and numbers that may come as text.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

pub fn once() -> u32 {
    1
}

pub fn one() -> u64 {
    1
}

pub fn yes() -> bool {
    true
}

/// Reads a value that is there, null among them; a missing one stays None.
pub fn given<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(reader).map(Some)
}

/// Reads permission or intent bits: a number, or a decimal number in a text.
pub fn bits<'de, D: Deserializer<'de>>(reader: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(reader)?;
    let text = value.as_str().and_then(|text| text.parse().ok());
    let bits = value.as_u64().or(text);
    bits.ok_or_else(|| D::Error::custom("bits are a number, or a decimal number in a text"))
}
