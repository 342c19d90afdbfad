//! A bot with some cogs on a local Discord of its own, in this process.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cogbox::cog::Cog;
use cogbox::config::{CogConfig, Shards, Token, VoiceConfig, WebConfig};
use cogbox::discord::dispatch::Deadlines;
use cogbox::net::Net;
use cogbox::{App, Options};
use cogbox_emulator::{Answer, Emulator, Here};

use crate::compiled;

/// A running bot and its Discord. Dropping it ends both.
pub struct Bot {
    /// The local Discord.
    pub discord: Emulator,
    /// The bot.
    pub app: App,
    /// Where the dashboard listens.
    pub web: SocketAddr,
    /// The database and the compiled cogs; gone with the bot.
    pub data: tempfile::TempDir,
}

/// What a test may choose before the bot starts.
pub struct Setup {
    /// The local Discord's figures.
    pub discord: cogbox_emulator::Options,
    /// The cogs by name.
    pub cogs: BTreeMap<String, CogConfig>,
    /// How the host waits. The defer comes after 100 ms here, so that no test waits two seconds.
    pub deadlines: Deadlines,
    /// The shards that run here.
    pub shards: Shards,
    /// How commands are kept in sync.
    pub commands: cogbox::commands::Options,
    /// What of the web cogs can reach.
    pub net: Net,
    /// What stands between the bot and the local Discord's gateway, if anything does.
    pub gateway: Option<String>,
    /// What is played, and how.
    pub voice: VoiceConfig,
    /// Who may come in to the dashboard.
    pub dashboard: WebConfig,
    /// The file that says which components may run, if one does.
    pub lock: Option<PathBuf>,
    /// Whether compiled code is taken from earlier tests and left for later ones.
    pub share_code: bool,
}

/// A local Discord with Discord's own figures, whose every exchange is judged.
pub fn judged() -> cogbox_emulator::Options {
    cogbox_emulator::Options {
        witness: Some(cogbox_judge::Judge::of_all()),
        ..Default::default()
    }
}

/// Where a bot finds its Discord.
#[derive(Clone)]
pub struct Place {
    /// The REST interface.
    pub api: String,
    /// The gateway.
    pub gateway: String,
    /// The page for people.
    pub page: String,
    /// The bot's token.
    pub token: String,
}

impl Place {
    /// Returns where a local Discord is.
    pub fn of(discord: &Emulator) -> Self {
        Self {
            api: discord.api_url(),
            gateway: discord.gateway_url(),
            page: discord.page_url(),
            token: discord.token().to_owned(),
        }
    }
}

impl Setup {
    /// Returns a setup with these built cogs, each granted what it asks for.
    pub fn with(cogs: &[&str]) -> Self {
        let cogs = cogs
            .iter()
            .map(|name| (name.to_string(), CogConfig::dev(component(name))));
        let discord = cogbox_emulator::Options {
            // Tests reconnect and ask faster than people do.
            identify_interval: Duration::ZERO,
            global_limit: None,
            route_limits: false,
            // A busy machine is no reason to fail; a test of the deadline sets its own.
            answer_deadline: Duration::from_secs(30),
            ..judged()
        };
        let deadlines = Deadlines {
            defer: Duration::from_millis(100),
            drain: Duration::from_secs(1),
            reconnect: Duration::from_millis(1),
            // A jump of the clock is noticed as fast.
            timers: Duration::from_millis(10),
            ..Deadlines::default()
        };
        Self {
            discord,
            cogs: cogs.collect(),
            deadlines,
            shards: Shards::Recommended,
            commands: Default::default(),
            net: Net::public(),
            gateway: None,
            voice: VoiceConfig {
                decoder: env!("CARGO_BIN_EXE_cogbox").into(),
                ..VoiceConfig::default()
            },
            dashboard: WebConfig::default(),
            lock: None,
            share_code: false,
        }
    }

    /// Changes one cog's configuration.
    pub fn cog(mut self, name: &str, change: impl FnOnce(&mut CogConfig)) -> Self {
        change(self.cogs.get_mut(name).expect("the cog is in the setup"));
        self
    }

    /// Starts Discord and the bot, and waits until the commands are registered.
    pub async fn start(self) -> Bot {
        let discord = Emulator::start(self.discord.clone()).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        self.start_on(discord, data).await
    }

    /// Starts the bot on a Discord that is there already, with the data of an earlier bot.
    pub async fn start_on(self, discord: Emulator, data: tempfile::TempDir) -> Bot {
        let (app, web) = self.app(&discord, data.path()).await;
        discord.bot_ready().await;
        discord.commands_registered().await;
        Bot {
            discord,
            app,
            web,
            data,
        }
    }

