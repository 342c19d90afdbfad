//! The answer to one interaction: a small state machine between the cog, the host's own deadline
//! and Discord.
//!
//! Discord wants a first answer within three seconds. The host defers for a cog that is slow, and
//! what the cog says later becomes an edit or a followup. Every step holds the state's lock while
//! it talks to Discord, so the host's defer and the cog's own answer can't both be the first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cogbox_world::Fault;
use serde_json::{Value, json};
use serenity::model::id::{ApplicationId, InteractionId, MessageId};
use tokio::sync::Mutex;

use super::{invalid, told};
use crate::rest::{Request, Rest, RestError, Route, Upload};
use crate::telemetry::Metrics;

const EPHEMERAL: u64 = 1 << 6;

/// What the person used, as far as it decides how to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A command: an answer is a new message.
    Command,
    /// A component: an answer may also change the message it sits on.
    Component,
    /// A submitted modal: like a command, but no modal may follow.
    Modal,
}

/// One answer. Clones share it.
#[derive(Clone)]
pub struct Answer {
    shared: Arc<Shared>,
}

struct Shared {
    id: InteractionId,
    token: String,
    application: ApplicationId,
    source: Source,
    cog: String,
    rest: Rest,
    metrics: Arc<Metrics>,
    received: Instant,
    state: Mutex<State>,
    /// The token has run out: Discord takes nothing more, and counts each further try.
    over: AtomicBool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was said.
    Open,
    /// A message that reads "thinking" waits to be filled. When the host deferred first, the cog
    /// may have promised its answer to other eyes since.
    Thinking { private: bool, promised: bool },
    /// Discord has its first answer and shows nothing new: what comes is a message of its own. A
    /// cog that defers now promises it to someone.
    Acknowledged { promised: Option<bool> },
    /// The cog has answered.
    Answered(Reply),
    /// Discord no longer takes an answer.
    Late,
}

/// The message that `edit-reply` and `delete-reply` mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    /// Discord's `@original`.
    Original,
    /// A followup that stands for the reply.
    Followup(MessageId),
    /// `@original` is the message the component sits on, updated.
    Updated,
    /// There is none: a modal was shown, or the reply was deleted.
    None,
}

/// Which interaction it is, and who serves it.
pub struct Ticket {
    /// The interaction's id and token.
    pub id: InteractionId,
    /// The secret that lets one answer.
    pub token: String,
    /// The bot's application.
    pub application: ApplicationId,
    /// What was used.
    pub source: Source,
    /// The cog that answers.
    pub cog: String,
    /// When the event arrived.
    pub received: Instant,
}

