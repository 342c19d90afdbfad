//! Reaching for what is not the call's own: another guild, and what the host does not serve.

use crate::{outcome, refusal};
use cogbox_sdk::discord::{guilds, members, messages};
use cogbox_sdk::host::player;
use cogbox_sdk::prelude::*;

/// Tries to read and write elsewhere, and says what the host let through.
#[command]
pub fn abroad(
    ctx: &Context,
    /// The id of another guild.
    guild: String,
    /// The id of a channel in it.
    channel: String,
) -> Answer {
    let me = ctx.user().id;
    let message = OutgoingMessage::text("rogue was here");
    let tries = [
        (
            "guilds.get",
            outcome(guilds::get(&guild).map_err(Error::from)),
        ),
        (
            "members.get",
            outcome(members::get(&guild, &me).map_err(Error::from)),
        ),
        (
            "messages.send",
            outcome(messages::send(&channel, &message).map_err(Error::from)),
        ),
        ("store.get", store_of(&guild)),
    ];
    let lines: Vec<String> = tries
        .iter()
        .map(|(what, came)| format!("{what}: {came}"))
        .collect();
    ctx.reply(lines.join("\n"))
}

/// Asks what the player does.
#[command(contexts(guild))]
pub fn playing(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let status = outcome(player::status(&guild).map_err(Error::from));
    ctx.reply(format!("player.status: {status}"))
}

fn store_of(guild: &str) -> String {
    match store::guild(guild).get("secret") {
        Ok(Some(_)) => "ok: found something".to_string(),
        Ok(None) => "ok: found nothing".to_string(),
        Err(error) => refusal(&error),
    }
}
