//! Sizes and durations as people write them: `64MiB`, `500ms`.

use std::time::Duration;

/// Parses a size in bytes: a whole number with `B`, `KiB`, `MiB` or `GiB`.
pub fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let factor = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(format!("`{text}` is not a size")),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| format!("`{text}` is not a size"))?;
    number
        .checked_mul(factor)
        .ok_or_else(|| format!("`{text}` is larger than any machine"))
}

/// Parses a duration: a whole number with `ms`, `s` or `min`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        _ => return Err(format!("`{text}` is not a duration")),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| format!("`{text}` is not a duration"))?;
    let millis = number
        .checked_mul(factor)
        .filter(|&millis| millis <= 86_400_000);
    millis
        .map(Duration::from_millis)
        .ok_or_else(|| format!("`{text}` is longer than a day"))
}

/// Parses a whole number of days, at most a hundred years: `30d`.
pub fn days(text: &str) -> Result<Duration, String> {
    let number = match split(text) {
        (number, "d") => number.parse::<u64>().ok(),
        _ => None,
    };
    match number {
        Some(days @ 1..=36_500) => Ok(Duration::from_secs(days * 86_400)),
        _ => Err(format!("`{text}` is not a number of days")),
    }
}

/// Writes a size the way `size` reads it, with one decimal where it helps.
pub fn show_size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    for (unit, factor) in UNITS {
        if bytes >= factor {
            let tenths = bytes * 10 / factor;
            return match tenths % 10 {
                0 => format!("{} {unit}", tenths / 10),
                rest => format!("{}.{rest} {unit}", tenths / 10),
            };
        }
    }
    format!("{bytes} B")
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("64MiB"), Ok(64 << 20));
        assert_eq!(size("256 KiB"), Ok(256 << 10));
        assert!(size("64").is_err());
        assert!(size("64MB").is_err());
        assert!(size("99999999999999999GiB").is_err());
        assert_eq!(show_size(64 << 20), "64 MiB");
        assert_eq!(show_size(1_536), "1.5 KiB");
        assert_eq!(show_size(12), "12 B");
    }

    #[test]
    fn durations() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2min"), Ok(Duration::from_secs(120)));
        assert!(duration("2").is_err());
        assert!(duration("400000min").is_err());
        assert_eq!(days("30d"), Ok(Duration::from_secs(2_592_000)));
        assert!(days("30").is_err() && days("0d").is_err() && days("99999d").is_err());
    }
}
