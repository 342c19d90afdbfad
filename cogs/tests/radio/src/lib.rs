//! A cog that asks for the player, so that the host has its calls.
//!
//! It is there for the host's tests. Nobody should run it on a real server.

use cogbox_sdk::host::player;
use cogbox_sdk::prelude::*;

pub struct Radio;

#[cog]
impl Cog for Radio {
    fn commands() -> Commands {
        commands![playing]
    }
}

/// Tells where the player plays in this server.
#[command]
fn playing(ctx: &Context) -> Answer {
    let guild = ctx.guild().or_tell("Only in a server.")?;
    let place = player::status(&guild)?;
    ctx.reply(place.map_or("nowhere".to_string(), |place| place.channel.to_string()))
}
