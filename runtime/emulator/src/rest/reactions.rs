//! `/channels/{channel}/messages/{message}/reactions/...`.

use serde_json::Value;

use super::channels::{need, unarchived, visible};
use super::messages::public;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::MOST_EMOJI;
use crate::model::permissions::{ADD_REACTIONS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY};
use crate::rules::{Refusal, emoji};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Change;

type Emoji = (String, Option<Id>);

pub fn add(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, READ_MESSAGE_HISTORY)?;
    unarchived(state, channel)?;
    let message = public(state, channel, request.id("message")?)?;
    let (name, custom) = emoji_of(request)?;
    let (id, count) = (message.id, message.reactions.len());
    if !message
        .reactions
        .iter()
        .any(|other| other.is(&name, custom))
    {
        need(state, channel, ADD_REACTIONS)?;
        if count >= MOST_EMOJI {
            let message = "Maximum number of reactions reached (20)";
            return Err(Refusal::new(400, 30010, message));
        }
    }
    let user = state.world.application.bot;
    state.apply(Change::React {
        channel,
        message: id,
        user,
        name,
        custom,
    });
    Ok(Reply::empty())
}

/// Lists who reacted with an emoji, by user id.
pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let message = public(state, channel, request.id("message")?)?;
    let (name, custom) = emoji_of(request)?;
    let (limit, after) = (request.limit(25, 100)?, request.query_id("after")?);
    // Type 1 asks for super reactions, which nobody makes here.
    let wanted = request.query("type").is_none_or(|kind| kind == "0");
    let found = message.reactions.iter().find(|r| r.is(&name, custom));
    let mut users: Vec<Id> = found
        .filter(|_| wanted)
        .map(|reaction| reaction.users.clone())
        .unwrap_or_default();
    users.sort_unstable();
    let page = users.into_iter().filter(|id| Some(*id) > after).take(limit);
    let shown = page.filter_map(|id| state.world.user(id).map(wire::user::full));
    Ok(Reply::ok(shown.collect::<Vec<Value>>()))
}

pub fn remove(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    take(state, request, channel, state.world.application.bot)
}

/// Removes the reaction of the user in the path.
pub fn remove_of(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let user = request.id("user")?;
    if user != state.world.application.bot {
        need(state, channel, MANAGE_MESSAGES)?;
    }
    state.world.user(user).ok_or_else(Refusal::unknown_user)?;
    take(state, request, channel, user)
}

pub fn clear(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    clear_these(state, request, None)
}

pub fn clear_emoji(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let emoji = emoji_of(request)?;
    clear_these(state, request, Some(emoji))
}

fn clear_these(
    state: &mut State,
    request: &Request<'_>,
    emoji: Option<Emoji>,
) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, MANAGE_MESSAGES)?;
    unarchived(state, channel)?;
    let message = public(state, channel, request.id("message")?)?.id;
    state.apply(Change::ClearReactions {
        channel,
        message,
        emoji,
    });
    Ok(Reply::empty())
}

fn take(state: &mut State, request: &Request<'_>, channel: Id, user: Id) -> Result<Reply, Refusal> {
    unarchived(state, channel)?;
    let message = public(state, channel, request.id("message")?)?.id;
    let (name, custom) = emoji_of(request)?;
    state.apply(Change::Unreact {
        channel,
        message,
        user,
        name,
        custom,
    });
    Ok(Reply::empty())
}

fn emoji_of(request: &Request<'_>) -> Result<Emoji, Refusal> {
    emoji::read(request.text("emoji")).ok_or_else(Refusal::unknown_emoji)
}
