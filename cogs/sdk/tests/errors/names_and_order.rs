//! Names follow Discord's rule, and required options go first.

use cogbox_sdk::prelude::*;

/// Rolls dice.
#[command(name = "Roll Dice")]
fn roll(ctx: &Context) -> Answer {
    ctx.reply("4")
}

/// Writes to someone.
#[command]
fn write(
    ctx: &Context,
    /// Above the text.
    title: Option<String>,
    /// The text.
    text: String,
) -> Answer {
    ctx.reply(format!("{title:?} {text}"))
}

/// Bans someone.
#[command(needs(BAN_MEMBER))]
fn ban(ctx: &Context) -> Answer {
    ctx.reply("gone")
}

fn main() {}
