//! `/channels/{channel}/messages/pins` and the older `/channels/{channel}/pins`.

use serde_json::{Value, json};

use super::channels::{need, unarchived, visible};
use super::messages::public;
use super::rights::act;
use super::{Reply, request::Request};
use crate::clock::Time;
use crate::hub::State;
use crate::model::permissions::{PIN_MESSAGES, READ_MESSAGE_HISTORY};
use crate::model::{Message, kinds};
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, Change, MessageAct};

/// Pins of one channel.
pub const MOST_PINS: usize = 250;

/// The most pins that one reply lists.
const PAGE: usize = 50;

/// Lists pins, the newest first.
pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let limit = request.limit(PAGE, PAGE)?;
    let before = request.query("before").map(|text| {
        Time::parse(text).ok_or_else(|| {
            let mut faults = Faults::default();
            let message = "This is not an ISO 8601 time.";
            faults.add("before", "DATE_TIME_TYPE_PARSE", message);
            // A fault has just been added, so there is a refusal.
            faults.check().err().unwrap_or_else(Refusal::not_json)
        })
    });
    let before = before.transpose()?;
    let mut pins = pins(state, channel);
    pins.retain(|(pinned, _)| before.is_none_or(|before| *pinned < before));
    let more = pins.len() > limit;
    let item = |(pinned, message): &(Time, &Message)| json!({"pinned_at": pinned.iso(), "message": shown(state, message)});
    let items: Vec<Value> = pins.iter().take(limit).map(item).collect();
    Ok(Reply::ok(json!({"items": items, "has_more": more})))
}

/// Lists the first pins as messages alone.
pub fn list_old(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let pins = pins(state, channel);
    let messages = pins
        .iter()
        .take(PAGE)
        .map(|(_, message)| shown(state, message));
    Ok(Reply::ok(messages.collect::<Vec<Value>>()))
}

pub fn add(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, PIN_MESSAGES)?;
    unarchived(state, channel)?;
    let message = public(state, channel, request.id("message")?)?;
    if !kinds::written(message.kind) {
        return Err(Refusal::system_message());
    }
    let (message, pinned) = (message.id, message.pinned.is_some());
    let count = |m: &&Message| m.pinned.is_some();
    let messages = state.world.channels.get(&channel).map(|c| &c.messages);
    if !pinned && messages.into_iter().flatten().filter(count).count() >= MOST_PINS {
        let text = "Maximum number of pins reached for the channel (250)";
        return Err(Refusal::new(400, 30003, text));
    }
    set(state, request, channel, message, true)
}

pub fn remove(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, PIN_MESSAGES)?;
    unarchived(state, channel)?;
    let message = public(state, channel, request.id("message")?)?.id;
    set(state, request, channel, message, false)
}

/// Pins or unpins; in a guild the audit log says so.
fn set(
    state: &mut State,
    request: &Request<'_>,
    channel: Id,
    message: Id,
    pinned: bool,
) -> Result<Reply, Refusal> {
    match state.world.channels.get(&channel).and_then(|c| c.guild) {
        Some(guild) => {
            let action = Action::OnMessage {
                channel,
                message,
                act: match pinned {
                    true => MessageAct::Pin,
                    false => MessageAct::Unpin,
                },
            };
            act(state, request, guild, action)?;
        }
        None => {
            let by = state.world.application.bot;
            state.apply(match pinned {
                true => Change::Pin {
                    channel,
                    message,
                    by,
                },
                false => Change::Unpin { channel, message },
            });
        }
    }
    Ok(Reply::empty())
}

/// Returns when which message was pinned, the newest first; nothing to those who may not read on.
fn pins(state: &State, channel: Id) -> Vec<(Time, &Message)> {
    let bot = state.world.application.bot;
    if !state
        .world
        .may(bot, channel, READ_MESSAGE_HISTORY, state.now)
    {
        return Vec::new();
    }
    let messages = state.world.channels.get(&channel).map(|c| &c.messages);
    let pinned = |message| {
        let message: &Message = message;
        message.pinned.map(|at| (at, message))
    };
    let mut pins: Vec<_> = messages.into_iter().flatten().filter_map(pinned).collect();
    pins.sort_by_key(|(at, message)| std::cmp::Reverse((*at, message.id)));
    pins
}

fn shown(state: &State, message: &Message) -> Value {
    let bot = state.world.application.bot;
    wire::message::full(&state.world, message, &state.base, bot)
}
