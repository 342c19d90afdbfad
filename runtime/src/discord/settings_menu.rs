//! `/cogs settings`: a menu of what a cog lets a server's admins set, made from its settings form,
//! with the control that fits each kind.
//!
//! Everything that the menu has to remember stands in the ids of its components: what is done, the
//! cog, the key. They begin with `~`, which no cog's do.

use cogbox_world::cogbox::host::basics::Value as Chosen;
use cogbox_world::exports::cogbox::cog::components::{Input, SelectedValue};
use cogbox_world::exports::cogbox::cog::settings_form::{Kind, Setting};
use serde_json::{Value, json};
use serenity::model::id::GuildId;
use serenity::model::permissions::Permissions;

use crate::actions::{Actions, Actor, By};
use crate::cog::Cog;
use crate::cog::registry::Snapshot;
use crate::host::Services;
use crate::host::convert::What;
use crate::host::interactions::Facts;
use crate::settings;

/// What ids of the menu begin with.
const MARK: char = '~';
/// The input of the menu's form.
const INPUT: &str = "value";
/// Most roles that one menu of Discord's chooses.
const ROLES_MAX: usize = 25;

/// Whether a component is the menu's.
pub fn is_own(id: &str) -> bool {
    id.starts_with(MARK)
}

/// How the host answers.
pub enum Said {
    /// With a message for the invoker alone.
    Reply(Value),
    /// By changing the message that the component sits on.
    Update(Value),
    /// With a form.
    Form(Value),
}

/// Somebody's use of the menu.
pub struct Menu<'a> {
    /// The loaded cogs.
    pub cogs: &'a Snapshot,
    /// What serves them.
    pub services: &'a Services,
    /// Who, and where.
    pub facts: &'a Facts,
}

/// What an id of the menu says.
struct Step<'a> {
    /// `k` all settings, `m` the chosen one, `v` its value, `1` on, `0` off, `d` default, `t` the
    /// form, `s` the form submitted.
    what: char,
    cog: &'a str,
    key: &'a str,
}

impl<'a> Step<'a> {
    fn read(id: &'a str) -> Option<Self> {
        let mut parts = id.strip_prefix(MARK)?.splitn(3, ':');
        let what = parts.next()?.chars().next()?;
        let (cog, key) = (parts.next()?, parts.next().unwrap_or_default());
        Some(Self { what, cog, key })
    }
}

fn id(what: char, cog: &str, key: &str) -> String {
    match key.is_empty() {
        true => format!("{MARK}{what}:{cog}"),
        false => format!("{MARK}{what}:{cog}:{key}"),
    }
}

