//! Counts together: one number per server.

use cogbox_sdk::prelude::*;

pub struct CounterCog;

#[cog]
impl Cog for CounterCog {
    fn commands() -> Commands {
        commands![count]
    }
}

/// Adds one to this server's number and shows it.
#[command]
fn count(ctx: &Context) -> Answer {
    let total = store::guild(ctx.in_guild()?).add("total", 1)?;
    ctx.reply(format!("The count is **{total}**."))
}
