//! What is asked for: where the bot comes to, what it finds, and what it says where it does not.

use insta::assert_snapshot;

use super::{CONNECT, Party, SPEAK};
use crate::sound::trusts;

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_comes_to_whoever_asks_or_says_why_not() {
    if !trusts("music::asking::the_bot_comes_to_whoever_asks_or_says_why_not").await {
        return;
    }
    let party = Party::quiet().await;
    let said = party.all(&party.ann, &["/play what:a", "/skip", "/join"]);
    assert_snapshot!(said.await, @r"
    /play what:a
      Go into a voice channel first; then I come along. (alone)
    /skip
      I'm in no voice channel. `/play` brings me into yours. (alone)
    /join
      Go into a voice channel first; then I come along. (alone)
    ");
    // The bot may not speak in one channel, and the other is full.
    party.music.set_bot(0, SPEAK);
    party.gather(&["ann"]);
    let full = party.lab.add_voice_channel("Full", 1);
    party.person("ben").joins_voice(&full);
    let mut said = party.all(&party.ann, &["/play what:a"]).await;
    said += "\n";
    said += &party.all(&party.ben, &["/join"]).await;
    let said = said.replace(&full.id.to_string(), "FULL");
    assert_snapshot!(said, @r"
    /play what:a
      I can't come into <#MUSIC>: the bot lacks the permission SPEAK in that channel. (alone)
    /join
      I can't come into <#FULL>: that channel is full: it has room for 1. (alone)
    ");
    // Now it comes, and is busy there.
    party.music.set_bot(SPEAK | CONNECT, 0);
    party.ann.runs("/play what:long").await;
    assert_eq!(party.lab.bot_voice(), Some(party.music.id));
    let other = party.lab.add_voice_channel("Other", 0);
    party.person("ben").joins_voice(&other);
    let said = party.all(&party.ben, &["/play what:a", "/join", "/pause"]);
    assert_snapshot!(said.await, @r"
    /play what:a
      I'm playing in <#MUSIC> already. Come there, or wait until it's over. (alone)
    /join
      I'm playing in <#MUSIC> already. Come there, or wait until it's over. (alone)
    /pause
      I'm in <#MUSIC>. Come there to control the music. (alone)
    ");
    // Cleo is in no channel at all.
    let said = party.all(&party.cleo, &["/play what:a", "/stop"]);
    assert_snapshot!(said.await, @r"
    /play what:a
      I'm playing in <#MUSIC> already. Come there, or wait until it's over. (alone)
    /stop
      I'm in <#MUSIC>. Come there to control the music. (alone)
    ");
    // Who manages the server calls it away from others.
    party.gather(&["cleo"]);
    party.person("ann").joins_voice(&other);
    party.ann.runs("/join").await;
    assert_eq!(party.lab.bot_voice(), Some(other.id));
    // Where nobody listens any more it comes to anybody.
    party.person("ann").leaves_voice(&party.lab);
    party.person("ben").leaves_voice(&party.lab);
    party.cleo.runs("/play what:a").await;
    assert_eq!(party.lab.bot_voice(), Some(party.music.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_played_is_told() {
    if !trusts("music::asking::what_can_not_be_played_is_told").await {
        return;
    }
    let party = Party::start(|_| {}).await;
    party.gather(&["ann"]);
    let said = party.all(
        &party.ann,
        &[
            "/play what:broken.ogg",
            "/play what:https://example.org/a.mp3",
            "/play what:no such *song*",
            "/play what:../cogbox.db",
            "/play what:recent:7",
        ],
    );
    assert_snapshot!(said.await, @r#"
    /play what:broken.ogg
      That doesn't work: it is in no format that can be played. (alone)
    /play what:https://example.org/a.mp3
      That doesn't work: the operator does not allow playing from the web: to allow files, add "http" to `resolvers` under [voice], and for radio add "radio". (alone)
    /play what:no such *song*
      I found nothing for `no such \*song\*` in the media folder, and can't search the web: that takes yt-dlp, which the operator does not allow; to do so, add "yt-dlp" to `resolvers` under [voice]. (alone)
    /play what:../cogbox.db
      I found nothing for `../cogbox.db` in the media folder, and can't search the web: that takes yt-dlp, which the operator does not allow; to do so, add "yt-dlp" to `resolvers` under [voice]. (alone)
    /play what:recent:7
      I found nothing for `recent:7` in the media folder, and can't search the web: that takes yt-dlp, which the operator does not allow; to do so, add "yt-dlp" to `resolvers` under [voice]. (alone)
    "#);
    // One that goes before its turn is passed over, and everybody reads so.
    let party_media = party.media.path();
    std::fs::copy(party_media.join("a.wav"), party_media.join("gone.wav")).unwrap();
    party.ann.runs("/play what:long").await;
    party.ann.runs("/play what:gone").await;
    party.ann.runs("/play what:moons").await;
    std::fs::remove_file(party_media.join("gone.wav")).unwrap();
    party.ann.runs("/skip").await;
    party.shows("could not be played").await;
    party.shows("| Two Moons").await;
    party.ann.clicks_newest("Pause").await;
    party.shows("| Paused").await;
    let all = party.transcript();
    let panel = all
        .split("Cogbox: ")
        .find(|entry| entry.starts_with("| Paused"));
    assert_snapshot!(panel.unwrap_or_default(), @r"
    | Paused
      | Two Moons
      | Asked by: <@ann>
      | Volume: 100 %
      | Repeat: off
      | Nothing waits
      [Resume] [Skip] [Stop] [Repeat]
      [Quieter] [Louder]
      (edited)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_played_and_what_there_is_are_offered() {
    if !trusts("music::asking::what_was_played_and_what_there_is_are_offered").await {
        return;
    }
    let party = Party::quiet().await;
    party.gather(&["ann"]);
    assert_snapshot!(party.ann.types("/play what:").await.join("\n"), @r"
    🎵 a
    🎵 b
    🎵 broken
    🎵 long
    🎵 Two Moons
    ");
    party.ann.runs("/play what:moons").await;
    party.ann.runs("/play what:a.wav").await;
    assert_snapshot!(party.ben.types("/play what:").await.join("\n"), @r"
    🕘 a
    🕘 Two Moons
    🎵 b
    🎵 broken
    🎵 long
    ");
    assert_snapshot!(party.ben.types("/play what:TWO mo").await.join("\n"), @"🕘 Two Moons");
    // What a choice stands for is found again, long after.
    let again = party.ann.runs("/play what:recent:1").await;
    assert!(again.text().contains("Two Moons"), "{}", again.text());
    // Another server has its own.
    let elsewhere = party.bot.elsewhere("cleo");
    assert_snapshot!(elsewhere.types("/play what:moons").await.join("\n"), @"🎵 Two Moons");
}

#[tokio::test(flavor = "multi_thread")]
async fn germans_read_german() {
    if !trusts("music::asking::germans_read_german").await {
        return;
    }
    let party = Party::quiet().await;
    party
        .lab
        .moderator(&party.person("ann"))
        .sets_language("de");
    party.person("ben").set_locale("de");
    party.gather(&["ben"]);
    for typed in [
        "/spielen was:long",
        "/pause",
        "/spulen zu:0:30",
        "/spielen was:moons",
        "/warteschlange",
        "/wiederholen was:Den Titel",
        "/spulen zu:5:00",
        "/lautstärke prozent:30",
        "/läuft",
        "/überspringen",
    ] {
        party.ben.runs(typed).await;
    }
    party.shows("| Two Moons\n").await;
    party.ben.runs("/stopp").await;
    party.shows("Die Wiedergabe ist vorbei").await;
    assert_snapshot!(party.transcript(), @r"
    ben used /play
    Cogbox: ▶️ **long**
    ben used /pause
    Cogbox: ⏸️ **long** macht Pause.
    ben used /seek
    Cogbox: ⏩ Weiter bei 0:30.
    ben used /play
    Cogbox: **Two Moons** ist auf Platz 1 und läuft in etwa 0:30.
    ben used /queue
    Cogbox: | Warteschlange
      | ▶️ long `1:00` · <@ben>
      | 
      | `1.` Two Moons `0:20` · <@ben>
      | Ein Titel wartet · noch 0:50
    ben used /loop
    Cogbox: 🔁 Wiederholt wird: den Titel
    ben used /seek
    Cogbox: Der Titel ist nur 1:00 lang.
      (only you can see this)
    ben used /volume
    Cogbox: 🔊 Die Lautstärke ist jetzt 30 %.
    ben used /nowplaying
    Cogbox: | Die Wiedergabe ist vorbei. `/spielen` macht weiter.
      (edited)
    ben used /skip
    Cogbox: ⏭️ **long** übersprungen. Jetzt: **Two Moons**
    ben used /stop
    Cogbox: ⏹️ Gestoppt, und die Warteschlange ist leer.
    ");
}
