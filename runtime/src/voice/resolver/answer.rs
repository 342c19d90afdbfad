//! What yt-dlp answers: one line for each track.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::voice::sound::shown;
use crate::voice::web::Web;

/// What of a track is told, as the option `--print` has it.
pub(super) const FORM: &str = "%(.{_type,url,webpage_url,title,duration,is_live,http_headers})j";
/// Headers that are sent along, all together, in bytes.
const HEADERS_MAX: usize = 4 << 10;

/// A track that was found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its page.
    pub page: Url,
    /// What it is called; empty when nobody says.
    pub title: String,
    /// How long it is.
    pub duration: Option<Duration>,
    /// Where its sound is, for a while.
    pub media: Option<Web>,
}

#[derive(Deserialize)]
struct Line {
    /// What is still to be resolved; without it, `url` is the sound itself.
    #[serde(rename = "_type")]
    kind: Option<String>,
    url: Option<String>,
    webpage_url: Option<String>,
    title: Option<String>,
    duration: Option<f64>,
    is_live: Option<bool>,
    #[serde(default)]
    http_headers: Option<BTreeMap<String, String>>,
}

/// Reads the lines that tell of a track.
pub(super) fn read(answer: &[u8]) -> Vec<Finding> {
    let lines = answer.split(|byte| *byte == b'\n');
    lines
        .filter_map(|line| finding(serde_json::from_slice(line).ok()?))
        .collect()
}

fn finding(line: Line) -> Option<Finding> {
    let url = web(line.url.as_deref());
    let resolved = matches!(line.kind.as_deref(), None | Some("video"));
    let live = line.is_live == Some(true);
    let headers = headers(line.http_headers.unwrap_or_default());
    let media = url.clone().filter(|_| resolved);
    let media = media.map(|url| Web::new(url, headers, live));
    let seconds = line.duration.filter(|_| !live);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    Some(Finding {
        page: web(line.webpage_url.as_deref()).or(url)?,
        title: shown(&line.title.unwrap_or_default()),
        duration: duration.filter(|duration| !duration.is_zero()),
        media,
    })
}

fn web(text: Option<&str>) -> Option<Url> {
    let url = Url::parse(text?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// What the site wants to see. The host is the URL's own.
fn headers(told: BTreeMap<String, String>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut left = HEADERS_MAX;
    for (name, value) in told {
        let size = name.len() + value.len();
        let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(&value),
        ) else {
            continue;
        };
        if name != HOST && size <= left {
            left -= size;
            headers.insert(name, value);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Option<Finding> {
        read(line.as_bytes()).pop()
    }

    #[test]
    fn a_track_with_its_sound() {
        let found = one(
            r#"{"url": "https://cdn.example/a?x=1", "webpage_url": "https://site.example/a",
                "title": "A\nsong ", "duration": 61.5, "is_live": false,
                "http_headers": {"User-Agent": "x", "Host": "evil", "Bad\n": "y", "X": "a\nb"}}"#
                .replace("\n ", " ")
                .as_str(),
        );
        let found = found.unwrap();
        assert_eq!(found.page.as_str(), "https://site.example/a");
        assert_eq!(found.title, "Asong");
        assert_eq!(found.duration, Some(Duration::from_millis(61_500)));
        let media = found.media.unwrap();
        assert_eq!(media.url.as_str(), "https://cdn.example/a?x=1");
        assert_eq!(media.headers.len(), 1, "{:?}", media.headers);
        assert!(!media.live);
    }

    #[test]
    fn one_of_a_list_has_no_sound_yet() {
        let found = one(r#"{"_type": "url", "url": "https://site.example/b", "title": "B"}"#);
        let found = found.unwrap();
        assert_eq!(found.page.as_str(), "https://site.example/b");
        assert!(found.media.is_none());
    }

    #[test]
    fn a_stream_has_no_length() {
        let found = one(r#"{"url": "https://cdn.example/s", "duration": 5, "is_live": true}"#);
        let found = found.unwrap();
        assert_eq!(found.duration, None);
        assert!(found.media.unwrap().live);
    }

    #[test]
    fn what_is_no_track_is_passed_over() {
        for line in [
            "",
            "null",
            "[]",
            "words",
            r#"{"title": "nowhere"}"#,
            r#"{"url": "file:///etc/passwd"}"#,
            r#"{"url": "rtmp://cdn.example/a"}"#,
            r#"{"url": 7}"#,
            "\u{fffd}",
        ] {
            assert!(one(line).is_none(), "{line}");
        }
        for duration in ["-1", "1e300", "0"] {
            let line = format!(r#"{{"url": "https://a.example/", "duration": {duration}}}"#);
            assert_eq!(one(&line).unwrap().duration, None, "{duration}");
        }
    }
}
