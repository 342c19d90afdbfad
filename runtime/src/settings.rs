//! What a cog lets a guild's admins set: the declared form, and the values that fit it.
//!
//! Values are kept as they were set. One that does not fit the form any more, after an update of the
//! cog, counts as absent, and is there again when it fits again.

mod check;
mod typed;

use cogbox_world::cogbox::host::basics::Value;
use cogbox_world::exports::cogbox::cog::settings_form::{Kind, Setting};
use serde::{Deserialize, Serialize};

use crate::cog::shape::Refusal;
use crate::store::{Store, StoreError};

pub use typed::typed;

/// Longest text of a setting, in characters: what an input of Discord's forms takes.
pub const TEXT_MAX: u16 = 4_000;
/// Most roles of one setting: what a menu of Discord's takes.
pub const ROLES_MAX: usize = 25;

/// The settings of a cog, checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Form(Vec<Setting>);

/// Why a value was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// It does not fit the form, in a sentence.
    #[error("{0}")]
    Invalid(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Form {
    /// Checks what a cog declares.
    pub fn new(settings: Vec<Setting>) -> Result<Self, Refusal> {
        check::check(&settings)?;
        Ok(Self(settings))
    }

    /// Returns the settings in the cog's own order.
    pub fn settings(&self) -> &[Setting] {
        &self.0
    }

    fn find(&self, key: &str) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.key == key)
    }

    /// Returns a setting, or says that there is none.
    fn declared(&self, key: &str) -> Result<&Setting, SetError> {
        self.find(key).ok_or_else(|| {
            let shown: String = key.chars().take(check::KEY_MAX).collect();
            let shown = shown.escape_debug();
            let sentence = format!("there is no setting `{shown}`; the cog did not declare it");
            SetError::Invalid(sentence)
        })
    }
}

/// Returns what was set for a cog in a guild, else the default; `None` for an unknown key, and where
/// there is neither.
pub async fn get(
    store: &Store,
    cog: &str,
    form: &Form,
    guild: u64,
    key: &str,
) -> Result<Option<Value>, StoreError> {
    let Some(setting) = form.find(key) else {
        return Ok(None);
    };
    let chosen = store.setting(cog, guild, key).await?;
    Ok(chosen_or_default(setting, chosen.as_deref()))
}

/// Returns every setting of a cog with its value in a guild.
pub async fn all<'a>(
    store: &Store,
    cog: &str,
    form: &'a Form,
    guild: u64,
) -> Result<Vec<(&'a Setting, Option<Value>)>, StoreError> {
    let chosen = store.settings(cog, guild).await?;
    let value = |setting: &'a Setting| {
        let chosen = chosen.get(&setting.key).map(String::as_str);
        (setting, chosen_or_default(setting, chosen))
    };
    Ok(form.0.iter().map(value).collect())
}

/// Sets a value that fits; `None` goes back to the default.
pub async fn set(
    store: &Store,
    cog: &str,
    form: &Form,
    guild: u64,
    key: &str,
    value: Option<Value>,
) -> Result<(), SetError> {
    form.declared(key)?;
    let json = match value {
        None => None,
        Some(value) => {
            form.check(key, &value)?;
            // A number that fits is finite, and nothing else can fail.
            let json = serde_json::to_string(&Kept::from(value));
            Some(json.map_err(|error| SetError::Invalid(error.to_string()))?)
        }
    };
    Ok(store.set_setting(cog, guild, key, json.as_deref()).await?)
}

fn chosen_or_default(setting: &Setting, chosen: Option<&str>) -> Option<Value> {
    let chosen = chosen.and_then(|json| serde_json::from_str::<Kept>(json).ok());
    chosen
        .map(Value::from)
        .filter(|value| fits(&setting.kind, value).is_ok())
        .or_else(|| setting.default.clone())
}

/// Whether a value fits a kind; the error completes "`key` ...".
fn fits(kind: &Kind, value: &Value) -> Result<(), String> {
    let id = |what: &str, id: &str| match id.parse::<u64>() {
        Ok(number) if number != 0 && id.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        _ => Err(format!("takes the id of a {what}")),
    };
    match (kind, value) {
        (Kind::Toggle, Value::Toggle(_)) => Ok(()),
        (Kind::Toggle, _) => Err("is on or off".into()),
        (Kind::Text(max), Value::Text(text)) => {
            let (max, length) = (max.unwrap_or(TEXT_MAX), text.chars().count());
            match length <= usize::from(max) {
                true => Ok(()),
                false => Err(format!("has at most {max} characters; this has {length}")),
            }
        }
        (Kind::Text(_), _) => Err("takes a text".into()),
        (Kind::Choice(choices), Value::Text(text)) if choices.contains(text) => Ok(()),
        (Kind::Choice(choices), _) => Err(format!("is one of: {}", choices.join(", "))),
        (Kind::Number(range), Value::Number(number)) => match range {
            _ if !number.is_finite() => Err("takes a finite number".into()),
            Some(range) if !(range.min..=range.max).contains(number) => {
                Err(format!("is from {} to {}", range.min, range.max))
            }
            _ => Ok(()),
        },
        (Kind::Number(_), _) => Err("takes a number".into()),
        (Kind::Channel, Value::Channel(channel)) => id("channel", channel),
        (Kind::Channel, _) => Err("takes a channel".into()),
        (Kind::Role, Value::Role(role)) => id("role", role),
        (Kind::Role, _) => Err("takes a role".into()),
        (Kind::Roles, Value::Roles(roles)) if roles.len() <= ROLES_MAX => {
            roles.iter().try_for_each(|role| id("role", role))
        }
        (Kind::Roles, _) => Err(format!("takes at most {ROLES_MAX} roles")),
    }
}

