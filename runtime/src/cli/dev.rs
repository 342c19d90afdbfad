//! `cogbox dev`: the bot on a local Discord, in one process, without a token.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cogbox_emulator::Emulator;
use serenity::model::gateway::GatewayIntents;

use super::build::toolchains::Toolchains;
use super::trust::Trust;
use super::{Failure, asked_to_end, bind, build, self_test, tunes, watch};
use crate::cog::manifest;
use crate::cog::shape::Shape;
use crate::config::{
    CogConfig, DEFAULT_WEB, Environment, KEEP_LEFT_GUILDS, Shards, Token, VoiceConfig, WebConfig,
    check_name, loopback,
};
use crate::discord::dispatch::Deadlines;
use crate::net::Net;
use crate::{App, Options};

/// Run the bot on a local Discord with a chat page: no token, no network.
///
/// Cogs that are given as folders with a cog.toml are built; whenever something is saved there, they
/// are built again and take the place of what runs.
#[derive(clap::Args)]
pub struct Args {
    /// Cogs: components (.wasm), folders with a cog.toml (they are built first), or folders of
    /// components. The current folder when none is given.
    cogs: Vec<PathBuf>,
    /// Where the dashboard listens.
    #[arg(long, default_value = DEFAULT_WEB)]
    web: String,
    /// Where the local Discord listens: its page at /, its REST interface under /api/v10.
    #[arg(long, default_value = "127.0.0.1:8081")]
    discord: String,
    /// The folder for the database and the compiled cogs.
    #[arg(long, default_value = "data/dev")]
    data: PathBuf,
    /// The folder with sound files that cogs may play. Otherwise it is `media` under [voice] in
    /// cogbox.toml, if there is one in this folder; else there are two tunes.
    #[arg(long, value_name = "DIR")]
    media: Option<PathBuf>,
    /// Run the local Discord alone, for a bot in any language.
    #[arg(long, conflicts_with_all = ["cogs", "media"])]
    discord_only: bool,
    #[command(flatten)]
    toolchains: Toolchains,
    /// Start, run a command of each cog through all layers, decode a sound, and end.
    #[arg(long)]
    self_test: bool,
}

/// Where `[voice]` is read from, if it is there.
const CONFIG: &str = "cogbox.toml";

/// Does what has to be done before there are threads.
pub fn prepare(args: &Args) -> Result<Option<Trust>, Failure> {
    // A bot in another process has to be told by whoever starts it.
    let trust = (!args.discord_only).then(|| Trust::local_voice(&args.data));
    trust.transpose()
}

pub async fn run(args: Args, trust: Option<Trust>, _env: Environment) -> Result<(), Failure> {
    let address = |text: &str, option: &str| -> Result<SocketAddr, Failure> {
        loopback(text)
            .map_err(|(what, fix)| Failure::new(format!("{option}: {what}\n  fix: {fix}")))
    };
    let (web, discord) = (
        address(&args.web, "--web")?,
        address(&args.discord, "--discord")?,
    );
    let mut voice = voice(args.media)?;
    let others = cogbox_emulator::Options::default().max_concurrency;
    let local = cogbox_emulator::Options {
        bind: discord,
        // Who starts Cogbox again and again does not wait five seconds each time.
        max_concurrency: if args.discord_only { others } else { 0 },
        ..Default::default()
    };
    let found = if args.discord_only {
        Found::default()
    } else {
        cogs(&args.cogs, &args.toolchains)?
    };
    let discord = Emulator::start(local).await.map_err(|error| {
        Failure::new(format!("the local Discord can't start: {error}\n  fix: end what uses the port, or choose another with --discord"))
    })?;
    discord.guild("Cogbox Lab").add_voice_channel("Lounge", 0);
    let asked = asked_to_end();
    if args.discord_only {
        println!("local Discord  {}", discord.page_url());
        println!("REST           {}", discord.api_url());
        println!("bot token      {}", discord.token());
        println!(
            "voice          trust the certificate at {}_local/voice/authority",
            discord.page_url()
        );
        asked.await;
        discord.stop().await;
        return Ok(());
    }
    let listener = bind(web, "--web", "--web")?;
    let web = listener.local_addr().unwrap_or(web);
    if let Some(trust) = trust {
        trust.write()?;
    }
    if voice.media.is_none() {
        voice.media = Some(tunes::write(&args.data)?);
    }
    // A local Discord knows no sessions of the one before it.
    let _ = std::fs::remove_dir_all(args.data.join("sessions"));
    let options = Options {
        api: discord.api_url(),
        gateway: Some(discord.gateway_url()),
        token: Token::new(discord.token()),
        shards: Shards::Recommended,
        store: args.data.join("cogbox.db"),
        keep_left_guilds: KEEP_LEFT_GUILDS,
        cogs: found.cogs,
        lock: None,
        intents: Some(GatewayIntents::all()),
        net: Net::public(),
        voice,
        web: WebConfig::local(web),
        metrics: None,
        deadlines: Deadlines::default(),
        commands: Default::default(),
        incremental: true,
        mode: "dev",
        local_discord: Some(discord.page_url()),
    };
    let app = match App::start(options, listener).await {
        Ok(app) => app,
        Err(ended) => return ended.into(),
    };
    let ended = if args.self_test {
        let tested = self_test::run(&discord, &app.registry.snapshot()).await;
        app.stop().await;
        discord.stop().await;
        return tested;
    } else {
        for cog in app.registry.snapshot().cogs() {
            let granted: Vec<_> = cog.shape.named_asks().map(|ask| ask.name()).collect();
            if !granted.is_empty() {
                tracing::info!(
                    cog = cog.name(),
                    granted = granted.join(", "),
                    "granted, as always in dev"
                );
            }
        }
        println!(
            "\n  local Discord  {}   (type /cogs list there)",
            discord.page_url()
        );
        println!("  dashboard      http://{web}");
        for source in &found.sources {
            println!("  watching       {}", source.folder.display());
        }
        println!("\n  Ctrl-C ends all of it.\n");
        let watching = watch::watch(found.sources, Arc::clone(&app.keeper), args.toolchains);
        let watching = tokio::spawn(watching);
        let ended = app.run(asked).await;
        watching.abort();
        ended
    };
    discord.stop().await;
    ended.into()
}

