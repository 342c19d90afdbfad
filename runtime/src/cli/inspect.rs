//! `cogbox inspect`: what a component can and cannot do, in words, without running it.

use std::fmt::Write;
use std::path::PathBuf;

use serenity::model::gateway::GatewayIntents;
use serenity::model::permissions::Permissions;

use super::Failure;
use super::asks::{Asks, tame};
use crate::cog::shape::Shape;
use crate::config::{Limits, units};
use crate::host::grants::{self, Interface};

/// Tell what a component can do, before it is trusted with anything.
#[derive(clap::Args)]
pub struct Args {
    /// The component's file.
    file: PathBuf,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let place = args.file.display();
    let bytes = std::fs::read(&args.file)
        .map_err(|error| Failure::new(format!("{place}: {error}\n  fix: check the path")))?;
    let shape =
        Shape::read(&bytes).map_err(|refusal| Failure::new(format!("{place}: {refusal}")))?;
    print!("{}", report(&shape));
    Ok(())
}

/// Returns the report. What an author wrote is quoted and on one line, whatever it holds.
pub fn report(shape: &Shape) -> String {
    let mut out = String::new();
    // Writing into a string can't fail.
    let _ = write(&mut out, shape);
    out
}

fn write(out: &mut String, shape: &Shape) -> std::fmt::Result {
    let metadata = &shape.metadata;
    let name = if metadata.name.is_empty() {
        "(no name)"
    } else {
        &metadata.name
    };
    writeln!(out, "{} {}", tame(name), tame(&metadata.version))?;
    if !metadata.description.is_empty() {
        writeln!(out, "  {}", tame(&metadata.description))?;
    }
    writeln!(
        out,
        "  {}, sha256 {}",
        units::show_size(shape.size as u64),
        shape.digest
    )?;

    writeln!(out, "\nIf you grant what it asks for, it can")?;
    let (always, asks): (Vec<_>, Vec<_>) = shape.asks.iter().partition(|ask| ask.facts().always);
    let wanted = Asks {
        transfer: None,
        ..Asks::of(shape)
    };
    if asks.is_empty() {
        writeln!(out, "  nothing that needs a grant")?;
    }
    wanted.write(out, shape)?;
    let always: Vec<_> = always.iter().map(|ask| ask.facts().words).collect();
    writeln!(out, "\nLike every cog it can")?;
    fold(out, &always.join(", "))?;

    writeln!(out, "\nIt cannot")?;
    let cannot = Interface::ALL
        .iter()
        .filter(|interface| !shape.asks.contains(**interface) && !interface.facts().always)
        .map(|interface| interface.facts().words);
    fold(out, &cannot.collect::<Vec<_>>().join("; "))?;
    writeln!(
        out,
        "  nor read files, open sockets, see the environment or the bot's token"
    )?;

    let listens: Vec<_> = shape
        .listens
        .iter()
        .map(|listens| listens.words())
        .collect();
    let listens = if listens.is_empty() {
        "nothing".to_owned()
    } else {
        listens.join(", ")
    };
    writeln!(out, "\nIt listens to\n  {listens}")?;

    let intents = shape.asks.iter().map(|ask| ask.facts().intents);
    let intents = intents.chain(shape.listens.iter().map(|listens| listens.intents()));
    // Every bot connects with that one.
    let intents = intents.fold(GatewayIntents::GUILDS, |a, b| a | b);
    let permissions = shape.asks.iter().map(|ask| ask.facts().permissions);
    let permissions = permissions.fold(Permissions::empty(), |a, b| a | b);
    writeln!(out, "\nSo the bot needs")?;
    writeln!(
        out,
        "  intents      {}",
        names(intents.iter_names().map(|(name, _)| name))
    )?;
    writeln!(
        out,
        "  permissions  {}",
        names(grants::permission_names(permissions).map(|(name, _)| name))
    )?;

    let limits = Limits::default();
    let transfer = metadata.transfer.unwrap_or(limits.transfer);
    writeln!(
        out,
        "\nEach call has at most {} of memory, {:?} of CPU time, {:?} in all, and may hand over {}{}",
        units::show_size(limits.memory as u64),
        limits.cpu,
        limits.wall,
        units::show_size(transfer as u64),
        if transfer > limits.transfer {
            " (more than usual: it asks for that)"
        } else {
            ""
        },
    )?;
    if !shape.wasi.is_empty() {
        let web = shape.wasi.iter().any(|name| name.starts_with("wasi:http/"));
        writeln!(
            out,
            "It uses WASI, which is empty here but for clock and random numbers{}.",
            if web {
                ", and the web as `http` has it"
            } else {
                ""
            }
        )?;
    }
    Ok(())
}

/// Writes words over several lines of an ordinary terminal.
fn fold(out: &mut String, text: &str) -> std::fmt::Result {
    let mut column = 0;
    for word in text.split(' ') {
        let gap = match column {
            0 => "  ",
            _ if column + 1 + word.len() > 80 => "\n  ",
            _ => " ",
        };
        column = if gap == " " { column + 1 } else { 2 } + word.len();
        write!(out, "{gap}{word}")?;
    }
    writeln!(out)
}

fn names(names: impl Iterator<Item = &'static str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_it_can_and_cannot() {
        let text = r#"(component
            (import "cogbox:discord/moderation@0.1.0" (instance $i))
            (import "cogbox:host/log@0.1.0" (instance))
            (export "cogbox:cog/commands@0.1.0" (instance $i)))"#;
        let mut bytes = wat::parse_str(text).unwrap();
        let metadata = crate::cog::shape::Metadata {
            name: "mod\u{1b}[31m".into(),
            reasons: [("moderation".to_owned(), "to ban".to_owned())].into(),
            ..Default::default()
        };
        metadata.embed(&mut bytes).unwrap();
        let report = report(&Shape::read(&bytes).unwrap());
        for part in [
            "kick, ban and time out members  [can do great harm]",
            "its author says: \"to ban\"",
            "nor read files",
            "its own commands",
            "KICK_MEMBERS, BAN_MEMBERS",
            "64 MiB of memory",
        ] {
            assert!(report.contains(part), "{part} is missing in:\n{report}");
        }
        assert!(!report.contains('\u{1b}'));
        let cannot = report.split("It cannot").nth(1).unwrap();
        let cannot = cannot.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(cannot.contains("reach web hosts") && !cannot.contains("kick, ban"));
        assert!(report.lines().all(|line| line.len() <= 100), "{report}");
    }
}
