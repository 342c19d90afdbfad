//! Times, rhythms and what is wrong with a time, in words.
//!
//! Asks the host nothing.

use crate::when::{Problem, Repeat, When, Zone};
use cogbox_sdk::prelude::*;

/// Returns what is wrong with a time.
pub fn problem(to: &dyn Audience, problem: &Problem) -> String {
    let shown = |text: &str| markdown::escape(&markdown::shorten(text, 40));
    match problem {
        Problem::Nothing => t!(to, no_time),
        Problem::Unknown(word) => t!(to, unknown_word, word = shown(word)),
        Problem::Number(number) => t!(to, unclear_number, number = shown(number)),
        Problem::Slashes(date) => t!(to, slashes, date = shown(date)),
        Problem::Unclear => t!(to, unclear),
        Problem::NoSuchDate => t!(to, no_such_date),
        Problem::Past => t!(to, past),
        Problem::TooFar => t!(to, too_far),
    }
}

/// Returns a rhythm, such as `every Monday at 09:00`.
pub fn repeat(to: &dyn Audience, repeat: &Repeat) -> String {
    match repeat {
        Repeat::Seconds(seconds) => {
            let length = duration::words(to, (*seconds).max(0) as u64);
            t!(to, every_length, length = length)
        }
        Repeat::Days { every, at } => t!(to, every_days, count = *every, time = time(*at)),
        Repeat::Weeks { every, days, at } => {
            let days = match days.as_slice() {
                [1, 2, 3, 4, 5] => t!(to, workdays),
                days => {
                    let names: Vec<String> = days.iter().map(|day| weekday(to, *day)).collect();
                    names.join(", ")
                }
            };
            t!(
                to,
                every_weeks,
                count = *every,
                days = days,
                time = time(*at)
            )
        }
        Repeat::Months { every, day, at } => {
            t!(
                to,
                every_months,
                count = *every,
                day = i64::from(*day),
                time = time(*at)
            )
        }
        Repeat::Years { month, day, at } => {
            let date = t!(
                to,
                day_and_month,
                day = i64::from(*day),
                month = i64::from(*month)
            );
            t!(to, every_year, date = date, time = time(*at))
        }
    }
}

/// Returns a moment on somebody's clocks, for where Discord shows no times of its own.
pub fn moment(to: &dyn Audience, due: i64, zone: &Zone) -> String {
    let Some(local) = zone.local(due) else {
        return String::new();
    };
    t!(
        to,
        moment,
        weekday = weekday(to, local.weekday().to_monday_one_offset()),
        day = format!("{:02}", local.day()),
        month = format!("{:02}", local.month()),
        year = local.year().to_string(),
        time = time(i16::from(local.hour()) * 60 + i16::from(local.minute()))
    )
}

/// Returns when something is due, and its rhythm.
pub fn when(to: &dyn Audience, when: &When, zone: &Zone) -> String {
    let first = moment(to, when.due, zone);
    match &when.repeat {
        None => first,
        Some(rhythm) => t!(to, from_then, rhythm = repeat(to, rhythm), first = first),
    }
}

/// Returns the times that are offered before somebody types one.
pub fn examples(to: &dyn Audience) -> [String; 6] {
    [
        t!(to, example_length),
        t!(to, example_tomorrow),
        t!(to, example_weekday),
        t!(to, example_date),
        t!(to, example_daily),
        t!(to, example_weekly),
    ]
}

fn weekday(to: &dyn Audience, day: i8) -> String {
    match day {
        1 => t!(to, monday),
        2 => t!(to, tuesday),
        3 => t!(to, wednesday),
        4 => t!(to, thursday),
        5 => t!(to, friday),
        6 => t!(to, saturday),
        _ => t!(to, sunday),
    }
}

fn time(minutes: i16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::when;
    use jiff::tz::TimeZone;

    fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    #[test]
    fn rhythms_are_told_in_both_languages() {
        for (typed, english, german) in [
            ("alle 2 Stunden", "every 2 hours", "alle 2 Stunden"),
            ("every day at 9", "every day at 09:00", "jeden Tag um 09:00"),
            (
                "every 3 days",
                "every 3 days at 09:00",
                "alle 3 Tage um 09:00",
            ),
            (
                "every weekday 8:30",
                "every weekday at 08:30",
                "jede Woche Montag bis Freitag um 08:30",
            ),
            (
                "every 2 weeks on monday",
                "every 2 weeks on Monday at 09:00",
                "alle 2 Wochen Montag um 09:00",
            ),
            (
                "every 5th",
                "every month on day 5 at 09:00",
                "jeden Monat am 5. um 09:00",
            ),
            (
                "every 24 december",
                "every year on 24 December at 09:00",
                "jedes Jahr am 24.12. um 09:00",
            ),
        ] {
            let read = when::read(typed, 1_000_000, &utc())
                .unwrap()
                .repeat
                .unwrap();
            assert_eq!(repeat(&"en-US", &read), english);
            assert_eq!(repeat(&"de", &read), german);
        }
    }

    #[test]
    fn all_examples_are_times() {
        for language in ["en-US", "de"] {
            for example in examples(&language) {
                let read = when::read(&example, 1_795_820_400, &utc());
                assert!(read.is_ok(), "{example}: {read:?}");
            }
        }
    }

    #[test]
    fn a_moment_is_told_on_the_clocks_of_a_zone() {
        assert_eq!(
            moment(&"en-US", 1_795_820_400, &utc()),
            "Friday, 2026-11-27, 23:00"
        );
        assert_eq!(
            moment(&"de", 1_795_820_400, &utc()),
            "Freitag, 27.11.2026, 23:00"
        );
    }
}
