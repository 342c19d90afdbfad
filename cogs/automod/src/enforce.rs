//! What happens to a message that breaks rules, and to who wrote it.

use cogbox_sdk::discord::{guilds, message_admin, messages};
use cogbox_sdk::markdown::mention_user;
use cogbox_sdk::prelude::*;
use cogbox_sdk::sanction::Sanction;
use serde_json::{from_str, to_string};

use crate::journal::{self, Entry};
use crate::judge::Hit;
use crate::pace::Recent;

/// What the name of a timer begins with that takes a notice away, and after how many seconds it does.
pub const NOTICE: &str = "notice:";
const NOTICE_SECONDS: u32 = 15;
/// How long one notice stands for all that follow, in seconds: a flood is not answered by another.
const QUIET: f64 = 10.0;
/// The key under a member of when they were last told, and what those of their hits begin with.
const TOLD: &str = "told";
const HITS: &str = "hits:";
/// How long a hit counts, in seconds.
const HOUR: f64 = 3_600.0;
/// What a ban deletes, in seconds: whoever is banned for a message has often written others.
pub const BAN_DELETES: u32 = 3_600;

/// Does what the rules say about a message, and writes it into the log channel.
pub fn answer(guild: &str, message: &Message, hits: &[Hit], burst: &[Recent]) -> Answer {
    let everybody = &guilds::get(guild).map(|guild| guild.locale).ok();
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    // First: while somebody still writes, all else can wait.
    if let Some(sanction) = due(guild, &message.author.id, hits)? {
        let title = hits
            .first()
            .map(|hit| hit.rule.what.title(everybody, hit.name));
        match punish(
            everybody,
            guild,
            &message.author.id,
            sanction,
            title.as_deref(),
        ) {
            Ok(()) => done.push(sanction.name(everybody)),
            Err(why) => failed.push(why),
        }
    }
    if hits.iter().any(|hit| hit.rule.then.delete) {
        match delete(everybody, message, burst) {
            Ok(count) => done.push(t!(everybody, deleted, count = count)),
            Err(why) => failed.push(why),
        }
    }
    let told = hits.iter().find(|hit| hit.rule.then.notice);
    if let Some(hit) = told.filter(|_| !was_told(guild, &message.author.id)) {
        let who = mention_user(&message.author.id);
        let text = hit.rule.what.notice(everybody, &who);
        if let Err(why) = tell(guild, message, text) {
            failed.push(why);
        }
    }
    journal::write(
        everybody,
        guild,
        &Entry {
            message,
            hits,
            done: &done,
            failed: &failed,
        },
    )
}

/// Returns the hardest of what the rules say, of those whose hits are enough.
fn due(guild: &str, user: &str, hits: &[Hit]) -> Answer<Option<Sanction>> {
    let mut due: Option<Sanction> = None;
    for hit in hits {
        let Some(sanction) = hit.rule.then.sanction else {
            continue;
        };
        let enough = hit.rule.then.after <= 1 || is_enough(guild, user, hit)?;
        if enough && due.is_none_or(|present| weight(present) < weight(sanction)) {
            due = Some(sanction);
        }
    }
    Ok(due)
}

/// Counts a hit, and returns whether there were so many within an hour; then they begin anew.
fn is_enough(guild: &str, user: &str, hit: &Hit) -> Answer<bool> {
    let (kept, key) = (store::member(guild, user), format!("{HITS}{}", hit.name));
    let now = clock::now();
    let mut times: Vec<f64> = kept.json(&key)?.unwrap_or_default();
    times.retain(|at| (now - at).abs() < HOUR);
    times.push(now);
    let enough = times.len() >= hit.rule.then.after as usize;
    match enough {
        true => kept.delete(&key)?,
        false => kept.set_json(&key, &times)?,
    }
    Ok(enough)
}

/// A ban is harder than a kick, and a kick than a timeout; of two of a kind the longer one.
fn weight(sanction: Sanction) -> (u8, u64) {
    match sanction {
        Sanction::Timeout(seconds) => (0, seconds),
        Sanction::Kick => (1, 0),
        Sanction::Ban(seconds) => (2, seconds.unwrap_or(u64::MAX)),
    }
}

/// Does something to somebody; the reason is for the audit log.
pub fn punish(
    to: &dyn Audience,
    guild: &str,
    user: &str,
    sanction: Sanction,
    reason: Option<&str>,
) -> Result<(), String> {
    let sentence = |error: Error| error.sentence().to_owned();
    if let Some(why) = sanction.obstacle(to, guild, user).map_err(sentence)? {
        return Err(why);
    }
    let applied = sanction.apply(guild, user, BAN_DELETES, reason.unwrap_or_default());
    applied.map_err(sentence)
}

/// Deletes a message with those that belong to it, and returns how many.
fn delete(to: &dyn Audience, message: &Message, burst: &[Recent]) -> Result<usize, String> {
    let mut all: Vec<(&str, &str)> = vec![(&message.channel, &message.id)];
    all.extend(
        burst
            .iter()
            .map(|one| (one.channel.as_str(), one.id.as_str())),
    );
    all.sort_unstable();
    all.dedup();
    let reason = Some("automod");
    for channel in all.chunk_by(|one, other| one.0 == other.0) {
        let ids: Vec<String> = channel.iter().map(|(_, id)| (*id).to_owned()).collect();
        match message_admin::delete(channel[0].0, &ids, reason) {
            Ok(()) => {}
            // Somebody was faster.
            Err(refused) if refused.kind == ErrorKind::NotFound => {}
            Err(refused) => {
                let why = refused.message.trim_end_matches('.').to_owned();
                return Err(t!(to, not_deleted, why = why));
            }
        }
    }
    Ok(all.len())
}

fn was_told(guild: &str, user: &str) -> bool {
    let (kept, now) = (store::member(guild, user), clock::now());
    let before = kept.text(TOLD).ok().flatten();
    let before: Option<f64> = before.and_then(|at| at.parse().ok());
    if before.is_some_and(|at| (now - at).abs() < QUIET) {
        return true;
    }
    if let Err(error) = kept.set(TOLD, now.to_string()) {
        debug!("it is not kept that somebody was told: {error}");
    }
    false
}

/// Tells the channel, for some seconds.
fn tell(guild: &str, message: &Message, text: String) -> Result<(), String> {
    let notice = OutgoingMessage::text(text).ping_user(&message.author.id);
    let sent = messages::send(&message.channel, &notice).map_err(|refused| refused.message)?;
    let place = to_string(&(&message.channel, &sent.id)).unwrap_or_default();
    let away = schedule::after_seconds(NOTICE_SECONDS).payload(place);
    let timer = format!("{NOTICE}{}", sent.id);
    if let Err(error) = schedule::guild(guild).set(&timer, away) {
        debug!("a notice stays: {error}");
    }
    Ok(())
}

/// Takes a notice away.
pub fn notice_over(timer: &Timer) -> Answer {
    let (channel, id): (String, String) = from_str(timer.text()?)?;
    if let Err(refused) = messages::delete(&channel, &id) {
        debug!("a notice stays: {}", refused.message);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ban_is_harder_than_a_kick_and_that_than_a_timeout() {
        let hardest_first = [
            Sanction::Ban(None),
            Sanction::Ban(Some(60)),
            Sanction::Kick,
            Sanction::Timeout(600),
            Sanction::Timeout(60),
        ];
        let weights = hardest_first.map(weight);
        assert!(weights.windows(2).all(|two| two[0] > two[1]));
    }
}
