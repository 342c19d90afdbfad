//! `/cogs`, which the host answers itself: the admins of a server see what runs there, switch cogs on
//! and off, and withhold from them what the operator granted.

use std::fmt::Write;

use cogbox_world::cogbox::cog::invocations::{Invocation, Value as Given};
use cogbox_world::exports::cogbox::cog::autocomplete::Request;
use serde_json::{Value, json};
use serenity::model::permissions::Permissions;

use super::settings_menu::Menu;
use crate::cog::Cog;
use crate::cog::keeper::{Keeper, Reloaded};
use crate::cog::registry::Snapshot;
use crate::host::powers;
use crate::store::StoreError;

/// The name of the built-in command.
pub const COGS: &str = "cogs";
/// Most characters of an answer.
const TEXT_MAX: usize = 2_000;

/// Returns what the host declares beside the cogs' commands.
pub fn declared() -> Value {
    let option = |name: &str, what: &str| {
        json!({
            "type": 3, "name": name, "description": what, "required": true, "autocomplete": true,
        })
    };
    let cog = |what: &str| option("cog", what);
    let ask = |what: &str| option("grant", what);
    let sub = |name: &str, what: &str, options: Value| json!({ "type": 1, "name": name, "description": what, "options": options });
    json!({
        "name": COGS, "type": 1, "description": "Shows the cogs of this bot, and what they may do here",
        "contexts": [0, 1], "nsfw": false,
        "default_member_permissions": Permissions::MANAGE_GUILD.bits().to_string(),
        "options": [
            sub("list", "Lists the cogs and their commands", json!([])),
            sub("about", "Tells what a cog does and may do here", json!([cog("Which one")])),
            sub("enable", "Switches a cog on in this server", json!([cog("Which one")])),
            sub("disable", "Switches a cog off in this server", json!([cog("Which one")])),
            sub("settings", "Changes what a cog lets this server set", json!([cog("Which one")])),
            sub("withhold", "Takes a grant from a cog in this server",
                json!([cog("From which one"), ask("Which of its grants")])),
            sub("reload", "Loads a cog's component anew (the bot's owner)", json!([cog("Which one")])),
            sub("rollback", "Puts a cog's version before back (the bot's owner)", json!([cog("Which one")])),
            sub("quarantine", "Stops calling a cog for a while (the bot's owner)", json!([cog("Which one")])),
            sub("release", "Calls a cog again that rests (the bot's owner)", json!([cog("Which one")])),
            sub("restore", "Gives a cog back in this server what was withheld",
                json!([cog("To which one"), ask("Which of its grants")])),
        ],
    })
}

/// Returns what to offer for an option of `/cogs`: the cogs, or the grants of the one that was named,
/// by what was typed of them.
pub fn offered(cogs: &Snapshot, request: &Request) -> Value {
    let typed = request.typed.to_lowercase();
    let mut arguments = request.invocation.arguments.iter();
    let named = arguments.find_map(|argument| match &argument.value {
        Given::Text(name) if argument.name == "cog" => cogs.cogs().find(|cog| cog.name() == name),
        _ => None,
    });
    let names: Vec<String> = match (request.focused.as_str(), named) {
        ("cog", _) => cogs.cogs().map(|cog| cog.name().to_owned()).collect(),
        ("grant", Some(cog)) => {
            let asks = cog.shape.named_asks();
            asks.map(|ask| ask.name().to_owned()).collect()
        }
        _ => Vec::new(),
    };
    let fitting = names.iter().filter(|name| name.contains(&typed));
    let choices = fitting.map(|name| json!({ "name": name, "value": name }));
    choices.take(25).collect()
}

/// Somebody's use of `/cogs`.
pub struct Asked<'a> {
    /// Who, where, and what serves them.
    pub menu: Menu<'a>,
    /// What was typed.
    pub invocation: &'a Invocation,
    /// What loads cogs.
    pub keeper: &'a Keeper,
}

