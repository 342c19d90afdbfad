//! `/channels/{channel}/messages/{message}/reactions/{emoji}/@me`.

use super::channels::{need, visible};
use super::messages::public;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::{ADD_REACTIONS, READ_MESSAGE_HISTORY};
use crate::rules::Refusal;
use crate::snowflake::Id;
use crate::world::Change;

/// Different emoji under one message.
const MOST_EMOJI: usize = 20;

pub fn add(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, READ_MESSAGE_HISTORY)?;
    let message = public(state, channel, request.id("message")?)?;
    let (name, custom) = emoji(request.text("emoji"))?;
    let same = |other: &crate::model::Reaction| match custom {
        Some(_) => other.custom == custom,
        None => other.custom.is_none() && other.name == name,
    };
    let (id, count) = (message.id, message.reactions.len());
    if !message.reactions.iter().any(same) {
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

pub fn remove(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let message = public(state, channel, request.id("message")?)?.id;
    let (name, custom) = emoji(request.text("emoji"))?;
    let user = state.world.application.bot;
    state.apply(Change::Unreact {
        channel,
        message,
        user,
        name,
        custom,
    });
    Ok(Reply::empty())
}

/// Reads `name:id`, or a Unicode emoji: something that is not plain text.
pub fn emoji(text: &str) -> Result<(String, Option<Id>), Refusal> {
    if let Some((name, id)) = text.trim_start_matches("a:").split_once(':') {
        let id = id.parse().map_err(|_| Refusal::unknown_emoji())?;
        return Ok((name.to_owned(), Some(id)));
    }
    let keycap = text.ends_with('\u{20e3}');
    let plain = |c: char| c.is_alphanumeric() || c.is_ascii();
    let symbol = !text.is_empty() && text.chars().count() <= 16 && !text.chars().any(plain);
    match symbol || keycap {
        true => Ok((text.to_owned(), None)),
        false => Err(Refusal::unknown_emoji()),
    }
}
