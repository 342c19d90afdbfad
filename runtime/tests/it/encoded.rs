//! Encoded sound for tests to play: made here as far as an encoder is at hand, with containers as
//! small as they can be.

use opus2::{Application, Channels, Encoder};

/// What the tests play, and what no permissively licensed crate encodes: two seconds of 440 Hz.
///
/// ```text
/// tone() { ffmpeg -f lavfi -i sine=frequency=440:duration=2:sample_rate=44100 "$@" -bitexact; }
/// tone tone.mp3   -ac 1 -c:a libmp3lame -b:a 40k
/// tone vorbis.ogg -ac 2 -c:a libvorbis -q:a 0
/// tone tone.m4a   -ac 2 -c:a aac -b:a 48k -movflags +faststart
/// tone tone.aac   -ac 2 -c:a aac -b:a 48k
/// ```
pub const MP3: &[u8] = include_bytes!("tones/tone.mp3");
pub const VORBIS: &[u8] = include_bytes!("tones/vorbis.ogg");
pub const M4A: &[u8] = include_bytes!("tones/tone.m4a");
pub const AAC: &[u8] = include_bytes!("tones/tone.aac");

/// Frames of a second, and of an Opus packet.
const RATE: usize = 48_000;
const PACKET: usize = 960;

/// Two channels of a tone, interleaved.
fn tone(hertz: f64, seconds: usize) -> Vec<i16> {
    let frames = 0..seconds * RATE;
    let samples = frames.map(|at| {
        let phase = at as f64 * hertz * std::f64::consts::TAU / RATE as f64;
        (phase.sin() * 12_000.0) as i16
    });
    samples.flat_map(|sample| [sample; 2]).collect()
}

/// A tone as Opus packets of 20 ms.
pub fn opus(hertz: f64, seconds: usize) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(48_000, Channels::Stereo, Application::Audio).unwrap();
    let tone = tone(hertz, seconds);
    let packets = tone.chunks_exact(2 * PACKET);
    packets
        .map(|samples| encoder.encode_vec(samples, 4_000).unwrap())
        .collect()
}

/// The header that stands before Opus in every container.
fn opus_head() -> Vec<u8> {
    let mut head = b"OpusHead\x01\x02".to_vec();
    head.extend(312u16.to_le_bytes());
    head.extend(48_000u32.to_le_bytes());
    head.extend([0, 0, 0]);
    head
}

/// Opus packets in Ogg, with a title.
pub fn ogg(packets: &[Vec<u8>], title: &str) -> Vec<u8> {
    let comment = format!("TITLE={title}");
    let mut tags = b"OpusTags\0\0\0\0".to_vec();
    tags.extend(1u32.to_le_bytes());
    tags.extend((comment.len() as u32).to_le_bytes());
    tags.extend(comment.bytes());
    let mut file = page(0, 2, 0, &[&opus_head()]);
    file.extend(page(1, 0, 0, &[&tags]));
    let pages = packets.chunks(25);
    let last = pages.len() - 1;
    for (index, packets) in pages.enumerate() {
        let packets: Vec<_> = packets.iter().map(Vec::as_slice).collect();
        let frames = (index * 25 + packets.len()) * PACKET;
        let flags = if index == last { 4 } else { 0 };
        file.extend(page(index as u32 + 2, flags, frames as u64, &packets));
    }
    file
}

/// Ogg with Opus, whose title claims to have 4 GB.
pub fn lying_ogg() -> Vec<u8> {
    let mut tags = b"OpusTags\0\0\0\0".to_vec();
    tags.extend(1u32.to_le_bytes());
    tags.extend(u32::MAX.to_le_bytes());
    tags.extend(b"TITLE=");
    let mut file = page(0, 2, 0, &[&opus_head()]);
    file.extend(page(1, 0, 0, &[&tags]));
    file.extend(page(2, 4, 960, &[&opus(440.0, 1)[0]]));
    file
}

