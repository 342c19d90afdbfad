//! The state of the local Discord, and the only way to change it.
//!
//! [`World::apply`] takes a [`Change`] that has already been judged (by `rules/`, by permissions)
//! and returns what happened as [`Event`]s. It does no I/O and reads no clock: the same changes at
//! the same times give the same world.

mod action;
mod audit;
mod change;
mod channels;
mod command_permissions;
mod commands;
mod emojis;
mod event;
mod forum;
mod guilds;
mod installs;
mod interactions;
mod invites;
mod members;
mod message_acts;
mod messages;
mod moderation;
mod pins;
mod polls;
mod reactions;
mod roles;
mod seed;
mod thread_action;
mod thread_members;
mod thread_rights;
mod thread_sync;
mod threads;
mod uploads;
mod voice;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use action::{
    Action, ChannelEdit, EmojiEdit, ForumEdit, GuildEdit, MemberEdit, MessageAct, NewInvite,
    RoleEdit,
};
pub use change::{
    Applied, Change, CommandScope, Demand, Draft, Edit, NewFile, NewInteraction, Shape,
};
pub use event::Event;
pub use forum::TagFault;
pub use thread_action::{NewThread, ThreadEdit};
pub use webhooks::WebhookEdit;

use crate::clock::Time;
use crate::model::{
    Application, Attachment, Channel, Command, CommandPermission, Guild, Interaction, Member,
    Message, User, VoiceState, Webhook, permissions,
};
use crate::snowflake::{Id, Snowflakes};
use std::time::Duration;

/// The finished interactions that are remembered, for late callbacks to be refused rightly.
const KEPT_INTERACTIONS: usize = 10_000;

/// Everything there is.
#[derive(Clone, Debug)]
pub struct World {
    pub application: Application,
    pub users: BTreeMap<Id, User>,
    pub guilds: BTreeMap<Id, Guild>,
    pub channels: BTreeMap<Id, Channel>,
    pub webhooks: BTreeMap<Id, Webhook>,
    /// Who is in voice, by guild and user.
    pub voice: BTreeMap<(Id, Id), VoiceState>,
    pub commands: BTreeMap<Id, Command>,
    /// By guild, and by command or, for all commands, application.
    pub command_permissions: BTreeMap<(Id, Id), Vec<CommandPermission>>,
    /// Those who installed the application for themselves.
    pub installed_by: BTreeSet<Id>,
    pub interactions: BTreeMap<Id, Interaction>,
    /// Files that people have picked, by the id they will be named by.
    pub uploads: BTreeMap<Id, Attachment>,
    /// How many command lists or commands have been written so far.
    pub command_writes: u64,
    pub bot_connected: bool,
    /// The present moment, as the world was told last.
    pub now: Time,
    /// The largest file that a message or an interaction takes, in bytes.
    pub attachment_limit: u64,
    timing: Timing,
    tokens: HashMap<String, Id>,
    /// Interactions, threads and polls that something will happen to at a time, if nothing happens before.
    due: BTreeSet<(Time, Id)>,
    /// Commands made per scope: since when, and how many.
    /// The channels of polls that are open, by message.
    polls: BTreeMap<Id, Id>,
    creates: BTreeMap<Option<Id>, (Time, u32)>,
    ids: Snowflakes,
    random: u64,
}

/// How long interactions live.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// From the interaction to the first answer; 3 s on Discord.
    pub answer_deadline: Duration,
    /// From the interaction to the end of its token; 15 min on Discord.
    pub token_life: Duration,
}

