//! How times, titles and the progress bar are written, and which moments people write.
//!
//! Asks the host nothing.

use cogbox_sdk::markdown::{escape, shorten};
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

/// Characters shown of a title.
const TITLE: usize = 80;
/// Places that the knob of the bar can be in.
const BAR: u64 = 14;

/// Returns a length as `1:05` or `1:01:05`.
pub fn time(millis: u64) -> String {
    let seconds = millis / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// Returns a title on one line, harmless and not too long.
pub fn title(track: &Track) -> String {
    escape(&shorten(&track.title, TITLE))
}

/// Returns how far a track is, as a bar and in figures; of one without an end the figures alone.
pub fn bar(position: u32, duration: Option<u32>) -> String {
    let at = time(position.into());
    let Some(duration) = duration.filter(|duration| *duration > 0) else {
        return format!("`{at}`");
    };
    let knob = (u64::from(position) * BAR / u64::from(duration)).min(BAR - 1) as usize;
    let (before, after) = ("▬".repeat(knob), "▬".repeat(BAR as usize - 1 - knob));
    format!("{before}🔘{after} `{at} / {}`", time(duration.into()))
}

/// A moment that somebody wrote, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// From the beginning.
    At(u32),
    /// From where the track is.
    By(i64),
}

impl Moment {
    /// Reads `90`, `1:30`, `1:02:03`, `+15` or `-0:15`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix('+') {
            return Some(Moment::By(i64::from(millis(rest)?)));
        }
        if let Some(rest) = text.strip_prefix('-') {
            return Some(Moment::By(-i64::from(millis(rest)?)));
        }
        Some(Moment::At(millis(text)?))
    }

    /// Returns the moment of a track that is so far; what is before its beginning is its beginning.
    pub fn of(self, position: u32) -> u32 {
        match self {
            Moment::At(at) => at,
            Moment::By(by) => (i64::from(position) + by).clamp(0, i64::from(u32::MAX)) as u32,
        }
    }
}

fn millis(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    let mut seconds = 0u32;
    for (at, part) in parts.iter().enumerate() {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: u32 = part.parse().ok()?;
        // Only the first part may be large: 90 seconds are 90, and 1:90 is a slip.
        if at > 0 && number > 59 {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
    }
    seconds.checked_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_on_a_player() {
        assert_eq!(time(0), "0:00");
        assert_eq!(time(65_999), "1:05");
        assert_eq!(time(3_665_000), "1:01:05");
    }

    #[test]
    fn the_bar_goes_from_one_end_to_the_other() {
        assert_eq!(bar(0, Some(60_000)), "🔘▬▬▬▬▬▬▬▬▬▬▬▬▬ `0:00 / 1:00`");
        assert_eq!(bar(30_000, Some(60_000)), "▬▬▬▬▬▬▬🔘▬▬▬▬▬▬ `0:30 / 1:00`");
        assert_eq!(bar(60_000, Some(60_000)), "▬▬▬▬▬▬▬▬▬▬▬▬▬🔘 `1:00 / 1:00`");
        // A stream has no end.
        assert_eq!(bar(5_000, None), "`0:05`");
    }

    #[test]
    fn moments_are_read_as_people_write_them() {
        let read = Moment::read;
        assert_eq!(read("90"), Some(Moment::At(90_000)));
        assert_eq!(read(" 1:30 "), Some(Moment::At(90_000)));
        assert_eq!(read("1:02:03"), Some(Moment::At(3_723_000)));
        assert_eq!(read("+15"), Some(Moment::By(15_000)));
        assert_eq!(read("-1:00"), Some(Moment::By(-60_000)));
        for odd in [
            "",
            "+",
            "1:90",
            ":30",
            "1:",
            "1:2:3:4",
            "abc",
            "1.5",
            "99999999999",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(Moment::By(-15_000).of(10_000), 0);
        assert_eq!(Moment::By(15_000).of(10_000), 25_000);
        assert_eq!(Moment::At(7).of(10_000), 7);
    }
}
