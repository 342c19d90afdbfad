//! `cogbox run`: the bot on the real Discord.

use std::path::PathBuf;

use super::{Failure, asked_to_end, bind};
use crate::config::{Config, Environment};
use crate::discord::dispatch::Deadlines;
use crate::host::grants::Interface;
use crate::lock::Lock;
use crate::net::Net;
use crate::rest::DISCORD_API;
use crate::{App, Options};

/// Run the bot: needs DISCORD_TOKEN or DISCORD_TOKEN_FILE.
#[derive(clap::Args)]
pub struct Args {
    /// The configuration file.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
    /// Use another base for Discord's REST interface, such as a local Discord's.
    #[arg(long, hide = true)]
    api: Option<String>,
    /// Use another gateway.
    #[arg(long, hide = true)]
    gateway: Option<String>,
}

pub async fn run(args: Args, env: Environment) -> Result<(), Failure> {
    let token = env.token()?;
    let grantable = Interface::grantable;
    let config = Config::load(&args.config, &env, grantable)?;
    // It is read again with each cog; a damaged one is told before anything starts.
    Lock::read(&config.lock)?;
    let listener = bind(
        config.web,
        "web.bind",
        "web.bind in cogbox.toml or COGBOX_WEB_BIND",
    )?;
    let address = listener.local_addr().unwrap_or(config.web);
    tracing::info!("the dashboard is at http://{address}");
    let proxied = config.rest_proxy.map(|base| format!("{base}/api/v10"));
    let options = Options {
        api: args
            .api
            .or(proxied)
            .unwrap_or_else(|| DISCORD_API.to_owned()),
        gateway: args.gateway,
        token,
        shards: config.shards,
        store: config.store,
        keep_left_guilds: config.keep_left_guilds,
        cogs: config.cogs,
        lock: Some(config.lock),
        intents: None,
        net: Net::public(),
        deadlines: Deadlines::default(),
        commands: Default::default(),
        incremental: false,
        mode: "run",
        local_discord: None,
    };
    let asked = asked_to_end();
    tokio::pin!(asked);
    // Compiling cogs takes a while; who ends the process in that time waits for nothing.
    let app = tokio::select! {
        biased;
        () = &mut asked => return Ok(()),
        started = App::start(options, listener) => match started {
            Ok(app) => app,
            Err(ended) => return ended.into(),
        },
    };
    app.run(asked).await.into()
}
