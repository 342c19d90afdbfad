//! A cog's settings as a form: what its fields hold, and what was sent becomes of it.
//!
//! Beside each value the form carries what it was when the page was drawn, so that a field that
//! nobody touched does not undo what another admin saved meanwhile.

use cogbox_world::cogbox::host::basics::Value;
use cogbox_world::exports::cogbox::cog::settings_form::Setting;
use serenity::model::id::GuildId;
use url::form_urlencoded;

use super::choices::Choices;
use crate::actions::Actions;
use crate::cog::Cog;
use crate::settings::{self, SetError};
use crate::store::StoreError;

/// What the names of the earlier values begin with; no setting's key has a dot.
const WAS: &str = "was.";

/// A setting in the form.
#[derive(Debug, Clone)]
pub struct Field {
    /// What the cog declared.
    pub setting: Setting,
    /// What it is set to, or its default.
    pub value: Option<Value>,
    /// What stands in the field: one text, or the ids of roles.
    pub texts: Vec<String>,
    /// What stood there when the page was drawn.
    pub was: String,
    /// What is wrong with what stands there.
    pub wrong: Option<String>,
}

/// Returns the fields with what is set in a server.
pub async fn fields(
    actions: &Actions<'_>,
    guild: GuildId,
    cog: &Cog,
) -> Result<Vec<Field>, StoreError> {
    let (store, form) = (actions.services.store.apart(), &cog.identity.settings);
    let all = settings::all(&store, cog.name(), form, guild.get()).await?;
    let fields = all.into_iter().map(|(setting, value)| {
        let texts = value.as_ref().map(texts).unwrap_or_default();
        Field {
            setting: setting.clone(),
            was: joined(&texts),
            texts,
            value,
            wrong: None,
        }
    });
    Ok(fields.collect())
}

/// Sets what was changed in a form that was sent, and returns the keys. When something does not fit,
/// nothing is set, and the fields say what is wrong.
pub async fn save(
    actions: &Actions<'_>,
    guild: GuildId,
    cog: &Cog,
    choices: &Choices,
    fields: &mut [Field],
    sent: &[u8],
) -> Vec<String> {
    let mut changes = Vec::new();
    for field in fields.iter_mut() {
        if !received(field, sent) {
            continue;
        }
        match read(cog, choices, field) {
            Ok(value) => changes.push((field.setting.key.clone(), value)),
            Err(error) => field.wrong = Some(error.told()),
        }
    }
    let mut saved = Vec::new();
    if fields.iter().any(|field| field.wrong.is_some()) {
        return saved;
    }
    for (key, value) in changes {
        match actions.set(guild, cog, &key, Some(value)).await {
            Ok(()) => saved.push(key),
            Err(error) => {
                let mut fields = fields.iter_mut();
                if let Some(field) = fields.find(|field| field.setting.key == key) {
                    field.wrong = Some(error.told());
                }
            }
        }
    }
    saved
}

/// Takes what was sent into a field. Returns whether somebody changed it.
fn received(field: &mut Field, sent: &[u8]) -> bool {
    let key = &field.setting.key;
    let was = all(sent, &format!("{WAS}{key}")).pop();
    let given = all(sent, key);
    if was.is_none() && given.is_empty() {
        return false;
    }
    let same = was.as_ref() == Some(&joined(&given));
    field.texts = given;
    field.was = was.unwrap_or_default();
    !same
}

/// Returns every value of a name, with the ends of lines that are kept.
fn all(sent: &[u8], name: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(sent).filter(|(key, _)| key == name);
    pairs
        .map(|(_, value)| value.replace("\r\n", "\n"))
        .collect()
}

fn read(cog: &Cog, choices: &Choices, field: &Field) -> Result<Value, SetError> {
    let Setting { key, kind, .. } = &field.setting;
    let value = settings::typed(kind, field.texts.clone())?;
    cog.identity.settings.check(key, &value)?;
    let (what, ids) = match &value {
        Value::Channel(id) => ("channel", vec![id]),
        Value::Role(id) => ("role", vec![id]),
        Value::Roles(ids) => ("role", ids.iter().collect()),
        _ => return Ok(value),
    };
    let before = field.value.as_ref().map(texts).unwrap_or_default();
    let mut new = ids.into_iter().filter(|id| !before.contains(id));
    let known = choices.fitting(kind);
    let wrong = match (new.next(), known) {
        (None, _) => return Ok(value),
        (Some(_), None) => {
            format!("Discord does not tell the {what}s of this server at the moment")
        }
        (Some(first), Some(known)) => {
            let there = |id: &String| known.iter().any(|choice| choice.id == *id);
            match there(first) && new.all(there) {
                true => return Ok(value),
                false => format!("`{key}` takes a {what} of this server"),
            }
        }
    };
    Err(SetError::Invalid(wrong))
}

/// Returns what stands in a field for a value.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Toggle(on) => vec![if *on { "on" } else { "off" }.to_owned()],
        Value::Text(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Channel(id) | Value::Role(id) => vec![id.clone()],
        Value::Roles(ids) => ids.clone(),
    }
}

/// Writes a field as one text, the same for whatever order roles come in.
fn joined(texts: &[String]) -> String {
    let mut texts: Vec<_> = texts.iter().map(String::as_str).collect();
    texts.sort_unstable();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use cogbox_world::exports::cogbox::cog::settings_form::Kind;

    use super::*;

    fn field(kind: Kind, value: Option<Value>) -> Field {
        let texts = value.as_ref().map(texts).unwrap_or_default();
        Field {
            setting: Setting {
                key: "k".into(),
                label: "K".into(),
                help: String::new(),
                kind,
                default: None,
            },
            was: joined(&texts),
            texts,
            value,
            wrong: None,
        }
    }

    #[test]
    fn a_field_that_nobody_touched_changes_nothing() {
        let text = || field(Kind::Text(None), Some(Value::Text("a\nb".into())));
        assert!(!received(&mut text(), b""));
        // Browsers end lines by two signs, in both places.
        assert!(!received(&mut text(), b"k=a%0D%0Ab&was.k=a%0D%0Ab"));
        let mut changed = text();
        assert!(received(&mut changed, b"was.k=a%0D%0Ab&k=c"));
        assert_eq!(
            (changed.texts, changed.was.as_str()),
            (vec!["c".to_owned()], "a\nb")
        );
        // What another admin set meanwhile is not put back.
        assert!(!received(&mut text(), b"was.k=older&k=older"));
        // A program sends what it wants set, and nothing else.
        assert!(received(&mut text(), b"k=c"));
    }

    #[test]
    fn roles_are_a_set_and_can_be_emptied() {
        let roles = || {
            field(
                Kind::Roles,
                Some(Value::Roles(vec!["2".into(), "1".into()])),
            )
        };
        assert_eq!(roles().was, "1 2");
        assert!(!received(&mut roles(), b"was.k=1+2&k=2&k=1"));
        let mut emptied = roles();
        assert!(received(&mut emptied, b"was.k=1+2"));
        assert!(emptied.texts.is_empty());
        // Of two buttons neither was pressed.
        assert!(!received(&mut field(Kind::Toggle, None), b"was.k="));
    }
}
