//! People as the proxy knows them: by name, or by a group.

use std::collections::BTreeSet;

use super::{List, Mistake};
use crate::config::problem::{Problem, Source};

/// Some people. A user may choose a name that a group has, so the two are told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    everyone: bool,
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
}

impl People {
    /// Tells whether somebody is among them.
    pub fn contains<'a>(&self, user: &str, mut groups: impl Iterator<Item = &'a str>) -> bool {
        self.everyone
            || self.users.contains(user)
            || groups.any(|group| self.groups.contains(group))
    }
}

/// Reads a list such as `["group:staff", "user:ann"]`.
pub(super) fn read(source: &Source, written: &List<'_>, everyone: bool) -> Result<People, Problem> {
    let mut people = People::default();
    for (text, from) in written.each(source) {
        add(&mut people, text, everyone).map_err(|mistake| from.tell(mistake))?;
    }
    Ok(people)
}

fn add(people: &mut People, text: &str, everyone: bool) -> Result<(), Mistake> {
    match text.split_once(':') {
        _ if text == "*" && everyone => people.everyone = true,
        Some(("user", name)) if is_name(name) => drop(people.users.insert(name.to_owned())),
        Some(("group", name)) if is_name(name) && !name.contains('|') => {
            people.groups.insert(name.to_owned());
        }
        _ => {
            let all = match everyone {
                true => ", or \"*\" for whomever the proxy lets through",
                false => "",
            };
            return Err((
                format!("`{text}` names nobody"),
                format!("write \"group:NAME\" or \"user:NAME\"{all}"),
            ));
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.trim() == name
}
