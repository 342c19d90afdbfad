//! What lasts and what must not: the cog's own memory, and the host's store.

use crate::refusal;
use cogbox_sdk::prelude::*;
use cogbox_sdk::store::Scope;
use std::cell::RefCell;

thread_local! {
    /// The words that this instance was called with. A guild's must never meet another's.
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Remembers a word in the cog's own memory, and says which ones this instance has seen.
#[command]
pub fn state(
    ctx: &Context,
    /// The word.
    key: String,
) -> Answer {
    let seen = SEEN.with_borrow_mut(|seen| {
        seen.push(key);
        seen.clone()
    });
    ctx.reply(format!(
        "call {} of this instance: {}",
        seen.len(),
        seen.join(", ")
    ))
}

/// Reads and writes the host's store.
#[command(subcommands(get, set, delete, add, swap, scan))]
pub struct Store;

/// Whose keys.
#[derive(Choice)]
pub enum Whose {
    Global,
    Guild,
    User,
    Member,
}

/// Reads a key.
#[command]
fn get(
    ctx: &Context,
    /// Whose keys.
    scope: Whose,
    /// The key.
    key: String,
) -> Answer {
    said(ctx, scope_of(ctx, scope)?.text(&key).map(or_nothing))
}

/// Writes a key.
#[command]
fn set(
    ctx: &Context,
    /// Whose keys.
    scope: Whose,
    /// The key.
    key: String,
    /// What to write.
    value: String,
) -> Answer {
    said(
        ctx,
        scope_of(ctx, scope)?
            .set(&key, value)
            .map(|()| "written".to_string()),
    )
}

/// Deletes a key.
#[command]
fn delete(
    ctx: &Context,
    /// Whose keys.
    scope: Whose,
    /// The key.
    key: String,
) -> Answer {
    said(
        ctx,
        scope_of(ctx, scope)?
            .delete(&key)
            .map(|()| "deleted".to_string()),
    )
}

/// Adds to a number.
#[command]
fn add(
    ctx: &Context,
    /// Whose keys.
    scope: Whose,
    /// The key.
    key: String,
    /// What to add.
    delta: i64,
) -> Answer {
    said(
        ctx,
        scope_of(ctx, scope)?
            .add(&key, delta)
            .map(|sum| sum.to_string()),
    )
}

/// Writes a key only when it still has the old value.
#[command]
fn swap(
    ctx: &Context,
    /// Whose keys.
    scope: Whose,
    /// The key.
    key: String,
    /// The value it should have; none when left out.
    old: Option<String>,
    /// The value it gets; none when left out.
    new: Option<String>,
) -> Answer {
    let bytes = |value: &Option<String>| value.clone().map(String::into_bytes);
    let (old, new) = (bytes(&old), bytes(&new));
    let swapped = scope_of(ctx, scope)?.swap(&key, old.as_deref(), new.as_deref());
    said(ctx, swapped.map(|swapped| swapped.to_string()))
}

/// Lists the keys that start with some letters.
#[command]
fn scan(
    ctx: &Context,
    /// Whose keys.
    scope: Whose,
    /// The first letters of the keys; all keys when left out.
    prefix: Option<String>,
) -> Answer {
    let scope = scope_of(ctx, scope)?;
    let prefix = prefix.unwrap_or_default();
    let entries: Answer<Vec<_>> = scope.scan(&prefix).collect();
    let line = |entry: &store::Entry| {
        let value = String::from_utf8_lossy(&entry.value);
        format!("{}={}", entry.key, markdown::shorten(&value, 20))
    };
    said(
        ctx,
        entries.map(|entries| {
            let lines: Vec<String> = entries.iter().take(20).map(line).collect();
            format!("{} keys: {}", entries.len(), lines.join(", "))
        }),
    )
}

fn scope_of(ctx: &Context, whose: Whose) -> Answer<Scope> {
    Ok(match whose {
        Whose::Global => store::global(),
        Whose::Guild => store::guild(ctx.in_guild()?),
        Whose::User => store::user(ctx.user().id),
        Whose::Member => store::member(ctx.in_guild()?, ctx.user().id),
    })
}

fn or_nothing(value: Option<String>) -> String {
    value.unwrap_or_else(|| "nothing".to_string())
}

fn said(ctx: &Context, result: Answer<String>) -> Answer {
    ctx.reply(result.unwrap_or_else(|error| refusal(&error)))
}
