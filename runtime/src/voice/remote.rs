//! A file on the web, read as it is played. Where its server offers it, it is read from any place.

use std::io::{self, Read, Seek, SeekFrom};

use bytes::{Buf, Bytes};
use reqwest::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderValue, IF_RANGE, RANGE,
};
use reqwest::{Response, StatusCode};
use songbird::input::core::io::MediaSource;

use super::sound::Unheard;
use super::web::{Line, Web, header};

/// How often it is asked for again without anything new.
const AGAIN_MAX: usize = 3;
/// What is read and left, rather than asking from another place.
const NEAR: u64 = 64 << 10;

/// The file.
pub(super) struct Remote {
    line: Line,
    web: Web,
    response: Option<Response>,
    /// What came and was not read yet.
    rest: Bytes,
    at: u64,
    length: Option<u64>,
    /// What its server calls this state of it.
    tag: Option<HeaderValue>,
    ranges: bool,
    again: usize,
}

impl Remote {
    /// Takes the answer that begins with its first byte.
    pub(super) fn new(line: Line, web: Web, response: Response) -> Self {
        let length = header(&response, CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok());
        let ranges = header(&response, ACCEPT_RANGES.as_str()) == Some("bytes");
        // A weak one does not stand for the bytes.
        let tag = response.headers().get(ETAG).cloned();
        let tag = tag.filter(|tag| tag.as_bytes().starts_with(b"\""));
        Self {
            line,
            web,
            response: Some(response),
            rest: Bytes::new(),
            at: 0,
            ranges: ranges && length.is_some(),
            length,
            tag,
            again: 0,
        }
    }

    /// Asks for it from where it is read.
    fn ask(&self) -> Result<Response, Unheard> {
        let mut headers = self.web.headers.clone();
        let range = format!("bytes={}-", self.at);
        let range = range.parse().map_err(|_| changed())?;
        headers.insert(RANGE, range);
        if let Some(tag) = &self.tag {
            headers.insert(IF_RANGE, tag.clone());
        }
        let (_, response) = self.line.get(&self.web.url, &headers)?;
        let wanted = self
            .length
            .map(|all| format!("bytes {}-{}/{all}", self.at, all.saturating_sub(1)));
        let given = header(&response, CONTENT_RANGE.as_str());
        match response.status() == StatusCode::PARTIAL_CONTENT && given == wanted.as_deref() {
            true => Ok(response),
            false => Err(changed()),
        }
    }

    /// Has something in `rest`, but at the end.
    fn fill(&mut self) -> Result<(), Unheard> {
        while self.rest.is_empty() && self.length != Some(self.at) {
            let mut response = match self.response.take() {
                Some(response) => response,
                None => self.ask()?,
            };
            match self.line.piece(&mut response) {
                Ok(Some(piece)) => {
                    (self.rest, self.again) = (piece, 0);
                    self.response = Some(response);
                }
                // Without a length nobody knows better.
                Ok(None) if self.length.is_none() => break,
                Ok(None) if !self.ranges => {
                    let sentence = "its server sent less than it said";
                    return Err(Unheard(sentence.to_owned()));
                }
                Err(why) if !self.ranges || self.again == AGAIN_MAX => return Err(why),
                Ok(None) | Err(_) => {
                    self.again += 1;
                    if self.again > AGAIN_MAX {
                        let sentence = "its server sends less than it says";
                        return Err(Unheard(sentence.to_owned()));
                    }
                }
            }
        }
        Ok(())
    }
}

fn changed() -> Unheard {
    Unheard("it changed on its server meanwhile".to_owned())
}

impl Read for Remote {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.fill().map_err(|why| self.line.breaks(why))?;
        let length = self.rest.len().min(into.len());
        self.rest.copy_to_slice(&mut into[..length]);
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Remote {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(to) => Some(to),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.length.and_then(|all| all.checked_add_signed(by)),
        };
        let fits = |to: &u64| self.ranges && self.length.is_some_and(|all| *to <= all);
        let target = target.filter(fits).ok_or(io::ErrorKind::InvalidInput)?;
        let ahead = target.checked_sub(self.at);
        match ahead {
            Some(ahead) if ahead <= self.rest.len() as u64 => self.rest.advance(ahead as usize),
            Some(ahead) if ahead <= NEAR => {
                let read = io::copy(&mut self.by_ref().take(ahead), &mut io::sink())?;
                return match read == ahead {
                    true => Ok(target),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
            _ => {
                self.response = None;
                self.rest = Bytes::new();
            }
        }
        self.at = target;
        Ok(target)
    }
}

impl MediaSource for Remote {
    fn is_seekable(&self) -> bool {
        self.ranges
    }

    fn byte_len(&self) -> Option<u64> {
        self.length
    }
}
