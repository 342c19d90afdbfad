//! Webhooks that people make, for programs of theirs.

use super::Channel;
use crate::model::Actor;
use crate::snowflake::Id;
use crate::world::{Action, Change, WebhookEdit};

/// A webhook, by what one has to know to use it.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub id: Id,
    pub token: String,
}

impl Channel {
    /// Makes a webhook in the name of the guild's owner, which belongs to no application.
    #[track_caller]
    pub fn add_webhook(&self, name: &str) -> Webhook {
        let edit = WebhookEdit {
            name: Some(name.to_owned()),
            ..WebhookEdit::default()
        };
        let made = self.hub.with(|state| {
            let guild = state.world.channels.get(&self.id)?.guild?;
            let user = state.world.guilds.get(&guild)?.owner;
            let by = Actor { user, reason: None };
            let action = Box::new(Action::CreateWebhook(self.id, edit));
            let id = state.apply(Change::Audited { guild, by, action })?;
            let token = state.world.webhooks.get(&id)?.token.clone();
            Some(Webhook { id, token })
        });
        made.unwrap_or_else(|| panic!("only channels of guilds have webhooks"))
    }
}
