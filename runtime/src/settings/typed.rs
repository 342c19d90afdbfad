//! Values as people give them: typed, or chosen from a list.

use cogbox_world::cogbox::host::basics::Value;
use cogbox_world::exports::cogbox::cog::settings_form::Kind;

use super::{Form, SetError};

/// Returns the value of a kind that somebody typed, or chose by ids; the error is a sentence without
/// its full stop. Whether it fits is told by [`Form::check`].
pub fn typed(kind: &Kind, mut given: Vec<String>) -> Result<Value, SetError> {
    let mut one = || given.pop().unwrap_or_default();
    Ok(match kind {
        Kind::Toggle => match one().as_str() {
            "on" => Value::Toggle(true),
            "off" => Value::Toggle(false),
            other => {
                return Err(SetError::Invalid(format!(
                    "`{}` is not on or off",
                    tame(other)
                )));
            }
        },
        Kind::Number(_) => {
            let text = one();
            let number = text.trim().replace(',', ".").parse();
            let wrong = |_| SetError::Invalid(format!("`{}` is not a number", tame(&text)));
            Value::Number(number.map_err(wrong)?)
        }
        Kind::Text(_) | Kind::Choice(_) => Value::Text(one()),
        Kind::Channel => Value::Channel(one()),
        Kind::Role => Value::Role(one()),
        Kind::Roles => Value::Roles(given),
    })
}

/// What somebody typed, without what Discord would format.
fn tame(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control() && *c != '`');
    kept.take(40).collect()
}

impl Form {
    /// Says what is wrong with a value for one of the settings.
    pub fn check(&self, key: &str, value: &Value) -> Result<(), SetError> {
        let setting = self.declared(key)?;
        let fits = super::fits(&setting.kind, value);
        fits.map_err(|why| SetError::Invalid(format!("`{key}` {why}")))
    }
}

impl SetError {
    /// Returns what people are told. That the database failed is logged.
    pub fn told(&self) -> String {
        match self {
            Self::Invalid(sentence) => format!("That was not set: {sentence}."),
            Self::Store(error) => {
                tracing::error!(%error, "a setting can't be kept");
                "That could not be kept; the bot's operator finds why in its log.".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_value_of_the_kind() {
        let of = |kind: &Kind, given: &[&str]| {
            let given = given.iter().map(|text| (*text).to_owned());
            typed(kind, given.collect()).map_err(|error| error.told())
        };
        assert_eq!(of(&Kind::Toggle, &["off"]), Ok(Value::Toggle(false)));
        assert_eq!(of(&Kind::Number(None), &[" 7,5"]), Ok(Value::Number(7.5)));
        assert_eq!(of(&Kind::Text(None), &[]), Ok(Value::Text(String::new())));
        let roles = Value::Roles(vec!["1".into(), "2".into()]);
        assert_eq!(of(&Kind::Roles, &["1", "2"]), Ok(roles));
        let told = of(&Kind::Number(None), &["`a`\n"]).unwrap_err();
        assert_eq!(told, "That was not set: `a` is not a number.");
        let told = of(&Kind::Toggle, &["perhaps"]).unwrap_err();
        assert_eq!(told, "That was not set: `perhaps` is not on or off.");
    }
}
