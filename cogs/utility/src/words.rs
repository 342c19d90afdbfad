//! How numbers and lengths of time read.

/// Returns a number with commas between its thousands.
pub fn number(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Returns a length of time by its two largest units: `3 days, 4 hours`.
pub fn duration(seconds: f64) -> String {
    /// Names and seconds of the units, largest first.
    const UNITS: &[(&str, u64)] = &[
        ("day", 86_400),
        ("hour", 3_600),
        ("minute", 60),
        ("second", 1),
    ];
    // A clock that was set back must not read as centuries; the cast stops at zero.
    let mut left = seconds as u64;
    let mut parts = Vec::new();
    for (name, size) in UNITS {
        let count = left / size;
        left %= size;
        match count {
            0 if parts.is_empty() => continue,
            0 => {}
            1 => parts.push(format!("1 {name}")),
            _ => parts.push(format!("{count} {name}s")),
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() {
        return "less than a second".to_string();
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000), "1,000");
        assert_eq!(number(u32::MAX), "4,294,967,295");
    }

    #[test]
    fn time_reads_by_its_two_largest_units() {
        assert_eq!(duration(0.4), "less than a second");
        assert_eq!(duration(-5.0), "less than a second");
        assert_eq!(duration(1.0), "1 second");
        assert_eq!(duration(61.0), "1 minute, 1 second");
        assert_eq!(duration(7_200.0), "2 hours");
        assert_eq!(
            duration(86_400.0 * 3.0 + 3_600.0 * 4.0 + 59.0),
            "3 days, 4 hours"
        );
        assert_eq!(duration(86_400.0 + 5.0), "1 day, 5 seconds");
    }
}
