//! Changes to messages.

use super::{Draft, Edit, Event, NewFile, World};
use crate::clock::Time;
use crate::model::{
    Attachment, InteractionNote, KEPT_MESSAGES, Message, Reference, ReferenceKind, flags, kinds,
};
use crate::snowflake::Id;

/// What a message is besides what its author wrote.
#[derive(Default)]
pub(super) struct Standing {
    /// The id it has to have: the first message of a forum post has that of the post.
    pub id: Option<Id>,
    pub kind: u8,
    pub interaction: Option<InteractionNote>,
    pub only_for: Option<Id>,
}

impl Standing {
    /// Returns that of a message of a type.
    pub fn of(kind: u8) -> Self {
        Standing {
            kind,
            ..Standing::default()
        }
    }
}

impl World {
    pub(super) fn post(&mut self, draft: Draft, now: Time, events: &mut Vec<Event>) -> Option<Id> {
        let kind = match draft.reference {
            Some(Reference {
                kind: ReferenceKind::Default,
                ..
            }) => kinds::REPLY,
            _ => kinds::DEFAULT,
        };
        self.place(draft, Standing::of(kind), now, events)
    }

    /// Puts a message into its channel, and lets the oldest one go when there are too many.
    pub(super) fn place(
        &mut self,
        draft: Draft,
        standing: Standing,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let guild = self.channels.get(&draft.channel)?.guild;
        let id = standing.id.unwrap_or_else(|| self.ids.next(now));
        let opens = standing.id.is_some() || standing.kind == kinds::THREAD_STARTER;
        if standing.only_for.is_none() && !opens {
            let writer = kinds::written(standing.kind).then_some(draft.author);
            self.enter_thread(draft.channel, writer, now, events);
            if let Some(writer) = writer {
                let pinged = &draft.mentions;
                self.bring_pinged_into_thread(draft.channel, writer, pinged, now, events);
            }
        }
        let attachments = self.attach(draft.files, now);
        let message = Message {
            id,
            channel: draft.channel,
            guild,
            author: draft.author,
            webhook: draft.webhook,
            kind: standing.kind,
            content: draft.content,
            embeds: draft.embeds,
            components: draft.components,
            attachments,
            poll: draft
                .poll
                .map(|poll| self.open_poll(poll, draft.channel, id, now)),
            mentions: draft.mentions,
            flags: draft.flags,
            tts: draft.tts,
            nonce: draft.nonce,
            created: now,
            edited: None,
            reactions: Vec::new(),
            pinned: None,
            reference: draft.reference,
            snapshot: draft.snapshot.map(|message| {
                // Its files are found where it is shown.
                let channel = draft.channel;
                Box::new(Message {
                    channel,
                    ..*message
                })
            }),
            interaction: standing.interaction,
            only_for: standing.only_for,
        };
        let channel = self.channels.get_mut(&draft.channel)?;
        while channel.messages.len() >= KEPT_MESSAGES {
            channel.messages.pop_front();
        }
        channel.messages.push_back(message.clone());
        events.push(Event::MessageCreated(Box::new(message)));
        Some(id)
    }

    pub(super) fn edit_message(
        &mut self,
        channel: Id,
        message: Id,
        edit: Edit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        self.message(channel, message)?;
        let mut added = self.attach(edit.files, now);
        let poll = edit.poll;
        let poll = poll.map(|poll| Some(self.open_poll(poll, channel, message, now)));
        let state = self.channels.get_mut(&channel)?.message_mut(message)?;
        let first_text = state.loading();
        if let Some(content) = edit.content {
            state.content = content;
        }
        if let Some(embeds) = edit.embeds {
            state.embeds = embeds;
        }
        if let Some(components) = edit.components {
            state.components = components;
        }
        if let Some(keep) = edit.keep {
            state.attachments.retain(|kept| keep.contains(&kept.id));
        }
        if let Some(mentions) = edit.mentions {
            state.mentions = mentions;
        }
        if let Some(poll) = poll {
            state.poll = poll;
        }
        state.attachments.append(&mut added);
        state.flags = (state.flags | edit.set_flags) & !edit.clear_flags & !flags::LOADING;
        // The first text of a deferred answer does not show as edited.
        if !first_text {
            state.edited = Some(now);
        }
        let state = state.clone();
        events.push(Event::MessageChanged(Box::new(state)));
        Some(message)
    }

    pub(super) fn delete_message(
        &mut self,
        channel: Id,
        message: Id,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.channels.get_mut(&channel)?;
        let guild = place.guild;
        let at = place
            .messages
            .binary_search_by_key(&message, |kept| kept.id);
        let gone = place.messages.remove(at.ok()?)?;
        place.uncount(&gone);
        events.push(Event::MessageDeleted {
            guild,
            channel,
            message,
            only_for: gone.only_for,
        });
        Some(message)
    }

    /// Marks a message as published.
    pub(super) fn crosspost(
        &mut self,
        channel: Id,
        message: Id,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let state = self.channels.get_mut(&channel)?.message_mut(message)?;
        state.flags |= flags::CROSSPOSTED;
        events.push(Event::MessageChanged(Box::new(state.clone())));
        Some(message)
    }

    /// Deletes several messages at once; those that are not there are passed over.
    pub(super) fn delete_messages(
        &mut self,
        channel: Id,
        messages: &[Id],
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.channels.get_mut(&channel)?;
        let guild = place.guild;
        let mut gone = Vec::new();
        for message in messages {
            let at = place.messages.binary_search_by_key(message, |kept| kept.id);
            if let Some(message) = at.ok().and_then(|at| place.messages.remove(at)) {
                place.uncount(&message);
                gone.push(message.id);
            }
        }
        if !gone.is_empty() {
            events.push(Event::MessagesDeleted {
                guild,
                channel,
                messages: gone,
            });
        }
        Some(channel)
    }

    pub(super) fn attach(&mut self, files: Vec<NewFile>, now: Time) -> Vec<Attachment> {
        let attach = |file: NewFile| Attachment {
            id: self.ids.next(now),
            filename: file.filename,
            description: file.description,
            content_type: file.content_type,
            bytes: file.bytes,
            voice: file.voice,
        };
        files.into_iter().map(attach).collect()
    }
}
