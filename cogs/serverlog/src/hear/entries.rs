//! What the audit log adds: who did something and why, and what changed where no event says it.
//!
//! Numbers of actions and keys of changes: Discord's documentation, "Audit Log". What the bot did itself is
//! not told.

use crate::ignored::Ignored;
use crate::kinds::Kind;
use crate::note::{GREEN, Note, RED, Scene, Source, YELLOW};
use crate::routes::Routes;
use cogbox_sdk::markdown::{escape, mention_channel, mention_role, mention_user, shorten};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::{AuditChange, AuditEntry};

use super::places::{self, Sort};
use super::{change, members, server, typed, yes};

const SERVER: u16 = 1;
const CHANNEL_MADE: u16 = 10;
const CHANNEL_CHANGED: u16 = 11;
const CHANNEL_GONE: u16 = 12;
const OVERWRITE_MADE: u16 = 13;
const OVERWRITE_GONE: u16 = 15;
const KICKED: u16 = 20;
const BANNED: u16 = 22;
const UNBANNED: u16 = 23;
const MEMBER_CHANGED: u16 = 24;
const MEMBER_ROLES: u16 = 25;
const ROLE_MADE: u16 = 30;
const ROLE_CHANGED: u16 = 31;
const ROLE_GONE: u16 = 32;
const INVITE_MADE: u16 = 40;
const INVITE_GONE: u16 = 42;
const WEBHOOK_MADE: u16 = 50;
const WEBHOOK_CHANGED: u16 = 51;
const WEBHOOK_GONE: u16 = 52;
const EMOJI_MADE: u16 = 60;
const EMOJI_CHANGED: u16 = 61;
const EMOJI_GONE: u16 = 62;
const MESSAGE_GONE: u16 = 72;
const MESSAGES_GONE: u16 = 73;
const STICKER_MADE: u16 = 90;
const STICKER_CHANGED: u16 = 91;
const STICKER_GONE: u16 = 92;
const THREAD_MADE: u16 = 110;
const THREAD_CHANGED: u16 = 111;
const THREAD_GONE: u16 = 112;

/// Characters of one value.
const VALUE: usize = 300;

/// Keeps what an entry says until it is written, with the event that it belongs to.
pub fn written(entry: &AuditEntry) -> Answer {
    let routes = Routes::of(&entry.guild)?;
    let kinds = kinds(entry.action);
    if !kinds.iter().any(|kind| routes.wants(*kind)) {
        return Ok(());
    }
    let to = Scene::of(&entry.guild);
    let mut notes = notes(&to, entry)?;
    notes.retain(|note| {
        let or_left = note.swallows.is_some() && routes.wants(Kind::Left);
        routes.wants(note.kind) || or_left
    });
    for note in &mut notes {
        note.by = entry.actor.clone();
        note.reason = entry.reason.clone();
        // What is about nobody is about whoever did it.
        note.who = note.who.take().or_else(|| entry.actor.clone());
    }
    to.keep(&notes)
}

/// What an action may be written down as.
fn kinds(action: u16) -> &'static [Kind] {
    match action {
        SERVER => &[Kind::Server],
        CHANNEL_MADE..=OVERWRITE_GONE => &[Kind::Channels],
        KICKED => &[Kind::Kicked, Kind::Left],
        BANNED => &[Kind::Banned, Kind::Left],
        UNBANNED => &[Kind::Unbanned],
        MEMBER_CHANGED => &[Kind::Names, Kind::TimedOut, Kind::Voice],
        MEMBER_ROLES => &[Kind::MemberRoles],
        ROLE_MADE..=ROLE_GONE => &[Kind::Roles],
        INVITE_MADE | INVITE_GONE => &[Kind::Invites],
        WEBHOOK_MADE..=WEBHOOK_GONE => &[Kind::Webhooks],
        EMOJI_MADE..=EMOJI_GONE | STICKER_MADE..=STICKER_GONE => &[Kind::Emojis],
        MESSAGE_GONE => &[Kind::MessagesDeleted],
        MESSAGES_GONE => &[Kind::MessagesPurged],
        THREAD_MADE..=THREAD_GONE => &[Kind::Threads],
        _ => &[],
    }
}

