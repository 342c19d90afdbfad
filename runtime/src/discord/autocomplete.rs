//! Someone types a value for an option: the cog that owns the command is asked what to offer.
//!
//! There is no defer for it. A cog that fails or takes longer than its second is cut off, and
//! nothing is offered.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::BoxFuture;
use serde_json::json;
use serenity::model::application::CommandInteraction;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::dispatch::Dispatch;
use super::{Envelope, builtin};
use crate::cog::subscriptions::Subscription;
use crate::cog::{Call, Cog};
use crate::host::convert::{self, Typed};
use crate::host::{Origin, Trigger};
use crate::rest::{Request, Route};

impl Dispatch {
    /// Returns the task that offers choices, if the interaction says for which option.
    pub(super) fn autocomplete(
        self: &Arc<Self>,
        envelope: &Envelope,
        interaction: &CommandInteraction,
    ) -> Option<BoxFuture<'static, ()>> {
        let typed = convert::typed(interaction)?;
        let snapshot = self.registry.snapshot();
        let command = interaction.data.name.to_string();
        let made_up = interaction.data.guild_id.and_then(|guild| {
            let (cog, _) = self.services.guild_commands.find(guild, &command)?;
            snapshot.cogs().find(|known| known.name() == cog)
        });
        // What a cog made up is no label: there may be any number of it.
        let is_label = made_up.is_none();
        let owner = made_up.or_else(|| snapshot.owner_of_command(&command));
        let on = |cog: &&Arc<Cog>| {
            let per_guild = &self.services.per_guild;
            per_guild.is_on(&cog.identity, interaction.guild_id)
        };
        let owner = owner.filter(on).cloned();
        let label = match &owner {
            Some(_) if is_label => command.clone(),
            _ => "other".to_owned(),
        };
        self.received(envelope, "autocomplete", &label);
        let origin = Origin {
            trigger: Trigger::Interaction,
            guild: interaction.guild_id,
            channel: Some(interaction.channel_id),
            invoker: Some(interaction.user.id),
        };
        let route = Route::Callback(interaction.id, interaction.token.to_string());
        let received = envelope.received;
        let dispatch = Arc::clone(self);
        let span = tracing::error_span!("interaction", trace = %interaction.id);
        let work = async move {
            let (cog, choices) = match &owner {
                Some(cog) if cog.shape.listens.contains(&Subscription::Autocomplete) => {
                    let offered = dispatch.offered(cog, origin, &typed, &label, received);
                    (cog.name(), offered.await)
                }
                None if command == builtin::COGS => {
                    ("cogbox", builtin::offered(&snapshot, &typed.request))
                }
                // Discord may still have a command as an earlier version declared it.
                _ => ("cogbox", json!([])),
            };
            let body = json!({ "type": 8, "data": { "choices": choices } });
            let rest = dispatch.services.rest.by(cog);
            if let Err(error) = rest.send(Request::new(route, body)).await {
                tracing::warn!(
                    cog,
                    command,
                    error = error.message,
                    "choices can't be offered"
                );
            }
        };
        Some(Box::pin(work.instrument(span)))
    }

    /// Asks the cog, and returns what it offers that Discord takes.
    async fn offered(
        &self,
        cog: &Arc<Cog>,
        origin: Origin,
        typed: &Typed,
        label: &str,
        received: Instant,
    ) -> serde_json::Value {
        let command = typed.request.invocation.path.join(" ");
        let (sender, offered) = oneshot::channel();
        let call = Call::Autocomplete(typed.request.clone(), sender);
        let deadline = received + self.deadlines.autocomplete;
        let call = self.call(cog, origin, call);
        let asked = tokio::time::timeout_at(deadline.into(), call).await;
        let outcome = match &asked {
            Ok(outcome) => outcome.label(),
            Err(_) => {
                let (cog, limit) = (cog.name(), self.deadlines.autocomplete);
                tracing::warn!(
                    cog,
                    command,
                    "offers nothing: its choices took longer than {limit:?}"
                );
                "late"
            }
        };
        self.count(cog.name(), label, outcome, received);
        // Dropped unsent where the cog failed, which the call's own line in the log tells.
        let Ok(offered) = offered.await else {
            return json!([]);
        };
        let (choices, why) = convert::choices(&offered, typed);
        if let Some(why) = why {
            tracing::warn!(cog = cog.name(), command, "a choice is left out: {why}");
        }
        choices
    }
}
