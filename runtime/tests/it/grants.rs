//! Grants and origin: what a call can't reach, however it asks.

use cogbox::config::Grant;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_stays_in_its_guild() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    // The bot is there too, and ann owns it; the call came from elsewhere all the same.
    let other = bot.discord.add_guild("Elsewhere", &["lobby"], &["ann"]);
    let there = bot
        .discord
        .person("ann")
        .in_channel(&other.channel("lobby"));
    ann.runs(&format!(
        "/abroad guild:{} channel:{}",
        other.id, there.channel
    ))
    .await;
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /abroad
    Cogbox: guilds.get: denied: this call came from another guild, and stays in it
      members.get: denied: this call came from another guild, and stays in it
      messages.send: denied: that channel is not of the guild this call came from
      store.get: denied: this call came from another guild, and stays in it
    ");
    assert_eq!(there.channel().transcript_for(&there), "");
    for interface in ["guilds", "members", "messages", "store"] {
        let denied = format!("cogbox_cog_denied_total{{cog=\"rogue\",interface=\"{interface}\"}}");
        assert_eq!(bot.metric(&denied), 1.0, "{interface}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_reaches_its_own_guild() {
    let bot = Bot::with(&["rogue"]).await;
    let (ann, lab) = (bot.here("ann"), bot.discord.guild("Cogbox Lab"));
    let bots = bot.discord.person("ann").in_channel(&lab.channel("bots"));
    ann.runs(&format!(
        "/abroad guild:{} channel:{}",
        lab.id, bots.channel
    ))
    .await;
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /abroad
    Cogbox: guilds.get: ok
      members.get: ok
      messages.send: ok
      store.get: ok: found nothing
    ");
    assert_snapshot!(bots.channel().transcript_for(&bots), @"Cogbox: rogue was here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_message_stays_with_its_person() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.discord.person("ann").in_dm();
    let (here, lab) = (bot.here("ann"), bot.discord.guild("Cogbox Lab"));
    ann.runs(&format!(
        "/abroad guild:{} channel:{}",
        lab.id, here.channel
    ))
    .await;
    let ben = bot.discord.person("ben").in_dm();
    ann.runs(&format!("/abroad guild:{} channel:{}", lab.id, ben.channel))
        .await;
    ann.runs(&format!("/abroad guild:{} channel:{}", lab.id, ann.channel))
        .await;
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /abroad
    Cogbox: guilds.get: denied: this call came from no guild, and reaches none
      members.get: denied: this call came from no guild, and reaches none
      messages.send: denied: this call came from no guild, and stays in its channel
      store.get: denied: this call came from no guild, and reaches none
    ann used /abroad
    Cogbox: guilds.get: denied: this call came from no guild, and reaches none
      members.get: denied: this call came from no guild, and reaches none
      messages.send: denied: this call came from no guild, and stays in its channel
      store.get: denied: this call came from no guild, and reaches none
    Cogbox: rogue was here
    ann used /abroad
    Cogbox: guilds.get: denied: this call came from no guild, and reaches none
      members.get: denied: this call came from no guild, and reaches none
      messages.send: ok
      store.get: denied: this call came from no guild, and reaches none
    ");
    assert_eq!(here.channel().transcript_for(&here), "");
    assert_eq!(ben.channel().transcript_for(&ben), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_none_are_invalid() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    ann.runs("/abroad guild:0 channel:general").await;
    ann.runs("/abroad guild:../../users channel:+1").await;
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /abroad
    Cogbox: guilds.get: invalid: `0` is not the id of a guild
      members.get: invalid: `0` is not the id of a guild
      messages.send: invalid: `general` is not the id of a channel
      store.get: invalid: `0` is not the id of a guild
    ann used /abroad
    Cogbox: guilds.get: invalid: `../../users` is not the id of a guild
      members.get: invalid: `../../users` is not the id of a guild
      messages.send: invalid: `+1` is not the id of a channel
      store.get: invalid: `../../users` is not the id of a guild
    ");
    // Nothing of it became a path.
    let asked = bot.discord.requests();
    assert!(asked.iter().all(|request| !request.path.contains("..")));
}

#[tokio::test(flavor = "multi_thread")]
async fn declaring_reaches_nothing() {
    let bot = Bot::with(&["keyhole"]).await;
    let commands = bot.discord.commands();
    let peeked = commands
        .iter()
        .find(|command| command.name == "peeked")
        .unwrap();
    assert_snapshot!(peeked.description, @"the cog called cogbox:host/store while it declared its commands, when nothing may be called");
    // It is asked twice.
    let denied = r#"cogbox_cog_denied_total{cog="keyhole",interface="store"}"#;
    assert_eq!(bot.metric(denied), 2.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_asks_for_more_than_granted_stays_out() {
    let grant = |names: &[&str]| Grant::Only(names.iter().map(|name| name.to_string()).collect());
    let bot = Setup::with(&["rogue", "counter"])
        .cog("rogue", |rogue| {
            rogue.grant = grant(&["guilds", "messages"])
        })
        .cog("counter", |counter| counter.grant = grant(&[]))
        .start()
        .await;
    let ann = bot.here("ann");
    assert_snapshot!(ann.runs("/cogs list").await.text(), @"**counter** 0.1.0: `/count` `/count-show` `/count-reset`");
    let snapshot = bot.app.registry.snapshot();
    let refused: Vec<_> = snapshot.refused().collect();
    let [("rogue", refusal)] = refused.as_slice() else {
        panic!("{refused:?}");
    };
    assert_snapshot!(format!("{}\n{}", refusal.what, refusal.fix), @r#"
    it asks for "members", "player", which it is not granted
    if you trust it with that, write under [cogs.rogue]: grant = ["guilds", "members", "messages", "player"]
    "#);
    assert_eq!(bot.metric(r#"cogbox_cog_up{cog="rogue",version=""}"#), 0.0);
    assert_eq!(
        bot.metric(r#"cogbox_cog_up{cog="counter",version="0.1.0"}"#),
        1.0
    );

    let all = ["guilds", "members", "messages", "player"];
    let bot = Setup::with(&["rogue"])
        .cog("rogue", |rogue| rogue.grant = grant(&all))
        .start()
        .await;
    assert_eq!(bot.here("ann").runs("/ok").await.text(), "ok");
}
