//! Reading: who and what there is, messages, commands.

use std::sync::Arc;

use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::reply;
use crate::hub::{Hub, State};
use crate::model::permissions::VIEW_CHANNEL;
use crate::model::{Channel, User};
use crate::people;
use crate::snowflake::Id;
use crate::wire;

const MOST_MESSAGES: usize = 100;

#[derive(Deserialize)]
pub struct StateQuery {
    r#as: Option<String>,
}

pub async fn state(Shared(hub): Shared<Arc<Hub>>, Query(query): Query<StateQuery>) -> Response {
    reply(hub.with_quietly(|state| {
        let viewer = query.r#as.as_deref().map(|id| person(state, id));
        Ok(whole(state, viewer.transpose()?))
    }))
}

fn whole(state: &State, viewer: Option<Id>) -> Value {
    let (world, now) = (&state.world, state.now);
    let channel = |channel: &Channel| {
        let mut value = wire::channel::full(world, channel);
        if let Some(viewer) = viewer {
            let allowed = world.permissions(viewer, channel.id, now);
            value["permissions"] = json!(allowed.to_string());
            if let Some(thread) = &channel.thread {
                value["joined"] = json!(thread.members.contains_key(&viewer));
            }
        }
        value
    };
    let people = world.users.values().filter(|user| !user.bot);
    let guilds = world.guilds.values().map(|guild| {
        let mut value = wire::guild::full(world, guild);
        let channels = guild
            .channels
            .iter()
            .filter_map(|id| world.channels.get(id));
        let threads = guild.threads.iter();
        let threads = threads.filter_map(|id| world.channels.get(id));
        let seen = |id: Option<Id>| {
            id.is_some_and(|id| viewer.is_none_or(|v| world.may(v, id, VIEW_CHANNEL, now)))
        };
        let voice = world.in_voice(guild.id);
        let voice = voice.filter(|(_, place)| seen(place.channel));
        value["voice_states"] = voice
            .map(|(user, place)| wire::voice::of_guild(world, guild.id, user, place))
            .collect();
        let speaks = Some(world.application.bot).filter(|_| state.voice.speaks(guild.id));
        value["speaking"] = json!(speaks.as_slice());
        value["threads"] = threads.map(channel).collect();
        value["available"] = json!(guild.available);
        value["channels"] = channels.map(channel).collect();
        let members = guild.members.values();
        value["members"] = members
            .map(|member| wire::guild::member(world, member))
            .collect();
        value
    });
    json!({
        "application": {"id": world.application.id, "name": world.application.name},
        "bot": {
            "user": world.user(world.application.bot).map(wire::user::full),
            "connected": world.bot_connected,
        },
        "users": people.map(shown_person).collect::<Vec<_>>(),
        "guilds": guilds.collect::<Vec<_>>(),
    })
}

/// Returns a person with their language, which nobody else is told on Discord.
fn shown_person(user: &User) -> Value {
    let mut value = wire::user::full(user);
    value["locale"] = json!(user.locale);
    value
}

#[derive(Deserialize)]
pub struct MessagesQuery {
    r#as: String,
    limit: Option<usize>,
}

pub async fn messages(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    Query(query): Query<MessagesQuery>,
) -> Response {
    reply(hub.with_quietly(|state| {
        let person = person(state, &query.r#as)?;
        let channel = channel_of(state, &channel)?;
        if !state.world.may(person, channel, VIEW_CHANNEL, state.now) {
            return Err("This person does not see this channel.".to_owned());
        }
        let limit = query.limit.unwrap_or(50).clamp(1, MOST_MESSAGES);
        let kept = state
            .world
            .channels
            .get(&channel)
            .map(|channel| &channel.messages);
        let seen = kept
            .into_iter()
            .flatten()
            .rev()
            .filter(|m| m.seen_by(person))
            .take(limit);
        let shown = |m| wire::message::full(&state.world, m, &state.base, person);
        let mut page: Vec<Value> = seen.map(shown).collect();
        page.reverse();
        Ok(Value::Array(page))
    }))
}

#[derive(Deserialize)]
pub struct CommandsQuery {
    r#as: String,
    channel: String,
}

pub async fn commands(
    Shared(hub): Shared<Arc<Hub>>,
    Query(query): Query<CommandsQuery>,
) -> Response {
    reply(hub.with_quietly(|state| {
        let person = person(state, &query.r#as)?;
        let channel = channel_of(state, &query.channel)?;
        let application = &state.world.application;
        let offered = people::offered(&state.world, person, channel, state.now);
        let shown = offered
            .into_iter()
            .map(|c| wire::command::full(c, application, wire::command::Texts::All));
        Ok(shown.collect())
    }))
}

/// Reads the id of a person; bots do not act by themselves here.
pub fn person(state: &State, id: &str) -> Result<Id, String> {
    let id = id.parse::<Id>().ok().filter(|id| {
        let user = state.world.user(*id);
        user.is_some_and(|user| !user.bot)
    });
    id.ok_or_else(|| "There is no such person to act as.".to_owned())
}

/// Reads the id of a channel that is there.
pub fn channel_of(state: &State, id: &str) -> Result<Id, String> {
    let id = id.parse::<Id>().ok();
    let id = id.filter(|id| state.world.channels.contains_key(id));
    id.ok_or_else(|| "This channel is not there any more.".to_owned())
}
