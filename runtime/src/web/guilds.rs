//! The servers and what the cogs may do in each: for the pages at `/guilds`, and `/api/guilds`.

mod answers;
mod changes;
pub mod choices;
pub mod form;

use std::num::NonZeroU64;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use serenity::model::id::GuildId;

use cogbox_world::cogbox::host::basics::Value;
use cogbox_world::exports::cogbox::cog::settings_form::{Kind, Setting};

use super::Web;
use super::access::{May, Visitor};
use crate::cog::Cog;
use crate::host::powers;
use crate::settings;
use crate::store::StoreError;

pub use answers::{api_list, api_one, cog, list, one};
pub use changes::{FORM_MAX, change};

/// Servers on one page of the list.
pub const SHOWN: usize = 50;

/// A server.
#[derive(Deserialize, JsonSchema)]
pub struct OfGuild {
    /// The server's id.
    #[schemars(with = "String", regex(pattern = r"^[0-9]+$"))]
    pub guild: NonZeroU64,
}

/// Something that is done to a cog in a server.
#[derive(Deserialize, JsonSchema)]
pub struct InGuild {
    /// The server's id.
    #[schemars(with = "String", regex(pattern = r"^[0-9]+$"))]
    pub guild: NonZeroU64,
    /// The operator's name for it.
    pub cog: String,
    /// What is done.
    pub what: Changed,
}

/// What can be done to a cog in a server.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Changed {
    /// It is switched on.
    Enable,
    /// It is switched off.
    Disable,
    /// It may not do there what `grant` names.
    Withhold,
    /// It may again.
    Restore,
    /// Its settings are what is sent, by their keys.
    Settings,
    /// The setting that `key` names has its default again.
    Default,
}

/// What is asked of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Asked {
    /// A part of the name, or an id.
    pub search: String,
    /// Which page, from 1.
    pub page: usize,
}

/// A page of the list of servers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Guilds {
    /// How many servers there are that fit.
    pub total: usize,
    /// Which page this is, from 1.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
    /// The servers on it, by name.
    pub guilds: Vec<Named>,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "GuildNamed")]
pub struct Named {
    /// Its id.
    #[schemars(with = "String")]
    pub id: GuildId,
    /// What it is called, as far as Discord said.
    pub name: Option<String>,
}

impl Named {
    fn of(web: &Web, id: GuildId) -> Self {
        Self {
            id,
            name: web.services.cache.name_of(id),
        }
    }

    /// Returns what it is called among people.
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.id.to_string())
    }
}

impl Guilds {
    /// Returns the servers that somebody sees and the bot is in.
    pub async fn of(web: &Web, visitor: &Visitor, asked: &Asked) -> Self {
        Self::learn(web).await;
        let cache = &web.services.cache;
        let ids: Vec<_> = match visitor.may {
            May::Nothing => visitor.guilds.iter().copied().collect(),
            _ => cache.guilds_after(0, usize::MAX),
        };
        let here = ids.into_iter().filter(|id| cache.is_in(*id));
        Self::page(here.map(|id| Named::of(web, id)).collect(), asked)
    }

    /// Asks for the names that are not known. Where Discord does not answer, ids have to do.
    async fn learn(web: &Web) {
        let learned = web.services.cache.learn_names(&web.services.rest).await;
        if let Err(error) = learned {
            let error = error.message;
            tracing::warn!(error, "Discord does not tell what servers are called");
        }
    }

    fn page(mut guilds: Vec<Named>, asked: &Asked) -> Self {
        let search = asked.search.trim().to_lowercase();
        guilds.retain(|guild| {
            guild.title().to_lowercase().contains(&search) || guild.id.to_string() == search
        });
        guilds.sort_by_cached_key(|guild| (guild.title().to_lowercase(), guild.id));
        let total = guilds.len();
        let pages = total.div_ceil(SHOWN).max(1);
        let page = asked.page.clamp(1, pages);
        let shown = guilds.into_iter().skip((page - 1) * SHOWN).take(SHOWN);
        Self {
            total,
            page,
            pages,
            guilds: shown.collect(),
        }
    }
}

/// A server with its cogs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Guild")]
pub struct Guild<C> {
    /// Which.
    #[serde(flatten)]
    pub guild: Named,
    /// The loaded cogs, by name.
    pub cogs: Vec<C>,
}

/// A cog, as it is in one server.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CogHere {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it says of itself.
    pub description: String,
    /// Whether it is on there.
    pub on: bool,
    /// What it was granted, and may do there unless it is withheld.
    pub grants: Vec<Grant>,
    /// What it may beyond interfaces, by the operator alone.
    pub powers: Vec<Power>,
}

/// An interface that a cog was granted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Grant {
    /// Its name.
    pub name: &'static str,
    /// What it lets a cog do.
    pub words: &'static str,
    /// Whether the server's admins withhold it.
    pub withheld: bool,
}

/// Something that a cog was granted beyond interfaces.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Power {
    /// Its name.
    pub name: String,
    /// What it lets a cog do.
    pub words: String,
}

