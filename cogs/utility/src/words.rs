//! How lengths of time read.

use cogbox_sdk::prelude::*;

/// Seconds of the units, largest first.
const UNITS: [u64; 4] = [86_400, 3_600, 60, 1];

/// Returns a length of time by its two largest units: `3 days, 4 hours`.
pub fn duration(to: &dyn Audience, seconds: f64) -> String {
    // A clock that was set back must not read as centuries; the cast stops at zero.
    let mut left = seconds as u64;
    let counts = UNITS.map(|size| {
        let count = left / size;
        left %= size;
        count
    });
    let Some(first) = counts.iter().position(|count| *count > 0) else {
        return t!(to, no_time);
    };
    let two = (first..UNITS.len()).take(2);
    let parts = two.filter(|unit| counts[*unit] > 0);
    let part = |unit: usize| match unit {
        0 => t!(to, days, count = counts[unit]),
        1 => t!(to, hours, count = counts[unit]),
        2 => t!(to, minutes, count = counts[unit]),
        _ => t!(to, seconds, count = counts[unit]),
    };
    parts.map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_reads_by_its_two_largest_units() {
        let english = |seconds| duration(&"en-US", seconds);
        assert_eq!(english(0.4), "less than a second");
        assert_eq!(english(-5.0), "less than a second");
        assert_eq!(english(1.0), "1 second");
        assert_eq!(english(61.0), "1 minute, 1 second");
        assert_eq!(english(7_200.0), "2 hours");
        assert_eq!(
            english(86_400.0 * 3.0 + 3_600.0 * 4.0 + 59.0),
            "3 days, 4 hours"
        );
        assert_eq!(english(86_400.0 * 1_500.0), "1,500 days");
        let german = |seconds| duration(&"de", seconds);
        assert_eq!(german(86_400.0 + 7_200.0), "1 Tag, 2 Stunden");
        assert_eq!(german(0.0), "keine Sekunde");
    }
}