    /// Starts the bot alone, and does not wait for anything.
    pub async fn app(self, discord: &Emulator, data: &Path) -> (App, SocketAddr) {
        self.app_at(Place::of(discord), data).await
    }

    /// The same on a Discord that may be another process's.
    pub async fn app_at(self, place: Place, data: &Path) -> (App, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let web = listener.local_addr().unwrap();
        let options = Options {
            api: place.api,
            gateway: Some(self.gateway.unwrap_or(place.gateway)),
            token: Token::new(place.token),
            shards: self.shards,
            store: data.join("cogbox.db"),
            keep_left_guilds: cogbox::config::KEEP_LEFT_GUILDS,
            cogs: self.cogs,
            lock: self.lock,
            voice: self.voice,
            web: self.dashboard,
            metrics: None,
            intents: None,
            net: self.net,
            deadlines: self.deadlines,
            commands: self.commands,
            incremental: false,
            mode: "dev",
            local_discord: Some(place.page),
        };
        let start = App::start(options, listener);
        let app = match self.share_code {
            true => compiled::shared(data, start).await,
            false => start.await,
        };
        (app.unwrap(), web)
    }
}

impl Bot {
    /// Starts a bot with these cogs and nothing special.
    pub async fn with(cogs: &[&str]) -> Self {
        Setup::with(cogs).start().await
    }

    /// Returns a person in #general of "Cogbox Lab".
    pub fn here(&self, person: &str) -> Here {
        let general = self.discord.guild("Cogbox Lab").channel("general");
        self.discord.person(person).in_channel(&general)
    }

    /// Returns a person in #lobby of another server, "Elsewhere", which is made for it.
    pub fn elsewhere(&self, person: &str) -> Here {
        let lobby = self.discord.add_guild("Elsewhere", &["lobby"], &[person]);
        self.discord
            .person(person)
            .in_channel(&lobby.channel("lobby"))
    }

    /// Stops the bot in order, and returns what outlives it.
    pub async fn stop(self) -> (Emulator, tempfile::TempDir) {
        self.app.stop().await;
        self.discord.bot_gone().await;
        (self.discord, self.data)
    }

    /// Stops the bot and starts it anew, with the same Discord and data, and a clock that does not go back.
    pub async fn restarts(self, setup: Setup) -> Self {
        self.restarts_after(setup, |_| ()).await
    }

    /// The same, with what happens in Discord meanwhile.
    pub async fn restarts_after(self, mut setup: Setup, meanwhile: impl FnOnce(&Emulator)) -> Self {
        let then = self.app.services.clock.millis();
        let (discord, data) = self.stop().await;
        meanwhile(&discord);
        // The shared code comes with a database of its own.
        setup.share_code = false;
        let bot = setup.start_on(discord, data).await;
        let clock = &bot.app.services.clock;
        let behind = (then - clock.millis()).max(0);
        clock.jump((behind + 999) / 1_000);
        bot
    }

    /// Returns a loaded cog.
    pub fn cog(&self, name: &str) -> Arc<Cog> {
        let snapshot = self.app.registry.snapshot();
        let found = snapshot.cogs().find(|cog| cog.name() == name);
        Arc::clone(found.expect("the cog is loaded"))
    }

    /// Runs a command and waits until the call is over, which is later than its answer.
    pub async fn ends(&self, here: &Here, cog: &str, typed: &str) -> Answer {
        let ended = || {
            let text = self.app.services.metrics.text();
            let of_cog = format!("cogbox_cog_calls_total{{cog=\"{cog}\"");
            let counts = text.lines().filter(|line| line.starts_with(&of_cog));
            let counts = counts.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok());
            counts.sum::<u64>()
        };
        let before = ended();
        let answer = here.runs(typed).await;
        assert!(eventually(|| ended() > before).await, "{typed} never ends");
        answer
    }

    /// Waits until a metric has a value: the host counts a call after it was answered.
    pub async fn counts(&self, series: &str, value: f64) {
        let reached = || self.metric(series) == value;
        if !eventually(reached).await {
            panic!("{series} is {}, not {value}", self.metric(series));
        }
    }

    /// Returns a metric's value by its whole name with labels, 0 when it is not there.
    pub fn metric(&self, series: &str) -> f64 {
        let text = self.app.services.metrics.text();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().unwrap())
    }
}

/// Looks again and again until something is so; tells whether it became so within five seconds.
pub async fn eventually(mut so: impl FnMut() -> bool) -> bool {
    for _ in 0..5_000 {
        if so() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    false
}

/// Returns a built cog's file. `make test` builds them first.
pub fn component(name: &str) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target");
    let found =
        ["cogs", "test-cogs"].map(|folder| target.join(folder).join(format!("{name}.wasm")));
    let found = found.into_iter().find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("the cog `{name}` is not built; run `make cogs` first"))
}
