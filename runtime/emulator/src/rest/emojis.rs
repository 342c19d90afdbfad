//! `/guilds/{guild}/emojis`.

use serde_json::Value;

use super::guilds::visible;
use super::rights::{act, allowed, guild_with, two_factor};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::Emoji;
use crate::model::permissions::{CREATE_GUILD_EXPRESSIONS, MANAGE_GUILD_EXPRESSIONS};
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Action;

/// Emojis of one guild that stand still, and as many that move.
const MOST: usize = 50;

pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?;
    let shown = |emoji| shown(state, guild.id, emoji);
    Ok(Reply::ok(
        guild.emojis.values().map(shown).collect::<Vec<_>>(),
    ))
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?.id;
    let emoji = find(state, guild, request.id("emoji")?)?;
    Ok(Reply::ok(shown(state, guild, emoji)))
}

pub fn create(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, CREATE_GUILD_EXPRESSIONS)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let (edit, animated) = rules::guild_emoji::create(&form, &mut faults);
    faults.check()?;
    let emojis = state.world.guilds.get(&guild).map(|guild| &guild.emojis);
    let emojis = emojis.into_iter().flat_map(|emojis| emojis.values());
    if emojis.filter(|emoji| emoji.animated == animated).count() >= MOST {
        return Err(match animated {
            true => Refusal::new(400, 30018, "Maximum number of animated emojis reached (50)"),
            false => Refusal::new(400, 30008, "Maximum number of emojis reached (50)"),
        });
    }
    let made = act(
        state,
        request,
        guild,
        Action::CreateEmoji { edit, animated },
    )?;
    let emoji = find(state, guild, made.unwrap_or_default())?;
    Ok(Reply::created(wire::emoji::full(&state.world, emoji)))
}

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (guild, id) = changeable(state, request)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let edit = rules::guild_emoji::edit(&form, &mut faults);
    faults.check()?;
    act(state, request, guild, Action::EditEmoji(id, edit))?;
    let emoji = find(state, guild, id)?;
    Ok(Reply::ok(wire::emoji::full(&state.world, emoji)))
}

pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (guild, id) = changeable(state, request)?;
    act(state, request, guild, Action::DeleteEmoji(id))?;
    Ok(Reply::empty())
}

/// Returns the guild and emoji of the path if the bot may change it: its own with the right to
/// make emojis, others' with the right to manage them.
fn changeable(state: &State, request: &Request<'_>) -> Result<(Id, Id), Refusal> {
    let guild = visible(state, request)?.id;
    let emoji = find(state, guild, request.id("emoji")?)?;
    let own = emoji.creator == state.world.application.bot;
    let rights = allowed(state, guild);
    if own && rights & CREATE_GUILD_EXPRESSIONS != 0 {
        return Ok((guild, emoji.id));
    }
    if rights & MANAGE_GUILD_EXPRESSIONS == 0 {
        return Err(Refusal::missing_permissions());
    }
    two_factor(state, guild, MANAGE_GUILD_EXPRESSIONS)?;
    Ok((guild, emoji.id))
}

fn find(state: &State, guild: Id, emoji: Id) -> Result<&Emoji, Refusal> {
    let guild = state.world.guilds.get(&guild);
    let emoji = guild.and_then(|guild| guild.emojis.get(&emoji));
    emoji.ok_or_else(|| Refusal::new(404, 10014, "Unknown Emoji"))
}

/// Shows an emoji, with its creator only to those who make or manage emojis.
fn shown(state: &State, guild: Id, emoji: &Emoji) -> Value {
    let rights = CREATE_GUILD_EXPRESSIONS | MANAGE_GUILD_EXPRESSIONS;
    match allowed(state, guild) & rights {
        0 => wire::emoji::brief(emoji),
        _ => wire::emoji::full(&state.world, emoji),
    }
}
