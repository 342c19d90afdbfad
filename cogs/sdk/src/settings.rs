//! What a guild's admins choose: list the settings in [`Cog::settings`](crate::Cog::settings), and
//! read them wherever a call comes from that guild.

use crate::Error;
use crate::error::Answer;
pub use crate::exports::bindings::settings_form::exports::cogbox::cog::settings_form::{
    Kind, NumberRange, Setting,
};
pub use crate::raw::cogbox::host::basics::Value;
use crate::raw::cogbox::host::settings as raw;

/// Settings of one guild, for calls that come from it.
pub fn guild(id: impl Into<String>) -> Chosen {
    Chosen(id.into())
}

/// One setting. A key has up to 64 lower-case letters, digits, `-` and `_`, a label 45 characters.
impl Setting {
    /// On or off.
    pub fn toggle(key: impl Into<String>, label: impl Into<String>) -> Self {
        Setting::of(Kind::Toggle, key, label)
    }

    /// A text of up to 4,000 characters.
    pub fn text(key: impl Into<String>, label: impl Into<String>) -> Self {
        Setting::of(Kind::Text(None), key, label)
    }

    /// A text of up to so many characters.
    pub fn text_of(max: u16, key: impl Into<String>, label: impl Into<String>) -> Self {
        Setting::of(Kind::Text(Some(max)), key, label)
    }

    /// One of up to 25 choices.
    pub fn choice<C: Into<String>>(
        key: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = C>,
    ) -> Self {
        let choices = choices.into_iter().map(Into::into).collect();
        Setting::of(Kind::Choice(choices), key, label)
    }

    /// A number.
    pub fn number(key: impl Into<String>, label: impl Into<String>) -> Self {
        Setting::of(Kind::Number(None), key, label)
    }

    /// A number within bounds.
    pub fn number_in(
        range: std::ops::RangeInclusive<f64>,
        key: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        let range = NumberRange {
            min: *range.start(),
            max: *range.end(),
        };
        Setting::of(Kind::Number(Some(range)), key, label)
    }

    /// A channel.
    pub fn channel(key: impl Into<String>, label: impl Into<String>) -> Self {
        Setting::of(Kind::Channel, key, label)
    }

    /// A role.
    pub fn role(key: impl Into<String>, label: impl Into<String>) -> Self {
        Setting::of(Kind::Role, key, label)
    }

    /// Up to 25 roles.
    pub fn roles(key: impl Into<String>, label: impl Into<String>) -> Self {
        Setting::of(Kind::Roles, key, label)
    }

    /// Adds a line of help, of up to 100 characters.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Gives the value that holds until an admin chooses another.
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    fn of(kind: Kind, key: impl Into<String>, label: impl Into<String>) -> Self {
        Setting {
            key: key.into(),
            label: label.into(),
            help: String::new(),
            kind,
            default: None,
        }
    }
}

impl From<bool> for Value {
    fn from(on: bool) -> Self {
        Value::Toggle(on)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_string())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

/// What was chosen in a guild. Each getter returns the chosen value, else the default, else nothing;
/// a setting of another kind is an error.
#[derive(Debug, Clone)]
pub struct Chosen(String);

impl Chosen {
    /// Returns a value of any kind.
    pub fn get(&self, key: &str) -> Answer<Option<Value>> {
        Ok(raw::get(&self.0, key)?)
    }

    /// Sets a value. One that does not fit its setting is refused with the reason.
    pub fn set(&self, key: &str, value: impl Into<Value>) -> Answer {
        Ok(raw::set(&self.0, key, &value.into())?)
    }

    /// Whether something is on. Off when there is neither a choice nor a default.
    pub fn is_on(&self, key: &str) -> Answer<bool> {
        match self.get(key)? {
            Some(Value::Toggle(on)) => Ok(on),
            None => Ok(false),
            Some(other) => Err(of_another_kind(key, &other)),
        }
    }

    /// Returns a text or a choice.
    pub fn text(&self, key: &str) -> Answer<Option<String>> {
        match self.get(key)? {
            Some(Value::Text(text)) => Ok(Some(text)),
            None => Ok(None),
            Some(other) => Err(of_another_kind(key, &other)),
        }
    }

    /// Returns a number.
    pub fn number(&self, key: &str) -> Answer<Option<f64>> {
        match self.get(key)? {
            Some(Value::Number(number)) => Ok(Some(number)),
            None => Ok(None),
            Some(other) => Err(of_another_kind(key, &other)),
        }
    }

    /// Returns a channel's id.
    pub fn channel(&self, key: &str) -> Answer<Option<String>> {
        match self.get(key)? {
            Some(Value::Channel(id)) => Ok(Some(id)),
            None => Ok(None),
            Some(other) => Err(of_another_kind(key, &other)),
        }
    }

    /// Returns a role's id.
    pub fn role(&self, key: &str) -> Answer<Option<String>> {
        match self.get(key)? {
            Some(Value::Role(id)) => Ok(Some(id)),
            None => Ok(None),
            Some(other) => Err(of_another_kind(key, &other)),
        }
    }

    /// Returns roles' ids; none when nothing was chosen.
    pub fn roles(&self, key: &str) -> Answer<Vec<String>> {
        match self.get(key)? {
            Some(Value::Roles(ids)) => Ok(ids),
            None => Ok(Vec::new()),
            Some(other) => Err(of_another_kind(key, &other)),
        }
    }
}

fn of_another_kind(key: &str, value: &Value) -> Error {
    let kind = match value {
        Value::Toggle(_) => "on or off",
        Value::Text(_) => "a text",
        Value::Number(_) => "a number",
        Value::Channel(_) => "a channel",
        Value::Role(_) => "a role",
        Value::Roles(_) => "a list of roles",
    };
    Error::new(format!("the setting `{key}` is {kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_built_in_one_line() {
        let volume = Setting::number_in(0.0..=10.0, "volume", "Volume")
            .help("How loud it is")
            .default(5.0);
        assert_eq!(volume.default, Some(Value::Number(5.0)));
        let Kind::Number(Some(range)) = volume.kind else {
            panic!("{:?}", volume.kind);
        };
        assert_eq!((range.min, range.max), (0.0, 10.0));
        let told = of_another_kind("volume", &Value::Toggle(true));
        assert_eq!(told.sentence(), "the setting `volume` is on or off");
    }
}