fn notes(to: &Scene, entry: &AuditEntry) -> Answer<Vec<Note>> {
    let target = entry.target.clone().unwrap_or_default();
    let one = |note: Note, finds: &str, alone: bool| {
        let finds = vec![finds.to_string()];
        Ok(vec![found_by(note, finds, alone)])
    };
    let is_left_out = || Ok::<_, Error>(Ignored::of(&entry.guild)?.place(&target));
    match entry.action {
        SERVER => {
            let mut note = server::note(to);
            note.details = lines(to, entry);
            only_if_it_says(note, "server")
        }
        CHANNEL_MADE | CHANNEL_GONE | THREAD_MADE | THREAD_GONE => {
            let sort = match entry.action {
                CHANNEL_MADE | CHANNEL_GONE => Sort::Channel,
                _ => Sort::Thread,
            };
            let happened = match entry.action {
                CHANNEL_MADE | THREAD_MADE => "made",
                _ => "gone",
            };
            let note = places::changed_note(to, sort, &target);
            let note = Note {
                details: Vec::new(),
                ..note
            };
            one(note, &sort.key(happened, &target), false)
        }
        CHANNEL_CHANGED | THREAD_CHANGED if !is_left_out()? => {
            let sort = match entry.action {
                CHANNEL_CHANGED => Sort::Channel,
                _ => Sort::Thread,
            };
            let mut note = places::changed_note(to, sort, &target);
            let lines = lines(to, entry);
            let key = sort.key("changed", &target);
            match lines.is_empty() {
                true => one(note, &key, false),
                false => {
                    note.details.extend(lines);
                    one(note, &key, true)
                }
            }
        }
        OVERWRITE_MADE..=OVERWRITE_GONE if !is_left_out()? => {
            let mut note = places::changed_note(to, Sort::Channel, &target);
            note.details
                .push((t!(to, permissions_of), overwritten(entry)));
            note.details.extend(lines(to, entry));
            one(note, "", true)
        }
        KICKED => {
            let note = to
                .note(Kind::Kicked, "", RED, t!(to, member_kicked))
                .about(&target)
                .detail(t!(to, member), mention_user(&target))
                .swallows(members::left_key(&target));
            one(note, "", true)
        }
        BANNED => {
            let note = to
                .note(Kind::Banned, "", RED, t!(to, member_banned))
                .about(&target)
                .swallows(members::left_key(&target));
            one(note, &format!("banned:{target}"), false)
        }
        UNBANNED => {
            let note = to.note(Kind::Unbanned, "", GREEN, t!(to, member_unbanned));
            one(note.about(&target), &format!("unbanned:{target}"), false)
        }
        MEMBER_CHANGED => Ok(member(to, entry, &target)),
        MEMBER_ROLES => {
            let mut note = to
                .note(Kind::MemberRoles, "", YELLOW, t!(to, roles_changed))
                .about(&target);
            let ids = |key: &str| {
                let found = entry.changes.iter().find(|change| change.key == key);
                roles_in(found.and_then(|change| change.after.as_deref()))
            };
            note.details = members::role_lines(to, &ids("$add"), &ids("$remove"));
            one(note, &format!("roles:{target}"), false)
        }
        ROLE_MADE => {
            let note = to.note(Kind::Roles, "", GREEN, t!(to, role_made));
            one(note, &format!("role-made:{target}"), false)
        }
        ROLE_GONE => {
            let mut note = to.note(Kind::Roles, "", RED, t!(to, role_gone));
            if let Some(name) = text_of(entry, "name", |change| &change.before) {
                note = note.detail(t!(to, name), typed(to, &name));
            }
            one(note, &format!("role-gone:{target}"), false)
        }
        ROLE_CHANGED => {
            let mut note = server::role_note(to, &target);
            let lines = lines(to, entry);
            let says = !lines.is_empty();
            note.details.extend(lines);
            one(note, &format!("role-changed:{target}"), says)
        }
        INVITE_MADE | INVITE_GONE => {
            let (made, side): (bool, fn(&AuditChange) -> &Option<String>) = match entry.action {
                INVITE_MADE => (true, |change| &change.after),
                _ => (false, |change| &change.before),
            };
            let code = text_of(entry, "code", side).unwrap_or_default();
            let (key, color, title) = match made {
                true => ("invite-made", GREEN, t!(to, invite_made)),
                false => ("invite-gone", RED, t!(to, invite_gone)),
            };
            let mut note = to
                .note(Kind::Invites, "", color, title)
                .detail(t!(to, code), escape(&code));
            if let Some(channel) = text_of(entry, "channel_id", side) {
                if Ignored::of(&entry.guild)?.place(&channel) {
                    return Ok(Vec::new());
                }
                note = note.detail(t!(to, channel), mention_channel(&channel));
            }
            if let Some(uses) = text_of(entry, "uses", side).filter(|_| !made) {
                note = note.detail(t!(to, uses), uses);
            }
            one(note, &format!("{key}:{code}"), true)
        }
        WEBHOOK_MADE | WEBHOOK_CHANGED | WEBHOOK_GONE => {
            let (color, title) = match entry.action {
                WEBHOOK_MADE => (GREEN, t!(to, webhook_made)),
                WEBHOOK_CHANGED => (YELLOW, t!(to, webhook_changed)),
                _ => (RED, t!(to, webhook_gone)),
            };
            let sides: [fn(&AuditChange) -> &Option<String>; 2] =
                [|change| &change.before, |change| &change.after];
            let ignored = Ignored::of(&entry.guild)?;
            let mut places = sides
                .into_iter()
                .filter_map(|side| text_of(entry, "channel_id", side));
            if places.any(|channel| ignored.place(&channel)) {
                return Ok(Vec::new());
            }
            let mut note = to.note(Kind::Webhooks, "", color, title);
            note.details = lines(to, entry);
            one(note, "", true)
        }
        EMOJI_MADE..=EMOJI_GONE | STICKER_MADE..=STICKER_GONE => {
            let (color, title) = match entry.action {
                EMOJI_MADE => (GREEN, t!(to, emoji_made)),
                EMOJI_CHANGED => (YELLOW, t!(to, emoji_changed)),
                EMOJI_GONE => (RED, t!(to, emoji_gone)),
                STICKER_MADE => (GREEN, t!(to, sticker_made)),
                STICKER_CHANGED => (YELLOW, t!(to, sticker_changed)),
                _ => (RED, t!(to, sticker_gone)),
            };
            let mut note = to.note(Kind::Emojis, "", color, title);
            note.details = lines(to, entry);
            one(note, "", true)
        }
        MESSAGE_GONE => {
            let channel = option(entry, "channel_id").unwrap_or_default();
            let mut note = to
                .note(Kind::MessagesDeleted, "", RED, t!(to, message_deleted))
                .about(&target)
                .detail(t!(to, author), mention_user(&target));
            let count = option(entry, "count").and_then(|count| count.parse().ok());
            // A message of nobody knows whom may be theirs; who is left out is not named by that either.
            let authors: &[&str] =
                match Ignored::of(&entry.guild)?.stranger(&entry.guild, &target)? {
                    true => &[&target],
                    false => &[&target, "?"],
                };
            let finds = authors.iter();
            note.source = Source::Entry {
                finds: finds
                    .map(|author| format!("deleted:{author}:{channel}"))
                    .collect(),
                count: count.unwrap_or(1),
                alone: false,
            };
            Ok(vec![note])
        }
        MESSAGES_GONE => {
            let note = to.note(Kind::MessagesPurged, "", RED, String::new());
            one(note, &format!("purged:{target}:"), false)
        }
        _ => Ok(Vec::new()),
    }
}

