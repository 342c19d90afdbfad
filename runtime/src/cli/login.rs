//! `cogbox login`: a link that logs in to the dashboard once, or a new token for it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::SystemTime;

use super::data::{failed, open_at};
use super::{CONFIGURATION, Failure};
use crate::config::{Auth, Config, Environment, WebConfig};
use crate::host::grants::Interface;
use crate::web::login::LINK;
use crate::web::login::secret::Secret;

/// Print a link that logs in to the dashboard once; works while the bot runs.
#[derive(clap::Args)]
pub struct Args {
    /// Make a new token instead, for a password manager. The old one is good no more, and whoever is
    /// logged in is logged out.
    #[arg(long)]
    new_token: bool,
    /// The configuration file, which names the database and the dashboard's address.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
}

pub async fn run(args: Args, env: Environment) -> Result<(), Failure> {
    let config = Config::load(&args.config, &env, Interface::grantable)?;
    if config.web.auth != Auth::Token {
        return Err(Failure {
            code: CONFIGURATION,
            message: format!(
                "the dashboard has no login of its own: [web] auth is \"{}\"\n  \
                 fix: write auth = \"token\" under [web], and start the bot again",
                config.web.auth.name()
            ),
        });
    }
    let store = open_at(&config.store).await?;
    let secret = Secret::fresh().map_err(Failure::new)?;
    if args.new_token {
        let hash = secret.hash().map_err(Failure::new)?;
        store.set_login_token(&hash).await.map_err(failed)?;
        println!("{}", secret.reveal());
        eprintln!("This is the token, shown once. Whoever was logged in is logged out.");
    } else {
        let ends = SystemTime::now() + LINK;
        let kept = store.add_login_link(secret.digest(), ends).await;
        kept.map_err(failed)?;
        let address = address(&config.web, config.web.bind);
        println!("{address}/login?link={}", secret.reveal());
        let minutes = LINK.as_secs() / 60;
        eprintln!("It logs in once, within {minutes} minutes.");
    }
    store.close().await;
    Ok(())
}

/// Returns where a browser finds the dashboard that listens on an address.
pub fn address(web: &WebConfig, bound: SocketAddr) -> String {
    match &web.url {
        Some(url) => url.as_str().to_owned(),
        None if bound.ip().is_unspecified() => format!("http://localhost:{}", bound.port()),
        None => format!("http://{bound}"),
    }
}
