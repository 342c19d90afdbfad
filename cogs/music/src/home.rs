//! Where a server has its music: the text channel and the language in which tracks are announced,
//! and which run of the bot it is.
//!
//! The hooks of the player come without a language, so that of the server is kept from the last
//! command.

use cogbox_sdk::discord::bot;
use cogbox_sdk::prelude::*;

const CHANNEL: &str = "home";
const LANGUAGE: &str = "language";

/// Notes where a command was used.
pub fn note(ctx: &Context, guild: &str) -> Answer {
    let kept = store::guild(guild);
    kept.set(CHANNEL, ctx.channel())?;
    kept.set(LANGUAGE, ctx.guild_locale().unwrap_or_default())
}

/// Returns what tells this run of the bot from others.
pub fn run() -> Answer<String> {
    Ok(format!("{:.3}", bot::health()?.started))
}

/// Returns the channel in which music was asked for last.
pub fn channel(guild: &str) -> Answer<Option<String>> {
    store::guild(guild).text(CHANNEL)
}

/// Returns the server's language.
pub fn language(guild: &str) -> Answer<String> {
    Ok(store::guild(guild).text(LANGUAGE)?.unwrap_or_default())
}
