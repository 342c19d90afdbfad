//! A panel: a message with roles to choose from, as it is kept under its server.

use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "panel:";
/// Panels of one server, and roles of one panel: as many as a message has buttons.
pub const PANELS: usize = 25;
pub const ROLES: usize = 25;

/// How roles are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choice)]
pub enum Look {
    /// A button for each.
    #[choice(name = "A button for each role")]
    Buttons,
    /// One button that opens a menu, which shows what one has.
    #[choice(name = "One button that opens a menu")]
    Menu,
}

/// A role of a panel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub role: String,
    pub emoji: Option<String>,
    /// What stands on the button; the role's name when there is none.
    pub label: Option<String>,
    pub about: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    pub title: String,
    pub about: Option<String>,
    pub look: Look,
    /// How many of its roles one may have; 0 for any number.
    pub most: usize,
    pub offers: Vec<Offer>,
    pub channel: String,
    /// Where it was posted; nowhere while nothing is offered.
    pub message: Option<String>,
    /// The server's language.
    pub locale: String,
}

/// A panel and the id it is kept under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: String,
    pub panel: Panel,
}

impl Kept {
    pub fn find(guild: &str, id: &str) -> Answer<Option<Self>> {
        let panel = store::guild(guild).json(&key(id))?;
        let id = id.to_string();
        Ok(panel.map(|panel| Kept { id, panel }))
    }

    pub fn save(&self, guild: &str) -> Answer {
        store::guild(guild).set_json(&key(&self.id), &self.panel)
    }

    pub fn forget(&self, guild: &str) -> Answer {
        store::guild(guild).delete(&key(&self.id))
    }

    /// Returns a link to its message.
    pub fn link(&self, guild: &str) -> Option<String> {
        let message = self.panel.message.as_ref()?;
        let channel = &self.panel.channel;
        Some(format!(
            "https://discord.com/channels/{guild}/{channel}/{message}"
        ))
    }
}

impl Panel {
    pub fn offer(&self, role: &str) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.role == role)
    }

    /// Takes these roles for those that are offered; what is known of one stays.
    pub fn offer_only(&mut self, roles: impl IntoIterator<Item = String>) {
        let known = std::mem::take(&mut self.offers);
        let new = roles.into_iter().map(|role| {
            let before = known.iter().find(|offer| offer.role == role).cloned();
            before.unwrap_or_else(|| Offer {
                role,
                ..Offer::default()
            })
        });
        self.offers = new.collect();
        // In the order in which they were before, new ones last.
        let place = |offer: &Offer| known.iter().position(|one| one.role == offer.role);
        self.offers
            .sort_by_key(|offer| place(offer).unwrap_or(usize::MAX));
    }
}

/// Returns all panels of a server, by title.
pub fn all(guild: &str) -> Answer<Vec<Kept>> {
    let kept = store::guild(guild);
    let mut ids = Vec::new();
    for entry in kept.scan(PREFIX) {
        ids.extend(entry?.key.strip_prefix(PREFIX).map(str::to_string));
    }
    let mut all = Vec::new();
    for id in ids {
        all.extend(Kept::find(guild, &id)?);
    }
    all.sort_by_key(|kept| kept.panel.title.to_lowercase());
    Ok(all)
}

fn key(id: &str) -> String {
    format!("{PREFIX}{id}")
}

/// What becomes of the roles of a panel that somebody has when they choose one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Give {
        also_take: Vec<String>,
    },
    Take,
    /// They have as many as they may have.
    Full,
}

impl Panel {
    /// Returns what choosing a role changes for somebody with these roles.
    pub fn choosing(&self, role: &str, has: &[String]) -> Change {
        if has.iter().any(|one| one == role) {
            return Change::Take;
        }
        let of_panel = self
            .offers
            .iter()
            .filter(|offer| has.contains(&offer.role))
            .map(|offer| offer.role.clone());
        let of_panel: Vec<String> = of_panel.collect();
        match self.most {
            0 => Change::Give { also_take: vec![] },
            1 => Change::Give {
                also_take: of_panel,
            },
            most if of_panel.len() < most => Change::Give { also_take: vec![] },
            _ => Change::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(most: usize, roles: &[&str]) -> Panel {
        let offers = roles.iter().map(|role| Offer {
            role: role.to_string(),
            ..Offer::default()
        });
        Panel {
            title: "Colours".into(),
            about: None,
            look: Look::Buttons,
            most,
            offers: offers.collect(),
            channel: "1".into(),
            message: None,
            locale: "en-US".into(),
        }
    }

    #[test]
    fn choosing_gives_takes_exchanges_or_is_too_much() {
        let has = |roles: &[&str]| {
            roles
                .iter()
                .map(|role| role.to_string())
                .collect::<Vec<_>>()
        };
        let give = |roles: &[&str]| Change::Give {
            also_take: has(roles),
        };
        let (any, one, two) = (
            panel(0, &["a", "b", "c"]),
            panel(1, &["a", "b", "c"]),
            panel(2, &["a", "b", "c"]),
        );
        assert_eq!(any.choosing("a", &has(&["b", "c"])), give(&[]));
        assert_eq!(any.choosing("a", &has(&["a", "x"])), Change::Take);
        assert_eq!(one.choosing("a", &has(&["b", "x"])), give(&["b"]));
        assert_eq!(one.choosing("a", &has(&["a"])), Change::Take);
        assert_eq!(two.choosing("a", &has(&["b", "x"])), give(&[]));
        assert_eq!(two.choosing("a", &has(&["b", "c"])), Change::Full);
        assert_eq!(two.choosing("b", &has(&["b", "c"])), Change::Take);
    }

    #[test]
    fn roles_that_stay_keep_their_place_and_look() {
        let mut panel = panel(0, &["a", "b", "c"]);
        panel.offers[1].emoji = Some("🌿".into());
        panel.offer_only(["d", "b", "a"].map(str::to_string));
        let roles: Vec<&str> = panel.offers.iter().map(|one| one.role.as_str()).collect();
        assert_eq!(roles, ["a", "b", "d"]);
        assert_eq!(panel.offers[1].emoji.as_deref(), Some("🌿"));
    }
}
