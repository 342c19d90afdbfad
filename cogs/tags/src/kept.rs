//! A tag: its answers, and where it lies.

use cogbox_sdk::prelude::*;
use cogbox_sdk::store::Scope;
use cogbox_sdk::template::Template;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the keys of tags begin with in their guild, and those of how often they were used.
const TAG: &str = "tag:";
const USES: &str = "uses:";
/// What the key begins with under whoever made a tag.
const MADE: &str = "made:";
/// Longest name, as Discord has it for commands.
const NAME_MAX: usize = 32;

/// The placeholders of an answer.
pub const KNOWN: &[&str] = &[
    "user",
    "user.name",
    "user.id",
    "server",
    "channel",
    "count",
    "args",
    OPTION,
];
pub const ARGS: &str = "args";
/// What a placeholder of an option begins with.
pub const OPTION: &str = "option:";
/// Options of one tag, so that they fit a form.
pub const OPTIONS_MAX: usize = 5;

/// One tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// One of these is said, by chance.
    pub answers: Vec<String>,
    pub description: String,
    pub made: f64,
}

impl Tag {
    /// Returns the names of what it asks for, those first that it can't do without: all but `args`.
    pub fn options(&self) -> Vec<String> {
        let known: Vec<Template> = self.answers.iter().filter_map(|text| read(text)).collect();
        let all: BTreeSet<&str> = known.iter().flat_map(Template::placeholders).collect();
        let named = all.iter().filter_map(|name| name.strip_prefix(OPTION));
        let args = all.contains(ARGS).then_some(ARGS);
        named.chain(args).map(str::to_string).collect()
    }
}

/// Reads an answer that was checked when it was saved.
pub fn read(answer: &str) -> Option<Template> {
    Template::read(&"en-US", answer, KNOWN).ok()
}

/// Returns a name as commands have it: in small letters, with hyphens, without the slash.
pub fn name(ctx: &dyn Audience, typed: &str) -> Answer<String> {
    let typed = typed.trim().trim_start_matches('/').to_lowercase();
    let name = typed.split_whitespace().collect::<Vec<_>>().join("-");
    match is_name(&name) {
        true => Ok(name),
        false => tell!(
            ctx,
            bad_name,
            name = markdown::shorten(&typed, 50).replace('`', "'")
        ),
    }
}

/// Whether Discord takes this as the name of a command or an option.
pub fn is_name(name: &str) -> bool {
    let fits = |letter: char| {
        let small = letter.to_lowercase().eq([letter]);
        (letter.is_alphanumeric() && small) || matches!(letter, '-' | '_')
    };
    (1..=NAME_MAX).contains(&name.chars().count()) && name.chars().all(fits)
}

/// Returns a tag, or tells that there is none.
pub fn get(ctx: &Context, guild: &str, name: &str) -> Answer<Tag> {
    let tag = here(guild).json(&key(name))?;
    tag.or_tell(t!(ctx, no_such_tag, name = name))
}

/// Returns all tags by name.
pub fn all(guild: &str) -> Answer<Vec<(String, Tag)>> {
    let here = here(guild);
    let entries = here.scan(TAG).map(|entry| {
        let entry = entry?;
        let name = entry.key[TAG.len()..].to_string();
        Ok((name, serde_json::from_slice(&entry.value)?))
    });
    entries.collect()
}

/// Adds a tag, and tells when there is one of that name.
pub fn add(ctx: &Context, guild: &str, name: &str, tag: &Tag) -> Answer {
    let new = serde_json::to_vec(tag)?;
    if !told(ctx, here(guild).swap(&key(name), None, Some(&new)))? {
        tell!(ctx, name_taken, name = name);
    }
    // Who made it goes under that person, and goes with them.
    told(
        ctx,
        store::member(guild, ctx.user().id).set(&made(name), b""),
    )
}

/// Changes what a tag says.
pub fn change(ctx: &Context, guild: &str, name: &str, new: &Tag) -> Answer {
    let written = here(guild).update(&key(name), |old| {
        let old: Tag = match old {
            Some(old) => serde_json::from_slice(old)?,
            None => tell!(ctx, no_such_tag, name = name),
        };
        let made = old.made;
        Ok(Some(serde_json::to_vec(&Tag {
            made,
            ..new.clone()
        })?))
    });
    told(ctx, written).map(drop)
}

/// Removes a tag with all that is kept of it.
pub fn remove(guild: &str, name: &str) -> Answer {
    if let Some(user) = author(guild, name)? {
        store::member(guild, user).delete(&made(name))?;
    }
    here(guild).delete(&uses(name))?;
    here(guild).delete(&key(name))
}

/// Counts a use, and returns how many there were.
pub fn count(guild: &str, name: &str) -> Answer<i64> {
    here(guild).add(&uses(name), 1)
}

/// Returns how often a tag was used.
pub fn used(guild: &str, name: &str) -> Answer<i64> {
    here(guild).number(&uses(name))
}

/// Returns who made a tag; `None` where they had their data deleted.
pub fn author(guild: &str, name: &str) -> Answer<Option<String>> {
    let key = made(name);
    for entry in store::members(guild, &key) {
        let entry = entry?;
        if entry.key == key {
            return Ok(Some(entry.user));
        }
    }
    Ok(None)
}

/// Turns a full store into a sentence.
fn told<T>(ctx: &Context, done: Answer<T>) -> Answer<T> {
    match done {
        Err(full) if full.kind() == Some(ErrorKind::Quota) => tell!(ctx, store_full),
        done => done,
    }
}

fn here(guild: &str) -> Scope {
    store::guild(guild)
}

fn key(name: &str) -> String {
    format!("{TAG}{name}")
}

fn uses(name: &str) -> String {
    format!("{USES}{name}")
}

fn made(name: &str) -> String {
    format!("{MADE}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_commands() {
        for (typed, expected) in [
            ("rules", "rules"),
            (" /Server Rules ", "server-rules"),
            ("größe_2", "größe_2"),
        ] {
            assert_eq!(name(&"en-US", typed).unwrap(), expected);
        }
        for odd in ["", "/", "a.b", "what?", "🎲", &"x".repeat(33), "İ"] {
            assert!(name(&"en-US", odd).unwrap_err().is_told(), "{odd}");
        }
    }

    #[test]
    fn options_are_found_in_all_answers_and_args_are_last() {
        let tag = Tag {
            answers: vec![
                "{args} {option:who}".into(),
                "{random:{option:colour}|x} {option:who} {user}".into(),
            ],
            description: String::new(),
            made: 0.0,
        };
        assert_eq!(tag.options(), ["colour", "who", "args"]);
    }
}
