//! Decoders: what a sound that strangers made can do, which is end its own track.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use cogbox::net::Net;
use cogbox::voice::decoder::Decoders;
use cogbox::voice::sound::{Opened, Sound, Tools, Unheard};
use cogbox::voice::web::Client;
use insta::assert_snapshot;
use songbird::input::{Input, LiveInput, Parsed};

use crate::encoded::{self, AAC, M4A, MP3, VORBIS, matroska, ogg, opus};
use crate::harness::eventually;
use crate::playing::{Stage, tones};
use crate::sound::{trusts, wav};

/// The processes that this one started and that decode, or have ended and were not waited for. Tests that
/// count them run in a process of their own, as those that `trusts` a voice server do.
fn decoders() -> Vec<u32> {
    let own = std::process::id();
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    all.filter(|process| is_decoder_of(*process, own)).collect()
}

fn is_decoder_of(process: u32, parent: u32) -> bool {
    let read = |what| std::fs::read_to_string(format!("/proc/{process}/{what}"));
    let (Ok(stat), Ok(told)) = (read("stat"), read("cmdline")) else {
        return false;
    };
    let (_, stat) = stat.rsplit_once(") ").unwrap();
    let of = stat.split(' ').nth(1).unwrap();
    of == parent.to_string() && (told.is_empty() || told.contains("decode"))
}

fn tools(program: PathBuf) -> Tools {
    Tools {
        web: Client::new(Net::public()).unwrap(),
        decoders: Decoders::new(program),
    }
}

fn own_tools() -> Tools {
    tools(env!("CARGO_BIN_EXE_cogbox").into())
}

async fn open(tools: &Tools, file: Vec<u8>) -> Result<Opened, Unheard> {
    Sound::Bytes(file.into()).open(tools).await
}

fn parsed(opened: Opened) -> Parsed {
    let Input::Live(LiveInput::Parsed(parsed), _) = opened.input else {
        panic!("it is not opened");
    };
    parsed
}

/// Replaces four bytes that come so many after a text.
fn patched(mut file: Vec<u8>, text: &[u8], after: usize, with: u32) -> Vec<u8> {
    let place = file.windows(text.len()).position(|own| own == text);
    let place = place.unwrap() + text.len() + after;
    file[place..place + 4].copy_from_slice(&with.to_be_bytes());
    file
}

/// A Matroska file of 4 kB whose codec claims to have 40 GB of its own.
fn lying_mkv() -> Vec<u8> {
    // Of any length.
    let open = |id: &[u8]| [id, &[0x01], &[0xff; 7]].concat();
    let mut file = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska".to_vec();
    file.extend(open(&[0x18, 0x53, 0x80, 0x67]));
    file.extend(open(&[0x16, 0x54, 0xae, 0x6b]));
    let track = [
        &b"\xd7\x81\x01\x73\xc5\x81\x01\x83\x81\x02\x86\x86A_OPUS"[..],
        &[0x63, 0xa2],
        &((1u64 << 56) | 40_000_000_000).to_be_bytes(),
    ];
    let length = (1u64 << 56) | 41_000_000_000;
    file.push(0xae);
    file.extend(length.to_be_bytes());
    file.extend(track.concat());
    file.resize(4_096, 0);
    file
}

/// FLAC with a picture whose kind has a name of 4 GB.
fn lying_flac() -> Vec<u8> {
    let mut file = encoded::flac(440.0, 1);
    file[4] = 0;
    let mut picture = vec![0x86, 0, 1, 0];
    picture.extend(3u32.to_be_bytes());
    picture.extend(u32::MAX.to_be_bytes());
    picture.resize(4 + 256, 0);
    file.splice(42..42, picture);
    file
}

