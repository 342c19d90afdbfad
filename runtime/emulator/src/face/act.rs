//! What people do, and the answers they wait for.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Answer, Channel};
use crate::hub::{Hub, State};
use crate::model::{CommandKind, Interaction, Stage};
use crate::people::{self, CommandCall};
use crate::snowflake::Id;
use crate::world::{Change, NewInteraction};

/// A person, wherever they are.
#[derive(Clone)]
pub struct Person {
    pub(super) hub: Arc<Hub>,
    pub id: Id,
}

/// A person in a channel, where they can act.
#[derive(Clone)]
pub struct Here {
    pub(super) hub: Arc<Hub>,
    /// Who.
    pub id: Id,
    /// Where.
    pub channel: Id,
}

/// Something a person did that the bot has yet to answer.
pub struct Pending {
    hub: Arc<Hub>,
    /// The interaction.
    pub id: Id,
    what: String,
}

impl Person {
    /// Puts the person into a channel.
    pub fn in_channel(&self, channel: &Channel) -> Here {
        Here {
            hub: self.hub.clone(),
            id: self.id,
            channel: channel.id,
        }
    }

    /// Puts the person into their direct messages with the bot.
    pub fn in_dm(&self) -> Here {
        let person = self.id;
        let channel = self
            .hub
            .with(|state| state.apply(Change::OpenDm { person }));
        Here {
            hub: self.hub.clone(),
            id: self.id,
            channel: channel.unwrap_or_default(),
        }
    }

    /// Takes no direct messages from the bot any more, or does so again.
    pub fn blocks_bot(&self, blocks: bool) {
        let person = self.id;
        self.hub
            .with(|state| state.apply(Change::BlockBot { person, blocks }));
    }

    /// Sets the language of the person's client.
    pub fn set_locale(&self, locale: &str) {
        let (user, locale) = (self.id, locale.to_owned());
        self.hub
            .with(|state| state.apply(Change::SetLocale { user, locale }));
    }
}

impl Here {
    /// Returns the channel the person is in.
    pub fn channel(&self) -> Channel {
        Channel {
            hub: self.hub.clone(),
            id: self.channel,
        }
    }

    /// Runs a slash command and waits until it is answered for good, or has failed.
    pub async fn runs(&self, typed: &str) -> Answer {
        self.starts(typed).await.answered().await
    }

    /// Runs a slash command without waiting for the answer.
    pub async fn starts(&self, typed: &str) -> Pending {
        self.begins(typed, |state| {
            let call = people::parse(&state.world, self.id, self.channel, typed, false, state.now)?;
            people::command(&state.world, self.id, self.channel, &call, state.now)
        })
    }

    /// Tries to run a slash command that the client itself refuses, and returns its sentence.
    #[track_caller]
    pub fn cannot_run(&self, typed: &str) -> String {
        let refused = self.hub.with_quietly(|state| {
            let call = people::parse(&state.world, self.id, self.channel, typed, false, state.now)?;
            people::command(&state.world, self.id, self.channel, &call, state.now)
        });
        match refused {
            Err(sentence) => sentence,
            Ok(_) => panic!("{typed} can be run, but the test says that it cannot"),
        }
    }

    /// Types the last option of a command, and returns the names of the choices offered for it.
    pub async fn types(&self, typed: &str) -> Vec<String> {
        let pending = self.begins(typed, |state| {
            let (world, now) = (&state.world, state.now);
            let mut call = people::parse(world, self.id, self.channel, typed, true, now)?;
            focus_last(&mut call.options);
            people::autocomplete(&state.world, self.id, self.channel, &call, state.now)
        });
        let answer = pending.answered().await;
        if let Some(error) = answer.failed() {
            panic!("no choices came for {typed}: {error}");
        }
        answer.choices()
    }

    /// Runs a user command on somebody.
    pub async fn clicks_user(&self, command: &str, target: &Here) -> Answer {
        self.on(CommandKind::User, command, target.id).await
    }

