//! `cogbox dev --self-test`: whether all layers work here, a line for each thing that was tried.

use cogbox_emulator::{Emulator, Here};
use cogbox_world::cogbox::discord::command_types::{Command, CommandOption, Target};

use super::Failure;
use crate::cog::registry::Snapshot;
use crate::config::VoiceConfig;
use crate::voice::decoder::{self, Confined};

/// Longest piece of an answer that is printed, in characters.
const GLANCE: usize = 60;

/// Has ann type a command of each cog, and has a sound decoded. Everything must go well.
pub async fn run(discord: &Emulator, cogs: &Snapshot) -> Result<(), Failure> {
    discord.bot_ready().await;
    discord.commands_registered().await;
    let guild = discord.guild("Cogbox Lab");
    let ann = discord.person("ann").in_channel(&guild.channel("general"));
    let mut told = Told::default();
    told.answer("cogbox", "/cogs list", &ann).await;
    for cog in cogs.cogs() {
        match cog.commands.iter().find_map(typed) {
            Some(typed) => told.answer(cog.name(), &typed, &ann).await,
            None => told.line(
                "ok",
                cog.name(),
                "loaded; no command of it can be typed alone",
            ),
        }
    }
    for (name, refusal) in cogs.refused() {
        told.fails(name, &format!("not loaded: {}", refusal.what));
    }
    let program = VoiceConfig::default().decoder;
    // It waits for another process.
    let decoded = tokio::task::spawn_blocking(move || decoder::try_out(program)).await;
    match decoded.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(Confined::Wholly) => told.line("ok", "decoder", "decodes, confined"),
        Ok(Confined::Partly) => told.fails("decoder", "decodes, but its calls are not filtered"),
        Err(why) => told.fails("decoder", &why),
    }
    told.end()
}

/// Returns what somebody types for a command that needs no options, if it is one.
fn typed(command: &Command) -> Option<String> {
    let bare = |options: &[CommandOption]| options.iter().all(|option| !option.required);
    let name = &command.name;
    match (command.target, command.subcommands.is_empty()) {
        (Target::Chat, true) => bare(&command.options).then(|| format!("/{name}")),
        (Target::Chat, false) => {
            let subcommands = command.subcommands.iter();
            let sub = subcommands
                .filter(|sub| bare(&sub.options))
                .find(|sub| sub.group.is_none())?;
            Some(format!("/{name} {}", sub.name))
        }
        (Target::User | Target::Message, _) => None,
    }
}

/// What was told so far.
#[derive(Default)]
struct Told {
    failed: usize,
}

impl Told {
    fn line(&self, how: &str, what: &str, text: &str) {
        println!("{how:<6}{what:<13}{text}");
    }

    fn fails(&mut self, what: &str, text: &str) {
        self.failed += 1;
        self.line("FAIL", what, text);
    }

    /// Types a command, and tells what came back.
    async fn answer(&mut self, cog: &str, typed: &str, ann: &Here) {
        let answer = ann.runs(typed).await;
        match (answer.failed(), answer.glance()) {
            (Some(failed), _) => self.fails(cog, &format!("{typed}: {failed}")),
            (None, Some(glance)) => {
                let glance: String = glance.chars().take(GLANCE).collect();
                self.line("ok", cog, &format!("{typed}: {glance}"));
            }
            (None, None) => self.fails(cog, &format!("{typed}: an answer without anything to see")),
        }
    }

    fn end(self) -> Result<(), Failure> {
        match self.failed {
            0 => {
                println!("\nself-test passed");
                Ok(())
            }
            failed => Err(Failure::new(format!(
                "self-test: {failed} failed, see above"
            ))),
        }
    }
}
