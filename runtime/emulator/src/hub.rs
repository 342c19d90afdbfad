//! The one place where everything shared lives: the world, the gateway's sessions, the limits, the
//! recorded requests. One std Mutex guards it, because every section under it is short and none
//! of them waits. Shells take it through [`Hub::with`].

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast, oneshot, watch};

use crate::clock::{Clock, Time};
use crate::gateway::{Sessions, dispatch, voice as gateway_voice};
use crate::oauth::OAuth;
use crate::options::Options;
use crate::rest::{Limits, Plan, Recorder};
use crate::snowflake::Id;
use crate::voice::{Sockets, Voice};
use crate::world::{Change, Event, Timing, World};

/// The events that a slow page may lag behind before it is told to fetch everything again.
const PEOPLE_BUFFER: usize = 1_024;

/// Shared by all connections, requests and tests.
pub struct Hub {
    state: Mutex<State>,
    voice: Arc<Voice>,
    options: Arc<Options>,
    clock: Clock,
    pub address: SocketAddr,
    /// Counts changes, so that whoever waits for something looks again.
    changes: watch::Sender<u64>,
    /// Wakes the task that lets deadlines happen.
    pub due: Notify,
    stop: watch::Sender<bool>,
}

/// What the mutex guards.
pub struct State {
    pub world: World,
    pub sessions: Sessions,
    pub limits: Limits,
    pub recorder: Recorder,
    pub voice: Arc<Voice>,
    /// What becomes of coming requests in place of their answers.
    pub plans: Vec<Plan>,
    pub options: Arc<Options>,
    /// The bot's token, until it is reset.
    pub token: String,
    resets: u32,
    /// People's own tokens, which let applications decide about commands in their name.
    pub bearers: HashMap<String, Id>,
    /// Who agreed to be known to the application.
    pub oauth: OAuth,
    /// The time at which the present section began.
    pub now: Time,
    /// This server's address as `http://host:port`.
    pub base: String,
    pub gateway_url: String,
    /// What people see, for the page's streams.
    pub people: broadcast::Sender<Arc<Event>>,
    /// Who waits for the first answer to an interaction.
    waiting: HashMap<Id, oneshot::Sender<()>>,
    changed: bool,
}

impl Hub {
    pub fn new(options: Options, address: SocketAddr, voice: &Sockets) -> Self {
        let clock = options.clock.clone();
        let now = clock.now();
        let timing = Timing {
            answer_deadline: options.answer_deadline,
            token_life: options.token_life,
        };
        let mut world = World::empty(
            &options.bot_name,
            options.privileged_intents,
            timing,
            options.random_seed,
            now,
        );
        world.attachment_limit = options.attachment_limit;
        world.application.interactions_endpoint_url = options.interactions_endpoint_url.clone();
        if options.seed_world {
            world.settle(now);
        }
        let options = Arc::new(options);
        let people = broadcast::Sender::new(PEOPLE_BUFFER);
        let voice = Arc::new(Voice::new(voice, people.clone()));
        let state = State {
            world,
            sessions: Sessions::sparse(options.sparse),
            limits: Limits::default(),
            recorder: Recorder::new(options.kept_requests),
            voice: voice.clone(),
            plans: Vec::new(),
            options: options.clone(),
            token: options.token.clone(),
            resets: 0,
            bearers: HashMap::new(),
            oauth: OAuth::default(),
            now,
            base: format!("http://{address}"),
            gateway_url: format!("ws://{address}/gateway"),
            people,
            waiting: HashMap::new(),
            changed: false,
        };
        Hub {
            state: Mutex::new(state),
            voice,
            options,
            clock,
            address,
            changes: watch::Sender::new(0),
            due: Notify::new(),
            stop: watch::Sender::new(false),
        }
    }

    pub fn options(&self) -> &Options {
        &self.options
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The calls, which have a lock of their own: packets come often.
    pub fn voice(&self) -> &Voice {
        &self.voice
    }

    /// Tells everything that runs on to end.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until everything is to end.
    pub async fn stopped(&self) {
        // The sender lives in `self`, so waiting ends only by the order to stop.
        let _ = self.stop.subscribe().wait_for(|stop| *stop).await;
    }

    /// Runs a short section with the state, and then wakes those who wait for a change.
    pub fn with<T>(&self, section: impl FnOnce(&mut State) -> T) -> T {
        let (result, changed) = {
            let mut state = self.lock();
            let result = section(&mut state);
            if !state.world.voice.is_empty() {
                gateway_voice::end_lost(&mut state);
            }
            (result, std::mem::take(&mut state.changed))
        };
        if changed {
            self.changes.send_modify(|count| *count += 1);
            self.due.notify_one();
        }
        result
    }

    /// Runs a short section that changes nothing anybody waits for.
    pub fn with_quietly<T>(&self, section: impl FnOnce(&mut State) -> T) -> T {
        section(&mut self.lock())
    }

    /// Waits until the section finds what it looks for, looking again after every change.
    pub async fn until<T>(&self, mut section: impl FnMut(&mut State) -> Option<T>) -> T {
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            if let Some(found) = self.with_quietly(&mut section) {
                return found;
            }
            // The sender lives in `self`, so this only ever ends by a change.
            let _ = changes.changed().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic inside a section is a bug of ours; the state is still the best there is.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = self.clock.now();
        state.world.now = state.now;
        state
    }
}

impl State {
    /// Makes a change to the world, and tells everyone whom it concerns.
    pub fn apply(&mut self, change: Change) -> Option<Id> {
        let applied = self.world.apply(change, self.now);
        for event in applied.events {
            self.tell(event);
        }
        self.changed = true;
        applied.id
    }

    /// Takes the bot's token away and returns the next one, which is made up unless it is given.
    /// All its sessions end.
    pub fn reset_token(&mut self, next: Option<String>) -> String {
        self.resets += 1;
        let made_up = || format!("{}.reset{}", self.options.token, self.resets);
        self.token = next.unwrap_or_else(made_up);
        self.sessions.revoke();
        self.touch();
        self.token.clone()
    }

    /// Notes that something outside the world changed that somebody may wait for.
    pub fn touch(&mut self) {
        self.changed = true;
    }

    /// Returns a way to wait for the first answer to an interaction, or for its failure.
    pub fn first_answer(&mut self, interaction: Id) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.insert(interaction, sender);
        receiver
    }

    fn tell(&mut self, event: Event) {
        if let Event::GuildCreated(guild) = &event {
            self.sessions.show_guild(&self.world, *guild, self.now);
        }
        if let Event::VoiceChanged {
            guild, user, state, ..
        } = &event
        {
            self.voice
                .moved(&self.world, *guild, *user, state, self.now);
        }
        if let Event::VoiceServerChosen(guild) = &event {
            self.voice.renewed(&self.world, *guild);
            gateway_voice::tell_server(self, *guild);
        }
        // Without a session there is nobody to write a payload for.
        let heard = !self.sessions.is_empty();
        let wanted = self.sessions.wanted();
        let rendered = || dispatch::render(&self.world, &event, &self.base, wanted, self.now);
        if let Some(dispatch) = heard.then(rendered).flatten() {
            self.sessions.dispatch(&dispatch);
        }
        if let Event::InteractionMoved(id) = &event
            && let Some(interaction) = self.world.interactions.get(id)
            && interaction.stage != crate::model::Stage::Sent
            && let Some(waiting) = self.waiting.remove(id)
        {
            // Nobody minds if whoever waited is gone.
            let _ = waiting.send(());
        }
        // Without a page open there is nobody to tell, and that is fine.
        let _ = self.people.send(Arc::new(event));
    }
}