fn only_if_it_says(note: Note, key: &str) -> Answer<Vec<Note>> {
    let says = note.says();
    Ok(vec![found_by(note, vec![key.to_string()], says)])
}

fn found_by(mut note: Note, finds: Vec<String>, alone: bool) -> Note {
    note.source = Source::Entry {
        finds,
        count: 1,
        alone,
    };
    note
}

/// A member's nickname, timeout, or what moderators do in voice: one entry may have several of them.
fn member(to: &Scene, entry: &AuditEntry, target: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    for changed in &entry.changes {
        let (before, after) = (plain(&changed.before), plain(&changed.after));
        match changed.key.as_str() {
            "nick" => {
                let names = change(&typed(to, &before), &typed(to, &after));
                let note = to
                    .note(Kind::Names, "", YELLOW, t!(to, name_changed))
                    .detail(t!(to, nickname), names);
                notes.push(found_by(note, vec![format!("names:{target}")], false));
            }
            "communication_disabled_until" => {
                // The event has the time; the entry says by whom.
                let note = to.note(Kind::TimedOut, "", RED, String::new());
                notes.push(found_by(note, vec![format!("timeout:{target}")], false));
            }
            "mute" | "deaf" => {
                let note = to.note(Kind::Voice, "", RED, String::new());
                notes.push(found_by(note, vec![format!("voice-muted:{target}")], false));
            }
            _ => {}
        }
    }
    notes.into_iter().map(|note| note.about(target)).collect()
}

