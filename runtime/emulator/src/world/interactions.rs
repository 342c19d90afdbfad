//! Changes to interactions: how an answer comes about, step by step.
//! Rules: Discord's documentation, "Receiving and Responding to Interactions".

use super::messages::Standing;
use super::{Draft, Edit, Event, KEPT_INTERACTIONS, NewInteraction, World};
use crate::clock::Time;
use crate::model::kinds::{CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND, REPLY};
use crate::model::{Interaction, InteractionKind, Reference, Stage, flags};
use crate::snowflake::Id;
use serde_json::Value;

impl World {
    pub(super) fn begin(&mut self, new: NewInteraction, now: Time, events: &mut Vec<Event>) -> Id {
        let opener = new.opener.and_then(|opener| self.interactions.get(&opener));
        let opener = opener.map(|opener| Box::new(opener.note()));
        let id = self.ids.next(now);
        let token = format!("local{id}{:016x}{:016x}", self.random(), self.random());
        let interaction = Interaction {
            id,
            token: token.clone(),
            kind: new.kind,
            user: new.user,
            channel: new.channel,
            guild: self
                .channels
                .get(&new.channel)
                .and_then(|channel| channel.guild),
            installs: new.installs,
            data: new.data,
            name: new.name,
            message: new.message,
            created: now,
            deadline: now.plus(self.timing.answer_deadline),
            expires: now.plus(self.timing.token_life),
            stage: Stage::Sent,
            callback: None,
            original: None,
            ephemeral: false,
            modal: None,
            choices: None,
            error: None,
            answered_at: None,
            followups: 0,
            opener,
        };
        self.due.insert((interaction.deadline, id));
        self.tokens.insert(token, id);
        self.interactions.insert(id, interaction);
        self.forget_old();
        events.push(Event::InteractionSent(id));
        events.push(Event::InteractionMoved(id));
        id
    }

    pub(super) fn answer(
        &mut self,
        id: Id,
        draft: Draft,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let ephemeral = draft.flags & flags::EPHEMERAL != 0;
        let message = self.place_answer(id, draft, now, events)?;
        let interaction = self.interactions.get_mut(&id)?;
        interaction.original = Some(message);
        interaction.ephemeral = ephemeral;
        self.step(id, Stage::Answered, Some(4), now, events);
        Some(message)
    }

    pub(super) fn defer(
        &mut self,
        id: Id,
        ephemeral: bool,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let interaction = self.interactions.get(&id)?;
        let visible = if ephemeral { flags::EPHEMERAL } else { 0 };
        let draft = Draft {
            channel: interaction.channel,
            author: self.application.bot,
            flags: flags::LOADING | visible,
            ..Draft::default()
        };
        let message = self.place_answer(id, draft, now, events)?;
        let interaction = self.interactions.get_mut(&id)?;
        interaction.original = Some(message);
        interaction.ephemeral = ephemeral;
        let expires = interaction.expires;
        self.step(id, Stage::Deferred, Some(5), now, events);
        self.due.insert((expires, id));
        Some(message)
    }

    pub(super) fn acknowledge(&mut self, id: Id, now: Time, events: &mut Vec<Event>) -> Option<Id> {
        let interaction = self.interactions.get_mut(&id)?;
        interaction.original = interaction.message;
        let message = interaction.message;
        self.step(id, Stage::Acknowledged, Some(6), now, events);
        message
    }

    pub(super) fn update_message(
        &mut self,
        id: Id,
        edit: Edit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let interaction = self.interactions.get_mut(&id)?;
        interaction.original = interaction.message;
        let (channel, message) = (interaction.channel, interaction.message?);
        self.edit_message(channel, message, edit, now, events);
        self.step(id, Stage::Answered, Some(7), now, events);
        Some(message)
    }

    pub(super) fn offer_choices(
        &mut self,
        id: Id,
        choices: Value,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        self.interactions.get_mut(&id)?.choices = Some(choices);
        self.step(id, Stage::Answered, Some(8), now, events);
        Some(id)
    }

    pub(super) fn open_modal(
        &mut self,
        id: Id,
        modal: Value,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        self.interactions.get_mut(&id)?.modal = Some(modal);
        self.step(id, Stage::Answered, Some(9), now, events);
        Some(id)
    }

    pub(super) fn edit_original(
        &mut self,
        id: Id,
        edit: Edit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let interaction = self.interactions.get(&id)?;
        let (channel, message) = (interaction.channel, interaction.original?);
        self.edit_message(channel, message, edit, now, events)?;
        self.settle_interaction(id, now, events);
        Some(message)
    }

