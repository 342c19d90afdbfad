//! Op 8: a client asks for the members of a guild, and gets them in chunks.

use std::time::Duration;

use serde_json::{Value, json};

use super::close::Close;
use crate::hub::State;
use crate::model::Member;
use crate::model::intents::{GUILD_MEMBERS, GUILD_PRESENCES};
use crate::snowflake::Id;
use crate::wire;

const CHUNK: usize = 1_000;

/// The most members one asks for by prefix or by ids.
const MOST_ASKED: usize = 100;

const LONGEST_NONCE: usize = 32;

/// The wait between two requests for all members of one guild.
const EVERYONE_AGAIN: Duration = Duration::from_secs(30);

/// Answers the request into the session that asked.
pub fn request(state: &mut State, session: &str, data: &Value) -> Result<(), Close> {
    let guild = Id::from_json(&data["guild_id"]).ok_or(Close::UnknownOpcode)?;
    let ids = match &data["user_ids"] {
        Value::Null => None,
        Value::Array(ids) => Some(ids.iter().filter_map(Id::from_json).collect()),
        one => Some(vec![Id::from_json(one).ok_or(Close::UnknownOpcode)?]),
    };
    let query = data["query"].as_str();
    if ids.is_none() && query.is_none() {
        return Err(Close::UnknownOpcode);
    }
    let limit = data["limit"].as_u64().unwrap_or(0) as usize;
    let everyone = ids.is_none() && query == Some("") && limit == 0;
    let asker = state.sessions.sessions.get(session);
    let intents = asker.map_or(0, |asker| asker.intents);
    if (everyone && intents & GUILD_MEMBERS == 0) || !state.world.bot_is_in(guild) {
        return Ok(());
    }
    let nonce = data["nonce"]
        .as_str()
        .filter(|nonce| nonce.len() <= LONGEST_NONCE);
    if everyone && let Some(wait) = too_soon(state, guild) {
        let mut meta = json!({"guild_id": guild});
        if let Some(nonce) = nonce {
            meta["nonce"] = json!(nonce);
        }
        let limited = json!({"opcode": 8, "retry_after": wait.as_secs_f64(), "meta": meta});
        let limited = limited.to_string();
        state
            .sessions
            .dispatch_to(session, "RATE_LIMITED", &limited);
        return Ok(());
    }
    let Some(place) = state.world.guilds.get(&guild) else {
        return Ok(());
    };
    let presences = data["presences"] == true && intents & GUILD_PRESENCES != 0;
    let ids: Option<Vec<Id>> = ids;
    let fits = |member: &&Member| match (&ids, query) {
        (Some(ids), _) => ids.contains(&member.user),
        (None, Some(query)) => named(state, member, query),
        (None, None) => false,
    };
    let most = match (everyone, limit) {
        (true, _) => usize::MAX,
        (false, 1..=MOST_ASKED) => limit,
        (false, _) => MOST_ASKED,
    };
    let found: Vec<&Member> = place.members.values().filter(fits).take(most).collect();
    let missing = |id: &&Id| !place.members.contains_key(id);
    let not_found: Vec<&Id> = ids
        .iter()
        .flatten()
        .filter(missing)
        .take(MOST_ASKED)
        .collect();
    let count = found.len().div_ceil(CHUNK).max(1);
    let mut chunks = Vec::new();
    for index in 0..count {
        let members = found.iter().skip(index * CHUNK).take(CHUNK);
        let shown = members
            .clone()
            .map(|m| wire::guild::member(&state.world, m));
        let mut chunk = json!({
            "guild_id": guild,
            "members": shown.collect::<Vec<Value>>(),
            "chunk_index": index,
            "chunk_count": count,
            "not_found": not_found,
        });
        if presences {
            let users = members.filter_map(|member| state.world.user(member.user));
            chunk["presences"] = users.filter_map(wire::user::presence).collect();
        }
        if let Some(nonce) = nonce {
            chunk["nonce"] = json!(nonce);
        }
        chunks.push(chunk.to_string());
    }
    for chunk in chunks {
        state
            .sessions
            .dispatch_to(session, "GUILD_MEMBERS_CHUNK", &chunk);
    }
    Ok(())
}

/// Notes that all members of a guild are asked for; returns the wait when it is too soon for that.
fn too_soon(state: &mut State, guild: Id) -> Option<Duration> {
    let now = state.now;
    let chunked = &mut state.sessions.chunked;
    let again = chunked.get(&guild).map(|last| last.plus(EVERYONE_AGAIN));
    match again.filter(|again| *again > now) {
        Some(again) => Some(again.since(now)),
        None => {
            chunked.insert(guild, now);
            None
        }
    }
}

/// Tells whether a member's name or nickname begins with the query, in any case.
fn named(state: &State, member: &Member, query: &str) -> bool {
    let query = query.to_lowercase();
    let starts = |name: &str| name.to_lowercase().starts_with(&query);
    member.nick.as_deref().is_some_and(starts)
        || state
            .world
            .user(member.user)
            .is_some_and(|user| starts(&user.username) || starts(user.shown()))
}
