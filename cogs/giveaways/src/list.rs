//! `/giveaway list`, and finding a giveaway by what somebody typed.

use crate::keep::{self, Kept, Stage};
use cogbox_sdk::markdown::{TimeStyle, escape, shorten, time};
use cogbox_sdk::prelude::*;

const CHOICES: usize = 25;
/// Characters of a choice of autocomplete.
const CHOICE: usize = 100;

/// Shows the giveaways that run, and those that can be drawn again.
#[command]
pub fn list(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let all = Kept::all(&guild)?;
    let mut lines = [Vec::new(), Vec::new()];
    for kept in &all {
        let giveaway = &kept.giveaway;
        let link = format!(
            "https://discord.com/channels/{guild}/{}/{}",
            giveaway.channel, giveaway.message
        );
        let (prize, when) = (
            escape(&shorten(&giveaway.prize, 80)),
            time(giveaway.ends as f64, TimeStyle::Relative),
        );
        let count = t!(
            ctx,
            joined_count,
            count = keep::entrants(&guild, &kept.id)?.len()
        );
        let group = usize::from(giveaway.stage != Stage::Running);
        lines[group].push(format!("[**{prize}**]({link}) · {when} · {count}"));
    }
    let [running, mut over] = lines;
    // The newest, as many as fit.
    over.reverse();
    over.truncate(10);
    if running.is_empty() && over.is_empty() {
        tell!(ctx, none_there);
    }
    let mut parts = Vec::new();
    if !running.is_empty() {
        parts.push(running.join("\n"));
    }
    if !over.is_empty() {
        parts.push(format!("{}\n{}", t!(ctx, over_title), over.join("\n")));
    }
    let embed = Embed::titled(t!(ctx, list_title)).description(shorten(&parts.join("\n\n"), 4_000));
    ctx.reply_privately(embed)
}

/// Offers the giveaways that a command can be about.
pub fn offer(request: &Request) -> Answer<Vec<Choice>> {
    let Some(guild) = &request.guild else {
        return Ok(Vec::new());
    };
    let again = request.is_for("giveaway reroll", "giveaway");
    let typed = request.typed.trim().to_lowercase();
    let mut all = Kept::all(guild)?;
    all.retain(|kept| {
        let fits = kept.giveaway.prize.to_lowercase().contains(&typed);
        fits && (kept.giveaway.stage == Stage::Running) != again
    });
    if again {
        all.reverse();
    }
    let choice = |kept: Kept| Choice::new(shorten(&kept.giveaway.prize, CHOICE), kept.id);
    Ok(all.into_iter().take(CHOICES).map(choice).collect())
}

/// Returns the giveaway of a choice, or the only one whose prize or message is so.
pub fn named(guild: &str, name: &str) -> Answer<Option<Kept>> {
    let name = name.trim();
    let mut all = Kept::all(guild)?;
    if let Some(at) = all.iter().position(|kept| kept.id == name) {
        return Ok(Some(all.swap_remove(at)));
    }
    let name = name.to_lowercase();
    all.retain(|kept| kept.giveaway.prize.to_lowercase() == name || kept.giveaway.message == name);
    let only = all.len() == 1;
    Ok(all.pop().filter(|_| only))
}