    /// Posts a followup. The first one after a defer fills the loading message instead, and keeps
    /// the visibility that was deferred with.
    pub(super) fn follow_up(
        &mut self,
        id: Id,
        draft: Draft,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let interaction = self.interactions.get_mut(&id)?;
        interaction.followups += 1;
        if interaction.stage == Stage::Deferred {
            let edit = Edit {
                content: Some(draft.content),
                embeds: Some(draft.embeds),
                components: Some(draft.components),
                files: draft.files,
                mentions: Some(draft.mentions),
                set_flags: draft.flags & !flags::EPHEMERAL,
                poll: draft.poll,
                ..Edit::default()
            };
            return self.edit_original(id, edit, now, events);
        }
        let message = self.place_answer(id, draft, now, events)?;
        self.settle_interaction(id, now, events);
        Some(message)
    }

    pub(super) fn delete_original(
        &mut self,
        id: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let interaction = self.interactions.get(&id)?;
        let (channel, message) = (interaction.channel, interaction.original?);
        self.delete_message(channel, message, events)?;
        self.settle_interaction(id, now, events);
        Some(message)
    }

    /// Fails every interaction whose time has run out.
    pub(super) fn time_passed(&mut self, now: Time, events: &mut Vec<Event>) {
        while let Some(&(due, id)) = self.due.first() {
            if due > now {
                return;
            }
            self.due.pop_first();
            let Some(interaction) = self.interactions.get_mut(&id) else {
                self.end_poll_if_due(id, now, events);
                self.archive_if_idle(id, now, events);
                continue;
            };
            let unanswered = match interaction.stage {
                Stage::Sent => interaction.deadline <= now,
                Stage::Deferred => interaction.expires <= now,
                _ => false,
            };
            if unanswered {
                interaction.stage = Stage::Failed;
                interaction.error = Some(interaction.kind.failure());
                events.push(Event::InteractionMoved(id));
            }
        }
    }

    /// Ends the time of all interactions now.
    pub(super) fn expire_interactions(&mut self, now: Time, events: &mut Vec<Event>) {
        for interaction in self.interactions.values_mut() {
            interaction.deadline = interaction.deadline.min(now);
            interaction.expires = interaction.expires.min(now);
            self.due.insert((now, interaction.id));
        }
        self.time_passed(now, events);
    }

    /// Returns the interactions that nobody has answered yet.
    pub fn unanswered(&self) -> Vec<Id> {
        let open = |i: &&Interaction| i.stage == Stage::Sent;
        self.interactions
            .values()
            .filter(open)
            .map(|i| i.id)
            .collect()
    }

    /// Marks an interaction as answered when something was still open.
    fn settle_interaction(&mut self, id: Id, now: Time, events: &mut Vec<Event>) {
        let stage = self
            .interactions
            .get(&id)
            .map(|interaction| interaction.stage);
        if matches!(stage, Some(Stage::Deferred | Stage::Acknowledged)) {
            self.step(id, Stage::Answered, None, now, events);
        }
    }

    fn step(
        &mut self,
        id: Id,
        stage: Stage,
        callback: Option<u64>,
        now: Time,
        events: &mut Vec<Event>,
    ) {
        let Some(interaction) = self.interactions.get_mut(&id) else {
            return;
        };
        interaction.stage = stage;
        interaction.callback = callback.or(interaction.callback);
        interaction.answered_at.get_or_insert(now);
        self.due.remove(&(interaction.deadline, id));
        self.due.remove(&(interaction.expires, id));
        events.push(Event::InteractionMoved(id));
    }

    /// Places a message that answers an interaction: the first answer, or a followup to it.
    fn place_answer(
        &mut self,
        id: Id,
        mut draft: Draft,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let interaction = self.interactions.get(&id)?;
        let menu = interaction.data["type"]
            .as_u64()
            .is_some_and(|kind| kind != 1);
        let (kind, answers) = match (interaction.callback, interaction.kind) {
            (None, InteractionKind::Command) if menu => (CONTEXT_MENU_COMMAND, None),
            (None, InteractionKind::Command) => (CHAT_INPUT_COMMAND, None),
            (None, _) => (REPLY, interaction.message),
            (Some(_), _) => (REPLY, interaction.original),
        };
        let standing = Standing {
            id: None,
            kind: if kind == REPLY && answers.is_none() {
                0
            } else {
                kind
            },
            interaction: Some(interaction.note()),
            only_for: (draft.flags & flags::EPHEMERAL != 0).then_some(interaction.user),
        };
        draft.channel = interaction.channel;
        draft.reference = answers.map(|message| Reference::to(interaction.channel, message));
        self.place(draft, standing, now, events)
    }

    /// Drops the oldest finished interactions above the number that is remembered.
    fn forget_old(&mut self) {
        while self.interactions.len() > KEPT_INTERACTIONS {
            let done = |i: &&Interaction| !matches!(i.stage, Stage::Sent | Stage::Deferred);
            let Some(old) = self.interactions.values().find(done).map(|i| i.id) else {
                return;
            };
            if let Some(old) = self.interactions.remove(&old) {
                self.tokens.remove(&old.token);
            }
        }
    }
}
