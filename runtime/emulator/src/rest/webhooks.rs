//! `/channels/{channel}/webhooks`, `/guilds/{guild}/webhooks`, `/webhooks/{webhook}` and
//! `/webhooks/{webhook}/{token}`: making, finding, changing and deleting webhooks.

use serde_json::Value;

use super::channels::{need, visible};
use super::rights::{act, guild_with};
use super::routes::{Access, Found};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::MANAGE_WEBHOOKS;
use crate::model::{Actor, CATEGORY, MOST_WEBHOOKS, Webhook};
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, Change};

pub fn create(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (channel, guild) = here(state, request)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let mut edit = rules::webhook::create(&form, &mut faults);
    faults.check()?;
    edit.channel = None;
    let webhooks = state.world.webhooks.values();
    if webhooks.filter(|w| w.channel == channel).count() >= MOST_WEBHOOKS {
        let text = "Maximum number of webhooks reached (15)";
        return Err(Refusal::new(400, 30007, text));
    }
    let made = act(state, request, guild, Action::CreateWebhook(channel, edit))?;
    shown(state, made.unwrap_or_default())
}

pub fn of_channel(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (channel, _) = here(state, request)?;
    Ok(list(state, |webhook| webhook.channel == channel))
}

pub fn of_guild(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_WEBHOOKS)?;
    Ok(list(state, |webhook| webhook.guild == guild))
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let id = managed(state, request)?.id;
    shown(state, id)
}

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let webhook = managed(state, request)?;
    let (id, guild) = (webhook.id, webhook.guild);
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let edit = rules::webhook::edit(&form, &mut faults);
    faults.check()?;
    if let Some(channel) = edit.channel {
        let place = state.world.channels.get(&channel);
        let fits = place.is_some_and(|c| c.guild == Some(guild) && c.thread.is_none());
        if !fits {
            return Err(Refusal::unknown_channel());
        }
        need(state, channel, MANAGE_WEBHOOKS)?;
    }
    act(state, request, guild, Action::EditWebhook(id, edit))?;
    shown(state, id)
}

pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let webhook = managed(state, request)?;
    let (id, guild) = (webhook.id, webhook.guild);
    act(state, request, guild, Action::DeleteWebhook(id))?;
    Ok(Reply::empty())
}

pub fn get_open(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let webhook = open(state, request)?;
    Ok(Reply::ok(wire::webhook::with_token(webhook, &state.base)))
}

/// Changes a webhook for who has its token, which moves it to no other channel.
pub fn edit_open(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let id = open(state, request)?.id;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let mut edit = rules::webhook::edit(&form, &mut faults);
    faults.check()?;
    edit.channel = None;
    by_token(state, request, Action::EditWebhook(id, edit))?;
    let webhook = open(state, request)?;
    Ok(Reply::ok(wire::webhook::with_token(webhook, &state.base)))
}

pub fn delete_open(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let id = open(state, request)?.id;
    by_token(state, request, Action::DeleteWebhook(id))?;
    Ok(Reply::empty())
}

/// Returns the webhook whose id and token the path has.
pub fn open<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Webhook, Refusal> {
    let webhook = find(state, request)?;
    match webhook.token == request.text("token") {
        true => Ok(webhook),
        false => Err(Refusal::expired_token()),
    }
}

/// Tells whether a request asks once more for a webhook that is not there. Discord restricts who
/// goes on asking; how soon is not documented, so here these count as invalid requests.
pub fn asked_again(state: &mut State, found: &Found<'_>) -> bool {
    let id = found
        .id("webhook")
        .filter(|_| found.route.access == Access::Token);
    let there =
        |id: &Id| *id == state.world.application.id || state.world.webhooks.contains_key(id);
    let gone = id.filter(|id| !there(id));
    gone.is_some_and(|id| state.limits.count_gone(id))
}

/// Does something in the name of the webhook's maker, since a token says nothing about who has it.
fn by_token(state: &mut State, request: &Request<'_>, action: Action) -> Result<(), Refusal> {
    let webhook = open(state, request)?;
    let (guild, user) = (webhook.guild, webhook.creator);
    let reason = request.reason()?;
    let (by, action) = (Actor { user, reason }, Box::new(action));
    state.apply(Change::Audited { guild, by, action });
    Ok(())
}

/// Returns the webhook of the path, if the bot manages webhooks in its channel.
fn managed<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Webhook, Refusal> {
    let webhook = find(state, request)?;
    need(state, webhook.channel, MANAGE_WEBHOOKS)?;
    Ok(webhook)
}

fn find<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Webhook, Refusal> {
    let found = state.world.webhooks.get(&request.id("webhook")?);
    found.ok_or_else(Refusal::unknown_webhook)
}

/// Returns the channel of the path and its guild, if it can have webhooks that the bot manages.
fn here(state: &State, request: &Request<'_>) -> Result<(Id, Id), Refusal> {
    let id = visible(state, request)?;
    let channel = state.world.channels.get(&id);
    let channel = channel.ok_or_else(Refusal::unknown_channel)?;
    let guild = channel.guild.ok_or_else(Refusal::in_direct_message)?;
    if channel.kind == CATEGORY || channel.thread.is_some() {
        return Err(Refusal::wrong_channel_type());
    }
    need(state, id, MANAGE_WEBHOOKS)?;
    Ok((id, guild))
}

fn list(state: &State, fits: impl Fn(&Webhook) -> bool) -> Reply {
    let webhooks = state
        .world
        .webhooks
        .values()
        .filter(|webhook| fits(webhook));
    let shown = webhooks.map(|webhook| wire::webhook::full(&state.world, webhook, &state.base));
    Reply::ok(shown.collect::<Vec<Value>>())
}

fn shown(state: &State, id: Id) -> Result<Reply, Refusal> {
    let webhook = state.world.webhooks.get(&id);
    let webhook = webhook.ok_or_else(Refusal::unknown_webhook)?;
    Ok(Reply::ok(wire::webhook::full(
        &state.world,
        webhook,
        &state.base,
    )))
}
