//! A cog listens to something, and its hooks are those of the trait.

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

/// Counts.
#[command(subcommands(reset))]
struct Counter;

/// Starts again.
#[command(needs(MANAGE_GUILD))]
fn reset(ctx: &Context) -> Answer {
    ctx.reply("0")
}

fn main() {}
