//! `cogbox list`: the configured cogs, and whether each may run.

use std::path::PathBuf;

use super::Failure;
use super::asks::{Asks, tame};
use crate::cog::shape::Shape;
use crate::config::{CogConfig, Config, Environment, Grant};
use crate::host::grants::Interface;
use crate::lock::Lock;

/// List the cogs: version, digest, what is granted, and whether each is accepted.
#[derive(clap::Args)]
pub struct Args {
    /// The configuration file.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
}

/// One cog's line.
type Line = [String; 5];

pub fn run(args: Args) -> Result<(), Failure> {
    let config = Config::load(&args.config, &Environment::read()?, Interface::grantable)?;
    let lock = Lock::read(&config.lock)?;
    let head = ["NAME", "VERSION", "SHA-256", "STATE", "GRANTED"];
    let mut lines: Vec<Line> = vec![head.map(str::to_owned)];
    lines.extend(config.cogs.iter().map(|(name, cog)| line(name, cog, &lock)));
    let gone = lock
        .cogs
        .iter()
        .filter(|(name, _)| !config.cogs.contains_key(*name));
    lines.extend(gone.map(|(name, entry)| {
        let state = "accepted, but not configured".to_owned();
        let (version, digest) = (tame(&entry.version), short(&entry.digest));
        [tame(name), version, digest, state, String::new()]
    }));
    if lines.len() == 1 {
        println!("there are no cogs yet: `cogbox add` adds one");
        return Ok(());
    }
    let wide = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let [name, version, digest, state] = [0, 1, 2, 3].map(|column| wide(column).unwrap_or(0));
    for line in &lines {
        let [a, b, c, d, e] = line;
        let text = format!("{a:<name$}  {b:<version$}  {c:<digest$}  {d:<state$}  {e}");
        println!("{}", text.trim_end());
    }
    Ok(())
}

fn line(name: &str, cog: &CogConfig, lock: &Lock) -> Line {
    let mut granted = match &cog.grant {
        Grant::Only(names) => names.clone(),
        Grant::All => vec!["everything".to_owned()],
    };
    granted.extend(cog.http.iter().map(|host| format!("http {host}")));
    let granted = match granted.is_empty() {
        true => "nothing".to_owned(),
        false => granted.join(", "),
    };
    let unread = |state: &str| {
        let (none, state) = ("-".to_owned(), state.to_owned());
        [name.to_owned(), none.clone(), none, state, granted.clone()]
    };
    let Ok(bytes) = std::fs::read(&cog.source) else {
        return unread("its file can't be read");
    };
    let Ok(shape) = Shape::read(&bytes) else {
        return unread("its file is no cog");
    };
    let lacks = Asks::of(&shape).beyond(&Asks::granted(cog));
    // Powers may be missing: a cog runs without.
    let interface = |name: &String| Interface::by_name(name).is_some();
    let missing = lacks.names.iter().any(interface) || lacks.transfer.is_some();
    let state = match lock.cogs.get(name) {
        None => "never accepted",
        Some(entry) if entry.digest != shape.digest => "changed since it was accepted",
        Some(_) if missing => "accepted, but asks for more than it is granted",
        Some(_) => "accepted",
    };
    let version = tame(&shape.metadata.version);
    [
        name.to_owned(),
        version,
        short(&shape.digest),
        state.to_owned(),
        granted,
    ]
}

fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}