impl World {
    /// Makes one change, and tells what it led to.
    pub fn apply(&mut self, change: Change, now: Time) -> Applied {
        let mut events = Vec::new();
        self.now = now;
        let in_sight = change.moves_rights().then(|| self.parents_in_sight(now));
        let id = match change {
            Change::AddUser { name, bot } => Some(self.add_user(name, bot, now)),
            Change::SetLocale { user, locale } => self.set_locale(user, locale),
            Change::SetStatus { user, status } => self.set_status(user, status, &mut events),
            Change::AddCrowd { guild, count } => self.add_crowd(guild, count, now),
            Change::AddGuild { name, owner } => Some(self.add_guild(name, owner, now, &mut events)),
            Change::RemoveBot { guild } => self.remove_bot(guild, &mut events),
            Change::SetAvailable { guild, available } => {
                self.set_available(guild, available, &mut events)
            }
            Change::AddMember { guild, user } => self.add_member(guild, user, now, &mut events),
            Change::TimeOut { guild, user, until } => {
                self.time_out(guild, user, until, &mut events)
            }
            Change::AddRole {
                guild,
                name,
                permissions,
            } => self.add_role(guild, name, permissions, now, &mut events),
            Change::SetRole {
                guild,
                role,
                permissions,
                mentionable,
            } => self.set_role(guild, role, permissions, mentionable, &mut events),
            Change::GiveRole { guild, user, role } => {
                self.give_role(guild, user, role, true, &mut events)
            }
            Change::TakeRole { guild, user, role } => {
                self.give_role(guild, user, role, false, &mut events)
            }
            Change::AddChannel { guild, name } => self.add_channel(guild, name, now, &mut events),
            Change::SetOverwrite { channel, overwrite } => {
                self.set_overwrite(channel, overwrite, &mut events)
            }
            Change::ShapeChannel { channel, shape } => {
                self.shape_channel(channel, shape, &mut events)
            }
            Change::BlockBot { person, blocks } => self.block_bot(person, blocks),
            Change::Crosspost { channel, message } => self.crosspost(channel, message, &mut events),
            Change::Audited { guild, by, action } => {
                self.moderate(guild, &by, *action, now, &mut events)
            }
            Change::JoinThread { thread, user, by } => {
                self.bring_into_thread(thread, user, by, now, &mut events)
            }
            Change::LeaveThread { thread, user, by } => {
                self.take_out_of_thread(thread, user, by, now, &mut events)
            }
            Change::Leave { guild, user } => self.remove_member(guild, user, &mut events),
            Change::AcceptInvite { guild, code, user } => {
                self.accept_invite(guild, &code, user, now, &mut events)
            }
            Change::SetOwnerMfa(has) => {
                self.application.owner_mfa = has;
                None
            }
            Change::MoveRole {
                guild,
                role,
                position,
            } => self.move_role(guild, role, position, &mut events),
            Change::RepeatMemberAdd { guild, user } => {
                let repeated = self.member(guild, user).map(|member| member.user);
                events.extend(repeated.map(|user| Event::MemberAdded { guild, user }));
                repeated
            }
            Change::Demand { guild, demand } => self.demand(guild, demand, &mut events),
            Change::PassScreening { guild, user } => self.pass_screening(guild, user, &mut events),
            Change::OpenDm { person } => Some(self.open_dm(person, now, &mut events)),
            Change::Upload(file) => self.upload(file, now),
            Change::Post(draft) => self.post(*draft, now, &mut events),
            Change::EditMessage {
                channel,
                message,
                edit,
            } => self.edit_message(channel, message, *edit, now, &mut events),
            Change::DeleteMessage { channel, message } => {
                self.delete_message(channel, message, &mut events)
            }
            Change::React {
                channel,
                message,
                user,
                name,
                custom,
            } => self.react(channel, message, user, name, custom, &mut events),
            Change::Unreact {
                channel,
                message,
                user,
                name,
                custom,
            } => self.unreact(channel, message, user, &name, custom, &mut events),
            Change::ClearReactions {
                channel,
                message,
                emoji,
            } => self.clear_reactions(channel, message, emoji, &mut events),
            Change::Vote {
                channel,
                message,
                user,
                answers,
            } => self.vote(channel, message, user, &answers, &mut events),
            Change::EndPoll { channel, message } => {
                self.end_poll(channel, message, now, &mut events)
            }
            Change::Pin {
                channel,
                message,
                by,
            } => self.pin(channel, message, by, now, &mut events),
            Change::Unpin { channel, message } => self.unpin(channel, message, &mut events),
            Change::ChangeVoiceServer { guild } => self.change_voice_server(guild, &mut events),
            Change::SetVoice { guild, user, wish } => {
                self.set_voice(guild, user, wish, &mut events)
            }
            Change::SetStage {
                guild,
                user,
                suppress,
                asks_to_speak,
            } => self.set_stage(guild, user, suppress, asks_to_speak, &mut events),
            Change::Typing { channel, user } => {
                events.push(Event::Typing {
                    channel,
                    user,
                    at: now,
                });
                None
            }
            Change::PutCommand { command } => Some(self.put_command(*command, now, &mut events)),
            Change::ReplaceCommands { scope, commands } => {
                self.replace_commands(scope, commands, now, &mut events)
            }
            Change::SetCommandPermissions {
                guild,
                target,
                permissions,
            } => self.set_command_permissions(guild, target, permissions, &mut events),
            Change::GrantCommands { guild, granted } => {
                self.grant_commands(guild, granted, &mut events)
            }
            Change::InstallFor { user } => self.install_for(user, &mut events),
            Change::OpenGroup { people } => Some(self.open_group(people, now)),
            Change::DeleteCommand { command } => self.delete_command(command, &mut events),
            Change::Begin(new) => Some(self.begin(*new, now, &mut events)),
            Change::Answer { interaction, draft } => {
                self.answer(interaction, *draft, now, &mut events)
            }
            Change::ExpireInteractions => {
                self.expire_interactions(now, &mut events);
                None
            }
            Change::Defer {
                interaction,
                ephemeral,
            } => self.defer(interaction, ephemeral, now, &mut events),
            Change::Acknowledge { interaction } => self.acknowledge(interaction, now, &mut events),
            Change::UpdateMessage { interaction, edit } => {
                self.update_message(interaction, *edit, now, &mut events)
            }
            Change::OfferChoices {
                interaction,
                choices,
            } => self.offer_choices(interaction, choices, now, &mut events),
            Change::OpenModal { interaction, modal } => {
                self.open_modal(interaction, modal, now, &mut events)
            }
            Change::EditOriginal { interaction, edit } => {
                self.edit_original(interaction, *edit, now, &mut events)
            }
            Change::FollowUp { interaction, draft } => {
                self.follow_up(interaction, *draft, now, &mut events)
            }
            Change::DeleteOriginal { interaction } => {
                self.delete_original(interaction, now, &mut events)
            }
            Change::TimePassed => {
                self.time_passed(now, &mut events);
                None
            }
            Change::SetConnected(connected) => {
                if self.bot_connected != connected {
                    self.bot_connected = connected;
                    events.push(Event::BotConnected(connected));
                }
                None
            }
        };
        if let Some(before) = in_sight {
            self.show_threads(&before, now, &mut events);
        }
        Applied { id, events }
    }

