//! Looking at a feed again and again, and posting what is new.
//!
//! Only the feed's own timer looks, and the timers of a server come one after the other: nothing is
//! posted twice. A post is noted once it is sent; a crash in between sends one again, and loses none.

use crate::document::Item;
use crate::fetch::{self, Failed, Fetched};
use crate::keep::{self, Feed, Marks};
use crate::post;
use crate::rules::Rules;
use crate::trouble::{Trouble, Why};
use cogbox_sdk::discord::messages;
use cogbox_sdk::markdown::{TimeStyle, escape, time};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// What the timer's name begins with; the feed's id follows.
const TIMER: &str = "look:";
/// How much later than others a feed is looked at, at most, as a share of the time between.
const JITTER: u32 = 10;
/// How much older than the feed's own beginning here a post may be that is posted, in seconds: a site
/// that gives all its posts new ids has them posted once, long ago.
const OLDEST: f64 = 2.0 * 86_400.0;

/// Has a feed be looked at again and again, not at the same moment as others.
pub fn plan(guild: &str, id: &str, minutes: u32) -> Answer {
    let seconds = minutes * 60;
    let later = random::range(0..=i64::from(seconds / JITTER));
    let plan = schedule::every_seconds(seconds + later as u32);
    schedule::guild(guild).set(&format!("{TIMER}{id}"), plan)
}

/// Has it be looked at no more.
pub fn cancel(guild: &str, id: &str) -> Answer {
    schedule::guild(guild)
        .cancel(&format!("{TIMER}{id}"))
        .map(drop)
}

/// Looks at the feed whose time has come.
pub fn due(timer: &Timer) -> Answer {
    let (Some(guild), Some(id)) = (&timer.guild, timer.name.strip_prefix(TIMER)) else {
        fail!("the timer `{}` is none of ours", timer.name);
    };
    let Some(mut feed) = keep::find(guild, id)? else {
        return cancel(guild, id);
    };
    let minutes = Rules::of(guild).minutes()?;
    if feed.minutes != minutes {
        plan(guild, id, minutes)?;
        keep::change(guild, id, |feed| feed.minutes = minutes)?;
        feed.minutes = minutes;
    }
    match &feed.trouble {
        Some(trouble) if trouble.stopped => return cancel(guild, id),
        Some(trouble) if trouble.rests_until > clock::now() => return Ok(()),
        _ => {}
    }
    match fetch::feed(&feed.url, &feed.marks) {
        Ok(Fetched::Unchanged) => well(guild, id, &feed, None, false),
        Ok(Fetched::Feed(document, marks)) => {
            let outcome = post_new(guild, id, &feed, &document.items)?;
            let posted = outcome.posted > 0;
            match outcome.refused {
                None => well(guild, id, &feed, Some(marks), posted),
                Some(refused) => not_posted(guild, id, &feed, &refused),
            }
        }
        Err(Failed::Busy) => Ok(()),
        Err(Failed::Site { why, wait }) => failed(guild, id, &feed, why, wait),
    }
}

/// What came of posting.
struct Outcome {
    posted: usize,
    /// Why not all was posted.
    refused: Option<Refused>,
}

fn post_new(guild: &str, id: &str, feed: &Feed, items: &[Item]) -> Answer<Outcome> {
    let mut seen = keep::seen(guild, id)?;
    let new = chosen(feed, items, |item| seen.has(item));
    let most = Rules::of(guild).at_once()?;
    let (left, new) = new.split_at(new.len().saturating_sub(most));
    let mut outcome = Outcome {
        posted: 0,
        refused: None,
    };
    for item in new {
        match post::send(feed, item) {
            Ok(()) => outcome.posted += 1,
            // It is this post that Discord does not take; others may do.
            Err(refused) if refused.kind == ErrorKind::Invalid => {
                info!("a post of {} was refused: {}", feed.url, refused.message);
            }
            Err(refused) => {
                outcome.refused = Some(refused);
                return Ok(outcome);
            }
        }
        seen.note(item);
        keep::keep_seen(guild, id, &seen)?;
    }
    if !left.is_empty() {
        tell_of_more(feed, left.len());
    }
    seen.note_all(items);
    keep::keep_seen(guild, id, &seen)?;
    Ok(outcome)
}

/// Returns what of a feed is new and wanted, the oldest first.
fn chosen<'a>(feed: &Feed, items: &'a [Item], seen: impl Fn(&Item) -> bool) -> Vec<&'a Item> {
    let oldest = feed.since - OLDEST;
    let new = items.iter().rev().filter(|item| {
        let is_old = item.date.is_some_and(|date| date < oldest);
        !is_old && !seen(item) && post::is_wanted(&feed.only, item)
    });
    let mut new: Vec<&Item> = new.collect();
    if new.iter().all(|item| item.date.is_some()) {
        new.sort_by(|one, other| {
            one.date
                .partial_cmp(&other.date)
                .unwrap_or(std::cmp::Ordering::Equal)
        });
    }
    // A feed may list the same twice.
    let mut ids = std::collections::BTreeSet::new();
    new.retain(|item| ids.insert(item.id.as_str()));
    new
}

