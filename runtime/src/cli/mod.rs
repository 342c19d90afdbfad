//! The command line: one file for each subcommand, each with `Args` whose comments are its help.

mod add;
mod archive;
mod asks;
mod backup;
mod build;
mod data;
#[cfg(feature = "dev")]
mod dev;
mod doctor;
mod download;
mod health;
mod inspect;
mod invite;
mod list;
mod lock;
mod login;
mod new;
mod project;
mod remove;
mod restore;
mod run;
#[cfg(feature = "dev")]
mod self_test;
mod terminal;
#[cfg(feature = "dev")]
mod trust;
#[cfg(feature = "dev")]
mod tunes;
#[cfg(feature = "dev")]
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::Ended;
use crate::cog::shape::Shape;
use crate::config::secrets::redacted;
use crate::config::{CogConfig, Environment, Problem};

/// A Discord bot host whose plugins are sandboxed WebAssembly components.
#[derive(Parser)]
#[command(name = "cogbox", version, about, propagate_version = true)]
struct Args {
    /// What is logged: a level, or levels by module, such as `info,cogbox::rest=debug`.
    #[arg(long, global = true, env = "COGBOX_LOG", default_value = DEFAULT_LOG, hide_default_value = true)]
    log: String,
    #[command(subcommand)]
    command: Command,
}

/// The libraries' own lines are of use only when something is wrong with them.
const DEFAULT_LOG: &str = "info,twilight_gateway=warn,sqlx=warn,hyper=warn,reqwest=warn,wasmtime=warn,cogbox_emulator=warn";

#[derive(Subcommand)]
enum Command {
    Run(run::Args),
    #[cfg(feature = "dev")]
    Dev(dev::Args),
    New(new::Args),
    Build(build::Args),
    Inspect(inspect::Args),
    Add(add::Args),
    Remove(remove::Args),
    List(list::Args),
    Lock(lock::Args),
    Invite(invite::Args),
    Data(data::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Login(login::Args),
    Health(health::Args),
    Doctor(doctor::Args),
    /// Decode sound for a bot, which starts this itself.
    #[command(hide = true)]
    Decode,
}

/// What a command failed with: the sentence on stderr, and the exit code.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

/// 1: the command could not do what it was asked.
const FAILED: u8 = 1;
/// 2: the configuration is wrong.
const CONFIGURATION: u8 = 2;
/// 3: Discord refused the token.
const TOKEN: u8 = 3;
/// 4: Discord refused the intents.
const INTENTS: u8 = 4;
/// 5: Discord refused the shards.
const SHARDING: u8 = 5;
/// 6: the database can't be used.
const DATABASE: u8 = 6;

impl Failure {
    /// Returns a failure of the command itself.
    fn new(message: impl Into<String>) -> Self {
        Self {
            code: FAILED,
            message: message.into(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self {
            code: CONFIGURATION,
            message: problem.to_string(),
        }
    }
}

impl From<Ended> for Result<(), Failure> {
    fn from(ended: Ended) -> Self {
        use crate::discord::shards::Final;
        let (code, message) = match ended {
            Ended::Asked => return Ok(()),
            Ended::Refused(refused) => {
                let code = match refused {
                    Final::Token => TOKEN,
                    Final::Intents(_) => INTENTS,
                    Final::Sharding(_) => SHARDING,
                };
                (code, refused.to_string())
            }
            Ended::Store(message) => (DATABASE, format!("the database can't be used: {message}")),
            Ended::Failed(message) => (FAILED, message),
        };
        Err(Failure { code, message })
    }
}

/// Runs the command line and returns the exit code.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let result = crate::telemetry::log(&args.log)
        .map_err(Failure::new)
        .and_then(|()| match args.command {
            Command::Run(args) => with_runtime(|env| run::run(args, env)),
            #[cfg(feature = "dev")]
            Command::Dev(args) => {
                dev::prepare(&args).and_then(|trust| with_runtime(|env| dev::run(args, trust, env)))
            }
            Command::New(args) => new::run(args),
            Command::Build(args) => build::run(args),
            Command::Inspect(args) => inspect::run(args),
            Command::Add(args) => with_runtime(|env| add::run(args, env)),
            Command::Remove(args) => remove::run(args),
            Command::List(args) => list::run(args),
            Command::Lock(args) => lock::run(args),
            Command::Invite(args) => with_runtime(|env| invite::run(args, env)),
            Command::Data(args) => with_runtime(|env| data::run(args, env)),
            Command::Backup(args) => with_runtime(|env| backup::run(args, env)),
            Command::Restore(args) => with_runtime(|env| restore::run(args, env)),
            Command::Login(args) => with_runtime(|env| login::run(args, env)),
            Command::Health(args) => health::run(args),
            Command::Doctor(args) => with_runtime(|env| doctor::run(args, env)),
            Command::Decode => crate::voice::decoder::main()
                .map_err(|error| Failure::new(format!("the bot is gone: {error}"))),
        });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", redacted(&failure.message));
            ExitCode::from(failure.code)
        }
    }
}

fn with_runtime<F: Future<Output = Result<(), Failure>>>(
    command: impl FnOnce(Environment) -> F,
) -> Result<(), Failure> {
    let env = Environment::read()?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::new(format!("no threads to run on: {error}")))?;
    let result = runtime.block_on(command(env));
    // Whatever still hangs, such as a file system that does not answer, must not hold the exit.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    result
}

/// Reads the component that a configuration names.
fn component(cog: &CogConfig) -> Result<Shape, Failure> {
    let place = cog.source.display();
    let bytes = std::fs::read(&cog.source).map_err(|error| {
        Failure::new(format!(
            "{place}: {error}\n  fix: check its path in `source`"
        ))
    })?;
    Shape::read(&bytes).map_err(|refusal| Failure::new(format!("{place}: {refusal}")))
}

/// Completes when the process is asked to end: SIGTERM, or Ctrl-C.
///
/// From this call on neither ends the process by itself, so it is made before anything is told
/// that makes others think of ending it.
fn asked_to_end() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = signal(SignalKind::terminate());
    let interrupt = signal(SignalKind::interrupt());
    async move {
        // Where a handler can't be had, the default one ends the process.
        let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

/// Has writes beyond a limit on the size of files fail like any other, where the system would end the
/// process.
fn outlive_file_size_limit() {
    use tokio::signal::unix::{SignalKind, signal};
    let limit = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    // Once handled, it stays so. Nothing listens: the write's own error says it.
    let _ = signal(limit);
}

/// Binds the dashboard's port before anything else starts.
fn bind(
    address: std::net::SocketAddr,
    what: &str,
    how: &str,
) -> Result<std::net::TcpListener, Failure> {
    std::net::TcpListener::bind(address).map_err(|error| {
        Problem::new(
            what,
            format!("{address} can't be listened on: {error}"),
            format!("end what uses the port, or choose another with {how}"),
        )
        .into()
    })
}
