//! Latency, uptime, and who and where one is.
//!
//! Owns the commands; what their embeds say is in `cards`, and how lengths of time read
//! is in `words`.

mod cards;
mod words;

use cogbox_sdk::discord::{bot, guilds};
use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Utility;

#[cog]
impl Cog for Utility {
    fn commands() -> Commands {
        commands![ping, uptime, serverinfo, userinfo, avatar]
    }
}

/// Shows how fast the bot answers.
#[command]
fn ping(ctx: &Context) -> Answer {
    ctx.reply(cards::ping(ctx, &bot::health()?))
}

/// Shows since when the bot runs.
#[command]
fn uptime(ctx: &Context) -> Answer {
    ctx.reply(cards::uptime(ctx, &bot::health()?, clock::now()))
}

/// Shows this server: its owner, size, age and boosts.
#[command]
fn serverinfo(ctx: &Context) -> Answer {
    let guild = guilds::get(&ctx.in_guild()?)?;
    ctx.reply(cards::server(ctx, &guild))
}

/// Shows someone: their account, and what they are in this server.
#[command]
fn userinfo(
    ctx: &Context,
    /// Whom to show; yourself when left out.
    user: Option<Person>,
) -> Answer {
    ctx.reply(cards::person(ctx, &user.unwrap_or_else(|| myself(ctx))))
}

/// Shows someone's avatar in full size.
#[command]
fn avatar(
    ctx: &Context,
    /// Whose avatar to show; yours when left out.
    user: Option<Person>,
) -> Answer {
    ctx.reply(cards::avatar(ctx, &user.unwrap_or_else(|| myself(ctx))))
}

fn myself(ctx: &Context) -> Person {
    Person {
        user: ctx.user(),
        member: ctx.member(),
    }
}
