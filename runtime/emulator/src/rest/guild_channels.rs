//! `/guilds/{guild}/channels`: making channels, and moving them.

use std::collections::BTreeMap;

use super::overwrites::may_overwrite;
use super::rights::{act, allowed, guild_with, two_factor};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::CATEGORY;
use crate::model::permissions::{MANAGE_CHANNELS, MANAGE_ROLES};
use crate::rules::form::Form;
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, ChannelEdit};

/// Channels of one guild, threads not counted.
pub const MOST_CHANNELS: usize = 500;

/// Channels of one category.
const MOST_IN_CATEGORY: usize = 50;

pub fn create(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_CHANNELS)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let edit = rules::channel::create(&form, &mut faults);
    judge_parent(state, guild, None, &edit, &form, &mut faults);
    faults.check()?;
    let place = state.world.guilds.get(&guild);
    if place.is_some_and(|place| place.channels.len() >= MOST_CHANNELS) {
        let text = "Maximum number of guild channels reached (500)";
        return Err(Refusal::new(400, 30013, text));
    }
    if let Some(overwrites) = &edit.overwrites {
        may_overwrite(state, guild, None, edit.parent.flatten(), overwrites)?;
    }
    let made = act(state, request, guild, Action::CreateChannel(Box::new(edit)))?;
    let made = made.and_then(|id| state.world.channels.get(&id));
    let made = made.ok_or_else(Refusal::unknown_guild)?;
    Ok(Reply::created(wire::channel::full(&state.world, made)))
}

/// Moves channels, in the order shown and between categories.
pub fn positions(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_CHANNELS)?;
    let mut edits: BTreeMap<Id, ChannelEdit> = BTreeMap::new();
    let mut moved = 0;
    let mut faults = Faults::default();
    for form in request.items(&mut faults) {
        form.require("id", &mut faults);
        let Some(id) = form.id("id", &mut faults) else {
            continue;
        };
        let Some(channel) = state.world.channels.get(&id) else {
            return Err(Refusal::unknown_channel());
        };
        if channel.guild != Some(guild) || channel.thread.is_some() {
            return Err(Refusal::unknown_channel());
        }
        let lock = form.flag("lock_permissions", &mut faults).unwrap_or(false);
        let most = u64::from(u32::MAX);
        let mut edit = ChannelEdit {
            position: form.number("position", 0..=most, &mut faults),
            parent: form.nullable("parent_id", |form, key| form.id(key, &mut faults)),
            ..ChannelEdit::default()
        };
        let parent = edit.parent.unwrap_or(channel.parent);
        if parent != channel.parent {
            moved += 1;
            judge_parent(state, guild, Some(id), &edit, &form, &mut faults);
        }
        let parent = parent.and_then(|parent| state.world.channels.get(&parent));
        if let Some(parent) = parent.filter(|_| lock) {
            if allowed(state, guild) & MANAGE_ROLES == 0 {
                return Err(Refusal::missing_permissions());
            }
            two_factor(state, guild, MANAGE_ROLES)?;
            edit.overwrites = Some(parent.overwrites.clone());
        }
        edits.insert(id, edit);
    }
    faults.check()?;
    if moved > 1 {
        let text = "Only one channel can be moved to another category at a time";
        return Err(Refusal::new(400, 40009, text));
    }
    for (id, edit) in edits {
        act(
            state,
            request,
            guild,
            Action::EditChannel(id, Box::new(edit)),
        )?;
    }
    Ok(Reply::empty())
}

/// Judges the category that a channel is to be in: it has to be one of the guild, with a place left.
pub fn judge_parent(
    state: &State,
    guild: Id,
    moving: Option<Id>,
    edit: &ChannelEdit,
    form: &Form<'_>,
    faults: &mut Faults,
) {
    let Some(parent) = edit.parent.flatten() else {
        return;
    };
    let channels = &state.world.channels;
    let is_category = |id: Id| channels.get(&id).is_some_and(|c| c.kind == CATEGORY);
    let ours = channels
        .get(&parent)
        .is_some_and(|c| c.guild == Some(guild));
    let nests = edit.kind == Some(CATEGORY) || moving.is_some_and(is_category);
    let (code, message) = if !ours {
        ("CHANNEL_PARENT_INVALID", "There is no such category.")
    } else if !is_category(parent) || nests {
        let message = "Only a category can be a parent, and it has none itself.";
        ("CHANNEL_PARENT_INVALID_TYPE", message)
    } else {
        let place = state.world.guilds.get(&guild);
        let ids = place.map(|place| place.channels.as_slice());
        let others = ids.unwrap_or_default().iter();
        let others = others.filter(|id| Some(**id) != moving);
        let inside = |id: &&Id| channels.get(id).is_some_and(|c| c.parent == Some(parent));
        if others.filter(inside).count() < MOST_IN_CATEGORY {
            return;
        }
        (
            "CHANNEL_PARENT_MAX_CHANNELS",
            "A category holds at most 50 channels.",
        )
    };
    form.fault(faults, "parent_id", code, message);
}
