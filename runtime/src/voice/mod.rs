//! Voice: songbird's calls, one for each guild in which the bot is in a voice channel or was.
//!
//! A call asks the main gateway to be in a channel and is told by two events where its voice server
//! is; `gateway` carries both. The sound goes over a connection of songbird's own. A `player` decides
//! what a call plays, by the rules of `queue`.

mod ahead;
mod course;
mod decode;
pub mod decoder;
mod driver;
mod gateway;
mod happens;
mod hls;
mod icy;
mod leaving;
mod m3u8;
pub mod media;
mod mpegts;
pub mod page;
pub mod people;
pub mod player;
pub mod queue;
mod radio;
mod remote;
pub mod resolver;
pub mod sound;
mod sounding;
mod stage;
mod stereo;
mod told;
mod turns;
pub mod wav;
pub mod web;

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serenity::model::id::{ChannelId, GuildId, UserId};
use songbird::driver::{DisposalThread, Scheduler};
use songbird::error::{JoinError, JoinResult};
use songbird::shards::Shard;
use songbird::{Call, Config};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::cache::Cache;
use crate::config::{Resolver, VoiceConfig};
use crate::net::Net;
use crate::rest::Rest;
use crate::store::Store;
use crate::telemetry::{Metrics, Stage};
use crate::ways::{ShardId, Ways};
use decoder::Decoders;
use gateway::Heard;
use happens::Happens;
use media::Media;
use people::{Changed, Roll, SharedPeople};
use player::{Player, PlayerError, Told};
use sound::Tools;

/// A call, which whoever plays something shares with the gateway: locked for moments only, and
/// never while a join is waited for.
pub type SharedCall = Arc<tokio::sync::Mutex<Call>>;

/// All calls. One for the process, when a loaded cog plays something.
pub struct Voice {
    about: About,
    calls: Mutex<HashMap<GuildId, SharedCall>>,
    players: tokio::sync::Mutex<HashMap<GuildId, Arc<Player>>>,
    people: SharedPeople,
    /// Told at every change of the former.
    moves: watch::Sender<()>,
    /// The process ends, and no channel is joined any more.
    ends: AtomicBool,
    media: Option<Media>,
    decoders: Decoders,
    /// yt-dlp, where the operator allows it.
    resolver: Option<Arc<resolver::Resolver>>,
    config: Config,
    heard: mpsc::UnboundedSender<Heard>,
    telling: Telling,
    /// Where connections live: the guests' own runtime has no sockets.
    runtime: Handle,
}

/// What calls and players are made with.
pub struct About {
    /// Who the bot is.
    pub cache: Arc<Cache>,
    /// The ways out by the shards.
    pub ways: Arc<Ways>,
    /// How a stage is asked for the word.
    pub rest: Rest,
    /// Where the loudness of guilds is kept.
    pub store: Store,
    /// Every number.
    pub metrics: Arc<Metrics>,
    /// What the operator configured.
    pub config: VoiceConfig,
    /// What fetches sound from the web.
    pub web: web::Client,
    /// What of the web yt-dlp reaches.
    pub net: Net,
}

/// Tells what players do.
#[derive(Clone)]
pub struct Telling {
    told: mpsc::UnboundedSender<(GuildId, Told)>,
    metrics: Arc<Metrics>,
}

impl Telling {
    fn tell(&self, guild: GuildId, told: Told) {
        match &told {
            Told::Started(_) | Told::Idle => {}
            Told::Ended(_, why) => {
                let tracks = &self.metrics.voice_tracks_total;
                tracks.with_label_values(&[why.label()]).inc();
            }
            Told::Left(why) => {
                self.metrics.voice_connections.dec();
                let departures = &self.metrics.voice_departures_total;
                departures.with_label_values(&[why.label()]).inc();
            }
        }
        // Nobody listens while the bot stops.
        let _ = self.told.send((guild, told));
    }

    fn failed(&self, stage: Stage) {
        self.metrics.voice_failed(stage);
    }

    fn joined(&self) {
        self.metrics.voice_connections.inc();
    }
}

impl Voice {
    /// Starts listening to what the shards hear, and returns also where players tell what they do. It
    /// ends when nobody holds the calls any more.
    pub fn start(about: About) -> (Arc<Self>, mpsc::UnboundedReceiver<(GuildId, Told)>) {
        let (heard, hears) = mpsc::unbounded_channel();
        let (told, tells) = mpsc::unbounded_channel();
        // One of each for all calls: by itself every call would start a thread, and all of them would
        // share what ends with the runtime that had it first.
        let config = Config::default()
            .disposer(DisposalThread::run())
            .scheduler(Scheduler::default());
        let asks = about.config.resolvers.contains(&Resolver::YtDlp);
        let resolver = asks.then(|| {
            let (config, net) = (about.config.yt_dlp.clone(), about.net.clone());
            resolver::Resolver::start(config, net, Arc::clone(&about.metrics))
        });
        let voice = Arc::new(Self {
            resolver,
            calls: Mutex::default(),
            players: tokio::sync::Mutex::default(),
            people: SharedPeople::default(),
            moves: watch::Sender::new(()),
            ends: AtomicBool::new(false),
            media: about.config.media.clone().map(Media::new),
            decoders: Decoders::new(about.config.decoder.clone()),
            config,
            heard,
            telling: Telling {
                told,
                metrics: Arc::clone(&about.metrics),
            },
            runtime: Handle::current(),
            about,
        });
        tokio::spawn(listen(Arc::downgrade(&voice), hears));
        (voice, tells)
    }

