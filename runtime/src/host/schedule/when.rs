//! When a timer is due: first, and again.

use chrono::{DateTime, TimeZone};
use chrono_tz::Tz;
use cogbox_world::cogbox::host::schedule::When;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use crate::store::Repeat;

/// Least time between two firings of what recurs, in seconds. A cron expression has minutes at least.
const EVERY_MIN: u32 = 10;
/// How far ahead a timer may be: nobody waits longer, and a time in the wrong unit is found.
const AHEAD_MAX: i64 = 5 * 366 * 86_400_000;
/// Longest cron expression, in bytes.
const CRON_MAX: usize = 100;

/// Returns when a timer that is set now is due first, and how it goes on; the error is a sentence.
pub fn first(when: &When, now: i64) -> Result<(i64, Repeat), String> {
    let (due, repeat) = match when {
        When::AfterSeconds(seconds) => (now + i64::from(*seconds) * 1_000, Repeat::Once),
        When::At(at) => {
            if !at.is_finite() || *at < 0.0 {
                return Err(format!("{at} is not a time in seconds since 1970"));
            }
            // What is past is due at once. A double that is too large becomes the largest number.
            (((at * 1_000.0) as i64).max(now), Repeat::Once)
        }
        When::EverySeconds(seconds) if *seconds < EVERY_MIN => {
            return Err(format!(
                "a timer fires every {EVERY_MIN} seconds at most; this one would every {seconds}"
            ));
        }
        When::EverySeconds(seconds) => {
            let every = i64::from(*seconds) * 1_000;
            (now + every, Repeat::Every(every))
        }
        When::Cron(cron) => {
            let zone = cron.time_zone.as_deref().unwrap_or("UTC");
            let (parsed, tz) = (parse(&cron.expression)?, time_zone(zone)?);
            let due = following(&parsed, tz, now).ok_or_else(|| {
                format!(
                    "`{}` names a time that never comes",
                    shown(&cron.expression)
                )
            })?;
            let repeat = Repeat::Cron {
                expression: cron.expression.clone(),
                zone: zone.to_owned(),
            };
            (due, repeat)
        }
    };
    if due.saturating_sub(now) > AHEAD_MAX {
        return Err(
            "a timer is due within five years at most; this one would be later \
                    (times are in seconds)"
                .to_owned(),
        );
    }
    Ok((due, repeat))
}

/// Returns when a timer that was due and fires now is due again. Periods that were missed are
/// passed over; what is every so often stays in its rhythm.
pub fn next(repeat: &Repeat, due: i64, now: i64) -> Option<i64> {
    match repeat {
        Repeat::Once => None,
        Repeat::Every(every) => {
            let every = (*every).max(1);
            let passed = (now - due).max(0) / every;
            Some(due + (passed + 1) * every)
        }
        // Both were checked when the timer was set; another version of the zones may lack one.
        Repeat::Cron { expression, zone } => following(
            &parse(expression).ok()?,
            time_zone(zone).ok()?,
            now.max(due),
        ),
    }
}

fn parse(expression: &str) -> Result<Cron, String> {
    if expression.len() > CRON_MAX {
        return Err(format!(
            "a cron expression has at most {CRON_MAX} bytes; this one has {}",
            expression.len()
        ));
    }
    let parser = CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build();
    parser.parse(expression).map_err(|error| {
        let (shown, error) = (shown(expression), error.to_string());
        format!(
            "`{shown}` is not a cron expression of five fields, such as `30 8 * * MON-FRI`: {}",
            error.trim_end_matches('.')
        )
    })
}

fn time_zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| {
        format!(
            "`{}` is not a time zone, such as Europe/Berlin",
            shown(name)
        )
    })
}

/// Returns the first moment after another that an expression names, in milliseconds since 1970.
fn following(cron: &Cron, zone: Tz, after: i64) -> Option<i64> {
    let second = DateTime::from_timestamp(after.div_euclid(1_000), 0)?;
    let after = zone.from_utc_datetime(&second.naive_utc());
    let next = cron.find_next_occurrence(&after, false).ok()?;
    Some(next.timestamp_millis())
}

