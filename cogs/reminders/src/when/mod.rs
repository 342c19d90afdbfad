//! Times as people write them, in English and German: `in 2 hours`, `tomorrow 9:00`, `Freitag 18:30`,
//! `2027-01-05 14:00`, `every Monday at 9`.
//!
//! Asks the host nothing: what time it is, and on whose clocks, is given.

mod repeat;
mod text;
mod words;

#[cfg(test)]
mod tests;

use cogbox_sdk::duration;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
pub use repeat::Repeat;
use text::{Parts, Rhythm};
use words::Unit;

/// The time of a day for which none was said, in minutes.
const NINE: i16 = 9 * 60;
/// Furthest away, in days: the host's own limit for timers, but for a day.
const FURTHEST: i64 = 5 * 365 - 1;
const DAY: i64 = 86_400;

/// Whose clocks a time is meant on.
#[derive(Debug, Clone)]
pub struct Zone(pub TimeZone);

/// When something is due, in seconds since 1970, and how it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    pub due: i64,
    pub repeat: Option<Repeat>,
    /// Whether it would be another moment in another time zone.
    pub by_clock: bool,
}

/// Why a text says no time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It says nothing of a time.
    Nothing,
    /// A word that is not known.
    Unknown(String),
    /// A number of which it is not clear what it counts.
    Number(String),
    /// `5/6` is the 5th of June here and the 6th of May there.
    Slashes(String),
    /// Two times, two days, or a rhythm that does not go together with the rest.
    Unclear,
    NoSuchDate,
    Past,
    TooFar,
}

/// Reads a time as people write it.
pub fn read(text: &str, now: i64, zone: &Zone) -> Result<When, Problem> {
    let text = text.trim().to_lowercase();
    let once = |due: i64| When {
        due,
        repeat: None,
        by_clock: false,
    };
    let when = match (moment(&text), length(&text)) {
        (Some(due), _) => once(due),
        (None, Some(seconds)) => once(now.saturating_add(seconds)),
        (None, None) => by_clock(&Parts::read(&text)?, now, zone)?,
    };
    match when.due - now {
        ..=0 => Err(Problem::Past),
        ahead if ahead > FURTHEST * DAY => Err(Problem::TooFar),
        _ => Ok(when),
    }
}

/// Returns the moment of `<t:1795820400:f>`, as Discord writes one.
fn moment(text: &str) -> Option<i64> {
    let inner = text.strip_prefix("<t:")?.strip_suffix('>')?;
    inner.split(':').next()?.parse().ok()
}

/// Returns the seconds of `in 2 hours`, `90m` or `in einer halben Stunde`.
fn length(text: &str) -> Option<i64> {
    let text = ["in ", "nach ", "after "]
        .iter()
        .find_map(|before| text.strip_prefix(before))
        .unwrap_or(text);
    let half = ["half an hour", "einer halben stunde", "eine halbe stunde"];
    if half.contains(&text) {
        return Some(1_800);
    }
    let articles = ["an ", "a ", "one ", "einer ", "einem ", "eine ", "ein "];
    let counted = articles
        .iter()
        .find_map(|article| text.strip_prefix(article))
        .map_or(text.to_string(), |rest| format!("1 {rest}"));
    duration::read(&counted)?.try_into().ok()
}

fn by_clock(parts: &Parts, now: i64, zone: &Zone) -> Result<When, Problem> {
    let today = zone.local(now).ok_or(Problem::TooFar)?.date();
    if let Some(rhythm) = &parts.rhythm {
        let repeat = recurring(parts, rhythm, today)?;
        let due = repeat.first(now, zone).ok_or(Problem::TooFar)?;
        return Ok(When {
            due,
            by_clock: !matches!(repeat, Repeat::Seconds(_)),
            repeat: Some(repeat),
        });
    }
    let at = parts.clock().unwrap_or(NINE);
    let time = |day: Date| zone.at(day, at).ok_or(Problem::TooFar);
    let later = |day: Date, span: Span| day.checked_add(span).map_err(|_| Problem::TooFar);
    let named = [
        parts.day.is_some() || parts.month.is_some() || parts.year.is_some(),
        !parts.weekdays.is_empty(),
        parts.ahead.is_some(),
        parts.offset.is_some(),
    ];
    if parts.weekdays.len() > 1 || named.iter().filter(|named| **named).count() > 1 {
        return Err(Problem::Unclear);
    }
    let due = if let Some(days) = parts.ahead {
        time(later(today, i64::from(days).days())?)?
    } else if let Some((count, unit)) = parts.offset {
        time(later(today, span(count, unit)?)?)?
    } else if let Some(weekday) = parts.weekdays.first() {
        let from = if parts.not_today { 1 } else { 0 };
        let coming = upcoming(today, *weekday, from)?;
        match time(coming)? {
            past if past <= now => time(later(coming, 1.week())?)?,
            due => due,
        }
    } else if named[0] {
        on_date(parts, today, now, &time)?
    } else if parts.clock().is_some() {
        match time(today)? {
            past if past <= now => time(later(today, 1.day())?)?,
            due => due,
        }
    } else {
        return Err(Problem::Nothing);
    };
    Ok(When {
        due,
        repeat: None,
        by_clock: true,
    })
}

