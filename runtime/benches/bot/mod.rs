//! A real `cogbox run` in a process of its own, on a local Discord with some guilds.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cogbox_emulator::{Emulator, Here, Options};

/// Guilds that are used side by side.
pub const GUILDS: usize = 32;

/// A bot in a process of its own.
pub struct Bot {
    /// The local Discord.
    pub discord: Emulator,
    /// From the start of the process until it was ready.
    pub ready: Duration,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Bot {
    /// Starts a bot twice: the first start compiles the cogs, the second one is measured.
    pub async fn start(cogs: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the bot");
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
        let mut config = "[web]\nbind = \"127.0.0.1:0\"\n".to_owned();
        for (name, isolation) in cogs {
            let found =
                ["cogs", "test-cogs"].map(|kind| target.join(kind).join(format!("{name}.wasm")));
            let source = found.into_iter().find(|file| file.is_file());
            let source =
                source.unwrap_or_else(|| panic!("`{name}` is not built; run `make bench`"));
            // The share of a core is lifted: what is measured is the price of a call, not the brake.
            config += &format!(
                "[cogs.{name}]\nsource = {source:?}\nisolation = \"{isolation}\"\n\
                 grant = [\"guilds\", \"members\", \"roles\", \"messages\", \"player\"]\n\
                 limits = {{ cpu-share = 64.0, calls = 500, calls-per-guild = 500 }}\n"
            );
        }
        std::fs::write(folder.path().join("cogbox.toml"), config).expect("the configuration");
        let lock = command(folder.path())
            .arg("lock")
            .status()
            .expect("cogbox lock");
        assert!(lock.success(), "cogbox lock failed");
        let mut first = Self::once(folder).await;
        first.process.kill().expect("the first bot ends");
        first.process.wait().expect("the first bot ended");
        let folder = std::mem::replace(&mut first._folder, tempfile::tempdir().expect("a folder"));
        Self::once(folder).await
    }

    async fn once(folder: tempfile::TempDir) -> Self {
        let options = Options {
            global_limit: None,
            route_limits: false,
            // The second start does not wait for the first one's turn to be over.
            max_concurrency: 0,
            kept_requests: 10,
            ..Default::default()
        };
        let discord = Emulator::start(options).await.expect("a local Discord");
        for number in 0..GUILDS {
            discord.add_guild(&format!("Guild {number}"), &["general"], &["ann"]);
        }
        let began = Instant::now();
        let process = command(folder.path())
            .args([
                "run",
                "--api",
                &discord.api_url(),
                "--gateway",
                &discord.gateway_url(),
            ])
            .env("DISCORD_TOKEN", discord.token())
            .spawn()
            .expect("the bot's process");
        discord.bot_ready().await;
        discord.commands_registered().await;
        Self {
            discord,
            process,
            ready: began.elapsed(),
            _folder: folder,
        }
    }

    /// Returns ann in each guild.
    pub fn people(&self) -> impl Iterator<Item = Here> {
        let ann = self.discord.person("ann");
        (0..GUILDS).map(move |number| {
            let guild = self.discord.guild(&format!("Guild {number}"));
            ann.in_channel(&guild.channel("general"))
        })
    }

    /// Bytes of memory that are the bot's own, shared libraries left out.
    pub fn resident(&self) -> i64 {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).expect("the bot's process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<i64>().ok());
        kib.expect("Linux tells the resident size") << 10
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_cogbox")));
    command
        .current_dir(folder)
        .env("COGBOX_LOG", "error")
        .stdout(Stdio::null());
    command
}
