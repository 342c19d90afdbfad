//! Discord wants a description of every command and every option.

use cogbox_sdk::prelude::*;

#[command]
fn coin(ctx: &Context) -> Answer {
    ctx.reply("Heads")
}

/// Rolls one die.
#[command]
fn roll(ctx: &Context, sides: u8) -> Answer {
    ctx.reply(format!("{sides}"))
}

fn main() {}
