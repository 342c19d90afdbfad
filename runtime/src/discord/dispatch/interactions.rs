//! From an interaction to its answer: who owns it, whether they may, and what is said where the cog
//! says nothing.

use std::sync::Arc;
use std::time::Instant;

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::command_types::Visibility;
use futures_util::future::BoxFuture;
use serenity::model::application::Interaction;
use serenity::model::id::{ApplicationId, InteractionId};
use tracing::Instrument;

use super::Dispatch;
use crate::cog::registry::Snapshot;
use crate::cog::{Call, Cog, Outcome};
use crate::commands::Scoped;
use crate::discord::repeats::Repeats;
use crate::discord::settings_menu::{self, Menu, Said};
use crate::discord::{Envelope, admission, builtin};
use crate::host::answer::{Answer, Source, Ticket};
use crate::host::convert::{self, Invoked, What};
use crate::host::interactions::{Facts, Live};
use crate::host::{Origin, Trigger};

impl Dispatch {
    /// Finds who answers an interaction, and returns the task that has it answered.
    pub(super) fn interaction(
        self: &Arc<Self>,
        envelope: Envelope,
        repeats: &mut Repeats,
    ) -> Option<BoxFuture<'static, ()>> {
        let interaction: Interaction = match serde_json::from_str(&envelope.raw) {
            Ok(interaction) => interaction,
            Err(error) => {
                self.unreadable(&envelope, &error);
                return None;
            }
        };
        if !repeats.first(interaction.id().get()) {
            return None;
        }
        let (kind, source) = match &interaction {
            Interaction::Command(_) => ("application_command", Source::Command),
            Interaction::Component(_) => ("component", Source::Component),
            Interaction::Modal(_) => ("modal_submit", Source::Modal),
            Interaction::Autocomplete(typed) => return self.autocomplete(&envelope, typed),
            _ => return None,
        };
        let Invoked { what, facts } = convert::invoked(&interaction)?;
        let snapshot = self.registry.snapshot();
        let made_up = self.made_up(&interaction, &what);
        let (owner, command) = match &made_up {
            Some((cog, _)) => (owner_named(&snapshot, cog), Some("other".to_owned())),
            None => owner(&snapshot, &what),
        };
        let label = command.as_deref().unwrap_or("None");
        self.received(&envelope, kind, label);
        let origin = Origin {
            trigger: Trigger::Interaction,
            guild: facts.guild,
            channel: Some(facts.channel),
            invoker: facts.user.id.parse().ok().map(u64::into),
        };
        let (id, token, application) = identity(&interaction)?;
        let name = match &owner {
            Owner::Cog(cog) => cog.name().to_owned(),
            Owner::Builtin | Owner::Nobody => "cogbox".to_owned(),
        };
        let rest = self.services.rest.by(&name);
        let ticket = Ticket {
            id,
            token,
            application,
            source,
            cog: name,
            received: envelope.received,
        };
        let answer = Answer::new(ticket, rest, Arc::clone(&self.services.metrics));
        let command = command.unwrap_or_else(|| "none".to_owned());
        let dispatch = Arc::clone(self);
        // It joins the lines of one interaction, wherever they are written.
        let span = tracing::error_span!("interaction", trace = %id);
        let work = async move {
            let cog = match owner {
                Owner::Cog(cog) => cog,
                Owner::Builtin => {
                    let deadline = envelope.received + dispatch.deadlines.defer;
                    let said = dispatch
                        .builtin(&snapshot, &what, &facts, &answer, deadline)
                        .await;
                    let outcome = if said.is_ok() { "ok" } else { "host" };
                    let failed = said.is_err();
                    dispatch.ended("cogbox", &command, outcome, envelope.received, failed);
                    return;
                }
                Owner::Nobody => {
                    answer.settle("This is not available any more.").await;
                    dispatch.ended("cogbox", &command, "unknown", envelope.received, false);
                    return;
                }
            };
            let made_up = made_up.as_ref().map(|(_, command)| command);
            let private = match made_up {
                Some(command) => command.private,
                None => defers_privately(&cog, &what),
            };
            let admitted = admission::admitted(&dispatch.services, &cog, &what, &origin, made_up);
            let running = match admitted {
                Ok(running) => running,
                Err(refused) => {
                    answer.settle(&refused.sentence).await;
                    // Who is told to wait, or may not, was answered well.
                    dispatch.ended(
                        cog.name(),
                        &command,
                        refused.outcome,
                        envelope.received,
                        false,
                    );
                    return;
                }
            };
            let call = call(
                what,
                Live {
                    facts,
                    answer: answer.clone(),
                },
            );
            let deadline = envelope.received + dispatch.deadlines.defer;
            let outcome = dispatch
                .answered(&cog, origin, call, &answer, deadline, private)
                .await;
            drop(running);
            // Whoever was not answered by the cog is answered by the host.
            let unanswered = answer.settle(outcome.sentence()).await;
            let label = match (&outcome, unanswered) {
                (Outcome::Ok, true) => "silent",
                (outcome, _) => outcome.label(),
            };
            dispatch.ended(
                cog.name(),
                &command,
                label,
                envelope.received,
                label != "ok",
            );
        };
        Some(Box::pin(work.instrument(span)))
    }

    /// Counts an interaction that came.
    pub(in crate::discord) fn received(&self, envelope: &Envelope, kind: &str, command: &str) {
        let counted = &self.services.metrics.discord_event_on_interaction_total;
        let shard = envelope.shard.to_string();
        counted
            .with_label_values(&[shard.as_str(), kind, command])
            .inc();
    }

    /// Returns the command that a cog made up for the guild, and the cog, where it was one of those.
    fn made_up(&self, interaction: &Interaction, what: &What) -> Option<(String, Scoped)> {
        let (Interaction::Command(command), What::Command(invocation)) = (interaction, what) else {
            return None;
        };
        let guild = command.data.guild_id?;
        let made_up = &self.services.guild_commands;
        made_up.find(guild, invocation.path.first()?)
    }

    /// Answers what is the host's own.
    async fn builtin(
        &self,
        cogs: &Snapshot,
        what: &What,
        facts: &Facts,
        answer: &Answer,
        deadline: Instant,
    ) -> Result<(), Fault> {
        let menu = Menu {
            cogs,
            services: &self.services,
            facts,
        };
        let What::Command(invocation) = what else {
            return match menu.step(what).await {
                Said::Reply(body) => answer.reply(body, Vec::new(), true).await,
                Said::Update(body) => answer.update(body, Vec::new()).await,
                Said::Form(form) => answer.show_modal(form).await,
            };
        };
        let asked = builtin::Asked {
            menu,
            invocation,
            keeper: &self.keeper,
        };
        let body = asked.answer();
        tokio::pin!(body);
        // Loading a large component takes its time.
        let body = tokio::select! {
            body = &mut body => body,
            () = tokio::time::sleep_until(deadline.into()) => {
                answer.defer_for_cog(true).await;
                body.await
            }
        };
        answer.reply(body, Vec::new(), true).await
    }

    /// Calls the cog, and defers for it when the deadline comes first.
    async fn answered(
        &self,
        cog: &Arc<Cog>,
        origin: Origin,
        call: Call,
        answer: &Answer,
        deadline: std::time::Instant,
        private: bool,
    ) -> Outcome {
        let call = self.call(cog, origin, call);
        tokio::pin!(call);
        tokio::select! {
            outcome = &mut call => return outcome,
            () = tokio::time::sleep_until(deadline.into()) => {}
        }
        // Both go on: the cog may answer at this very moment, and the answer decides who was first.
        let (outcome, _) = tokio::join!(call, answer.defer_for_cog(private));
        outcome
    }

    /// Notes that a cog's command or component was used.
    fn ended(&self, cog: &str, command: &str, outcome: &str, received: Instant, failed: bool) {
        self.count(cog, command, outcome, received);
        let (minutes, now) = (&self.services.minutes, self.services.clock.now());
        minutes.note(cog, failed, received.elapsed(), now);
    }

    /// Counts an interaction that is over, and logs one line for it.
    pub(in crate::discord) fn count(
        &self,
        cog: &str,
        command: &str,
        outcome: &str,
        received: Instant,
    ) {
        let took = received.elapsed();
        tracing::debug!(cog, command, outcome, ?took, "interaction");
        let counted = &self.services.metrics.interactions_total;
        counted.with_label_values(&[cog, command, outcome]).inc();
    }
}

