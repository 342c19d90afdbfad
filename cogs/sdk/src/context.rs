//! The [`Context`]: one interaction, and every way to answer it.
//!
//! Owns nothing but the interaction and how far its answer is. A slow cog need not
//! defer: the host does that by itself before Discord gives up, and a later reply then takes
//! the place of "thinking".

use crate::component::Modal;
use crate::error::{Answer, Error};
use crate::message::{MessageEdit, OutgoingMessage};
use crate::permissions::Permissions;
use crate::raw::cogbox::discord::command_types::Visibility;
use crate::raw::cogbox::discord::interactions::Interaction;
use crate::raw::cogbox::discord::model::{ChannelId, GuildId, Member, Message, MessageId, User};
use crate::t;
use std::cell::Cell;

/// One interaction, waiting for its answer.
pub struct Context {
    interaction: Interaction,
    state: Cell<State>,
}

#[derive(Clone, Copy)]
enum State {
    Unanswered,
    Thinking,
    Answered,
}

/// Who did it, and where.
impl Context {
    /// Returns who used the command, the button or the modal.
    pub fn user(&self) -> User {
        self.interaction.user()
    }

    /// Returns the same as a member; `None` in direct messages.
    pub fn member(&self) -> Option<Member> {
        self.interaction.member()
    }

    /// Returns the guild; `None` in direct messages.
    pub fn guild(&self) -> Option<GuildId> {
        self.interaction.guild()
    }

    /// Returns the guild, or tells the user that this works only in a server.
    pub fn in_guild(&self) -> Answer<GuildId> {
        self.guild()
            .ok_or_else(|| Error::tell(t!(self, only_in_servers)))
    }

    /// Returns the guild of somebody who has these permissions; others are told the sentence. What a
    /// declaration needs was checked for the command; a menu or a form may be used long after it.
    pub fn in_guild_with(
        &self,
        needed: Permissions,
        refusal: impl FnOnce() -> String,
    ) -> Answer<GuildId> {
        match self.permissions().allow(needed) {
            true => self.in_guild(),
            false => Err(Error::tell(refusal())),
        }
    }

    /// Returns the channel.
    pub fn channel(&self) -> ChannelId {
        self.interaction.channel()
    }

    /// Returns what the user may do in this channel; nothing in direct messages.
    pub fn permissions(&self) -> Permissions {
        self.interaction
            .permissions()
            .map_or(Permissions::NONE, |digits| Permissions::read(&digits))
    }

    /// Returns the user's language by Discord's locale name, such as `de` or `pt-BR`.
    pub fn locale(&self) -> String {
        self.interaction.locale()
    }

    /// Returns the guild's language; `None` in direct messages.
    pub fn guild_locale(&self) -> Option<String> {
        self.interaction.guild_locale()
    }

    /// Returns the message that the button or menu sits on; `None` for commands.
    pub fn message(&self) -> Option<Message> {
        self.interaction.message()
    }
}

/// Answering. The first answer is a reply, a defer, an update or a modal.
impl Context {
    /// Answers for everyone in the channel.
    pub fn reply(&self, message: impl Into<OutgoingMessage>) -> Answer {
        self.reply_to(message.into(), Visibility::Everyone)
    }

    /// Answers so that only the user sees it.
    pub fn reply_privately(&self, message: impl Into<OutgoingMessage>) -> Answer {
        self.reply_to(message.into(), Visibility::Invoker)
    }

    /// Shows "thinking" to everyone until [`edit_reply`](Self::edit_reply).
    pub fn defer(&self) -> Answer {
        self.defer_to(Visibility::Everyone)
    }

    /// Shows "thinking" to the user alone until [`edit_reply`](Self::edit_reply).
    pub fn defer_privately(&self) -> Answer {
        self.defer_to(Visibility::Invoker)
    }

    /// Changes the reply, or puts it where "thinking" is. A text changes the text alone, a
    /// whole message everything.
    pub fn edit_reply(&self, edit: impl Into<MessageEdit>) -> Answer<MessageId> {
        let id = self.interaction.edit_reply(&edit.into())?;
        self.state.set(State::Answered);
        Ok(id)
    }

    /// Deletes the reply.
    pub fn delete_reply(&self) -> Answer {
        Ok(self.interaction.delete_reply()?)
    }

    /// Rewrites the message that the button or menu sits on.
    pub fn update(&self, edit: impl Into<MessageEdit>) -> Answer {
        self.interaction.update(&edit.into())?;
        self.state.set(State::Answered);
        Ok(())
    }

    /// Opens a window with inputs, which come back as
    /// [`submitted`](crate::Cog::submitted). Only as the first answer.
    pub fn show_modal(&self, modal: Modal) -> Answer {
        self.interaction.show_modal(&modal)?;
        self.state.set(State::Answered);
        Ok(())
    }

    /// Shows something to the user alone, however far the answer is; where they are shown "thinking",
    /// in its place.
    pub(crate) fn tell(&self, message: OutgoingMessage) -> Answer {
        match self.state.get() {
            State::Unanswered => self.reply_privately(message),
            State::Thinking => self.edit_reply(message).map(drop),
            State::Answered => self.followup_privately(message).map(drop),
        }
    }

    /// Adds another message for everyone, after the answer.
    pub fn followup(&self, message: impl Into<OutgoingMessage>) -> Answer<MessageId> {
        Ok(self
            .interaction
            .followup(&message.into(), Visibility::Everyone)?)
    }

    /// Adds another message that only the user sees, after the answer.
    pub fn followup_privately(&self, message: impl Into<OutgoingMessage>) -> Answer<MessageId> {
        Ok(self
            .interaction
            .followup(&message.into(), Visibility::Invoker)?)
    }

    /// Changes a followup.
    pub fn edit_followup(&self, id: &str, edit: impl Into<MessageEdit>) -> Answer {
        Ok(self.interaction.edit_followup(id, &edit.into())?)
    }

    /// Deletes a followup.
    pub fn delete_followup(&self, id: &str) -> Answer {
        Ok(self.interaction.delete_followup(id)?)
    }

    fn reply_to(&self, message: OutgoingMessage, to: Visibility) -> Answer {
        self.interaction.reply(&message, to)?;
        self.state.set(State::Answered);
        Ok(())
    }

    fn defer_to(&self, to: Visibility) -> Answer {
        self.interaction.defer(to)?;
        self.state.set(State::Thinking);
        Ok(())
    }
}

/// Runs a handler on an interaction. A told error reaches the user and is a success for the
/// host; any other becomes the sentence for the log.
pub(crate) fn answer(
    interaction: Interaction,
    handler: impl FnOnce(&Context) -> Answer,
) -> Result<(), String> {
    let ctx = Context {
        interaction,
        state: Cell::new(State::Unanswered),
    };
    let told = match handler(&ctx) {
        Err(error) if error.is_told() => error,
        done => return done.map_err(|error| error.to_string()),
    };
    let shown = ctx.tell(OutgoingMessage::text(told.sentence()));
    shown.map_err(|error| format!("{told} (could not be shown: {error})"))
}
