//! Whose turn it is: sounds that are slow to open, and a bot that is moved while it plays.

use std::time::{Duration, Instant};

use cogbox::config::Resolver;
use cogbox_emulator::{Fault, Guild, Heard};
use insta::assert_snapshot;

use crate::harness::eventually;
use crate::playing::{Stage, tones};
use crate::shelf::{Page, Shelf, file};
use crate::sound::{trusts, wav};

const CONNECTION: &str = r#"cogbox_voice_errors_total{stage="connection"}"#;

/// A stage where files of the web may be played, in which the bot has joined.
async fn stage() -> (Stage, Shelf) {
    let shelf = Shelf::start().await;
    let stage = Stage::with(|setup| {
        setup.net = shelf.net(&["a.example"]);
        setup.voice.resolvers.insert(Resolver::Http);
    });
    let stage = stage.await;
    stage.joins().await;
    (stage, shelf)
}

/// Listens until what is heard fits, and returns the longest time without a packet.
async fn longest_gap(lab: &Guild, until: impl Fn(&Heard) -> bool) -> Duration {
    let (mut heard, mut since) = (lab.heard(), Instant::now());
    let (mut longest, began) = (Duration::ZERO, Instant::now());
    while !until(&heard) && began.elapsed() < Duration::from_secs(30) {
        tokio::time::sleep(Duration::from_millis(2)).await;
        let now = lab.heard();
        if now.packets > heard.packets {
            longest = longest.max(since.elapsed());
            since = Instant::now();
        }
        heard = now;
    }
    assert!(until(&heard), "{heard}");
    longest
}

/// The same until so many packets more came.
async fn longest_gap_of(lab: &Guild, packets: u64) -> Duration {
    let until = lab.heard().packets + packets;
    longest_gap(lab, |heard| heard.packets >= until).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_moved_plays_on_and_nothing_is_lost() {
    if !trusts("turns::a_bot_that_is_moved_plays_on_and_nothing_is_lost").await {
        return;
    }
    let stage = Stage::set().await;
    stage.joins().await;
    stage.says("play long.wav").await;
    stage.lab.hears(|heard| heard.sealed > 25).await;
    let other = stage.lab.add_voice_channel("Other", 0);
    stage.bot.discord.person("ben").joins_voice(&other);
    let moving = async { stage.lab.move_bot(Some(&other)) };
    let (moved, ()) = tokio::join!(longest_gap_of(&stage.lab, 150), moving);
    // To another server, as when the region of the channel changes.
    let guild = stage.lab.id;
    let going = async {
        for gone in [true, false] {
            stage.bot.discord.cause(Fault::VoiceServer { guild, gone });
        }
    };
    let (gone, ()) = tokio::join!(longest_gap_of(&stage.lab, 150), going);
    println!("silent for {moved:?} when moved, for {gone:?} when its server changed");
    assert!(moved + gone < Duration::from_secs(4), "{moved:?}, {gone:?}");
    assert_eq!(stage.bot.metric(CONNECTION), 0.0, "nothing was lost");
    assert_snapshot!(stage.told(1).await, @"started long");
    // What is lost is joined again after a second, and counted.
    let code = 4006;
    stage.bot.discord.cause(Fault::VoiceClose { guild, code });
    // Meanwhile nobody who asks has to wait.
    let began = Instant::now();
    assert!(
        stage
            .says("status")
            .await
            .starts_with("1. long (60.0 s) at ")
    );
    assert!(began.elapsed() < Duration::from_secs(5));
    longest_gap_of(&stage.lab, 50).await;
    assert_eq!(stage.bot.metric(CONNECTION), 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_track_is_opened_before_its_turn() {
    if !trusts("turns::the_next_track_is_opened_before_its_turn").await {
        return;
    }
    let (stage, shelf) = stage().await;
    let tone = |hertz, seconds| file(&wav(hertz, Duration::from_secs(seconds)), true);
    let late = |page| Page::Late(Duration::from_secs(1), Box::new(page));
    shelf.put("/a.wav", vec![late(tone(440.0, 4))]);
    shelf.put("/b.wav", vec![late(tone(660.0, 1))]);
    let said = stage.all(&["url http://a.example/a.wav", "url http://a.example/b.wav"]);
    assert_snapshot!(said.await, @r"
    url http://a.example/a.wav: 1. a (4.0 s)
    url http://a.example/b.wav: 2. b (1.0 s)
    ");
    // Silence may be sent between the two as well.
    let over = |heard: &Heard| heard.silent >= 5 && heard.packets >= 250;
    let gap = longest_gap(&stage.lab, over).await;
    println!("silent for {gap:?} between two tracks");
    assert!(gap < Duration::from_millis(700), "{gap:?}");
    let heard = stage.lab.heard();
    assert_eq!(tones(&heard).last(), Some(&(660, 1.0)), "{heard}");
    assert_snapshot!(stage.told(5).await, @r"
    started a
    finished a
    started b
    finished b
    idle
    ");
    // Once for each to see what it is, of which the first played at once.
    assert_eq!(shelf.seen().len(), 3, "{:?}", shelf.seen());
    // Of two that follow only the next is opened, and another one when that is taken away.
    shelf.put("/c.wav", vec![tone(880.0, 9)]);
    for path in ["c", "a", "b"] {
        stage
            .says(&format!("url http://a.example/{path}.wav"))
            .await;
    }
    let asked = |path: &str| {
        let seen = shelf.seen();
        seen.iter().filter(|seen| seen.contains(path)).count()
    };
    assert!(eventually(|| asked("/a.wav") == 3).await);
    assert_eq!(asked("/b.wav"), 3, "{:?}", shelf.seen());
    stage.says("remove 4").await;
    assert!(eventually(|| asked("/b.wav") == 4).await);
    assert_eq!(asked("/a.wav"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_answered_while_a_server_is_not() {
    if !trusts("turns::commands_are_answered_while_a_server_is_not").await {
        return;
    }
    let (stage, shelf) = stage().await;
    let tone = file(&wav(440.0, Duration::from_secs(60)), true);
    shelf.put("/slow.wav", vec![tone, Page::Silent]);
    let said = stage.all(&[
        "play long.wav",
        "url http://a.example/slow.wav",
        "play a.wav",
        "skip",
    ]);
    assert_snapshot!(said.await, @r"
    play long.wav: 1. long (60.0 s)
    url http://a.example/slow.wav: 2. slow (60.0 s)
    play a.wav: 3. a (1.0 s)
    skip: 2. slow (60.0 s)
    ");
    let began = Instant::now();
    let said = stage.all(&["status", "queue", "pause", "resume", "skip"]);
    assert_snapshot!(said.await, @r"
    status: 2. slow (60.0 s) at 0.0 s, 1 wait, volume 100, repeat Off
    queue: 3. a (1.0 s)
    pause: ok
    resume: ok
    skip: 3. a (1.0 s)
    ");
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "they took {took:?}");
    assert_snapshot!(stage.told(6).await, @r"
    started long
    skipped long
    skipped slow
    started a
    finished a
    idle
    ");
}
