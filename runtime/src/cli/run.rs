//! `cogbox run`: the bot on the real Discord.

use std::path::PathBuf;

use super::{Failure, asked_to_end, bind, login, outlive_file_size_limit};
use crate::config::{Auth, Config, Environment};
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
    let mut config = Config::load(&args.config, &env, grantable)?;
    // With a local Discord people agree there as well.
    if let (Some(api), Some(login)) = (&args.api, &mut config.web.discord) {
        login.site = api.trim_end_matches("/api/v10").to_owned();
    }
    // It is read again with each cog; a damaged one is told before anything starts.
    Lock::read(&config.lock)?;
    let listener = bind(
        config.web.bind,
        "web.bind",
        "web.bind in cogbox.toml or COGBOX_WEB_BIND",
    )?;
    let metrics = config.web.metrics.bind.map(|address| {
        let listener = bind(
            address,
            "web.metrics.bind",
            "web.metrics.bind in cogbox.toml",
        )?;
        tracing::info!(
            "the metrics are at http://{}/metrics",
            listener.local_addr().unwrap_or(address)
        );
        Ok::<_, Failure>(listener)
    });
    let metrics = metrics.transpose()?;
    let address = listener.local_addr().unwrap_or(config.web.bind);
    let address = login::address(&config.web, address);
    match config.web.auth {
        Auth::Token => tracing::info!(
            "the dashboard is at {address}; `cogbox login` prints a link that logs in"
        ),
        Auth::None | Auth::Proxy => tracing::info!("the dashboard is at {address}"),
    }
    if config.web.everybody && config.web.auth == Auth::None {
        tracing::warn!("whoever reaches the dashboard may see everything, as cogbox.toml says");
    }
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
        voice: config.voice,
        web: config.web,
        metrics,
        deadlines: Deadlines::default(),
        commands: Default::default(),
        incremental: false,
        mode: "run",
        local_discord: None,
    };
    outlive_file_size_limit();
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
