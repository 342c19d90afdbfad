//! A cog that hears every event there is, and writes one line for each into a channel.
//!
//! It is there for the host's tests. Nobody should run it on a real server.

use cogbox_sdk::discord::messages;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::{AuditEntry, Emoji, Reaction, VoiceState};

/// Discord's number of a change of a server in its audit log.
const SERVER_CHANGED: u16 = 1;

pub struct Listener;

/// Writes into this channel what happens in this server.
#[command(contexts(guild))]
fn listen(ctx: &Context) -> Answer {
    store::guild(ctx.in_guild()?).set("channel", ctx.channel())?;
    ctx.reply("listening")
}

/// Tells what was heard where nothing could be written.
#[command]
fn noted(ctx: &Context) -> Answer {
    let noted = store::global().text("noted")?;
    ctx.reply(noted.as_deref().unwrap_or("nothing"))
}

#[cog(message_content)]
impl Cog for Listener {
    fn commands() -> Commands {
        commands![listen, noted]
    }

    fn message_created(message: Message) -> Answer {
        let line = format!("posted: {}", shown(&message));
        write(message.guild.as_deref(), &line)
    }

    fn message_edited(before: Option<Message>, after: Message) -> Answer {
        let line = format!(
            "edited: {}",
            change(before.as_ref().map(shown), shown(&after))
        );
        write(after.guild.as_deref(), &line)
    }

    fn message_deleted(
        guild: Option<String>,
        _: String,
        ids: Vec<String>,
        known: Vec<Message>,
    ) -> Answer {
        let known: Vec<String> = known.iter().map(shown).collect();
        let line = format!(
            "deleted: {} messages, known: {}",
            ids.len(),
            known.join(", ")
        );
        write(guild.as_deref(), &line)
    }

    fn reaction_added(reaction: Reaction) -> Answer {
        write(
            reaction.guild.as_deref(),
            &format!("reacted: {}", emoji(&reaction)),
        )
    }

    fn reaction_removed(reaction: Reaction) -> Answer {
        write(
            reaction.guild.as_deref(),
            &format!("unreacted: {}", emoji(&reaction)),
        )
    }

    fn member_joined(member: Member) -> Answer {
        write(
            Some(&member.guild),
            &format!("joined: {}", member.user.name),
        )
    }

    fn member_updated(before: Option<Member>, after: Member) -> Answer {
        let line = format!(
            "member: {}",
            change(before.as_ref().map(name), name(&after))
        );
        write(Some(&after.guild), &line)
    }

    fn member_left(guild: String, user: User) -> Answer {
        write(Some(&guild), &format!("left: {}", user.name))
    }

    fn banned(guild: String, user: User) -> Answer {
        write(Some(&guild), &format!("banned: {}", user.name))
    }

    fn unbanned(guild: String, user: User) -> Answer {
        write(Some(&guild), &format!("unbanned: {}", user.name))
    }

    fn guild_joined(guild: Guild) -> Answer {
        note(&format!(
            "came into {} with {} members",
            guild.name, guild.member_count
        ))
    }

    fn guild_left(guild: String) -> Answer {
        // What was written for the server is still there for the last time.
        let listened = store::guild(guild).get("channel")?.is_some();
        note(&format!("left a server, which was listened to: {listened}"))
    }

    fn guild_updated(before: Option<Guild>, after: Guild) -> Answer {
        let shown = |guild: &Guild| format!("{} of {}", guild.name, guild.member_count);
        let line = format!(
            "server: {}",
            change(before.as_ref().map(shown), shown(&after))
        );
        write(Some(&after.id), &line)
    }

    fn channel_created(channel: Channel) -> Answer {
        write(
            channel.guild.as_deref(),
            &format!("channel made: {}", channel.name),
        )
    }

    fn channel_updated(before: Option<Channel>, after: Channel) -> Answer {
        let line = format!(
            "channel: {}",
            change(before.as_ref().map(slow), slow(&after))
        );
        write(after.guild.as_deref(), &line)
    }

    fn channel_deleted(channel: Channel) -> Answer {
        write(
            channel.guild.as_deref(),
            &format!("channel gone: {}", channel.name),
        )
    }

    fn thread_created(thread: Channel) -> Answer {
        write(
            thread.guild.as_deref(),
            &format!("thread made: {}", thread.name),
        )
    }

