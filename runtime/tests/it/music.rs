//! The stock cog `music`, as members use it: what they type and press, read, and hear.

use std::path::PathBuf;
use std::time::Duration;

use cogbox_emulator::{Answer, Channel, Guild, Heard, Here, Person, Sound};
use insta::assert_snapshot;

use crate::harness::{Bot, Setup, eventually};
use crate::sound::{trusts, wav};

/// What the bot must be allowed to do.
const VIEW: u64 = 1 << 10;
const CONNECT: u64 = 1 << 20;
const SPEAK: u64 = 1 << 21;

/// A bot with the cog, a media folder, and Ann, Ben and Cleo in its server. Ann owns it.
struct Party {
    bot: Bot,
    lab: Guild,
    music: Channel,
    ann: Here,
    ben: Here,
    cleo: Here,
    media: tempfile::TempDir,
}

impl Party {
    /// Starts it without announcements, so that only answers are read.
    async fn quiet() -> Self {
        let party = Self::start(|_| {}).await;
        party.chooses("announce", "off").await;
        party
    }

    async fn start(change: impl FnOnce(&mut Setup)) -> Self {
        let media = tempfile::tempdir().unwrap();
        std::fs::create_dir(media.path().join("songs")).unwrap();
        for (name, hertz, millis) in [
            ("a.wav", 440.0, 4_000),
            ("b.wav", 660.0, 500),
            ("long.wav", 880.0, 60_000),
            ("songs/Two Moons.wav", 550.0, 20_000),
        ] {
            let tone = wav(hertz, Duration::from_millis(millis));
            std::fs::write(media.path().join(name), tone).unwrap();
        }
        std::fs::write(media.path().join("broken.ogg"), b"no sound at all").unwrap();
        let mut setup = Self::setup(media.path().to_owned());
        setup.share_code = true;
        change(&mut setup);
        Self::of(setup.start().await, media).await
    }

    fn setup(media: PathBuf) -> Setup {
        let mut setup = Setup::with(&["music"]);
        setup.voice.media = Some(media);
        // A reply that others don't see looks different after a defer.
        setup.deadlines.defer = Duration::from_secs(20);
        setup
    }

    async fn of(bot: Bot, media: tempfile::TempDir) -> Self {
        bot.counts("cogbox_ready", 1.0).await;
        let lab = bot.discord.guild("Cogbox Lab");
        Self {
            music: lab.add_voice_channel("Music", 0),
            ann: bot.here("ann"),
            ben: bot.here("ben"),
            cleo: bot.here("cleo"),
            lab,
            bot,
            media,
        }
    }

    /// Stops the bot and starts it again, with the same data, Discord and media.
    async fn restarts(self) -> Self {
        let (discord, data) = self.bot.stop().await;
        let setup = Self::setup(self.media.path().to_owned());
        let bot = setup.start_on(discord, data).await;
        bot.counts("cogbox_ready", 1.0).await;
        Self { bot, ..self }
    }

    fn person(&self, name: &str) -> Person {
        self.bot.discord.person(name)
    }

    /// These go into the voice channel.
    fn gather(&self, names: &[&str]) {
        for name in names {
            self.person(name).joins_voice(&self.music);
        }
    }

    /// Ann chooses a value of a setting.
    async fn chooses(&self, key: &str, value: &str) {
        let menu = self.ann.runs("/cogs settings cog:music").await;
        let one = self.ann.selects(&menu, "~m:music", &[key]).await;
        match key {
            "vote" | "others-play" => drop(self.ann.clicks(&one, value).await),
            "longest" | "loudest" | "idle" => {
                let form = self.ann.clicks(&one, "Change").await;
                self.ann.submits(&form, &[("value", value)]).await;
            }
            _ => {
                let id = format!("~v:music:{key}");
                self.ann.selects(&one, &id, &[value]).await;
            }
        }
    }

    /// What each of these is answered, without ids and waits.
    async fn all(&self, here: &Here, typed: &[&str]) -> String {
        let mut lines = Vec::new();
        for typed in typed {
            let answer = self.reads(&here.runs(typed).await);
            lines.push(format!("{typed}\n  {}", untimed(&answer)));
        }
        lines.join("\n")
    }

    /// An answer as its reader sees it, without ids.
    fn reads(&self, answer: &Answer) -> String {
        let private = if answer.is_private() { " (alone)" } else { "" };
        self.named(&format!("{}{private}", answer.text()))
    }