/// One page of Ogg.
fn page(number: u32, flags: u8, position: u64, packets: &[&[u8]]) -> Vec<u8> {
    let mut lacing = Vec::new();
    for packet in packets {
        lacing.extend(std::iter::repeat_n(255, packet.len() / 255));
        lacing.push((packet.len() % 255) as u8);
    }
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend(position.to_le_bytes());
    page.extend(7u32.to_le_bytes());
    page.extend(number.to_le_bytes());
    page.extend([0; 4]);
    page.push(lacing.len() as u8);
    page.extend(lacing);
    page.extend(packets.concat());
    let sum = crc(&page, 32, 0x04c1_1db7);
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

/// A checksum, bit by bit, most significant first.
fn crc(data: &[u8], bits: u32, polynomial: u32) -> u32 {
    let top = 1 << (bits - 1);
    let all = u32::MAX >> (32 - bits);
    data.iter().fold(0, |mut sum, byte| {
        sum ^= u32::from(*byte) << (bits - 8);
        for _ in 0..8 {
            let carry = sum & top != 0;
            sum = (sum << 1) & all;
            if carry {
                sum ^= polynomial;
            }
        }
        sum
    })
}

/// Opus packets in Matroska; `kind` is `webm` or `matroska`.
pub fn matroska(kind: &str, packets: &[Vec<u8>]) -> Vec<u8> {
    let audio = [
        element(&[0xb5], &48_000f64.to_be_bytes()),
        element(&[0x9f], &[2]),
    ];
    let track = [
        element(&[0xd7], &[1]),
        element(&[0x73, 0xc5], &[1]),
        element(&[0x83], &[2]),
        element(&[0x86], b"A_OPUS"),
        element(&[0x63, 0xa2], &opus_head()),
        element(&[0xe1], &audio.concat()),
    ];
    let length = (packets.len() * 20) as f64;
    let info = [
        element(&[0x2a, 0xd7, 0xb1], &1_000_000u32.to_be_bytes()),
        element(&[0x44, 0x89], &length.to_be_bytes()),
    ];
    let mut segment = element(&[0x15, 0x49, 0xa9, 0x66], &info.concat());
    let track = element(&[0xae], &track.concat());
    segment.extend(element(&[0x16, 0x54, 0xae, 0x6b], &track));
    for (second, packets) in packets.chunks(50).enumerate() {
        let time = (second as u32 * 1_000).to_be_bytes();
        let mut cluster = element(&[0xe7], &time);
        for (index, packet) in packets.iter().enumerate() {
            let mut block = vec![0x81];
            block.extend((index as u16 * 20).to_be_bytes());
            block.push(0x80);
            block.extend(packet);
            cluster.extend(element(&[0xa3], &block));
        }
        segment.extend(element(&[0x1f, 0x43, 0xb6, 0x75], &cluster));
    }
    let mut file = element(
        &[0x1a, 0x45, 0xdf, 0xa3],
        &element(&[0x42, 0x82], kind.as_bytes()),
    );
    file.extend(element(&[0x18, 0x53, 0x80, 0x67], &segment));
    file
}

/// One element of Matroska; its length in eight bytes.
fn element(id: &[u8], data: &[u8]) -> Vec<u8> {
    let length = (1u64 << 56) | data.len() as u64;
    [id, &length.to_be_bytes(), data].concat()
}

/// A tone in FLAC, with every sample as it is.
pub fn flac(hertz: f64, seconds: usize) -> Vec<u8> {
    const BLOCK: usize = 4_800;
    let tone = tone(hertz, seconds);
    let mut file = b"fLaC\x80\0\0\x22".to_vec();
    file.extend([(BLOCK as u16).to_be_bytes(); 2].concat());
    file.extend([0; 6]);
    // Rate, two channels, 16 bits, and how many samples there are.
    let facts = (48_000u64 << 44) | (1 << 41) | (15 << 36) | (seconds * RATE) as u64;
    file.extend(facts.to_be_bytes());
    file.extend([0; 16]);
    for (number, samples) in tone.chunks(2 * BLOCK).enumerate() {
        let mut frame = vec![0xff, 0xf8, 0x7a, 0x18, number as u8];
        frame.extend((BLOCK as u16 - 1).to_be_bytes());
        frame.push(crc(&frame, 8, 0x07) as u8);
        for channel in 0..2 {
            frame.push(0x02);
            for sample in samples.iter().skip(channel).step_by(2) {
                frame.extend(sample.to_be_bytes());
            }
        }
        frame.extend((crc(&frame, 16, 0x8005) as u16).to_be_bytes());
        file.extend(frame);
    }
    file
}

/// AAC or MP3 in an MPEG transport stream: what there is, then the sound in one packet of many parts.
pub fn transport(aac: &[u8]) -> Vec<u8> {
    let programs = [0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xe1, 0, 0, 0, 0, 0];
    let streams = [
        2, 0xb0, 18, 0, 1, 0xc1, 0, 0, 0xe1, 1, 0xf0, 0, 0x0f, 0xe1, 1, 0xf0, 0, 0, 0, 0, 0,
    ];
    let mut sound = vec![0, 0, 1, 0xc0, 0, 0, 0x80, 0, 0];
    sound.extend_from_slice(aac);
    let mut stream = Vec::new();
    for (of, data) in [(0u16, &programs[..]), (0x100, &streams[..])] {
        let mut packet = vec![0x47, 0x40 | (of >> 8) as u8, of as u8, 0x10, 0];
        packet.extend_from_slice(data);
        packet.resize(188, 0xff);
        stream.extend(packet);
    }
    for (index, part) in sound.chunks(184).enumerate() {
        let start = if index == 0 { 0x40 } else { 0 };
        let counter = (index % 16) as u8;
        stream.extend([0x47, start | 0x01, 0x01]);
        // What is missing is filled up before the last part.
        match 184 - part.len() {
            0 => stream.push(0x10 | counter),
            1 => stream.extend([0x30 | counter, 0]),
            more => {
                stream.extend([0x30 | counter, (more - 1) as u8, 0]);
                stream.extend(std::iter::repeat_n(0xff, more - 2));
            }
        }
        stream.extend_from_slice(part);
    }
    stream
}

/// AAC as fragmented MP4: what comes first, then fragments of so many frames.
pub fn fragmented(aac: &[u8], frames: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut packets = Vec::new();
    let mut rest = aac;
    while rest.len() > 7 {
        let length = (rest[3] as usize & 3) << 11 | (rest[4] as usize) << 3 | rest[5] as usize >> 5;
        packets.push(&rest[7..length]);
        rest = &rest[length..];
    }
    let fragments = packets.chunks(frames).enumerate();
    let fragments = fragments.map(|(index, packets)| fragment(index as u32 + 1, packets));
    (beginning(), fragments.collect())
}

/// One box of MP4, of some parts.
fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let data = parts.concat();
    [&(data.len() as u32 + 8).to_be_bytes(), &name[..], &data].concat()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

/// What comes before all fragments: one track of AAC, 44.1 kHz in two channels, without a sample.
fn beginning() -> Vec<u8> {
    const SAMPLES: u32 = 44_100;
    let empty = numbers(&[0, 0]);
    let movie = [&numbers(&[0, 0, 0, SAMPLES, 0, 0x1_0000])[..], &[0; 76]].concat();
    let track = [&numbers(&[7, 0, 0, 1, 0, 0])[..], &[0; 60]].concat();
    let media = numbers(&[0, 0, 0, SAMPLES, 0, 0x55c4_0000]);
    let handler = [&[0; 8], &b"soun"[..], &[0; 13]].concat();
    let codec = [
        &[0, 0, 0, 0, 0x03, 25, 0, 1, 0, 0x04, 17, 0x40, 0x15][..],
        &[0; 11],
        &[0x05, 2, 0x12, 0x10, 0x06, 1, 2],
    ];
    let codec = boxed(b"esds", &codec);
    let sound = [
        0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0, 0, 0, 0,
    ];
    let sound = boxed(b"mp4a", &[&sound, &numbers(&[SAMPLES << 16]), &codec]);
    let samples = [
        boxed(b"stsd", &[&numbers(&[0, 1]), &sound]),
        boxed(b"stts", &[&empty]),
        boxed(b"stsc", &[&empty]),
        boxed(b"stsz", &[&numbers(&[0, 0, 0])]),
        boxed(b"stco", &[&empty]),
    ];
    let samples = boxed(b"stbl", &[&samples.concat()]);
    let samples = boxed(b"minf", &[&boxed(b"smhd", &[&empty]), &samples]);
    let (media, handler) = (boxed(b"mdhd", &[&media]), boxed(b"hdlr", &[&handler]));
    let media = boxed(b"mdia", &[&media, &handler, &samples]);
    let track = boxed(b"trak", &[&boxed(b"tkhd", &[&track]), &media]);
    let follows = boxed(
        b"mvex",
        &[&boxed(b"trex", &[&numbers(&[0, 1, 1, 1_024, 0, 0])])],
    );
    let movie = boxed(b"moov", &[&boxed(b"mvhd", &[&movie]), &track, &follows]);
    [boxed(b"ftyp", &[b"iso5\0\0\0\0iso5"]), movie].concat()
}

/// One fragment, in which every frame has its size.
fn fragment(number: u32, packets: &[&[u8]]) -> Vec<u8> {
    let head = |offset: u32| {
        let count = packets.len() as u32;
        let sizes = packets.iter().map(|packet| packet.len() as u32);
        let run: Vec<_> = [0x201, count, offset].into_iter().chain(sizes).collect();
        let of = boxed(b"tfhd", &[&numbers(&[0x2_0000, 1])]);
        let run = boxed(b"trun", &[&numbers(&run)]);
        let number = boxed(b"mfhd", &[&numbers(&[0, number])]);
        boxed(b"moof", &[&number, &boxed(b"traf", &[&of, &run])])
    };
    let length = head(0).len() as u32;
    let kind = boxed(b"styp", &[b"msdh\0\0\0\0msdh"]);
    [kind, head(length + 8), boxed(b"mdat", packets)].concat()
}
