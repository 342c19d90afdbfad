//! `PATCH /guilds/{guild}`, and leaving it.

use super::guilds::visible;
use super::rights::{act, guild_with};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::MANAGE_GUILD;
use crate::model::{Channel, TEXT_CHANNEL, VOICE_CHANNEL};
use crate::rules::form::BAD_CHOICE;
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, Change};

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_GUILD)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let edit = rules::guild::edit(&form, &mut faults);
    for (key, wanted, kind) in [
        ("afk_channel_id", edit.afk_channel, VOICE_CHANNEL),
        ("system_channel_id", edit.system_channel, TEXT_CHANNEL),
    ] {
        let fits = |channel: &Channel| channel.guild == Some(guild) && channel.kind == kind;
        let channel = |id: Id| state.world.channels.get(&id);
        if wanted
            .flatten()
            .is_some_and(|id| !channel(id).is_some_and(fits))
        {
            let message = format!("This is not a channel of type {kind} of this guild.");
            form.fault(&mut faults, key, BAD_CHOICE, message);
        }
    }
    faults.check()?;
    act(state, request, guild, Action::EditGuild(Box::new(edit)))?;
    let guild = state.world.guilds.get(&guild);
    let guild = guild.ok_or_else(Refusal::unknown_guild)?;
    Ok(Reply::ok(wire::guild::settings(guild)))
}

/// Lets the bot leave a guild. Its owner cannot.
pub fn leave(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let bot = state.world.application.bot;
    let guild = visible(state, request).map_err(|refusal| match refusal.code {
        // Of a guild that it is not in, the bot can know nothing.
        50001 => Refusal::unknown_guild(),
        _ => refusal,
    })?;
    if guild.owner == bot {
        return Err(Refusal::new(400, 50055, "Invalid Guild"));
    }
    let guild = guild.id;
    state.apply(Change::Leave { guild, user: bot });
    Ok(Reply::empty())
}