/// The changes of an entry as details, as far as they say something to people.
fn lines(to: &Scene, entry: &AuditEntry) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for one in &entry.changes {
        let both = || {
            let (before, after) = (value(to, one, &one.before), value(to, one, &one.after));
            match entry.action {
                WEBHOOK_MADE | EMOJI_MADE | STICKER_MADE => after,
                WEBHOOK_GONE | EMOJI_GONE | STICKER_GONE => before,
                _ => change(&before, &after),
            }
        };
        let name = match one.key.as_str() {
            "name" => t!(to, name),
            "topic" => t!(to, topic),
            "description" | "tags" => t!(to, description),
            "nsfw" => t!(to, age_restricted),
            "rate_limit_per_user" => t!(to, slowmode),
            "parent_id" => t!(to, within),
            "user_limit" => t!(to, user_limit),
            "bitrate" => t!(to, bitrate),
            "archived" => t!(to, archived),
            "locked" => t!(to, locked),
            "hoist" => t!(to, shown_apart),
            "mentionable" => t!(to, mentionable),
            "owner_id" => t!(to, owner),
            "preferred_locale" => t!(to, language),
            "verification_level" => t!(to, verification),
            "mfa_level" => t!(to, two_factor),
            "explicit_content_filter" => t!(to, media_filter),
            "default_message_notifications" => t!(to, notifications),
            "afk_channel_id" => t!(to, afk_channel),
            "afk_timeout" => t!(to, afk_timeout),
            "system_channel_id" => t!(to, system_channel),
            "rules_channel_id" => t!(to, rules_channel),
            "public_updates_channel_id" => t!(to, updates_channel),
            "vanity_url_code" => t!(to, vanity),
            "widget_enabled" => t!(to, widget),
            "channel_id" => t!(to, channel),
            "icon_hash" | "avatar_hash" | "banner_hash" | "splash_hash" | "unicode_emoji" => {
                let picture = match &one.after {
                    Some(_) => t!(to, another),
                    None => t!(to, nothing),
                };
                let name = match one.key.as_str() {
                    "banner_hash" => t!(to, banner),
                    "splash_hash" => t!(to, splash),
                    _ => t!(to, icon),
                };
                lines.push((name, picture));
                continue;
            }
            "color" => {
                let rgb = |side: &Option<String>| server::colour(plain(side).parse().unwrap_or(0));
                let colours = change(&rgb(&one.before), &rgb(&one.after));
                lines.push((t!(to, colour), colours));
                continue;
            }
            "permissions" => {
                lines.extend(server::rights(to, &plain(&one.before), &plain(&one.after)));
                continue;
            }
            "allow" | "deny" => {
                let (before, after) = (plain(&one.before), plain(&one.after));
                let more = server::without(&after, &before);
                let less = server::without(&before, &after);
                let (came, went) = match one.key.as_str() {
                    "allow" => (t!(to, allowed), t!(to, allowed_no_longer)),
                    _ => (t!(to, denied), t!(to, denied_no_longer)),
                };
                let all = [(came, more), (went, less)].into_iter();
                lines.extend(all.filter(|(_, names)| !names.is_empty()));
                continue;
            }
            // Ids, places in lists, and what Discord keeps for itself.
            _ => continue,
        };
        lines.push((name, both()));
    }
    lines
}

