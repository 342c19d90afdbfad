//! Misbehaves.

use cogbox_sdk::prelude::*;

pub struct Rogue;

#[cog]
impl Cog for Rogue {
    fn commands() -> Commands {
        commands![ok, spin, trap]
    }
}

/// Answers.
#[command]
fn ok(ctx: &Context) -> Answer {
    ctx.reply("ok")
}

/// Loops without end.
#[command]
fn spin(_ctx: &Context) -> Answer {
    loop {
        std::hint::spin_loop();
    }
}

/// Panics.
#[command]
fn trap(_ctx: &Context) -> Answer {
    panic!("rogue was told to panic")
}