    /// Returns the next moment at which [`Change::TimePassed`] would do something.
    pub fn next_due(&self) -> Option<Time> {
        self.due.first().map(|(time, _)| *time)
    }

    /// Returns the interaction that a token belongs to.
    pub fn interaction_of(&self, token: &str) -> Option<&Interaction> {
        self.interactions.get(self.tokens.get(token)?)
    }

    /// Returns the user, who exists as long as anything names them.
    pub fn user(&self, id: Id) -> Option<&User> {
        self.users.get(&id)
    }

    /// Returns a member of a guild.
    pub fn member(&self, guild: Id, user: Id) -> Option<&Member> {
        self.guilds.get(&guild)?.members.get(&user)
    }

    /// Returns a message that is still kept.
    pub fn message(&self, channel: Id, message: Id) -> Option<&Message> {
        self.channels.get(&channel)?.message(message)
    }

    /// Tells whether the bot is a member of the guild.
    pub fn bot_is_in(&self, guild: Id) -> bool {
        self.member(guild, self.application.bot).is_some()
    }

    /// Returns what a user may do in a channel at `now`: no bits when they are not even there.
    pub fn permissions(&self, user: Id, channel: Id, now: Time) -> u64 {
        let channel = self.channels.get(&channel);
        channel.map_or(0, |channel| self.permissions_in(user, channel, now))
    }

    /// Returns what a user may do in a channel, as it is or as it was before it was deleted.
    pub fn permissions_in(&self, user: Id, channel: &Channel, now: Time) -> u64 {
        match channel.guild {
            None => match channel.recipient {
                Some(person) if person == user || user == self.application.bot => {
                    permissions::in_dm()
                }
                None if channel.people.contains(&user) => permissions::in_dm(),
                _ => 0,
            },
            Some(id) => match (self.guilds.get(&id), self.member(id, user)) {
                (Some(guild), Some(member)) => match self.thread_parent(channel) {
                    Some(parent) => permissions::in_thread(guild, member, parent, channel, now),
                    None => permissions::in_channel(guild, member, channel, now),
                },
                _ => 0,
            },
        }
    }

    /// Returns the channel that a thread hangs on; None when it is no thread.
    pub fn thread_parent(&self, channel: &Channel) -> Option<&Channel> {
        channel.thread.as_ref()?;
        self.channels.get(&channel.parent?)
    }

    /// Tells whether a user may write in a channel.
    pub fn may_write(&self, user: Id, channel: Id, now: Time) -> bool {
        let writing = self.channels.get(&channel).map(permissions::writing);
        writing.is_some_and(|bit| self.may(user, channel, permissions::VIEW_CHANNEL | bit, now))
    }

    /// Tells whether a user has all the given permission bits in a channel.
    pub fn may(&self, user: Id, channel: Id, bits: u64, now: Time) -> bool {
        self.permissions(user, channel, now) & bits == bits
    }

    /// Returns the next of a fixed series of numbers (splitmix64).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
