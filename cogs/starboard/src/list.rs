//! `/stars`: what and who has the most stars.

use crate::keep::{self, Kept};
use crate::view;
use cogbox_sdk::markdown::{mention_channel, mention_user};
use cogbox_sdk::pages::Page;
use cogbox_sdk::prelude::*;
use std::collections::BTreeMap;

const GOLD: u32 = 0xff_ac_33;
const PAGE: usize = 10;
const BUTTON: &str = "top:";

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum What {
    Messages,
    People,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            What::Messages => "messages",
            What::People => "people",
        }
    }
}

/// What got stars here.
#[command(subcommands(top, random_one), contexts(guild))]
pub struct Stars;

/// Lists what got the most stars, or who did.
#[command]
fn top(
    ctx: &Context,
    /// Messages or people; messages when left out.
    what: Option<What>,
) -> Answer {
    ctx.reply(page(ctx, what.unwrap_or(What::Messages), 0)?)
}

/// Shows something that got stars once.
#[command(name = "random")]
fn random_one(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let all = keep::shown(&guild)?;
    let one = random::pick(&all).or_tell(t!(ctx, nothing_yet))?;
    ctx.reply(line(&guild, one))
}

/// Shows another page.
pub fn turned(ctx: &Context, id: &str) -> Answer {
    let place = id
        .strip_prefix(BUTTON)
        .and_then(|rest| rest.split_once(':'));
    let Some((what, number)) = place else {
        fail!("the button `{id}` is none of ours");
    };
    let what = match what == What::People.name() {
        true => What::People,
        false => What::Messages,
    };
    ctx.update(page(ctx, what, number.parse().unwrap_or_default())?)
}

fn page(ctx: &Context, what: What, number: usize) -> Answer<OutgoingMessage> {
    let guild = ctx.in_guild()?;
    let all = keep::shown(&guild)?;
    if all.is_empty() {
        return Ok(t!(ctx, nothing_yet).into());
    }
    let (title, lines): (String, Vec<String>) = match what {
        What::Messages => {
            let lines = all.iter().map(|kept| line(&guild, kept));
            (t!(ctx, top_messages), lines.collect())
        }
        What::People => {
            let lines = by_author(&all).into_iter().map(|(author, stars, count)| {
                let author = mention_user(&author);
                t!(ctx, person, author = author, stars = stars, count = count)
            });
            (t!(ctx, top_people), lines.collect())
        }
    };
    let page = Page::new(number, PAGE, lines.len());
    let numbered = page
        .items()
        .map(|at| format!("`{}.` {}", at + 1, lines[at]));
    let mut embed = Embed::titled(title)
        .color(GOLD)
        .description(numbered.collect::<Vec<_>>().join("\n"));
    if let Some(label) = page.label(ctx) {
        embed = embed.footer(label);
    }
    let message = OutgoingMessage::from(embed);
    let id = format!("{BUTTON}{}:", what.name());
    Ok(match page.buttons(ctx, &id) {
        Some(buttons) => message.row(buttons),
        None => message,
    })
}

fn line(guild: &str, kept: &Kept) -> String {
    let starred = &kept.starred;
    let link = view::link(guild, &starred.channel, &kept.message);
    let (who, channel) = (
        mention_user(&kept.author),
        mention_channel(&starred.channel),
    );
    format!("⭐ **{}** · {who} · {channel} · {link}", starred.count)
}

/// Returns who has how many stars for how many messages, most first.
fn by_author(all: &[Kept]) -> Vec<(String, usize, usize)> {
    let mut sums: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for kept in all {
        let (stars, count) = sums.entry(&kept.author).or_default();
        *stars += kept.starred.count;
        *count += 1;
    }
    let sums = sums.into_iter();
    let mut sums: Vec<_> = sums
        .map(|(author, (stars, count))| (author.to_string(), stars, count))
        .collect();
    sums.sort_by_key(|(_, stars, _)| std::cmp::Reverse(*stars));
    sums
}