/// A value as the database keeps it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kept {
    Toggle(bool),
    Text(String),
    Number(f64),
    Channel(String),
    Role(String),
    Roles(Vec<String>),
}

impl From<Value> for Kept {
    fn from(value: Value) -> Self {
        match value {
            Value::Toggle(on) => Self::Toggle(on),
            Value::Text(text) => Self::Text(text),
            Value::Number(number) => Self::Number(number),
            Value::Channel(id) => Self::Channel(id),
            Value::Role(id) => Self::Role(id),
            Value::Roles(ids) => Self::Roles(ids),
        }
    }
}

impl From<Kept> for Value {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Toggle(on) => Self::Toggle(on),
            Kept::Text(text) => Self::Text(text),
            Kept::Number(number) => Self::Number(number),
            Kept::Channel(id) => Self::Channel(id),
            Kept::Role(id) => Self::Role(id),
            Kept::Roles(ids) => Self::Roles(ids),
        }
    }
}

#[cfg(test)]
mod tests {
    use cogbox_world::exports::cogbox::cog::settings_form::NumberRange;

    use super::*;

    fn setting(key: &str, kind: Kind, default: Option<Value>) -> Setting {
        Setting {
            key: key.into(),
            label: key.into(),
            help: String::new(),
            kind,
            default,
        }
    }

    async fn open() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        (folder, store)
    }

    #[tokio::test]
    async fn what_was_set_comes_before_the_default() {
        let (_folder, store) = open().await;
        let form = Form::new(vec![
            setting("loud", Kind::Toggle, Some(Value::Toggle(true))),
            setting("log", Kind::Channel, None),
        ])
        .unwrap();
        let get = async |guild, key| get(&store, "a", &form, guild, key).await.unwrap();
        let set = async |key, value| set(&store, "a", &form, 7, key, value).await;
        assert_eq!(get(7, "loud").await, Some(Value::Toggle(true)));
        assert_eq!(get(7, "log").await, None);
        set("loud", Some(Value::Toggle(false))).await.unwrap();
        set("log", Some(Value::Channel("5".into()))).await.unwrap();
        let values = all(&store, "a", &form, 7).await.unwrap();
        let values: Vec<_> = values.into_iter().map(|(_, value)| value).collect();
        let chosen = Some(Value::Channel("5".into()));
        assert_eq!(values, [Some(Value::Toggle(false)), chosen]);
        assert_eq!(get(8, "loud").await, Some(Value::Toggle(true)));
        set("loud", None).await.unwrap();
        assert_eq!(get(7, "loud").await, Some(Value::Toggle(true)));
        assert!(set("quiet", None).await.is_err());
        assert_eq!(get(7, "quiet").await, None);
    }

    #[tokio::test]
    async fn a_value_that_fits_no_more_is_absent_until_it_fits() {
        let (_folder, store) = open().await;
        let form = |kind| Form::new(vec![setting("k", kind, None)]).unwrap();
        let (text, short) = (form(Kind::Text(None)), form(Kind::Text(Some(2))));
        let long = Value::Text("long".into());
        set(&store, "a", &text, 7, "k", Some(long.clone()))
            .await
            .unwrap();
        let get = async |form: &Form| get(&store, "a", form, 7, "k").await.unwrap();
        assert_eq!(get(&short).await, None);
        assert_eq!(get(&form(Kind::Channel)).await, None);
        assert_eq!(get(&text).await, Some(long));
    }

    #[test]
    fn values_that_do_not_fit_are_told_why() {
        let text = |text: &str| Value::Text(text.into());
        let range = NumberRange { min: 1.0, max: 9.0 };
        let told = [
            (Kind::Toggle, text("on")),
            (Kind::Text(Some(2)), text("äöü")),
            (Kind::Text(None), Value::Toggle(true)),
            (Kind::Choice(vec!["a".into(), "b".into()]), text("c")),
            (Kind::Number(None), Value::Number(f64::NAN)),
            (Kind::Number(Some(range)), Value::Number(9.5)),
            (Kind::Number(Some(range)), text("5")),
            (Kind::Channel, Value::Channel("general".into())),
            (Kind::Channel, Value::Role("5".into())),
            (Kind::Role, Value::Role("+5".into())),
            (Kind::Roles, Value::Roles(vec!["5".into(); 26])),
            (Kind::Roles, Value::Roles(vec!["0".into()])),
        ]
        .map(|(kind, value)| fits(&kind, &value).unwrap_err());
        insta::assert_snapshot!(told.join("\n"), @r"
        is on or off
        has at most 2 characters; this has 3
        takes a text
        is one of: a, b
        takes a finite number
        is from 1 to 9
        takes a number
        takes the id of a channel
        takes a channel
        takes the id of a role
        takes at most 25 roles
        takes the id of a role
        ");
        assert_eq!(fits(&Kind::Text(Some(3)), &text("äöü")), Ok(()));
        assert_eq!(
            fits(&Kind::Number(Some(range)), &Value::Number(9.0)),
            Ok(())
        );
    }
}
