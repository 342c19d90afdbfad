//! The log channel: which rule, whose message, and what was done.

use cogbox_sdk::discord::{guilds, messages};
use cogbox_sdk::markdown::{TimeStyle, escape, mention_channel, mention_user, shorten, time};
use cogbox_sdk::prelude::*;
use cogbox_sdk::temporary_bans::{self, Over};
use serde::{Deserialize, Serialize};

use crate::judge::Hit;
use crate::rules;

const ORANGE: u32 = 0xe67e22;
/// Characters of a message that are shown, within Discord's 1,024 of a field after escaping.
const SHOWN: usize = 450;
/// The key under a guild of what went wrong last, for those who look.
const TROUBLE: &str = "trouble";

/// What is written about one message.
pub struct Entry<'a> {
    pub message: &'a Message,
    pub hits: &'a [Hit<'a>],
    pub done: &'a [String],
    pub failed: &'a [String],
}

#[derive(Serialize, Deserialize)]
struct Trouble {
    what: String,
    at: f64,
}

/// Writes about a message.
pub fn write(to: &dyn Audience, guild: &str, entry: &Entry) -> Answer {
    if let Some(why) = entry.failed.first() {
        trouble(guild, why)?;
    }
    say(guild, view(to, guild, entry).into())
}

fn view(to: &dyn Audience, guild: &str, entry: &Entry) -> Embed {
    let (message, author) = (entry.message, &entry.message.author);
    let rules = entry.hits.iter().map(|hit| {
        let title = hit.rule.what.title(to, hit.name);
        format!("**{title}**: `{}`", hit.found.replace('`', "'"))
    });
    let rules: Vec<String> = rules.collect();
    let mut embed = Embed::titled(t!(to, log_title))
        .color(ORANGE)
        .description(rules.join("\n"))
        .inline(
            t!(to, person),
            format!(
                "{} `{}`",
                mention_user(&author.id),
                author.name.replace('`', "'")
            ),
        )
        .inline(t!(to, channel), mention_channel(&message.channel));
    let mut done: Vec<String> = entry.done.to_vec();
    done.extend(entry.failed.iter().map(|why| format!("⚠️ {why}")));
    let done = match done.is_empty() {
        true => t!(to, nothing_done),
        false => shorten(&done.join("\n"), 1_000),
    };
    embed = embed.field(t!(to, done), done);
    if !message.content.is_empty() {
        let text = escape(&shorten(&message.content, SHOWN));
        embed = embed.field(t!(to, message), text);
    }
    let deletes = entry.hits.iter().any(|hit| hit.rule.then.delete);
    if !deletes || !entry.failed.is_empty() {
        let (channel, id) = (&message.channel, &message.id);
        embed = embed.url(format!(
            "https://discord.com/channels/{guild}/{channel}/{id}"
        ));
    }
    embed
        .footer(t!(to, person_id, id = author.id.as_str()))
        .timestamp(clock::now())
}

/// Writes something into the log channel; what keeps it from being written is a trouble.
pub fn say(guild: &str, message: OutgoingMessage) -> Answer {
    let Some(channel) = rules::log(guild)? else {
        return Ok(());
    };
    match messages::send(&channel, &message) {
        Err(refused) if !refused.may_pass() => trouble(guild, &refused.message),
        _ => Ok(()),
    }
}

/// Keeps what went wrong.
pub fn trouble(guild: &str, what: &str) -> Answer {
    let trouble = Trouble {
        what: shorten(what, 300),
        at: clock::now(),
    };
    store::guild(guild).set_json(TROUBLE, &trouble)
}

/// Returns what went wrong last, with when.
pub fn last_trouble(guild: &str) -> Answer<Option<String>> {
    let kept: Option<Trouble> = store::guild(guild).json(TROUBLE)?;
    Ok(kept.map(|trouble| {
        let at = time(trouble.at, TimeStyle::Relative);
        format!("⚠️ {} ({at})", trouble.what)
    }))
}

/// Lifts a ban whose time is over.
pub fn ban_over(timer: &Timer) -> Answer {
    let Some((guild, user)) = temporary_bans::is_about(timer) else {
        fail!("the timer `{}` is none of ours", timer.name);
    };
    let everybody = guilds::get(guild).map(|guild| guild.locale).ok();
    let who = mention_user(user);
    let said = match temporary_bans::lift(timer, guild, user, &t!(&everybody, time_is_over))? {
        Over::Gone | Over::Later => return Ok(()),
        Over::Lifted => t!(&everybody, ban_over, who = who),
        Over::Stays(why) => t!(&everybody, ban_stays, who = who, why = why),
    };
    say(guild, said.into())
}