    fn thread_updated(before: Option<Channel>, after: Channel) -> Answer {
        let line = format!(
            "thread: {}",
            change(before.as_ref().map(state), state(&after))
        );
        write(after.guild.as_deref(), &line)
    }

    fn thread_deleted(thread: Channel) -> Answer {
        write(
            thread.guild.as_deref(),
            &format!("thread gone: `{}`", thread.name),
        )
    }

    fn role_created(role: Role) -> Answer {
        write(Some(&role.guild), &format!("role made: {}", role.name))
    }

    fn role_updated(before: Option<Role>, after: Role) -> Answer {
        let name = |role: &Role| format!("{} {}", role.name, role.permissions);
        let line = format!("role: {}", change(before.as_ref().map(name), name(&after)));
        write(Some(&after.guild), &line)
    }

    fn role_deleted(guild: String, _: String) -> Answer {
        write(Some(&guild), "role gone")
    }

    fn invite_created(guild: String, _: String, _: String, inviter: Option<String>) -> Answer {
        let line = format!("invite made, by somebody: {}", inviter.is_some());
        write(Some(&guild), &line)
    }

    fn invite_deleted(guild: String, _: String, _: String) -> Answer {
        write(Some(&guild), "invite gone")
    }

    fn audit_log_written(entry: AuditEntry) -> Answer {
        let reason = entry.reason.as_deref().unwrap_or("no reason");
        let mut parts = vec![format!("logged: {}, {reason}", entry.action)];
        // Of others they hold ids, which differ from test to test.
        if entry.action == SERVER_CHANGED {
            let value = |side: &Option<String>| side.clone().unwrap_or("nothing".into());
            let changes = entry.changes.iter().map(|change| {
                let (before, after) = (value(&change.before), value(&change.after));
                format!("{} {before} -> {after}", change.key)
            });
            parts.extend(changes);
            let options = entry.options.iter();
            parts.extend(options.map(|(key, value)| format!("{key} is {value}")));
        }
        write(Some(&entry.guild), &parts.join(", "))
    }

    fn voice_changed(before: Option<VoiceState>, after: VoiceState) -> Answer {
        let line = format!(
            "voice: {}",
            change(before.as_ref().map(heard), heard(&after))
        );
        write(Some(&after.guild), &line)
    }
}

/// Writes a line into the channel of the server; without one, notes it.
fn write(guild: Option<&str>, line: &str) -> Answer {
    let Some(guild) = guild else {
        return note(line);
    };
    if let Some(channel) = store::guild(guild).text("channel")? {
        messages::send(&channel, &OutgoingMessage::text(line))?;
    }
    Ok(())
}

fn note(line: &str) -> Answer {
    let notes = store::global();
    notes.update("noted", |noted| {
        let before = noted.map(|noted| String::from_utf8_lossy(noted).into_owned());
        let all = before.map_or(line.to_string(), |before| format!("{before}\n{line}"));
        Ok(Some(all.into_bytes()))
    })?;
    Ok(())
}

fn change(before: Option<String>, after: String) -> String {
    format!("{} -> {after}", before.as_deref().unwrap_or("?"))
}

fn shown(message: &Message) -> String {
    format!("`{}` by {}", message.content, message.author.name)
}

fn emoji(reaction: &Reaction) -> String {
    match &reaction.emoji {
        Emoji::Unicode(text) => text.clone(),
        Emoji::Custom(custom) => custom.name.clone(),
    }
}

fn name(member: &Member) -> String {
    let nickname = member.nickname.as_deref().unwrap_or("none");
    format!(
        "{} nick {nickname} roles {}",
        member.user.name,
        member.roles.len()
    )
}

fn slow(channel: &Channel) -> String {
    format!("{} slow {}", channel.name, channel.slowmode_seconds)
}

fn state(thread: &Channel) -> String {
    let archived = thread.thread.as_ref().is_some_and(|thread| thread.archived);
    format!("{} archived {archived}", thread.name)
}

fn heard(state: &VoiceState) -> String {
    match (&state.channel, state.self_muted) {
        (None, _) => "away".to_string(),
        (Some(_), true) => "muted".to_string(),
        (Some(_), false) => "speaking".to_string(),
    }
}
