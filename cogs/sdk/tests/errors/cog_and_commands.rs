//! A cog implements the trait, and lists commands alone.

use cogbox_sdk::prelude::*;

pub struct Silent;

#[cog]
impl Cog for Silent {}

pub struct Misspelt;

#[cog]
impl Cog for Misspelt {
    fn command() -> Commands {
        commands![]
    }
}

pub struct Plain;

#[cog]
impl Cog for Plain {
    fn commands() -> Commands {
        commands![shout, Counter]
    }
}

fn shout(ctx: &Context) -> Answer {
    ctx.reply("HEY")
}

/// Counts.
#[command(subcommands(reset))]
struct Counter;

/// Starts again.
#[command(needs(MANAGE_GUILD))]
fn reset(ctx: &Context) -> Answer {
    ctx.reply("0")
}

fn main() {}
