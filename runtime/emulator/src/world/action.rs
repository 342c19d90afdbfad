//! What moderators do to a guild, and what their edits replace. In an edit None leaves a thing as
//! it is; `Some(None)` takes away what may be missing.

use std::collections::BTreeSet;

use crate::clock::Time;
use crate::model::{
    Channel, DefaultReaction, Emoji, ForumTag, Guild, Member, Overwrite, OverwriteKind, Role,
};
use crate::snowflake::Id;
use crate::world::{NewThread, ThreadEdit, WebhookEdit};

/// One judged act in a guild.
#[derive(Clone, Debug)]
pub enum Action {
    EditGuild(Box<GuildEdit>),
    CreateChannel(Box<ChannelEdit>),
    EditChannel(Id, Box<ChannelEdit>),
    /// Deletes a channel with its threads and invites; the channels of a category stay.
    DeleteChannel(Id),
    /// Starts a thread, whose first member is whoever starts it.
    StartThread(Box<NewThread>),
    EditThread(Id, ThreadEdit),
    DeleteThread(Id),
    SetOverwrite(Id, Overwrite),
    DropOverwrite {
        channel: Id,
        target: Id,
        kind: OverwriteKind,
    },
    CreateRole(RoleEdit),
    EditRole(Id, RoleEdit),
    DeleteRole(Id),
    EditMember(Id, MemberEdit),
    Kick(Id),
    /// Bans a user, member or not, and deletes what they wrote since a moment.
    Ban {
        user: Id,
        delete_since: Option<Time>,
    },
    Unban(Id),
    Prune {
        users: Vec<Id>,
        days: u64,
    },
    CreateWebhook(Id, WebhookEdit),
    EditWebhook(Id, WebhookEdit),
    DeleteWebhook(Id),
    CreateInvite(NewInvite),
    DeleteInvite(String),
    CreateEmoji {
        edit: EmojiEdit,
        animated: bool,
    },
    EditEmoji(Id, EmojiEdit),
    DeleteEmoji(Id),
    OnMessage {
        channel: Id,
        message: Id,
        act: MessageAct,
    },
    DeleteMessages {
        channel: Id,
        messages: Vec<Id>,
    },
}

#[derive(Clone, Copy, Debug)]
pub enum MessageAct {
    Delete,
    Pin,
    Unpin,
}

#[derive(Clone, Debug, Default)]
pub struct GuildEdit {
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub locale: Option<String>,
    pub verification_level: Option<u64>,
    pub notifications: Option<u64>,
    pub explicit_filter: Option<u64>,
    pub afk_timeout: Option<u64>,
    pub afk_channel: Option<Option<Id>>,
    pub system_channel: Option<Option<Id>>,
}

#[derive(Clone, Debug, Default)]
pub struct ChannelEdit {
    pub kind: Option<u8>,
    pub name: Option<String>,
    pub topic: Option<Option<String>>,
    pub position: Option<u64>,
    pub nsfw: Option<bool>,
    pub slow_mode: Option<u64>,
    pub parent: Option<Option<Id>>,
    pub bitrate: Option<u64>,
    pub user_limit: Option<u64>,
    pub auto_archive: Option<Option<u64>>,
    pub overwrites: Option<Vec<Overwrite>>,
    pub forum: ForumEdit,
}

/// What a forum has besides. Tags with an id that the forum does not have are new ones.
#[derive(Clone, Debug, Default)]
pub struct ForumEdit {
    pub tags: Option<Vec<ForumTag>>,
    pub tag_required: Option<bool>,
    pub thread_slow_mode: Option<u64>,
    pub reaction: Option<Option<DefaultReaction>>,
    pub sort_order: Option<Option<u64>>,
    pub layout: Option<u64>,
    pub tag_setting: Option<Option<String>>,
}

#[derive(Clone, Debug, Default)]
pub struct RoleEdit {
    pub name: Option<String>,
    pub permissions: Option<u64>,
    pub position: Option<u64>,
    pub color: Option<u64>,
    pub hoist: Option<bool>,
    pub mentionable: Option<bool>,
}

#[derive(Clone, Debug, Default)]
pub struct MemberEdit {
    pub nick: Option<Option<String>>,
    pub roles: Option<BTreeSet<Id>>,
    pub timed_out_until: Option<Option<Time>>,
    pub mute: Option<bool>,
    pub deaf: Option<bool>,
    pub flags: Option<u64>,
}

#[derive(Clone, Debug, Default)]
pub struct EmojiEdit {
    pub name: Option<String>,
    pub roles: Option<Vec<Id>>,
}

/// An invite to be.
#[derive(Clone, Debug)]
pub struct NewInvite {
    pub channel: Id,
    /// In seconds; 0 for ever.
    pub max_age: u64,
    /// 0 for any number.
    pub max_uses: u64,
    pub temporary: bool,
    /// Whether a new one is made although one of the same kind is there.
    pub unique: bool,
}

impl GuildEdit {
    pub(super) fn apply(self, guild: &mut Guild) {
        set(&mut guild.name, self.name);
        set(&mut guild.description, self.description);
        set(&mut guild.locale, self.locale);
        set(&mut guild.verification_level, self.verification_level);
        set(&mut guild.notifications, self.notifications);
        set(&mut guild.explicit_filter, self.explicit_filter);
        set(&mut guild.afk_timeout, self.afk_timeout);
        set(&mut guild.afk_channel, self.afk_channel);
        set(&mut guild.system_channel, self.system_channel);
    }
}

impl ChannelEdit {
    pub(super) fn apply(self, channel: &mut Channel) {
        set(&mut channel.kind, self.kind);
        set(&mut channel.name, self.name);
        set(&mut channel.topic, self.topic);
        set(&mut channel.position, self.position);
        set(&mut channel.nsfw, self.nsfw);
        set(&mut channel.slow_mode, self.slow_mode);
        set(&mut channel.parent, self.parent);
        set(&mut channel.bitrate, self.bitrate);
        set(&mut channel.user_limit, self.user_limit);
        set(&mut channel.auto_archive, self.auto_archive);
        set(&mut channel.overwrites, self.overwrites);
        let (forum, edit) = (&mut channel.forum, self.forum);
        set(&mut forum.tags, edit.tags);
        set(&mut forum.tag_required, edit.tag_required);
        set(&mut forum.thread_slow_mode, edit.thread_slow_mode);
        set(&mut forum.reaction, edit.reaction);
        set(&mut forum.sort_order, edit.sort_order);
        set(&mut forum.layout, edit.layout);
        set(&mut forum.tag_setting, edit.tag_setting);
    }
}

impl RoleEdit {
    pub(super) fn apply(self, role: &mut Role) {
        set(&mut role.name, self.name);
        set(&mut role.permissions, self.permissions);
        set(&mut role.position, self.position);
        set(&mut role.color, self.color);
        set(&mut role.hoist, self.hoist);
        set(&mut role.mentionable, self.mentionable);
    }
}

impl MemberEdit {
    pub(super) fn apply(self, member: &mut Member) {
        set(&mut member.nick, self.nick);
        set(&mut member.roles, self.roles);
        set(&mut member.timed_out_until, self.timed_out_until);
        set(&mut member.mute, self.mute);
        set(&mut member.deaf, self.deaf);
        set(&mut member.flags, self.flags);
    }
}

impl EmojiEdit {
    pub(super) fn apply(self, emoji: &mut Emoji) {
        set(&mut emoji.name, self.name);
        set(&mut emoji.roles, self.roles);
    }
}

fn set<T>(place: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *place = new;
    }
}
