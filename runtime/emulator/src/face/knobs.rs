//! What only a test can do: wait for the bot, look at its requests, make things go wrong.

use std::time::Duration;

use serde_json::Value;

use crate::emulator::Emulator;
use crate::fault::{self, Fault};
use crate::gateway::{Order, Seen, SessionView};
use crate::hub::State;
use crate::model::Command;
use crate::rest::{Instead, Plan, Recorded, Scope};

impl Emulator {
    /// Waits until the bot is connected and identified.
    pub async fn bot_ready(&self) {
        let ready = |state: &mut State| state.sessions.connected().then_some(());
        self.wait("the bot did not connect", ready).await;
    }

    /// Waits until the bot has lost its connection.
    pub async fn bot_gone(&self) {
        let gone = |state: &mut State| (!state.sessions.connected()).then_some(());
        self.wait("the bot is still connected", gone).await;
    }

    /// Waits until there are commands, or a list of commands has been put.
    pub async fn commands_registered(&self) {
        let registered = |state: &mut State| {
            let world = &state.world;
            (world.command_writes > 0 || !world.commands.is_empty()).then_some(())
        };
        self.wait("no command was registered", registered).await;
    }

    /// Returns all registered commands.
    pub fn commands(&self) -> Vec<Command> {
        self.hub
            .with_quietly(|state| state.world.commands.values().cloned().collect())
    }

    /// Waits until a request fits, and returns it.
    pub async fn request(&self, fits: impl Fn(&Recorded) -> bool) -> Recorded {
        let found = |state: &mut State| state.recorder.all().into_iter().find(&fits);
        self.wait("no such request came", found).await
    }

    /// Returns the newest requests, the oldest of them first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.hub.with_quietly(|state| state.recorder.all())
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.hub.with_quietly(|state| state.recorder.clear());
    }

    /// Returns how many requests were answered with 401, 403 or 429, shared limits aside.
    pub fn invalid_requests(&self) -> u64 {
        self.hub.with_quietly(|state| state.limits.invalid_requests)
    }

    /// Answers the next request to a route in another way. `path` begins after `/api/v10`, and a
    /// `*` in it stands for any one step; a text as the body is sent as HTML.
    pub fn fail_next(&self, method: &str, path: &str, status: u16, body: Value) {
        self.plan(method, path, Instead::Answer { status, body });
    }

    /// Answers the next request to a route with 429 for a limit that several bots share.
    pub fn limit_shared(&self, method: &str, path: &str, retry_after: Duration) {
        self.plan(method, path, Instead::Limited(retry_after, Scope::Shared));
    }

    /// Resets the bot's token, as its owner or Discord may: every call with the old one is refused,
    /// and its sessions end with 4004. Returns the new token.
    pub fn reset_token(&self) -> String {
        self.hub.with(|state| state.reset_token(None))
    }

    /// Tells whether the bot is connected and identified.
    pub fn bot_connected(&self) -> bool {
        self.hub.with_quietly(|state| state.sessions.connected())
    }

    /// Returns the gateway's sessions, those that wait for a resume too.
    pub fn gateway_sessions(&self) -> Vec<SessionView> {
        self.hub.with_quietly(|state| state.sessions.views())
    }

    /// Returns how many times a client has identified.
    pub fn identifies(&self) -> u64 {
        self.hub.with_quietly(|state| state.sessions.identifies)
    }

    /// Closes the bot's connections with a code, or with a close frame that has none.
    pub fn disconnect_bot(&self, code: Option<u16>) {
        self.order(Order::Close(code));
    }

    /// Drops the bot's connections without a close frame.
    pub fn drop_bot(&self) {
        self.order(Order::Drop);
    }

    /// Asks the bot to reconnect.
    pub fn send_op7(&self) {
        self.order(Order::Send(
            r#"{"op":7,"d":null,"s":null,"t":null}"#.to_owned(),
        ));
    }

    /// Tells the bot that its session is invalid; `resumable` is what the payload says of it.
    pub fn send_op9(&self, resumable: bool) {
        self.order(Order::Send(format!(
            r#"{{"op":9,"d":{resumable},"s":null,"t":null}}"#
        )));
    }

    /// Asks the bot for a heartbeat at once.
    pub fn send_op1(&self) {
        self.order(Order::Send(
            r#"{"op":1,"d":null,"s":null,"t":null}"#.to_owned(),
        ));
    }

    /// Answers no more heartbeats of the present connections, or does so again.
    pub fn set_heartbeat_acks(&self, acks: bool) {
        self.hub.with_quietly(|state| state.sessions.set_acks(acks));
    }

    /// Sends new connections op 7 in place of Hello, that many times.
    pub fn reconnect_at_hello(&self, times: u32) {
        self.hub
            .with_quietly(|state| state.sessions.reconnect_at_hello = times);
    }

    /// Sends a dispatch of any name and content to all sessions, whatever their intents.
    pub fn dispatch_raw(&self, name: &str, data: &Value) {
        let data = data.to_string();
        self.hub
            .with_quietly(|state| state.sessions.dispatch_raw(name, &data));
    }

    /// Moves the clock on, and lets everything happen that was due by then.
    pub fn advance(&self, by: Duration) {
        self.hub.clock().advance(by);
        self.hub
            .with(|state| state.apply(crate::world::Change::TimePassed));
    }

    /// Makes something go wrong.
    ///
    /// # Panics
    ///
    /// When the fault names something that is not there, with a sentence that says so.
    pub fn cause(&self, fault: Fault) {
        if let Err(sentence) = fault::cause(&self.hub, fault) {
            panic!("{sentence}");
        }
    }

    /// Returns what clients did at the gateway: how they identified, resumed and first beat.
    pub fn gateway_log(&self) -> Vec<Seen> {
        self.hub.with_quietly(|state| state.sessions.log.all())
    }

    /// Returns sentences on what Discord asks of clients at the gateway and does not enforce.
    pub fn gateway_advice(&self) -> Vec<String> {
        let concurrency = self.hub.options().max_concurrency;
        self.hub
            .with_quietly(|state| state.sessions.log.advice(concurrency))
    }

    fn plan(&self, method: &str, path: &str, instead: Instead) {
        let plan = Plan {
            method: method.to_owned(),
            path: path.to_owned(),
            times: 1,
            instead,
        };
        self.hub.with_quietly(|state| state.plans.push(plan));
    }

    fn order(&self, order: Order) {
        self.hub
            .with_quietly(|state| state.sessions.order(&order, None));
    }

    async fn wait<T>(&self, failure: &str, section: impl FnMut(&mut State) -> Option<T>) -> T {
        let patience = self.hub.options().patience;
        match tokio::time::timeout(patience, self.hub.until(section)).await {
            Ok(found) => found,
            Err(_) => panic!("{failure} within {patience:?}"),
        }
    }
}