    /// Runs a message command on the message of an answer.
    pub async fn clicks_message(&self, command: &str, message: &Answer) -> Answer {
        self.on(CommandKind::Message, command, message.message_id())
            .await
    }

    /// Runs a message command on what somebody wrote.
    pub async fn clicks_said(&self, command: &str, message: Id) -> Answer {
        self.on(CommandKind::Message, command, message).await
    }

    async fn on(&self, kind: CommandKind, name: &str, target: Id) -> Answer {
        let pending = self.begins(name, |state| {
            let (world, now) = (&state.world, state.now);
            let command = people::find(world, self.id, self.channel, kind, name, now)?;
            let call = CommandCall {
                command: command.id,
                version: None,
                options: Vec::new(),
                target: Some(target),
            };
            people::command(world, self.id, self.channel, &call, now)
        });
        pending.answered().await
    }

    /// Writes a message and returns its id.
    #[track_caller]
    pub fn says(&self, content: &str) -> impl Future<Output = Id> + use<> {
        let said = self.hub.with(|state| {
            let (world, now) = (&state.world, state.now);
            let draft = people::say(world, self.id, self.channel, content, now)?;
            Ok::<_, String>(state.apply(Change::Post(Box::new(draft))))
        });
        let id = match said {
            Ok(id) => id.unwrap_or_default(),
            Err(sentence) => panic!("{sentence}"),
        };
        async move { id }
    }

    /// Presses a button of an answer, by label or custom id, and waits for the answer.
    pub async fn clicks(&self, on: &Answer, component: &str) -> Answer {
        self.starts_click(on, component).await.answered().await
    }

    /// Presses a button without waiting.
    pub async fn starts_click(&self, on: &Answer, component: &str) -> Pending {
        self.uses(on, component, &[])
    }

    /// Chooses in a select, by values, labels or ids, and waits for the answer.
    pub async fn selects(&self, on: &Answer, component: &str, values: &[&str]) -> Answer {
        self.uses(on, component, values).answered().await
    }

    /// Presses a button of the newest message that has it, which may be no answer, and waits.
    pub async fn clicks_newest(&self, component: &str) -> Answer {
        let pending = self.begins(component, |state| {
            let (world, now) = (&state.world, state.now);
            let messages = world.channels.get(&self.channel);
            let messages = messages.into_iter().flat_map(|channel| &channel.messages);
            let ids: Vec<Id> = messages.map(|message| message.id).collect();
            let press = |id| people::click(world, self.id, self.channel, id, component, &[], now);
            let mut pressed = ids.into_iter().rev().filter_map(|id| press(id).ok());
            let none = || format!("No message has a \"{component}\" to press.");
            pressed.next().ok_or_else(none)
        });
        pending.answered().await
    }

    fn uses(&self, on: &Answer, component: &str, values: &[&str]) -> Pending {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let message = on.message_id();
        self.begins(component, |state| {
            let (world, now) = (&state.world, state.now);
            people::click(
                world,
                self.id,
                self.channel,
                message,
                component,
                &values,
                now,
            )
        })
    }

    /// Submits the modal that an answer opened, and waits for the answer.
    pub async fn submits(&self, modal: &Answer, fields: &[(&str, &str)]) -> Answer {
        let pair = |(name, text): &(&str, &str)| ((*name).to_owned(), json!(text));
        let fields: Map<String, Value> = fields.iter().map(pair).collect();
        let pending = self.begins("the form", |state| {
            people::submit(&state.world, self.id, modal.interaction, &fields, state.now)
        });
        pending.answered().await
    }

    /// Checks a typed command once, so that [`Here::invokes`] can run it often.
    #[track_caller]
    pub fn prepares(&self, typed: &str) -> CommandCall {
        let call = self.hub.with_quietly(|state| {
            people::parse(&state.world, self.id, self.channel, typed, false, state.now)
        });
        call.unwrap_or_else(|sentence| panic!("{sentence}"))
    }

