//! Settings by command.

use crate::refusal;
use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::{self, Setting, Value};

/// What can be set.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::toggle("loud", "Loud").default(true),
        Setting::text_of(10, "motto", "Motto").help("What is said each hour"),
        Setting::choice("mood", "Mood", ["calm", "wild"]).default("calm"),
        Setting::number_in(0.0..=10.0, "volume", "Volume").default(5.0),
        Setting::channel("place", "Place"),
        Setting::roles("staff", "Staff"),
    ]
}

/// Reads a setting.
#[command]
pub fn show(
    ctx: &Context,
    /// Its key.
    key: String,
    /// Another guild than this one.
    guild: Option<String>,
) -> Answer {
    let guild = guild.or_else(|| ctx.guild()).unwrap_or_default();
    let said = match settings::guild(guild).get(&key) {
        Ok(value) => format!("{value:?}"),
        Err(error) => refusal(&error),
    };
    ctx.reply(said)
}

/// What a setting can be.
#[derive(Choice)]
pub enum Kind {
    Toggle,
    Text,
    Number,
    Channel,
    Roles,
}

/// Writes a setting.
#[command]
pub fn choose(
    ctx: &Context,
    /// Its key.
    key: String,
    /// What the value is.
    kind: Kind,
    /// The value.
    value: String,
) -> Answer {
    let value = match kind {
        Kind::Toggle => Value::Toggle(value == "on"),
        Kind::Text => Value::Text(value),
        Kind::Number => Value::Number(value.parse().or_tell("That is no number.")?),
        Kind::Channel => Value::Channel(value),
        Kind::Roles => Value::Roles(value.split(',').map(str::to_string).collect()),
    };
    let said = match settings::guild(ctx.in_guild()?).set(&key, value) {
        Ok(()) => "set".to_string(),
        Err(error) => refusal(&error),
    };
    ctx.reply(said)
}