impl Menu<'_> {
    /// Answers the command: all settings of a cog.
    pub async fn open(&self, cog: &Cog) -> Result<Value, String> {
        let guild = self.guild()?;
        self.all(guild, cog, None).await
    }

    /// Answers a component or the form.
    pub async fn step(&self, what: &What) -> Said {
        let submitted = matches!(what, What::Submitted(..));
        match self.stepped(what).await {
            Ok(said) => said,
            Err(sentence) if submitted => Said::Reply(text(&sentence)),
            Err(sentence) => Said::Update(text(&sentence)),
        }
    }

    async fn stepped(&self, what: &What) -> Result<Said, String> {
        let gone = || "This menu is not good any more. Use `/cogs settings` anew.".to_owned();
        let guild = self.guild()?;
        let custom = match what {
            What::Pressed(id) | What::Selected(id, _) | What::Submitted(id, _) => id,
            What::Command(_) => return Err(gone()),
        };
        let step = Step::read(custom).ok_or_else(gone)?;
        let cog = self.cogs.cog(step.cog).ok_or_else(gone)?;
        let form = cog.identity.settings.settings();
        let find = |key: &str| {
            form.iter()
                .find(|setting| setting.key == key)
                .ok_or_else(gone)
        };
        let value = match (what, step.what) {
            (What::Pressed(_), 'k') => return Ok(Said::Update(self.all(guild, cog, None).await?)),
            (What::Selected(_, values), 'm') => {
                let Some(SelectedValue::Text(key)) = values.first() else {
                    return Err(gone());
                };
                return Ok(Said::Update(self.one(guild, cog, find(key)?).await?));
            }
            (What::Pressed(_), 't') => {
                return Ok(Said::Form(self.form(guild, cog, find(step.key)?).await?));
            }
            (What::Pressed(_), 'd') => None,
            (What::Pressed(_), '1') => Some(Chosen::Toggle(true)),
            (What::Pressed(_), '0') => Some(Chosen::Toggle(false)),
            (What::Selected(_, values), 'v') => Some(given(find(step.key)?, ids(values))?),
            (What::Submitted(_, inputs), 's') => Some(given(find(step.key)?, typed(inputs))?),
            _ => return Err(gone()),
        };
        let setting = find(step.key)?;
        let set = self.actions().set(guild, cog, step.key, value).await;
        set.map_err(|error| error.told())?;
        let body = self.all(guild, cog, Some(setting)).await?;
        Ok(match what {
            What::Submitted(..) => Said::Reply(body),
            _ => Said::Update(body),
        })
    }

    /// All settings with their values, and a menu to choose one.
    async fn all(
        &self,
        guild: GuildId,
        cog: &Cog,
        changed: Option<&Setting>,
    ) -> Result<Value, String> {
        let name = cog.name();
        let all = self.values(guild, cog).await?;
        if all.is_empty() {
            return Ok(text(&format!("**{name}** has nothing to set.")));
        }
        let mut lines = vec![format!("Settings of **{name}** in this server")];
        for (setting, value) in &all {
            let mark = match changed.is_some_and(|changed| changed.key == setting.key) {
                true => " (saved)",
                false => "",
            };
            lines.push(format!(
                "**{}**: {}{mark}",
                setting.label,
                shown(value.as_ref())
            ));
        }
        let options = all.iter().map(|(setting, _)| {
            json!({ "label": setting.label, "value": setting.key, "description": setting.help })
        });
        let options: Vec<Value> = options.map(without_empty).collect();
        let menu = json!({
            "type": 3, "custom_id": id('m', name, ""), "placeholder": "Change one", "options": options,
        });
        Ok(message(&lines.join("\n"), vec![row(vec![menu])]))
    }

    /// One setting, with the control that fits it.
    async fn one(&self, guild: GuildId, cog: &Cog, setting: &Setting) -> Result<Value, String> {
        let name = cog.name();
        let value = self.value(guild, cog, setting).await?;
        let help = match setting.help.as_str() {
            "" => String::new(),
            help => format!("{help}\n"),
        };
        let now = shown(value.as_ref());
        let content = format!("**{}**\n{help}Now: {now}", setting.label);
        let key = setting.key.as_str();
        let select = |kind: u8, max: usize| {
            json!({
                "type": kind, "custom_id": id('v', name, key), "min_values": 1, "max_values": max,
            })
        };
        let control = match &setting.kind {
            Kind::Toggle => vec![
                button(3, "On", id('1', name, key)),
                button(4, "Off", id('0', name, key)),
            ],
            Kind::Text(_) | Kind::Number(_) => vec![button(1, "Change", id('t', name, key))],
            Kind::Choice(choices) => {
                let chosen = match &value {
                    Some(Chosen::Text(text)) => text.as_str(),
                    _ => "",
                };
                let options = choices.iter().map(|choice| {
                    json!({ "label": choice, "value": choice, "default": choice == chosen })
                });
                let mut menu = select(3, 1);
                menu["options"] = options.collect();
                vec![menu]
            }
            Kind::Channel => vec![select(8, 1)],
            Kind::Role => vec![select(6, 1)],
            Kind::Roles => vec![select(6, ROLES_MAX)],
        };
        let back = vec![
            button(2, "Default", id('d', name, key)),
            button(2, "Back", id('k', name, "")),
        ];
        Ok(message(&content, vec![row(control), row(back)]))
    }

    /// The form for a text or a number.
    async fn form(&self, guild: GuildId, cog: &Cog, setting: &Setting) -> Result<Value, String> {
        let (style, max) = match setting.kind {
            Kind::Text(max) => (2, max.unwrap_or(settings::TEXT_MAX).max(1)),
            _ => (1, 40),
        };
        let mut input = json!({
            "type": 4, "custom_id": INPUT, "label": setting.label, "style": style,
            "required": false, "max_length": max,
        });
        match self.value(guild, cog, setting).await? {
            Some(Chosen::Text(text)) if !text.is_empty() => input["value"] = text.into(),
            Some(Chosen::Number(number)) => input["value"] = number.to_string().into(),
            _ => {}
        }
        let title: String = format!("Settings of {}", cog.name())
            .chars()
            .take(45)
            .collect();
        Ok(json!({
            "custom_id": id('s', cog.name(), &setting.key), "title": title,
            "components": [{ "type": 1, "components": [input] }],
        }))
    }

    async fn values<'a>(
        &self,
        guild: GuildId,
        cog: &'a Cog,
    ) -> Result<Vec<(&'a Setting, Option<Chosen>)>, String> {
        let (store, form) = (&self.services.store, &cog.identity.settings);
        let all = settings::all(store, cog.name(), form, guild.get()).await;
        all.map_err(|error| {
            tracing::error!(%error, "settings can't be read");
            "The settings can't be read; the bot's operator finds why in its log.".to_owned()
        })
    }

    async fn value(
        &self,
        guild: GuildId,
        cog: &Cog,
        setting: &Setting,
    ) -> Result<Option<Chosen>, String> {
        let all = self.values(guild, cog).await?;
        let found = all.into_iter().find(|(known, _)| known.key == setting.key);
        Ok(found.and_then(|(_, value)| value))
    }

    /// Returns what the invoker does, once it is known that they may.
    pub fn actions(&self) -> Actions<'_> {
        let user = &self.facts.user;
        let actor = Actor {
            by: By::Discord,
            user: user.id.parse().ok(),
            name: user.name.clone(),
        };
        Actions {
            services: self.services,
            actor,
        }
    }

    /// Returns the server that the invoker may change.
    pub fn guild(&self) -> Result<GuildId, String> {
        let guild = self.facts.guild.ok_or("This is for servers.")?;
        let may = self.facts.permissions.unwrap_or_default();
        match may.intersects(Permissions::MANAGE_GUILD | Permissions::ADMINISTRATOR) {
            true => Ok(guild),
            false => Err("That takes the permission Manage Server.".to_owned()),
        }
    }
}

