//! The events: each interface's functions, and the hook that each one calls.

use super::bindings::audit_log_entries::exports::cogbox::cog::audit_log_entries;
use super::bindings::bans::exports::cogbox::cog::bans;
use super::bindings::channel_events::exports::cogbox::cog::channel_events;
use super::bindings::guild_joined::exports::cogbox::cog::guild_joined;
use super::bindings::guild_left::exports::cogbox::cog::guild_left;
use super::bindings::guild_updated::exports::cogbox::cog::guild_updated;
use super::bindings::invite_events::exports::cogbox::cog::invite_events;
use super::bindings::member_joined::exports::cogbox::cog::member_joined;
use super::bindings::member_left::exports::cogbox::cog::member_left;
use super::bindings::member_updated::exports::cogbox::cog::member_updated;
use super::bindings::message_content::exports::cogbox::cog::message_content;
use super::bindings::message_created::exports::cogbox::cog::message_created;
use super::bindings::message_deleted::exports::cogbox::cog::message_deleted;
use super::bindings::message_edited::exports::cogbox::cog::message_edited;
use super::bindings::player_events::exports::cogbox::cog::player_events;
use super::bindings::reaction_added::exports::cogbox::cog::reaction_added;
use super::bindings::reaction_removed::exports::cogbox::cog::reaction_removed;
use super::bindings::role_events::exports::cogbox::cog::role_events;
use super::bindings::thread_events::exports::cogbox::cog::thread_events;
use super::bindings::timers::exports::cogbox::cog::timers;
use super::bindings::voice_changed::exports::cogbox::cog::voice_changed;
use super::{Exported, run};
use crate::cog::{Cog, Departure, End};
use crate::raw::cogbox::discord::model::{
    AuditEntry, Channel, ChannelId, Guild, GuildId, Member, Message, MessageId, Reaction, Role,
    RoleId, User, UserId, VoiceState,
};
use crate::raw::cogbox::host::basics::Timer;
use crate::raw::cogbox::voice::tracks::Track;

/// `interface: function(arguments) => hook;`
macro_rules! hooks {
    ($($interface:ident: $($function:ident($($name:ident: $type:ty),*) => $hook:ident),+;)+) => {$(
        impl<C: Cog> $interface::Guest for Exported<C> {
            $(fn $function($($name: $type),*) -> Result<(), String> {
                run(|| C::$hook($($name),*))
            })+
        }
    )+};
}

hooks! {
    timers: fired(timer: Timer) => timer;
    message_created: created(message: Message) => message_created;
    message_edited: edited(before: Option<Message>, after: Message) => message_edited;
    message_deleted: deleted(
        guild: Option<GuildId>, channel: ChannelId, ids: Vec<MessageId>, known: Vec<Message>
    ) => message_deleted;
    reaction_added: added(reaction: Reaction) => reaction_added;
    reaction_removed: removed(reaction: Reaction) => reaction_removed;
    member_joined: joined(member: Member) => member_joined;
    member_updated: updated(before: Option<Member>, after: Member) => member_updated;
    member_left: left(guild: GuildId, user: User) => member_left;
    bans:
        banned(guild: GuildId, user: User) => banned,
        unbanned(guild: GuildId, user: User) => unbanned;
    guild_joined: joined(guild: Guild) => guild_joined;
    guild_left: left(guild: GuildId) => guild_left;
    guild_updated: updated(before: Option<Guild>, after: Guild) => guild_updated;
    channel_events:
        created(channel: Channel) => channel_created,
        updated(before: Option<Channel>, after: Channel) => channel_updated,
        deleted(channel: Channel) => channel_deleted;
    thread_events:
        created(thread: Channel) => thread_created,
        updated(before: Option<Channel>, after: Channel) => thread_updated,
        deleted(thread: Channel) => thread_deleted;
    role_events:
        created(role: Role) => role_created,
        updated(before: Option<Role>, after: Role) => role_updated,
        deleted(guild: GuildId, role: RoleId) => role_deleted;
    invite_events:
        created(
            guild: GuildId, channel: ChannelId, code: String, inviter: Option<UserId>
        ) => invite_created,
        deleted(guild: GuildId, channel: ChannelId, code: String) => invite_deleted;
    audit_log_entries: written(entry: AuditEntry) => audit_log_written;
    voice_changed: changed(before: Option<VoiceState>, after: VoiceState) => voice_changed;
    player_events:
        started(guild: GuildId, track: Track) => track_started,
        ended(guild: GuildId, track: Track, why: End) => track_ended,
        idle(guild: GuildId) => player_idle,
        left(guild: GuildId, why: Departure) => player_left;
}

/// Asks for the text of messages; there is nothing to call.
impl<C: Cog> message_content::Guest for Exported<C> {
    fn wanted() -> bool {
        true
    }
}
