//! Members who come, go and change.

use crate::ignored::Ignored;
use crate::kinds::Kind;
use crate::note::{self, GREEN, GREY, Note, RED, Scene, YELLOW};
use crate::routes::Routes;
use crate::rules;
use cogbox_sdk::discord::guilds;
use cogbox_sdk::markdown::{TimeStyle, mention_role, time};
use cogbox_sdk::prelude::*;

use super::{change, typed};

/// Roles of a change that are named.
const ROLES: usize = 20;

pub fn joined(member: &Member) -> Answer {
    let (guild, user) = (&member.guild, &member.user);
    if !Routes::of(guild)?.wants(Kind::Joined) {
        return Ok(());
    }
    let to = Scene::of(guild);
    let (title, color) = match user.bot {
        true => (t!(to, bot_joined), YELLOW),
        false => (t!(to, member_joined), GREEN),
    };
    let mut note = to
        .note(Kind::Joined, "", color, title)
        .about(&user.id)
        .detail(t!(to, member), note::person(user));
    if let Some(made) = markdown::created(&user.id) {
        let when = time(made, TimeStyle::Relative);
        let is_young = to.now() - made < rules::young(guild)?;
        note = note.detail(
            t!(to, account_made),
            match is_young {
                true => t!(to, young, when = when),
                false => when,
            },
        );
    }
    if let Ok(guild) = guilds::get(guild) {
        let count = t!(to, number, number = guild.member_count);
        note = note.detail(t!(to, members), count);
    }
    to.keep(&[note])
}

pub fn left(guild: &str, user: &User) -> Answer {
    if !Routes::of(guild)?.wants(Kind::Left) {
        return Ok(());
    }
    let to = Scene::of(guild);
    let note = to
        .note(Kind::Left, left_key(&user.id), GREY, t!(to, member_left))
        .about(&user.id)
        .detail(t!(to, member), note::person(user));
    to.keep(&[note])
}

pub fn banned(guild: &str, user: &User) -> Answer {
    let routes = Routes::of(guild)?;
    if !routes.wants(Kind::Banned) && !routes.wants(Kind::Left) {
        return Ok(());
    }
    let to = Scene::of(guild);
    let key = format!("banned:{}", user.id);
    let note = to
        .note(Kind::Banned, key, RED, t!(to, member_banned))
        .about(&user.id)
        .detail(t!(to, member), note::person(user))
        .swallows(left_key(&user.id));
    to.keep(&[note])
}

pub fn unbanned(guild: &str, user: &User) -> Answer {
    if !Routes::of(guild)?.wants(Kind::Unbanned) {
        return Ok(());
    }
    let to = Scene::of(guild);
    let key = format!("unbanned:{}", user.id);
    let note = to
        .note(Kind::Unbanned, key, GREEN, t!(to, member_unbanned))
        .about(&user.id)
        .detail(t!(to, member), note::person(user));
    to.keep(&[note])
}

/// The key of somebody's leaving, which a kick and a ban say better.
pub fn left_key(user: &str) -> String {
    format!("left:{user}")
}

/// Somebody changed. Where nothing says what was before, only the audit log tells what changed.
pub fn updated(before: Option<Member>, after: &Member) -> Answer {
    let guild = &after.guild;
    let routes = Routes::of(guild)?;
    let wanted = [Kind::Names, Kind::MemberRoles, Kind::TimedOut];
    if !wanted.iter().any(|kind| routes.wants(*kind)) {
        return Ok(());
    }
    let to = Scene::of(guild);
    let mut notes = Vec::new();
    let user = &after.user;
    let is_left_out = Ignored::of(guild)?.person(guild, &user.id, &after.roles)?;
    if routes.wants(Kind::Names) && !is_left_out {
        notes.extend(names(&to, before.as_ref(), after));
    }
    if routes.wants(Kind::MemberRoles) && !is_left_out {
        notes.extend(roles(&to, before.as_ref(), after));
    }
    if routes.wants(Kind::TimedOut) {
        notes.extend(timed_out(&to, before.as_ref(), after));
    }
    let notes: Vec<Note> = notes.into_iter().map(|note| note.about(&user.id)).collect();
    to.keep(&notes)
}