fn shown(text: &str) -> String {
    let start: String = text.chars().take(CRON_MAX).collect();
    start.escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use cogbox_world::cogbox::host::schedule::Cron;

    use super::*;

    fn at(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text)
            .unwrap()
            .timestamp_millis()
    }

    fn cron(expression: &str, zone: Option<&str>) -> When {
        When::Cron(Cron {
            expression: expression.into(),
            time_zone: zone.map(Into::into),
        })
    }

    /// The next firings after a moment, on Berlin's clocks.
    fn berlin(expression: &str, after: &str, count: usize) -> Vec<String> {
        let repeat = Repeat::Cron {
            expression: expression.into(),
            zone: "Europe/Berlin".into(),
        };
        let mut due = at(after);
        let mut dues = Vec::new();
        for _ in 0..count {
            due = next(&repeat, due, due).unwrap();
            let moment = chrono_tz::Europe::Berlin.timestamp_millis_opt(due).unwrap();
            dues.push(moment.format("%d %H:%M %Z").to_string());
        }
        dues
    }

    #[test]
    fn once_is_after_a_while_or_at_a_time() {
        let first = |when| first(&when, 5_000);
        assert_eq!(first(When::AfterSeconds(0)), Ok((5_000, Repeat::Once)));
        assert_eq!(first(When::AfterSeconds(3)), Ok((8_000, Repeat::Once)));
        assert_eq!(first(When::At(7.25)), Ok((7_250, Repeat::Once)));
        assert_eq!(
            first(When::At(1.0)),
            Ok((5_000, Repeat::Once)),
            "it is past"
        );
        assert_eq!(
            first(When::EverySeconds(10)),
            Ok((15_000, Repeat::Every(10_000)))
        );
    }

    #[test]
    fn what_can_not_be_is_told_in_a_sentence() {
        let now = at("2026-06-01T00:00:00Z");
        let told = [
            When::At(f64::NAN),
            When::At(-1.0),
            When::At(f64::INFINITY),
            When::At(1_780_000_000_000.0),
            When::At(1e300),
            When::AfterSeconds(u32::MAX),
            When::EverySeconds(9),
            When::EverySeconds(u32::MAX),
            cron("", None),
            cron("every day", None),
            cron("* * * * * *", None),
            cron("61 * * * *", None),
            cron("0 0 30 2 *", None),
            cron(&"0,".repeat(60), None),
            cron("0 8 * * *", Some("Mars/Olympus")),
            cron("0 8 * * *", Some("")),
        ]
        .map(|when| first(&when, now).unwrap_err());
        insta::assert_snapshot!(told.join("\n"), @r"
        NaN is not a time in seconds since 1970
        -1 is not a time in seconds since 1970
        inf is not a time in seconds since 1970
        a timer is due within five years at most; this one would be later (times are in seconds)
        a timer is due within five years at most; this one would be later (times are in seconds)
        a timer is due within five years at most; this one would be later (times are in seconds)
        a timer fires every 10 seconds at most; this one would every 9
        a timer is due within five years at most; this one would be later (times are in seconds)
        `` is not a cron expression of five fields, such as `30 8 * * MON-FRI`: CronPattern cannot be an empty string
        `every day` is not a cron expression of five fields, such as `30 8 * * MON-FRI`: Invalid pattern: Pattern must have 5 fields when seconds are disallowed
        `* * * * * *` is not a cron expression of five fields, such as `30 8 * * MON-FRI`: Invalid pattern: Pattern must have 5 fields when seconds are disallowed
        `61 * * * *` is not a cron expression of five fields, such as `30 8 * * MON-FRI`: Component error: Number out of bounds
        `0 0 30 2 *` names a time that never comes
        a cron expression has at most 100 bytes; this one has 120
        `Mars/Olympus` is not a time zone, such as Europe/Berlin
        `` is not a time zone, such as Europe/Berlin
        ");
    }

    #[test]
    fn missed_periods_are_passed_over_and_the_rhythm_stays() {
        let every = Repeat::Every(10);
        assert_eq!(next(&every, 100, 100), Some(110));
        assert_eq!(next(&every, 100, 109), Some(110));
        assert_eq!(next(&every, 100, 110), Some(120));
        assert_eq!(next(&every, 100, 207), Some(210));
        // The clock went back between the look and the call.
        assert_eq!(next(&every, 100, 50), Some(110));
        assert_eq!(next(&Repeat::Once, 100, 207), None);
    }

    #[test]
    fn cron_is_in_its_time_zone() {
        let now = at("2026-06-01T07:00:00Z");
        let due = |when| first(&when, now).unwrap().0;
        assert_eq!(due(cron("0 8 * * *", None)), at("2026-06-01T08:00:00Z"));
        let tokyo = Some("Asia/Tokyo");
        assert_eq!(due(cron("0 8 * * *", tokyo)), at("2026-06-01T23:00:00Z"));
        assert_eq!(due(cron("0 7 * * *", None)), at("2026-06-02T07:00:00Z"));
        // It is late by days: what was missed is passed over.
        let repeat = Repeat::Cron {
            expression: "0 8 * * *".into(),
            zone: "UTC".into(),
        };
        let late = at("2026-06-09T12:00:00Z");
        assert_eq!(next(&repeat, now, late), Some(at("2026-06-10T08:00:00Z")));
    }

    #[test]
    fn an_hour_that_does_not_exist_moves_a_fixed_time_past_it() {
        // On 29 March 2026, 02:00 to 03:00 is missing in Berlin.
        let before = "2026-03-28T01:00:00Z";
        insta::assert_snapshot!(berlin("30 2 * * *", before, 3).join(", "), @"28 02:30 CET, 29 03:00 CEST, 30 02:30 CEST");
        insta::assert_snapshot!(berlin("*/30 * * * *", "2026-03-29T00:20:00Z", 3).join(", "), @"29 01:30 CET, 29 03:00 CEST, 29 03:30 CEST");
    }

    #[test]
    fn an_hour_that_comes_twice_fires_a_fixed_time_once() {
        // On 25 October 2026, 02:00 to 03:00 comes twice in Berlin.
        let before = "2026-10-24T10:00:00Z";
        insta::assert_snapshot!(berlin("30 2 * * *", before, 2).join(", "), @"25 02:30 CEST, 26 02:30 CET");
        insta::assert_snapshot!(berlin("*/30 * * * *", "2026-10-24T23:50:00Z", 6).join(", "), @"25 02:00 CEST, 25 02:30 CEST, 25 02:00 CET, 25 02:30 CET, 25 03:00 CET, 25 03:30 CET");
    }
}
