//! Interactions, as INTERACTION_CREATE brings them to the bot.

use serde_json::{Value, json};

use super::{channel, guild, message, user};
use crate::clock::Time;
use crate::model::{Interaction, InteractionKind};
use crate::world::World;

/// Returns the payload of INTERACTION_CREATE.
pub fn full(world: &World, interaction: &Interaction, base: &str, now: Time) -> Value {
    let bot = world.application.bot;
    let here = interaction.channel;
    let allowed = world.permissions(bot, here, now);
    let person = world.user(interaction.user);
    let owner = interaction
        .guild
        .map_or_else(|| "0".to_owned(), |id| id.to_string());
    let mut value = json!({
        "id": interaction.id,
        "application_id": world.application.id,
        "type": interaction.kind.number(),
        "token": interaction.token,
        "version": 1,
        "channel_id": here,
        "data": interaction.data,
        "app_permissions": allowed.to_string(),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": owner},
        "attachment_size_limit": world.attachment_limit,
        "context": if interaction.guild.is_some() { 0 } else { 1 },
        "locale": person.map(|person| person.locale.as_str()),
    });
    if let Some(place) = world.channels.get(&here) {
        value["channel"] = channel::full(world, place);
        let invoker = world.permissions(interaction.user, here, now);
        value["channel"]["permissions"] = json!(invoker.to_string());
    }
    match interaction.guild.and_then(|id| world.guilds.get(&id)) {
        Some(place) => {
            value["guild_id"] = json!(place.id);
            value["guild"] = json!({"id": place.id, "locale": place.locale, "features": []});
            value["guild_locale"] = json!(place.locale);
            if let Some(member) = place.members.get(&interaction.user) {
                let allowed = world.permissions(interaction.user, here, now);
                value["member"] = guild::member(world, member);
                value["member"]["permissions"] = json!(allowed.to_string());
            }
        }
        None => value["user"] = person.map(user::full).into(),
    }
    let shown = interaction
        .message
        .filter(|_| interaction.kind != InteractionKind::Command);
    if let Some(target) = shown.and_then(|id| world.message(here, id)) {
        value["message"] = message::full(world, target, base, bot);
    }
    value
}
