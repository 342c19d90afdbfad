//! `/channels/{channel}/permissions/{overwrite}`: what a role or member may do in a channel.

use super::channels::{need, visible};
use super::rights::{act, allowed};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::{ADMINISTRATOR, MANAGE_ROLES};
use crate::model::{Overwrite, OverwriteKind};
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::world::Action;

/// Overwrites of one channel.
const MOST_OVERWRITES: usize = 1_000;

pub fn put(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (id, guild) = here(state, request)?;
    let target = request.id("overwrite")?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let overwrite = rules::overwrite::read(&form, target, &mut faults);
    faults.check()?;
    // Whatever has no type was refused as a fault of the form.
    let overwrite = overwrite.ok_or_else(Refusal::unknown_overwrite)?;
    let place = state.world.guilds.get(&guild);
    match overwrite.kind {
        OverwriteKind::Role if !place.is_some_and(|g| g.roles.contains_key(&target)) => {
            return Err(Refusal::unknown_role());
        }
        OverwriteKind::Member if state.world.member(guild, target).is_none() => {
            return Err(Refusal::unknown_member());
        }
        _ => {}
    }
    let old = old(state, id);
    let fits = |other: &&Overwrite| other.target == target;
    if old.iter().find(fits).is_none() && old.len() >= MOST_OVERWRITES {
        let text = "Maximum number of channel permissions overwrites reached (1000)";
        return Err(Refusal::new(400, 30060, text));
    }
    let mut wanted: Vec<Overwrite> = old.to_vec();
    wanted.retain(|other| other.target != target);
    wanted.push(overwrite.clone());
    may_overwrite(state, guild, Some(id), None, &wanted)?;
    act(state, request, guild, Action::SetOverwrite(id, overwrite))?;
    Ok(Reply::empty())
}

pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (channel, guild) = here(state, request)?;
    let target = request.id("overwrite")?;
    let old = old(state, channel);
    let gone = old.iter().find(|other| other.target == target);
    let kind = gone.ok_or_else(Refusal::unknown_overwrite)?.kind;
    let mut wanted = old.to_vec();
    wanted.retain(|other| other.target != target);
    may_overwrite(state, guild, Some(channel), None, &wanted)?;
    let drop = Action::DropOverwrite {
        channel,
        target,
        kind,
    };
    act(state, request, guild, drop)?;
    Ok(Reply::empty())
}

/// Refuses overwrites whose changes go beyond the bot's own rights: it allows and denies only what
/// it may itself in the guild or the category, unless the channel lets it manage permissions by an
/// overwrite. That permission itself is for administrators to give.
pub fn may_overwrite(
    state: &State,
    guild: Id,
    channel: Option<Id>,
    parent: Option<Id>,
    wanted: &[Overwrite],
) -> Result<(), Refusal> {
    let old = channel.map(|id| old(state, id)).unwrap_or_default();
    let bits = |overwrites: &[Overwrite], like: &Overwrite| {
        let same = |o: &&Overwrite| (o.target, o.kind) == (like.target, like.kind);
        let found = overwrites.iter().find(same);
        found.map_or((0, 0), |found| (found.allow, found.deny))
    };
    let changed = old.iter().chain(wanted).fold(0, |changed, like| {
        let (old, new) = (bits(old, like), bits(wanted, like));
        changed | (old.0 ^ new.0) | (old.1 ^ new.1)
    });
    let own = allowed(state, guild);
    if own & ADMINISTRATOR != 0 {
        return Ok(());
    }
    let channel = channel.and_then(|id| state.world.channels.get(&id));
    let parent = parent.or(channel.and_then(|channel| channel.parent));
    let bot = state.world.application.bot;
    let own = own | parent.map_or(0, |id| state.world.permissions(bot, id, state.now));
    let beyond = changed & !own != 0 && !manages_by_overwrite(state, guild, old);
    match beyond || changed & MANAGE_ROLES != 0 {
        true => Err(Refusal::missing_permissions()),
        false => Ok(()),
    }
}

/// Tells whether an overwrite lets the bot manage the permissions of its channel.
fn manages_by_overwrite(state: &State, guild: Id, overwrites: &[Overwrite]) -> bool {
    let bot = state.world.application.bot;
    let member = state.world.member(guild, bot);
    let concerns = |overwrite: &Overwrite| match overwrite.kind {
        OverwriteKind::Member => overwrite.target == bot,
        OverwriteKind::Role => member.is_some_and(|m| m.roles.contains(&overwrite.target)),
    };
    let mut overwrites = overwrites.iter();
    overwrites.any(|o| concerns(o) && o.allow & MANAGE_ROLES != 0)
}

/// Returns the channel of the path and its guild, if the bot may manage permissions there.
fn here(state: &State, request: &Request<'_>) -> Result<(Id, Id), Refusal> {
    let id = visible(state, request)?;
    let channel = state.world.channels.get(&id);
    let channel = channel.ok_or_else(Refusal::unknown_channel)?;
    let guild = channel.guild.ok_or_else(Refusal::in_direct_message)?;
    if channel.thread.is_some() {
        return Err(Refusal::wrong_channel_type());
    }
    need(state, id, MANAGE_ROLES)?;
    Ok((id, guild))
}

fn old(state: &State, channel: Id) -> &[Overwrite] {
    let channel = state.world.channels.get(&channel);
    channel.map_or(&[], |channel| channel.overwrites.as_slice())
}
