//! Lists of threads: those of a guild that are open, and those of a channel that are archived.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::channels::{need, visible};
use super::{Reply, guilds, request::Request};
use crate::clock::Time;
use crate::hub::State;
use crate::model::permissions::{MANAGE_THREADS, READ_MESSAGE_HISTORY};
use crate::model::{Channel, PRIVATE_THREAD};
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;

const PAGE: usize = 50;
const LARGEST_PAGE: usize = 100;

/// Lists the open threads of a guild that the bot sees, the newest first.
pub fn active(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guilds::visible(state, request)?.id;
    let bot = state.world.application.bot;
    let threads = state.world.active_threads(guild, bot, state.now);
    Ok(Reply::ok(page(state, &threads, false)))
}

pub fn archived_public(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, READ_MESSAGE_HISTORY)?;
    by_time(state, request, channel, |thread| {
        thread.kind != PRIVATE_THREAD
    })
}

pub fn archived_private(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, READ_MESSAGE_HISTORY | MANAGE_THREADS)?;
    by_time(state, request, channel, |thread| {
        thread.kind == PRIVATE_THREAD
    })
}

/// Lists the archived private threads that the bot is in, the newest first.
pub fn own_private(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, READ_MESSAGE_HISTORY)?;
    let bot = state.world.application.bot;
    let (before, limit) = (
        request.query_id("before")?,
        request.limit(PAGE, LARGEST_PAGE)?,
    );
    let mut threads = archived(state, channel, |thread| {
        let joined = wire::thread::member(thread, bot).is_some();
        thread.kind == PRIVATE_THREAD && joined && before.is_none_or(|before| thread.id < before)
    });
    threads.sort_by_key(|thread| Reverse(thread.id));
    let more = threads.len() > limit;
    threads.truncate(limit);
    Ok(Reply::ok(page(state, &threads, more)))
}

/// Lists archived threads of a channel, the last archived first.
fn by_time(
    state: &State,
    request: &Request<'_>,
    channel: Id,
    fits: impl Fn(&Channel) -> bool,
) -> Result<Reply, Refusal> {
    let limit = request.limit(PAGE, LARGEST_PAGE)?;
    let mut faults = Faults::default();
    let before = request.query("before").map(|text| {
        let time = Time::parse(text);
        if time.is_none() {
            let message = "This is not an ISO 8601 time.";
            faults.add("before", "DATE_TIME_TYPE_PARSE", message);
        }
        time
    });
    faults.check()?;
    let before = before.flatten();
    let changed = |thread: &Channel| thread.thread.as_ref().map(|thread| thread.archive_changed);
    let mut threads = archived(state, channel, |thread| {
        fits(thread) && before.is_none_or(|before| changed(thread) < Some(before))
    });
    threads.sort_by_key(|thread| Reverse((changed(thread), thread.id)));
    let more = threads.len() > limit;
    threads.truncate(limit);
    Ok(Reply::ok(page(state, &threads, more)))
}

fn archived(state: &State, parent: Id, fits: impl Fn(&Channel) -> bool) -> Vec<&Channel> {
    let world = &state.world;
    let guild = world
        .channels
        .get(&parent)
        .and_then(|channel| channel.guild);
    let guild = guild.and_then(|id| world.guilds.get(&id));
    let ids = guild.into_iter().flat_map(|guild| &guild.threads);
    let threads = ids.filter_map(|id| world.channels.get(id));
    let here = threads.filter(|thread| thread.parent == Some(parent) && thread.is_archived());
    here.filter(|thread| fits(thread)).collect()
}

fn page(state: &State, threads: &[&Channel], more: bool) -> Value {
    let mut page = wire::thread::list(&state.world, threads);
    page["has_more"] = json!(more);
    page
}
