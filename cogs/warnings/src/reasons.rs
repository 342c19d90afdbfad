//! Reasons that a server keeps, each with a name, a text and points.

use cogbox_sdk::markdown::shorten;
use cogbox_sdk::prelude::*;
use cogbox_sdk::store::Scope;
use serde::{Deserialize, Serialize};

use crate::rules;

const PREFIX: &str = "reason:";
/// Reasons of one server.
pub const MOST: usize = 50;
/// What Discord shows of a choice, and how much of a list in a sentence.
const CHOICE: usize = 100;
const LIST: usize = 1_000;

/// A reason that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub name: String,
    pub text: String,
    pub points: u32,
}

fn here(guild: &str) -> Scope {
    store::guild(guild)
}

fn key(name: &str) -> String {
    format!("{PREFIX}{}", name.trim().to_lowercase())
}

/// Returns all reasons by name.
pub fn all(guild: &str) -> Answer<Vec<Reason>> {
    let here = here(guild);
    let entries = here.scan(PREFIX);
    entries
        .map(|entry| Ok(serde_json::from_slice(&entry?.value)?))
        .collect()
}

/// Keeps a reason, in place of one of the same name.
pub fn keep(ctx: &Context, guild: &str, reason: &Reason) -> Answer {
    let there = all(guild)?;
    let is_new = there.iter().all(|one| key(&one.name) != key(&reason.name));
    if is_new && there.len() >= MOST {
        tell!(ctx, too_many_reasons, most = MOST);
    }
    here(guild).set_json(&key(&reason.name), reason)
}

/// Forgets a reason; false when there is none.
pub fn forget(guild: &str, name: &str) -> Answer<bool> {
    let there = here(guild).get(&key(name))?.is_some();
    here(guild).delete(&key(name))?;
    Ok(there)
}

/// Returns the reason for what a moderator typed: a kept one by its name, else the text with the usual
/// points, where the server takes any.
pub fn of(ctx: &Context, guild: &str, typed: &str) -> Answer<Reason> {
    let typed = typed.trim();
    if typed.is_empty() {
        tell!(ctx, no_reason);
    }
    if let Some(kept) = here(guild).json(&key(typed))? {
        return Ok(kept);
    }
    if !rules::takes_any_reason(guild)? {
        let names: Vec<String> = all(guild)?
            .iter()
            .map(|reason| format!("`{}`", reason.name))
            .collect();
        match names.is_empty() {
            true => tell!(ctx, no_reasons_yet),
            false => tell!(ctx, only_reasons, names = shorten(&names.join(", "), LIST)),
        }
    }
    Ok(Reason {
        name: String::new(),
        text: typed.to_owned(),
        points: rules::usual_points(guild)?,
    })
}

/// Offers the kept reasons while somebody types.
pub fn offer(request: &Request, guild: &str) -> Answer<Vec<Choice>> {
    let typed = request.typed.to_lowercase();
    let fits = |reason: &Reason| {
        reason.name.to_lowercase().contains(&typed) || reason.text.to_lowercase().contains(&typed)
    };
    let choice = |reason: Reason| {
        let points = t!(request, points, count = reason.points);
        let shown = format!("{} ({points}): {}", reason.name, reason.text);
        Choice::new(shorten(&shown, CHOICE), reason.name)
    };
    let all = all(guild)?.into_iter().filter(fits);
    Ok(all.take(25).map(choice).collect())
}
