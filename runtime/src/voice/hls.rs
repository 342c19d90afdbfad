//! A stream in pieces that a playlist names: HLS, live or not. Pieces are MPEG transport streams, AAC
//! and MP3 as they are, or fragments of MP4; what comes out is one stream of sound.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Response, Url};

use super::m3u8::{CHANGED, Media, Playlist};
use super::mpegts::{Demuxer, PACKET, SYNC};
use super::sound::Unheard;
use super::web::{Client, Line};

/// Largest playlist, in bytes.
const PLAYLIST_MAX: usize = 512 << 10;
/// Pieces of a live stream that are left until its end: where players begin.
const BEHIND: usize = 3;
/// Pieces in a row that may fail.
const LOST_MAX: usize = 3;
/// How often a live stream may have nothing new, in times of its longest piece.
const STUCK_MAX: u32 = 5;
/// What is looked at of a piece before its kind is known.
const HEAD: usize = PACKET + 1;

/// The stream.
pub(super) struct Hls {
    line: Line,
    headers: HeaderMap,
    playlist: Url,
    target: Duration,
    over: bool,
    /// What comes before all pieces, where they are fragments.
    map: Option<Url>,
    pieces: VecDeque<Url>,
    /// The number of the piece after those.
    next: u64,
    piece: Option<Piece>,
    sound: VecDeque<Bytes>,
    lost: usize,
    news: Instant,
}

/// A piece that is being read.
struct Piece {
    response: Response,
    kind: Kind,
}

enum Kind {
    /// Not known yet: what came of it.
    Unknown(BytesMut),
    Transport(Demuxer),
    /// Sound as it is, after so many bytes of something else.
    Plain(usize),
}

impl Hls {
    /// Takes the playlist that was found.
    pub(super) async fn open(
        client: &Client,
        line: Line,
        headers: HeaderMap,
        (url, response): (Url, Response),
    ) -> Result<Self, Unheard> {
        let (playlist, media) = match read(&url, response).await? {
            Playlist::Media(media) => (url, media),
            Playlist::Master(inner) => {
                let (inner, response) = client.get(&inner, &headers).await?;
                match read(&inner, response).await? {
                    Playlist::Media(media) => (inner, media),
                    Playlist::Master(_) => {
                        let sentence = "its playlist names playlists that name playlists";
                        return Err(Unheard(sentence.to_owned()));
                    }
                }
            }
        };
        if media.pieces.is_empty() {
            return Err(Unheard("its playlist names no pieces".to_owned()));
        }
        let next = match media.over {
            true => media.first,
            false => {
                let left = media.pieces.len().saturating_sub(BEHIND) as u64;
                media.first.saturating_add(left)
            }
        };
        let mut stream = Self {
            line,
            headers,
            playlist,
            target: media.target,
            over: false,
            pieces: media.map.iter().cloned().collect(),
            map: media.map.clone(),
            next,
            piece: None,
            sound: VecDeque::new(),
            lost: 0,
            news: Instant::now(),
        };
        stream.learn(media)?;
        Ok(stream)
    }

    /// Takes the pieces that were not known yet.
    fn learn(&mut self, media: Media) -> Result<(), Unheard> {
        if media.map != self.map {
            return Err(Unheard(CHANGED.to_owned()));
        }
        (self.over, self.target) = (media.over, media.target);
        let known = self.next.saturating_sub(media.first);
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        let before = self.pieces.len();
        let count = media.pieces.len() as u64;
        self.pieces.extend(media.pieces.into_iter().skip(known));
        if self.pieces.len() > before {
            // Some may be gone already, as after a long pause.
            self.next = media.first.saturating_add(count);
            self.news = Instant::now();
        }
        Ok(())
    }

    /// Has some sound, but at the end.
    fn fill(&mut self) -> Result<(), Unheard> {
        while self.sound.is_empty() {
            if let Some(mut piece) = self.piece.take() {
                match self.line.piece(&mut piece.response) {
                    Ok(Some(bytes)) => {
                        piece.take(bytes, &mut self.sound)?;
                        self.piece = Some(piece);
                    }
                    Ok(None) => {
                        piece.finish(&mut self.sound)?;
                        self.lost = 0;
                    }
                    Err(why) => self.lose(why)?,
                }
            } else if let Some(url) = self.pieces.pop_front() {
                match self.line.get(&url, &self.headers) {
                    Ok((_, response)) => {
                        let kind = match self.map {
                            None => Kind::Unknown(BytesMut::new()),
                            Some(_) => Kind::Plain(0),
                        };
                        self.piece = Some(Piece { response, kind });
                    }
                    Err(why) => self.lose(why)?,
                }
            } else if self.over {
                return Ok(());
            } else {
                self.refresh()?;
            }
        }
        Ok(())
    }

