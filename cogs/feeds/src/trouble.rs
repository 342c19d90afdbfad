//! What keeps a feed from being read or posted, and how long it is left alone then.

use cogbox_sdk::markdown::{TimeStyle, time};
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

const HOUR: f64 = 3_600.0;
const DAY: f64 = 24.0 * HOUR;
/// How long trouble lasts until nobody looks any more, and how often it must have been looked by then:
/// a bot that was away for a week has not looked at all.
const PATIENCE: f64 = 5.0 * DAY;
const LOOKS: u32 = 5;
/// The longest pause between two looks at a feed in trouble.
const LONGEST_REST: f64 = 6.0 * HOUR;

/// Why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Why {
    /// The site answered with a status that is no success.
    Status(u16),
    /// It gave no answer.
    Silent,
    /// What came is no feed.
    NoFeed,
    /// The bot may not go there, by the host's word.
    Denied(String),
    /// The channel is gone.
    ChannelGone,
    /// The bot may not write in the channel.
    ChannelClosed,
    /// The message was refused, by the host's word.
    NotSent(String),
}

/// Trouble that a feed is in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    pub why: Why,
    /// Since when.
    pub since: f64,
    /// How often it was looked.
    pub looks: u32,
    /// Until when nobody looks.
    pub rests_until: f64,
    /// Whether nobody looks any more.
    pub stopped: bool,
}

impl Trouble {
    /// Returns the trouble after another look that failed. The site may have said how many seconds it
    /// wants to be left alone.
    pub fn after(
        before: Option<Trouble>,
        why: Why,
        minutes: u32,
        wait: Option<f64>,
        now: f64,
    ) -> Self {
        let (since, looks) = before.map_or((now, 0), |before| (before.since, before.looks));
        let between = f64::from(minutes) * 60.0;
        let longer = between * 2f64.powi(looks.min(16) as i32);
        let rest = longer
            .min(LONGEST_REST.max(between))
            .max(wait.unwrap_or(0.0).min(DAY));
        Trouble {
            why,
            since,
            looks: looks + 1,
            // The look that is due by then may come a little early.
            rests_until: now + rest - between / 2.0,
            stopped: false,
        }
    }

    /// Whether nobody should look any more.
    pub fn is_hopeless(&self, now: f64) -> bool {
        let for_good = matches!(self.why, Why::Status(410) | Why::ChannelGone);
        for_good || (now - self.since >= PATIENCE && self.looks >= LOOKS)
    }

    /// Returns it as a sentence, with since when.
    pub fn told(&self, to: &dyn Audience) -> String {
        let (why, since) = (self.why.told(to), time(self.since, TimeStyle::Relative));
        match self.stopped {
            true => t!(to, stands_still, why = why, since = since),
            false => t!(to, in_trouble, why = why, since = since),
        }
    }
}

impl Why {
    pub fn told(&self, to: &dyn Audience) -> String {
        match self {
            Why::Status(404) => t!(to, not_found),
            Why::Status(410) => t!(to, gone),
            Why::Status(401 | 403) => t!(to, closed),
            Why::Status(status) => t!(to, odd_status, status = status.to_string()),
            Why::Silent => t!(to, silent),
            Why::NoFeed => t!(to, no_feed),
            Why::Denied(why) => t!(to, denied, why = why.as_str()),
            Why::ChannelGone => t!(to, channel_gone),
            Why::ChannelClosed => t!(to, channel_closed),
            Why::NotSent(why) => t!(to, not_sent, why = why.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_looked_at_less_and_less_and_then_no_more() {
        let (mut trouble, mut now, mut rests) = (None, 1_000.0, Vec::new());
        loop {
            let next = Trouble::after(trouble, Why::Silent, 15, None, now);
            if next.is_hopeless(now) {
                break;
            }
            rests.push(((next.rests_until - now) / 60.0).round() as u32);
            now = next.rests_until;
            trouble = Some(next);
        }
        assert_eq!(rests[..7], [8, 23, 53, 113, 233, 353, 353]);
        assert!(
            (PATIENCE..PATIENCE + DAY).contains(&(now - 1_000.0)),
            "{now}"
        );
    }

    #[test]
    fn a_bot_that_was_away_gives_up_nothing() {
        let first = Trouble::after(None, Why::Silent, 15, None, 0.0);
        let late = Trouble::after(Some(first), Why::Silent, 15, None, 30.0 * DAY);
        assert!(!late.is_hopeless(30.0 * DAY));
    }

    #[test]
    fn what_is_gone_is_gone_and_who_asks_for_time_gets_it() {
        assert!(Trouble::after(None, Why::Status(410), 15, None, 0.0).is_hopeless(0.0));
        assert!(!Trouble::after(None, Why::Status(404), 15, None, 0.0).is_hopeless(0.0));
        let asked = Trouble::after(None, Why::Status(429), 15, Some(HOUR), 0.0);
        assert_eq!(asked.rests_until, HOUR - 450.0);
        let greedy = Trouble::after(None, Why::Status(429), 15, Some(1e9), 0.0);
        assert_eq!(greedy.rests_until, DAY - 450.0);
        let seldom = Trouble::after(None, Why::Silent, 1_440, None, 0.0);
        assert_eq!(seldom.rests_until, DAY / 2.0);
    }
}
