//! Lengths of time, in whole seconds, as people write and read them.

use crate::locale::Audience;
use crate::t;

/// Seconds of each unit that [`read`] knows, and how people write it, in small letters.
const UNITS: &[(u64, &[&str])] = &[
    (
        1,
        &[
            "s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden",
        ],
    ),
    (60, &["m", "min", "mins", "minute", "minutes", "minuten"]),
    (
        HOUR,
        &[
            "h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden",
        ],
    ),
    (DAY, &["d", "day", "days", "t", "tag", "tage", "tagen"]),
    (7 * DAY, &["w", "wk", "week", "weeks", "woche", "wochen"]),
    (
        30 * DAY,
        &["mo", "month", "months", "monat", "monate", "monaten"],
    ),
    (
        365 * DAY,
        &["y", "yr", "year", "years", "j", "jahr", "jahre", "jahren"],
    ),
];
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Reads `90s`, `1h30m`, `2 days`, `1 week, 2 days and 3 hours` or `2 Stunden`, and returns seconds.
/// A month has 30 days and a year 365. `None` where a number or a unit is missing, a unit is unknown
/// or comes twice, and for nothing and zero.
pub fn read(text: &str) -> Option<u64> {
    let text = text.to_lowercase();
    let mut rest = text.trim();
    let (mut total, mut seen) = (0u64, Vec::new());
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let end = after.find(|letter: char| !letter.is_alphabetic());
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let (seconds, _) = UNITS.iter().find(|(_, names)| names.contains(&unit))?;
        if seen.contains(seconds) {
            return None;
        }
        seen.push(*seconds);
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*seconds)?)?;
        let after = after.trim_start_matches([',', ' ']);
        let joined = ["and ", "und "]
            .iter()
            .find_map(|word| after.strip_prefix(word));
        rest = joined.unwrap_or(after).trim_start();
    }
    (total > 0).then_some(total)
}

/// Returns a length of time in words, such as `1 day and 2 hours`: its two largest units, and what is
/// smaller is left out.
pub fn words(audience: &dyn Audience, seconds: u64) -> String {
    let parts = [
        (seconds / DAY, seconds % DAY),
        (seconds % DAY / HOUR, seconds % HOUR),
        (seconds % HOUR / 60, seconds % 60),
        (seconds % 60, 0),
    ];
    let first = parts
        .iter()
        .position(|(number, _)| *number > 0)
        .unwrap_or(3);
    let word = |unit: usize| {
        let number = parts[unit].0;
        match unit {
            0 => t!(audience, days, number = number),
            1 => t!(audience, hours, number = number),
            2 => t!(audience, minutes, number = number),
            _ => t!(audience, seconds, number = number),
        }
    };
    match parts.get(first + 1) {
        Some((1.., _)) => t!(
            audience,
            two_lengths,
            larger = word(first),
            smaller = word(first + 1)
        ),
        _ => word(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("90s", 90),
            ("10m", 600),
            ("1h30m", 5_400),
            ("1H 30 Min", 5_400),
            ("2 days", 172_800),
            ("1 week, 2 days and 3 hours", 788_400),
            ("2 Stunden und 1 Minute", 7_260),
            ("1mo", 2_592_000),
            ("1 Jahr", 31_536_000),
        ] {
            assert_eq!(read(text), Some(seconds), "{text}");
        }
        for odd in [
            "",
            "10",
            "m",
            "1x",
            "0s",
            "1h1h",
            "-5m",
            "1.5h",
            "1h and",
            "soon",
            "99999999999999999999s",
            "999999999999999999y",
            "5m in",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn lengths_are_told_by_their_largest_units() {
        for (seconds, english, german) in [
            (0, "0 seconds", "0 Sekunden"),
            (1, "1 second", "1 Sekunde"),
            (90, "1 minute and 30 seconds", "1 Minute und 30 Sekunden"),
            (3_600, "1 hour", "1 Stunde"),
            (3_601, "1 hour", "1 Stunde"),
            (788_400, "9 days and 3 hours", "9 Tage und 3 Stunden"),
        ] {
            assert_eq!(words(&"en-US", seconds), english);
            assert_eq!(words(&"de", seconds), german);
        }
    }
}
