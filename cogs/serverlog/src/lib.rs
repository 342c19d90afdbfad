//! A log of what happens in a server, each kind in the channel of its own.
//!
//! Owns the list of commands and hooks. A hook makes notes, [`join`] puts together what belongs together,
//! and [`post`] writes them some seconds later, so that many at once are one message.

mod hear;
mod ignored;
mod join;
mod kinds;
mod manage;
mod note;
mod post;
mod routes;
mod rules;
mod view;

use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::{AuditEntry, VoiceState};
use hear::places::Sort;
use hear::{entries, members, messages, places, server, voice};

locales!("en-US", "de");

pub struct Log;

#[cog(message_content)]
impl Cog for Log {
    fn commands() -> Commands {
        commands![manage::Serverlog]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn selected(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
        manage::chosen(ctx, id, values)
    }

    fn timer(timer: Timer) -> Answer {
        match &timer.guild {
            Some(guild) => post::due(guild, &timer.name),
            None => fail!("the timer `{}` is none of ours", timer.name),
        }
    }

    fn message_edited(before: Option<Message>, after: Message) -> Answer {
        messages::edited(before, after)
    }

    fn message_deleted(
        guild: Option<String>,
        channel: String,
        ids: Vec<String>,
        known: Vec<Message>,
    ) -> Answer {
        messages::deleted(guild, &channel, ids, known)
    }

    fn member_joined(member: Member) -> Answer {
        members::joined(&member)
    }

    fn member_left(guild: String, user: User) -> Answer {
        members::left(&guild, &user)
    }

    fn member_updated(before: Option<Member>, after: Member) -> Answer {
        members::updated(before, &after)
    }

    fn banned(guild: String, user: User) -> Answer {
        members::banned(&guild, &user)
    }

    fn unbanned(guild: String, user: User) -> Answer {
        members::unbanned(&guild, &user)
    }

    fn voice_changed(before: Option<VoiceState>, after: VoiceState) -> Answer {
        voice::changed(before, &after)
    }

    fn channel_created(channel: Channel) -> Answer {
        places::made(Sort::Channel, &channel)
    }

    fn channel_updated(before: Option<Channel>, after: Channel) -> Answer {
        places::changed(Sort::Channel, before, &after)
    }

    fn channel_deleted(channel: Channel) -> Answer {
        places::gone(Sort::Channel, &channel)
    }

    fn thread_created(thread: Channel) -> Answer {
        places::made(Sort::Thread, &thread)
    }

    fn thread_updated(before: Option<Channel>, after: Channel) -> Answer {
        places::changed(Sort::Thread, before, &after)
    }

    fn thread_deleted(thread: Channel) -> Answer {
        places::gone(Sort::Thread, &thread)
    }

    fn role_created(role: Role) -> Answer {
        server::role_made(&role)
    }

    fn role_updated(before: Option<Role>, after: Role) -> Answer {
        server::role_changed(before, &after)
    }

    fn role_deleted(guild: String, role: String) -> Answer {
        server::role_gone(&guild, &role)
    }

    fn invite_created(
        guild: String,
        channel: String,
        code: String,
        inviter: Option<String>,
    ) -> Answer {
        places::invited(&guild, &channel, &code, inviter)
    }

    fn invite_deleted(guild: String, channel: String, code: String) -> Answer {
        places::uninvited(&guild, &channel, &code)
    }

    fn guild_updated(before: Option<Guild>, after: Guild) -> Answer {
        server::changed(before, &after)
    }

    fn audit_log_written(entry: AuditEntry) -> Answer {
        entries::written(&entry)
    }
}
