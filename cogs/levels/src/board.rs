//! `/rank` and `/leaderboard`.

use crate::{curve, points};
use cogbox_sdk::markdown::{escape, mention_user};
use cogbox_sdk::prelude::*;

const BLURPLE: u32 = 0x58_65_f2;
/// Members on one page.
const PAGE: usize = 10;
/// What the ids of the pages' buttons begin with.
const BUTTON: &str = "top:";
const BAR: i64 = 14;

/// Shows a level, the place in the server, and how far the next one is.
#[command(contexts(guild))]
pub fn rank(
    ctx: &Context,
    /// Whose; yours when left out.
    member: Option<Member>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let user = member.map_or_else(|| ctx.user(), |member| member.user);
    if user.bot {
        tell!(ctx, bots_earn_nothing);
    }
    let all = points::all(&guild)?;
    let place = all.iter().position(|(id, _)| *id == user.id);
    let Some(place) = place else {
        tell!(ctx, no_points, name = escape(&user.display_name));
    };
    let (level, beyond) = curve::level(all[place].1);
    let step = curve::step(level);
    let embed = Embed::titled(t!(ctx, level, level = level))
        .color(BLURPLE)
        .author(&user.display_name, user.avatar_url.clone())
        .description(format!(
            "{}\n{}",
            bar(beyond, step),
            t!(
                ctx,
                progress,
                points = beyond,
                step = step,
                next = level + 1
            )
        ))
        .inline(
            t!(ctx, place),
            t!(ctx, place_of, place = place + 1, count = all.len()),
        )
        .inline(t!(ctx, points), t!(ctx, number, number = all[place].1));
    ctx.reply(embed)
}

/// Shows who has the most points.
#[command(contexts(guild))]
pub fn leaderboard(ctx: &Context) -> Answer {
    ctx.reply(page(ctx, 0)?)
}

/// Shows another page of the leaderboard.
pub fn turn(ctx: &Context, number: &str) -> Answer {
    ctx.update(page(ctx, number.parse().unwrap_or_default())?)
}

fn page(ctx: &Context, number: usize) -> Answer<OutgoingMessage> {
    let all = points::all(&ctx.in_guild()?)?;
    if all.is_empty() {
        return Ok(t!(ctx, nobody).into());
    }
    let page = pages::Page::new(number, PAGE, all.len());
    let items = page.items();
    let lines = all[items.clone()]
        .iter()
        .zip(items)
        .map(|((user, points), at)| {
            let (level, _) = curve::level(*points);
            let user = mention_user(user);
            t!(
                ctx,
                line,
                place = at + 1,
                user = user,
                level = level,
                points = *points
            )
        });
    let lines: Vec<String> = lines.collect();
    let own = all.iter().position(|(user, _)| *user == ctx.user().id);
    let own = own.map(|place| t!(ctx, own_place, place = place + 1, count = all.len()));
    let foot: Vec<String> = [page.label(ctx), own].into_iter().flatten().collect();
    let mut embed = Embed::titled(t!(ctx, leaderboard))
        .color(BLURPLE)
        .description(lines.join("\n"));
    if !foot.is_empty() {
        embed = embed.footer(foot.join(" · "));
    }
    let message = OutgoingMessage::from(embed);
    Ok(match page.buttons(ctx, BUTTON) {
        Some(buttons) => message.row(buttons),
        None => message,
    })
}

/// Returns a bar that is as full as a level.
fn bar(points: i64, step: i64) -> String {
    let full = (points * BAR / step.max(1)).clamp(0, BAR) as usize;
    "▰".repeat(full) + &"▱".repeat(BAR as usize - full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_as_full_as_the_level() {
        assert_eq!(bar(0, 100), "▱▱▱▱▱▱▱▱▱▱▱▱▱▱");
        assert_eq!(bar(50, 100), "▰▰▰▰▰▰▰▱▱▱▱▱▱▱");
        assert_eq!(bar(99, 100), "▰▰▰▰▰▰▰▰▰▰▰▰▰▱");
        assert_eq!(bar(i64::from(u32::MAX), 1), "▰".repeat(14));
    }
}
