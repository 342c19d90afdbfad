//! Events about several messages, about all reactions of one, and about pins.

use serde_json::json;

use super::dispatch::{Dispatch, either, in_channel};
use crate::clock::Time;
use crate::model::intents::*;
use crate::wire;
use crate::world::{Event, World};

/// Turns an event of these kinds into its dispatch; others give none.
pub fn render(world: &World, event: &Event, now: Time) -> Option<Dispatch> {
    let (name, channel, mut data, intents) = match event {
        Event::ReactionsCleared {
            channel,
            message,
            emoji,
        } => {
            let mut data = json!({"channel_id": channel, "message_id": message});
            let mut name = "MESSAGE_REACTION_REMOVE_ALL";
            if let Some((emoji, custom)) = emoji {
                name = "MESSAGE_REACTION_REMOVE_EMOJI";
                data["emoji"] = wire::message::emoji(emoji, *custom);
            }
            let intents = (GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS);
            (name, *channel, data, intents)
        }
        Event::MessagesDeleted {
            channel, messages, ..
        } => {
            let data = json!({"channel_id": channel, "ids": messages});
            let intents = (GUILD_MESSAGES, DIRECT_MESSAGES);
            ("MESSAGE_DELETE_BULK", *channel, data, intents)
        }
        Event::PollVoted {
            channel,
            message,
            user,
            answer,
            added,
        } => {
            let name = match added {
                true => "MESSAGE_POLL_VOTE_ADD",
                false => "MESSAGE_POLL_VOTE_REMOVE",
            };
            let data = json!({
                "user_id": user,
                "channel_id": channel,
                "message_id": message,
                "answer_id": answer,
            });
            let intents = (GUILD_MESSAGE_POLLS, DIRECT_MESSAGE_POLLS);
            (name, *channel, data, intents)
        }
        Event::PinsChanged(channel) => {
            let last = world.channels.get(channel)?.last_pin;
            let data = json!({
                "channel_id": channel,
                "last_pin_timestamp": last.map(Time::iso),
            });
            (
                "CHANNEL_PINS_UPDATE",
                *channel,
                data,
                (GUILDS, DIRECT_MESSAGES),
            )
        }
        _ => return None,
    };
    let guild = world.channels.get(&channel)?.guild;
    if let Some(guild) = guild {
        data["guild_id"] = json!(guild);
    }
    let need = either(guild, intents.0, intents.1);
    in_channel(world, name, guild, channel, need, data, now)
}
