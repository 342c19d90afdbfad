//! `cogbox lock`: accepts the components as they are on disk now.

use std::path::PathBuf;

use super::Failure;
use crate::cog::shape::Shape;
use crate::config::{Config, Environment};
use crate::host::grants::Interface;
use crate::lock::{Entry, Lock};

/// Accept the components that cogbox.toml names: `run` loads no others.
#[derive(clap::Args)]
pub struct Args {
    /// The configuration file.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let grantable = Interface::grantable;
    let config = Config::load(&args.config, &Environment::read()?, grantable)?;
    let old = Lock::read(&config.lock)?;
    let mut lock = Lock::default();
    for (name, cog) in &config.cogs {
        let place = cog.source.display();
        let bytes = std::fs::read(&cog.source).map_err(|error| {
            Failure::new(format!(
                "{place}: {error}\n  fix: check its path in `source`"
            ))
        })?;
        let shape =
            Shape::read(&bytes).map_err(|refusal| Failure::new(format!("{place}: {refusal}")))?;
        let mut entry = Entry::of(&shape, &cog.source);
        if let Some(before) = old.cogs.get(name).filter(|b| b.digest == entry.digest) {
            // `add` knows better where it came from.
            entry.origin.clone_from(&before.origin);
        }
        let what = match old.cogs.get(name) {
            Some(before) if *before == entry => "unchanged",
            Some(before) if before.asks != entry.asks => {
                "accepted; it asks for other things than before"
            }
            Some(_) => "accepted; it asks for the same as before",
            None => "accepted",
        };
        println!("{name} {}: {what}", entry.version);
        lock.cogs.insert(name.clone(), entry);
    }
    for gone in old
        .cogs
        .keys()
        .filter(|name| !lock.cogs.contains_key(*name))
    {
        println!("{gone}: no longer there");
    }
    lock.write(&config.lock)?;
    Ok(())
}