    /// Returns the operator's media, if there are some.
    pub fn media(&self) -> Option<&Media> {
        self.media.as_ref()
    }

    /// Returns what fetches sound from the web.
    pub fn web(&self) -> &web::Client {
        &self.about.web
    }

    /// Whether the operator allows a way to sound on the web.
    pub fn allows(&self, resolver: Resolver) -> bool {
        self.about.config.resolvers.contains(&resolver)
    }

    /// Returns yt-dlp, where the operator allows it.
    pub fn resolver(&self) -> Option<&Arc<resolver::Resolver>> {
        self.resolver.as_ref()
    }

    /// Returns the version of yt-dlp, where it is allowed and has told it.
    pub fn resolver_version(&self) -> Option<&str> {
        self.resolver.as_ref()?.version()
    }

    /// Returns who is in the voice channels.
    pub fn people(&self) -> &SharedPeople {
        &self.people
    }

    /// Whether the bot is only in the audience of a stage, where nobody hears it.
    pub fn is_suppressed(&self, guild: GuildId) -> bool {
        let me = self.about.cache.me().map(|me| me.id);
        me.is_some_and(|me| people::lock(&self.people).is_suppressed(guild, me))
    }

    /// Returns the player of a guild, if the bot was in voice there.
    pub async fn player(&self, guild: GuildId) -> Option<Arc<Player>> {
        self.players.lock().await.get(&guild).map(Arc::clone)
    }

    /// Returns every player.
    pub async fn players(&self) -> Vec<(GuildId, Arc<Player>)> {
        let players = self.players.lock().await;
        let all = players
            .iter()
            .map(|(guild, player)| (*guild, Arc::clone(player)));
        all.collect()
    }

    /// Returns the player of a guild, which is made if there is none.
    pub async fn player_for(&self, guild: GuildId) -> Result<Arc<Player>, PlayerError> {
        let mut players = self.players.lock().await;
        if self.ends.load(Ordering::Relaxed) {
            return Err(PlayerError::Join("the bot is stopping".to_owned()));
        }
        if let Some(player) = players.get(&guild) {
            return Ok(Arc::clone(player));
        }
        let call = self.call(guild).map_err(PlayerError::unjoined)?;
        let volume = match self.about.store.volume(guild).await {
            Ok(volume) => volume.unwrap_or(player::VOLUME),
            Err(error) => {
                tracing::warn!(%error, "how loud a server wants it can't be read");
                player::VOLUME
            }
        };
        let alone = self.about.config.alone;
        let people = Arc::clone(&self.people);
        let tools = Tools {
            web: self.about.web.clone(),
            decoders: self.decoders.clone(),
        };
        let telling = self.telling.clone();
        let player = Player::start(guild, call, people, telling, tools, volume, alone).await;
        players.insert(guild, Arc::clone(&player));
        Ok(player)
    }

