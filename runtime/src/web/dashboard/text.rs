//! Numbers as people read them: three digits at most, and the unit beside them.

use std::time::Duration;

use maud::{Markup, html};

use super::super::status::Timestamp;
use crate::config::units::show_size;

/// What stands where a number is not known yet.
pub const UNKNOWN: &str = "–";

/// Writes a short time in seconds, such as `0.42 ms`, `12 ms` or `1.5 s`.
pub fn seconds(seconds: f64) -> String {
    let (number, unit) = match seconds {
        s if s < 1.0 => (s * 1_000.0, "ms"),
        s => (s, "s"),
    };
    match number {
        0.0 => format!("0 {unit}"),
        n if n < 0.095 => format!("{n:.2} {unit}"),
        n if n < 9.95 => format!("{n:.1} {unit}"),
        n => format!("{n:.0} {unit}"),
    }
}

/// The same, or [`UNKNOWN`].
pub fn maybe_seconds(time: Option<f64>) -> String {
    time.map_or_else(|| UNKNOWN.to_owned(), seconds)
}

/// Writes a long time by its two largest units, such as `3 d 4 h`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match () {
        () if days > 0 => format!("{days} d {hours} h"),
        () if hours > 0 => format!("{hours} h {minutes} min"),
        () if minutes > 0 => format!("{minutes} min {} s", seconds % 60),
        () => format!("{seconds} s"),
    }
}

/// Writes how long ago a moment was, with the moment itself for machines and for the pointer.
pub fn ago(then: Timestamp, now: Timestamp) -> Markup {
    let since = now.0.duration_since(then.0).unwrap_or_default().as_secs();
    let words = match since {
        0..5 => "just now".to_owned(),
        // Whoever follows a page is sent what changes: with seconds that would be all of it.
        5..60 => "less than a minute ago".to_owned(),
        60..3_600 => format!("{} min ago", since / 60),
        3_600..86_400 => format!("{} h ago", since / 3_600),
        _ => format!("{} d ago", since / 86_400),
    };
    html! { time datetime=(then) title=(moment(then)) { (words) } }
}

/// Writes a moment for people: date, time, UTC.
pub fn moment(time: Timestamp) -> String {
    time.to_string().replace('T', " ").replace('Z', " UTC")
}

/// Writes a size, such as `1.5 MiB`.
pub fn size(bytes: u64) -> String {
    show_size(bytes)
}

/// Writes a count with its thousands apart.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut apart = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

/// Writes a count and its noun, such as `1 call` or `2 calls`.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// The first 12 digits of a digest: enough to tell two builds apart.
pub fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// Sets a sentence of ours, with the pages that it names as links.
pub fn linked(sentence: &str) -> Markup {
    html! {
        @for (place, word) in sentence.split(' ').enumerate() {
            @if place > 0 { " " }
            @match word.trim_end_matches(['.', ',']) {
                path @ ("/guilds" | "/login") => { a href=(path) { (path) } (word[path.len()..]) }
                _ => (word),
            }
        }
    }
}

/// Sets what stands between backticks as code.
pub fn ticked(text: &str) -> Markup {
    html! {
        bdi {
            @for (place, part) in text.split('`').enumerate() {
                @if place % 2 == 1 { code { (part) } } @else { (part) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    const EPOCH: Timestamp = Timestamp(SystemTime::UNIX_EPOCH);

    #[test]
    fn times() {
        let written = [0.0, 0.000_04, 0.000_42, 0.004_25, 0.012, 0.999, 1.5, 42.0].map(seconds);
        let read = [
            "0 ms", "0.04 ms", "0.4 ms", "4.2 ms", "12 ms", "999 ms", "1.5 s", "42 s",
        ];
        assert_eq!(written, read);
        let spans = [7, 61, 3_660, 90_000].map(|s| span(Duration::from_secs(s)));
        assert_eq!(spans, ["7 s", "1 min 1 s", "1 h 1 min", "1 d 1 h"]);
    }

    #[test]
    fn moments() {
        let later = |s| Timestamp(SystemTime::UNIX_EPOCH + Duration::from_secs(s));
        let words = ago(EPOCH, later(7_200)).into_string();
        assert!(words.contains(">2 h ago<"), "{words}");
        assert!(words.contains("1970-01-01T00:00:00Z"), "{words}");
        assert!(words.contains("1970-01-01 00:00:00 UTC"), "{words}");
        let seconds = |s| ago(EPOCH, later(s)).into_string();
        assert_eq!(seconds(5), seconds(59));
        // A clock that was set back tells no nonsense.
        assert!(ago(later(9), EPOCH).into_string().contains("just now"));
    }

    #[test]
    fn backticks_are_code() {
        let set = ticked("run `a <b>` twice").into_string();
        assert_eq!(set, "<bdi>run <code>a &lt;b&gt;</code> twice</bdi>");
    }

    #[test]
    fn pages_that_are_named_are_links() {
        let set = linked("Yours are at /guilds. <Not> /guildsX").into_string();
        let link = "<a href=\"/guilds\">/guilds</a>.";
        assert_eq!(set, format!("Yours are at {link} &lt;Not&gt; /guildsX"));
    }

    #[test]
    fn counts() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(counted(1, "call"), "1 call");
        assert_eq!(counted(0, "call"), "0 calls");
        assert_eq!(short("abc"), "abc");
    }
}