impl CogHere {
    /// Returns how a cog is in a server.
    pub fn of(web: &Web, guild: GuildId, cog: &Cog) -> Self {
        let per_guild = &web.services.per_guild;
        let grants = cog.shape.named_asks().map(|ask| Grant {
            name: ask.name(),
            words: ask.facts().words,
            withheld: per_guild.withholds(cog.name(), guild, ask),
        });
        let powers = cog.identity.powers.names().into_iter().map(|name| Power {
            words: powers::words(&name).unwrap_or_default(),
            name,
        });
        let metadata = &cog.shape.metadata;
        Self {
            name: cog.name().to_owned(),
            version: metadata.version.clone(),
            description: metadata.description.clone(),
            on: per_guild.is_on(&cog.identity, Some(guild)),
            grants: grants.collect(),
            powers: powers.collect(),
        }
    }
}

/// The same with its settings, as the API tells it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "CogOfGuild")]
pub struct Told {
    #[serde(flatten)]
    cog: CogHere,
    settings: Vec<Json>,
}

impl Told {
    async fn of(web: &Web, guild: GuildId, cog: &Cog) -> Result<Self, StoreError> {
        let form = &cog.identity.settings;
        let all = settings::all(&web.store(), cog.name(), form, guild.get()).await?;
        let settings = all
            .iter()
            .map(|(setting, value)| told(setting, value.as_ref()));
        Ok(Self {
            cog: CogHere::of(web, guild, cog),
            settings: settings.collect(),
        })
    }
}

/// A setting: what can be set, its default and its value, null where there is none.
fn told(setting: &Setting, value: Option<&Value>) -> Json {
    let mut told = json!({
        "key": setting.key, "label": setting.label, "help": setting.help,
        "default": setting.default.as_ref().map(bare), "value": value.map(bare),
    });
    let kind = match &setting.kind {
        Kind::Toggle => "toggle",
        Kind::Text(max) => {
            told["longest"] = max.unwrap_or(settings::TEXT_MAX).into();
            "text"
        }
        Kind::Choice(choices) => {
            told["choices"] = choices.clone().into();
            "choice"
        }
        Kind::Number(range) => {
            if let Some(range) = range {
                told["least"] = range.min.into();
                told["most"] = range.max.into();
            }
            "number"
        }
        Kind::Channel => "channel",
        Kind::Role => "role",
        Kind::Roles => "roles",
    };
    told["kind"] = kind.into();
    told
}

fn bare(value: &Value) -> Json {
    match value {
        Value::Toggle(on) => (*on).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Number(number) => (*number).into(),
        Value::Channel(id) | Value::Role(id) => id.as_str().into(),
        Value::Roles(ids) => ids.clone().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cog::shape::Metadata;
    use crate::web::dashboard::guilds as page;
    use crate::web::tests::Host;

    #[tokio::test]
    async fn who_may_only_look_gets_no_buttons() {
        let host = Host::with_cog("poster", Metadata::default()).await;
        let shown = r#"{"id":"7","name":"<Lab>","unavailable":false}"#;
        let cache = &host.web.services.cache;
        cache.apply("GUILD_CREATE", shown).unwrap();
        for path in ["/guilds", "/guilds/7", "/guilds/7/poster"] {
            let answer = host.get(path).await;
            let fine = answer.status == 200 && answer.body.contains("&lt;Lab&gt;");
            assert!(fine, "{path}: {}", answer.body);
        }
        let id = GuildId::new(7);
        let snapshot = host.web.registry.snapshot();
        let cogs = snapshot.cogs().map(|cog| CogHere::of(&host.web, id, cog));
        let guild = Guild {
            guild: Named::of(&host.web, id),
            cogs: cogs.collect(),
        };
        let drawn = |may| {
            let visitor = Visitor {
                may,
                ..Visitor::nobody()
            };
            page::one(&host.web, &visitor, &guild, None).into_string()
        };
        assert!(drawn(May::Administer).contains("Turn off"));
        assert!(!drawn(May::View).contains("<form"));
    }

    fn guilds(count: u64) -> Vec<Named> {
        let named = (0..count).map(|n| Named {
            id: GuildId::new(1_000 + n),
            name: (n != 7).then(|| format!("Server {n:03}")),
        });
        named.rev().collect()
    }

    fn asked(search: &str, page: usize) -> Asked {
        let search = search.to_owned();
        Asked { search, page }
    }

    #[test]
    fn a_long_list_comes_page_by_page_by_name() {
        let first = Guilds::page(guilds(120), &asked("", 0));
        assert_eq!((first.total, first.page, first.pages), (120, 1, 3));
        // The one whose name is not known goes by its id, and digits stand before letters.
        let titles: Vec<_> = first.guilds.iter().map(Named::title).collect();
        assert_eq!(titles.len(), 50);
        assert_eq!(titles[..2], ["1007", "Server 000"]);
        let last = Guilds::page(guilds(120), &asked("", usize::MAX));
        assert_eq!((last.page, last.guilds.len()), (3, 20));
    }

    #[test]
    fn a_part_of_the_name_or_the_whole_id_finds_a_server() {
        let found = |search| {
            let found = Guilds::page(guilds(120), &asked(search, 1));
            let titles = found.guilds.iter().map(Named::title);
            titles.collect::<Vec<_>>()
        };
        assert_eq!(found(" sErVer 01").len(), 10);
        assert_eq!(found("1119"), ["Server 119"]);
        assert_eq!(found("1007"), ["1007"]);
        assert!(found("elsewhere").is_empty());
        let nothing = Guilds::page(guilds(120), &asked("elsewhere", 2));
        assert_eq!((nothing.page, nothing.pages), (1, 1));
    }
}
