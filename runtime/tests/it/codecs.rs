//! What can be played: every format that README names is heard as the tone that it holds.

use std::time::Duration;

use cogbox_emulator::Heard;

use crate::encoded::{self, matroska, ogg, opus};
use crate::playing::{Stage, tones};
use crate::sound::{trusts, wav};

/// A stage whose folder holds a file, in which the bot has joined.
async fn stage(name: &str, file: &[u8]) -> Stage {
    let stage = Stage::set().await;
    std::fs::write(stage.media.path().join(name), file).unwrap();
    stage.joins().await;
    stage
}

/// What is heard when a file plays to its end.
async fn heard(name: &str, file: &[u8]) -> Heard {
    let stage = stage(name, file).await;
    let said = stage.says(&format!("play {name}")).await;
    assert!(said.starts_with("1. tone"), "{name}: {said}");
    let over = |heard: &Heard| heard.silent >= 5 && heard.packets >= 100;
    let heard = stage.lab.hears(over).await;
    let told = stage.told(3).await;
    assert!(told.ends_with("finished tone\nidle"), "{name}: {told}");
    heard
}

macro_rules! formats {
    ($($test:ident: $name:literal = $file:expr;)*) => { $(
        #[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            if !trusts(concat!("codecs::", stringify!($test))).await {
                return;
            }
            let heard = heard($name, &$file).await;
            assert_eq!(tones(&heard), [(440, 2.0)], "{heard}");
        }
    )* };
}

formats! {
    wav_is_heard: "tone.wav" = wav(440.0, Duration::from_secs(2));
    flac_is_heard: "tone.flac" = encoded::flac(440.0, 2);
    mp3_is_heard: "tone.mp3" = encoded::MP3;
    vorbis_is_heard: "tone.ogg" = encoded::VORBIS;
    aac_in_mp4_is_heard: "tone.m4a" = encoded::M4A;
    aac_is_heard: "tone.aac" = encoded::AAC;
    opus_is_heard: "tone.opus" = ogg(&opus(440.0, 2), "");
    webm_is_heard: "tone.webm" = matroska("webm", &opus(440.0, 2));
    matroska_is_heard: "tone.mkv" = matroska("matroska", &opus(440.0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn opus_at_full_volume_is_passed_on_as_it_is() {
    if !trusts("codecs::opus_at_full_volume_is_passed_on_as_it_is").await {
        return;
    }
    let packets = opus(440.0, 2);
    let marks: Vec<_> = packets.iter().map(|packet| Heard::mark(packet)).collect();
    let stage = stage("tone.opus", &ogg(&packets, "a title")).await;
    let webm = matroska("webm", &packets);
    std::fs::write(stage.media.path().join("tone.webm"), webm).unwrap();
    let over = |heard: &Heard| heard.silent >= 5 && heard.packets >= 100;
    for (file, title) in [("tone.opus", "a title"), ("tone.webm", "tone")] {
        stage.lab.forget_heard();
        let said = stage.says(&format!("play {file}")).await;
        assert!(said.contains(title), "{said}");
        assert_eq!(stage.lab.hears(over).await.marks, marks, "{file}");
    }
    // At another volume it is encoded anew.
    stage.says("volume 50").await;
    stage.lab.forget_heard();
    stage.says("play tone.opus").await;
    let heard = stage.lab.hears(over).await;
    assert_eq!(tones(&heard), [(440, 2.0)], "{heard}");
    assert!(heard.marks.iter().all(|mark| !marks.contains(mark)));
}