impl Answer {
    /// Returns the answer to a new interaction.
    pub fn new(ticket: Ticket, rest: Rest, metrics: Arc<Metrics>) -> Self {
        let Ticket {
            id,
            token,
            application,
            source,
            cog,
            received,
        } = ticket;
        let state = Mutex::new(State::Open);
        let shared = Shared {
            id,
            token,
            application,
            source,
            cog,
            rest,
            metrics,
            received,
            state,
            over: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Says something. After a defer it fills the waiting message, or, where the visibility
    /// differs, takes that one away and says it anew.
    pub async fn reply(&self, body: Value, files: Vec<Upload>, private: bool) -> Result<(), Fault> {
        let shared = &self.shared;
        let mut state = shared.state.lock().await;
        *state = match *state {
            State::Open => {
                shared
                    .first(&mut state, 4, Some(visible(body, private)), files)
                    .await?;
                State::Answered(Reply::Original)
            }
            State::Thinking {
                private: waiting, ..
            } if waiting == private => {
                shared.patch_original(body, files).await?;
                State::Answered(Reply::Original)
            }
            State::Thinking { .. } => {
                shared.clear(&mut state, private).await?;
                State::Answered(Reply::Followup(shared.follow(body, files, private).await?))
            }
            State::Acknowledged { .. } => {
                State::Answered(Reply::Followup(shared.follow(body, files, private).await?))
            }
            State::Answered(_) => {
                return Err(invalid(
                    "this was answered already; use `followup` or `edit-reply`",
                ));
            }
            State::Late => return Err(late()),
        };
        Ok(())
    }

    /// Shows "thinking" until the reply. When the host was faster, its defer stands.
    pub async fn defer(&self, private: bool) -> Result<(), Fault> {
        let shared = &self.shared;
        let mut state = shared.state.lock().await;
        match *state {
            State::Open => {
                shared
                    .first(&mut state, 5, Some(visible(json!({}), private)), Vec::new())
                    .await?;
                *state = State::Thinking {
                    private,
                    promised: private,
                };
                Ok(())
            }
            State::Thinking {
                private: waiting, ..
            } => {
                *state = State::Thinking {
                    private: waiting,
                    promised: private,
                };
                Ok(())
            }
            State::Acknowledged { .. } => {
                *state = State::Acknowledged {
                    promised: Some(private),
                };
                Ok(())
            }
            State::Answered(_) => Err(invalid("this was answered already")),
            State::Late => Err(late()),
        }
    }

    /// The host's own defer, when the cog has said nothing for most of Discord's three seconds.
    /// Returns whether it was needed.
    pub async fn defer_for_cog(&self, private: bool) -> bool {
        let shared = &self.shared;
        let mut state = shared.state.lock().await;
        if *state != State::Open {
            return false;
        }
        let (kind, data, next) = match shared.source {
            Source::Component => (6, None, State::Acknowledged { promised: None }),
            Source::Command | Source::Modal => (
                5,
                Some(visible(json!({}), private)),
                State::Thinking {
                    private,
                    promised: private,
                },
            ),
        };
        match shared.first(&mut state, kind, data, Vec::new()).await {
            Ok(()) => *state = next,
            Err(_) => return false,
        }
        shared
            .metrics
            .auto_defers_total
            .with_label_values(&[shared.cog.as_str()])
            .inc();
        true
    }

    /// Changes the reply, or fills the waiting message; returns the message's id.
    pub async fn edit_reply(&self, body: Value, files: Vec<Upload>) -> Result<MessageId, Fault> {
        let shared = &self.shared;
        let mut state = shared.state.lock().await;
        match *state {
            State::Thinking { private, promised } if private == promised => {
                let id = shared.patch_original(body, files).await?;
                *state = State::Answered(Reply::Original);
                Ok(id)
            }
            State::Thinking { promised, .. } => {
                shared.clear(&mut state, promised).await?;
                let id = shared.follow(body, files, promised).await?;
                *state = State::Answered(Reply::Followup(id));
                Ok(id)
            }
            State::Acknowledged {
                promised: Some(private),
            } => {
                let id = shared.follow(body, files, private).await?;
                *state = State::Answered(Reply::Followup(id));
                Ok(id)
            }
            State::Answered(Reply::Original) => shared.patch_original(body, files).await,
            State::Answered(Reply::Followup(id)) => shared.patch(id, body, files).await,
            State::Answered(Reply::None | Reply::Updated) => {
                Err(invalid("there is no reply to edit"))
            }
            State::Open | State::Acknowledged { promised: None } => {
                Err(invalid("nothing was answered yet; use `reply`"))
            }
            State::Late => Err(late()),
        }
    }

    /// Takes the reply away.
    pub async fn delete_reply(&self) -> Result<(), Fault> {
        let shared = &self.shared;
        let mut state = shared.state.lock().await;
        let route = match *state {
            State::Thinking { .. } | State::Answered(Reply::Original) => {
                Route::DeleteOriginal(shared.application, shared.token())
            }
            State::Answered(Reply::Followup(id)) => {
                Route::DeleteFollowup(shared.application, shared.token(), id)
            }
            State::Late => return Err(late()),
            _ => return Err(invalid("there is no reply to delete")),
        };
        shared.send(route).await?;
        *state = State::Answered(Reply::None);
        Ok(())
    }

    /// Says something more; returns the message's id.
    pub async fn followup(
        &self,
        body: Value,
        files: Vec<Upload>,
        private: bool,
    ) -> Result<MessageId, Fault> {
        let shared = &self.shared;
        let state = shared.state.lock().await;
        match *state {
            State::Answered(_) => shared.follow(body, files, private).await,
            State::Late => Err(late()),
            _ => Err(invalid("a followup comes after the reply; use `reply`")),
        }
    }

    /// Rewrites the message that the component sits on.
    pub async fn update(&self, body: Value, files: Vec<Upload>) -> Result<(), Fault> {
        let shared = &self.shared;
        if shared.source != Source::Component {
            return Err(invalid(
                "only a component has a message to update; use `reply`",
            ));
        }
        let mut state = shared.state.lock().await;
        match *state {
            State::Open => shared.first(&mut state, 7, Some(body), files).await?,
            State::Acknowledged { .. } | State::Answered(Reply::Updated) => {
                shared.patch_original(body, files).await?;
            }
            State::Thinking { .. } => {
                return Err(invalid("a new answer was promised; use `reply`"));
            }
            State::Answered(_) => return Err(invalid("this was answered already")),
            State::Late => return Err(late()),
        }
        *state = State::Answered(Reply::Updated);
        Ok(())
    }

    /// Changes a followup.
    pub async fn edit_followup(
        &self,
        id: MessageId,
        body: Value,
        files: Vec<Upload>,
    ) -> Result<(), Fault> {
        self.shared.patch(id, body, files).await.map(drop)
    }

    /// Takes a followup away.
    pub async fn delete_followup(&self, id: MessageId) -> Result<(), Fault> {
        let shared = &self.shared;
        shared
            .send(Route::DeleteFollowup(
                shared.application,
                shared.token(),
                id,
            ))
            .await
    }

    /// Opens a form. Only as the first answer, and not to a form.
    pub async fn show_modal(&self, modal: Value) -> Result<(), Fault> {
        let shared = &self.shared;
        if shared.source == Source::Modal {
            return Err(invalid("a modal can't answer a modal"));
        }
        let mut state = shared.state.lock().await;
        match *state {
            State::Open => shared.first(&mut state, 9, Some(modal), Vec::new()).await?,
            State::Thinking { .. } | State::Acknowledged { .. } => {
                return Err(invalid(
                    "a modal must be the first answer, and this was deferred",
                ));
            }
            State::Answered(_) => return Err(invalid("this was answered already")),
            State::Late => return Err(late()),
        }
        *state = State::Answered(Reply::None);
        Ok(())
    }

    /// Ends the interaction: whoever still waits is told `sentence`. Returns whether anybody was.
    pub async fn settle(&self, sentence: &str) -> bool {
        let shared = &self.shared;
        let mut state = shared.state.lock().await;
        if shared.over.load(Ordering::Relaxed) {
            return false;
        }
        let body = json!({ "content": sentence, "allowed_mentions": { "parse": [] } });
        let said = match *state {
            State::Answered(_) | State::Late => return false,
            State::Open => {
                shared
                    .first(&mut state, 4, Some(visible(body, true)), Vec::new())
                    .await
            }
            State::Thinking { .. } => shared.patch_original(body, Vec::new()).await.map(drop),
            State::Acknowledged { .. } => shared.follow(body, Vec::new(), true).await.map(drop),
        };
        if let Err(Fault::Told(error)) = said {
            tracing::warn!(
                cog = shared.cog,
                error = error.message,
                "nobody could be told"
            );
        }
        *state = State::Answered(Reply::None);
        true
    }
}

impl Shared {
    fn token(&self) -> String {
        self.token.clone()
    }

    /// Sends the callback, and notes when Discord took it. Too late is final, and so is an answer
    /// that somebody else gave with the same token.
    async fn first(
        &self,
        state: &mut State,
        kind: u8,
        data: Option<Value>,
        files: Vec<Upload>,
    ) -> Result<(), Fault> {
        let mut body = json!({ "type": kind });
        if let Some(data) = data {
            body["data"] = data;
        }
        let sent = self
            .rest
            .send(Request::new(Route::Callback(self.id, self.token()), body).files(files))
            .await;
        match sent {
            Ok(_) => {
                let spent: Duration = self.received.elapsed();
                let histogram = &self.metrics.interaction_first_response_seconds;
                histogram
                    .with_label_values(&[self.cog.as_str()])
                    .observe(spent.as_secs_f64());
                Ok(())
            }
            Err(error) => {
                if let Some(RestError::UNKNOWN_INTERACTION | RestError::ANSWERED_ALREADY) =
                    error.code
                {
                    *state = State::Late;
                }
                Err(told(error))
            }
        }
    }

    /// Takes "thinking" away, so that the answer can come anew for other eyes: Discord fixes who
    /// sees a message when it is deferred. The followup must come after this: before it, Discord
    /// would fill the waiting message with it.
    async fn clear(&self, state: &mut State, private: bool) -> Result<(), Fault> {
        let route = Route::DeleteOriginal(self.application, self.token());
        self.send(route).await?;
        *state = State::Acknowledged {
            promised: Some(private),
        };
        Ok(())
    }

    async fn patch_original(&self, body: Value, files: Vec<Upload>) -> Result<MessageId, Fault> {
        self.message(
            Route::EditOriginal(self.application, self.token()),
            body,
            files,
        )
        .await
    }

    async fn patch(
        &self,
        id: MessageId,
        body: Value,
        files: Vec<Upload>,
    ) -> Result<MessageId, Fault> {
        self.message(
            Route::EditFollowup(self.application, self.token(), id),
            body,
            files,
        )
        .await
    }

    async fn follow(
        &self,
        body: Value,
        files: Vec<Upload>,
        private: bool,
    ) -> Result<MessageId, Fault> {
        let route = Route::Followup(self.application, self.token());
        self.message(route, visible(body, private), files).await
    }

    async fn message(
        &self,
        route: Route,
        body: Value,
        files: Vec<Upload>,
    ) -> Result<MessageId, Fault> {
        #[derive(serde::Deserialize)]
        struct Sent {
            id: MessageId,
        }
        let reply = self
            .rest
            .send(Request::new(route, body).files(files))
            .await
            .map_err(|error| self.refused(error))?;
        let sent: Sent = serde_json::from_slice(&reply)
            .map_err(|error| invalid(format!("Discord's message can't be read: {error}")))?;
        Ok(sent.id)
    }

    async fn send(&self, route: Route) -> Result<(), Fault> {
        let sent = self.rest.send(route).await;
        sent.map(drop).map_err(|error| self.refused(error))
    }

    fn refused(&self, error: RestError) -> Fault {
        if error.code == Some(RestError::TOKEN_RAN_OUT) {
            self.over.store(true, Ordering::Relaxed);
        }
        told(error)
    }
}

fn late() -> Fault {
    invalid("it is too late: Discord no longer takes an answer to this")
}

fn visible(mut body: Value, private: bool) -> Value {
    if private {
        let flags = body["flags"].as_u64().unwrap_or(0);
        body["flags"] = (flags | EPHEMERAL).into();
    }
    body
}
