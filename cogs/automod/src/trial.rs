//! `/automod test`: what the rules would say to a text.

use cogbox_sdk::prelude::*;

use crate::judge::Writing;
use crate::{judge, kept};

/// Says which rules a text breaks, and what would happen.
#[command]
pub fn test(
    ctx: &Context,
    /// The text.
    #[option(max_length = 2000)]
    text: String,
) -> Answer {
    let guild = ctx.in_guild()?;
    let book = kept::book(&guild)?;
    if book.rules.is_empty() {
        tell!(ctx, no_rules);
    }
    let writing = Writing {
        guild: &guild,
        content: &text,
        mentions: mentions(&text),
    };
    let hits = judge::hits(&book, &writing);
    let lines = hits.iter().map(|hit| {
        let title = hit.rule.what.title(ctx, hit.name);
        let found = hit.found.replace('`', "'");
        format!("**{title}**: `{found}` → {}", hit.rule.then.shown(ctx))
    });
    let mut lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        lines.push(t!(ctx, test_nothing));
    }
    lines.push(t!(ctx, test_note));
    ctx.reply_privately(markdown::shorten(&lines.join("\n"), 2_000))
}

/// Counts whom a text mentions, each once, as Discord does in messages.
fn mentions(text: &str) -> u32 {
    let ids = text.split("<@").skip(1).filter_map(|rest| {
        let id = rest.split('>').next()?.trim_start_matches(['!', '&']);
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        is_id.then_some(id)
    });
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len() as u32
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn mentions_are_people_and_roles_each_once() {
        assert_eq!(mentions("<@1> <@!1> <@&2> <@x> <#3> <@"), 2);
        assert_eq!(mentions(""), 0);
    }
}
