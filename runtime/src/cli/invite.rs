//! `cogbox invite`: the link that adds the bot to a server, with the permissions that its cogs need.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::PathBuf;

use serde::Deserialize;
use serenity::model::gateway::GatewayIntents;
use serenity::model::permissions::Permissions;

use super::{Failure, TOKEN, component};
use crate::config::{CogConfig, Config, Environment, Grant};
use crate::host::grants::{self, Interface};
use crate::host::powers;
use crate::rest::{DISCORD_API, Rest, RestErrorKind, Route};
use crate::telemetry::Metrics;

/// Print the link that adds the bot to a server, and which cog needs what there.
#[derive(clap::Args)]
pub struct Args {
    /// The application's id; Discord is asked with the bot's token unless it is given.
    #[arg(long, value_name = "ID")]
    application: Option<NonZeroU64>,
    /// The configuration file.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
    /// Use another base for Discord's REST interface, such as a local Discord's.
    #[arg(long, hide = true)]
    api: Option<String>,
}

/// The intents that must be switched on at Discord, and what they are called there.
pub(super) const PRIVILEGED: [(GatewayIntents, &str); 3] = [
    (GatewayIntents::GUILD_PRESENCES, "Presence Intent"),
    (GatewayIntents::GUILD_MEMBERS, "Server Members Intent"),
    (GatewayIntents::MESSAGE_CONTENT, "Message Content Intent"),
];

pub async fn run(args: Args, env: Environment) -> Result<(), Failure> {
    let config = Config::load(&args.config, &env, Interface::grantable)?;
    let mut needs = Vec::new();
    for (name, cog) in &config.cogs {
        needs.push((name.as_str(), Needs::of(cog)?));
    }
    let application = match args.application {
        Some(application) => application,
        None => {
            let proxied = config
                .rest_proxy
                .as_ref()
                .map(|base| format!("{base}/api/v10"));
            let api = args
                .api
                .or(proxied)
                .unwrap_or_else(|| DISCORD_API.to_owned());
            asked(&api, &env).await?
        }
    };
    print!("{}", told(application, &needs));
    Ok(())
}

/// Asks Discord which application the token is of.
async fn asked(api: &str, env: &Environment) -> Result<NonZeroU64, Failure> {
    #[derive(Deserialize)]
    struct Application {
        id: serenity::model::id::ApplicationId,
    }
    let offline = "or give the application's id, which its page at discord.com/developers shows, with --application";
    let token = env.token().map_err(|mut problem| {
        problem.fix = format!("{}; {offline}", problem.fix);
        problem
    })?;
    let rest = Rest::new(api, &token, Metrics::new());
    let rest = rest.map_err(|error| Failure::new(error.message))?;
    let told = rest.ask::<Application>(Route::Application()).await;
    let told = told.map_err(|error| Failure {
        code: match error.kind {
            RestErrorKind::Unauthorized => TOKEN,
            _ => super::FAILED,
        },
        message: format!(
            "Discord does not tell the application's id: {}\n  fix: check the token and the network, {offline}",
            error.message
        ),
    })?;
    NonZeroU64::new(told.id.get()).ok_or_else(|| Failure::new("Discord told no application's id"))
}

/// What one cog needs of Discord.
pub(super) struct Needs {
    pub permissions: Permissions,
    pub intents: GatewayIntents,
}

impl Needs {
    pub(super) fn of(cog: &CogConfig) -> Result<Self, Failure> {
        let shape = component(cog)?;
        let granted = match &cog.grant {
            Grant::Only(names) => names.iter().map(|name| powers::needs(name)).collect(),
            Grant::All => Vec::new(),
        };
        Ok(Self {
            permissions: granted
                .into_iter()
                .fold(shape.permissions(), |all, some| all | some),
            intents: shape.intents(),
        })
    }
}

fn told(application: NonZeroU64, needs: &[(&str, Needs)]) -> String {
    let all = needs
        .iter()
        .fold(Permissions::empty(), |all, (_, n)| all | n.permissions);
    let mut out = format!(
        "https://discord.com/oauth2/authorize?client_id={application}\
         &scope=bot%20applications.commands&permissions={}\n",
        all.bits()
    );
    out += "\nOpen it as somebody who may manage the server. The bot asks there for\n";
    let mut by_permission: BTreeMap<u64, (&str, Vec<&str>)> = BTreeMap::new();
    for (cog, needs) in needs {
        for (name, permission) in grants::permission_names(needs.permissions) {
            let (_, cogs) = by_permission
                .entry(permission.bits())
                .or_insert((name, Vec::new()));
            cogs.push(cog);
        }
    }
    if by_permission.is_empty() {
        out += "  no permissions\n";
    }
    for (permission, cogs) in by_permission.values() {
        out += &format!("  {permission:<26} {}\n", cogs.join(", "));
    }
    out += "\nIt connects with the intents\n";
    out += &format!("  {:<26} every bot\n", "GUILDS");
    let mut privileged = Vec::new();
    for (name, intent) in GatewayIntents::all().iter_names() {
        let cogs = needs
            .iter()
            .filter(|(_, needs)| needs.intents.contains(intent));
        let cogs: Vec<_> = cogs.map(|(cog, _)| *cog).collect();
        if cogs.is_empty() || intent == GatewayIntents::GUILDS {
            continue;
        }
        let called = PRIVILEGED.iter().find(|(known, _)| *known == intent);
        let mark = if called.is_some() {
            "  [privileged]"
        } else {
            ""
        };
        out += &format!("  {name:<26} {}{mark}\n", cogs.join(", "));
        privileged.extend(called.map(|(_, called)| *called));
    }
    if !privileged.is_empty() {
        let switches = privileged.join(" and ");
        out += &format!(
            "\nPrivileged ones are refused until they are switched on: {switches}, at\n\
             https://discord.com/developers/applications/{application}/bot under \
             \"Privileged Gateway Intents\"\n"
        );
    }
    out
}
