//! Sound: songbird's calls join the local voice server, play, and are heard.

use std::sync::Arc;
use std::time::Duration;

use cogbox::voice::{SharedCall, Voice};
use cogbox_emulator::{Channel, Emulator, Fault, Guild, Heard, voice_authority};
use serenity::model::id::{ChannelId, GuildId};
use songbird::error::JoinError;

use crate::harness::{Bot, Setup};

/// Where a process looks for the certificates that it trusts, and where it is told to write them.
const TRUSTED: &str = "SSL_CERT_FILE";
const WRITTEN: &str = "COGBOX_TEST_CERTIFICATES";

/// Tells whether this process trusts the local voice server, which has to be so from its start. In one
/// that doesn't, it runs the test in one that does.
pub async fn trusts(test: &str) -> bool {
    if let Some(file) = std::env::var_os(WRITTEN) {
        std::fs::write(file, voice_authority().unwrap()).unwrap();
        return true;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    let program = std::env::current_exe().unwrap();
    let ended = tokio::process::Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(TRUSTED, &file)
        .env(WRITTEN, &file)
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(ended.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
    false
}

/// A bot in a guild with a voice channel.
struct Studio {
    bot: Bot,
    voice: Arc<Voice>,
    lab: Guild,
    music: Channel,
}

impl Studio {
    async fn open() -> Studio {
        let bot = Setup::with(&["radio"]).start().await;
        bot.counts("cogbox_ready", 1.0).await;
        let voice = bot.app.services.voice.get();
        let voice = Arc::clone(voice.expect("a cog asks for the player"));
        let lab = bot.discord.guild("Cogbox Lab");
        let music = lab.add_voice_channel("Music", 0);
        Studio {
            bot,
            voice,
            lab,
            music,
        }
    }

    fn discord(&self) -> &Emulator {
        &self.bot.discord
    }

    /// Joins the voice channel, as far as the voice server.
    async fn join(&self) -> Result<SharedCall, JoinError> {
        let call = self.voice.call(GuildId::new(self.lab.id.0))?;
        let channel: std::num::NonZeroU64 = ChannelId::new(self.music.id.0).into();
        let joining = call.lock().await.join(channel).await?;
        joining.await?;
        Ok(call)
    }

    /// Waits until so many frames of silence, five after each sound, were heard.
    async fn hears_the_end(&self, silent: u64) -> Heard {
        self.lab.hears(|heard| heard.silent >= silent).await
    }
}

/// Returns a WAV file with a tone: 48 kHz, 16 bits, two channels.
pub fn wav(hertz: f64, length: Duration) -> Vec<u8> {
    let samples = (length.as_secs_f64() * 48_000.0) as u32;
    let mut file = Vec::new();
    let bytes = samples * 4;
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    // PCM in two channels.
    file.extend([1, 0, 2, 0]);
    file.extend(48_000u32.to_le_bytes());
    file.extend(192_000u32.to_le_bytes());
    file.extend([4, 0, 16, 0]);
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    for at in 0..samples {
        let phase = f64::from(at) * hertz * std::f64::consts::TAU / 48_000.0;
        let sample = (phase.sin() * 16_384.0) as i16;
        file.extend(sample.to_le_bytes());
        file.extend(sample.to_le_bytes());
    }
    file
}

async fn play(call: &SharedCall, hertz: f64, length: Duration) {
    call.lock().await.play_input(wav(hertz, length).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn g47_g49_a_call_plays_a_tone_that_the_others_in_it_decrypt_and_hear() {
    if !trusts("sound::g47_g49_a_call_plays_a_tone_that_the_others_in_it_decrypt_and_hear").await {
        return;
    }
    let studio = Studio::open().await;
    let ann = studio.discord().person("ann");
    ann.joins_voice(&studio.music);
    let call = studio.join().await.unwrap();
    studio.lab.encrypts_among(2).await;
    play(&call, 440.0, Duration::from_secs(2)).await;
    let heard = studio.hears_the_end(5).await;
    assert_eq!(
        heard.transcript(),
        "440 Hz at -9 dB for 2.0 s\nsilence for 0.1 s\n"
    );
    assert_eq!((heard.sealed, heard.lost, heard.late), (100, 0, 0));
    // Another one comes, and the keys change.
    studio.lab.forget_heard();
    studio.discord().person("ben").joins_voice(&studio.music);
    studio.lab.encrypts_among(3).await;
    play(&call, 880.0, Duration::from_secs(1)).await;
    let heard = studio.hears_the_end(5).await;
    assert_eq!(
        heard.transcript(),
        "880 Hz at -9 dB for 1.0 s\nsilence for 0.1 s\n"
    );
    assert_eq!(heard.sealed, 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn g44_g46_a_call_goes_on_when_everyone_else_comes_and_leaves() {
    if !trusts("sound::g44_g46_a_call_goes_on_when_everyone_else_comes_and_leaves").await {
        return;
    }
    let studio = Studio::open().await;
    let ann = studio.discord().person("ann");
    let call = studio.join().await.unwrap();
    // Alone, it plays in the clear.
    play(&call, 440.0, Duration::from_millis(500)).await;
    let heard = studio.hears_the_end(5).await;
    assert_eq!((heard.packets, heard.sealed), (30, 0));
    for round in 1..=2 {
        studio.lab.forget_heard();
        ann.joins_voice(&studio.music);
        studio.lab.encrypts_among(2).await;
        play(&call, 440.0, Duration::from_millis(500)).await;
        let heard = studio.hears_the_end(5).await;
        assert_eq!(heard.sealed, 25, "round {round}: {heard}");
        ann.leaves_voice(&studio.lab);
        studio.lab.encrypts_among(0).await;
    }
    studio.lab.forget_heard();
    play(&call, 440.0, Duration::from_millis(500)).await;
    let heard = studio.hears_the_end(5).await;
    assert_eq!((heard.packets, heard.sealed), (30, 0));
    assert_eq!(
        heard.transcript(),
        "440 Hz at -9 dB for 0.5 s\nsilence for 0.1 s\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn g06_x38_a_call_takes_either_mode_and_resumes_without_a_gap() {
    if !trusts("sound::g06_x38_a_call_takes_either_mode_and_resumes_without_a_gap").await {
        return;
    }
    let studio = Studio::open().await;
    let modes = vec!["aead_xchacha20_poly1305_rtpsize".to_owned()];
    studio.discord().cause(Fault::VoiceModes { modes });
    studio.discord().person("ann").joins_voice(&studio.music);
    let call = studio.join().await.unwrap();
    studio.lab.encrypts_among(2).await;
    play(&call, 440.0, Duration::from_secs(2)).await;
    studio.lab.hears(|heard| heard.packets > 25).await;
    let (guild, code) = (studio.lab.id, 4015);
    studio.discord().cause(Fault::VoiceClose { guild, code });
    let heard = studio.hears_the_end(5).await;
    assert_eq!(
        heard.transcript(),
        "440 Hz at -9 dB for 2.0 s\nsilence for 0.1 s\n"
    );
    assert_eq!((heard.sealed, heard.lost), (100, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn x35_a_call_goes_over_to_another_server_while_it_plays() {
    if !trusts("sound::x35_a_call_goes_over_to_another_server_while_it_plays").await {
        return;
    }
    let studio = Studio::open().await;
    studio.discord().person("ann").joins_voice(&studio.music);
    let call = studio.join().await.unwrap();
    studio.lab.encrypts_among(2).await;
    play(&call, 440.0, Duration::from_secs(4)).await;
    studio.lab.hears(|heard| heard.packets > 25).await;
    let guild = studio.lab.id;
    studio
        .discord()
        .cause(Fault::VoiceServer { guild, gone: true });
    studio
        .discord()
        .cause(Fault::VoiceServer { guild, gone: false });
    let heard = studio.hears_the_end(5).await;
    assert!(heard.sealed > 100, "{heard}");
    assert!(heard.faults.is_empty(), "{heard}");
    assert_eq!(studio.lab.bot_voice(), Some(studio.music.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn g42_g48_a_call_plays_on_while_its_encryption_ends_and_begins_again() {
    if !trusts("sound::g42_g48_a_call_plays_on_while_its_encryption_ends_and_begins_again").await {
        return;
    }
    let studio = Studio::open().await;
    studio.discord().person("ann").joins_voice(&studio.music);
    let call = studio.join().await.unwrap();
    studio.lab.encrypts_among(2).await;
    play(&call, 440.0, Duration::from_secs(4)).await;
    studio.lab.hears(|heard| heard.sealed > 25).await;
    let (guild, discord) = (studio.lab.id, studio.discord());
    discord.cause(Fault::VoiceEncryption { guild, on: false });
    let clear = |heard: &Heard| heard.packets > heard.sealed + 25;
    let before = studio.lab.hears(clear).await.sealed;
    discord.cause(Fault::VoiceEncryption { guild, on: true });
    studio.lab.hears(|heard| heard.sealed > before + 25).await;
    let heard = studio.hears_the_end(5).await;
    assert_eq!(
        heard.transcript(),
        "440 Hz at -9 dB for 4.0 s\nsilence for 0.1 s\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn x36_a_call_that_is_moved_plays_on_in_the_other_channel() {
    if !trusts("sound::x36_a_call_that_is_moved_plays_on_in_the_other_channel").await {
        return;
    }
    let studio = Studio::open().await;
    let other = studio.lab.add_voice_channel("Other", 0);
    studio.discord().person("ben").joins_voice(&other);
    let call = studio.join().await.unwrap();
    studio.lab.move_bot(Some(&other));
    studio.lab.encrypts_among(2).await;
    play(&call, 440.0, Duration::from_secs(1)).await;
    let heard = studio.hears_the_end(5).await;
    assert_eq!(heard.sealed, 50, "{heard}");
    call.lock().await.leave().await.unwrap();
}
