//! `/warn`, from the reason to what it leads to.

use cogbox_sdk::discord::{direct_messages, guilds};
use cogbox_sdk::hierarchy;
use cogbox_sdk::markdown::{TimeStyle, escape, mention_user, shorten, time};
use cogbox_sdk::prelude::*;
use cogbox_sdk::sanction::Sanction;

use crate::kept::{self, Filed, Warning};
use crate::{actions, journal, reasons, rules};

/// What Discord keeps of a reason in its audit log, in characters.
const AUDIT: usize = 400;

/// Warns somebody.
#[command(needs(MODERATE_MEMBERS))]
pub fn warn(
    ctx: &Context,
    /// Who.
    who: Member,
    /// Why, or the name of one of your reasons. They read it too.
    #[option(max_length = 400, autocomplete)]
    reason: String,
    /// How many points; the reason's own when left out.
    #[option(min = 0, max = 100)]
    points: Option<u32>,
) -> Answer {
    warns(ctx, &who.user, &reason, points)
}

/// What so many points lead to.
struct Due {
    sanction: Sanction,
    /// Why it can't be done.
    obstacle: Option<String>,
}

/// Warns somebody, does what that leads to, and answers.
pub fn warns(ctx: &Context, user: &User, typed: &str, points: Option<u32>) -> Answer {
    let guild = &ctx.in_guild()?;
    hierarchy::require_below_you(ctx, guild, &user.id, true)?;
    if user.bot {
        tell!(ctx, bots_are_not_warned);
    }
    let reason = reasons::of(ctx, guild, typed)?;
    let claim = hierarchy::claim(ctx, guild, &user.id)?;
    let before = kept::points(&kept::all(guild, Some(&user.id))?);
    let warning = Warning {
        name: user.name.clone(),
        by: ctx.user().id,
        reason: reason.text,
        points: points.unwrap_or(reason.points),
        at: clock::now(),
        until: rules::expire(guild)?,
    };
    let filed = kept::file(ctx, guild, &user.id, warning)?;
    let total = before.saturating_add(filed.value.points);
    let due = actions::due(&actions::all(guild)?, before, total).map(|sanction| {
        let obstacle = sanction.obstacle(ctx, guild, &user.id);
        let obstacle = obstacle.unwrap_or_else(|error| Some(error.sentence().to_owned()));
        Due { sanction, obstacle }
    });
    // Before what it leads to: afterwards they may share no server with the bot.
    let unheard = tells(ctx, guild, &filed, total, due.as_ref())?;
    let led_to = due.map(|due| does(ctx, guild, &filed, total, due));
    let led_in = |to: &dyn Audience| led_to.as_ref().map(|led_to| led_to.shown(to));
    let everybody = ctx.guild_locale();
    let embed = journal::given(&everybody, &filed, total, led_in(&everybody).as_deref());
    let unwritten = journal::write(ctx, guild, embed);
    let lines = [
        Some(done(ctx, &filed, total)),
        led_in(ctx),
        unheard,
        unwritten,
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    // Before the answer: who reads it may go on at once.
    drop(claim);
    ctx.reply(lines.join("\n"))
}

fn done(ctx: &Context, filed: &Filed, total: u32) -> String {
    let warning = &filed.value;
    let done = t!(
        ctx,
        warned,
        who = escape(&warning.name),
        points = t!(ctx, points, count = warning.points),
        total = total,
        number = filed.number.to_string()
    );
    format!("{done}\n> {}", escape(&warning.reason))
}

/// What became of what so many points lead to.
struct LedTo {
    total: u32,
    sanction: Sanction,
    /// Why it was not done.
    refused: Option<String>,
}

impl LedTo {
    fn shown(&self, to: &dyn Audience) -> String {
        let points = t!(to, points, count = self.total);
        let what = self.sanction.name(to);
        match &self.refused {
            None => t!(to, led, points = points, what = what),
            Some(why) => t!(to, led_not, points = points, what = what, why = why),
        }
    }
}

/// Does what the points lead to.
fn does(ctx: &Context, guild: &str, filed: &Filed, total: u32, due: Due) -> LedTo {
    let everybody = &ctx.guild_locale();
    let points = t!(everybody, points, count = total);
    let reason = shorten(&filed.value.reason, AUDIT);
    let reason = t!(everybody, audit, points = points, reason = reason);
    let refused = match due.obstacle {
        Some(why) => Some(why),
        None => {
            let applied = due.sanction.apply(guild, &filed.user, 0, &reason);
            applied.err().map(|error| error.sentence().to_owned())
        }
    };
    LedTo {
        total,
        sanction: due.sanction,
        refused,
    }
}

/// Tells the person, and returns a line when that did not work.
fn tells(
    ctx: &Context,
    guild: &str,
    filed: &Filed,
    total: u32,
    due: Option<&Due>,
) -> Answer<Option<String>> {
    if !rules::tells(guild)? {
        return Ok(None);
    }
    let everybody = &ctx.guild_locale();
    let warning = &filed.value;
    let mut lines = vec![
        t!(
            everybody,
            you_were_warned,
            server = server(everybody, guild),
            points = t!(everybody, points, count = warning.points),
            total = total
        ),
        format!("> {}", escape(&warning.reason)),
    ];
    if let Some(until) = warning.until {
        let until = time(until, TimeStyle::DateTime);
        lines.push(t!(everybody, points_expire, until = until));
    }
    if rules::names_moderators(guild)? {
        lines.push(t!(everybody, warned_by, who = mention_user(&warning.by)));
    }
    if let Some(due) = due.filter(|due| due.obstacle.is_none()) {
        lines.push(t!(everybody, leads, what = due.sanction.name(everybody)));
    }
    let sent = direct_messages::send(&filed.user, &lines.join("\n").into());
    Ok(sent.err().map(|refused| {
        debug!("somebody can't be told: {}", refused.message);
        t!(ctx, not_told)
    }))
}

/// Returns the server's name for a direct message.
pub fn server(to: &dyn Audience, guild: &str) -> String {
    match guilds::get(guild) {
        Ok(guild) => escape(&guild.name),
        Err(_) => t!(to, this_server),
    }
}
