//! Identify and Resume: who may have which session.

use axum::extract::ws::Utf8Bytes;
use serde_json::{Value, json};

use super::close::Close;
use super::dispatch;
use super::log::Seen;
use super::session::{Session, Sessions};
use crate::hub::State;
use crate::model::intents;
use crate::snowflake::Id;
use crate::wire;

/// How many members a guild may have before its offline ones are left out, unless a client says
/// otherwise, and what it may say.
const LARGE_THRESHOLD: u64 = 50;
const LARGE_THRESHOLDS: std::ops::RangeInclusive<u64> = 50..=250;

/// How a handshake went: a session to serve from after this dispatch number, or a payload (op 9)
/// that sends the client away.
pub enum Outcome {
    Session { id: String, sent: u64 },
    Refused(Utf8Bytes),
}

/// Judges an Identify, and starts a session with READY and the guilds.
pub fn identify(state: &mut State, line: u64, data: &Value) -> Result<Outcome, Close> {
    let token = data["token"].as_str().ok_or(Close::DecodeError)?;
    let intents = data["intents"].as_u64().ok_or(Close::DecodeError)?;
    if !data["properties"].is_object() {
        return Err(Close::DecodeError);
    }
    let threshold = large_threshold(&data["large_threshold"])?;
    judge_token(state, token)?;
    if intents & !intents::KNOWN != 0 {
        return Err(Close::InvalidIntents);
    }
    if intents & intents::PRIVILEGED & !state.world.application.privileged != 0 {
        return Err(Close::DisallowedIntents);
    }
    let shard = read_shard(&data["shard"])?;
    let mut guilds: Vec<Id> = state.world.guilds.keys().copied().collect();
    guilds.retain(|id| state.world.bot_is_in(*id) && id.shard(shard.1) == shard.0);
    if guilds.len() > state.options.guilds_per_shard {
        return Err(Close::ShardingRequired);
    }
    let (now, accepted) = (state.now, may_identify_now(state, shard.0));
    state.sessions.log.add(Seen::Identified {
        shard,
        accepted,
        at: now,
    });
    if !accepted {
        return Ok(Outcome::Refused(invalid_session()));
    }
    if !state.sessions.budget.take(state.options.identifies, now) {
        state.reset_token(None);
        return Err(Close::AuthenticationFailed);
    }
    state.sessions.identifies += 1;
    let (made, count) = (Id::at(now).0, state.sessions.identifies);
    let id = format!("{made:016x}{count:016x}");
    let session = Session::new(shard, intents, threshold, data["presence"].clone());
    let ready = ready(state, &id, &guilds, data.get("shard"));
    state.sessions.sessions.insert(id.clone(), session);
    state.sessions.dispatch_to(&id, "READY", &ready.to_string());
    for guild in guilds {
        // A guild in an outage comes when the outage is over.
        let created = dispatch::guild_create(&state.world, guild, intents, threshold, state.now);
        if let Some(data) = created {
            state.sessions.dispatch_to(&id, "GUILD_CREATE", &data);
        }
    }
    state.sessions.attach(line, &id);
    Ok(Outcome::Session { id, sent: 0 })
}

/// Judges a Resume, and continues a session where the client left it.
pub fn resume(
    state: &mut State,
    line: u64,
    by_resume_url: bool,
    data: &Value,
) -> Result<Outcome, Close> {
    let token = data["token"].as_str().ok_or(Close::DecodeError)?;
    let id = data["session_id"].as_str().ok_or(Close::DecodeError)?;
    let seq = data["seq"].as_u64().ok_or(Close::DecodeError)?;
    judge_token(state, token)?;
    let at = state.now;
    let Sessions {
        sessions,
        log,
        replay_again,
        ..
    } = &mut state.sessions;
    let session = sessions.get(id);
    let found = session.and_then(|session| session.after(seq)).is_some();
    log.add(Seen::Resumed {
        session: id.to_owned(),
        by_resume_url,
        accepted: found,
        at,
    });
    let Some(session) = session else {
        return Ok(Outcome::Refused(invalid_session()));
    };
    if seq > session.seq {
        sessions.remove(id);
        return Err(Close::InvalidSequence);
    }
    if !found {
        sessions.remove(id);
        return Ok(Outcome::Refused(invalid_session()));
    }
    let sent = session.before(seq, std::mem::take(replay_again));
    let traced = r#"{"_trace":["local"]}"#;
    state.sessions.dispatch_to(id, "RESUMED", traced);
    state.sessions.attach(line, id);
    Ok(Outcome::Session {
        id: id.to_owned(),
        sent,
    })
}

fn judge_token(state: &State, token: &str) -> Result<(), Close> {
    let token = token.strip_prefix("Bot ").unwrap_or(token);
    if token == state.token {
        Ok(())
    } else {
        Err(Close::AuthenticationFailed)
    }
}

fn large_threshold(value: &Value) -> Result<u64, Close> {
    if value.is_null() {
        return Ok(LARGE_THRESHOLD);
    }
    let threshold = value.as_u64().filter(|n| LARGE_THRESHOLDS.contains(n));
    threshold.ok_or(Close::DecodeError)
}

fn read_shard(shard: &Value) -> Result<(u64, u64), Close> {
    if shard.is_null() {
        return Ok((0, 1));
    }
    match shard.as_array().map(Vec::as_slice) {
        Some([id, count]) => match (id.as_u64(), count.as_u64()) {
            (Some(id), Some(count)) if id < count => Ok((id, count)),
            _ => Err(Close::InvalidShard),
        },
        _ => Err(Close::InvalidShard),
    }
}

/// One identify per concurrency key and interval.
fn may_identify_now(state: &mut State, shard: u64) -> bool {
    let key = shard % state.options.max_concurrency.max(1);
    let last = state.sessions.identified.get(&key);
    let wait = state.options.identify_interval;
    if last.is_some_and(|last| state.now.since(*last) < wait) {
        return false;
    }
    state.sessions.identified.insert(key, state.now);
    true
}

fn invalid_session() -> Utf8Bytes {
    r#"{"op":9,"d":false,"s":null,"t":null}"#.into()
}

fn ready(state: &State, session: &str, guilds: &[Id], shard: Option<&Value>) -> Value {
    let world = &state.world;
    let unavailable = |id: &Id| json!({"id": id, "unavailable": true});
    let mut ready = json!({
        "v": 10,
        "user": world.user(world.application.bot).map(|bot| wire::user::own(bot, &world.application)),
        "guilds": guilds.iter().map(unavailable).collect::<Vec<_>>(),
        "session_id": session,
        "session_type": "normal",
        "resume_gateway_url": format!("{}/resume", state.gateway_url),
        "application": {"id": world.application.id, "flags": world.application.flags()},
        "private_channels": [],
        "relationships": [],
        "user_settings": {},
        "presences": [],
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": [],
        "_trace": ["local"],
    });
    if let Some(shard) = shard.filter(|shard| !shard.is_null()) {
        ready["shard"] = shard.clone();
    }
    ready
}
