//! `cogbox add`: looks at a component, asks, and writes it into cogbox.toml and cogbox.lock.

use std::fmt::Write;
use std::path::PathBuf;

use super::asks::{Asks, tame};
use super::download::Download;
use super::project::{Before, Project};
use super::{CONFIGURATION, Failure, terminal};
use crate::cog::shape::{SIZE_MAX, Shape};
use crate::config::{Environment, Hosts, check_name, units};
use crate::host::grants::Interface;

/// Add a cog, or update one: tells what it asks for, and asks you.
#[derive(clap::Args)]
pub struct Args {
    /// The component's file, or its https address.
    source: String,
    /// What the cog is called here; its author's name for it unless it is given.
    #[arg(long)]
    name: Option<String>,
    /// Grant all that it asks for, without a question.
    #[arg(long, visible_alias = "yes")]
    grant: bool,
    /// Let it reach this web host as well, such as `api.example.org`.
    #[arg(long, value_name = "HOST")]
    http: Vec<String>,
    /// Let it use this bucket of the shared store.
    #[arg(long, value_name = "NAME")]
    bucket: Vec<String>,
    /// Refuse a component whose SHA-256 is another.
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    /// The configuration file; it is made when there is none.
    #[arg(long, env = "COGBOX_CONFIG", default_value = "cogbox.toml")]
    config: PathBuf,
}

pub async fn run(args: Args, env: Environment) -> Result<(), Failure> {
    let (bytes, origin) = get(&args.source).await?;
    let shape = Shape::read(&bytes)
        .map_err(|refusal| Failure::new(format!("{}: {refusal}", args.source)))?;
    if let Some(wanted) = &args.sha256
        && !wanted.eq_ignore_ascii_case(&shape.digest)
    {
        return Err(Failure::new(format!(
            "{}: its SHA-256 is {}, not the one that was given\n  fix: get it from where that number was published",
            args.source, shape.digest
        )));
    }
    let name = name(&args, &shape)?;
    let mut project = Project::open(&args.config, &env)?;
    let before = project.before(&name);
    let mut asks = Asks::of(&shape);
    what_it_can_t_say(&args, &mut asks, before.as_ref())?;
    let new = match &before {
        Some(before) => asks.beyond(&before.granted),
        None => asks.clone(),
    };
    let elsewhere = before
        .as_ref()
        .is_some_and(|before| before.is_of_others(&shape, &origin));
    print!(
        "{}",
        told(&name, &shape, &origin, before.as_ref(), &new, elsewhere)
    );
    if (!new.is_empty() || elsewhere) && !args.grant {
        let question = match new.is_empty() {
            true => "Let it take the other's place, and its data?",
            false => "Grant all of this?",
        };
        consent(question)?;
    }
    let placed = project.put(&name, &shape, &asks, &args.bucket, &origin, bytes)?;
    println!(
        "{name} {} is {}: {placed}",
        tame(&shape.metadata.version),
        if before.is_some() { "updated" } else { "added" }
    );
    println!(
        "It runs from the next start of the bot. `cogbox invite` tells what the bot needs for it."
    );
    Ok(())
}

/// Adds what the operator must say, because the component does not: which web hosts, unless its
/// author names some, and which buckets of the shared store.
fn what_it_can_t_say(args: &Args, asks: &mut Asks, before: Option<&Before>) -> Result<(), Failure> {
    let wrong = |what: &str, fix: &str| Failure {
        code: CONFIGURATION,
        message: format!("{what}; nothing was written\n  fix: {fix}"),
    };
    let (web, shared) = (Interface::Http.name(), Interface::SharedStore.name());
    let had = |name: &str| before.is_some_and(|before| before.granted.names.contains(name));
    for (given, name) in [(&args.http, web), (&args.bucket, shared)] {
        if !given.is_empty() && !asks.names.contains(name) {
            let what = format!("it does not ask for `{name}`");
            return Err(wrong(&what, "leave out --http and --bucket"));
        }
    }
    for bucket in &args.bucket {
        check_name(bucket).map_err(|(what, fix)| wrong(&format!("--bucket: {what}"), &fix))?;
    }
    if asks.names.contains(web) {
        asks.hosts.extend(args.http.iter().cloned());
        if let Some(before) = before {
            // The operator's own hosts stay.
            asks.hosts.extend(before.granted.hosts.iter().cloned());
        }
        Hosts::parse(asks.hosts.iter().map(String::as_str))
            .map_err(|(what, fix)| wrong(&tame(&what), &fix))?;
        if asks.hosts.is_empty() {
            let fix = "say which hosts it may reach, such as --http api.example.org";
            return Err(wrong("it asks for the web and names no host", fix));
        }
    }
    if asks.names.contains(shared) && args.bucket.is_empty() && !had(shared) {
        let what = "it asks for the shared store, and does not say which bucket";
        let fix = "see what its author tells, and name it, such as --bucket bank";
        return Err(wrong(what, fix));
    }
    Ok(())
}

