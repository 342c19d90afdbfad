//! Every route of the API, in one table.

use std::sync::LazyLock;
use std::time::Duration;

use axum::http::Method;

use super::limits::Bucket;
use super::request::{Request, decode};
use super::{
    Reply, applications, audit_log, bans, bulk_ban, bulk_delete, channel_edit, channels,
    command_permissions, commands, emojis, gateway, guild_channels, guild_edit, guilds,
    interactions, invites, member_edit, member_roles, members, messages, overwrites, pins, polls,
    prune, reactions, roles, thread_lists, thread_members, threads, users, voice_states,
    webhook_messages, webhooks,
};
use crate::hub::State;
use crate::rules::Refusal;
use crate::snowflake::Id;

/// What a request needs to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing, and it is not limited.
    Open,
    /// The bot's token.
    Bot,
    /// A person's own token, which no bot's stands in for.
    Person,
    /// The bot's token, or one by which a person is known with this scope.
    Either(&'static str),
    /// The token of an interaction or a webhook in the path; outside the bot's global limit.
    Token,
}

impl Access {
    /// Tells whether it counts against the bot's global limit.
    pub fn is_of_bots(self) -> bool {
        matches!(self, Self::Bot | Self::Either(_))
    }
}

type Handler = fn(&mut State, &Request<'_>) -> Result<Reply, Refusal>;

/// One route.
pub struct Route {
    method: Method,
    pattern: &'static str,
    pub access: Access,
    pub bucket: Bucket,
    pub handler: Handler,
}

/// A route that fits a request, and the named steps of its path.
pub struct Found<'a> {
    pub route: &'a Route,
    pub params: Vec<(&'static str, String)>,
}

impl Found<'_> {
    /// Returns a named step of the path that is an id.
    pub fn id(&self, name: &str) -> Option<Id> {
        let mut steps = self.params.iter();
        let (_, value) = steps.find(|(step, _)| *step == name)?;
        value.parse().ok()
    }

    /// Returns what the request is counted against besides its bucket: channel, guild or webhook.
    pub fn resource(&self) -> String {
        let major = |name: &str| {
            matches!(
                name,
                "channel" | "guild" | "application" | "webhook" | "token"
            )
        };
        let steps = self.params.iter().filter(|(name, _)| major(name));
        steps
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .join("/")
    }
}

const fn bucket(name: &'static str, limit: u32, window_ms: u64) -> Bucket {
    Bucket {
        name,
        limit,
        window: Duration::from_millis(window_ms),
    }
}

// Discord does not publish its figures and says that they change; these are near what is seen.
const READ: Bucket = bucket("local-read", 50, 1_000);
const GUILD: Bucket = bucket("local-guild", 10, 1_000);
const COMMANDS: Bucket = bucket("local-commands", 20, 4_000);
const SEND: Bucket = bucket("local-send", 5, 5_000);
const EDIT: Bucket = bucket("local-edit", 5, 5_000);
const DELETE: Bucket = bucket("local-delete", 5, 1_000);
const TYPING: Bucket = bucket("local-typing", 5, 5_000);
/// Adding and removing share one bucket, as routes on Discord may.
const REACT: Bucket = bucket("local-react", 4, 1_000);
const PIN: Bucket = bucket("local-pin", 5, 5_000);
const THREAD: Bucket = bucket("local-thread", 10, 10_000);
/// Narrower than others, and counted for each guild apart.
const EMOJI: Bucket = bucket("local-emoji", 5, 10_000);
const CALLBACK: Bucket = bucket("local-callback", 5, 2_000);
const WEBHOOK: Bucket = bucket("local-webhook", 5, 2_000);