fn names(to: &Scene, before: Option<&Member>, after: &Member) -> Option<Note> {
    let user = &after.user;
    let note = to
        .note(
            Kind::Names,
            format!("names:{}", user.id),
            YELLOW,
            t!(to, name_changed),
        )
        .detail(t!(to, member), note::person(user));
    let Some(before) = before else {
        return Some(note.only_with_entry());
    };
    let mut lines = Vec::new();
    if before.nickname != after.nickname {
        let shown = |member: &Member| typed(to, member.nickname.as_deref().unwrap_or_default());
        lines.push((t!(to, nickname), change(&shown(before), &shown(after))));
    }
    let (old, new) = (&before.user, user);
    if old.name != new.name {
        let changed = change(&typed(to, &old.name), &typed(to, &new.name));
        lines.push((t!(to, account_name), changed));
    }
    if old.display_name != new.display_name
        // Who has none is shown by the account's name.
        && (old.display_name != old.name || new.display_name != new.name)
    {
        let changed = change(&typed(to, &old.display_name), &typed(to, &new.display_name));
        lines.push((t!(to, display_name), changed));
    }
    (!lines.is_empty()).then(|| {
        let mut note = note;
        note.details.extend(lines);
        note
    })
}

fn roles(to: &Scene, before: Option<&Member>, after: &Member) -> Option<Note> {
    let user = &after.user;
    let note = to
        .note(
            Kind::MemberRoles,
            format!("roles:{}", user.id),
            YELLOW,
            t!(to, roles_changed),
        )
        .detail(t!(to, member), note::person(user));
    let Some(before) = before else {
        return Some(note.only_with_entry());
    };
    let of = |one: &Member, other: &Member| -> Vec<String> {
        let only = one.roles.iter().filter(|role| !other.roles.contains(role));
        only.cloned().collect()
    };
    let (added, removed) = (of(after, before), of(before, after));
    let mut note = note;
    note.details.extend(role_lines(to, &added, &removed));
    (!added.is_empty() || !removed.is_empty()).then_some(note)
}

/// Roles that came and went, as details.
pub fn role_lines(to: &Scene, added: &[String], removed: &[String]) -> Vec<(String, String)> {
    let shown = |roles: &[String]| {
        let named = roles.iter().take(ROLES).map(|role| mention_role(role));
        let mut shown: Vec<String> = named.collect();
        if roles.len() > ROLES {
            shown.push(format!("+{}", roles.len() - ROLES));
        }
        shown.join(" ")
    };
    let all = [
        (t!(to, roles_added), added),
        (t!(to, roles_removed), removed),
    ];
    let all = all.into_iter().filter(|(_, roles)| !roles.is_empty());
    all.map(|(name, roles)| (name, shown(roles))).collect()
}

fn timed_out(to: &Scene, before: Option<&Member>, after: &Member) -> Option<Note> {
    let until = |member: &Member| member.timed_out_until.filter(|until| *until > to.now());
    let (was, is) = match before {
        Some(before) => (until(before), until(after)),
        None => (None, until(after)),
    };
    let note = timeout(to, &after.user.id, is);
    let mut note = note.detail(t!(to, member), note::person(&after.user));
    note.details.rotate_right(1);
    match before {
        Some(_) => (was != is).then_some(note),
        None => Some(note.only_with_entry()),
    }
}

/// A timeout that begins, or ends before its time.
pub fn timeout(to: &Scene, user: &str, until: Option<f64>) -> Note {
    let key = format!("timeout:{user}");
    match until {
        Some(until) => to
            .note(Kind::TimedOut, key, RED, t!(to, member_timed_out))
            .detail(t!(to, until), time(until, TimeStyle::DateTime)),
        None => to.note(Kind::TimedOut, key, GREEN, t!(to, timeout_lifted)),
    }
}
