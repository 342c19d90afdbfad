//! A stream that goes on, as Icecast and Shoutcast send it: sound, with titles in between.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use reqwest::Response;
use reqwest::header::HeaderName;

use super::icy;
use super::sound::{Unheard, shown};
use super::web::{Line, Web, header, pour};

/// By which a listener asks for titles.
pub(super) const ASKS: HeaderName = HeaderName::from_static("icy-metadata");
/// By which a server says how many bytes of sound lie between them.
const EVERY: &str = "icy-metaint";
/// By which it says who it is.
const NAME: &str = "icy-name";
/// What it may say at most of the former; others send 16 KiB or so.
const EVERY_MAX: usize = 1 << 20;
/// Waits before a stream that broke off is asked for again.
const AGAIN: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];
/// A connection that lasted so long was a good one.
const LASTED: Duration = Duration::from_secs(60);

/// Whether a server says that it sends such a stream.
pub(super) fn is_one(response: &Response) -> bool {
    let told = [EVERY, NAME, "icy-br", "icy-genre", "icy-pub"];
    let mut told = told.iter();
    icy::is_one(response) || told.any(|name| response.headers().contains_key(*name))
}

/// The stream.
pub(super) struct Radio {
    line: Line,
    web: Web,
    response: Response,
    titles: Titles,
    sound: VecDeque<Bytes>,
    /// How often it broke off of late, and when it began last.
    lost: usize,
    began: Instant,
}

impl Radio {
    /// Takes the answer that begins it.
    pub(super) fn new(line: Line, web: Web, response: Response) -> Self {
        if let Some(name) = header(&response, NAME) {
            line.course.is_called(shown(name));
        }
        Self {
            titles: Titles::of(&response),
            line,
            web,
            response,
            sound: VecDeque::new(),
            lost: 0,
            began: Instant::now(),
        }
    }

    fn fill(&mut self) -> Result<(), Unheard> {
        while self.sound.is_empty() {
            match self.line.piece(&mut self.response) {
                Ok(Some(piece)) => {
                    let course = &self.line.course;
                    let says = |title| course.says(title);
                    self.titles.split(piece, &mut self.sound, says);
                }
                Ok(None) => {
                    let host = self.web.url.host_str().unwrap_or_default();
                    self.again(Unheard(format!("{host} ended the stream")))?;
                }
                Err(why) => self.again(why)?,
            }
        }
        Ok(())
    }

    /// Asks for the stream again, a few times.
    fn again(&mut self, mut why: Unheard) -> Result<(), Unheard> {
        if self.began.elapsed() >= LASTED {
            self.lost = 0;
        }
        loop {
            let Some(&wait) = AGAIN.get(self.lost) else {
                return Err(why);
            };
            self.lost += 1;
            self.line.sleep(wait)?;
            match self.line.ask(&self.web) {
                Ok((_, response)) => {
                    self.titles = Titles::of(&response);
                    (self.response, self.began) = (response, Instant::now());
                    return Ok(());
                }
                Err(new) => why = new,
            }
        }
    }
}

impl Read for Radio {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.fill().map_err(|why| self.line.breaks(why))?;
        Ok(pour(&mut self.sound, into))
    }
}

/// Takes the titles out of a stream: after so many bytes of sound comes one that says how long the
/// text after it is, in sixteens.
struct Titles {
    every: Option<usize>,
    next: Next,
    text: Vec<u8>,
}

/// What the next byte belongs to, and how many of those there are.
#[derive(Clone, Copy)]
enum Next {
    Sound(usize),
    Length,
    Text(usize),
}

impl Titles {
    fn of(response: &Response) -> Self {
        let every = header(response, EVERY).and_then(|text| text.trim().parse().ok());
        Self::every(every.filter(|every| (1..=EVERY_MAX).contains(every)))
    }

    fn every(every: Option<usize>) -> Self {
        Self {
            every,
            next: Next::Sound(every.unwrap_or(0)),
            text: Vec::new(),
        }
    }

    fn split(
        &mut self,
        mut piece: Bytes,
        sound: &mut VecDeque<Bytes>,
        mut says: impl FnMut(String),
    ) {
        let Some(every) = self.every else {
            return sound.extend(Some(piece).filter(|piece| !piece.is_empty()));
        };
        while !piece.is_empty() {
            self.next = match self.next {
                Next::Sound(0) => Next::Length,
                Next::Sound(left) => {
                    let own = piece.split_to(left.min(piece.len()));
                    let left = left - own.len();
                    sound.push_back(own);
                    Next::Sound(left)
                }
                Next::Length => match usize::from(piece.get_u8()) * 16 {
                    0 => Next::Sound(every),
                    length => Next::Text(length),
                },
                Next::Text(left) => {
                    let own = piece.split_to(left.min(piece.len()));
                    self.text.extend_from_slice(&own);
                    match left - own.len() {
                        0 => {
                            if let Some(title) = title(&std::mem::take(&mut self.text)) {
                                says(title);
                            }
                            Next::Sound(every)
                        }
                        left => Next::Text(left),
                    }
                }
            };
        }
    }
}

/// Reads `StreamTitle='...';` out of a text that is filled up with zeros. The title may hold quotes.
fn title(text: &[u8]) -> Option<String> {
    let text = String::from_utf8(text.to_vec());
    // Older stations know no UTF-8.
    let text =
        text.unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect());
    let (_, rest) = text.split_once("StreamTitle='")?;
    let end = rest.find("';").or_else(|| rest.rfind('\''));
    Some(shown(&rest[..end?]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_title_is_read_as_stations_write_it() {
        for (text, read) in [
            (&b"StreamTitle='One - Two';\0\0"[..], Some("One - Two")),
            (b"StreamTitle='It's on';StreamUrl='x';", Some("It's on")),
            (b"StreamTitle='';", Some("")),
            (b"StreamTitle='cut", None),
            (b"StreamTitle='Caf\xe9';", Some("Caf\u{e9}")),
            (b"StreamUrl='x';", None),
        ] {
            assert_eq!(title(text).as_deref(), read);
        }
    }

    proptest! {
        /// However the stream is cut into pieces, its sound is whole and its titles come in order.
        #[test]
        fn no_byte_of_a_title_is_heard(
            every in 1usize..50,
            titles in proptest::collection::vec(proptest::option::of("[a-z ]{0,40}"), 0..8),
            cuts in proptest::collection::vec(1usize..40, 1..200),
        ) {
            let (mut stream, mut sound, mut told) = (Vec::new(), Vec::new(), Vec::new());
            for (index, said) in titles.iter().enumerate() {
                let own: Vec<u8> = (0..every).map(|at| (at + index) as u8).collect();
                stream.extend_from_slice(&own);
                sound.extend(own);
                let mut text = said.as_ref().map_or(Vec::new(), |said| {
                    told.push(said.trim().to_owned());
                    format!("StreamTitle='{said}';").into_bytes()
                });
                text.resize(text.len().next_multiple_of(16), 0);
                stream.push((text.len() / 16) as u8);
                stream.extend(text);
            }
            let mut stream = Bytes::from(stream);
            let (mut heard, mut said) = (VecDeque::new(), Vec::new());
            let mut split = Titles::every(Some(every));
            for cut in cuts.iter().cycle() {
                if stream.is_empty() {
                    break;
                }
                let piece = stream.split_to((*cut).min(stream.len()));
                split.split(piece, &mut heard, |title| said.push(title));
            }
            prop_assert_eq!(heard.into_iter().flatten().collect::<Vec<_>>(), sound);
            prop_assert_eq!(said, told);
        }
    }
}
