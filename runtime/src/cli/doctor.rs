//! `cogbox doctor`: whether a bot could run here, and what to do where it could not.

mod discord;
mod machine;

use std::path::PathBuf;

use super::asks::Asks;
use super::invite::Needs;
use super::{CONFIGURATION, FAILED, Failure, component};
use crate::cog::shape::Shape;
use crate::config::{CogConfig, Config, Environment, Problem};
use crate::host::grants::Interface;
use crate::lock::Lock;

/// Check everything that a bot needs here, and say what to do where something is amiss; safe while
/// the bot runs.
#[derive(clap::Args)]
pub struct Args {
    /// Ask Discord nothing.
    #[arg(long)]
    offline: bool,
    /// The configuration file.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
    /// Use another base for Discord's REST interface, such as a local Discord's.
    #[arg(long, hide = true)]
    api: Option<String>,
}

pub async fn run(args: Args, env: Environment) -> Result<(), Failure> {
    let mut report = Report::default();
    let config = match Config::load(&args.config, &env, Interface::grantable) {
        Ok(config) => config,
        Err(problem) => {
            report.problem("config", &problem);
            return report.end();
        }
    };
    let place = args.config.display();
    report.ok("config", format!("{place}: {} cogs", config.cogs.len()));
    let needs = cogs(&config, &mut report);
    let token = env.token();
    match &token {
        Ok(_) => report.ok("token", "it has the form of one"),
        Err(problem) => report.problem("token", problem),
    }
    match token {
        Ok(token) if !args.offline => {
            let proxied = config.rest_proxy.as_ref();
            let api = args.api.or(proxied.map(|base| format!("{base}/api/v10")));
            discord::ask(api, &token, &config.shards, &needs, &mut report).await;
        }
        _ => report.skip("discord", "not asked"),
    }
    machine::database(&config.store, &mut report).await;
    machine::disk(&config.store, &mut report);
    machine::ports(&config.web, &mut report);
    machine::sound(&config.voice, &mut report).await;
    machine::files(&mut report);
    report.end()
}

/// Looks at each cog as `run` does before it loads it, and returns what those that it can read need
/// of Discord.
fn cogs(config: &Config, report: &mut Report) -> Vec<(String, Needs)> {
    let lock = match Lock::read(&config.lock) {
        Ok(lock) => lock,
        Err(problem) => {
            report.problem("lock", &problem);
            return Vec::new();
        }
    };
    let mut needs = Vec::new();
    for (name, cog) in &config.cogs {
        let what = format!("cog {name}");
        match acceptable(name, cog, &lock) {
            Ok(version) => report.ok(what, version),
            Err(failure) => report.fail(what, failure),
        }
        needs.extend(Needs::of(cog).ok().map(|needs| (name.clone(), needs)));
    }
    needs
}

/// Returns that a cog may run, with its version.
fn acceptable(name: &str, cog: &CogConfig, lock: &Lock) -> Result<String, Failure> {
    let shape: Shape = component(cog)?;
    let bytes = std::fs::read(&cog.source).map_err(|error| Failure::new(error.to_string()))?;
    lock.check(name, &bytes)
        .map_err(|refusal| Failure::new(refusal.to_string()))?;
    let lacks = Asks::of(&shape).beyond(&Asks::granted(cog)).names;
    // Powers may be missing: a cog runs without.
    let mut interfaces = lacks
        .iter()
        .filter(|name| Interface::by_name(name).is_some());
    match interfaces.next() {
        Some(ask) => Err(Failure::new(format!(
            "it asks for `{ask}`, which it is not granted\n  \
             fix: see what for with `cogbox inspect`, then write it into `grant` under [cogs.{name}], or remove the cog"
        ))),
        None => Ok(format!("accepted {}", shape.metadata.version)),
    }
}

/// What was found, a line for each, as it is found.
#[derive(Default)]
struct Report {
    /// How `run` would end for the first that is amiss.
    code: Option<u8>,
    failed: usize,
    warned: usize,
}

impl Report {
    fn line(&self, how: &str, what: &str, text: &str) {
        let (text, fix) = text.split_once("\n  fix: ").unwrap_or((text, ""));
        println!("{how:<6}{what:<17}{}", text.trim_end());
        if !fix.is_empty() {
            println!("      {:<17}fix: {fix}", "");
        }
    }

    fn ok(&self, what: impl AsRef<str>, text: impl AsRef<str>) {
        self.line("ok", what.as_ref(), text.as_ref());
    }

    fn skip(&self, what: &str, text: &str) {
        self.line("-", what, text);
    }

    /// Something that a bot runs with all the same.
    fn warn(&mut self, what: &str, text: &str, fix: &str) {
        self.warned += 1;
        self.line("warn", what, &format!("{text}\n  fix: {fix}"));
    }

    /// Something without which it would not run, or not all of it.
    fn fail(&mut self, what: impl AsRef<str>, failure: Failure) {
        self.failed += 1;
        self.code.get_or_insert(failure.code);
        self.line("FAIL", what.as_ref(), &failure.message);
    }

    fn problem(&mut self, what: &str, problem: &Problem) {
        self.fail(what, Failure::from(problem.clone()));
    }

    fn end(self) -> Result<(), Failure> {
        let code = match self.code {
            None if self.warned == 0 => {
                println!("\nall is well");
                return Ok(());
            }
            None => {
                println!("\nit can run; {} to look at", self.warned);
                return Ok(());
            }
            // What only concerns one cog is the configuration's matter as well.
            Some(FAILED) => CONFIGURATION,
            Some(code) => code,
        };
        let message = format!("{} to mend, see above", self.failed);
        Err(Failure { code, message })
    }
}
