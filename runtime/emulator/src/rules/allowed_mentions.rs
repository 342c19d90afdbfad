//! Who a message notifies: what its text mentions, as far as `allowed_mentions` lets it.
//! Rules: Discord's documentation, "Message", allowed mentions.

use serde_json::Value;

use super::form::{BAD_CHOICE, Faults, Form};
use crate::model::{Guild, Mentions};
use crate::snowflake::Id;

/// What a body allows. The lists are None where everybody of that kind may be mentioned.
#[derive(Clone, Debug)]
pub struct Allowed {
    users: Listed,
    roles: Listed,
    everyone: bool,
    pub replied_user: bool,
}

#[derive(Clone, Debug)]
enum Listed {
    All,
    These(Vec<Id>),
}

impl Allowed {
    /// What holds when the body says nothing: everything in messages, users only in answers to
    /// interactions.
    pub fn unsaid(in_interaction: bool) -> Self {
        Allowed {
            users: Listed::All,
            roles: match in_interaction {
                true => Listed::These(Vec::new()),
                false => Listed::All,
            },
            everyone: !in_interaction,
            replied_user: !in_interaction,
        }
    }

    /// Reads `allowed_mentions`; None when the body has none.
    pub fn read(form: &Form<'_>, faults: &mut Faults) -> Option<Self> {
        let form = Form::new(
            form.get("allowed_mentions")?,
            form.at("allowed_mentions"),
            faults,
        );
        let parse = form.list("parse", 0..=3, faults).unwrap_or_default();
        for kind in &parse {
            if !matches!(kind.value.as_str(), Some("users" | "roles" | "everyone")) {
                let message = "Value must be one of users, roles, everyone.";
                faults.add(&kind.path, BAD_CHOICE, message);
            }
        }
        let parses = |kind: &str| parse.iter().any(|form| form.value == kind);
        let mut listed = |key: &str| {
            let ids = form.ids(key, 0..=100, faults);
            if parses(key) && ids.as_ref().is_some_and(|ids| !ids.is_empty()) {
                let message = format!("parse:[\"{key}\"] and {key}:[ids] exclude each other.");
                form.fault(
                    faults,
                    key,
                    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                    message,
                );
            }
            match parses(key) {
                true => Listed::All,
                false => Listed::These(ids.into_iter().flatten().collect()),
            }
        };
        let (users, roles) = (listed("users"), listed("roles"));
        Some(Allowed {
            users,
            roles,
            everyone: parses("everyone"),
            replied_user: form.flag("replied_user", faults).unwrap_or(false),
        })
    }

    /// Finds who is mentioned by a text. `everyone` tells whether the author may mention everyone
    /// and roles that are not mentionable.
    pub fn mentions(&self, text: &str, guild: Option<&Guild>, everyone: bool) -> Mentions {
        let mut found = Mentions {
            everyone: everyone
                && self.everyone
                && (text.contains("@everyone") || text.contains("@here")),
            ..Mentions::default()
        };
        for piece in text.split("<@").skip(1) {
            let Some((inside, _)) = piece.split_once('>') else {
                continue;
            };
            let (list, allowed, id) = match inside.strip_prefix('&') {
                Some(role) => (&mut found.roles, &self.roles, role),
                None => (
                    &mut found.users,
                    &self.users,
                    inside.trim_start_matches('!'),
                ),
            };
            let Ok(id) = id.parse::<Id>() else { continue };
            let allowed = match allowed {
                Listed::All => true,
                Listed::These(ids) => ids.contains(&id),
            };
            if allowed && !list.contains(&id) {
                list.push(id);
            }
        }
        let may = |role: &Id| {
            let role = guild.and_then(|guild| guild.roles.get(role));
            role.is_some_and(|role| everyone || role.mentionable)
        };
        found.roles.retain(may);
        found
    }
}

/// Returns all texts of a message in which mentions count: the content, and v2 text displays.
pub fn mentioning_text(content: &str, components: &[Value]) -> String {
    let mut text = content.to_owned();
    for component in components {
        if component["type"] == 10
            && let Some(content) = component["content"].as_str()
        {
            text.push('\n');
            text.push_str(content);
        }
        if let Some(below) = component["components"].as_array() {
            text.push('\n');
            text.push_str(&mentioning_text("", below));
        }
    }
    text
}
