//! Roles, and the server itself.

use crate::kinds::Kind;
use crate::note::{GREEN, Note, RED, Scene, YELLOW};
use crate::routes::Routes;
use cogbox_sdk::markdown::{escape, mention_role, mention_user};
use cogbox_sdk::prelude::*;

use super::{change, typed, yes};

pub fn role_made(role: &Role) -> Answer {
    if !Routes::of(&role.guild)?.wants(Kind::Roles) {
        return Ok(());
    }
    let to = Scene::of(&role.guild);
    let key = format!("role-made:{}", role.id);
    let note = to
        .note(Kind::Roles, key, GREEN, t!(to, role_made))
        .detail(t!(to, name), named(role));
    to.keep(&[note])
}

pub fn role_gone(guild: &str, role: &str) -> Answer {
    if !Routes::of(guild)?.wants(Kind::Roles) {
        return Ok(());
    }
    let to = Scene::of(guild);
    let key = format!("role-gone:{role}");
    let note = to.note(Kind::Roles, key, RED, t!(to, role_gone));
    // Its name is in the audit log alone.
    to.keep(&[note.detail(t!(to, number_of_it), role)])
}

pub fn role_changed(before: Option<Role>, after: &Role) -> Answer {
    if !Routes::of(&after.guild)?.wants(Kind::Roles) {
        return Ok(());
    }
    let Some(before) = before else { return Ok(()) };
    let to = Scene::of(&after.guild);
    let mut lines = Vec::new();
    if before.name != after.name {
        let names = change(&typed(&to, &before.name), &typed(&to, &after.name));
        lines.push((t!(to, name), names));
    }
    if before.color != after.color {
        let colours = change(&colour(before.color), &colour(after.color));
        lines.push((t!(to, colour), colours));
    }
    if before.hoist != after.hoist {
        let shown = change(&yes(&to, before.hoist), &yes(&to, after.hoist));
        lines.push((t!(to, shown_apart), shown));
    }
    if before.mentionable != after.mentionable {
        let may = change(&yes(&to, before.mentionable), &yes(&to, after.mentionable));
        lines.push((t!(to, mentionable), may));
    }
    lines.extend(rights(&to, &before.permissions, &after.permissions));
    if lines.is_empty() {
        return Ok(());
    }
    let mut note = role_note(&to, &after.id);
    note.details.extend(lines);
    to.keep(&[note])
}

/// Begins the note of a role's change.
pub fn role_note(to: &Scene, role: &str) -> Note {
    to.note(
        Kind::Roles,
        format!("role-changed:{role}"),
        YELLOW,
        t!(to, role_changed),
    )
    .detail(t!(to, role), mention_role(role))
}

fn named(role: &Role) -> String {
    format!("{} ({})", mention_role(&role.id), escape(&role.name))
}

pub fn colour(rgb: u32) -> String {
    format!("#{rgb:06x}")
}

/// Permissions that came and went, as details.
pub fn rights(to: &Scene, before: &str, after: &str) -> Vec<(String, String)> {
    let (added, removed) = (without(after, before), without(before, after));
    let all = [(t!(to, allowed), added), (t!(to, no_longer), removed)];
    let all = all.into_iter().filter(|(_, names)| !names.is_empty());
    all.collect()
}

/// Names the permissions of one set that another lacks.
pub fn without(one: &str, other: &str) -> String {
    let bits = |digits: &str| digits.parse::<u128>().unwrap_or(0);
    let only = Permissions::read(&(bits(one) & !bits(other)).to_string());
    let names: Vec<String> = only.names().map(readable).collect();
    names.join(", ")
}

/// A permission's name as people read it: `View Channel` for `VIEW_CHANNEL`.
fn readable(name: &str) -> String {
    let words = name.split('_').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => format!("{first}{}", rest.to_lowercase()),
        None => String::new(),
    });
    words.collect::<Vec<_>>().join(" ")
}

pub fn changed(before: Option<Guild>, after: &Guild) -> Answer {
    if !Routes::of(&after.id)?.wants(Kind::Server) {
        return Ok(());
    }
    let Some(before) = before else { return Ok(()) };
    let to = Scene::of(&after.id);
    let mut lines = Vec::new();
    if before.name != after.name {
        let names = change(&typed(&to, &before.name), &typed(&to, &after.name));
        lines.push((t!(to, name), names));
    }
    if before.icon_url != after.icon_url {
        lines.push((
            t!(to, icon),
            match &after.icon_url {
                Some(_) => t!(to, another),
                None => t!(to, nothing),
            },
        ));
    }
    if before.owner != after.owner {
        let owners = change(&mention_user(&before.owner), &mention_user(&after.owner));
        lines.push((t!(to, owner), owners));
    }
    if before.locale != after.locale {
        let languages = change(&typed(&to, &before.locale), &typed(&to, &after.locale));
        lines.push((t!(to, language), languages));
    }
    if before.boosts != after.boosts {
        let number = |guild: &Guild| t!(to, number, number = guild.boosts);
        lines.push((t!(to, boosts), change(&number(&before), &number(after))));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let mut note = note(&to);
    note.details.extend(lines);
    to.keep(&[note])
}

/// Begins the note of a change of the server.
pub fn note(to: &Scene) -> Note {
    to.note(Kind::Server, "server", YELLOW, t!(to, server_changed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_and_went_is_named() {
        assert_eq!(without("10", "2"), "Administrator");
        assert_eq!(without("1040", "0"), "Manage Channels, View Channel");
        assert_eq!(without("2", "10"), "");
        assert_eq!(colour(0xff), "#0000ff");
    }
}
