//! What can be chosen in a server: its channels and its roles, as Discord tells them.

use serde::Deserialize;
use serenity::model::id::{ChannelId, GuildId};

use cogbox_world::exports::cogbox::cog::settings_form::{Kind, Setting};

use super::super::Web;
use crate::rest::{RestError, Route};

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// The channels and roles of a server; none where they were not needed, or Discord did not answer.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    channels: Option<Vec<Choice>>,
    roles: Option<Vec<Choice>>,
}

#[derive(Deserialize)]
struct Channel {
    id: ChannelId,
    name: String,
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    position: i64,
    parent_id: Option<ChannelId>,
}

impl Choices {
    /// Asks for what a form needs.
    pub async fn of(web: &Web, guild: GuildId, form: &[Setting]) -> Self {
        let has = |is: fn(&Kind) -> bool| form.iter().any(|setting| is(&setting.kind));
        let channels = async {
            let needed = has(|kind| matches!(kind, Kind::Channel));
            told(needed.then(|| channels(web, guild))).await
        };
        let roles = async {
            let needed = has(|kind| matches!(kind, Kind::Role | Kind::Roles));
            told(needed.then(|| roles(web, guild))).await
        };
        let (channels, roles) = tokio::join!(channels, roles);
        Self { channels, roles }
    }

    /// Returns what can be chosen for a kind, if it is channels or roles and they are known.
    pub fn fitting(&self, kind: &Kind) -> Option<&[Choice]> {
        match kind {
            Kind::Channel => self.channels.as_deref(),
            Kind::Role | Kind::Roles => self.roles.as_deref(),
            _ => None,
        }
    }

    /// Returns what something is called.
    pub fn name(&self, kind: &Kind, id: &str) -> String {
        let mut fitting = self.fitting(kind).unwrap_or_default().iter();
        let found = fitting.find(|choice| choice.id == id);
        found.map_or_else(
            || format!("{id} (not there any more)"),
            |choice| choice.name.clone(),
        )
    }
}

/// Waits for what is asked, if it is.
async fn told(
    asked: Option<impl Future<Output = Result<Vec<Choice>, RestError>>>,
) -> Option<Vec<Choice>> {
    let told = asked?.await;
    told.inspect_err(|error| {
        tracing::warn!(
            error = error.message,
            "Discord does not tell what can be chosen"
        );
    })
    .ok()
}

/// In the order in which Discord shows them: those without a category first.
async fn channels(web: &Web, guild: GuildId) -> Result<Vec<Choice>, RestError> {
    let mut all: Vec<Channel> = web.services.rest.ask(Route::Channels(guild)).await?;
    let places: Vec<_> = all
        .iter()
        .map(|channel| (channel.id, channel.position))
        .collect();
    let place = |id| {
        places
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, place)| *place)
    };
    all.sort_by_key(|channel| {
        let category = match channel.kind {
            CATEGORY => Some(channel.position),
            _ => channel
                .parent_id
                .map(|parent| place(parent).unwrap_or_default()),
        };
        (
            category,
            channel.kind != CATEGORY,
            channel.position,
            channel.id,
        )
    });
    let named = all.into_iter().map(|channel| {
        let name = match channel.kind {
            CATEGORY => format!("{} (category)", channel.name),
            VOICE => format!("{} (voice)", channel.name),
            STAGE => format!("{} (stage)", channel.name),
            _ => format!("#{}", channel.name),
        };
        let id = channel.id.to_string();
        Choice { id, name }
    });
    Ok(named.collect())
}

/// Types of channels that people do not write with a `#`.
const VOICE: u8 = 2;
const CATEGORY: u8 = 4;
const STAGE: u8 = 13;

/// The highest first.
async fn roles(web: &Web, guild: GuildId) -> Result<Vec<Choice>, RestError> {
    let services = &web.services;
    let known = services.cache.roles_of(guild, &services.rest).await?;
    let mut roles: Vec<_> = known.roles.iter().collect();
    roles.sort_by_key(|role| std::cmp::Reverse(role.rank()));
    let named = roles.into_iter().map(|role| Choice {
        id: role.id.to_string(),
        name: role.name.clone(),
    });
    Ok(named.collect())
}
