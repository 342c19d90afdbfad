//! Moments as feeds write them: `Tue, 10 Jun 2003 04:00:00 GMT` and `2003-06-10T04:00:00Z`, and what
//! people make of both.

const DAY: f64 = 86_400.0;
const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
/// Years that are meant seriously.
const YEARS: std::ops::RangeInclusive<i64> = 1_970..=9_999;

/// Returns a moment in seconds since 1970; `None` where it is none.
pub fn read(text: &str) -> Option<f64> {
    let text = text.trim();
    internet(text).or_else(|| mail(text))
}

/// `2003-06-10T04:00:00.5+02:00`, also without the time or the zone.
fn internet(text: &str) -> Option<f64> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, time.trim()),
        None => (text, ""),
    };
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let zone_at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(zone_at);
    Some(days(year, month, day)? + clock(time)? - offset(zone.trim()))
}

/// `Tue, 10 Jun 2003 04:00:00 +0200`, also without the weekday, the seconds or the zone.
fn mail(text: &str) -> Option<f64> {
    let words = text.split([' ', ',', '-']).filter(|word| !word.is_empty());
    // The sign of a zone is lost with the others; it is read from the whole.
    let mut words =
        words.skip_while(|word| !word.starts_with(|letter: char| letter.is_ascii_digit()));
    let day = words.next()?.parse().ok()?;
    let month = words.next()?.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.find(&month).filter(|at| at % 3 == 0)? / 3 + 1;
    let year: i64 = words.next()?.parse().ok()?;
    let year = match year {
        0..=69 => year + 2_000,
        70..=99 => year + 1_900,
        _ => year,
    };
    let time = words.next().unwrap_or_default();
    let zone = text.rsplit(' ').next().unwrap_or_default();
    Some(days(year, month as i64, day)? + clock(time)? - offset(zone))
}

/// Seconds of `04:00:00.5`; 0 for nothing.
fn clock(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let mut part = |most: f64| match parts.next().map(str::trim) {
        None | Some("") => Some(0.0),
        Some(part) => part
            .parse::<f64>()
            .ok()
            .filter(|part| (0.0..=most).contains(part)),
    };
    Some(part(24.0)? * 3_600.0 + part(59.0)? * 60.0 + part(61.0)?)
}

/// Seconds of a time zone; 0 for one that is not known.
fn offset(zone: &str) -> f64 {
    let hours = match zone.to_ascii_uppercase().as_str() {
        "EST" | "CDT" => -5.0,
        "EDT" => -4.0,
        "CST" | "MDT" => -6.0,
        "MST" | "PDT" => -7.0,
        "PST" => -8.0,
        "CET" | "BST" | "MEZ" => 1.0,
        "CEST" | "EET" | "MESZ" => 2.0,
        "JST" => 9.0,
        _ => return numbers(zone).unwrap_or(0.0),
    };
    hours * 3_600.0
}

/// Seconds of `+0200` and `-05:30`.
fn numbers(zone: &str) -> Option<f64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1.0,
        b'-' => -1.0,
        _ => return None,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: f64 = digits.get(..2)?.parse().ok()?;
    let minutes: f64 = digits.get(2..4).unwrap_or("0").parse().ok()?;
    Some(sign * (hours * 3_600.0 + minutes * 60.0))
}

/// Seconds from 1970 to a day, by the calendar of today.
fn days(year: i64, month: i64, day: i64) -> Option<f64> {
    if !YEARS.contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March here, so that the day of a leap year comes last.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let leap = year / 4 - year / 100 + year / 400;
    let number = year * 365 + leap + (month * 153 + 2) / 5 + day - 1;
    Some((number - 719_468) as f64 * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_feeds_write_them() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
            ("Tue, 10 Jun 2003 04:00:00 GMT", 1_055_217_600.0),
            ("Tue, 10 Jun 2003 04:00:00 +0200", 1_055_210_400.0),
            ("10 June 2003 04:00 EST", 1_055_235_600.0),
            ("10 Jun 03", 1_055_203_200.0),
            ("2003-06-10T04:00:00.500-05:30", 1_055_237_400.5),
            ("2003-06-10 04:00:00", 1_055_217_600.0),
            ("2003-06-10", 1_055_203_200.0),
            (" 2024-02-29T23:59:60Z ", 1_709_251_200.0),
        ] {
            assert_eq!(read(text), Some(seconds), "{text}");
        }
        for odd in [
            "",
            "soon",
            "2003",
            "2003-13-01",
            "10 Foo 2003",
            "99999999999999999999-1-1",
            "10 Jun 2003 25:00",
            "Jun 10",
            "1 \u{e4}\u{e4}\u{e4} 2000",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