/// Returns the first such day, so many days from today at least.
fn upcoming(today: Date, weekday: Weekday, from: i64) -> Result<Date, Problem> {
    let days = (from..from + 7).filter_map(|ahead| today.checked_add(ahead.days()).ok());
    let mut days = days.filter(|day| day.weekday() == weekday);
    days.next().ok_or(Problem::TooFar)
}

/// Returns the time on a date; where it has no year or no month, on the next such.
fn on_date(
    parts: &Parts,
    today: Date,
    now: i64,
    time: &dyn Fn(Date) -> Result<i64, Problem>,
) -> Result<i64, Problem> {
    let day = parts.day.ok_or(Problem::Unclear)?;
    let date = |year: i16, month: i8| Date::new(year, month, day).map_err(|_| Problem::NoSuchDate);
    if let Some(year) = parts.year {
        return time(date(year, parts.month.ok_or(Problem::Unclear)?)?);
    }
    let candidates: Vec<Result<Date, Problem>> = match parts.month {
        // The 29th of February is at most eight years away.
        Some(month) => (0..9)
            .map(|years| date(today.year() + years, month))
            .collect(),
        None => (0..3i64)
            .filter_map(|months| today.first_of_month().checked_add(months.months()).ok())
            .map(|month| date(month.year(), month.month()))
            .collect(),
    };
    for day in candidates.into_iter().flatten() {
        match time(day)? {
            due if due > now => return Ok(due),
            _ => {}
        }
    }
    Err(Problem::NoSuchDate)
}

fn recurring(parts: &Parts, rhythm: &Rhythm, today: Date) -> Result<Repeat, Problem> {
    if parts.ahead.is_some() || parts.offset.is_some() || parts.year.is_some() {
        return Err(Problem::Unclear);
    }
    let every = rhythm.count;
    let at = parts.clock().unwrap_or(NINE);
    let unit = match (rhythm.unit, parts) {
        (Some(unit), _) => unit,
        (None, parts) if !parts.weekdays.is_empty() => Unit::Week,
        (None, parts) if parts.month.is_some() => Unit::Year,
        (None, parts) if parts.day.is_some() => Unit::Month,
        (None, parts) if parts.clock().is_some() => Unit::Day,
        _ => return Err(Problem::Nothing),
    };
    let days_named = !parts.weekdays.is_empty();
    let date_named = parts.day.is_some() || parts.month.is_some();
    let fits = match unit {
        Unit::Minute | Unit::Hour => !days_named && !date_named && parts.clock().is_none(),
        Unit::Day => !days_named && !date_named,
        Unit::Week => !date_named,
        Unit::Month => !days_named && parts.month.is_none(),
        Unit::Year => !days_named && parts.day.is_some() == parts.month.is_some(),
    };
    if !fits || (unit == Unit::Year && every > 1) {
        return Err(Problem::Unclear);
    }
    let day = parts.day.unwrap_or(today.day());
    Ok(match unit {
        Unit::Minute => Repeat::Seconds(every * 60),
        Unit::Hour => Repeat::Seconds(every * 3_600),
        Unit::Day => Repeat::Days { every, at },
        Unit::Week => {
            let mut days: Vec<i8> = parts
                .weekdays
                .iter()
                .map(|day| repeat::number(*day))
                .collect();
            if days.is_empty() {
                days.push(repeat::number(today.weekday()));
            }
            days.sort_unstable();
            days.dedup();
            Repeat::Weeks { every, days, at }
        }
        Unit::Month => Repeat::Months { every, day, at },
        Unit::Year => {
            let month = parts.month.unwrap_or(today.month());
            // A leap year has all days that there are.
            Date::new(2028, month, day).map_err(|_| Problem::NoSuchDate)?;
            Repeat::Years { month, day, at }
        }
    })
}

fn span(count: i64, unit: Unit) -> Result<Span, Problem> {
    let span = Span::new();
    let span = match unit {
        Unit::Day => span.try_days(count),
        Unit::Week => span.try_weeks(count),
        Unit::Month => span.try_months(count),
        Unit::Year => span.try_years(count),
        // `in 2 hours` is a length; with a clock time it says nothing.
        Unit::Minute | Unit::Hour => return Err(Problem::Unclear),
    };
    span.map_err(|_| Problem::TooFar)
}