impl Asked<'_> {
    /// Does what was asked, and returns the answer, which is for the invoker alone.
    pub async fn answer(&self) -> Value {
        let subcommand = self.invocation.path.get(1).map_or("list", String::as_str);
        if subcommand == "settings" {
            let opened = match self.cog() {
                Ok(cog) => self.menu.open(cog).await,
                Err(refused) => Err(refused),
            };
            return opened.unwrap_or_else(|refused| json!({ "content": refused }));
        }
        let said = match subcommand {
            "list" => Ok(self.list()),
            "about" => self.cog().map(|cog| self.about(cog)),
            "enable" => self.switch(true).await,
            "disable" => self.switch(false).await,
            "reload" => self.reload().await,
            "rollback" => self.roll_back().await,
            "quarantine" => self.quarantine().await,
            "release" => self.release().await,
            "withhold" => self.withhold(true).await,
            "restore" => self.withhold(false).await,
            other => Err(format!("`/cogs {other}` is not there.")),
        };
        let mut content = said.unwrap_or_else(|refused| refused);
        if let Some((end, _)) = content.char_indices().nth(TEXT_MAX - 1) {
            content.truncate(end);
            content.push('…');
        }
        json!({ "content": content, "allowed_mentions": { "parse": [] } })
    }

    fn list(&self) -> String {
        let mut lines = Vec::new();
        for cog in self.menu.cogs.cogs().take(40) {
            let commands = cog.commands.iter().map(|c| format!("`/{}`", c.name));
            let commands = commands.collect::<Vec<_>>().join(" ");
            let off = match self
                .menu
                .services
                .per_guild
                .is_on(&cog.identity, self.menu.facts.guild)
            {
                true => "",
                false => " (off here)",
            };
            let version = &cog.shape.metadata.version;
            lines.push(format!("**{}** {version}{off}: {commands}", cog.name()));
        }
        match lines.is_empty() {
            true => "This bot has no cogs yet.".to_owned(),
            false => lines.join("\n"),
        }
    }

    fn about(&self, cog: &Cog) -> String {
        let (metadata, identity) = (&cog.shape.metadata, &cog.identity);
        let guild = self.menu.facts.guild;
        let mut text = format!("**{}** {}\n", cog.name(), metadata.version);
        // Writing into a string can't fail.
        let _ = writeln!(text, "{}", metadata.description);
        let on = match self.menu.services.per_guild.is_on(identity, guild) {
            true => "on",
            false => "off",
        };
        if guild.is_some() {
            let _ = writeln!(text, "It is {on} in this server.");
        }
        let asks = cog.shape.named_asks();
        let _ = writeln!(text, "It can");
        let mut any = false;
        for ask in asks {
            any = true;
            let withheld = guild.is_some_and(|guild| {
                let per_guild = &self.menu.services.per_guild;
                per_guild.withholds(cog.name(), guild, ask)
            });
            let (name, words) = (ask.name(), ask.facts().words);
            let _ = match withheld {
                true => writeln!(text, "- ~~{words}~~ (`{name}`, withheld here)"),
                false => writeln!(text, "- {words} (`{name}`)"),
            };
        }
        for name in identity.powers.names() {
            any = true;
            let words = powers::words(&name).unwrap_or_default();
            let _ = writeln!(text, "- {words} (`{name}`)");
        }
        if !any {
            let _ = writeln!(text, "- answer its commands, and keep data of its own");
        }
        let listens: Vec<_> = cog.shape.listens.iter().map(|l| l.words()).collect();
        if !listens.is_empty() {
            let _ = write!(text, "It listens to {}.", listens.join(", "));
        }
        text
    }

    async fn switch(&self, on: bool) -> Result<String, String> {
        let (guild, cog) = (self.menu.guild()?, self.cog()?);
        let switched = self.menu.actions().switch(guild, cog, on).await;
        let already = match switched.map_err(unkept)? {
            true => "now",
            false => "already",
        };
        let (name, word) = (cog.name(), if on { "on" } else { "off" });
        Ok(format!("**{name}** is {word} in this server {already}."))
    }

    async fn withhold(&self, withhold: bool) -> Result<String, String> {
        let (guild, cog, grant) = (self.menu.guild()?, self.cog()?, self.text("grant"));
        let name = cog.name();
        let Some(ask) = cog.shape.named_ask(grant) else {
            let own = cog.shape.named_asks();
            let own: Vec<_> = own.map(|ask| format!("`{}`", ask.name())).collect();
            return Err(match own.is_empty() {
                true => format!("**{name}** has no grants that could be withheld."),
                false => format!(
                    "**{name}** has no grant `{grant}`. It has {}.",
                    own.join(", ")
                ),
            });
        };
        let actions = self.menu.actions();
        let kept = actions.withhold(guild, cog, ask, withhold).await;
        kept.map_err(unkept)?;
        let words = ask.facts().words;
        Ok(match withhold {
            true => format!("In this server **{name}** can't {words} now."),
            false => format!("In this server **{name}** can {words} again."),
        })
    }

    async fn reload(&self) -> Result<String, String> {
        self.owner_only().await?;
        // One that was refused at the start has a name and no cog.
        let name = self.text("cog");
        let name = match self.keeper.names().find(|known| *known == name) {
            Some(name) => name,
            None => self.cog()?.name(),
        };
        match self.menu.actions().reload(self.keeper, name).await {
            Ok(Reloaded::Same) => Ok(format!("**{name}** runs as it lies on disk.")),
            Ok(Reloaded::Swapped { version }) => {
                Ok(format!("**{name}** runs in version {version} now."))
            }
            Err(refusal) => Err(format!(
                "**{name}** was not exchanged: {}. To mend it: {}.",
                refusal.what, refusal.fix
            )),
        }
    }

    async fn roll_back(&self) -> Result<String, String> {
        self.owner_only().await?;
        let name = self.cog()?.name();
        let actions = self.menu.actions();
        match actions.roll_back(self.keeper, name, None).await {
            Ok(cog) => Ok(format!(
                "**{name}** runs in version {} again.",
                cog.shape.metadata.version
            )),
            Err(refusal) => Err(format!(
                "**{name}** was not rolled back: {}. To mend it: {}.",
                refusal.what, refusal.fix
            )),
        }
    }

    async fn quarantine(&self) -> Result<String, String> {
        self.owner_only().await?;
        let cog = self.cog()?;
        self.menu.actions().quarantine(cog).await;
        Ok(format!("**{}** is not called for a while.", cog.name()))
    }

    async fn release(&self) -> Result<String, String> {
        self.owner_only().await?;
        let cog = self.cog()?;
        let name = cog.name();
        match self.menu.actions().release(cog).await {
            true => Ok(format!("**{name}** is called again.")),
            false => Ok(format!("**{name}** does not rest.")),
        }
    }

    /// Refuses whoever does not own the application.
    async fn owner_only(&self) -> Result<(), String> {
        let owners = self.menu.services.owners().await.map_err(|error| {
            format!(
                "Who owns this bot is not known at the moment: {}.",
                error.message
            )
        })?;
        let owns = owners
            .iter()
            .any(|owner| owner.to_string() == self.menu.facts.user.id);
        match owns {
            true => Ok(()),
            false => Err("That is for the owner of the bot.".to_owned()),
        }
    }

    fn cog(&self) -> Result<&Cog, String> {
        let name = self.text("cog");
        let found = self.menu.cogs.cogs().find(|cog| cog.name() == name);
        found.map(|cog| &**cog).ok_or_else(|| {
            let names: Vec<_> = self
                .menu
                .cogs
                .cogs()
                .map(|cog| format!("`{}`", cog.name()))
                .collect();
            format!(
                "There is no cog `{}`. There are {}.",
                tame(name),
                names.join(", ")
            )
        })
    }

    fn text(&self, option: &str) -> &str {
        let given = self.invocation.arguments.iter();
        let mut given = given.filter(|argument| argument.name == option);
        match given.next().map(|argument| &argument.value) {
            Some(Given::Text(text)) => text.trim(),
            _ => "",
        }
    }
}

fn unkept(error: StoreError) -> String {
    tracing::error!(%error, "what a server's admin chose can't be kept");
    "That could not be kept; the bot's operator finds the reason in its log.".to_owned()
}

/// What a member typed, without what Discord would format.
fn tame(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control() && *c != '`');
    kept.take(40).collect()
}
