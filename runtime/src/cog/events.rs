//! The events a cog can hear of, as the contract's values: what each is called with, and which
//! export it goes to.

use cogbox_world::cogbox::discord::model::{
    AuditEntry, Channel, Guild, Member, Message, Reaction, Role, User, VoiceState,
};
use cogbox_world::cogbox::voice::tracks::Track;
use cogbox_world::exports::cogbox::cog as exports;
use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};

use super::outcome::NotExported;
use super::subscriptions::Subscription;
use crate::host::Guest;

macro_rules! events {
    ($($subscription:ident in $module:ident {
        $($(#[$doc:meta])* $event:ident($($value:ident: $type:ty),*) = $name:literal, $method:ident($($argument:expr),*);)+
    })+) => {
        /// Something that happened, ready to be told.
        #[expect(clippy::large_enum_variant, reason = "one lives for one call")]
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event { $($($(#[$doc])* $event($($type),*),)+)+ }

        impl Event {
            /// Returns the export it goes to, as metrics and logs name it.
            pub fn export(&self) -> &'static str {
                match self { $($(Self::$event(..) => $name,)+)+ }
            }

            /// Returns what a cog exports to hear of it.
            pub fn subscription(&self) -> Subscription {
                match self { $($(Self::$event(..) => Subscription::$subscription,)+)+ }
            }
        }

        /// The exports for events, found by name; their types are checked on load.
        pub(crate) struct EventExports { $($module: Option<exports::$module::GuestIndices>,)+ }

        impl EventExports {
            /// Finds those that a cog listens with; an error names the one that does not fit.
            pub(crate) fn find(
                instance: &InstancePre<Guest>,
                listens: impl Fn(Subscription) -> bool,
            ) -> Result<Self, (Subscription, wasmtime::Error)> {
                Ok(Self { $($module: match listens(Subscription::$subscription) {
                    true => Some(exports::$module::GuestIndices::new(instance)
                        .map_err(|error| (Subscription::$subscription, error))?),
                    false => None,
                },)+ })
            }

            /// Loads each in an instance, which checks its types.
            pub(crate) fn check(
                &self,
                store: &mut Store<Guest>,
                instance: &Instance,
            ) -> Result<(), (Subscription, wasmtime::Error)> {
                $(if let Some(indices) = &self.$module {
                    indices.load(&mut *store, instance)
                        .map_err(|error| (Subscription::$subscription, error))?;
                })+
                Ok(())
            }

            /// Tells a cog of an event.
            pub(crate) async fn enter(
                &self,
                store: &mut Store<Guest>,
                instance: &Instance,
                event: &Event,
            ) -> wasmtime::Result<Result<(), String>> {
                match event { $($(Event::$event($($value),*) => match &self.$module {
                    Some(indices) => {
                        let guest = indices.load(&mut *store, instance)?;
                        guest.$method(store, $($argument),*).await
                    }
                    None => Err(wasmtime::Error::new(NotExported(stringify!($module)))),
                },)+)+ }
            }
        }
    };
}

events! {
    MessageCreated in message_created {
        /// A message was posted.
        MessageCreated(message: Message) = "message-created.created", call_created(message);
    }
    MessageEdited in message_edited {
        /// A message changed: as it was, as it is.
        MessageEdited(before: Option<Message>, after: Message) = "message-edited.edited",
            call_edited(before.as_ref(), after);
    }
    MessageDeleted in message_deleted {
        /// Messages went: guild, channel, ids, and those that the host still had.
        MessageDeleted(guild: Option<String>, channel: String, ids: Vec<String>, known: Vec<Message>)
            = "message-deleted.deleted", call_deleted(guild.as_ref(), channel, ids, known);
    }
    ReactionAdded in reaction_added {
        /// Someone reacted.
        ReactionAdded(reaction: Reaction) = "reaction-added.added", call_added(reaction);
    }
    ReactionRemoved in reaction_removed {
        /// One person's reaction went.
        ReactionRemoved(reaction: Reaction) = "reaction-removed.removed", call_removed(reaction);
    }
    MemberJoined in member_joined {
        /// Someone joined.
        MemberJoined(member: Member) = "member-joined.joined", call_joined(member);
    }
    MemberUpdated in member_updated {
        /// A member changed: as they were, as they are.
        MemberUpdated(before: Option<Member>, after: Member) = "member-updated.updated",
            call_updated(before.as_ref(), after);
    }
    MemberLeft in member_left {
        /// Someone left, or was made to.
        MemberLeft(guild: String, user: User) = "member-left.left", call_left(guild, user);
    }
    Bans in bans {
        /// Someone was banned.
        Banned(guild: String, user: User) = "bans.banned", call_banned(guild, user);
        /// A ban was lifted.
        Unbanned(guild: String, user: User) = "bans.unbanned", call_unbanned(guild, user);
    }
    GuildJoined in guild_joined {
        /// The bot was added to a guild.
        GuildJoined(guild: Guild) = "guild-joined.joined", call_joined(guild);
    }
    GuildLeft in guild_left {
        /// The bot was removed from a guild, or left it.
        GuildLeft(guild: String) = "guild-left.left", call_left(guild);
    }
    GuildUpdated in guild_updated {
        /// A guild changed: as it was, as it is.
        GuildUpdated(before: Option<Guild>, after: Guild) = "guild-updated.updated",
            call_updated(before.as_ref(), after);
    }
    ChannelEvents in channel_events {
        /// A channel was made.
        ChannelCreated(channel: Channel) = "channel-events.created", call_created(channel);
        /// A channel changed: as it was, as it is.
        ChannelUpdated(before: Option<Channel>, after: Channel) = "channel-events.updated",
            call_updated(before.as_ref(), after);
        /// A channel went.
        ChannelDeleted(channel: Channel) = "channel-events.deleted", call_deleted(channel);
    }
    ThreadEvents in thread_events {
        /// A thread was started.
        ThreadCreated(thread: Channel) = "thread-events.created", call_created(thread);
        /// A thread changed: as it was, as it is.
        ThreadUpdated(before: Option<Channel>, after: Channel) = "thread-events.updated",
            call_updated(before.as_ref(), after);
        /// A thread went.
        ThreadDeleted(thread: Channel) = "thread-events.deleted", call_deleted(thread);
    }
    RoleEvents in role_events {
        /// A role was made.
        RoleCreated(role: Role) = "role-events.created", call_created(role);
        /// A role changed: as it was, as it is.
        RoleUpdated(before: Option<Role>, after: Role) = "role-events.updated",
            call_updated(before.as_ref(), after);
        /// A role went.
        RoleDeleted(guild: String, role: String) = "role-events.deleted", call_deleted(guild, role);
    }
    InviteEvents in invite_events {
        /// An invite was made: guild, channel, code, and by whom.
        InviteCreated(guild: String, channel: String, code: String, inviter: Option<String>)
            = "invite-events.created", call_created(guild, channel, code, inviter.as_ref());
        /// An invite went.
        InviteDeleted(guild: String, channel: String, code: String)
            = "invite-events.deleted", call_deleted(guild, channel, code);
    }
    AuditLogEntries in audit_log_entries {
        /// Something was written into a guild's audit log.
        AuditLogWritten(entry: AuditEntry) = "audit-log-entries.written", call_written(entry);
    }
    VoiceChanged in voice_changed {
        /// Someone came to voice, left it, or changed there: as it was, as it is.
        VoiceChanged(before: Option<VoiceState>, after: VoiceState) = "voice-changed.changed",
            call_changed(before.as_ref(), after);
    }
    PlayerEvents in player_events {
        /// A track began in a guild.
        TrackStarted(guild: String, track: Track) = "player-events.started", call_started(guild, track);
        /// A track ended in a guild.
        TrackEnded(guild: String, track: Track, why: exports::player_events::End) = "player-events.ended",
            call_ended(guild, track, *why);
        /// Nothing is left to play in a guild.
        PlayerIdle(guild: String) = "player-events.idle", call_idle(guild);
        /// The bot is in no voice channel of a guild any more.
        PlayerLeft(guild: String, why: exports::player_events::Departure) = "player-events.left",
            call_left(guild, *why);
    }
}
