//! Sound out of an MPEG transport stream, in which HLS carries AAC and MP3.

use bytes::{Buf, Bytes, BytesMut};

/// Bytes of a packet, and what each begins with.
pub const PACKET: usize = 188;
pub const SYNC: u8 = 0x47;

/// The kinds of streams that are played: MP3, of either MPEG, and AAC with headers of its own.
const SOUNDS: [u8; 3] = [0x03, 0x04, 0x0f];

/// Takes the sound out.
#[derive(Default)]
pub struct Demuxer {
    /// The packet that is not whole yet.
    rest: BytesMut,
    /// Which packets tell what there is, and which hold the sound.
    table: Option<u16>,
    sound: Option<u16>,
    /// There is no sound that is played.
    none: bool,
}

impl Demuxer {
    /// Takes some of the stream in, and gives the sound in it on. It fails when there is none.
    pub fn take(&mut self, piece: Bytes, mut give: impl FnMut(Bytes)) -> Result<(), String> {
        self.rest.extend_from_slice(&piece);
        while let Some(start) = self.rest.iter().position(|byte| *byte == SYNC) {
            self.rest.advance(start);
            if self.rest.len() < PACKET {
                return Ok(());
            }
            let packet = self.rest.split_to(PACKET).freeze();
            if let Some(sound) = self.packet(packet) {
                give(sound);
            }
            if self.none {
                return Err("its pieces hold no AAC or MP3".to_owned());
            }
        }
        self.rest.clear();
        Ok(())
    }

    /// Reads one packet, and returns the sound in it.
    fn packet(&mut self, mut packet: Bytes) -> Option<Bytes> {
        let start = packet[1] & 0x40 != 0;
        let of = u16::from_be_bytes([packet[1] & 0x1f, packet[2]]);
        let parts = packet[3] >> 4;
        packet.advance(4);
        if parts & 0b10 != 0 {
            let length = usize::from(packet.first().copied()?) + 1;
            skip(&mut packet, length)?;
        }
        if parts & 0b01 == 0 {
            return None;
        }
        if of == 0 && start {
            self.table = section(packet).and_then(|programs| {
                let first = programs.get(5..)?.chunks_exact(4);
                let mut tables = first.filter(|program| program[..2] != [0, 0]);
                let program = tables.next()?;
                Some(u16::from_be_bytes([program[2] & 0x1f, program[3]]))
            });
            None
        } else if Some(of) == self.table && start {
            if let Some(streams) = section(packet) {
                self.sound = sound(&streams);
                self.none = self.sound.is_none();
            }
            None
        } else if Some(of) == self.sound {
            if start {
                let length = 9 + usize::from(*packet.get(8)?);
                skip(&mut packet, length)?;
            }
            Some(packet).filter(|packet| !packet.is_empty())
        } else {
            None
        }
    }
}

fn skip(packet: &mut Bytes, length: usize) -> Option<()> {
    (length <= packet.len()).then(|| packet.advance(length))
}

/// Returns what a table holds, from the number of its program to its checksum.
fn section(mut packet: Bytes) -> Option<Bytes> {
    let before = usize::from(packet.first().copied()?) + 1;
    skip(&mut packet, before)?;
    let length = u16::from_be_bytes([packet.get(1)? & 0x0f, *packet.get(2)?]);
    let end = usize::from(length).checked_sub(4)?;
    packet.advance(3);
    (end <= packet.len()).then(|| packet.slice(..end))
}

/// Finds the first sound among a program's streams.
fn sound(table: &[u8]) -> Option<u16> {
    let about = usize::from(u16::from_be_bytes([table.get(7)? & 0x0f, *table.get(8)?]));
    let mut streams = table.get(9 + about..)?;
    while let [kind, high, low, more, length, ..] = *streams {
        if SOUNDS.contains(&kind) {
            return Some(u16::from_be_bytes([high & 0x1f, low]));
        }
        let about = usize::from(u16::from_be_bytes([more & 0x0f, length]));
        streams = streams.get(5 + about..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_that_comes_makes_it_panic(
            mut stream in proptest::collection::vec(any::<u8>(), 0..2_000),
            cut in 1usize..300,
        ) {
            for at in (0..stream.len()).step_by(PACKET) {
                stream[at] = SYNC;
                if let Some(byte) = stream.get_mut(at + 1) {
                    // Half of the packets tell what there is.
                    *byte &= 0xc0;
                }
            }
            let mut demuxer = Demuxer::default();
            for piece in stream.chunks(cut) {
                let _ = demuxer.take(Bytes::copy_from_slice(piece), drop);
            }
        }
    }
}
