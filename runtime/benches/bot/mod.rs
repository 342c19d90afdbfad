//! A real `cogbox run` in a process of its own, on a local Discord with some guilds.

#[allow(dead_code, reason = "not every bench asks for the same")]
pub mod load;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cogbox_emulator::{Emulator, Here, Options};

/// Guilds that are used side by side, unless a bench wants more.
pub const GUILDS: usize = 32;

/// A bot in a process of its own.
pub struct Bot {
    /// The local Discord.
    pub discord: Emulator,
    /// From the start of the process until it was ready.
    pub ready: Duration,
    /// Where the dashboard listens.
    pub web: SocketAddr,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Bot {
    /// Starts a bot twice: the first start compiles the cogs, the second one is measured.
    pub async fn start(cogs: &[(&str, &str)]) -> Self {
        Self::with(cogs, "", &[]).await
    }

    /// The same with more in its configuration and in its environment.
    pub async fn with(
        cogs: &[(&str, &str)],
        more: &str,
        environment: &[(&'static str, PathBuf)],
    ) -> Self {
        Self::in_guilds(GUILDS, cogs, more, environment).await
    }

    /// The same in so many guilds. A cog named `fun-7` is another one of the component `fun`.
    pub async fn in_guilds(
        guilds: usize,
        cogs: &[(&str, &str)],
        more: &str,
        environment: &[(&'static str, PathBuf)],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the bot");
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
        let web = free_address();
        let mut config = format!("[web]\nbind = \"{web}\"\n{more}");
        for (name, isolation) in cogs {
            let file = name.trim_end_matches(|c: char| c.is_ascii_digit());
            let file = file.trim_end_matches('-');
            let found =
                ["cogs", "test-cogs"].map(|kind| target.join(kind).join(format!("{file}.wasm")));
            let source = found.into_iter().find(|file| file.is_file());
            let source =
                source.unwrap_or_else(|| panic!("`{name}` is not built; run `make bench`"));
            // The share of a core is lifted: what is measured is the price of a call, not the brake.
            config += &format!(
                "[cogs.{name}]\nsource = {source:?}\nisolation = \"{isolation}\"\n\
                 grant = [\"guilds\", \"members\", \"roles\", \"messages\", \"player\", \"schedule\", \
                 \"shared-store.bench\"]\n\
                 limits = {{ cpu-share = 64.0, calls = 500, calls-per-guild = 500 }}\n"
            );
        }
        std::fs::write(folder.path().join("cogbox.toml"), config).expect("the configuration");
        let lock = command(folder.path())
            .arg("lock")
            .status()
            .expect("cogbox lock");
        assert!(lock.success(), "cogbox lock failed");
        Self::twice(folder, web, guilds, environment).await
    }

    /// The same with cogs as `cogbox add` takes them: each has all that it asks for, and the limits
    /// that it has by default.
    pub async fn added(components: &[PathBuf]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the bot");
        let web = free_address();
        let config = format!("[web]\nbind = \"{web}\"\n");
        std::fs::write(folder.path().join("cogbox.toml"), config).expect("the configuration");
        for component in components {
            let mut add = command(folder.path());
            let added = add.args(["add", "--grant"]).arg(component).status();
            assert!(added.expect("cogbox add").success(), "cogbox add failed");
        }
        Self::twice(folder, web, 1, &[]).await
    }

    async fn twice(
        folder: tempfile::TempDir,
        web: SocketAddr,
        guilds: usize,
        environment: &[(&'static str, PathBuf)],
    ) -> Self {
        let mut first = Self::once(folder, web, guilds, environment).await;
        first.process.kill().expect("the first bot ends");
        first.process.wait().expect("the first bot ended");
        let folder = std::mem::replace(&mut first._folder, tempfile::tempdir().expect("a folder"));
        Self::once(folder, web, guilds, environment).await
    }

    async fn once(
        folder: tempfile::TempDir,
        web: SocketAddr,
        guilds: usize,
        environment: &[(&str, PathBuf)],
    ) -> Self {
        let options = Options {
            global_limit: None,
            route_limits: false,
            // The second start does not wait for the first one's turn to be over.
            max_concurrency: 0,
            kept_requests: 10,
            ..Default::default()
        };
        let discord = Emulator::start(options).await.expect("a local Discord");
        for number in 0..guilds {
            discord.add_guild(&format!("Guild {number}"), &["general"], &["ann"]);
        }
        let began = Instant::now();
        let mut process = command(folder.path())
            .args([
                "run",
                "--api",
                &discord.api_url(),
                "--gateway",
                &discord.gateway_url(),
            ])
            .env("DISCORD_TOKEN", discord.token())
            .envs(environment.iter().cloned())
            .spawn()
            .expect("the bot's process");
        // All its shards. The first start compiles the cogs, which takes minutes for one in Python.
        while !is_ready(web) {
            let ended = process.try_wait().expect("the bot's process");
            assert!(ended.is_none(), "the bot ended: {ended:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        discord.bot_ready().await;
        discord.commands_registered().await;
        Self {
            discord,
            process,
            ready: began.elapsed(),
            web,
            _folder: folder,
        }
    }

    /// Returns ann in each guild of those that are used.
    pub fn people(&self) -> impl Iterator<Item = Here> {
        let ann = self.discord.person("ann");
        (0..GUILDS).map(move |number| {
            let guild = self.discord.guild(&format!("Guild {number}"));
            ann.in_channel(&guild.channel("general"))
        })
    }

    /// Returns its process's id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Bytes of memory that are the bot's own, shared libraries left out.
    pub fn resident(&self) -> i64 {
        let status = format!("/proc/{}/status", self.id());
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

/// Tells whether every shard is there, and every cog.
fn is_ready(web: SocketAddr) -> bool {
    answer(web, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Reads a page of the dashboard's, head and all.
pub fn page(web: SocketAddr, path: &str) -> String {
    let page = answer(web, path).expect("the dashboard answers");
    assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
    page
}

fn answer(web: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(web)?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// An address that nobody has. The bot is told it, so that it is the same at every start.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("a port")
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_cogbox")));
    command
        .current_dir(folder)
        .env("COGBOX_LOG", "error")
        .stdout(Stdio::null());
    command
}