    /// The same text with names in the place of ids.
    fn named(&self, text: &str) -> String {
        let mut text = text.replace(&self.music.id.to_string(), "MUSIC");
        for name in ["ann", "ben", "cleo"] {
            text = text.replace(&self.person(name).id.to_string(), name);
        }
        text.replace(&self.lab.role("Helpers").to_string(), "HELPERS")
    }

    /// What Ben reads in the channel, without ids, waits and bars.
    fn transcript(&self) -> String {
        let all = self.named(&self.ben.channel().transcript_for(&self.ben));
        let lines = all.lines().filter(|line| !line.contains('🔘'));
        lines.map(|line| untimed(line) + "\n").collect()
    }

    /// Waits until the channel reads so.
    async fn shows(&self, text: &str) {
        let so = eventually(|| self.transcript().contains(text)).await;
        assert!(so, "no `{text}` in:\n{}", self.transcript());
    }
}

/// Leaves out how long it takes until a track plays, which depends on the machine.
fn untimed(text: &str) -> String {
    let Some((before, after)) = text.split_once(" in about ") else {
        return text.to_owned();
    };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    format!("{before} in about …{rest}")
}

/// The tones that were heard, and how long each was, to half a second.
fn tones(heard: &Heard) -> Vec<(u32, f64)> {
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
async fn what_is_asked_for_is_announced_and_heard() {
    if !trusts("music::what_is_asked_for_is_announced_and_heard").await {
        return;
    }
    let party = Party::start(|_| {}).await;
    party.gather(&["ann", "ben"]);
    party.ann.runs("/join").await;
    party.lab.encrypts_among(3).await;
    party.ann.runs("/play what:a.wav").await;
    party.shows("| a\n").await;
    party.ben.runs("/play what:b").await;
    let heard = party
        .lab
        .hears(|heard| heard.silent >= 5 && heard.packets >= 230);
    assert_eq!(tones(&heard.await), [(440, 4.0), (660, 0.5)]);
    party.shows("Playback has ended").await;
    // Each track had a panel, and the one before it went.
    assert_snapshot!(party.transcript(), @r"
    ann used /join
    Cogbox: I'm in <#MUSIC>.
    ann used /play
    Cogbox: ▶️ **a**
    ben used /play
    Cogbox: Added **b** at place 1; it plays in about ….
    Cogbox: | Playback has ended. `/play` goes on.
      (edited)
    ");
    assert!(party.bot.cog("music").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_comes_to_whoever_asks_or_says_why_not() {
    if !trusts("music::the_bot_comes_to_whoever_asks_or_says_why_not").await {
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
async fn what_plays_is_controlled_by_commands() {
    if !trusts("music::what_plays_is_controlled_by_commands").await {
        return;
    }
    let party = Party::quiet().await;
    party.gather(&["ann"]);
    let said = party.all(
        &party.ann,
        &[
            "/play what:long",
            "/pause",
            "/pause",
            "/seek to:0:30",
            "/seek to:+15",
            "/seek to:-10",
            "/seek to:2:00",
            "/seek to:soon",
            "/resume",
            "/resume",
            "/volume",
            "/volume percent:50",
            "/volume percent:150",
            "/loop mode:Queue",
            "/shuffle",
            "/play what:a",
            "/play what:moons two next:true",
            "/shuffle",
        ],
    );
    assert_snapshot!(said.await, @r"
    /play what:long
      ▶️ **long**
    /pause
      ⏸️ Paused **long**.
    /pause
      It is paused already. `/resume` goes on. (alone)
    /seek to:0:30
      ⏩ Went to 0:30.
    /seek to:+15
      ⏩ Went to 0:45.
    /seek to:-10
      ⏩ Went to 0:35.
    /seek to:2:00
      The track is only 1:00 long. (alone)
    /seek to:soon
      I don't understand that moment. Write `1:30`, `90`, `+15` or `-15`. (alone)
    /resume
      ▶️ **long** goes on.
    /resume
      It is playing already. (alone)
    /volume
      The volume is 100 %. (alone)
    /volume percent:50
      🔊 The volume is 50 % now.
    /volume percent:150
      100 % is the loudest here. (alone)
    /loop mode:Queue
      🔁 Repeat: the queue
    /shuffle
      Nothing waits in the queue. (alone)
    /play what:a
      Added **a** at place 1; it plays in about ….
    /play what:moons two next:true
      Added **Two Moons** at place 1; it plays in about ….
    /shuffle
      Shuffled 2 tracks.
    ");
    party.ann.runs("/clear").await;
    for what in ["a", "b", "moons"] {
        party.ann.runs(&format!("/play what:{what}")).await;
    }
    let said = party.all(
        &party.ann,
        &[
            "/move place:3",
            "/move place:1 to:9",
            "/remove place:1",
            "/remove place:7",
            "/skip",
            "/clear",
            "/clear",
            "/stop",
            "/skip",
            "/nowplaying",
            "/leave",
            "/leave",
        ],
    );
    assert_snapshot!(said.await, @r"
    /move place:3
      **Two Moons** is at place 1 now.
    /move place:1 to:9
      **Two Moons** is at place 3 now.
    /remove place:1
      Removed **a**.
    /remove place:7
      There is no such place: 2 tracks wait. (alone)
    /skip
      ⏭️ Skipped **long**. Now: **b**
    /clear
      Removed all 2 tracks that waited.
    /clear
      Nothing waits in the queue. (alone)
    /stop
      ⏹️ Stopped, and the queue is empty.
    /skip
      Nothing is playing. (alone)
    /nowplaying
      Nothing is playing. (alone)
    /leave
      I left the voice channel.
    /leave
      I'm in no voice channel. `/play` brings me into yours. (alone)
    ");
    assert_eq!(party.lab.bot_voice(), None);
    assert!(party.bot.cog("music").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_played_is_told() {
    if !trusts("music::what_can_not_be_played_is_told").await {
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
    assert_snapshot!(said.await, @r"
    /play what:broken.ogg
      That doesn't work: it is in no format that can be played. (alone)
    /play what:https://example.org/a.mp3
      That doesn't work: this host does not serve playing from the web. (alone)
    /play what:no such *song*
      I found nothing for `no such \*song\*` in the media folder, and can't search the web: this host does not serve searching for tracks. (alone)
    /play what:../cogbox.db
      I found nothing for `../cogbox.db` in the media folder, and can't search the web: this host does not serve searching for tracks. (alone)
    /play what:recent:7
      I found nothing for `recent:7` in the media folder, and can't search the web: this host does not serve searching for tracks. (alone)
    ");
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
async fn the_panel_shows_what_plays_and_its_bar_moves() {
    if !trusts("music::the_panel_shows_what_plays_and_its_bar_moves").await {
        return;
    }
    let party = Party::quiet().await;
    party.gather(&["ann", "ben"]);
    party.ann.runs("/play what:long").await;
    party.ann.runs("/play what:moons").await;
    party.ann.runs("/pause").await;
    party.ann.runs("/seek to:30").await;
    let panel = party.ben.runs("/nowplaying").await;
    assert_snapshot!(party.transcript(), @r"
    ann used /play
    Cogbox: ▶️ **long**
    ann used /play
    Cogbox: Added **Two Moons** at place 1; it plays in about ….
    ann used /pause
    Cogbox: ⏸️ Paused **long**.
    ann used /seek
    Cogbox: ⏩ Went to 0:30.
    ben used /nowplaying
    Cogbox: | Paused
      | long
      | Asked by: <@ann>
      | Volume: 100 %
      | Repeat: off
      | One track waits
      [Resume] [Skip] [Stop] [Repeat]
      [Quieter] [Louder]
    ");
    // Paused, nothing moves.
    let clock = &party.bot.app.services.clock;
    let edits = || {
        let requests = party.bot.discord.requests().into_iter();
        let edits = requests.filter(|request| request.method == "PATCH");
        edits
            .filter(|request| !request.path.contains("webhooks"))
            .count()
    };
    let before = edits();
    clock.jump(30);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(edits(), before, "a paused panel was edited");
    party.ben.clicks(&panel, "Resume").await;
    party.shows("| Now playing").await;
    // Every ten seconds it does.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    for times in 1..4 {
        clock.jump(10);
        assert!(eventually(|| edits() >= before + times).await, "{times}");
    }
    let general = party.ben.channel();
    let stands = || general.transcript_for(&party.ben).contains("`0:30 /");
    assert!(eventually(|| !stands()).await, "the bar stands still");
    party.ben.clicks(&panel, "Quieter").await;
    party.ben.clicks(&panel, "Repeat").await;
    party.shows("| Volume: 90 %").await;
    party.shows("| Repeat: the queue").await;
    let refused = party.ben.clicks(&panel, "Louder").await;
    assert!(!refused.is_private());
    let refused = party.ben.clicks(&panel, "Louder").await;
    assert_eq!(refused.text(), "100 % is the loudest here.");
    // Skipping shows the next track on the same panel.
    party.ben.clicks(&panel, "Skip").await;
    party.shows("| Two Moons\n").await;
    // Cleo does not listen, so it is not for Cleo to press.
    let refused = party.cleo.clicks(&panel, "Pause").await;
    assert_snapshot!(party.reads(&refused), @"I'm in <#MUSIC>. Come there to control the music. (alone)");
    party.ben.clicks(&panel, "Stop").await;
    party.shows("| Playback has ended").await;
    // It is over: nothing is edited any more.
    let before = edits();
    clock.jump(30);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(edits(), before, "a panel that is over was edited");
    // Who deletes a panel ends it.
    party.ann.runs("/play what:long").await;
    let panel = party.ben.runs("/nowplaying").await;
    let id = panel.message()["id"].as_str().unwrap().parse().unwrap();
    party.ann.deletes(cogbox_emulator::Id(id));
    clock.jump(10);
    let before = edits();
    clock.jump(30);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(edits() <= before + 1, "a panel that is gone was edited");
    assert!(party.bot.cog("music").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_has_pages() {
    if !trusts("music::the_queue_has_pages").await {
        return;
    }
    let party = Party::quiet().await;
    party.gather(&["ann", "ben"]);
    party.ann.runs("/play what:long").await;
    party.ann.runs("/pause").await;
    party.ann.runs("/seek to:30").await;
    for number in 0..12 {
        let here = if number % 2 == 0 {
            &party.ann
        } else {
            &party.ben
        };
        here.runs("/play what:moons").await;
    }
    let page = party.ben.runs("/queue").await;
    let turned = party.ben.clicks(&page, "Next").await;
    let shown = |answer: &Answer| {
        let embed = &answer.message()["embeds"][0];
        let text = [&embed["description"], &embed["footer"]["text"]];
        party.named(
            &text
                .map(|text| text.as_str().unwrap_or_default())
                .join("\n"),
        )
    };
    assert_snapshot!(shown(&page), @r"
    ▶️ long `1:00` · <@ann>

    `1.` Two Moons `0:20` · <@ann>
    `2.` Two Moons `0:20` · <@ben>
    `3.` Two Moons `0:20` · <@ann>
    `4.` Two Moons `0:20` · <@ben>
    `5.` Two Moons `0:20` · <@ann>
    `6.` Two Moons `0:20` · <@ben>
    `7.` Two Moons `0:20` · <@ann>
    `8.` Two Moons `0:20` · <@ben>
    `9.` Two Moons `0:20` · <@ann>
    `10.` Two Moons `0:20` · <@ben>
    12 tracks wait · 4:30 left · Page 1 of 2
    ");
    assert_snapshot!(shown(&turned), @r"
    ▶️ long `1:00` · <@ann>

    `11.` Two Moons `0:20` · <@ann>
    `12.` Two Moons `0:20` · <@ben>
    12 tracks wait · 4:30 left · Page 2 of 2
    ");
    // A page that is there no longer is the last one.
    for _ in 0..9 {
        party.ann.runs("/remove place:4").await;
    }
    let back = party.ben.clicks(&page, "Back").await;
    assert_snapshot!(shown(&back), @r"
    ▶️ long `1:00` · <@ann>

    `1.` Two Moons `0:20` · <@ann>
    `2.` Two Moons `0:20` · <@ben>
    `3.` Two Moons `0:20` · <@ann>
    3 tracks wait · 1:30 left
    ");
    assert_eq!(party.ann.types("/remove place:2").await, ["2. Two Moons"]);
    party.ann.runs("/leave").await;
    let gone = party.ben.runs("/queue").await;
    assert_snapshot!(gone.message()["embeds"][0]["description"].as_str().unwrap(), @"I'm in no voice channel. `/play` brings me into yours.");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_vote_to_skip() {
    if !trusts("music::three_people_vote_to_skip").await {
        return;
    }
    let party = Party::quiet().await;
    party.chooses("vote", "On").await;
    let dora = party.bot.discord.add_person("dora");
    party.lab.add_member(&dora);
    party.gather(&["ben", "cleo", "dora"]);
    let dora = party.bot.here("dora");
    dora.runs("/play what:long").await;
    dora.runs("/play what:moons").await;
    dora.runs("/play what:long").await;
    let vote = party.ben.runs("/skip").await;
    assert_snapshot!(party.reads(&vote), @"<@ben> wants to skip **long**: 1 of 2 votes.");
    // A second vote of the same person is none.
    let vote = party.ben.runs("/skip").await;
    assert_snapshot!(party.reads(&vote), @"<@ben> wants to skip **long**: 1 of 2 votes.");
    let vote = party.cleo.runs("/skip").await;
    assert_snapshot!(party.reads(&vote), @"⏭️ Skipped **long**. Now: **Two Moons**");
    // The votes were for that track alone, and who asked for one needs none.
    let vote = party.cleo.runs("/skip").await;
    assert_snapshot!(party.reads(&vote), @"<@cleo> wants to skip **Two Moons**: 1 of 2 votes.");
    let own = dora.runs("/skip").await;
    assert_snapshot!(party.reads(&own), @"⏭️ Skipped **Two Moons**. Now: **long**");
    // On a panel, too. Who left does not count any more: of two, more than half are two.
    let panel = party.ben.runs("/nowplaying").await;
    let vote = party.ben.clicks(&panel, "Skip").await;
    assert_snapshot!(party.reads(&vote), @"<@ben> wants to skip **long**: 1 of 2 votes.");
    party.person("ben").leaves_voice(&party.lab);
    let vote = party.cleo.clicks(&panel, "Skip").await;
    assert_snapshot!(party.reads(&vote), @"<@cleo> wants to skip **long**: 1 of 2 votes.");
    // Who manages the server asks nobody.
    party.gather(&["ann"]);
    let own = party.ann.runs("/skip").await;
    assert_snapshot!(party.reads(&own), @"⏭️ Skipped **long**. Nothing follows.");
    assert!(party.bot.cog("music").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn djs_control_and_the_others_listen() {
    if !trusts("music::djs_control_and_the_others_listen").await {
        return;
    }
    let party = Party::quiet().await;
    let helpers = party.lab.role("Helpers").to_string();
    party.chooses("dj", &helpers).await;
    party.chooses("longest", "2").await;
    party.chooses("loudest", "120").await;
    party.gather(&["ben", "cleo"]);
    party.lab.give_role(&party.person("ben"), "Helpers");
    party.ben.runs("/play what:long").await;
    let said = party.all(
        &party.cleo,
        &[
            "/play what:moons",
            "/play what:moons next:true",
            "/play what:a",
            "/play what:b",
            "/pause",
            "/skip",
            "/volume percent:10",
            "/remove place:2",
        ],
    );
    assert_snapshot!(said.await, @r"
    /play what:moons
      Added **Two Moons** at place 1; it plays in about ….
    /play what:moons next:true
      Only <@&HELPERS> control the music here. (alone)
    /play what:a
      Added **a** at place 2; it plays in about ….
    /play what:b
      2 tracks of yours may wait here, and they do. (alone)
    /pause
      Only <@&HELPERS> control the music here. (alone)
    /skip
      Only <@&HELPERS> control the music here. (alone)
    /volume percent:10
      Only <@&HELPERS> control the music here. (alone)
    /remove place:2
      Removed **a**.
    ");
    let said = party.all(
        &party.ben,
        &[
            "/volume percent:120",
            "/volume percent:121",
            "/remove place:1",
        ],
    );
    assert_snapshot!(said.await, @r"
    /volume percent:120
      🔊 The volume is 120 % now.
    /volume percent:121
      120 % is the loudest here. (alone)
    /remove place:1
      Removed **Two Moons**.
    ");
    party.chooses("others-play", "Off").await;
    let said = party.all(&party.cleo, &["/play what:a"]);
    assert_snapshot!(said.await, @r"
    /play what:a
      Only <@&HELPERS> add tracks here. (alone)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_played_and_what_there_is_are_offered() {
    if !trusts("music::what_was_played_and_what_there_is_are_offered").await {
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
async fn two_people_at_once_start_one_player_and_skip_one_track() {
    if !trusts("music::two_people_at_once_start_one_player_and_skip_one_track").await {
        return;
    }
    let party = Party::quiet().await;
    party.gather(&["ann", "ben"]);
    let (one, two) = tokio::join!(
        party.ann.runs("/play what:long"),
        party.ben.runs("/play what:moons"),
    );
    for answer in [&one, &two] {
        assert!(!answer.is_private(), "{}", answer.text());
    }
    party.ann.runs("/play what:long").await;
    party.ann.runs("/play what:long").await;
    let panel = party.ann.runs("/nowplaying").await;
    tokio::join!(
        party.ann.clicks(&panel, "Skip"),
        party.ben.clicks(&panel, "Skip"),
    );
    // Of four tracks one is over: two wait.
    party.shows("| 2 tracks wait").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_moved_plays_on_and_one_that_is_taken_out_is_out() {
    if !trusts("music::a_bot_that_is_moved_plays_on_and_one_that_is_taken_out_is_out").await {
        return;
    }
    let party = Party::start(|_| {}).await;
    party.chooses("announce", "edit the last").await;
    let other = party.lab.add_voice_channel("Other", 0);
    party.gather(&["ann"]);
    party.ann.runs("/play what:long").await;
    party.shows("| long\n").await;
    party.lab.move_bot(Some(&other));
    assert!(eventually(|| party.lab.bot_voice() == Some(other.id)).await);
    let mut said = String::new();
    for _ in 0..200 {
        said = party.reads(&party.ann.runs("/pause").await);
        if said.contains("(alone)") {
            break;
        }
    }
    assert_snapshot!(said.replace(&other.id.to_string(), "OTHER"), @"I'm in <#OTHER>. Come there to control the music. (alone)");
    party.person("ann").joins_voice(&other);
    party.lab.move_bot(None);
    party.shows("| Playback has ended").await;
    assert_snapshot!(party.all(&party.ann, &["/skip"]).await, @r"
    /skip
      I'm in no voice channel. `/play` brings me into yours. (alone)
    ");
    // Left without anything to play, it goes by itself.
    party.person("ann").leaves_voice(&party.lab);
    party.gather(&["ann"]);
    party.ann.runs("/play what:long").await;
    party.shows("| Now playing").await;
    party.ann.runs("/stop").await;
    let ended = || party.transcript().matches("Playback has ended").count() == 2;
    assert!(eventually(ended).await);
    party.bot.app.services.clock.jump(9 * 60);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(party.lab.bot_voice(), Some(party.music.id));
    party.bot.app.services.clock.jump(60);
    assert!(eventually(|| party.lab.bot_voice().is_none()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_loses_neither_the_queue_nor_the_panel() {
    if !trusts("music::a_restart_in_the_middle_loses_neither_the_queue_nor_the_panel").await {
        return;
    }
    let party = Party::start(|_| {}).await;
    party.gather(&["ann", "ben"]);
    for what in ["a", "long", "moons", "b"] {
        party.ann.runs(&format!("/play what:{what}")).await;
    }
    // What is over does not come back, nor what somebody took out.
    party.ann.runs("/skip").await;
    party.shows("| long\n").await;
    party.ben.runs("/volume percent:50").await;
    party.ann.runs("/remove place:2").await;
    let panel = party.ben.runs("/nowplaying").await;
    // The last panel of a bot that goes down says so, unless it could not.
    party.ann.channel().set_bot(0, VIEW);
    let party = party.restarts().await;
    party.ann.channel().set_bot(VIEW, 0);
    assert!(party.transcript().contains("[Pause]"));
    party.ben.clicks(&panel, "Pause").await;
    party.shows("| Playback has ended").await;
    let said = party.all(&party.cleo, &["/resume"]);
    assert_snapshot!(said.await, @r"
    /resume
      Go into a voice channel first; then I come along. (alone)
    ");
    party.lab.forget_heard();
    let said = party.all(&party.ben, &["/resume", "/volume", "/resume"]);
    assert_snapshot!(said.await, @r"
    /resume
      ▶️ 2 tracks are back, from **long** on.
    /volume
      The volume is 50 %. (alone)
    /resume
      It is playing already. (alone)
    ");
    party.lab.hears(|heard| heard.packets > 25).await;
    let queue = party.ann.runs("/queue").await;
    let shown = queue.message()["embeds"][0]["description"].clone();
    assert_snapshot!(party.named(shown.as_str().unwrap()), @r"
    ▶️ long `1:00` · <@ann>

    `1.` Two Moons `0:20` · <@ann>
    ");
    // Who begins anew does not get it back.
    let party = party.restarts().await;
    party.ann.runs("/play what:a").await;
    party.ann.runs("/stop").await;
    let said = party.all(&party.ann, &["/resume"]);
    assert_snapshot!(said.await, @r"
    /resume
      Nothing is playing. (alone)
    ");
    assert!(party.bot.cog("music").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn germans_read_german() {
    if !trusts("music::germans_read_german").await {
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