fn given(setting: &Setting, texts: Vec<String>) -> Result<Chosen, String> {
    settings::typed(&setting.kind, texts).map_err(|error| error.told())
}

fn ids(values: &[SelectedValue]) -> Vec<String> {
    let ids = values.iter().map(|value| match value {
        SelectedValue::Text(text) => text.clone(),
        SelectedValue::User(user) => user.id.clone(),
        SelectedValue::Role(role) => role.id.clone(),
        SelectedValue::Channel(channel) => channel.id.clone(),
    });
    ids.collect()
}

fn typed(inputs: &[Input]) -> Vec<String> {
    let input = inputs.iter().find(|input| input.id == INPUT);
    input.map(|input| input.values.clone()).unwrap_or_default()
}

/// A value as people read it.
fn shown(value: Option<&Chosen>) -> String {
    match value {
        None => "not set".to_owned(),
        Some(Chosen::Toggle(on)) => if *on { "on" } else { "off" }.to_owned(),
        Some(Chosen::Text(text)) if text.is_empty() => "empty".to_owned(),
        Some(Chosen::Text(text)) => {
            let line = text.replace(['\n', '`'], " ");
            let mut line: String = line.chars().take(60).collect();
            if line.len() < text.len() {
                line.push('…');
            }
            format!("`{line}`")
        }
        Some(Chosen::Number(number)) => number.to_string(),
        Some(Chosen::Channel(id)) => format!("<#{id}>"),
        Some(Chosen::Role(id)) => format!("<@&{id}>"),
        Some(Chosen::Roles(ids)) if ids.is_empty() => "none".to_owned(),
        Some(Chosen::Roles(ids)) => {
            let shown = ids.iter().map(|id| format!("<@&{id}>"));
            shown.collect::<Vec<_>>().join(" ")
        }
    }
}

fn button(style: u8, label: &str, id: String) -> Value {
    json!({ "type": 2, "style": style, "label": label, "custom_id": id })
}

fn row(components: Vec<Value>) -> Value {
    json!({ "type": 1, "components": components })
}

fn message(content: &str, rows: Vec<Value>) -> Value {
    let content: String = content.chars().take(2_000).collect();
    json!({ "content": content, "components": rows, "allowed_mentions": { "parse": [] } })
}

/// A message without components.
fn text(content: &str) -> Value {
    message(content, Vec::new())
}

/// Drops empty texts, which Discord refuses where it takes none.
fn without_empty(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|_, value| value.as_str() != Some(""));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_is_done_to_which_setting_and_fits() {
        let (cog, key) = ("c".repeat(32), "k".repeat(64));
        let made = id('v', &cog, &key);
        assert_eq!(made.len(), 100);
        let step = Step::read(&made).unwrap();
        assert_eq!(
            (step.what, step.cog, step.key),
            ('v', cog.as_str(), key.as_str())
        );
        let all = id('k', "music", "");
        let step = Step::read(&all).unwrap();
        assert_eq!((step.what, step.cog, step.key), ('k', "music", ""));
        for foreign in ["", "~", "~v", "c12345678:x"] {
            assert!(Step::read(foreign).is_none(), "{foreign}");
        }
    }
}
