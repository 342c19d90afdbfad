//! A decoder's own end: the whole of its process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::AsFd;
use std::sync::Arc;

use songbird::input::core::io::MediaSource;

use super::confine::confine;
use super::wire::{BATCH, Order, Word};
use crate::voice::decode::{Decoding, Next};

/// Decodes what the host at the other end of the standard input wants, until it wants nothing more.
pub fn main() -> io::Result<()> {
    // Both ways: it is a socket.
    let line = Arc::new(File::from(io::stdin().as_fd().try_clone_to_owned()?));
    let confined = confine(line.as_fd());
    let Order::Open { seekable, length } = Order::read(&*line)? else {
        return Err(misplaced());
    };
    if let Err(why) = confined {
        return Word::Failed(format!("its decoder can't be confined: {why}")).write(&*line);
    }
    let source = Source {
        line: Arc::clone(&line),
        seekable,
        length,
        at: 0,
        read: Vec::new(),
        used: 0,
    };
    let mut decoding = match Decoding::open(Box::new(source)) {
        Ok((decoding, about)) => {
            let opened = Word::Opened {
                opus: decoding.is_opus(),
                duration: about.duration,
                title: about.title,
            };
            opened.write(&*line)?;
            decoding
        }
        Err(why) => return Word::Failed(why.0).write(&*line),
    };
    loop {
        match Order::read(&*line)? {
            Order::Next => next(&mut decoding, &line)?,
            Order::Go(to) => {
                let went = decoding.seek(to).map_or(Word::Stayed, Word::Went);
                went.write(&*line)?;
            }
            _ => return Err(misplaced()),
        }
    }
}

fn next(decoding: &mut Decoding, line: &File) -> io::Result<()> {
    let mut left = BATCH;
    while left > 0 {
        match decoding.next() {
            Ok(Next::Packet(bytes)) => {
                left -= 1;
                Word::Packet(bytes.into()).write(line)?;
            }
            Ok(Next::Title(title)) => Word::Title(title).write(line)?,
            Ok(Next::End) => return Word::End.write(line),
            Err(why) => return Word::Failed(why.0).write(line),
        }
    }
    Ok(())
}

/// What is decoded: the host has it.
struct Source {
    line: Arc<File>,
    seekable: bool,
    length: Option<u64>,
    /// How far the host has read it.
    at: u64,
    /// What it read last, and how much of that is used.
    read: Vec<u8>,
    used: usize,
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.used == self.read.len() {
            Word::Read.write(&*self.line)?;
            (self.read, self.used) = match Order::read(&*self.line)? {
                Order::Data(bytes) => (bytes, 0),
                Order::Broken(why) => return Err(io::Error::other(why)),
                _ => return Err(misplaced()),
            };
            self.at += self.read.len() as u64;
        }
        let rest = &self.read[self.used..];
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.used += length;
        Ok(length)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let here = self.at - (self.read.len() - self.used) as u64;
        let to = match to {
            SeekFrom::Start(to) => Some(to),
            SeekFrom::Current(by) => here.checked_add_signed(by),
            SeekFrom::End(by) => self.length.and_then(|all| all.checked_add_signed(by)),
        };
        let to = to.ok_or(io::ErrorKind::InvalidInput)?;
        let back = self.at.checked_sub(to).map(usize::try_from);
        if let Some(Ok(back)) = back
            && let Some(used) = self.read.len().checked_sub(back)
        {
            self.used = used;
            return Ok(to);
        }
        Word::Seek(to).write(&*self.line)?;
        match Order::read(&*self.line)? {
            Order::At(place) => {
                (self.at, self.used) = (place, 0);
                self.read.clear();
                Ok(place)
            }
            Order::Broken(why) => Err(io::Error::other(why)),
            _ => Err(misplaced()),
        }
    }
}

impl MediaSource for Source {
    fn is_seekable(&self) -> bool {
        self.seekable
    }

    fn byte_len(&self) -> Option<u64> {
        self.length
    }
}

fn misplaced() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "nobody waits for that")
}
