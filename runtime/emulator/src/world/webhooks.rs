//! Webhooks, made, changed and deleted.

use super::audit::{self, Note};
use super::moderation::Done;
use super::{Event, World};
use crate::clock::Time;
use crate::model::Webhook;
use crate::snowflake::Id;

/// What an edit of a webhook replaces; None leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct WebhookEdit {
    pub name: Option<String>,
    pub avatar: Option<Option<String>>,
    pub channel: Option<Id>,
}

impl WebhookEdit {
    fn apply(self, webhook: &mut Webhook) {
        webhook.name = self
            .name
            .unwrap_or_else(|| std::mem::take(&mut webhook.name));
        webhook.avatar = self.avatar.unwrap_or_else(|| webhook.avatar.take());
        webhook.channel = self.channel.unwrap_or(webhook.channel);
    }
}

impl World {
    pub(super) fn create_webhook(
        &mut self,
        channel: Id,
        creator: Id,
        edit: WebhookEdit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let guild = self.channels.get(&channel)?.guild?;
        let id = self.ids.next(now);
        let token = [(); 4].map(|()| format!("{:016x}", self.random())).concat();
        let own = creator == self.application.bot;
        let mut webhook = Webhook {
            id,
            token,
            guild,
            channel,
            name: String::new(),
            avatar: None,
            creator,
            application: own.then_some(self.application.id),
        };
        edit.apply(&mut webhook);
        let note = Note::of(audit::WEBHOOK_CREATE, id);
        let note = note.changing(Vec::new(), audit::webhook(&webhook));
        self.webhooks.insert(id, webhook);
        events.push(Event::WebhooksChanged { guild, channel });
        Some((id, vec![note]))
    }

    /// Changes a webhook. When it moves, both channels are told of.
    pub(super) fn edit_webhook(
        &mut self,
        id: Id,
        edit: WebhookEdit,
        events: &mut Vec<Event>,
    ) -> Done {
        let webhook = self.webhooks.get_mut(&id)?;
        let (guild, before) = (webhook.guild, webhook.channel);
        let old = audit::webhook(webhook);
        edit.apply(webhook);
        let channel = webhook.channel;
        let note = Note::of(audit::WEBHOOK_UPDATE, id).changing(old, audit::webhook(webhook));
        if note.changes.is_empty() {
            return Some((id, Vec::new()));
        }
        if before != channel {
            let channel = before;
            events.push(Event::WebhooksChanged { guild, channel });
        }
        events.push(Event::WebhooksChanged { guild, channel });
        Some((id, vec![note]))
    }

    pub(super) fn delete_webhook(&mut self, id: Id, events: &mut Vec<Event>) -> Done {
        let webhook = self.webhooks.remove(&id)?;
        let note = Note::of(audit::WEBHOOK_DELETE, id);
        let note = note.changing(audit::webhook(&webhook), Vec::new());
        let (guild, channel) = (webhook.guild, webhook.channel);
        events.push(Event::WebhooksChanged { guild, channel });
        Some((id, vec![note]))
    }
}