fn table() -> Vec<Route> {
    use Access::{Bot, Either, Open, Person, Token};
    let mut routes = Vec::new();
    let mut add = |method: Method, pattern, access, bucket, handler: Handler| {
        routes.push(Route {
            method,
            pattern,
            access,
            bucket,
            handler,
        });
    };
    let (get, post, put, patch, delete) = (
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    );
    let own = |method: &Method| method.clone();

    add(own(&get), "gateway", Open, READ, gateway::address);
    add(own(&get), "gateway/bot", Bot, READ, gateway::for_bot);

    add(own(&get), "users/@me", Either("identify"), READ, users::own);
    let guilds = "users/@me/guilds";
    add(own(&get), guilds, Either("guilds"), READ, users::own_guilds);
    add(own(&post), "users/@me/channels", Bot, READ, users::open_dm);
    add(own(&get), "users/{user}", Bot, READ, users::get);

    add(
        own(&get),
        "oauth2/applications/@me",
        Bot,
        READ,
        applications::own,
    );
    add(own(&get), "applications/@me", Bot, READ, applications::own);

    for pattern in [
        "applications/{application}/commands",
        "applications/{application}/guilds/{guild}/commands",
    ] {
        add(own(&get), pattern, Bot, COMMANDS, commands::list);
        add(own(&post), pattern, Bot, COMMANDS, commands::create);
        add(own(&put), pattern, Bot, COMMANDS, commands::replace);
    }
    // The fixed step comes before the command ids that would fit in its place.
    let all = "applications/{application}/guilds/{guild}/commands/permissions";
    add(own(&get), all, Bot, COMMANDS, command_permissions::list);
    let of_one = "applications/{application}/guilds/{guild}/commands/{command}/permissions";
    add(own(&get), of_one, Bot, COMMANDS, command_permissions::get);
    let replace = command_permissions::replace;
    add(own(&put), of_one, Person, COMMANDS, replace);
    for pattern in [
        "applications/{application}/commands/{command}",
        "applications/{application}/guilds/{guild}/commands/{command}",
    ] {
        add(own(&get), pattern, Bot, COMMANDS, commands::get);
        add(own(&patch), pattern, Bot, COMMANDS, commands::edit);
        add(own(&delete), pattern, Bot, COMMANDS, commands::delete);
    }

    let callback = "interactions/{interaction}/{token}/callback";
    add(
        own(&post),
        callback,
        Token,
        CALLBACK,
        interactions::callback,
    );

    // Interactions are answered under the application's id as if it were a webhook's.
    let by_token = "webhooks/{webhook}/{token}";
    add(own(&get), by_token, Token, WEBHOOK, webhooks::get_open);
    add(own(&post), by_token, Token, WEBHOOK, webhook_messages::send);
    add(own(&patch), by_token, Token, WEBHOOK, webhooks::edit_open);
    add(
        own(&delete),
        by_token,
        Token,
        WEBHOOK,
        webhooks::delete_open,
    );
    let written = "webhooks/{webhook}/{token}/messages/{message}";
    add(own(&get), written, Token, WEBHOOK, webhook_messages::get);
    add(own(&patch), written, Token, WEBHOOK, webhook_messages::edit);
    add(
        own(&delete),
        written,
        Token,
        WEBHOOK,
        webhook_messages::delete,
    );
    let webhook = "webhooks/{webhook}";
    add(own(&get), webhook, Bot, WEBHOOK, webhooks::get);
    add(own(&patch), webhook, Bot, WEBHOOK, webhooks::edit);
    add(own(&delete), webhook, Bot, WEBHOOK, webhooks::delete);
    let of_channel = "channels/{channel}/webhooks";
    add(own(&get), of_channel, Bot, GUILD, webhooks::of_channel);
    add(own(&post), of_channel, Bot, GUILD, webhooks::create);
    let of_guild = "guilds/{guild}/webhooks";
    add(own(&get), of_guild, Bot, GUILD, webhooks::of_guild);

    add(own(&get), "channels/{channel}", Bot, READ, channels::get);
    add(
        own(&post),
        "channels/{channel}/typing",
        Bot,
        TYPING,
        channels::typing,
    );
    let list = "channels/{channel}/messages";
    add(own(&get), list, Bot, READ, messages::list);
    add(own(&post), list, Bot, SEND, messages::create);
    // The fixed steps come before the message ids that would fit in their place.
    let bulk = "channels/{channel}/messages/bulk-delete";
    add(own(&post), bulk, Bot, DELETE, bulk_delete::bulk_delete);
    let pinned = "channels/{channel}/messages/pins";
    add(own(&get), pinned, Bot, READ, pins::list);
    add(
        own(&get),
        "channels/{channel}/pins",
        Bot,
        READ,
        pins::list_old,
    );
    for pattern in [
        "channels/{channel}/messages/pins/{message}",
        "channels/{channel}/pins/{message}",
    ] {
        add(own(&put), pattern, Bot, PIN, pins::add);
        add(own(&delete), pattern, Bot, PIN, pins::remove);
    }
    let one = "channels/{channel}/messages/{message}";
    add(own(&get), one, Bot, READ, messages::get);
    add(own(&patch), one, Bot, EDIT, messages::edit);
    add(own(&delete), one, Bot, DELETE, messages::delete);
    let crosspost = "channels/{channel}/messages/{message}/crosspost";
    add(own(&post), crosspost, Bot, SEND, messages::crosspost);
    let voters = "channels/{channel}/polls/{message}/answers/{answer}";
    add(own(&get), voters, Bot, READ, polls::voters);
    let expire = "channels/{channel}/polls/{message}/expire";
    add(own(&post), expire, Bot, EDIT, polls::expire);
    let mine = "channels/{channel}/messages/{message}/reactions/{emoji}/@me";
    add(own(&put), mine, Bot, REACT, reactions::add);
    add(own(&delete), mine, Bot, REACT, reactions::remove);
    let all = "channels/{channel}/messages/{message}/reactions";
    add(own(&delete), all, Bot, REACT, reactions::clear);
    let of_emoji = "channels/{channel}/messages/{message}/reactions/{emoji}";
    add(own(&get), of_emoji, Bot, READ, reactions::list);
    add(own(&delete), of_emoji, Bot, REACT, reactions::clear_emoji);
    let of_user = "channels/{channel}/messages/{message}/reactions/{emoji}/{user}";
    add(own(&delete), of_user, Bot, REACT, reactions::remove_of);

    let begun = "channels/{channel}/messages/{message}/threads";
    add(own(&post), begun, Bot, THREAD, threads::create_from_message);
    let alone = "channels/{channel}/threads";
    add(own(&post), alone, Bot, THREAD, threads::create);
    for (pattern, list) in [
        (
            "channels/{channel}/threads/archived/public",
            thread_lists::archived_public as Handler,
        ),
        (
            "channels/{channel}/threads/archived/private",
            thread_lists::archived_private,
        ),
        (
            "channels/{channel}/users/@me/threads/archived/private",
            thread_lists::own_private,
        ),
        ("guilds/{guild}/threads/active", thread_lists::active),
    ] {
        add(own(&get), pattern, Bot, GUILD, list);
    }
    let inside = "channels/{channel}/thread-members";
    add(own(&get), inside, Bot, GUILD, thread_members::list);
    // The fixed step comes before the user ids that would fit in its place.
    let myself = "channels/{channel}/thread-members/@me";
    add(own(&put), myself, Bot, THREAD, thread_members::join);
    add(own(&delete), myself, Bot, THREAD, thread_members::leave);
    let one = "channels/{channel}/thread-members/{user}";
    add(own(&get), one, Bot, GUILD, thread_members::get);
    add(own(&put), one, Bot, THREAD, thread_members::add);
    add(own(&delete), one, Bot, THREAD, thread_members::remove);

    let channel = "channels/{channel}";
    add(own(&patch), channel, Bot, GUILD, channel_edit::edit);
    add(own(&delete), channel, Bot, GUILD, channel_edit::delete);
    let overwrite = "channels/{channel}/permissions/{overwrite}";
    add(own(&put), overwrite, Bot, GUILD, overwrites::put);
    add(own(&delete), overwrite, Bot, GUILD, overwrites::delete);
    let channel_invites = "channels/{channel}/invites";
    add(own(&get), channel_invites, Bot, GUILD, invites::of_channel);
    add(own(&post), channel_invites, Bot, GUILD, invites::create);
    let invite = "invites/{code}";
    add(own(&get), invite, Bot, GUILD, invites::get);
    add(own(&delete), invite, Bot, GUILD, invites::delete);

    let guild = "guilds/{guild}";
    add(own(&get), guild, Bot, GUILD, guilds::get);
    add(own(&patch), guild, Bot, GUILD, guild_edit::edit);
    let own_guild = "users/@me/guilds/{guild}";
    add(own(&delete), own_guild, Bot, GUILD, guild_edit::leave);
    let in_guild = "guilds/{guild}/channels";
    add(own(&get), in_guild, Bot, GUILD, guilds::channels);
    add(own(&post), in_guild, Bot, GUILD, guild_channels::create);
    add(own(&patch), in_guild, Bot, GUILD, guild_channels::positions);
    let all_roles = "guilds/{guild}/roles";
    add(own(&get), all_roles, Bot, GUILD, roles::list);
    add(own(&post), all_roles, Bot, GUILD, roles::create);
    add(own(&patch), all_roles, Bot, GUILD, roles::positions);
    let role = "guilds/{guild}/roles/{role}";
    add(own(&get), role, Bot, GUILD, roles::get);
    add(own(&patch), role, Bot, GUILD, roles::edit);
    add(own(&delete), role, Bot, GUILD, roles::delete);

    let all_members = "guilds/{guild}/members";
    add(own(&get), all_members, Bot, GUILD, members::list);
    let search = "guilds/{guild}/members/search";
    add(own(&get), search, Bot, GUILD, members::search);
    let myself = "guilds/{guild}/members/@me";
    add(own(&patch), myself, Bot, GUILD, member_edit::edit_own);
    let nick = "guilds/{guild}/members/@me/nick";
    add(own(&patch), nick, Bot, GUILD, member_edit::edit_own_nick);
    let member = "guilds/{guild}/members/{member}";
    add(own(&get), member, Bot, GUILD, members::get);
    add(own(&patch), member, Bot, GUILD, member_edit::edit);
    add(own(&delete), member, Bot, GUILD, member_edit::kick);
    let my_voice = "guilds/{guild}/voice-states/@me";
    add(own(&get), my_voice, Bot, GUILD, voice_states::get_own);
    add(own(&patch), my_voice, Bot, GUILD, voice_states::edit_own);
    let voice = "guilds/{guild}/voice-states/{user}";
    add(own(&get), voice, Bot, GUILD, voice_states::get);
    let member_role = "guilds/{guild}/members/{member}/roles/{role}";
    add(own(&put), member_role, Bot, GUILD, member_roles::add);
    add(own(&delete), member_role, Bot, GUILD, member_roles::remove);

    let all_bans = "guilds/{guild}/bans";
    add(own(&get), all_bans, Bot, GUILD, bans::list);
    let ban = "guilds/{guild}/bans/{user}";
    add(own(&get), ban, Bot, GUILD, bans::get);
    add(own(&put), ban, Bot, GUILD, bans::ban);
    add(own(&delete), ban, Bot, GUILD, bans::unban);
    let many = "guilds/{guild}/bulk-ban";
    add(own(&post), many, Bot, GUILD, bulk_ban::bulk_ban);
    let idle = "guilds/{guild}/prune";
    add(own(&get), idle, Bot, GUILD, prune::count);
    add(own(&post), idle, Bot, GUILD, prune::prune);
    let guild_invites = "guilds/{guild}/invites";
    add(own(&get), guild_invites, Bot, GUILD, invites::of_guild);
    let emojis = "guilds/{guild}/emojis";
    add(own(&get), emojis, Bot, EMOJI, emojis::list);
    add(own(&post), emojis, Bot, EMOJI, emojis::create);
    let emoji = "guilds/{guild}/emojis/{emoji}";
    add(own(&get), emoji, Bot, EMOJI, emojis::get);
    add(own(&patch), emoji, Bot, EMOJI, emojis::edit);
    add(own(&delete), emoji, Bot, EMOJI, emojis::delete);
    let log = "guilds/{guild}/audit-logs";
    add(own(&get), log, Bot, GUILD, audit_log::list);
    routes
}

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(table);

