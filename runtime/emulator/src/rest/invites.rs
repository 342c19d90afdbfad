//! `/channels/{channel}/invites`, `/guilds/{guild}/invites`, `/invites/{code}`.

use serde_json::Value;

use super::channels::{need, visible};
use super::rights::{act, allowed, two_factor};
use super::{Reply, guilds, request::Request};
use crate::hub::State;
use crate::model::permissions::{
    CREATE_INSTANT_INVITE, MANAGE_CHANNELS, MANAGE_GUILD, VIEW_AUDIT_LOG,
};
use crate::model::{Guild, Invite};
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Action;

/// Invites of one guild.
const MOST_INVITES: usize = 1_000;

/// Makes an invite. The body may say nothing, but has to be there.
pub fn create(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let guild = state.world.channels.get(&channel).and_then(|c| c.guild);
    let guild = guild.ok_or_else(Refusal::in_direct_message)?;
    need(state, channel, CREATE_INSTANT_INVITE)?;
    if request.body.json.is_null() {
        return Err(Refusal::not_json());
    }
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let new = rules::invite::read(&form, channel, &mut faults);
    faults.check()?;
    let place = state.world.guilds.get(&guild);
    if place.is_some_and(|place| place.invites.len() >= MOST_INVITES) {
        let text = "Maximum number of invites reached (1000)";
        return Err(Refusal::new(400, 30016, text));
    }
    let made = act(state, request, guild, Action::CreateInvite(new))?;
    let guild = state.world.guilds.get(&guild);
    let guild = guild.ok_or_else(Refusal::unknown_guild)?;
    let made = guild
        .invites
        .values()
        .find(|invite| Some(invite.id) == made);
    let made = made.ok_or_else(Refusal::unknown_invite)?;
    Ok(Reply::ok(wire::invite::full(&state.world, guild, made)))
}

pub fn of_channel(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let guild = state.world.channels.get(&channel).and_then(|c| c.guild);
    let guild = guild.ok_or_else(Refusal::in_direct_message)?;
    need(state, channel, MANAGE_CHANNELS)?;
    let guild = state.world.guilds.get(&guild);
    let guild = guild.ok_or_else(Refusal::unknown_guild)?;
    let invites = good(state, guild).filter(|invite| invite.channel == channel);
    let full = |invite| wire::invite::full(&state.world, guild, invite);
    Ok(Reply::ok(invites.map(full).collect::<Vec<Value>>()))
}

/// Lists a guild's invites: how they are used only to those who manage the guild.
pub fn of_guild(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guilds::visible(state, request)?;
    let rights = allowed(state, guild.id);
    if rights & (MANAGE_GUILD | VIEW_AUDIT_LOG) == 0 {
        return Err(Refusal::missing_permissions());
    }
    let shown = match rights & MANAGE_GUILD != 0 {
        true => wire::invite::full,
        false => wire::invite::public,
    };
    let invites = good(state, guild).map(|invite| shown(&state.world, guild, invite));
    Ok(Reply::ok(invites.collect::<Vec<Value>>()))
}

/// Shows an invite of any guild, also where the bot is not.
pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (guild, invite) = find(state, request)?;
    let mut value = wire::invite::public(&state.world, guild, invite);
    if request.switch("with_counts") {
        for count in ["approximate_member_count", "approximate_presence_count"] {
            value[count] = guild.members.len().into();
        }
    }
    Ok(Reply::ok(value))
}

/// Revokes an invite, for those who manage its channel or the guild.
pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (place, invite) = find(state, request)?;
    let shown = wire::invite::public(&state.world, place, invite);
    let (guild, channel): (Id, Id) = (place.id, invite.channel);
    if !state.world.bot_is_in(guild) {
        return Err(Refusal::missing_access());
    }
    if allowed(state, guild) & MANAGE_GUILD == 0 {
        need(state, channel, MANAGE_CHANNELS)?;
    }
    two_factor(state, guild, MANAGE_GUILD)?;
    let code = invite.code.clone();
    act(state, request, guild, Action::DeleteInvite(code))?;
    Ok(Reply::ok(shown))
}

fn find<'a>(state: &'a State, request: &Request<'_>) -> Result<(&'a Guild, &'a Invite), Refusal> {
    let code = request.text("code");
    let found = state.world.guilds.values().find_map(|guild| {
        let invite = guild.invites.get(code)?;
        invite.is_good(state.now).then_some((guild, invite))
    });
    found.ok_or_else(Refusal::unknown_invite)
}

fn good<'a>(state: &State, guild: &'a Guild) -> impl Iterator<Item = &'a Invite> {
    let now = state.now;
    guild
        .invites
        .values()
        .filter(move |invite| invite.is_good(now))
}
