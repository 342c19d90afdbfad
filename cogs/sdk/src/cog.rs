//! The trait [`Cog`]: everything that a cog can be called for.
//!
//! Owns the list of hooks and their signatures. `#[cog]` looks at which of them are written
//! and exports those and no others, and what a cog exports is what it listens to: the host
//! asks Discord for no event that no cog wants.

use crate::command::{Choice, Commands, unknown};
use crate::context::Context;
use crate::error::{Answer, Error};
pub use crate::exports::bindings::autocomplete::exports::cogbox::cog::autocomplete::Request;
pub use crate::exports::bindings::components::exports::cogbox::cog::components::SelectedValue;
pub use crate::exports::bindings::player_events::exports::cogbox::cog::player_events::{
    Departure, End,
};
pub use crate::exports::bindings::settings_form::exports::cogbox::cog::settings_form::{
    Kind, NumberRange, Setting,
};
use crate::raw::cogbox::cog::invocations::Invocation;
use crate::raw::cogbox::discord::model::{
    AuditEntry, Channel, ChannelId, Guild, GuildId, Member, Message, MessageId, Reaction, Role,
    RoleId, User, UserId, VoiceState,
};
use crate::raw::cogbox::host::basics::Timer;
use crate::raw::cogbox::voice::tracks::Track;

/// A cog. Write the hooks you want, put `#[cog]` above, and leave the rest out.
///
/// No hook has a `self`: every call runs in a fresh instance, so what should last belongs in
/// the [`store`](crate::store). A hook that returns an error leaves its sentence in the log.
#[allow(unused_variables)]
pub trait Cog {
    /// Lists the commands, with [`commands!`](crate::commands). Called when the cog is
    /// loaded, without access to anything.
    fn commands() -> Commands {
        Commands::default()
    }

    /// A command that was set for one guild through `guild_commands` was used.
    fn guild_command(ctx: &Context, invocation: Invocation) -> Answer {
        Err(unknown(&invocation.path))
    }

    /// Someone is typing a value of an option with `autocomplete`. At most 25 choices, within
    /// a second: what comes later is not shown.
    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        Ok(Vec::new())
    }

    /// A button of this cog was pressed.
    fn pressed(ctx: &Context, id: &str) -> Answer {
        Err(unhandled("button", id))
    }

    /// Something was picked from a menu of this cog.
    fn selected(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
        Err(unhandled("menu", id))
    }

    /// A modal of this cog was sent.
    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        Err(unhandled("modal", id))
    }

    /// Lists what a guild's admins can set. Called when the cog is loaded.
    fn settings() -> Vec<Setting> {
        Vec::new()
    }

    /// A timer that was set with `schedule` is due.
    fn timer(timer: Timer) -> Answer {
        Ok(())
    }

    /// Someone wrote a message. Its text is empty, unless the bot is mentioned or
    /// `#[cog(message_content)]` asks for it.
    fn message_created(message: Message) -> Answer {
        Ok(())
    }

    /// Someone edited a message. `before` is there when the host still had it.
    fn message_edited(before: Option<Message>, after: Message) -> Answer {
        Ok(())
    }

    /// Messages were deleted; `known` are those that the host still had.
    fn message_deleted(
        guild: Option<GuildId>,
        channel: ChannelId,
        ids: Vec<MessageId>,
        known: Vec<Message>,
    ) -> Answer {
        Ok(())
    }

    /// Someone reacted to a message.
    fn reaction_added(reaction: Reaction) -> Answer {
        Ok(())
    }

    /// Someone's reaction was taken away.
    fn reaction_removed(reaction: Reaction) -> Answer {
        Ok(())
    }

    /// Someone joined a guild.
    fn member_joined(member: Member) -> Answer {
        Ok(())
    }

    /// A member's name, roles or state changed.
    fn member_updated(before: Option<Member>, after: Member) -> Answer {
        Ok(())
    }

    /// Someone left a guild or was removed.
    fn member_left(guild: GuildId, user: User) -> Answer {
        Ok(())
    }

    /// Someone was banned.
    fn banned(guild: GuildId, user: User) -> Answer {
        Ok(())
    }

    /// A ban was lifted.
    fn unbanned(guild: GuildId, user: User) -> Answer {
        Ok(())
    }

    /// The bot was added to a guild.
    fn guild_joined(guild: Guild) -> Answer {
        Ok(())
    }

    /// The bot was removed from a guild.
    fn guild_left(guild: GuildId) -> Answer {
        Ok(())
    }

    /// A guild changed; `before` and `after` may show no difference, where what changed is not in them.
    fn guild_updated(before: Option<Guild>, after: Guild) -> Answer {
        Ok(())
    }

    /// A channel was made.
    fn channel_created(channel: Channel) -> Answer {
        Ok(())
    }

    /// A channel changed.
    fn channel_updated(before: Option<Channel>, after: Channel) -> Answer {
        Ok(())
    }

    /// A channel was deleted.
    fn channel_deleted(channel: Channel) -> Answer {
        Ok(())
    }

    /// A thread was opened.
    fn thread_created(thread: Channel) -> Answer {
        Ok(())
    }

    /// A thread changed.
    fn thread_updated(before: Option<Channel>, after: Channel) -> Answer {
        Ok(())
    }

    /// A thread was deleted.
    fn thread_deleted(thread: Channel) -> Answer {
        Ok(())
    }

    /// A role was made.
    fn role_created(role: Role) -> Answer {
        Ok(())
    }

    /// A role changed.
    fn role_updated(before: Option<Role>, after: Role) -> Answer {
        Ok(())
    }

    /// A role was deleted.
    fn role_deleted(guild: GuildId, role: RoleId) -> Answer {
        Ok(())
    }

    /// An invite was made.
    fn invite_created(
        guild: GuildId,
        channel: ChannelId,
        code: String,
        inviter: Option<UserId>,
    ) -> Answer {
        Ok(())
    }

    /// An invite was deleted.
    fn invite_deleted(guild: GuildId, channel: ChannelId, code: String) -> Answer {
        Ok(())
    }

    /// A line was added to a guild's audit log.
    fn audit_log_written(entry: AuditEntry) -> Answer {
        Ok(())
    }

    /// Someone joined, left or changed state in a voice channel.
    fn voice_changed(before: Option<VoiceState>, after: VoiceState) -> Answer {
        Ok(())
    }

    /// A track began to play.
    fn track_started(guild: GuildId, track: Track) -> Answer {
        Ok(())
    }

    /// A track ended.
    fn track_ended(guild: GuildId, track: Track, why: End) -> Answer {
        Ok(())
    }

    /// The queue of the guild's player ran empty.
    fn player_idle(guild: GuildId) -> Answer {
        Ok(())
    }

    /// The bot is in no voice channel of the guild any more.
    fn player_left(guild: GuildId, why: Departure) -> Answer {
        Ok(())
    }
}

/// What was typed into a modal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inputs(pub(crate) Vec<(String, Vec<String>)>);

impl Inputs {
    /// Returns the text of an input; empty when it was left empty.
    pub fn text(&self, id: &str) -> &str {
        let values = self.0.iter().find(|(name, _)| name == id);
        values
            .and_then(|(_, values)| values.first())
            .map_or("", String::as_str)
    }

    /// Returns the id of each input with its text.
    #[cfg(feature = "json")]
    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        let ids = self.0.iter().map(|(id, _)| id);
        ids.map(|id| (id.clone(), self.text(id).to_owned()))
            .collect()
    }
}

fn unhandled(what: &str, id: &str) -> Error {
    Error::new(format!("nothing in this cog handles the {what} `{id}`"))
}
