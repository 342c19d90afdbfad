//! Ways to fail: each must end its own call and nothing else.

use cogbox_sdk::prelude::*;
use std::hint::black_box;

/// Loops without end.
#[command]
pub fn spin(_ctx: &Context) -> Answer {
    loop {
        black_box(());
    }
}

/// Takes memory without end.
#[command]
pub fn bomb(_ctx: &Context) -> Answer {
    let mut hoard = Vec::new();
    loop {
        // Written to, so that no layer can pretend.
        hoard.push(vec![1u8; 1 << 20]);
        black_box(&hoard);
    }
}

/// Calls itself without end.
#[command]
pub fn deep(ctx: &Context) -> Answer {
    let bottom = descend(0);
    ctx.reply(format!("reached the bottom at {bottom}"))
}

/// Each step keeps a kilobyte, and needs it after the next one.
#[expect(unconditional_recursion, reason = "that is the fault")]
fn descend(depth: u64) -> u64 {
    let mut ballast = [depth; 128];
    black_box(&mut ballast);
    descend(depth + 1) + black_box(ballast[7])
}

/// Panics.
#[command]
pub fn trap(_ctx: &Context) -> Answer {
    panic!("rogue was told to panic")
}

/// Returns an error.
#[command]
pub fn fails(_ctx: &Context) -> Answer {
    fail!("rogue was told to fail")
}

/// Answers after a while that it spends looking at the clock.
#[command]
pub fn slow(
    ctx: &Context,
    /// How long to take, in milliseconds.
    #[option(max = 600_000)]
    ms: u32,
) -> Answer {
    pass(ms);
    ctx.reply(format!("took {ms} ms"))
}

/// Lets time pass. A cog can't sleep: it works, and looks at the clock now and then.
pub fn pass(ms: u32) {
    let end = clock::now() + f64::from(ms) / 1000.0;
    while clock::now() < end {
        for _ in 0..20_000 {
            black_box(());
        }
    }
}
