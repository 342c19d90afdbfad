//! What recurs: on which days at which time, or after how long, on the clocks of a time zone.

use super::Zone;
use jiff::civil::{Date, Time, Weekday};
use jiff::{Span, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// How a reminder goes on. Times of the day are minutes since midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeat {
    /// After so many seconds.
    Seconds(i64),
    /// Every so many days.
    Days { every: i64, at: i16 },
    /// On days of the week, 1 for Monday, in every so many weeks.
    Weeks { every: i64, days: Vec<i8>, at: i16 },
    /// On a day of the month; where it has none such, on its last. Every so many months.
    Months { every: i64, day: i8, at: i16 },
    /// On a day of the year.
    Years { month: i8, day: i8, at: i16 },
}

/// Rounds that are looked through for the next time; a year's days and more.
const ROUNDS: usize = 500;

impl Repeat {
    /// Returns the first time after `now`, for one that was due at `due`; `None` when there is none
    /// in sight.
    pub fn next(&self, due: i64, now: i64, zone: &Zone) -> Option<i64> {
        let was = zone.local(due)?.date();
        match self {
            Repeat::Seconds(seconds) => {
                let missed = (now - due).max(0) / seconds;
                Some(due + (missed + 1) * seconds)
            }
            Repeat::Days { every, at } => {
                let today = zone.local(now)?.date();
                let passed = i64::from((today - was).get_days()).max(0);
                let first = was.checked_add((passed / every * every).days()).ok()?;
                steps(first, every.days()).find_map(|day| zone.at_after(day, *at, now))
            }
            Repeat::Weeks { every, days, at } => {
                let monday = |day: Date| {
                    let back = i64::from(day.weekday().to_monday_zero_offset());
                    day.checked_sub(back.days()).ok()
                };
                let (from, today) = (monday(was)?, zone.local(now)?.date());
                let passed = i64::from((today - from).get_days()).max(0) / 7;
                let first = from.checked_add((passed / every * every).weeks()).ok()?;
                steps(first, every.weeks()).find_map(|monday| {
                    let day = |offset: i8| monday.checked_add(i64::from(offset - 1).days()).ok();
                    let mut times = days.iter().filter_map(|offset| day(*offset));
                    times.find_map(|day| zone.at_after(day, *at, now))
                })
            }
            Repeat::Months { every, day, at } => {
                let today = zone.local(now)?.date();
                let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
                let passed = (months(today) - months(was)).max(0);
                let first = was.first_of_month();
                let first = first.checked_add((passed / every * every).months()).ok()?;
                steps(first, every.months()).find_map(|month| {
                    let day = month.with().day((*day).min(month.days_in_month())).build();
                    zone.at_after(day.ok()?, *at, now)
                })
            }
            Repeat::Years { month, day, at } => {
                let first = zone.local(now)?.date().first_of_year();
                steps(first, 1.year()).find_map(|year| {
                    // The 29th of February waits for its years.
                    let date = Date::new(year.year(), *month, *day).ok()?;
                    zone.at_after(date, *at, now)
                })
            }
        }
    }

    /// Returns the first time after `now` of a rhythm that begins now: the nearest, also of one that
    /// passes over days or weeks.
    pub fn first(&self, now: i64, zone: &Zone) -> Option<i64> {
        let mut nearest = self.clone();
        match &mut nearest {
            Repeat::Days { every, .. }
            | Repeat::Weeks { every, .. }
            | Repeat::Months { every, .. } => *every = 1,
            Repeat::Seconds(_) | Repeat::Years { .. } => {}
        }
        nearest.next(now, now, zone)
    }

    /// Returns how many seconds lie between two times, at least.
    pub fn shortest(&self) -> i64 {
        const DAY: i64 = 86_400;
        match self {
            Repeat::Seconds(seconds) => *seconds,
            Repeat::Days { every, .. } => every * DAY,
            Repeat::Weeks { every, days, .. } if days.len() == 1 => every * 7 * DAY,
            Repeat::Weeks { .. } => DAY,
            Repeat::Months { every, .. } => every * 28 * DAY,
            Repeat::Years { .. } => 365 * DAY,
        }
    }
}

/// The days that are so far apart, from one on.
fn steps(first: Date, apart: Span) -> impl Iterator<Item = Date> {
    let days = (0..ROUNDS as i64).map_while(move |round| {
        let span = apart.checked_mul(round).ok()?;
        first.checked_add(span).ok()
    });
    days.into_iter()
}

/// Returns a weekday's number, 1 for Monday.
pub fn number(day: Weekday) -> i8 {
    day.to_monday_one_offset()
}

impl Zone {
    /// Returns a time of a day, if that is after `now`.
    fn at_after(&self, day: Date, at: i16, now: i64) -> Option<i64> {
        self.at(day, at).filter(|time| *time > now)
    }

    /// Returns a time of a day, in seconds since 1970. One that the change to summer time leaves out
    /// is moved past the gap, and one that comes twice is the first.
    pub fn at(&self, day: Date, at: i16) -> Option<i64> {
        let time = Time::new((at / 60) as i8, (at % 60) as i8, 0, 0).ok()?;
        let moment = self.0.to_timestamp(day.to_datetime(time)).ok()?;
        Some(moment.as_second())
    }

    /// Returns what the zone's clocks and calendars show at a moment.
    pub fn local(&self, seconds: i64) -> Option<jiff::civil::DateTime> {
        let moment = Timestamp::from_second(seconds).ok()?;
        Some(self.0.to_datetime(moment))
    }
}