/// Finds the route of a request by its method and whole path.
pub fn find(method: &Method, path: &str) -> Result<Found<'static>, Refusal> {
    let Some(path) = path.strip_prefix("/api/v10/") else {
        let version = path
            .strip_prefix("/api/")
            .and_then(|rest| rest.split('/').next());
        let numbered = version.is_some_and(|v| v.starts_with('v') && v != "v10");
        return Err(match numbered {
            true => Refusal::new(400, 50041, "Invalid API version provided"),
            false => Refusal::unknown_route(),
        });
    };
    let steps: Vec<&str> = path.split('/').collect();
    let mut known = false;
    for route in ROUTES.iter() {
        let Some(params) = fit(route.pattern, &steps) else {
            continue;
        };
        if route.method == *method {
            return Ok(Found { route, params });
        }
        known = true;
    }
    Err(if known {
        Refusal::wrong_method()
    } else {
        Refusal::unknown_route()
    })
}

/// Fits the steps of a path to a pattern, and returns the named ones.
fn fit(pattern: &'static str, steps: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let mut params = Vec::new();
    let mut given = steps.iter();
    for wanted in pattern.split('/') {
        let given = given.next()?;
        match wanted
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(_) if given.is_empty() => return None,
            Some(name) => params.push((name, decode(given))),
            None if wanted == *given => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(params)
}