/// A value in words.
fn value(to: &Scene, of: &AuditChange, side: &Option<String>) -> String {
    let Some(json) = side else {
        return t!(to, nothing);
    };
    let parsed: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let text = plain(side);
    match (of.key.as_str(), &parsed) {
        (_, serde_json::Value::Bool(is)) => yes(to, *is),
        ("owner_id", _) => mention_user(&text),
        (key, _) if key.ends_with("channel_id") || key == "parent_id" => mention_channel(&text),
        ("rate_limit_per_user" | "afk_timeout", _) => {
            places::seconds(to, text.parse().unwrap_or(0))
        }
        ("verification_level", _) => match text.as_str() {
            "0" => t!(to, level_none),
            "1" => t!(to, level_low),
            "2" => t!(to, level_medium),
            "3" => t!(to, level_high),
            "4" => t!(to, level_highest),
            _ => text,
        },
        ("mfa_level", _) => yes(to, text != "0"),
        ("default_message_notifications", _) => match text.as_str() {
            "0" => t!(to, all_messages),
            _ => t!(to, only_mentions),
        },
        ("explicit_content_filter", _) => match text.as_str() {
            "0" => t!(to, of_nobody),
            "1" => t!(to, without_roles),
            _ => t!(to, of_everybody),
        },
        (_, serde_json::Value::Number(_)) => text,
        _ => typed(to, &shorten(&text, VALUE)),
    }
}

/// A JSON value as plain text; nothing for none.
fn plain(side: &Option<String>) -> String {
    let Some(json) = side else {
        return String::new();
    };
    match serde_json::from_str(json) {
        Ok(serde_json::Value::String(text)) => text,
        _ => json.clone(),
    }
}

fn text_of(
    entry: &AuditEntry,
    key: &str,
    side: impl Fn(&AuditChange) -> &Option<String>,
) -> Option<String> {
    let found = entry.changes.iter().find(|change| change.key == key)?;
    side(found).as_ref().map(|_| plain(side(found)))
}

fn option(entry: &AuditEntry, key: &str) -> Option<String> {
    let found = entry.options.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value.clone())
}

/// The role or member that an overwrite is for.
fn overwritten(entry: &AuditEntry) -> String {
    let id = option(entry, "id").unwrap_or_default();
    match option(entry, "type").as_deref() {
        Some("1") => mention_user(&id),
        _ if id == entry.guild => "@everyone".to_string(),
        _ => mention_role(&id),
    }
}

/// The ids of roles in Discord's list of them.
fn roles_in(json: Option<&str>) -> Vec<String> {
    let list = json.and_then(|json| serde_json::from_str::<serde_json::Value>(json).ok());
    let roles = list.as_ref().and_then(serde_json::Value::as_array);
    let roles = roles.into_iter().flatten();
    roles
        .filter_map(|role| Some(role.get("id")?.as_str()?.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_discord_writes_them() {
        assert_eq!(plain(&Some("\"a \\\" b\"".into())), "a \" b");
        assert_eq!(plain(&Some("17".into())), "17");
        assert_eq!(plain(&None), "");
        let roles = r#"[{"id":"7","name":"x"},{"name":"none"},5]"#;
        assert_eq!(roles_in(Some(roles)), ["7"]);
        assert!(roles_in(Some("{")).is_empty() && roles_in(None).is_empty());
    }
}
