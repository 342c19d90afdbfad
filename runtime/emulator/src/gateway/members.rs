//! Op 8: a client asks for the members of a guild, and gets them in chunks.

use serde_json::{Value, json};

use super::close::Close;
use crate::hub::State;
use crate::model::Member;
use crate::model::intents::GUILD_MEMBERS;
use crate::snowflake::Id;
use crate::wire;

const CHUNK: usize = 1_000;

/// The most members one asks for by prefix or by ids.
const MOST_ASKED: usize = 100;

const LONGEST_NONCE: usize = 32;

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
    let may_ask = asker.is_some_and(|asker| !everyone || asker.intents & GUILD_MEMBERS != 0);
    let Some(place) = state.world.guilds.get(&guild) else {
        return Ok(());
    };
    if !may_ask || !state.world.bot_is_in(guild) {
        return Ok(());
    }
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
    let nonce = data["nonce"]
        .as_str()
        .filter(|nonce| nonce.len() <= LONGEST_NONCE);
    let mut chunks = Vec::new();
    for index in 0..count {
        let members = found.iter().skip(index * CHUNK).take(CHUNK);
        let members: Vec<Value> = members
            .map(|m| wire::guild::member(&state.world, m))
            .collect();
        let mut chunk = json!({
            "guild_id": guild,
            "members": members,
            "chunk_index": index,
            "chunk_count": count,
            "not_found": not_found,
        });
        if let Some(nonce) = nonce {
            chunk["nonce"] = json!(nonce);
        }
        chunks.push(chunk.to_string());
    }
    if let Some(session) = state.sessions.sessions.get_mut(session) {
        for chunk in chunks {
            session.push("GUILD_MEMBERS_CHUNK", &chunk);
        }
    }
    Ok(())
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
