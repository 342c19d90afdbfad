//! What the host and a decoder say to each other: what it is in one byte, a length in four, and so
//! many bytes. Both ends are the same program, so nothing of it has a version.
//!
//! A decoder that has read what strangers made is believed nothing: no length of its own makes the
//! host take more than [`MOST`].

use std::io::{self, Read, Write};
use std::time::Duration;

/// Most bytes of one message.
pub const MOST: usize = 64 << 10;
/// Packets that one order brings, so that neither end waits for the other at each.
pub const BATCH: usize = 10;
/// Longest text, in bytes. Titles and sentences are shorter.
const TEXT_MAX: usize = 2_000;

/// What the host says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// What is to be opened: whether one can go to a place of it, and how long it is in bytes.
    Open { seekable: bool, length: Option<u64> },
    /// [`BATCH`] packets are wanted, or as many as there are.
    Next,
    /// The sound is to go on from a moment.
    Go(Duration),
    /// What was read; nothing at the end.
    Data(Vec<u8>),
    /// Where the source is now.
    At(u64),
    /// Neither can be done, and why.
    Broken(String),
}

/// What a decoder says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It wants some of the source, at most [`MOST`].
    Read,
    /// It wants the source to go to a place.
    Seek(u64),
    /// It knows what it holds.
    Opened {
        opus: bool,
        duration: Option<Duration>,
        title: Option<String>,
    },
    /// What plays is called so from here on. More follows.
    Title(String),
    /// A packet.
    Packet(Vec<u8>),
    /// There is no other.
    End,
    /// It goes on from here, in the packets' time.
    Went(u64),
    /// It can't go there, and goes on where it was.
    Stayed,
    /// It can't go on, and why.
    Failed(String),
}

impl Order {
    /// Says it.
    pub fn write(&self, to: impl Write) -> io::Result<()> {
        match self {
            Self::Open { seekable, length } => {
                let mut bytes = vec![u8::from(*seekable)];
                bytes.extend(maybe(*length));
                write(to, b'o', &bytes)
            }
            Self::Next => write(to, b'n', &[]),
            Self::Go(moment) => write(to, b'g', &nanos(*moment).to_le_bytes()),
            Self::Data(bytes) => write(to, b'd', bytes),
            Self::At(place) => write(to, b'a', &place.to_le_bytes()),
            Self::Broken(why) => write(to, b'b', short(why)),
        }
    }

    /// Hears one.
    pub fn read(from: impl Read) -> io::Result<Self> {
        let (kind, bytes) = read(from)?;
        let mut rest = Rest(&bytes);
        let order = match kind {
            b'o' => Self::Open {
                seekable: rest.byte()? != 0,
                length: rest.maybe()?,
            },
            b'n' => Self::Next,
            b'g' => Self::Go(Duration::from_nanos(rest.number()?)),
            b'd' => return Ok(Self::Data(bytes)),
            b'a' => Self::At(rest.number()?),
            b'b' => Self::Broken(rest.text()?),
            _ => return Err(nonsense()),
        };
        rest.is_over().map(|()| order)
    }
}

impl Word {
    /// Says it.
    pub fn write(&self, to: impl Write) -> io::Result<()> {
        match self {
            Self::Read => write(to, b'r', &[]),
            Self::Seek(place) => write(to, b's', &place.to_le_bytes()),
            Self::Opened {
                opus,
                duration,
                title,
            } => {
                let mut bytes = vec![u8::from(*opus)];
                bytes.extend(maybe(duration.map(nanos)));
                bytes.extend(short(title.as_deref().unwrap_or_default()));
                write(to, b'o', &bytes)
            }
            Self::Title(title) => write(to, b't', short(title)),
            Self::Packet(bytes) => write(to, b'p', bytes),
            Self::End => write(to, b'e', &[]),
            Self::Went(place) => write(to, b'w', &place.to_le_bytes()),
            Self::Stayed => write(to, b'y', &[]),
            Self::Failed(why) => write(to, b'f', short(why)),
        }
    }

    /// Hears one.
    pub fn read(from: impl Read) -> io::Result<Self> {
        let (kind, bytes) = read(from)?;
        let mut rest = Rest(&bytes);
        let word = match kind {
            b'r' => Self::Read,
            b's' => Self::Seek(rest.number()?),
            b'o' => Self::Opened {
                opus: rest.byte()? != 0,
                duration: rest.maybe()?.map(Duration::from_nanos),
                title: Some(rest.text()?).filter(|title| !title.is_empty()),
            },
            b't' => Self::Title(rest.text()?),
            b'p' => return Ok(Self::Packet(bytes)),
            b'e' => Self::End,
            b'w' => Self::Went(rest.number()?),
            b'y' => Self::Stayed,
            b'f' => Self::Failed(rest.text()?),
            _ => return Err(nonsense()),
        };
        rest.is_over().map(|()| word)
    }
}

