//! What is shown of it, and heard: announcements, the panel, the pages of the queue.

use std::time::Duration;

use cogbox_emulator::Answer;
use insta::assert_snapshot;

use super::Party;
use crate::harness::eventually;
use crate::playing::tones;
use crate::sound::trusts;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_announced_and_heard() {
    if !trusts("music::showing::what_is_asked_for_is_announced_and_heard").await {
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
async fn the_panel_shows_what_plays_and_its_bar_moves() {
    if !trusts("music::showing::the_panel_shows_what_plays_and_its_bar_moves").await {
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
    if !trusts("music::showing::the_queue_has_pages").await {
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
