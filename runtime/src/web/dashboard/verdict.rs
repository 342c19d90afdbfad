//! The first line of the page: how it is, in one sentence, before any number.

use std::time::Duration;

use maud::{Markup, html};

use super::super::status::{Fault, Status};
use super::text::counted;

/// How long a call that was stopped keeps the page from saying that all is well.
const RECENT: Duration = Duration::from_secs(600);

/// How the host is, all in all. The words carry the meaning; colour and shape repeat it.
struct Verdict {
    class: &'static str,
    headline: String,
    rest: Vec<String>,
}

/// Returns the sentence.
pub fn verdict(status: &Status) -> Markup {
    let verdict = Verdict::of(status);
    html! {
        section.verdict.(verdict.class) #verdict-piece data-piece aria-labelledby="verdict" {
            span.lamp aria-hidden="true" {}
            h1 #verdict { (verdict.headline) }
            @if !verdict.rest.is_empty() { p { (verdict.rest.join(" ")) } }
        }
    }
}

impl Verdict {
    fn of(status: &Status) -> Self {
        let mut rest = Vec::new();
        if let Some(waits_for) = &status.waits_for {
            rest.push(sentence(waits_for));
        }
        if let Some(trouble) = &status.database_trouble {
            rest.push(format!(
                "{} {}",
                sentence(&trouble.what),
                sentence(&trouble.fix)
            ));
        }
        if status.guilds.unavailable > 0 {
            let servers = counted(status.guilds.unavailable as u64, "server");
            rest.push(format!("Discord reports an outage of {servers}."));
        }
        match status.refused.len() as u64 {
            0 => {}
            1 => rest.push("1 cog was refused, see below.".to_owned()),
            many => rest.push(format!("{many} cogs were refused, see below.")),
        }
        for held in &status.held_commands {
            rest.push(format!(
                "{} of {} will be registered at {}: {}.",
                counted(held.commands.len() as u64, "new command"),
                held.cog,
                held.until,
                held.why
            ));
        }
        if let Some(fault) = recent(status) {
            let cog = &fault.cog;
            rest.push(format!(
                "A call into {cog} was stopped a short while ago, see below."
            ));
        }
        if status.ready && status.cogs.is_empty() {
            rest.push("No cog is loaded, so there is nothing that the bot can do.".to_owned());
        }
        let (class, headline) = match (status.ready, rest.is_empty()) {
            (false, _) => ("waiting", "Getting ready.".to_owned()),
            (true, false) => (
                "attention",
                "Running, with something to look at.".to_owned(),
            ),
            (true, true) => {
                rest.push(all_is_well(status));
                ("well", "Everything runs.".to_owned())
            }
        };
        Self {
            class,
            headline,
            rest,
        }
    }
}

/// Finds a call that ended in more than an error of the cog's own making.
fn recent(status: &Status) -> Option<&Fault> {
    status.faults.iter().find(|fault| {
        let age = status.at.0.duration_since(fault.at.0).unwrap_or_default();
        age < RECENT && !matches!(fault.outcome.as_str(), "error" | "busy")
    })
}

fn all_is_well(status: &Status) -> String {
    let shards = counted(status.gateway.shards.len() as u64, "shard");
    let cogs = counted(status.cogs.len() as u64, "cog");
    let servers = counted(status.guilds.known as u64, "server");
    format!("Connected over {shards}; {cogs} loaded; {servers}.")
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}
