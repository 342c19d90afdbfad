//! Timers by command.

use crate::refusal;
use cogbox_sdk::prelude::*;
use cogbox_sdk::schedule::{self, Plan, Timers};

/// Sets a timer that fires once, after a while.
#[command]
pub fn after(
    ctx: &Context,
    /// The timer's name.
    name: String,
    /// After how many seconds.
    seconds: u32,
    /// Another guild than this one, or `none`.
    guild: Option<String>,
    /// Carry so many bytes.
    size: Option<u32>,
) -> Answer {
    let plan = schedule::after_seconds(seconds);
    set(ctx, &name, plan, guild, size)
}

/// Sets a timer that fires once, at a time.
#[command]
pub fn at(
    ctx: &Context,
    /// The timer's name.
    name: String,
    /// Seconds since 1970.
    time: f64,
) -> Answer {
    set(ctx, &name, schedule::at(time), None, None)
}

/// Sets a timer that fires again and again.
#[command]
pub fn every(
    ctx: &Context,
    /// The timer's name.
    name: String,
    /// How many seconds apart.
    seconds: u32,
) -> Answer {
    set(ctx, &name, schedule::every_seconds(seconds), None, None)
}

/// Sets a timer by a cron expression.
#[command]
pub fn cron(
    ctx: &Context,
    /// The timer's name.
    name: String,
    /// Five fields.
    expression: String,
    /// On whose clocks.
    zone: Option<String>,
) -> Answer {
    let plan = schedule::cron(expression);
    let plan = match zone {
        Some(zone) => plan.in_time_zone(zone),
        None => plan,
    };
    set(ctx, &name, plan, None, None)
}

/// Cancels a timer.
#[command]
pub fn cancel(
    ctx: &Context,
    /// The timer's name.
    name: String,
    /// Another guild than this one, or `none`.
    guild: Option<String>,
) -> Answer {
    let cancelled = timers(ctx, guild).cancel(&name);
    said(ctx, cancelled.map(|there| there.to_string()))
}

/// Lists the timers that wait, and in how many minutes each is due.
#[command]
pub fn waiting(
    ctx: &Context,
    /// Another guild than this one, or `none`.
    guild: Option<String>,
) -> Answer {
    let now = clock::now();
    let line = |timer: &Timer| format!("{} in {:.0} min", timer.name, (timer.due - now) / 60.0);
    let all = timers(ctx, guild).all();
    said(
        ctx,
        all.map(|all| {
            let lines: Vec<String> = all.iter().take(10).map(line).collect();
            format!("{} wait: {}", all.len(), lines.join(", "))
        }),
    )
}

/// Tells how often a timer fired.
#[command]
pub fn rung(
    ctx: &Context,
    /// The timer's name.
    name: String,
) -> Answer {
    let times = store::global().number(&rings(&name))?;
    ctx.reply(format!("{times} times"))
}

/// Counts a timer that fired.
pub fn count(timer: &Timer) -> Answer {
    store::global().add(&rings(&timer.name), 1)?;
    Ok(())
}

fn set(ctx: &Context, name: &str, plan: Plan, guild: Option<String>, size: Option<u32>) -> Answer {
    let plan = match size {
        Some(size) => plan.payload(vec![b'x'; size as usize]),
        None => plan.payload(ctx.channel()),
    };
    let set = timers(ctx, guild).set(name, plan);
    said(ctx, set.map(|()| "set".to_string()))
}

fn timers(ctx: &Context, guild: Option<String>) -> Timers {
    match guild.or_else(|| ctx.guild()) {
        Some(guild) if guild != "none" => schedule::guild(guild),
        _ => schedule::global(),
    }
}

fn rings(name: &str) -> String {
    format!("rings:{name}")
}

fn said(ctx: &Context, result: Answer<String>) -> Answer {
    ctx.reply(result.unwrap_or_else(|error| refusal(&error)))
}