fn write(mut to: impl Write, kind: u8, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).ok();
    let length = length
        .filter(|_| bytes.len() <= MOST)
        .ok_or_else(nonsense)?;
    // At once, so that the other end wakes once.
    let mut message = Vec::with_capacity(5 + bytes.len());
    message.push(kind);
    message.extend(length.to_le_bytes());
    message.extend(bytes);
    to.write_all(&message)
}

fn read(mut from: impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let [kind, length @ ..] = head;
    let length = u32::from_le_bytes(length) as usize;
    if length > MOST {
        return Err(nonsense());
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok((kind, bytes))
}

/// What was not read yet of a message.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> io::Result<u8> {
        let (first, rest) = self.0.split_first().ok_or_else(nonsense)?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> io::Result<u64> {
        let (first, rest) = self.0.split_first_chunk().ok_or_else(nonsense)?;
        self.0 = rest;
        Ok(u64::from_le_bytes(*first))
    }

    fn maybe(&mut self) -> io::Result<Option<u64>> {
        let (is_some, number) = (self.byte()? != 0, self.number()?);
        Ok(Some(number).filter(|_| is_some))
    }

    fn text(&mut self) -> io::Result<String> {
        let bytes = std::mem::take(&mut self.0);
        let text = str::from_utf8(bytes).ok();
        let text = text.filter(|text| text.len() <= TEXT_MAX);
        text.map(str::to_owned).ok_or_else(nonsense)
    }

    fn is_over(&self) -> io::Result<()> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(nonsense()),
        }
    }
}

fn maybe(number: Option<u64>) -> [u8; 9] {
    let mut bytes = [0; 9];
    bytes[0] = u8::from(number.is_some());
    bytes[1..].copy_from_slice(&number.unwrap_or(0).to_le_bytes());
    bytes
}

/// 584 years are the most.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn short(text: &str) -> &[u8] {
    &text.as_bytes()[..text.floor_char_boundary(TEXT_MAX)]
}

fn nonsense() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "that is no message")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_said_is_heard() {
        let text = || "a – b".to_owned();
        for order in [
            Order::Open {
                seekable: true,
                length: Some(7),
            },
            Order::Open {
                seekable: false,
                length: None,
            },
            Order::Next,
            Order::Go(Duration::from_millis(1_500)),
            Order::Data(vec![7; MOST]),
            Order::Data(Vec::new()),
            Order::At(u64::MAX),
            Order::Broken(text()),
        ] {
            let mut said = Vec::new();
            order.write(&mut said).unwrap();
            assert_eq!(Order::read(&said[..]).unwrap(), order);
        }
        for word in [
            Word::Read,
            Word::Seek(9),
            Word::Opened {
                opus: true,
                duration: Some(Duration::from_secs(60)),
                title: Some(text()),
            },
            Word::Opened {
                opus: false,
                duration: None,
                title: None,
            },
            Word::Title(text()),
            Word::Packet(vec![7; 7_680]),
            Word::End,
            Word::Went(48_000),
            Word::Stayed,
            Word::Failed(text()),
        ] {
            let mut said = Vec::new();
            word.write(&mut said).unwrap();
            assert_eq!(Word::read(&said[..]).unwrap(), word);
        }
    }

    #[test]
    fn what_is_too_long_is_not_taken() {
        let huge = [&b"p"[..], &u32::MAX.to_le_bytes()].concat();
        let told = Word::read(huge.chain(io::repeat(0))).unwrap_err();
        assert_eq!(told.kind(), io::ErrorKind::InvalidData);
        let long = [&b"t"[..], &4_000u32.to_le_bytes(), &[b'a'; 4_000]].concat();
        let told = Word::read(&long[..]).unwrap_err();
        assert_eq!(told.kind(), io::ErrorKind::InvalidData);
        let mut said = Vec::new();
        let long = "\u{e9}".repeat(TEXT_MAX);
        Word::Title(long.clone()).write(&mut said).unwrap();
        let cut = long[..TEXT_MAX].to_owned();
        assert_eq!(Word::read(&said[..]).unwrap(), Word::Title(cut));
        assert!(Word::Packet(vec![0; MOST + 1]).write(&mut said).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            // It neither panics nor takes more than there is.
            let _ = Word::read(&bytes[..]);
            let _ = Order::read(&bytes[..]);
        }
    }
}
