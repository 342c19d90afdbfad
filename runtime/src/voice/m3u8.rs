//! Playlists of HLS, as far as sound needs them (RFC 8216).

use std::time::Duration;

use reqwest::Url;

/// A playlist.
#[derive(Debug, PartialEq)]
pub enum Playlist {
    /// It names the playlist to take.
    Master(Url),
    /// It names the pieces.
    Media(Media),
}

/// The pieces of a stream; of a live one, the newest.
#[derive(Debug, PartialEq)]
pub struct Media {
    /// What comes before all of them, where they are fragmented MP4.
    pub map: Option<Url>,
    /// Where they are, in order.
    pub pieces: Vec<Url>,
    /// The number of the first.
    pub first: u64,
    /// How long each is at most.
    pub target: Duration,
    /// Whether none will follow.
    pub over: bool,
}

/// What is said where other sound begins in the middle.
pub const CHANGED: &str = "its pieces become others in the middle, which is not played";

/// How long pieces may be: a playlist is looked at again after that.
const TARGET: std::ops::RangeInclusive<u64> = 1..=60;

impl Playlist {
    /// Reads one that came from `base`. It fails with a sentence for what is not played.
    pub fn read(text: &str, base: &Url) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        if first.trim_start_matches('\u{feff}') != "#EXTM3U" || !text.contains("#EXT-X-") {
            let what = "it is a list of other addresses, not a stream: play one of those";
            return Err(what.to_owned());
        }
        let at = |to: &str| {
            let url = base.join(to);
            url.map_err(|_| "its playlist names what is not a URL".to_owned())
        };
        let mut media = Media {
            map: None,
            pieces: Vec::new(),
            first: 0,
            target: Duration::from_secs(*TARGET.end()),
            over: false,
        };
        let mut sound = None;
        let mut streams = Vec::new();
        let mut stream = None;
        for line in lines {
            let (tag, value) = line.split_once(':').unwrap_or((line, ""));
            let attribute = |name| attribute(value, name);
            match tag {
                "#EXT-X-KEY" if attribute("METHOD") != Some("NONE") => {
                    return Err("its pieces are encrypted, which is not played".to_owned());
                }
                "#EXT-X-MAP" if attribute("BYTERANGE").is_none() => {
                    let map = at(attribute("URI").unwrap_or_default())?;
                    if *media.map.get_or_insert_with(|| map.clone()) != map {
                        return Err(CHANGED.to_owned());
                    }
                }
                "#EXT-X-BYTERANGE" | "#EXT-X-MAP" => {
                    return Err("its pieces are parts of one file, which is not played".to_owned());
                }
                "#EXT-X-ENDLIST" => media.over = true,
                "#EXT-X-MEDIA-SEQUENCE" => media.first = value.parse().unwrap_or(0),
                "#EXT-X-TARGETDURATION" => {
                    let seconds = value.parse::<u64>().unwrap_or(*TARGET.end());
                    let seconds = seconds.clamp(*TARGET.start(), *TARGET.end());
                    media.target = Duration::from_secs(seconds);
                }
                "#EXT-X-MEDIA" if attribute("TYPE") == Some("AUDIO") => {
                    let is_default = attribute("DEFAULT") == Some("YES");
                    if let Some(to) = attribute("URI").filter(|_| sound.is_none() || is_default) {
                        sound = Some(at(to)?);
                    }
                }
                "#EXT-X-STREAM-INF" => {
                    let bits = attribute("BANDWIDTH").and_then(|bits| bits.parse::<u64>().ok());
                    stream = Some((seen(attribute("CODECS")), bits.unwrap_or(u64::MAX)));
                }
                _ if line.starts_with('#') => {}
                _ => match stream.take() {
                    Some(about) => streams.push((about, at(line)?)),
                    None => media.pieces.push(at(line)?),
                },
            }
        }
        // The best of those that are sound alone, else the one with the least to throw away.
        let best = streams
            .into_iter()
            .min_by_key(|((seen, bits), _)| match seen {
                false => (false, u64::MAX - bits),
                true => (true, *bits),
            });
        Ok(match sound.or(best.map(|(_, url)| url)) {
            Some(url) => Self::Master(url),
            None => Self::Media(media),
        })
    }
}

