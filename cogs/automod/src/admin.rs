//! `/automod`: what rules there are, and what happens to those who break them.

use cogbox_sdk::hierarchy::{self, Need};
use cogbox_sdk::prelude::*;
use cogbox_sdk::sanction::Sanction;

use crate::kept::{self, Book};
use crate::rule::{SINGLE, What};
use crate::{add, exempt, journal, raid, trial};

const BLURPLE: u32 = 0x58_65_f2;
/// Characters of the list, within Discord's 4,096.
const LIST: usize = 3_500;

/// Rules for messages.
#[command(
    subcommands(
        show,
        add::words,
        add::pattern,
        add::invites,
        add::links,
        add::repeats,
        add::flood,
        add::mentions,
        add::capitals,
        add::emoji,
        action,
        remove,
        trial::test,
        exempt::exempt,
        raid::raid
    ),
    needs(MANAGE_GUILD)
)]
pub struct Automod;

/// Shows the rules, where none holds, and what went wrong.
#[command]
fn show(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let book = kept::book(&guild)?;
    let rules = book.rules.iter().map(|(name, rule)| {
        let (title, what) = (rule.what.title(ctx, name), rule.what.shown(ctx));
        format!("**{title}** · {what}\n→ {}", rule.then.shown(ctx))
    });
    let mut parts: Vec<String> = rules.collect();
    if parts.is_empty() {
        parts.push(t!(ctx, no_rules));
    }
    parts.push(exempt::free(ctx, &book));
    for need in needs(&book) {
        if let Some(why) = hierarchy::lacking(ctx, &guild, need)? {
            parts.push(format!("⚠️ {why}"));
        }
    }
    parts.extend(journal::last_trouble(&guild)?);
    if raid::now(&guild)?.is_some() {
        parts.push(t!(ctx, raid_under_way));
    }
    let text = markdown::shorten(&parts.join("\n"), LIST);
    ctx.reply_privately(
        Embed::titled(t!(ctx, rules_title))
            .color(BLURPLE)
            .description(text)
            .footer(t!(ctx, how_to_change)),
    )
}

/// What the bot needs for what the rules say, each once.
fn needs(book: &Book) -> Vec<Need> {
    let mut needs = Vec::new();
    for rule in book.rules.values() {
        let sanction = rule.then.sanction.map(Sanction::need);
        let delete = rule.then.delete.then_some(Need::Messages);
        for need in [delete, sanction].into_iter().flatten() {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
    }
    needs
}

#[derive(Choice)]
enum Punish {
    Nobody,
    Timeout,
    Kick,
    Ban,
}

/// Says what happens to messages that break a rule, and to who wrote them.
#[command]
fn action(
    ctx: &Context,
    /// The rule.
    #[option(max_length = 30, autocomplete)]
    rule: String,
    /// Whether the message is deleted.
    delete: Option<bool>,
    /// Whether the channel is told, for 15 seconds.
    notice: Option<bool>,
    /// What is done to who wrote it.
    punish: Option<Punish>,
    /// For how long, such as 12h or 7 days; a ban without one is for good.
    #[option(max_length = 50)]
    length: Option<String>,
    /// How many hits within an hour it takes for that.
    #[option(min = 1, max = 100)]
    after: Option<u32>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let length = length.as_deref();
    let sanction = match punish {
        None | Some(Punish::Nobody) if length.is_some() => tell!(ctx, length_of_what),
        None => None,
        Some(Punish::Nobody) => Some(None),
        Some(Punish::Timeout) => Some(Some(Sanction::timeout(ctx, length)?)),
        Some(Punish::Kick) => Some(Some(Sanction::kick(ctx, length)?)),
        Some(Punish::Ban) => Some(Some(Sanction::ban(ctx, length)?)),
    };
    let name = rule.trim().to_lowercase();
    let mut shown = String::new();
    let mut lacks = None;
    kept::change(ctx, &guild, |book| {
        let Some(rule) = book.rules.get_mut(&name) else {
            tell!(ctx, no_such_rule, name = shown_name(&name));
        };
        let then = &mut rule.then;
        then.delete = delete.unwrap_or(then.delete);
        then.notice = notice.unwrap_or(then.notice);
        then.sanction = sanction.unwrap_or(then.sanction);
        then.after = after.unwrap_or(then.after);
        if let Some(sanction) = then.sanction {
            hierarchy::require_yours(ctx, sanction.need())?;
        }
        lacks = then.sanction.map(Sanction::need);
        let title = rule.what.title(ctx, &name);
        shown = t!(ctx, action_set, rule = title, then = then.shown(ctx));
        Ok(())
    })?;
    let lacks = match lacks {
        Some(need) => hierarchy::lacking(ctx, &guild, need)?,
        None => None,
    };
    let lines = [Some(shown), lacks.map(|why| format!("⚠️ {why}"))];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    ctx.reply_privately(lines.join("\n"))
}

/// Ends a rule.
#[command]
fn remove(
    ctx: &Context,
    /// The rule.
    #[option(max_length = 30, autocomplete)]
    rule: String,
) -> Answer {
    let name = rule.trim().to_lowercase();
    let mut title = String::new();
    kept::change(ctx, &ctx.in_guild()?, |book| {
        match book.rules.remove(&name) {
            Some(rule) => {
                title = rule.what.title(ctx, &name);
                Ok(())
            }
            None => tell!(ctx, no_such_rule, name = shown_name(&name)),
        }
    })?;
    ctx.reply_privately(t!(ctx, removed, rule = title))
}

fn shown_name(name: &str) -> String {
    name.replace('`', "'")
}

/// Returns the server of somebody who manages it, also after they opened a form.
pub fn managed(ctx: &Context) -> Answer<String> {
    ctx.in_guild_with(Permissions::MANAGE_GUILD, || t!(ctx, only_managers))
}

/// Offers rules by their titles; for a list of words such lists alone.
pub fn offer(request: &Request) -> Answer<Vec<Choice>> {
    let Some(guild) = &request.guild else {
        return Ok(Vec::new());
    };
    let (book, typed) = (kept::book(guild)?, request.typed.to_lowercase());
    let words_alone = request.is_for("automod words", "rule");
    let mut choices = Vec::new();
    for (name, rule) in &book.rules {
        if words_alone && !matches!(rule.what, What::Words(_)) {
            continue;
        }
        let shown = match SINGLE.contains(&name.as_str()) || !words_alone {
            true => rule.what.title(request, name),
            false => name.clone(),
        };
        if shown.to_lowercase().contains(&typed) || name.contains(&typed) {
            choices.push(Choice::new(shown, name.as_str()));
        }
    }
    choices.truncate(25);
    Ok(choices)
}
