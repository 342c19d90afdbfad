//! Guilds, roles and members.

use serde_json::{Value, json};

use super::{channel, emoji, thread, user, voice};
use crate::clock::Time;
use crate::model::{Guild, Member, Role, Status, permissions};
use crate::snowflake::Id;
use crate::world::World;

/// Returns the guild without its people.
pub fn settings(guild: &Guild) -> Value {
    json!({
        "id": guild.id,
        "name": guild.name,
        "icon": null,
        "icon_hash": null,
        "splash": null,
        "discovery_splash": null,
        "home_header": null,
        "owner_id": guild.owner,
        "region": "local",
        "afk_channel_id": guild.afk_channel,
        "afk_timeout": guild.afk_timeout,
        "widget_enabled": false,
        "widget_channel_id": null,
        "verification_level": guild.verification_level,
        "default_message_notifications": guild.notifications,
        "explicit_content_filter": guild.explicit_filter,
        "roles": guild.roles.values().map(role).collect::<Vec<_>>(),
        "emojis": emoji::all(guild),
        "features": [],
        "mfa_level": u8::from(guild.mfa),
        "application_id": null,
        "system_channel_id": guild.system_channel,
        "system_channel_flags": 0,
        "rules_channel_id": null,
        "max_presences": null,
        "max_members": 500_000,
        "vanity_url_code": null,
        "description": guild.description,
        "banner": null,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "public_updates_channel_id": null,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "nsfw": false,
        "nsfw_level": 0,
        "stickers": [],
        "premium_progress_bar_enabled": false,
        "safety_alerts_channel_id": null,
        "incidents_data": null,
    })
}

/// A guild above this size is told of without members and presences.
const LARGEST_TOLD: usize = 75_000;

/// Returns the guild with how many are in it, and since when the bot is.
pub fn full(world: &World, guild: &Guild) -> Value {
    let bot = guild.members.get(&world.application.bot);
    let mut value = settings(guild);
    value["member_count"] = json!(guild.members.len());
    value["joined_at"] = json!(bot.map(|bot| bot.joined_at.iso()));
    value
}

/// Returns the GUILD_CREATE payload. Its members are the bot and, for a session with the presences
/// intent, everyone: in a guild above the threshold everyone who is not offline.
pub fn create(
    world: &World,
    guild: &Guild,
    presences: bool,
    large_threshold: u64,
    now: Time,
) -> Value {
    let bot = world.application.bot;
    let count = guild.members.len();
    let large = count as u64 > large_threshold;
    let presences = presences && count <= LARGEST_TOLD;
    let there = |user| {
        world
            .user(user)
            .is_some_and(|u| u.status != Status::Offline)
    };
    let told = |m: &&Member| m.user == bot || (presences && (!large || there(m.user)));
    let told = guild.members.values().filter(told);
    let mut value = full(world, guild);
    if presences {
        let users = told.clone().filter_map(|m| world.user(m.user));
        value["presences"] = users.filter_map(user::presence).collect();
    } else {
        value["presences"] = json!([]);
    }
    value["members"] = told.map(|m| member(world, m)).collect();
    let channels = guild
        .channels
        .iter()
        .filter_map(|id| world.channels.get(id));
    value["channels"] = channels.map(channel::in_guild_create).collect();
    let threads = world.active_threads(guild.id, bot, now).into_iter();
    value["threads"] = threads.map(|open| thread::full(world, open)).collect();
    value["large"] = json!(large);
    value["unavailable"] = json!(!guild.available);
    let places = world.in_voice(guild.id);
    value["voice_states"] = places
        .map(|(user, place)| voice::in_guild_create(world, guild.id, user, place))
        .collect();
    for empty in [
        "stage_instances",
        "guild_scheduled_events",
        "soundboard_sounds",
    ] {
        value[empty] = json!([]);
    }
    value
}

/// Returns the guild as the list of a user's own guilds shows it.
pub fn brief(guild: &Guild, user: Id) -> Value {
    let allowed = guild
        .members
        .get(&user)
        .map_or(0, |m| permissions::in_guild(guild, m));
    json!({
        "id": guild.id,
        "name": guild.name,
        "icon": null,
        "banner": null,
        "owner": guild.owner == user,
        "permissions": allowed.to_string(),
        "features": [],
    })
}

pub fn role(role: &Role) -> Value {
    let mut value = json!({
        "id": role.id,
        "name": role.name,
        "description": null,
        "color": role.color,
        "colors": {"primary_color": role.color, "secondary_color": null, "tertiary_color": null},
        "hoist": role.hoist,
        "icon": null,
        "unicode_emoji": null,
        "position": role.position,
        "permissions": role.permissions.to_string(),
        "managed": role.managed,
        "mentionable": role.mentionable,
        "flags": 0,
    });
    if let Some(bot) = role.bot {
        value["tags"] = json!({"bot_id": bot});
    }
    value
}

/// Returns a member with their user.
pub fn member(world: &World, member: &Member) -> Value {
    let mut value = bare_member(member);
    value["user"] = world.user(member.user).map(user::full).into();
    value["deaf"] = json!(member.deaf);
    value["mute"] = json!(member.mute);
    value
}

/// Returns a member without `user`, `deaf` and `mute`, as `resolved` holds them.
pub fn bare_member(member: &Member) -> Value {
    json!({
        "nick": member.nick,
        "avatar": null,
        "avatar_decoration_data": null,
        "banner": null,
        "collectibles": null,
        "roles": member.roles,
        "joined_at": member.joined_at.iso(),
        "premium_since": null,
        "pending": member.pending,
        "flags": member.flags,
        "communication_disabled_until": member.timed_out_until.map(Time::iso),
    })
}
