//! Only what carries `#[command]` can be listed.

use cogbox_sdk::prelude::*;

pub struct Plain;

#[cog]
impl Cog for Plain {
    fn commands() -> Commands {
        commands![shout]
    }
}

/// Shouts.
fn shout(ctx: &Context) -> Answer {
    ctx.reply("HEY")
}

fn main() {}
