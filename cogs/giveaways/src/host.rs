//! What hosts do: start, end, draw again, cancel.

use crate::keep::{self, Giveaway, Kept, Stage};
use crate::list::named;
use crate::rules::Rules;
use crate::{end as ending, view};
use cogbox_sdk::discord::messages;
use cogbox_sdk::markdown::{TimeStyle, escape, time};
use cogbox_sdk::prelude::*;

/// Shortest and longest, in seconds.
const LENGTHS: std::ops::RangeInclusive<u64> = 60..=90 * 86_400;

/// Starts a giveaway in this channel.
#[command]
pub fn start(
    ctx: &Context,
    /// What there is to win.
    #[option(max_length = 200)]
    prize: String,
    /// How long one can join, such as 2 hours or 3 days.
    #[option(name = "length", max_length = 30)]
    lasts: String,
    /// How many win; one when left out.
    #[option(min = 1, max = 20)]
    winners: Option<u8>,
    /// The role that one must have to join.
    role: Option<Role>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let rules = Rules::of(&guild);
    rules.require_hosting(ctx)?;
    let seconds = duration::read(&lasts).or_tell(t!(ctx, no_length, length = escape(&lasts)))?;
    if !LENGTHS.contains(&seconds) {
        tell!(ctx, odd_length);
    }
    let prize = prize.trim();
    if prize.is_empty() {
        tell!(ctx, no_prize);
    }
    let all = Kept::all(&guild)?;
    let running = all
        .iter()
        .filter(|kept| kept.giveaway.stage == Stage::Running);
    let most = rules.most()?;
    if running.count() >= most {
        tell!(ctx, too_many, most = most);
    }
    let (id, host) = (random::id(), ctx.user().id);
    let mut giveaway = Giveaway {
        prize: prize.to_string(),
        winners: winners.unwrap_or(1).into(),
        // The role of the server itself is everybody's.
        role: role.map(|role| role.id).filter(|role| *role != guild),
        ends: clock::now() as i64 + seconds as i64,
        channel: ctx.channel(),
        message: String::new(),
        locale: ctx.guild_locale().unwrap_or_default(),
        stage: Stage::Running,
        round: 1,
    };
    let sent = messages::send(&giveaway.channel, &view::running(&id, &host, &giveaway, 0));
    let sent = sent.map_err(|refused| match refused.kind {
        ErrorKind::Forbidden | ErrorKind::NotFound => Error::tell(t!(ctx, can_not_write)),
        _ if refused.may_pass() => Error::tell(t!(ctx, not_now)),
        _ => refused.into(),
    })?;
    giveaway.message = sent.id;
    keep::keep(&guild, &host, &id, &giveaway)?;
    ending::plan(&guild, &id, schedule::at(giveaway.ends as f64))?;
    let ends = time(giveaway.ends as f64, TimeStyle::Relative);
    ctx.reply_privately(t!(ctx, started, prize = escape(prize), ends = ends))
}

/// Ends a giveaway now and draws its winners.
#[command]
pub fn end(
    ctx: &Context,
    /// Which one.
    #[option(max_length = 100, autocomplete)]
    giveaway: String,
) -> Answer {
    let (guild, mut kept) = chosen(ctx, &giveaway)?;
    let ended = kept.giveaway.stage == Stage::Running
        && kept.change(&guild, |giveaway| giveaway.stage = Stage::Drawing)?;
    if !ended {
        tell!(ctx, is_over);
    }
    ending::plan(&guild, &kept.id, schedule::after_seconds(0))?;
    ctx.reply_privately(t!(ctx, ends, prize = escape(&kept.giveaway.prize)))
}

/// Draws again from who has not won yet, for winners who don't come forward.
#[command]
pub fn reroll(
    ctx: &Context,
    /// Which one.
    #[option(max_length = 100, autocomplete)]
    giveaway: String,
    /// How many are drawn; one when left out.
    #[option(min = 1, max = 20)]
    winners: Option<u8>,
) -> Answer {
    let (guild, mut kept) = chosen(ctx, &giveaway)?;
    match kept.giveaway.stage {
        Stage::Running => tell!(ctx, runs_still),
        Stage::Drawing | Stage::Telling => {
            // Should it have broken off, it goes on.
            ending::plan(&guild, &kept.id, schedule::after_seconds(1))?;
            tell!(ctx, is_drawn);
        }
        Stage::Over => {
            let again = kept.change(&guild, |giveaway| {
                giveaway.stage = Stage::Drawing;
                giveaway.winners = winners.unwrap_or(1).into();
                giveaway.round += 1;
            })?;
            if !again {
                tell!(ctx, drawn_already);
            }
        }
    }
    ending::plan(&guild, &kept.id, schedule::after_seconds(0))?;
    ctx.reply_privately(t!(ctx, drawn_again, prize = escape(&kept.giveaway.prize)))
}

/// Takes a giveaway back: nobody wins.
#[command]
pub fn cancel(
    ctx: &Context,
    /// Which one.
    #[option(max_length = 100, autocomplete)]
    giveaway: String,
) -> Answer {
    let (guild, mut kept) = chosen(ctx, &giveaway)?;
    let cancelled = kept.giveaway.stage == Stage::Running
        && kept.change(&guild, |giveaway| giveaway.stage = Stage::Over)?;
    if !cancelled {
        tell!(ctx, is_over);
    }
    ending::cancel(&guild, &kept.id)?;
    let (giveaway, gone) = (&kept.giveaway, view::cancelled(&kept.host, &kept.giveaway));
    if let Err(refused) = messages::edit(&giveaway.channel, &giveaway.message, &gone.into()) {
        info!("a giveaway's message can't be changed: {}", refused.message);
    }
    ending::forget(&guild, &kept.id)?;
    ctx.reply_privately(t!(ctx, cancelled, prize = escape(&kept.giveaway.prize)))
}

/// Returns the giveaway that a host names.
fn chosen(ctx: &Context, name: &str) -> Answer<(String, Kept)> {
    let guild = ctx.in_guild()?;
    Rules::of(&guild).require_hosting(ctx)?;
    let kept = named(&guild, name)?.or_tell(t!(ctx, no_such, name = escape(name)))?;
    Ok((guild, kept))
}
