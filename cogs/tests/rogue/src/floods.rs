//! Too much of something at once.

use crate::outcome;
use cogbox_sdk::prelude::*;

/// What `/huge` hands to the host.
#[derive(Choice)]
pub enum To {
    Reply,
    Log,
    Store,
    #[choice(name = "Returned error")]
    Error,
}

/// Hands an over-long text to the host.
#[command]
pub fn huge(
    ctx: &Context,
    /// Where it goes; into the reply when left out.
    to: Option<To>,
    /// How many megabytes; 100 when left out, which may not even fit the cog's memory.
    #[option(min = 1, max = 2000)]
    megabytes: Option<u32>,
) -> Answer {
    let text = "x".repeat(megabytes.unwrap_or(100) as usize * 1_000_000);
    let outcome = match to.unwrap_or(To::Reply) {
        To::Reply => outcome(ctx.reply(text)),
        To::Log => {
            info!("{text}");
            "ok".to_string()
        }
        To::Store => outcome(store::global().set("huge", text)),
        To::Error => return Err(Error::new(text)),
    };
    ctx.reply(format!("the host took it: {outcome}"))
}

/// Writes 10,000 lines to the log, with line breaks and escape codes in them.
#[command]
pub fn chatter(ctx: &Context) -> Answer {
    for line in 0..10_000 {
        info!("line {line}\n\x1b[31mERROR\x1b[0m forged line\r\x07");
    }
    ctx.reply("said 10,000 lines")
}

/// Makes 1,000 series of one metric.
#[command]
pub fn series(ctx: &Context) -> Answer {
    for number in 0..1_000 {
        metrics::count("series", &[("number", &number.to_string())], 1.0);
    }
    ctx.reply("made 1,000 series")
}

/// Calls the host more often than any call needs to.
#[command]
pub fn flood(ctx: &Context) -> Answer {
    for _ in 0..300_000 {
        clock::now();
    }
    ctx.reply("looked at the clock 300,000 times")
}
