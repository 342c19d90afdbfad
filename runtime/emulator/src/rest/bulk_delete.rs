//! `/channels/{channel}/messages/bulk-delete`.

use std::collections::BTreeSet;
use std::time::Duration;

use super::channels::{need, visible};
use super::rights::act;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::MANAGE_MESSAGES;
use crate::rules::form::BAD_TYPE;
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::world::Action;

/// Older messages have to be deleted one by one.
const OLDEST: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Deletes 2 to 100 messages at once. Ids that name no message count, and are passed over.
pub fn bulk_delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let guild = state.world.channels.get(&channel).and_then(|c| c.guild);
    let guild = guild.ok_or_else(Refusal::in_direct_message)?;
    need(state, channel, MANAGE_MESSAGES)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    form.require("messages", &mut faults);
    let listed = form.list("messages", 0..=usize::MAX, &mut faults);
    let listed = listed.unwrap_or_default();
    let mut messages = Vec::new();
    let mut seen = BTreeSet::new();
    for item in &listed {
        let Some(id) = Id::from_json(item.value) else {
            faults.add(&item.path, "NUMBER_TYPE_COERCE", "This is not a snowflake.");
            continue;
        };
        if !seen.insert(id) {
            faults.add(&item.path, BAD_TYPE, "This message is named twice.");
        }
        messages.push(id);
    }
    faults.check()?;
    if !(2..=100).contains(&messages.len()) {
        let text = "Provided too few or too many messages to delete. Must provide at least 2 \
                    and fewer than 100 messages to delete.";
        return Err(Refusal::new(400, 50016, text));
    }
    let oldest = Id::at(state.now.minus(OLDEST));
    if messages.iter().any(|id| *id < oldest) {
        let text = "You can only bulk delete messages that are under 14 days old.";
        return Err(Refusal::new(400, 50034, text));
    }
    let delete = Action::DeleteMessages { channel, messages };
    act(state, request, guild, delete)?;
    Ok(Reply::empty())
}