/// Who answers an interaction.
enum Owner {
    Cog(Arc<Cog>),
    Builtin,
    Nobody,
}

/// Finds the cog of a name.
fn owner_named(snapshot: &Snapshot, name: &str) -> Owner {
    match snapshot.cogs().find(|cog| cog.name() == name) {
        Some(cog) => Owner::Cog(Arc::clone(cog)),
        None => Owner::Nobody,
    }
}

/// Finds the owner, and the command's name where it is a registered one: only those are labels.
fn owner(snapshot: &Snapshot, what: &What) -> (Owner, Option<String>) {
    match what {
        What::Command(invocation) => {
            let name = invocation
                .path
                .first()
                .map(String::as_str)
                .unwrap_or_default();
            match snapshot.owner_of_command(name) {
                Some(cog) => (Owner::Cog(Arc::clone(cog)), Some(name.to_owned())),
                None if name == builtin::COGS => (Owner::Builtin, Some(name.to_owned())),
                None => (Owner::Nobody, Some("other".to_owned())),
            }
        }
        What::Pressed(id) | What::Selected(id, _) | What::Submitted(id, _)
            if settings_menu::is_own(id) =>
        {
            (Owner::Builtin, None)
        }
        What::Pressed(id) | What::Selected(id, _) | What::Submitted(id, _) => {
            let prefix = convert::component_owner(id).map(|(prefix, _)| prefix);
            match prefix.and_then(|prefix| snapshot.owner_of_prefix(prefix)) {
                Some(cog) => (Owner::Cog(Arc::clone(cog)), None),
                None => (Owner::Nobody, None),
            }
        }
    }
}

fn call(what: What, live: Live) -> Call {
    // A component's id reaches the cog as the cog gave it.
    let own = |id: String| {
        convert::component_owner(&id)
            .map(|(_, own)| own.to_owned())
            .unwrap_or(id)
    };
    match what {
        What::Command(invocation) => Call::Command(invocation, live),
        What::Pressed(id) => Call::Pressed(own(id), live),
        What::Selected(id, values) => Call::Selected(own(id), values, live),
        What::Submitted(id, inputs) => Call::Submitted(own(id), inputs, live),
    }
}

fn defers_privately(cog: &Cog, what: &What) -> bool {
    let What::Command(invocation) = what else {
        return false;
    };
    let declared = cog
        .commands
        .iter()
        .find(|command| Some(&command.name) == invocation.path.first());
    declared.is_some_and(|command| command.defer_as == Visibility::Invoker)
}

fn identity(interaction: &Interaction) -> Option<(InteractionId, String, ApplicationId)> {
    Some(match interaction {
        Interaction::Command(i) => (i.id, i.token.to_string(), i.application_id),
        Interaction::Component(i) => (i.id, i.token.to_string(), i.application_id),
        Interaction::Modal(i) => (i.id, i.token.to_string(), i.application_id),
        _ => return None,
    })
}