    /// Goes on without a piece, a few times.
    fn lose(&mut self, why: Unheard) -> Result<(), Unheard> {
        self.lost += 1;
        match self.lost > LOST_MAX {
            true => Err(why),
            false => Ok(()),
        }
    }

    /// Looks for new pieces after a while.
    fn refresh(&mut self) -> Result<(), Unheard> {
        if self.news.elapsed() > self.target * STUCK_MAX {
            return Err(Unheard("the stream does not go on".to_owned()));
        }
        self.line.sleep(self.target / 2)?;
        let found = self.line.get(&self.playlist, &self.headers);
        let found = found.and_then(|(url, response)| self.line.wait(read(&url, response))?);
        match found {
            Ok(Playlist::Media(media)) => self.learn(media)?,
            Ok(Playlist::Master(_)) => {}
            Err(why) => self.lose(why)?,
        }
        Ok(())
    }
}

/// Reads a playlist, which is small.
async fn read(url: &Url, mut response: Response) -> Result<Playlist, Unheard> {
    let mut text = Vec::new();
    let reading = async {
        while let Ok(Some(piece)) = response.chunk().await {
            text.extend_from_slice(&piece);
            if text.len() > PLAYLIST_MAX {
                let sentence = format!("its playlist has more than {} KiB", PLAYLIST_MAX >> 10);
                return Err(Unheard(sentence));
            }
        }
        Ok(())
    };
    let late = |_| Unheard("its playlist does not come".to_owned());
    tokio::time::timeout(super::web::STALLED, reading)
        .await
        .map_err(late)??;
    Playlist::read(&String::from_utf8_lossy(&text), url).map_err(Unheard)
}

impl Piece {
    fn take(&mut self, mut bytes: Bytes, sound: &mut VecDeque<Bytes>) -> Result<(), Unheard> {
        if let Kind::Unknown(head) = &mut self.kind {
            head.extend_from_slice(&bytes);
            if head.len() < HEAD {
                return Ok(());
            }
            bytes = std::mem::take(head).freeze();
            self.kind = kind(&bytes)?;
        }
        match &mut self.kind {
            Kind::Transport(demuxer) => demuxer
                .take(bytes, |own| sound.push_back(own))
                .map_err(Unheard),
            Kind::Plain(skip) => {
                let own = (*skip).min(bytes.len());
                *skip -= own;
                bytes.advance(own);
                sound.extend(Some(bytes).filter(|bytes| !bytes.is_empty()));
                Ok(())
            }
            Kind::Unknown(_) => Ok(()),
        }
    }

    /// Takes what is left of a piece that is too short to tell by.
    fn finish(self, sound: &mut VecDeque<Bytes>) -> Result<(), Unheard> {
        if let Kind::Unknown(head) = self.kind
            && !head.is_empty()
            && let Kind::Plain(skip) = kind(&head)?
            && skip < head.len()
        {
            sound.push_back(head.freeze().slice(skip..));
        }
        Ok(())
    }
}

/// Tells the kind of a piece by how it begins.
fn kind(head: &[u8]) -> Result<Kind, Unheard> {
    let boxes: [&[u8]; 5] = [b"ftyp", b"styp", b"moof", b"sidx", b"emsg"];
    match head {
        [SYNC, ..] if head.get(PACKET).is_none_or(|byte| *byte == SYNC) => {
            Ok(Kind::Transport(Demuxer::default()))
        }
        // A tag with the time stands before it: its length is in four times seven bits.
        [b'I', b'D', b'3', _, _, _, a, b, c, d, ..] => {
            let bits = [a, b, c, d].map(|byte| usize::from(byte & 0x7f));
            Ok(Kind::Plain(
                10 + (bits[0] << 21 | bits[1] << 14 | bits[2] << 7 | bits[3]),
            ))
        }
        [0xff, second, ..] if second & 0xe0 == 0xe0 => Ok(Kind::Plain(0)),
        [_, _, _, _, name @ ..] if boxes.iter().any(|own| name.starts_with(own)) => {
            let sentence = "its pieces are fragments of MP4 without their beginning";
            Err(Unheard(sentence.to_owned()))
        }
        _ => Err(Unheard(
            "its pieces are in no format that is played".to_owned(),
        )),
    }
}

impl Read for Hls {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.fill().map_err(|why| self.line.breaks(why))?;
        Ok(super::web::pour(&mut self.sound, into))
    }
}