/// Asks the person, or fails where there is none.
fn consent(question: &str) -> Result<(), Failure> {
    if !terminal::attended() {
        return Err(Failure {
            code: CONFIGURATION,
            message: "nobody is here to say whether it may have this; nothing was written\n  \
                      fix: add --grant if it may"
                .into(),
        });
    }
    match terminal::agrees(question) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::new("it was not granted; nothing was written")),
        Err(error) => Err(Failure::new(format!("no answer: {error}"))),
    }
}

/// Returns the component's bytes, and where they came from.
async fn get(source: &str) -> Result<(Vec<u8>, String), Failure> {
    if source.contains("://") {
        let url = reqwest::Url::parse(source).ok().filter(|url| {
            url.scheme() == "https" && url.username().is_empty() && url.password().is_none()
        });
        let url = url.ok_or_else(|| {
            Failure::new(format!(
                "{source}: a component is only taken from an https address without a password\n  fix: write https://, or download it and name the file"
            ))
        })?;
        return Ok((Download::new()?.fetch(&url).await?, url.to_string()));
    }
    let fails =
        |error: std::io::Error| Failure::new(format!("{source}: {error}\n  fix: check the path"));
    let size = std::fs::metadata(source).map_err(fails)?.len();
    if size > SIZE_MAX as u64 {
        return Err(Failure::new(format!(
            "{source}: the file is larger than {} MiB, which no component is\n  fix: check the path",
            SIZE_MAX >> 20
        )));
    }
    let place = std::fs::canonicalize(source).map_err(fails)?;
    let bytes = std::fs::read(&place).map_err(fails)?;
    Ok((bytes, place.display().to_string()))
}

fn name(args: &Args, shape: &Shape) -> Result<String, Failure> {
    if let Some(name) = &args.name {
        check_name(name)
            .map_err(|(what, fix)| Failure::new(format!("--name: {what}\n  fix: {fix}")))?;
        return Ok(name.clone());
    }
    match check_name(&shape.metadata.name) {
        Ok(()) => Ok(shape.metadata.name.clone()),
        Err(_) => Err(Failure::new(format!(
            "{}: its author gave it no name that can be used here\n  fix: choose one with --name",
            args.source
        ))),
    }
}

/// Returns the report: what `inspect` says, in short, and on an update what is new of it.
fn told(
    name: &str,
    shape: &Shape,
    origin: &str,
    before: Option<&Before>,
    new: &Asks,
    elsewhere: bool,
) -> String {
    let mut out = String::new();
    // Writing into a string can't fail.
    let _ = write(&mut out, name, shape, origin, before, new, elsewhere);
    out
}

fn write(
    out: &mut String,
    name: &str,
    shape: &Shape,
    origin: &str,
    before: Option<&Before>,
    new: &Asks,
    elsewhere: bool,
) -> std::fmt::Result {
    let metadata = &shape.metadata;
    writeln!(out, "{name} {}", tame(&metadata.version))?;
    if !metadata.description.is_empty() {
        writeln!(
            out,
            "  its author says: \"{}\"",
            tame(&metadata.description)
        )?;
    }
    let size = units::show_size(shape.size as u64);
    writeln!(out, "  {size}, sha256 {}", shape.digest)?;
    writeln!(out, "  from {}", tame(origin))?;
    match before {
        Some(before) if before.digest == shape.digest => writeln!(out, "  it is there already")?,
        Some(before) => writeln!(out, "  instead of {}", tame(&before.version))?,
        None => {}
    }
    if let (true, Some(before)) = (elsewhere, before) {
        writeln!(
            out,
            "\nIt comes from elsewhere than the one that is there, and would have its data. That\n\
             one came from {}",
            tame(&before.origin)
        )?;
    }
    match (before, new.is_empty()) {
        (None, true) => writeln!(out, "\nIt asks for nothing that needs a grant."),
        (Some(_), true) => writeln!(out, "\nIt asks for nothing beyond what it is granted."),
        (None, false) => {
            writeln!(out, "\nIf you grant what it asks for, it can")?;
            new.write(out, shape)
        }
        (Some(_), false) => {
            writeln!(out, "\nBeyond what it is granted, it asks to")?;
            new.write(out, shape)
        }
    }?;
    let gone = before.map(|before| {
        let asks = Asks::of(shape).names;
        let gone = before.granted.names.difference(&asks);
        gone.cloned().collect::<Vec<_>>().join(", ")
    });
    if let Some(gone) = gone.filter(|gone| !gone.is_empty()) {
        writeln!(out, "It no longer asks for {gone}: that grant ends.")?;
    }
    writeln!(out)
}
