//! Changing a member, oneself, and kicking: `/guilds/{guild}/members/{member}`.

use serde_json::json;

use super::guilds::visible;
use super::member_roles::may_hand_out;
use super::rights::{above, act, guild_with, member, need_in_guild};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::{
    BAN_MEMBERS, CHANGE_NICKNAME, CONNECT, DEAFEN_MEMBERS, KICK_MEMBERS, MANAGE_GUILD,
    MANAGE_NICKNAMES, MANAGE_ROLES, MODERATE_MEMBERS, MOVE_MEMBERS, MUTE_MEMBERS, VIEW_CHANNEL,
};
use crate::model::{hierarchy, member_flags};
use crate::people;
use crate::rules::form::{BAD_CHOICE, Form};
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, MemberEdit};

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?.id;
    let user = request.id("member")?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let edit = rules::member::edit(&form, state.now, &mut faults);
    let to = form.nullable("channel_id", |form, key| form.id(key, &mut faults));
    faults.check()?;
    let target = member(state, guild, user)?;
    if let Some(roles) = &edit.roles {
        need_in_guild(state, guild, MANAGE_ROLES)?;
        for role in roles.symmetric_difference(&target.roles) {
            may_hand_out(state, guild, *role)?;
        }
    }
    if edit.nick.is_some() {
        need_in_guild(state, guild, MANAGE_NICKNAMES)?;
        above(state, guild, user)?;
    }
    if edit.timed_out_until.is_some() {
        need_in_guild(state, guild, MODERATE_MEMBERS)?;
        above(state, guild, user)?;
        let place = state.world.guilds.get(&guild);
        if place.is_some_and(|place| hierarchy::exempt_from_timeouts(place, target)) {
            return Err(Refusal::missing_permissions());
        }
    }
    if let Some(flags) = edit.flags {
        need_for_flags(state, guild)?;
        if (flags ^ target.flags) & !member_flags::BYPASSES_VERIFICATION != 0 {
            let mut faults = Faults::default();
            let message = "Only bit 2 of these can be changed.";
            form.fault(&mut faults, "flags", BAD_CHOICE, message);
            faults.check()?;
        }
    }
    voice(state, guild, user, &form)?;
    act(state, request, guild, Action::EditMember(user, edit))?;
    if let Some(to) = to
        && let Ok(change) = people::move_voice(&state.world, guild, user, to)
    {
        state.apply(change);
    }
    let member = member(state, guild, user)?;
    Ok(Reply::ok(wire::guild::member(&state.world, member)))
}

/// Refuses unless the bot may let members pass by the screening: for that it manages the guild or
/// its roles, or has all rights of a moderator.
fn need_for_flags(state: &State, guild: Id) -> Result<(), Refusal> {
    let moderator = MODERATE_MEMBERS | KICK_MEMBERS | BAN_MEMBERS;
    let may = |rights| need_in_guild(state, guild, rights).is_ok();
    match may(MANAGE_GUILD) || may(MANAGE_ROLES) {
        true => Ok(()),
        false => need_in_guild(state, guild, moderator),
    }
}

/// Judges what a body says of the member's place in voice, which has to be there.
fn voice(state: &State, guild: Id, user: Id, form: &Form<'_>) -> Result<(), Refusal> {
    let asked = [
        ("mute", MUTE_MEMBERS),
        ("deaf", DEAFEN_MEMBERS),
        ("channel_id", MOVE_MEMBERS),
    ];
    let mut asks = false;
    for (_, permission) in asked.into_iter().filter(|(key, _)| form.has(key)) {
        need_in_guild(state, guild, permission)?;
        asks = true;
    }
    if let Some(to) = form.get("channel_id").and_then(Id::from_json) {
        let channel = state.world.channels.get(&to);
        let channel = channel.filter(|channel| channel.guild == Some(guild));
        let channel = channel.ok_or_else(Refusal::unknown_channel)?;
        if !channel.is_voice() {
            let text = "Cannot execute action on this channel type";
            return Err(Refusal::new(400, 50024, text));
        }
        let bot = state.world.application.bot;
        if !state.world.may(bot, to, VIEW_CHANNEL | CONNECT, state.now) {
            return Err(Refusal::missing_permissions());
        }
    }
    match asks && state.world.voice_of(guild, user).is_none() {
        true => Err(Refusal::new(
            400,
            40032,
            "Target user is not connected to voice.",
        )),
        false => Ok(()),
    }
}

/// Changes the bot's own nickname: `PATCH /guilds/{guild}/members/@me`.
pub fn edit_own(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = rename(state, request)?;
    let member = member(state, guild, state.world.application.bot)?;
    Ok(Reply::ok(wire::guild::member(&state.world, member)))
}

/// Changes the bot's own nickname by the older route, which answers with the name alone.
pub fn edit_own_nick(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = rename(state, request)?;
    let member = member(state, guild, state.world.application.bot)?;
    Ok(Reply::ok(json!({"nick": member.nick})))
}

fn rename(state: &mut State, request: &Request<'_>) -> Result<Id, Refusal> {
    let guild = visible(state, request)?.id;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let nick = rules::member::nick(&form, &mut faults);
    faults.check()?;
    if nick.is_some() {
        need_in_guild(state, guild, CHANGE_NICKNAME)?;
        let edit = MemberEdit {
            nick,
            ..MemberEdit::default()
        };
        let bot = state.world.application.bot;
        act(state, request, guild, Action::EditMember(bot, edit))?;
    }
    Ok(guild)
}

pub fn kick(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, KICK_MEMBERS)?;
    let user = request.id("member")?;
    above(state, guild, user)?;
    act(state, request, guild, Action::Kick(user))?;
    Ok(Reply::empty())
}