/// What is configured of voice, with the folder that the command line names.
fn voice(media: Option<PathBuf>) -> Result<VoiceConfig, Failure> {
    let config = VoiceConfig::load(Path::new(CONFIG))?;
    match media {
        Some(folder) if !folder.is_dir() => Err(Failure::new(format!(
            "--media: there is no folder {}\n  fix: make it, or name the folder with the files to play",
            folder.display()
        ))),
        None => Ok(config),
        media => Ok(VoiceConfig { media, ..config }),
    }
}

/// The cogs to run, and those of them that are built here.
#[derive(Default)]
struct Found {
    cogs: BTreeMap<String, CogConfig>,
    sources: Vec<watch::Source>,
}

/// Finds the cogs that the paths name, building those that are sources.
fn cogs(paths: &[PathBuf], toolchains: &Toolchains) -> Result<Found, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut files = Vec::new();
    for path in paths {
        if path.join(manifest::FILE).is_file() {
            // What is saved during the build is seen after it.
            let saved = watch::Saved::of(path);
            let file = build::build(path, None, toolchains)?;
            files.push((file, Some((path.clone(), saved))));
        } else if path.is_dir() {
            let found = components(path)?;
            if found.is_empty() {
                return Err(Failure::new(format!(
                    "{}: there is neither a cog.toml nor a component in this folder\n  fix: name a cog's folder or its .wasm file",
                    path.display()
                )));
            }
            files.extend(found.into_iter().map(|file| (file, None)));
        } else {
            files.push((path.clone(), None));
        }
    }
    let mut found = Found::default();
    for (file, source) in files {
        let name = name(&file)?;
        let config = CogConfig::dev(file.clone());
        if found.cogs.insert(name.clone(), config).is_some() {
            return Err(Failure::new(format!(
                "{}: there is another cog named `{name}`\n  fix: leave one of them out",
                file.display()
            )));
        }
        found
            .sources
            .extend(source.map(|(folder, saved)| watch::Source {
                folder,
                name,
                component: file,
                saved,
            }));
    }
    Ok(found)
}

fn components(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .collect();
    files.sort();
    Ok(files)
}

/// In `dev` the author's own name for a cog will do; without one, the file's.
fn name(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::new(format!(
            "{}: {error}\n  fix: check the path",
            file.display()
        ))
    })?;
    let told = Shape::read(&bytes)
        .map(|shape| shape.metadata.name)
        .unwrap_or_default();
    let stem = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let name = if told.is_empty() { stem } else { told };
    check_name(&name)
        .map_err(|(what, fix)| Failure::new(format!("{}: {what}\n  fix: {fix}", file.display())))?;
    Ok(name)
}
