//! Raid mode: it begins when many join at once or a moderator says so, and ends by itself some time after
//! the last who joined.

use cogbox_sdk::discord::guilds;
use cogbox_sdk::hierarchy;
use cogbox_sdk::markdown::{TimeStyle, mention_user, time};
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::rules::Raids;
use crate::{journal, raiders};

/// The timer that ends it, and the button that does.
pub const TIMER: &str = "raid";
pub const END: &str = "raid:end";
/// The key under a guild.
const KEY: &str = "raid";
/// A timer that fires this much early is on time, in seconds.
const SLACK: f64 = 1.0;

/// A raid that is under way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Raid {
    pub until: f64,
    /// Who joined, what of them something was done to, and who was spared.
    pub joined: u32,
    pub done: u32,
    pub spared: u32,
    /// Why something could not be done, the last time.
    pub failed: Option<String>,
}

/// Returns the raid that is under way, if one is.
pub fn now(guild: &str) -> Answer<Option<Raid>> {
    store::guild(guild).json(KEY)
}

/// Keeps what became of it.
pub fn keep(guild: &str, raid: &Raid) -> Answer {
    store::guild(guild).set_json(KEY, raid)
}

/// Hears of somebody who joined.
pub fn joined(member: &Member) -> Answer {
    let (guild, user) = (&member.guild, &member.user);
    if user.bot {
        return Ok(());
    }
    let raids = Raids::of(guild)?;
    if let Some(mut raid) = now(guild)? {
        raid.until = clock::now() + raids.minutes * 60.0;
        raiders::meet(guild, &raids, &mut raid, std::slice::from_ref(&user.id))?;
        return keep(guild, &raid);
    }
    let Some(raiders) = raiders::note(guild, &raids, &user.id)? else {
        return Ok(());
    };
    let everybody = &guilds::get(guild).map(|guild| guild.locale).ok();
    let mut raid = begin(guild, raids.minutes)?;
    say_begun(
        everybody,
        guild,
        &raids,
        &raid,
        &t!(everybody, raid_seen, count = raiders.len()),
    )?;
    raiders::meet(guild, &raids, &mut raid, &raiders)?;
    keep(guild, &raid)
}

/// Begins raid mode.
fn begin(guild: &str, minutes: f64) -> Answer<Raid> {
    let raid = Raid {
        until: clock::now() + minutes * 60.0,
        ..Raid::default()
    };
    keep(guild, &raid)?;
    schedule::guild(guild).set(TIMER, schedule::at(raid.until))?;
    Ok(raid)
}

fn say_begun(to: &dyn Audience, guild: &str, raids: &Raids, raid: &Raid, why: &str) -> Answer {
    let action = match raids.action {
        Some(action) => t!(to, raid_action, what = action.name(to)),
        None => t!(to, raid_no_action),
    };
    let until = time(raid.until, TimeStyle::Relative);
    let ends = t!(to, raid_ends, until = until);
    let message = OutgoingMessage::text(format!("🚨 {why}\n{action}\n{ends}"));
    journal::say(guild, message.row([Button::danger(END, t!(to, raid_end))]))
}

/// What a moderator wants.
#[derive(Choice)]
pub enum Raiding {
    Start,
    End,
}

/// Starts or ends raid mode by hand.
#[command]
pub fn raid(
    ctx: &Context,
    /// What to do.
    what: Raiding,
) -> Answer {
    let guild = ctx.in_guild()?;
    if matches!(what, Raiding::End) {
        end_by(ctx, &guild)?;
        return ctx.reply_privately(t!(ctx, raid_ended));
    }
    if now(&guild)?.is_some() {
        tell!(ctx, raid_already);
    }
    let raids = Raids::of(&guild)?;
    if let Some(action) = raids.action {
        hierarchy::require_yours(ctx, action.need())?;
    }
    let everybody = &ctx.guild_locale();
    let raid = begin(&guild, raids.minutes)?;
    let by = mention_user(&ctx.user().id);
    say_begun(
        everybody,
        &guild,
        &raids,
        &raid,
        &t!(everybody, raid_by_hand, by = by),
    )?;
    let until = time(raid.until, TimeStyle::Relative);
    let ends = t!(ctx, raid_ends, until = until);
    ctx.reply_privately(match raids.action {
        Some(action) => format!("{} {ends}", t!(ctx, raid_action, what = action.name(ctx))),
        None => t!(ctx, raid_does_nothing),
    })
}

/// The button in the log channel was pressed.
pub fn ended_by(ctx: &Context) -> Answer {
    let own = ctx.permissions();
    if !own.allow(Permissions::MODERATE_MEMBERS) && !own.allow(Permissions::MANAGE_GUILD) {
        tell!(ctx, only_moderators);
    }
    end_by(ctx, &ctx.in_guild()?)?;
    ctx.reply_privately(t!(ctx, raid_ended))
}

fn end_by(ctx: &Context, guild: &str) -> Answer {
    let raid = now(guild)?.or_tell(t!(ctx, no_raid))?;
    let by = mention_user(&ctx.user().id);
    let everybody = &ctx.guild_locale();
    end(
        everybody,
        guild,
        &raid,
        &t!(everybody, raid_over_by, by = by),
    )
}

/// The time is over, unless somebody joined meanwhile.
pub fn over(timer: &Timer) -> Answer {
    let Some(guild) = &timer.guild else {
        fail!("the timer `{}` has no server", timer.name);
    };
    let Some(raid) = now(guild)? else {
        return Ok(());
    };
    if raid.until > clock::now() + SLACK {
        return schedule::guild(guild).set(TIMER, schedule::at(raid.until));
    }
    let everybody = &guilds::get(guild).map(|guild| guild.locale).ok();
    end(everybody, guild, &raid, &t!(everybody, raid_over))
}

fn end(to: &dyn Audience, guild: &str, raid: &Raid, how: &str) -> Answer {
    store::guild(guild).delete(KEY)?;
    schedule::guild(guild).cancel(TIMER)?;
    let count = t!(
        to,
        raid_count,
        joined = raid.joined,
        done = raid.done,
        spared = raid.spared
    );
    let failed = raid.failed.as_ref().map(|why| format!("⚠️ {why}"));
    let lines = [Some(how.to_owned()), Some(count), failed];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    journal::say(guild, lines.join("\n").into())
}