fn tell_of_more(feed: &Feed, count: usize) {
    let place = feed.site.as_deref().unwrap_or(&feed.url);
    let more = t!(
        &feed.locale,
        and_more,
        count = count,
        feed = escape(&feed.name),
        site = place
    );
    let more = OutgoingMessage {
        suppress_embeds: true,
        ..OutgoingMessage::text(more)
    };
    if let Err(refused) = messages::send(&feed.channel, &more) {
        debug!(
            "that there is more of {} can't be told: {}",
            feed.url, refused.message
        );
    }
}

/// Notes that all went well.
fn well(guild: &str, id: &str, feed: &Feed, marks: Option<Marks>, posted: bool) -> Answer {
    let unchanged = marks.as_ref().is_none_or(|marks| *marks == feed.marks);
    if unchanged && !posted && feed.trouble.is_none() {
        return Ok(());
    }
    let now = clock::now();
    let changed = keep::change(guild, id, |kept| {
        kept.trouble = None;
        // Who narrowed or moved it meanwhile had them taken away.
        if let Some(marks) = &marks {
            kept.marks = marks.clone();
        }
        if posted {
            kept.posted = Some(now);
        }
    });
    changed.map(drop)
}

/// Notes that Discord did not take what is new.
fn not_posted(guild: &str, id: &str, feed: &Feed, refused: &Refused) -> Answer {
    if refused.may_pass() {
        // It comes with the next look.
        debug!("{} is posted later: {}", feed.url, refused.message);
        return Ok(());
    }
    let why = match refused.kind {
        ErrorKind::NotFound => Why::ChannelGone,
        ErrorKind::Forbidden => Why::ChannelClosed,
        _ => Why::NotSent(refused.message.clone()),
    };
    failed(guild, id, feed, why, None)
}

/// Notes trouble; when it has lasted too long, the channel is told, and nobody looks any more.
fn failed(guild: &str, id: &str, feed: &Feed, why: Why, wait: Option<f64>) -> Answer {
    let now = clock::now();
    let mut trouble = Trouble::after(feed.trouble.clone(), why, feed.minutes, wait, now);
    debug!("{}: {:?}, look {}", feed.url, trouble.why, trouble.looks);
    if trouble.is_hopeless(now) {
        match tell_of_stop(feed, &trouble) {
            Err(refused) if refused.may_pass() => {}
            _ => {
                trouble.stopped = true;
                cancel(guild, id)?;
            }
        }
    }
    keep::change(guild, id, |feed| feed.trouble = Some(trouble.clone())).map(drop)
}

fn tell_of_stop(feed: &Feed, trouble: &Trouble) -> Result<(), Refused> {
    let to = &feed.locale;
    let told = t!(
        to,
        stopped,
        feed = escape(&feed.name),
        why = trouble.why.told(to),
        since = time(trouble.since, TimeStyle::Relative)
    );
    messages::send(&feed.channel, &OutgoingMessage::text(told)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, date: Option<f64>) -> Item {
        Item {
            id: id.into(),
            title: id.into(),
            date,
            ..Item::default()
        }
    }

    fn new(items: &[Item], seen: &[&str]) -> String {
        let feed = Feed {
            name: "News".into(),
            url: "https://example.org/feed".into(),
            site: None,
            channel: "1".into(),
            role: None,
            text: String::new(),
            card: true,
            only: Vec::new(),
            locale: "en-US".into(),
            since: OLDEST,
            minutes: 15,
            marks: Marks::default(),
            posted: None,
            trouble: None,
        };
        let chosen = chosen(&feed, items, |item| seen.contains(&item.id.as_str()));
        chosen
            .iter()
            .map(|item| item.id.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn what_is_new_comes_in_its_order() {
        let [a, b, c] = ["a", "b", "c"].map(|id| item(id, None));
        assert_eq!(new(&[c.clone(), b.clone(), a.clone()], &["a"]), "b c");
        assert_eq!(new(&[a.clone(), a.clone()], &[]), "a");
        let [d, e, f] = [("d", 5.0), ("e", 4.0), ("f", 6.0)].map(|(id, date)| item(id, Some(date)));
        assert_eq!(new(&[d, e, f], &[]), "e d f");
        // What was written long before anybody followed it is no news, whatever id it has.
        assert_eq!(new(&[item("old", Some(-1.0)), a], &[]), "a");
    }
}
