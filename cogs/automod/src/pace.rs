//! How fast somebody writes: too much at once, and the same again and again. What they wrote in the
//! last seconds lies under them, without its text.

use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::judge::Hit;
use crate::kept::Book;
use crate::rule::What;

const KEY: &str = "recent";
/// The most messages that a rule may be about, and the longest time, in seconds.
pub const MOST: u32 = 30;
pub const LONGEST: u32 = 600;
/// The timer that forgets what is old, when it fires, and how much it forgets in one call.
pub const TIMER: &str = "forget";
const SWEEP_SECONDS: u32 = 900;
const AT_ONCE: usize = 300;

/// A message that somebody wrote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recent {
    #[serde(rename = "c")]
    pub channel: String,
    #[serde(rename = "i")]
    pub id: String,
    #[serde(rename = "a")]
    at: f64,
    /// Tells its text from others.
    #[serde(rename = "m")]
    mark: u32,
}

/// What a message breaks together with those before it.
#[derive(Default)]
pub struct Burst<'a> {
    pub hits: Vec<Hit<'a>>,
    /// The messages that belong to it, this one among them.
    pub messages: Vec<Recent>,
}

/// Notes a message, and returns the rules that it breaks with those before it.
pub fn note<'a>(book: &'a Book, guild: &str, message: &Message) -> Answer<Burst<'a>> {
    let longest = book.rules.values().filter_map(|rule| seconds(&rule.what));
    let Some(longest) = longest.max() else {
        return Ok(Burst::default());
    };
    let kept = store::member(guild, &message.author.id);
    let mut recent: Vec<Recent> = kept.json(KEY)?.unwrap_or_default();
    recent.push(Recent {
        channel: message.channel.clone(),
        id: message.id.clone(),
        at: message.sent,
        mark: mark(&message.content),
    });
    forget_old(&mut recent, message.sent, longest);
    let burst = burst(book, &recent);
    match burst.hits.is_empty() {
        // What was answered is not answered again.
        false => kept.delete(KEY)?,
        true => match kept.set_json(KEY, &recent) {
            Err(full) if full.kind() == Some(ErrorKind::Quota) => {
                warn!("the room of this server is full; floods are not noticed");
            }
            written => {
                written?;
                gather::soon(guild, TIMER, SWEEP_SECONDS)?;
            }
        },
    }
    Ok(burst)
}

/// Forgets what members wrote longer ago than any rule looks back: a server has many of them.
pub fn over(timer: &Timer) -> Answer {
    let Some(guild) = &timer.guild else {
        fail!("the timer `{}` has no server", timer.name);
    };
    gather::begin(guild, TIMER)?;
    let (mut forgotten, mut more) = (0, false);
    for entry in store::members(guild, KEY) {
        let entry = entry?;
        let recent: Vec<Recent> = serde_json::from_slice(&entry.value)?;
        let last = recent.last().map_or(0.0, |one| one.at);
        match (clock::now() - last).abs() > f64::from(LONGEST) {
            true if forgotten < AT_ONCE => {
                store::member(guild, entry.user).delete(&entry.key)?;
                forgotten += 1;
            }
            _ => more = true,
        }
    }
    match more {
        true => gather::soon(guild, TIMER, SWEEP_SECONDS),
        false => Ok(()),
    }
}

fn forget_old(recent: &mut Vec<Recent>, now: f64, longest: u32) {
    recent.retain(|one| (now - one.at).abs() <= f64::from(longest));
    let many = recent.len().saturating_sub(MOST as usize);
    recent.drain(..many);
}

/// Returns what is broken by the last of these.
fn burst<'a>(book: &'a Book, recent: &[Recent]) -> Burst<'a> {
    let mut burst = Burst::default();
    let Some(last) = recent.last() else {
        return burst;
    };
    for (name, rule) in &book.rules {
        let (most, seconds, same) = match rule.what {
            What::Flood(messages, seconds) => (messages, seconds, false),
            What::Repeats(times, seconds) => (times, seconds, true),
            _ => continue,
        };
        let within = |one: &&Recent| (last.at - one.at).abs() <= f64::from(seconds);
        let alike = |one: &&Recent| !same || (one.mark == last.mark && one.mark != 0);
        let all = recent.iter().filter(within).filter(alike);
        let all: Vec<Recent> = all.cloned().collect();
        if all.len() < most as usize {
            continue;
        }
        let found = all.len().to_string();
        burst.hits.push(Hit { name, rule, found });
        if rule.then.delete {
            burst.messages.extend(all);
        }
    }
    burst
}

fn seconds(what: &What) -> Option<u32> {
    match what {
        What::Flood(_, seconds) | What::Repeats(_, seconds) => Some(*seconds),
        _ => None,
    }
}

/// Returns a number for a text (FNV-1a), whatever its case and spaces; 0 for none, such as a picture.
fn mark(content: &str) -> u32 {
    let letters = content.chars().filter(|letter| !letter.is_whitespace());
    let mut mark = 0x811c_9dc5_u32;
    let mut some = false;
    for letter in letters.flat_map(char::to_lowercase) {
        some = true;
        mark = (mark ^ u32::from(letter)).wrapping_mul(0x0100_0193);
    }
    if some { mark } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Rule, Then};

    fn book(what: What) -> Book {
        let mut book = Book::default();
        let then = Then::default();
        book.rules.insert("x".into(), Rule { what, then });
        book
    }

    fn recent(at: f64, text: &str) -> Recent {
        Recent {
            channel: "1".into(),
            id: at.to_string(),
            at,
            mark: mark(text),
        }
    }

    #[test]
    fn a_flood_is_many_within_seconds() {
        let book = book(What::Flood(3, 5));
        let (a, b, c) = (recent(0.0, "a"), recent(3.0, "b"), recent(5.0, "c"));
        let burst_of = |all: &[Recent]| burst(&book, all).messages.len();
        assert_eq!(burst_of(&[a.clone(), b.clone()]), 0);
        assert_eq!(burst_of(&[a.clone(), b.clone(), c.clone()]), 3);
        assert_eq!(burst_of(&[a, b, recent(6.0, "d")]), 0);
        assert_eq!(burst_of(&[]), 0);
    }

    #[test]
    fn the_same_again_is_the_same_in_any_case() {
        let book = book(What::Repeats(2, 60));
        let texts = |first: &str, second: &str| {
            let all = [recent(0.0, first), recent(1.0, second)];
            burst(&book, &all).hits.len()
        };
        assert_eq!(texts("Buy now", "BUY  NOW "), 1);
        assert_eq!(texts("Buy now", "Buy it"), 0);
        // Pictures have no text to be the same.
        assert_eq!(texts("", ""), 0);
    }

    #[test]
    fn what_is_old_or_too_much_is_forgotten() {
        let mut all: Vec<Recent> = (0..60).map(|at| recent(f64::from(at), "x")).collect();
        forget_old(&mut all, 59.0, 100);
        assert_eq!(all.len(), MOST as usize);
        forget_old(&mut all, 59.0, 5);
        assert_eq!(all.len(), 6);
    }
}