    /// Runs a prepared command and returns how long its first answer took. Made for load: it reads
    /// no transcript and keeps nothing but what every channel keeps.
    pub async fn invokes(&self, call: &CommandCall) -> Duration {
        let taken = self.tries(call).await;
        taken.expect("the prepared command is answered in time")
    }

    /// The same for a bot that may be gone: `None` where no answer came in time.
    pub async fn tries(&self, call: &CommandCall) -> Option<Duration> {
        let (id, answer, from) = self.hub.with(|state| {
            let (world, now) = (&state.world, state.now);
            let new = people::command(world, self.id, self.channel, call, now);
            let new = new.unwrap_or_else(|sentence| panic!("{sentence}"));
            let id = state
                .apply(Change::Begin(Box::new(new)))
                .unwrap_or_default();
            (id, state.first_answer(id), now)
        });
        // The sender goes only when the interaction is answered or has failed.
        let _ = answer.await;
        let (stage, at) = self.hub.with_quietly(|state| {
            let interaction = state.world.interactions.get(&id);
            (
                interaction.map(|interaction| interaction.stage),
                interaction
                    .and_then(|interaction| interaction.answered_at)
                    .unwrap_or(state.now),
            )
        });
        (stage != Some(Stage::Failed)).then(|| at.since(from))
    }

    fn begins(
        &self,
        what: &str,
        make: impl FnOnce(&State) -> Result<NewInteraction, String>,
    ) -> Pending {
        let begun = self.hub.with(|state| {
            let new = make(state)?;
            Ok::<_, String>(state.apply(Change::Begin(Box::new(new))))
        });
        let id = match begun {
            Ok(id) => id.unwrap_or_default(),
            Err(sentence) => panic!("{sentence}"),
        };
        Pending {
            hub: self.hub.clone(),
            id,
            what: what.to_owned(),
        }
    }
}

impl Pending {
    /// Waits until the bot has said that it is working. Fails the test if it answered at once.
    pub async fn deferred(&self) -> &Self {
        let stage = self.until(|interaction| match interaction.stage {
            Stage::Sent => None,
            stage => Some((stage, interaction.callback)),
        });
        match stage.await {
            (_, Some(5 | 6)) => self,
            (stage, callback) => panic!(
                "{} was not deferred: it is {stage:?}, by callback type {callback:?}",
                self.what
            ),
        }
    }

    /// Waits until the member has the final answer, or reads that there is none.
    pub async fn answered(&self) -> Answer {
        self.until(|interaction| {
            matches!(interaction.stage, Stage::Answered | Stage::Failed).then_some(())
        })
        .await;
        Answer::read(&self.hub, self.id)
    }

    async fn until<T>(&self, mut found: impl FnMut(&Interaction) -> Option<T>) -> T {
        let patience = self.hub.options().patience;
        let waiting = self.hub.until(|state| {
            let interaction = state.world.interactions.get(&self.id);
            interaction.and_then(&mut found)
        });
        match tokio::time::timeout(patience, waiting).await {
            Ok(found) => found,
            Err(_) => panic!("{}", self.stuck()),
        }
    }

    fn stuck(&self) -> String {
        let what = &self.what;
        let stage = self.hub.with_quietly(|state| {
            state
                .world
                .interactions
                .get(&self.id)
                .map(|interaction| interaction.stage)
        });
        match stage {
            Some(Stage::Deferred) => {
                format!("{what} was deferred, and no answer followed; the test waits no longer")
            }
            Some(Stage::Acknowledged) => format!(
                "{what} was acknowledged without a visible change; wait with deferred() instead"
            ),
            _ => format!("nothing came for {what}; the test waits no longer"),
        }
    }
}

/// Marks the last filled parameter as the one being typed.
fn focus_last(options: &mut [Value]) {
    if let Some(last) = options.last_mut() {
        // Not by index, which would write a null where there are none.
        match last.get_mut("options").and_then(Value::as_array_mut) {
            Some(below) => focus_last(below),
            None => last["focused"] = json!(true),
        }
    }
}