    /// Does something where connections can live, and waits for it.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        // It ends only with the process.
        self.runtime.spawn(work).await.ok()
    }

    /// The same for what is of no use when nobody waits for it any more: then it ends.
    pub async fn run_while_awaited<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let mut task = JoinSet::new();
        task.spawn_on(work, &self.runtime);
        task.join_next().await?.ok()
    }

    /// Takes in what an earlier process left in a session that goes on: who was in voice, if it stopped
    /// in order, and where the bot was.
    pub fn restore(&self, roll: Option<Roll>, own: &BTreeMap<GuildId, ChannelId>, me: UserId) {
        let mut people = people::lock(&self.people);
        people.restore(roll.unwrap_or_default());
        for (guild, channel) in own {
            people.is_in(*guild, me, *channel);
        }
    }

    /// Returns who is in voice in the guilds of a shard.
    pub fn roll(&self, shard: ShardId) -> Roll {
        people::lock(&self.people).roll(|guild| shard.serves(guild))
    }

    /// Returns the channel that the bot is in.
    pub fn place(&self, guild: GuildId) -> Option<ChannelId> {
        let me = self.about.cache.me()?.id;
        people::lock(&self.people).place(guild, me)
    }

    /// Notes that a shard is connected. `anew` says that its session is a new one, in which the bot is
    /// in no channel yet and all guilds are told anew.
    pub fn connected(&self, shard: ShardId, anew: bool) {
        if anew {
            people::lock(&self.people).forget(|guild| shard.serves(guild));
        }
        self.hear(Heard::Connected { shard, anew });
    }

    /// Takes in one dispatch, after the cache did. It never waits, and keeps what calls need.
    pub fn dispatched(&self, kind: &str, raw: &str) {
        let me = self.about.cache.me().map(|me| me.id);
        let changed = people::lock(&self.people).apply(kind, raw);
        match changed {
            Ok(Some(changed)) => self.changed(changed, kind, me),
            Ok(None) => {}
            Err(error) => tracing::warn!(event = kind, %error, "who is in voice can't be read"),
        }
        match Heard::read(kind, raw, me) {
            Ok(Some(heard)) if self.knows(&heard) => self.hear(heard),
            Ok(_) => {}
            Err(error) => tracing::warn!(event = kind, %error, "an event of voice can't be read"),
        }
    }

    fn changed(&self, changed: Changed, kind: &str, me: Option<UserId>) {
        let guild = changed.guild;
        self.moves.send_replace(());
        if kind == "GUILD_CREATE" && self.place(guild).is_some() {
            self.hear(Heard::Found(guild));
        }
        if self.known(guild).is_none() {
            return;
        }
        self.hear(Heard::People(guild));
        if let Some((user, stage)) = changed.audience
            && Some(user) == me
        {
            let rest = self.about.rest.clone();
            tokio::spawn(stage::speaks(rest, guild, stage));
        }
    }

    /// Returns the call of a guild, which is made if there is none. It fails before the bot knows
    /// who it is.
    pub fn call(&self, guild: GuildId) -> JoinResult<SharedCall> {
        let me = self.about.cache.me().ok_or(JoinError::NoSender)?.id;
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let call = calls.entry(guild).or_insert_with(|| {
            let shard = Shard::Generic(Arc::clone(&self.about.ways) as _);
            let (guild, me) = (NonZeroU64::from(guild), NonZeroU64::from(me));
            let call = Call::from_config(guild, shard, me, self.config.clone());
            Arc::new(tokio::sync::Mutex::new(call))
        });
        Ok(Arc::clone(call))
    }

    /// Returns the call of a guild, if there is one.
    fn known(&self, guild: GuildId) -> Option<SharedCall> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(&guild).map(Arc::clone)
    }

    fn forget(&self, guild: GuildId) -> Option<SharedCall> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.remove(&guild)
    }

    fn knows(&self, heard: &Heard) -> bool {
        heard
            .guild()
            .is_none_or(|guild| self.known(guild).is_some())
    }

    fn hear(&self, heard: Heard) {
        // The listener lives as long as this does, and what it hears is about our own calls alone.
        let _ = self.heard.send(heard);
    }

    async fn happens(&self, guild: GuildId, what: Happens) {
        if let Some(player) = self.player(guild).await {
            player.happens(what);
        }
    }

    /// Tells the calls what was heard.
    async fn take(&self, heard: Heard) {
        match heard {
            Heard::State {
                guild,
                session,
                channel,
            } => {
                if let Some(call) = self.known(guild) {
                    let mut call = call.lock().await;
                    let goes_in =
                        call.current_channel().is_some() && call.current_connection().is_none();
                    // While it goes into a channel, that it is in none is late news of the one it
                    // was in before. Whoever takes it out just then lets its time run out.
                    if channel.is_some() || !goes_in {
                        call.update_state(session, channel);
                    }
                    drop(call);
                    self.happens(guild, Happens::Placed).await;
                }
            }
            Heard::Server {
                guild,
                endpoint,
                token,
            } => {
                if let Some(call) = self.known(guild) {
                    call.lock().await.update_server(endpoint, token);
                }
            }
            Heard::Removed(guild) => {
                if let Some(call) = self.forget(guild) {
                    let nowhere = None::<songbird::id::ChannelId>;
                    call.lock().await.update_state(String::new(), nowhere);
                }
                self.happens(guild, Happens::Placed).await;
                self.players.lock().await.remove(&guild);
            }
            Heard::People(guild) => self.happens(guild, Happens::Company).await,
            Heard::Found(guild) => self.leave_astray(guild).await,
            Heard::Connected { shard, anew } => {
                self.ask_again(shard, anew).await;
                self.leave_all_astray(shard).await;
            }
        }
    }

    /// Asks again what may be lost. A new session is asked for the channels that calls are in, since
    /// Discord takes the bot out of those that it went into by a session which is over. An old one is
    /// asked what it has not fulfilled: it may have gone out just when the connection broke.
    async fn ask_again(&self, shard: ShardId, anew: bool) {
        let calls: Vec<_> = {
            let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            let here = calls.iter().filter(|(guild, _)| shard.serves(**guild));
            here.map(|(_, call)| Arc::clone(call)).collect()
        };
        for call in calls {
            let mut call = call.lock().await;
            let lost = match anew {
                true => call.current_channel().is_some(),
                false => call.current_connection().is_none(),
            };
            if lost {
                // Nothing is changed by it, but all of it is sent.
                let deaf = call.is_deaf();
                if let Err(error) = call.deafen(deaf).await {
                    tracing::warn!(%error, "a voice channel can't be asked for again");
                }
            }
        }
    }
}

/// Passes on what the shards heard, in its order.
async fn listen(voice: Weak<Voice>, mut hears: mpsc::UnboundedReceiver<Heard>) {
    while let Some(heard) = hears.recv().await {
        let Some(voice) = voice.upgrade() else { return };
        voice.take(heard).await;
    }
}
