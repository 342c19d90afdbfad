//! `/warnrules`: the reasons that a server keeps, and what so many points lead to.

use cogbox_sdk::hierarchy;
use cogbox_sdk::markdown::{escape, shorten};
use cogbox_sdk::prelude::*;
use cogbox_sdk::sanction::Sanction;

use crate::actions::{self, Actions};
use crate::reasons::{self, Reason};

const BLURPLE: u32 = 0x58_65_f2;
/// Characters of a reason in the list, and of the whole list, within Discord's 4,096.
const REASON: usize = 100;
const LIST: usize = 3_500;

/// Reasons and what points lead to.
#[command(
    subcommands(show, reason, unreason, action, unaction),
    needs(MANAGE_GUILD)
)]
pub struct Warnrules;

/// Shows the reasons and actions of this server.
#[command]
fn show(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let or_none = |lines: Vec<String>| match lines.is_empty() {
        true => t!(ctx, none_yet),
        false => lines.join("\n"),
    };
    let reasons = reasons::all(&guild)?;
    let reasons = reasons.iter().map(|reason| {
        let points = t!(ctx, points, count = reason.points);
        let text = escape(&shorten(&reason.text, REASON));
        format!("`{}` **{points}** {text}", reason.name)
    });
    let mut actions = Vec::new();
    for (points, sanction) in actions::all(&guild)? {
        let points = t!(ctx, points, count = points);
        let mut line = format!("**{points}** {}", sanction.name(ctx));
        if let Some(why) = hierarchy::lacking(ctx, &guild, sanction.need())? {
            line = format!("{line}\n⚠️ {why}");
        }
        actions.push(line);
    }
    let text = format!(
        "{}\n\n**{}**\n{}\n\n**{}**\n{}",
        t!(ctx, how_to_change),
        t!(ctx, actions_title),
        or_none(actions),
        t!(ctx, reasons_title),
        or_none(reasons.collect())
    );
    ctx.reply_privately(
        Embed::titled(t!(ctx, rules_title))
            .color(BLURPLE)
            .description(shorten(&text, LIST)),
    )
}

/// Keeps a reason, so that moderators need not write it each time.
#[command]
fn reason(
    ctx: &Context,
    /// A short name for it, such as spam.
    #[option(max_length = 50)]
    name: String,
    /// How many points.
    #[option(min = 0, max = 100)]
    points: u32,
    /// What those read who are warned.
    #[option(max_length = 400)]
    text: String,
) -> Answer {
    let guild = ctx.in_guild()?;
    let reason = Reason {
        name: name.trim().replace('`', "'"),
        text: text.trim().to_owned(),
        points,
    };
    if reason.name.is_empty() || reason.text.is_empty() {
        tell!(ctx, empty_reason);
    }
    reasons::keep(ctx, &guild, &reason)?;
    let points = t!(ctx, points, count = points);
    ctx.reply_privately(t!(ctx, reason_kept, name = reason.name, points = points))
}

/// Forgets a reason; warnings that were given for it stay.
#[command]
fn unreason(
    ctx: &Context,
    /// Its name.
    #[option(max_length = 50, autocomplete)]
    name: String,
) -> Answer {
    let shown = name.trim().replace('`', "'");
    match reasons::forget(&ctx.in_guild()?, &name)? {
        true => ctx.reply_privately(t!(ctx, reason_forgotten, name = shown)),
        false => tell!(ctx, no_such_reason, name = shown),
    }
}

#[derive(Choice)]
enum What {
    Timeout,
    Kick,
    Ban,
}

/// Says what is done to somebody who reaches so many points.
#[command]
fn action(
    ctx: &Context,
    /// At how many points.
    #[option(min = 1, max = 10000)]
    points: u32,
    /// What is done.
    what: What,
    /// For how long, such as 12h or 7 days; a ban without one is for good.
    #[option(max_length = 50)]
    length: Option<String>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let length = length.as_deref();
    let sanction = match what {
        What::Timeout => Sanction::timeout(ctx, length)?,
        What::Kick => Sanction::kick(ctx, length)?,
        What::Ban => Sanction::ban(ctx, length)?,
    };
    hierarchy::require_yours(ctx, sanction.need())?;
    actions::change(&guild, |actions: &mut Actions| {
        if actions.len() >= actions::MOST && !actions.contains_key(&points) {
            tell!(ctx, too_many_actions, most = actions::MOST);
        }
        actions.insert(points, sanction);
        Ok(())
    })?;
    let points = t!(ctx, points, count = points);
    let done = t!(ctx, action_set, points = points, what = sanction.name(ctx));
    let lacks = hierarchy::lacking(ctx, &guild, sanction.need())?;
    let lines = [Some(done), lacks.map(|why| format!("⚠️ {why}"))];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    ctx.reply_privately(lines.join("\n"))
}

/// Ends an action.
#[command]
fn unaction(
    ctx: &Context,
    /// At how many points.
    #[option(min = 1, max = 10000, autocomplete)]
    points: u32,
) -> Answer {
    let shown = t!(ctx, points, count = points);
    actions::change(&ctx.in_guild()?, |actions: &mut Actions| {
        match actions.remove(&points) {
            Some(_) => Ok(()),
            None => tell!(ctx, no_such_action, points = shown.as_str()),
        }
    })?;
    ctx.reply_privately(t!(ctx, action_gone, points = shown.as_str()))
}

/// Offers the points at which something is done.
pub fn offer(request: &Request, guild: &str) -> Answer<Vec<Choice>> {
    let all = actions::all(guild)?.into_iter();
    let fits = all.filter(|(points, _)| points.to_string().starts_with(&request.typed));
    let choices = fits.map(|(points, sanction)| {
        let shown = t!(request, points, count = points);
        Choice::new(
            format!("{shown}: {}", sanction.name(request)),
            i64::from(points),
        )
    });
    Ok(choices.collect())
}
