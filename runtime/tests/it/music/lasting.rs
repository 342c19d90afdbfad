//! What lasts: over a restart, a move, a removal, and a while without anything to play.

use std::time::Duration;

use insta::assert_snapshot;

use super::{Party, VIEW};
use crate::harness::eventually;
use crate::sound::trusts;

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_moved_plays_on_and_one_that_is_taken_out_is_out() {
    if !trusts("music::lasting::a_bot_that_is_moved_plays_on_and_one_that_is_taken_out_is_out")
        .await
    {
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
    if !trusts("music::lasting::a_restart_in_the_middle_loses_neither_the_queue_nor_the_panel")
        .await
    {
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
    let said = party.all(&party.ann, &["/play what:a", "/stop", "/resume"]);
    assert_snapshot!(said.await, @r"
    /play what:a
      ▶️ **a**
    /stop
      ⏹️ Stopped, and the queue is empty.
    /resume
      Nothing is playing. (alone)
    ");
    assert!(party.bot.cog("music").last_fault().is_none());
}