/// Whether there are pictures in a stream of these codecs, as far as it tells.
fn seen(codecs: Option<&str>) -> bool {
    let is_sound = |codec: &str| {
        let sounds = ["mp4a", "mp3", "opus", "ac-3", "ec-3", "fLaC"];
        sounds.iter().any(|sound| codec.trim().starts_with(sound))
    };
    codecs.is_none_or(|codecs| !codecs.split(',').all(is_sound))
}

/// Returns one of `A=1,B="2,3"`, without quotes.
fn attribute<'a>(mut list: &'a str, name: &str) -> Option<&'a str> {
    loop {
        let (own, rest) = list.split_once('=')?;
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"')?;
                (value, after.strip_prefix(',').unwrap_or(after))
            }
            None => rest.split_once(',').unwrap_or((rest, "")),
        };
        if own.trim() == name {
            return Some(value);
        }
        list = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Playlist, String> {
        let base = Url::parse("https://a.example/live/list.m3u8").unwrap();
        Playlist::read(text, &base)
    }

    #[test]
    fn pieces_have_numbers_and_places() {
        let text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n\
                    #EXT-X-MEDIA-SEQUENCE:41\n#EXTINF:5.9,a title\none.ts\n#EXTINF:6,\n/two.ts?x=1\n";
        let Ok(Playlist::Media(media)) = read(text) else {
            panic!("it names pieces")
        };
        let pieces: Vec<_> = media.pieces.iter().map(Url::as_str).collect();
        assert_eq!(
            pieces,
            [
                "https://a.example/live/one.ts",
                "https://a.example/two.ts?x=1"
            ]
        );
        assert_eq!(
            (media.first, media.target.as_secs(), media.over),
            (41, 6, false)
        );
        let Ok(Playlist::Media(media)) = read(&format!("{text}#EXT-X-ENDLIST\n")) else {
            panic!("it names pieces")
        };
        assert!(media.over);
    }

    #[test]
    fn the_stream_with_the_best_sound_and_the_least_else_is_taken() {
        let chosen = |text: &str| match read(&format!("#EXTM3U\n{text}")) {
            Ok(Playlist::Master(url)) => url.path().to_owned(),
            other => panic!("{other:?}"),
        };
        let films = "#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS=\"avc1.4,mp4a.40.2\"\nlarge\n\
                     #EXT-X-STREAM-INF:BANDWIDTH=500\nsmall\n";
        assert_eq!(chosen(films), "/live/small");
        let sounds = "#EXT-X-STREAM-INF:BANDWIDTH=64,CODECS=\"mp4a.40.5\"\nlow\n\
                      #EXT-X-STREAM-INF:CODECS=\"mp4a.40.2\",BANDWIDTH=128\nhigh\n";
        assert_eq!(chosen(&format!("{films}{sounds}")), "/live/high");
        let apart = "#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"a, b\",URI=\"first\"\n\
                     #EXT-X-MEDIA:TYPE=AUDIO,DEFAULT=YES,URI=\"own\"\n\
                     #EXT-X-MEDIA:TYPE=SUBTITLES,URI=\"words\"\n";
        assert_eq!(chosen(&format!("{apart}{films}")), "/live/own");
    }

    #[test]
    fn what_is_not_played_is_refused_with_a_sentence() {
        for (text, part) in [
            ("", "a list of other addresses"),
            (
                "#EXTM3U\nhttps://b.example/radio",
                "a list of other addresses",
            ),
            ("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"", "encrypted"),
            (
                "#EXTM3U\n#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"800@0\"",
                "parts of one file",
            ),
            (
                "#EXTM3U\n#EXT-X-MAP:URI=\"a\"\n1\n#EXT-X-MAP:URI=\"b\"",
                "become others",
            ),
            ("#EXTM3U\n#EXT-X-BYTERANGE:10@0\na", "parts of one file"),
            ("#EXTM3U\n#EXT-X-VERSION:3\nhttp://", "not a URL"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.contains(part), "{text}: {told}");
        }
        let open = "#EXTM3U\n#EXT-X-KEY:METHOD=NONE\na.ts";
        assert!(matches!(read(open), Ok(Playlist::Media(_))));
    }
}