/// WAV whose samples are so wide that a packet of them is larger than any sound.
fn lying_wav() -> Vec<u8> {
    let mut file = b"RIFF\xff\xff\xff\xffWAVE".to_vec();
    file.extend(b"LIST\xff\xff\xff\xf0INFOIART\xff\xff\xff\xe0");
    file.resize(4_096, 0);
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_lies_about_its_lengths_is_refused_and_the_bot_plays_on() {
    if !trusts("decoding::a_file_that_lies_about_its_lengths_is_refused_and_the_bot_plays_on").await
    {
        return;
    }
    let stage = Stage::set().await;
    for (name, file) in [
        ("lie.mkv", lying_mkv()),
        ("lie.m4a", patched(M4A.to_vec(), b"stts", 4, u32::MAX)),
        ("lie.ogg", encoded::lying_ogg()),
        ("lie.flac", lying_flac()),
        ("lie.wav", lying_wav()),
    ] {
        std::fs::write(stage.media.path().join(name), file).unwrap();
    }
    stage.joins().await;
    let said = stage.all(&[
        "play lie.mkv",
        "play lie.m4a",
        "play lie.ogg",
        "play lie.flac",
        "play lie.wav",
        "play a.wav",
    ]);
    assert_snapshot!(said.await, @r"
    play lie.mkv: Invalid: it wants more memory than sound needs
    play lie.m4a: Invalid: it wants more memory than sound needs
    play lie.ogg: Invalid: it wants more memory than sound needs
    play lie.flac: Invalid: it wants more memory than sound needs
    play lie.wav: Invalid: it wants more memory than sound needs
    play a.wav: 1. a (1.0 s)
    ");
    let heard = stage.lab.hears(|heard| heard.silent >= 5).await;
    assert_eq!(tones(&heard), [(440, 1.0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_track_whose_decoder_dies_ends_alone_and_none_is_left() {
    if !trusts("decoding::a_track_whose_decoder_dies_ends_alone_and_none_is_left").await {
        return;
    }
    let stage = Stage::set().await;
    stage.joins().await;
    let said = stage.all(&["play long.wav", "play long.wav", "play b.wav"]);
    assert_snapshot!(said.await, @r"
    play long.wav: 1. long (60.0 s)
    play long.wav: 2. long (60.0 s)
    play b.wav: 3. b (0.5 s)
    ");
    // What waits has none.
    assert!(
        eventually(|| decoders().len() == 1).await,
        "{:?}",
        decoders()
    );
    let kill = |signal: &str| {
        let process = decoders()[0].to_string();
        let killed = std::process::Command::new("kill")
            .args([signal, &process])
            .status();
        assert!(killed.unwrap().success());
    };
    kill("-KILL");
    assert_snapshot!(stage.told(3).await, @r"
    started long
    failed long
    started long
    ");
    let voice = stage.bot.app.services.voice.get().unwrap();
    let player = voice.player(stage.lab.id.0.into()).await.unwrap();
    let broke = player.playback().await.unwrap().broke;
    assert_snapshot!(broke.unwrap(), @"long broke off: its sound is broken");
    // One that is skipped goes at once.
    let before = decoders();
    stage.says("skip").await;
    assert!(eventually(|| !decoders().contains(&before[0])).await);
    stage.told(7).await;
    stage.says("play long.wav").await;
    assert_eq!(decoders().len(), 1);
    let (_discord, _data) = stage.bot.stop().await;
    assert!(
        eventually(|| decoders().is_empty()).await,
        "{:?}",
        decoders()
    );
}

/// A folder with programs that stand for a decoder.
struct Impostors(tempfile::TempDir);

impl Impostors {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Returns one that does what a shell's script says; what it prints goes to the host.
    fn program(&self, script: &str) -> PathBuf {
        let count = std::fs::read_dir(self.0.path()).unwrap().count();
        let path = self.0.path().join(count.to_string());
        std::fs::write(&path, format!("#!/bin/sh\nexec 1>&0\n{ASKED}\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        path
    }
}

/// Reads that something is to be opened.
const ASKED: &str = "head -c 15 >/dev/null";
/// Says that it is, decoded and of unknown length, and reads that a packet is wanted.
const OPENED: &str = r"printf 'o\012\0\0\0\0\0\0\0\0\0\0\0\0\0\0'; head -c 5 >/dev/null";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_decoder_says_is_not_believed() {
    if !trusts("decoding::what_a_decoder_says_is_not_believed").await {
        return;
    }
    let impostors = Impostors::new();
    let mut told = String::new();
    for (what, script) in [
        ("ends", "exit 0"),
        ("is refused memory", "kill -ABRT $$"),
        (
            "claims 4 GB",
            r"printf 'p\377\377\377\377'; while :; do printf xxxxxxxx; done",
        ),
        (
            "claims a long text",
            r"printf 'f\377\377\0\0'; while :; do printf xxxxxxxx; done",
        ),
        ("says no word", "echo hello; echo hello"),
        (
            "answers something else",
            r"printf 'w\010\0\0\0\0\0\0\0\0\0\0\0'",
        ),
        ("is no text", r"printf 'f\001\0\0\0\377'"),
        ("colours its sentence", r"printf 'f\006\0\0\0\033[31mx'"),
    ] {
        let opened = open(&tools(impostors.program(script)), MP3.to_vec()).await;
        let why = opened
            .err()
            .map_or("it is played".to_owned(), |why| why.to_string());
        told += &format!("{what}: {why}\n");
    }
    for (what, script) in [
        ("ends later", "exit 0"),
        ("gives half a sample", r"printf 'p\003\0\0\0abc'"),
        (
            "gives too many",
            r"printf 'p\0\0\001\0'; while :; do printf xxxxxxxx; done",
        ),
        ("gives nothing", r"printf 'p\0\0\0\0'"),
        ("opens twice", r"printf 'o\012\0\0\0\0\0\0\0\0\0\0\0\0\0\0'"),
    ] {
        let script = format!("{OPENED}; {script}");
        let opened = open(&tools(impostors.program(&script)), MP3.to_vec()).await;
        let opened = opened.unwrap();
        let course = opened.course.clone();
        assert!(eventually(|| course.broken().is_some()).await);
        told += &format!("{what}: {}\n", course.broken().unwrap());
    }
    let missing = open(&tools("/nowhere/cogbox".into()), MP3.to_vec()).await;
    told += &format!("is not there: {}\n", missing.err().unwrap());
    assert_snapshot!(told, @r"
    ends: its sound is broken
    is refused memory: it wants more memory than sound needs
    claims 4 GB: its sound is broken
    claims a long text: its sound is broken
    says no word: its sound is broken
    answers something else: its sound is broken
    is no text: its sound is broken
    colours its sentence: [31mx
    ends later: its sound is broken
    gives half a sample: its sound is broken
    gives too many: its sound is broken
    gives nothing: its sound is broken
    opens twice: its sound is broken
    is not there: its decoder can't be started: No such file or directory (os error 2)
    ");
    // A title is cut to a line, and a length of centuries is none.
    let script = r"printf 'o\016\0\0\0\0\001\377\377\377\377\377\377\377\377\033[1m'; read x";
    let opened = open(&tools(impostors.program(script)), MP3.to_vec()).await;
    let about = opened.unwrap().about;
    assert_eq!(
        (about.title.as_deref(), about.duration),
        (Some("[1m"), None)
    );
    assert!(
        eventually(|| decoders().is_empty()).await,
        "{:?}",
        decoders()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decoder_that_computes_or_sleeps_for_ever_is_ended() {
    if !trusts("decoding::a_decoder_that_computes_or_sleeps_for_ever_is_ended").await {
        return;
    }
    let impostors = Impostors::new();
    for script in ["while :; do :; done", "kill -STOP $$"] {
        let script = format!("{OPENED}; {script}");
        let opened = open(&tools(impostors.program(&script)), MP3.to_vec()).await;
        let (course, began) = (opened.as_ref().unwrap().course.clone(), Instant::now());
        while course.broken().is_none() && began.elapsed() < Duration::from_secs(120) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let told = course.broken();
        assert_eq!(told.as_deref(), Some("its sound takes too long to decode"));
    }
    // Nor does it get longer than others to open, also when it asks and does not listen.
    let asks = r"while :; do printf 'r\0\0\0\0'; done";
    let opened = open(&tools(impostors.program(asks)), MP3.to_vec()).await;
    let told = opened.err().unwrap().to_string();
    let late = [
        "its sound takes too long to decode",
        "it took too long to open",
    ];
    assert!(late.contains(&told.as_str()), "{told}");
    assert!(
        eventually(|| decoders().is_empty()).await,
        "{:?}",
        decoders()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_killed_leaves_no_decoder() {
    const MARK: &str = "COGBOX_TEST_DECODES";
    if let Some(file) = std::env::var_os(MARK) {
        let _opened = open(&own_tools(), wav(440.0, Duration::from_secs(60)))
            .await
            .unwrap();
        std::fs::write(file, decoders()[0].to_string()).unwrap();
        return std::future::pending().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("decoder");
    let mut bot = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "decoding::a_bot_that_is_killed_leaves_no_decoder",
        ])
        .env(MARK, &file)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let told = || std::fs::read_to_string(&file).ok()?.parse::<u32>().ok();
    assert!(eventually(|| told().is_some()).await);
    let decoder = told().unwrap();
    assert!(is_decoder_of(decoder, bot.id()));
    bot.kill().unwrap();
    bot.wait().unwrap();
    let gone = || !PathBuf::from(format!("/proc/{decoder}")).exists();
    assert!(eventually(gone).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decoder_can_do_nothing_but_decode() {
    if !trusts("decoding::a_decoder_can_do_nothing_but_decode").await {
        return;
    }
    let opened = open(&own_tools(), wav(440.0, Duration::from_secs(60)))
        .await
        .unwrap();
    let read = |what: &str| std::fs::read_to_string(format!("/proc/{}/{what}", decoders()[0]));
    let status = read("status").unwrap();
    let lines = ["NoNewPrivs:", "Seccomp:", "Threads:"];
    let status = status
        .lines()
        .filter(|line| lines.iter().any(|own| line.starts_with(own)));
    let limits = read("limits").unwrap();
    let names = [
        "Max data",
        "Max core",
        "Max file size",
        "Max open",
        "Max processes",
    ];
    let limits = limits
        .lines()
        .filter(|line| names.iter().any(|own| line.starts_with(own)));
    let told: Vec<_> = status.chain(limits).map(str::split_whitespace).collect();
    let told: Vec<_> = told
        .into_iter()
        .map(|words| words.collect::<Vec<_>>().join(" "))
        .collect();
    assert_snapshot!(told.join("\n"), @r"
    Threads: 1
    NoNewPrivs: 1
    Seccomp: 2
    Max file size 0 0 bytes
    Max data size 67108864 67108864 bytes
    Max core file size 0 0 bytes
    Max processes 0 0 processes
    Max open files 0 0 files
    ");
    assert_eq!(read("environ").unwrap(), "");
    let place = std::fs::read_link(format!("/proc/{}/cwd", decoders()[0])).unwrap();
    assert_eq!(place, PathBuf::from("/"));
    drop(opened);
    assert!(eventually(|| decoders().is_empty()).await);
}

/// MP3 with a picture of so many bytes.
fn with_picture(length: usize) -> Vec<u8> {
    let mut picture = b"\0image/png\0\x03\0".to_vec();
    picture.resize(picture.len() + length, 7);
    let mut frame = b"APIC".to_vec();
    frame.extend((picture.len() as u32).to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(picture);
    // Its length is in four times seven bits.
    let bits = [21, 14, 7, 0].map(|shift| (frame.len() >> shift) as u8 & 0x7f);
    [&b"ID3\x03\0\0"[..], &bits, &frame, MP3].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_file_has_room() {
    for length in [1 << 10, 20 << 20] {
        let opened = open(&own_tools(), with_picture(length)).await;
        assert_eq!(opened.map(drop), Ok(()), "{length}");
    }
}

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_survives_files_that_are_damaged_at_any_place() {
    if !trusts("decoding::the_host_survives_files_that_are_damaged_at_any_place").await {
        return;
    }
    const TIMES: usize = 40;
    let tools = own_tools();
    let mut dice = Dice(0x5eed_0f50_u64);
    let (mut played, mut refused) = (0, 0);
    for file in [
        wav(440.0, Duration::from_millis(500)),
        encoded::flac(440.0, 1),
        MP3.to_vec(),
        VORBIS.to_vec(),
        M4A.to_vec(),
        AAC.to_vec(),
        ogg(&opus(440.0, 1), "a title"),
        matroska("webm", &opus(440.0, 1)),
    ] {
        for _ in 0..TIMES {
            let mut file = file.clone();
            for _ in 0..=dice.below(8) {
                // Most of what is believed stands at the begin.
                let within = [256, 4_096, file.len()][dice.below(3)].min(file.len());
                let place = dice.below(within);
                let values = [0, 0x7f, 0x80, 0xff, dice.below(256) as u8];
                file[place] = values[dice.below(values.len())];
            }
            if dice.below(8) == 0 {
                file.truncate(dice.below(file.len()));
            }
            let began = Instant::now();
            match open(&tools, file).await {
                Err(why) => {
                    refused += 1;
                    assert!(!why.to_string().contains("decoder"), "{why}");
                }
                Ok(opened) => {
                    played += 1;
                    let mut parsed = parsed(opened);
                    for _ in 0..60 {
                        if parsed.format.next_packet().is_err() {
                            break;
                        }
                    }
                }
            }
            assert!(began.elapsed() < Duration::from_secs(30));
        }
    }
    assert!(
        played > TIMES && refused > TIMES,
        "{played} played, {refused} refused"
    );
    assert!(
        eventually(|| decoders().is_empty()).await,
        "{:?}",
        decoders()
    );
}
