//! Acts in somebody's name: each is done, and then written into the audit log.

use serde_json::json;

use super::audit::{self, Note};
use super::{Action, Event, GuildEdit, World};
use crate::clock::Time;
use crate::model::Actor;
use crate::snowflake::Id;

/// What an act led to: the id of what was made or changed, and its notes for the audit log. No
/// notes when nothing changed.
pub(super) type Done = Option<(Id, Vec<Note>)>;

impl World {
    pub(super) fn moderate(
        &mut self,
        guild: Id,
        by: &Actor,
        action: Action,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let done = match action {
            Action::EditGuild(edit) => self.edit_guild(guild, *edit, events),
            Action::CreateChannel(edit) => self.create_channel(guild, *edit, now, events),
            Action::EditChannel(channel, edit) => self.edit_channel(channel, *edit, now, events),
            Action::DeleteChannel(channel) => self.delete_channel(channel, now, events),
            Action::StartThread(new) => self.start_thread(by.user, *new, now, events),
            Action::EditThread(thread, edit) => {
                self.edit_thread(thread, by.user, edit, now, events)
            }
            Action::DeleteThread(thread) => self.delete_thread(thread, events),
            Action::SetOverwrite(channel, overwrite) => {
                self.write_overwrite(channel, overwrite, events)
            }
            Action::DropOverwrite {
                channel,
                target,
                kind,
            } => self.drop_overwrite(channel, target, kind, events),
            Action::CreateRole(edit) => self.create_role(guild, edit, now, events),
            Action::EditRole(role, edit) => self.edit_role(guild, role, edit, events),
            Action::DeleteRole(role) => self.delete_role(guild, role, events),
            Action::EditMember(user, edit) => self.edit_member(guild, user, edit, events),
            Action::Kick(user) => self.kick(guild, user, events),
            Action::Ban { user, delete_since } => {
                self.ban(guild, user, by.reason.clone(), delete_since, events)
            }
            Action::Unban(user) => self.unban(guild, user, events),
            Action::Prune { users, days } => self.prune(guild, &users, days, events),
            Action::CreateWebhook(channel, edit) => {
                self.create_webhook(channel, by.user, edit, now, events)
            }
            Action::EditWebhook(webhook, edit) => self.edit_webhook(webhook, edit, events),
            Action::DeleteWebhook(webhook) => self.delete_webhook(webhook, events),
            Action::CreateInvite(new) => self.create_invite(guild, by.user, new, now, events),
            Action::CreateEmoji { edit, animated } => {
                self.create_emoji(guild, by.user, edit, animated, now, events)
            }
            Action::EditEmoji(emoji, edit) => self.edit_emoji(guild, emoji, edit, events),
            Action::DeleteEmoji(emoji) => self.delete_emoji(guild, emoji, events),
            Action::OnMessage {
                channel,
                message,
                act,
            } => self.act_on_message(channel, message, act, by.user, now, events),
            Action::DeleteMessages { channel, messages } => {
                self.delete_many(channel, &messages, events)
            }
            Action::DeleteInvite(code) => self.delete_invite(guild, &code, events),
        };
        let (id, notes) = done?;
        for note in notes {
            self.log(guild, by, note, now, events);
        }
        Some(id)
    }

    fn edit_guild(&mut self, guild: Id, edit: GuildEdit, events: &mut Vec<Event>) -> Done {
        let place = self.guilds.get_mut(&guild)?;
        let old = audit::guild(place);
        edit.apply(place);
        let note = Note::of(audit::GUILD_UPDATE, guild).changing(old, audit::guild(place));
        if note.changes.is_empty() {
            return Some((guild, Vec::new()));
        }
        events.push(Event::GuildChanged(guild));
        Some((guild, vec![note]))
    }

    fn kick(&mut self, guild: Id, user: Id, events: &mut Vec<Event>) -> Done {
        self.remove_member(guild, user, events)?;
        Some((user, vec![Note::of(audit::MEMBER_KICK, user)]))
    }

    fn ban(
        &mut self,
        guild: Id,
        user: Id,
        reason: Option<String>,
        delete_since: Option<Time>,
        events: &mut Vec<Event>,
    ) -> Done {
        self.users.get(&user)?;
        let bans = &mut self.guilds.get_mut(&guild)?.bans;
        if bans.contains_key(&user) {
            return Some((user, Vec::new()));
        }
        bans.insert(user, reason);
        events.push(Event::BanAdded { guild, user });
        self.remove_member(guild, user, events);
        if let Some(since) = delete_since {
            self.delete_written(guild, user, since, events);
        }
        Some((user, vec![Note::of(audit::MEMBER_BAN_ADD, user)]))
    }

    /// Deletes what a user wrote in the guild since a moment.
    fn delete_written(&mut self, guild: Id, user: Id, since: Time, events: &mut Vec<Event>) {
        let Some(place) = self.guilds.get(&guild) else {
            return;
        };
        let channels = place.channels.iter().chain(&place.threads).copied();
        for channel in channels.collect::<Vec<Id>>() {
            let messages = self.channels.get(&channel).map(|channel| &channel.messages);
            let written = messages.into_iter().flatten();
            let written = written.filter(|m| m.author == user && m.created >= since);
            let written: Vec<Id> = written.map(|message| message.id).collect();
            self.delete_messages(channel, &written, events);
        }
    }

    fn unban(&mut self, guild: Id, user: Id, events: &mut Vec<Event>) -> Done {
        self.guilds.get_mut(&guild)?.bans.remove(&user)?;
        events.push(Event::BanRemoved { guild, user });
        Some((user, vec![Note::of(audit::MEMBER_BAN_REMOVE, user)]))
    }

    fn prune(&mut self, guild: Id, users: &[Id], days: u64, events: &mut Vec<Event>) -> Done {
        let mut removed = 0;
        for user in users {
            removed += u64::from(self.remove_member(guild, *user, events).is_some());
        }
        let note = Note {
            action: audit::MEMBER_PRUNE,
            options: json!({
                "delete_member_days": days.to_string(),
                "members_removed": removed.to_string(),
            }),
            ..Note::default()
        };
        Some((guild, if removed > 0 { vec![note] } else { Vec::new() }))
    }
}
