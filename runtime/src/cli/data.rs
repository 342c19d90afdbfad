//! `cogbox data`: what cogs keep about a person or a server, exported or deleted.

use std::io::Write;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Subcommand;
use serde_json::json;

use super::{CONFIGURATION, DATABASE, Failure, terminal};
use crate::config::{Config, Environment};
use crate::files;
use crate::host::grants::Interface;
use crate::store::subjects::{Rows, Subject};
use crate::store::{Store, StoreError};
use crate::web::status::Timestamp;

/// Export or delete what cogs keep about a person or a server; safe while the bot runs.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Write it as JSON.
    Export {
        #[command(flatten)]
        of: Of,
        /// The file; the standard output unless it is given.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
    /// Delete it for good.
    Delete {
        #[command(flatten)]
        of: Of,
        /// Delete without a question.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Of {
    /// A person, by their id at Discord; with --guild what they have there alone.
    #[arg(long, value_name = "ID")]
    user: Option<NonZeroU64>,
    /// A server, by its id at Discord, with what its members have there.
    #[arg(long, value_name = "ID")]
    guild: Option<NonZeroU64>,
    /// One cog alone, by its name in cogbox.toml; it need not be there any more.
    #[arg(long, value_name = "NAME")]
    cog: Option<String>,
}

#[derive(clap::Args)]
struct Place {
    /// The configuration file, which names the database.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
}

pub async fn run(args: Args, env: Environment) -> Result<(), Failure> {
    match args.what {
        What::Export { of, out, place } => {
            let store = open(&place.config, &env).await?;
            export(&store, &of.subject(), out.as_deref()).await?;
            store.close().await;
        }
        What::Delete { of, yes, place } => {
            let store = open(&place.config, &env).await?;
            delete(&store, &of, yes).await?;
            store.close().await;
        }
    }
    Ok(())
}

impl Of {
    fn subject(&self) -> Subject {
        Subject {
            user: self.user.map(NonZeroU64::get),
            guild: self.guild.map(NonZeroU64::get),
            cog: self.cog.clone(),
        }
    }

    fn words(&self) -> String {
        let of = match (self.user, self.guild) {
            (Some(user), Some(guild)) => format!("of user {user} in server {guild}"),
            (Some(user), None) => format!("of user {user}"),
            (None, Some(guild)) => format!("of server {guild} and its members there"),
            (None, None) => "of everybody".to_owned(),
        };
        match &self.cog {
            Some(cog) => format!("what the cog {} keeps {of}", super::asks::tame(cog)),
            None => format!("what all cogs keep {of}"),
        }
    }
}

/// Opens the database that the configuration names, and makes none.
async fn open(config: &Path, env: &Environment) -> Result<Store, Failure> {
    let path = Config::load(config, env, Interface::grantable)?.store;
    open_at(&path).await
}

/// Opens a database, and makes none.
pub(super) async fn open_at(path: &Path) -> Result<Store, Failure> {
    if !path.exists() {
        return Err(Failure {
            code: DATABASE,
            message: format!(
                "{}: there is no database\n  fix: check `[store] path`, or start the bot once",
                path.display()
            ),
        });
    }
    Store::open(path).await.map_err(failed)
}

pub(super) fn failed(error: StoreError) -> Failure {
    Failure {
        code: DATABASE,
        message: error.with_fix(),
    }
}

async fn export(store: &Store, of: &Subject, out: Option<&Path>) -> Result<(), Failure> {
    let fails = |path: &Path, error: std::io::Error| {
        let fix = "name a file that is not there yet, in a folder that you may write to";
        Failure::new(format!("{}: {error}\n  fix: {fix}", path.display()))
    };
    let count = match out {
        Some(path) => {
            let file = files::private(path).map_err(|error| fails(path, error))?;
            let mut file = std::io::BufWriter::new(file);
            let count = write(store, of, &mut file).await;
            if count.is_err() {
                // Half of an export must not be taken for all of it.
                let _ = std::fs::remove_file(path);
            }
            count.map_err(failed)?
        }
        None => write(store, of, &mut std::io::stdout().lock())
            .await
            .map_err(failed)?,
    };
    if let Some(path) = out {
        let entries = if count == 1 { "entry" } else { "entries" };
        println!("{}: {count} {entries}", path.display());
    }
    Ok(())
}

async fn write(store: &Store, of: &Subject, to: &mut dyn Write) -> Result<u64, StoreError> {
    let told = |error: std::io::Error| StoreError::Invalid(format!("it can't be written: {error}"));
    let id = |id: Option<u64>| id.map(|id| id.to_string());
    let head = json!({ "user": id(of.user), "guild": id(of.guild), "cog": of.cog });
    let made = Timestamp(SystemTime::now());
    write!(
        to,
        "{{\n\"made\": \"{made}\",\n\"of\": {head},\n\"entries\": ["
    )
    .map_err(told)?;
    let mut count = 0;
    store
        .export(of, |row| {
            let comma = if count == 0 { "" } else { "," };
            count += 1;
            write!(to, "{comma}\n{}", serde_json::Value::Object(row))
        })
        .await?;
    writeln!(to, "\n]\n}}").map_err(told)?;
    to.flush().map_err(told)?;
    Ok(count)
}

async fn delete(store: &Store, of: &Of, yes: bool) -> Result<(), Failure> {
    let subject = of.subject();
    let there = store.count_of(&subject).await.map_err(failed)?;
    if sum(&there) == 0 {
        println!("there is nothing: {}", of.words());
        return Ok(());
    }
    println!("{}: {}", of.words(), counts(&there));
    if !yes {
        if !terminal::attended() {
            return Err(Failure {
                code: CONFIGURATION,
                message: "nobody is here to say whether to delete it; nothing was deleted\n  \
                          fix: add --yes to delete it for good"
                    .into(),
            });
        }
        match terminal::agrees("Delete all of this for good?") {
            Ok(true) => {}
            Ok(false) => return Err(Failure::new("nothing was deleted")),
            Err(error) => return Err(Failure::new(format!("no answer: {error}"))),
        }
    }
    let gone = store.delete_of(&subject, SystemTime::now()).await;
    println!("deleted: {}", counts(&gone.map_err(failed)?));
    Ok(())
}

fn sum(rows: &[Rows]) -> u64 {
    rows.iter().map(|rows| rows.count).sum()
}

fn counts(rows: &[Rows]) -> String {
    let some = rows.iter().filter(|rows| rows.count > 0);
    let some: Vec<_> = some
        .map(|rows| format!("{} {}", rows.table, rows.count))
        .collect();
    match some.is_empty() {
        true => "nothing".to_owned(),
        false => some.join(", "),
    }
}
