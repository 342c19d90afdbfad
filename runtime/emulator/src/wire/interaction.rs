//! Interactions, as INTERACTION_CREATE brings them to the bot.

use serde_json::{Value, json};

use super::{channel, guild, message, user};
use crate::clock::Time;
use crate::model::permissions::{ATTACH_FILES, EMBED_LINKS, MENTION_EVERYONE};
use crate::model::{Installs, Interaction, InteractionKind};
use crate::snowflake::Id;
use crate::world::World;

/// Where an interaction happens: Discord's interaction context types.
pub const IN_GUILD: u64 = 0;
pub const IN_BOT_DM: u64 = 1;
pub const IN_PRIVATE_CHANNEL: u64 = 2;

/// What an application may do where its bot is not. For guilds the figure is not documented.
const WITHOUT_BOT: u64 = ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE;

/// Returns the payload of INTERACTION_CREATE.
pub fn full(world: &World, interaction: &Interaction, base: &str, now: Time) -> Value {
    let bot = world.application.bot;
    let here = interaction.channel;
    let person = world.user(interaction.user);
    let context = match (interaction.guild, world.channels.get(&here)) {
        (Some(_), _) => IN_GUILD,
        (None, Some(place)) if place.recipient.is_none() => IN_PRIVATE_CHANNEL,
        (None, _) => IN_BOT_DM,
    };
    let mut value = json!({
        "id": interaction.id,
        "application_id": world.application.id,
        "type": interaction.kind.number(),
        "token": interaction.token,
        "version": 1,
        "channel_id": here,
        "data": interaction.data,
        "app_permissions": app_permissions(world, here, now).to_string(),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": owners(interaction.installs),
        "attachment_size_limit": world.attachment_limit,
        "context": context,
        "locale": person.map(|person| person.locale.as_str()),
    });
    // The world does not know under which address it is reached.
    let files = value.pointer_mut("/data/resolved/attachments");
    if let Some(files) = files.and_then(Value::as_object_mut) {
        for file in files.values_mut() {
            for key in ["url", "proxy_url"] {
                let path = file[key].as_str().unwrap_or_default();
                file[key] = json!(format!("{base}{path}"));
            }
        }
    }
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

/// Returns the installations that an interaction goes by, by Discord's numbers of their types.
pub fn owners(installs: Installs) -> Value {
    let mut value = json!({});
    if let Some(guild) = installs.guild {
        value["0"] = json!(guild);
    }
    if let Some(user) = installs.user {
        value["1"] = json!(user);
    }
    value
}

fn app_permissions(world: &World, channel: Id, now: Time) -> u64 {
    let bot = world.application.bot;
    let there = match world.channels.get(&channel) {
        Some(place) => match place.guild {
            Some(guild) => world.bot_is_in(guild),
            None => place.recipient.is_some(),
        },
        None => false,
    };
    match there {
        true => world.permissions(bot, channel, now),
        false => WITHOUT_BOT,
    }
}
