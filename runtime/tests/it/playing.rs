//! The player: what people hear and are told when a cog plays something.

use std::time::Duration;

use cogbox::voice::queue::QUEUE_MAX;
use cogbox_emulator::{Channel, Guild, Heard, Here, Person, Sound};
use insta::assert_snapshot;

use crate::harness::{Bot, Setup, eventually};
use crate::sound::{trusts, wav};

/// A bot with a cog that plays, a folder with tones, and Ann in a voice channel.
pub struct Stage {
    pub bot: Bot,
    here: Here,
    pub ann: Person,
    pub lab: Guild,
    pub music: Channel,
    pub media: tempfile::TempDir,
}

impl Stage {
    pub async fn set() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let media = tempfile::tempdir().unwrap();
        for (name, hertz, millis) in [
            ("a.wav", 440.0, 1_000),
            ("b.wav", 660.0, 500),
            ("long.wav", 880.0, 60_000),
        ] {
            let tone = wav(hertz, Duration::from_millis(millis));
            std::fs::write(media.path().join(name), tone).unwrap();
        }
        std::fs::write(media.path().join("broken.ogg"), b"no sound at all").unwrap();
        let mut setup = Setup::with(&["radio"]);
        setup.voice.media = Some(media.path().to_owned());
        change(&mut setup);
        let bot = setup.start().await;
        bot.counts("cogbox_ready", 1.0).await;
        let lab = bot.discord.guild("Cogbox Lab");
        let music = lab.add_voice_channel("Music", 0);
        let ann = bot.discord.person("ann");
        ann.joins_voice(&music);
        Self {
            here: bot.here("ann"),
            bot,
            ann,
            lab,
            music,
            media,
        }
    }

    pub async fn says(&self, what: &str) -> String {
        let answer = self.here.runs(&format!("/radio what:{what}")).await;
        answer.text().to_owned()
    }

    /// What the cog answers to each, as a transcript.
    pub async fn all(&self, what: &[&str]) -> String {
        let mut lines = Vec::new();
        for what in what {
            lines.push(format!("{what}: {}", self.says(what).await));
        }
        lines.join("\n")
    }

    pub async fn joins(&self) {
        self.joins_among(2).await;
    }

    /// The same where so many are in the channel then.
    pub async fn joins_among(&self, members: usize) {
        let join = format!("join {}", self.music.id);
        assert_eq!(self.says(&join).await, "ok");
        self.lab.encrypts_among(members).await;
    }

    /// What the player told the cog, once it is so many lines.
    pub async fn told(&self, lines: usize) -> String {
        for _ in 0..200 {
            let heard = self.here.runs("/heard").await;
            if heard.text().lines().count() >= lines {
                return heard.text().to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("this was told: {}", self.here.runs("/heard").await.text());
    }
}

/// The tones that were heard, and how long each was, to half a second.
pub fn tones(heard: &Heard) -> Vec<(u32, f64)> {
    let stretches = heard.stretches.iter();
    let tones = stretches.filter_map(|stretch| match stretch.sound {
        Sound::Tone { hertz, .. } => {
            let length = (stretch.length.as_secs_f64() * 2.0).round() / 2.0;
            Some(((hertz / 10.0).round() as u32 * 10, length))
        }
        _ => None,
    });
    tones.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tracks_are_heard_one_after_the_other() {
    if !trusts("playing::tracks_are_heard_one_after_the_other").await {
        return;
    }
    let stage = Stage::set().await;
    assert_eq!(stage.says("status").await, "in no channel");
    stage.joins().await;
    let said = stage.all(&["play a.wav", "play b.wav", "tone 1000", "queue"]);
    assert_snapshot!(said.await, @r"
    play a.wav: 1. a (1.0 s)
    play b.wav: 2. b (0.5 s)
    tone 1000: 3. a tone (0.5 s)
    queue: 2. b (0.5 s), 3. a tone (0.5 s)
    ");
    let heard = stage
        .lab
        .hears(|heard| heard.silent >= 5 && heard.packets >= 105);
    assert_eq!(tones(&heard.await), [(440, 1.0), (660, 0.5), (1_000, 0.5)]);
    assert_snapshot!(stage.told(7).await, @r"
    started a
    finished a
    started b
    finished b
    started a tone
    finished a tone
    idle
    ");
    assert_eq!(stage.bot.metric("cogbox_voice_connections"), 1.0);
    let finished = r#"cogbox_voice_tracks_total{end="finished"}"#;
    stage.bot.counts(finished, 3.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn playback_is_controlled() {
    if !trusts("playing::playback_is_controlled").await {
        return;
    }
    let stage = Stage::set().await;
    stage.joins().await;
    let said = stage.all(&[
        "play long.wav",
        "play a.wav",
        "play b.wav",
        "pause",
        "seek 30000",
    ]);
    assert_snapshot!(said.await, @r"
    play long.wav: 1. long (60.0 s)
    play a.wav: 2. a (1.0 s)
    play b.wav: 3. b (0.5 s)
    pause: ok
    seek 30000: ok
    ");
    assert_snapshot!(stage.says("status").await, @"1. long (60.0 s) at 30.0 s, 2 wait, paused, volume 100, repeat Off");
    let said = stage.all(&[
        "seek 70000",
        "volume 50",
        "volume 201",
        "repeat queue",
        "remove 2",
    ]);
    assert_snapshot!(said.await, @r"
    seek 70000: Invalid: the track is only 60 seconds long
    volume 50: ok
    volume 201: Invalid: the volume is a percentage from 0 to 200
    repeat queue: ok
    remove 2: ok
    ");
    assert_snapshot!(stage.all(&["remove 2", "skip", "queue", "repeat off", "stop"]).await, @r"
    remove 2: NotFound: no track 2 waits in the queue
    skip: 3. b (0.5 s)
    queue: 1. long (60.0 s)
    repeat off: ok
    stop: ok
    ");
    assert_snapshot!(stage.all(&["skip", "pause", "seek 1", "queue", "status"]).await, @r"
    skip: NotFound: nothing is playing
    pause: NotFound: nothing is playing
    seek 1: NotFound: nothing is playing
    queue: empty
    status: nothing at 0.0 s, 0 wait, volume 50, repeat Off
    ");
    // How loud it is is kept, also over a restart.
    stage.lab.forget_heard();
    assert_eq!(stage.says("leave").await, "ok");
    assert_eq!(stage.lab.bot_voice(), None);
    assert_eq!(
        stage.says("leave").await,
        "NotFound: the bot is in no voice channel of this server"
    );
    let (discord, data) = stage.bot.stop().await;
    let again = Setup::with(&["radio"]).start_on(discord, data).await;
    again.counts("cogbox_ready", 1.0).await;
    let here = again.here("ann");
    let join = format!("/radio what:join {}", stage.music.id);
    assert_eq!(here.runs(&join).await.text(), "ok");
    stage.lab.encrypts_among(2).await;
    here.runs("/radio what:tone 500").await;
    let heard = stage.lab.hears(|heard| heard.silent >= 5).await;
    assert_eq!(tones(&heard), [(500, 0.5)]);
    let loud = heard
        .stretches
        .iter()
        .find_map(|stretch| match stretch.sound {
            Sound::Tone { decibels, .. } => Some(decibels),
            _ => None,
        });
    // At half the volume it is 6 dB quieter than the tone's own 9 and the mixing of one channel.
    assert!(
        loud.is_some_and(|loud| (-18.0..-13.0).contains(&loud)),
        "{heard}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_played_is_told_in_a_sentence() {
    if !trusts("playing::what_cannot_be_played_is_told_in_a_sentence").await {
        return;
    }
    let stage = Stage::set().await;
    let text = stage.lab.channel("general").id;
    let full = stage.lab.add_voice_channel("Full", 1);
    stage.bot.discord.person("ben").joins_voice(&full);
    let (text, full) = (format!("join {text}"), format!("join {}", full.id));
    let said = stage
        .all(&["play a.wav", "skip", &text, &full, "join 5", "find wav"])
        .await;
    let said = said.replace(&text, "join TEXT").replace(&full, "join FULL");
    assert_snapshot!(said, @r"
    play a.wav: NotFound: the bot is in no voice channel of this server
    skip: NotFound: the bot is in no voice channel of this server
    join TEXT: Invalid: that is not a voice channel
    join FULL: Forbidden: that channel is full: it has room for 1
    join 5: NotFound: Discord answered GET /channels/{channel} with 404: Unknown Channel
    find wav: a, b, long
    ");
    stage.joins().await;
    let said = stage.all(&[
        "play nothing.wav",
        "play ../cogbox.db",
        "play broken.ogg",
        "noise",
        "url https://example.org/a.mp3",
        "remove 9",
    ]);
    assert_snapshot!(said.await, @r#"
    play nothing.wav: NotFound: there is no `nothing.wav` among the media
    play ../cogbox.db: NotFound: there is no `../cogbox.db` among the media
    play broken.ogg: Invalid: it is in no format that can be played
    noise: Invalid: it is in no format that can be played
    url https://example.org/a.mp3: Denied: the operator does not allow playing from the web: to allow files, add "http" to `resolvers` under [voice], and for radio add "radio"
    remove 9: NotFound: no track 9 waits in the queue
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_leaves_when_it_is_alone_or_taken_out() {
    if !trusts("playing::the_bot_leaves_when_it_is_alone_or_taken_out").await {
        return;
    }
    let stage = Stage::with(|setup| setup.voice.alone = Duration::from_millis(300)).await;
    stage.joins().await;
    stage.says("play long.wav").await;
    stage.ann.leaves_voice(&stage.lab);
    assert!(eventually(|| stage.lab.bot_voice().is_none()).await);
    assert_snapshot!(stage.told(3).await, @r"
    started long
    stopped long
    left: Alone
    ");
    // A moderator moves it: it plays on. A moderator takes it out: that is that.
    stage.ann.joins_voice(&stage.music);
    stage.joins().await;
    stage.says("play long.wav").await;
    let other = stage.lab.add_voice_channel("Other", 0);
    stage.bot.discord.person("ben").joins_voice(&other);
    stage.lab.move_bot(Some(&other));
    stage.lab.encrypts_among(2).await;
    stage.lab.forget_heard();
    stage.lab.hears(|heard| heard.sealed > 25).await;
    stage.lab.move_bot(None);
    stage.told(6).await;
    assert_eq!(stage.says("status").await, "in no channel");
    // So it is when the channel goes.
    stage.joins().await;
    stage.says("play long.wav").await;
    let page = reqwest::get(format!("http://{}/", stage.bot.web)).await;
    let page = page.unwrap().text().await.unwrap();
    assert!(
        page.contains("Now playing") && page.contains("of 1 min 0 s, for <bdi>ann</bdi>"),
        "{page}"
    );
    stage.lab.delete_channel(&stage.music);
    assert_snapshot!(stage.told(9).await, @r"
    started long
    stopped long
    left: Alone
    started long
    stopped long
    left: Removed
    started long
    stopped long
    left: Removed
    ");
    assert_eq!(stage.bot.metric("cogbox_voice_connections"), 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_stage_it_takes_the_word_or_asks_for_it() {
    if !trusts("playing::on_a_stage_it_takes_the_word_or_asks_for_it").await {
        return;
    }
    const MUTE_MEMBERS: u64 = 1 << 22;
    const REQUEST_TO_SPEAK: u64 = 1 << 32;
    let stage = Stage::set().await;
    stage.music.set_kind(13);
    // It does not moderate the stage, so it raises its hand and is heard when it is let.
    let join = format!("join {}", stage.music.id);
    assert_eq!(stage.says(&join).await, "ok");
    stage.says("play long.wav").await;
    assert!(eventually(|| stage.lab.bot_asks_to_speak()).await);
    let unheard = "0 wait, unheard, volume 100, repeat Off";
    assert!(stage.says("status").await.ends_with(unheard));
    stage.lab.hears(|heard| heard.muted > 5).await;
    stage.lab.lets_bot_speak(true);
    stage.lab.hears(|heard| heard.packets > 25).await;
    assert!(!stage.lab.bot_asks_to_speak());
    // Put back into the audience it stays there, and does not push.
    stage.bot.discord.clear_requests();
    stage.lab.lets_bot_speak(false);
    let before = stage.lab.heard().muted;
    stage.lab.hears(|heard| heard.muted > before + 5).await;
    assert!(stage.says("status").await.ends_with(unheard));
    let own = |place: &str| place.ends_with("/voice-states/@me");
    let asked = stage.bot.discord.requests();
    assert!(!asked.iter().any(|request| own(&request.path)));
    // Where it may not even ask, it only listens.
    stage.music.set_bot(0, REQUEST_TO_SPEAK);
    stage.says("leave").await;
    assert_eq!(stage.says(&join).await, "ok");
    let refused = |request: &cogbox_emulator::Recorded| own(&request.path) && request.status == 403;
    stage.bot.discord.request(refused).await;
    assert!(!stage.lab.bot_asks_to_speak());
    // A moderator of the stage asks nobody.
    stage.music.set_bot(MUTE_MEMBERS, 0);
    stage.says("leave").await;
    assert_eq!(stage.says(&join).await, "ok");
    stage.lab.forget_heard();
    stage.says("play long.wav").await;
    stage.lab.hears(|heard| heard.packets > 25).await;
    assert!(!stage.says("status").await.contains("unheard"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_takes_no_more() {
    if !trusts("playing::a_full_queue_takes_no_more").await {
        return;
    }
    let stage = Stage::set().await;
    stage.joins().await;
    stage.says("play long.wav").await;
    let voice = stage.bot.app.services.voice.get().unwrap();
    let player = voice.player(stage.lab.id.0.into()).await.unwrap();
    let song = player.playback().await.unwrap().playing.unwrap();
    for _ in 0..QUEUE_MAX {
        player.enqueue((*song.what).clone()).await.unwrap();
    }
    assert_snapshot!(stage.says("play a.wav").await, @"Quota: the queue is full: it holds 500 tracks");
    assert_eq!(stage.says("shuffle").await, "ok");
    assert!(stage.says("status").await.contains(", 500 wait,"));
    assert_eq!(stage.says("stop").await, "ok");
    assert!(
        stage
            .says("status")
            .await
            .contains("nothing at 0.0 s, 0 wait,")
    );
}
