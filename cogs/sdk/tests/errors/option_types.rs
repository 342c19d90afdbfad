//! Options have the types that Discord can ask for, and bounds that fit the type.

use cogbox_sdk::prelude::*;

/// Chooses one of several things.
#[command]
fn choose(
    ctx: &Context,
    /// What to choose from.
    things: Vec<String>,
) -> Answer {
    ctx.reply(things.join(", "))
}

/// Greets someone.
#[command]
fn greet(
    ctx: &Context,
    /// Whom to greet.
    #[option(max = 20)]
    name: String,
) -> Answer {
    ctx.reply(name)
}

fn main() {}
