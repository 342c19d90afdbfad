//! Who controls what plays, and how: commands, DJs, votes, two at once.

use insta::assert_snapshot;

use super::Party;
use crate::sound::trusts;

#[tokio::test(flavor = "multi_thread")]
async fn what_plays_is_controlled_by_commands() {
    if !trusts("music::controlling::what_plays_is_controlled_by_commands").await {
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
async fn djs_control_and_the_others_listen() {
    if !trusts("music::controlling::djs_control_and_the_others_listen").await {
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
async fn three_people_vote_to_skip() {
    if !trusts("music::controlling::three_people_vote_to_skip").await {
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
async fn two_people_at_once_start_one_player_and_skip_one_track() {
    if !trusts("music::controlling::two_people_at_once_start_one_player_and_skip_one_track").await {
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
