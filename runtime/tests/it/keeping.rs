//! What a cog may do to the places of a server, and to what is said in them. `steward` does what it
//! is told; see `moderating.rs`.

use cogbox_emulator::model::permissions::{
    MANAGE_MESSAGES, PIN_MESSAGES, SEND_MESSAGES, VIEW_CHANNEL,
};
use insta::assert_snapshot;

use crate::events::echoes;
use crate::harness::eventually;
use crate::moderating::{Server, grants, told};

#[tokio::test(flavor = "multi_thread")]
async fn channels_are_made_changed_and_deleted_for_who_may() {
    let server = Server::start(|_| {}).await;
    let general = server.lab.channel("general").id;
    let mut said = Vec::new();
    for what in [
        "guild".into(),
        "channels".into(),
        "make-channel text plans".into(),
        "make-channel voice talk".into(),
        "make-channel direct hole".into(),
        format!("make-channel text open {VIEW_CHANNEL}"),
        format!("at:{general} change-channel general"),
        format!("open {SEND_MESSAGES}"),
        "overwrites".into(),
        "clear".into(),
        "overwrites".into(),
        "channels".into(),
    ] {
        said.push(server.told("ann", &what).await);
    }
    let plans = server.lab.channel("plans").id;
    said.push(
        server
            .told("cleo", &format!("at:{plans} drop-channel"))
            .await,
    );
    said.push(
        server
            .told("ann", &format!("at:{plans} drop-channel"))
            .await,
    );
    said.push(server.told("ann", &format!("at:{plans} channel")).await);
    said.push(server.told("cleo", "make-channel text mine").await);
    said.push(server.told("cleo", "open 2048").await);
    assert_snapshot!(said.join("\n"), @r"
    guild: ok: Cogbox Lab
    channels: ok: general (Text); bots (Text)
    make-channel: ok: plans (Text)
    make-channel: ok: talk (Voice)
    make-channel: Invalid: a channel is made as text, voice, category, announcement, stage, forum or media; a thread is made with `threads`
    make-channel: ok: open (Text)
    change-channel: ok: general (Text)
    open: ok
    overwrites: ok: role +2048 -0
    clear: ok
    overwrites: ok
    channels: ok: general (Text); bots (Text); plans (Text); talk (Voice); open (Text)
    drop-channel: Denied: whoever asked for this lacks the permission MANAGE_CHANNELS
    drop-channel: ok
    channel: NotFound: Discord answered GET /channels/{channel} with 404: Unknown Channel (10003)
    make-channel: Denied: whoever asked for this lacks the permission MANAGE_CHANNELS
    open: Denied: whoever asked for this lacks the permission MANAGE_ROLES
    ");
    let open = server.lab.channel("open").id;
    let seen = server.told("cleo", &format!("at:{open} overwrites")).await;
    assert_eq!(seen, format!("overwrites: ok: role +{VIEW_CHANNEL} -0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_and_invites_are_made_and_ended() {
    let server = Server::start(|_| {}).await;
    let (ann, cleo) = (server.here("ann"), server.here("cleo"));
    let word = ann.says("a word").await;
    let mut said = Vec::new();
    for what in ["thread planning", "secret ticket", "channel"] {
        said.push(told(&cleo, what).await);
    }
    said.push(told(&cleo, &format!("thread-on {word} about")).await);
    let ticket = server.lab.thread("ticket").id;
    let dora = server.id("dora");
    said.push(told(&cleo, &format!("at:{ticket} join {dora}")).await);
    said.push(told(&cleo, &format!("at:{ticket} part {dora}")).await);
    // The bot began it, so it may end it for whoever asks.
    said.push(told(&cleo, &format!("at:{ticket} close")).await);
    // This one is ann's own, and no one else's to end.
    let own = ann.starts_thread("anns").id;
    said.push(told(&cleo, &format!("at:{own} close")).await);
    said.push(told(&ann, &format!("at:{own} close")).await);
    said.push(told(&ann, "invite").await);
    said.push(told(&ann, "invites").await);
    said.push(told(&cleo, "invites").await);
    said.push(told(&ann, "uninvite ../guilds").await);
    said.push(told(&ann, "uninvite nowhere").await);
    assert_snapshot!(said.join("\n"), @r"
    thread: ok: planning (PublicThread)
    secret: ok: ticket (PrivateThread)
    channel: ok: general (Text)
    thread-on: ok: about (PublicThread)
    join: ok
    part: ok
    close: ok: ticket (PrivateThread, closed)
    close: Denied: whoever asked for this lacks the permission MANAGE_THREADS
    close: ok: anns (PublicThread, closed)
    invite: ok: 0 of 5 uses
    invites: ok: 1
    invites: Denied: whoever asked for this lacks the permission MANAGE_GUILD
    uninvite: Invalid: that is not the code of an invite
    uninvite: NotFound: Discord answered GET /invites/{code} with 404: Unknown Invite (10006)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_said_is_its_own_to_change() {
    let server = Server::start(|_| {}).await;
    let (ann, cleo) = (server.here("ann"), server.here("cleo"));
    let bots = server.lab.channel("bots");
    let at = |what: String| format!("at:{} {what}", bots.id);
    let word = server
        .bot
        .discord
        .person("ann")
        .in_channel(&bots)
        .says("mine")
        .await;
    let said = told(&cleo, &at("say first".into())).await;
    let mine = said.strip_prefix("say: ok: ").unwrap().to_owned();
    let mut said = Vec::new();
    for what in [
        format!("edit {mine} second"),
        format!("edit {word} stolen"),
        format!("delete {word}"),
        format!("react {mine} 👍"),
        format!("reacted {mine} 👍"),
        format!("unreact {mine} 👍"),
        format!("react {mine} nonsense"),
        "type".into(),
        "history 5".into(),
        format!("delete {mine}"),
        format!("read {mine}"),
    ] {
        said.push(told(&cleo, &at(what)).await);
    }
    assert_snapshot!(said.join("\n"), @r"
    edit: ok: second
    edit: Forbidden: Discord answered PATCH /channels/{channel}/messages/{message} with 403: Cannot edit a message authored by another user (50005)
    delete: Denied: that message is not the bot's own; others' need `message-admin`
    react: ok
    reacted: ok: Cogbox
    unreact: ok
    react: Invalid: Discord answered PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me with 400: Unknown Emoji (10014)
    type: ok
    history: ok: second; mine
    delete: ok
    read: NotFound: Discord answered GET /channels/{channel}/messages/{message} with 404: Unknown Message (10008)
    ");
    assert_snapshot!(bots.transcript_for(&ann), @"ann: mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_messages_are_cleaned_up_for_who_may() {
    let server = Server::start(|_| {}).await;
    server
        .lab
        .add_role("Janitors", MANAGE_MESSAGES | PIN_MESSAGES);
    server
        .lab
        .give_role(&server.bot.discord.person("ben"), "Janitors");
    let bots = server.lab.channel("bots");
    let cleo = server.bot.discord.person("cleo").in_channel(&bots);
    let mut words = Vec::new();
    for n in 0..4 {
        words.push(cleo.says(&format!("word {n}")).await);
    }
    let [first, second, third, last] = words.try_into().unwrap();
    cleo.reacts(last, "👍");
    cleo.reacts(last, "🎉");
    let at = |what: String| format!("at:{} {what}", bots.id);
    let mut said = Vec::new();
    for (person, what) in [
        ("cleo", format!("purge {first}")),
        ("cleo", format!("pin {last}")),
        ("ben", format!("purge {first} {second} {second}")),
        ("ben", format!("purge {third}")),
        ("ben", format!("purge {third}")),
        ("ben", "purge".into()),
        ("ben", "purge x".into()),
        ("ben", format!("pin {last}")),
        ("ben", format!("pin {last} off")),
        ("ben", format!("wipe {last} 👍")),
        ("ben", format!("wipe {last} - {}", server.id("cleo"))),
        ("ben", format!("wipe {last}")),
    ] {
        said.push(server.told(person, &at(what)).await);
    }
    assert_snapshot!(said.join("\n"), @r"
    purge: Denied: whoever asked for this lacks the permission MANAGE_MESSAGES
    pin: Denied: whoever asked for this lacks the permission PIN_MESSAGES
    purge: ok
    purge: ok
    purge: ok
    purge: ok
    purge: Invalid: `x` is not the id of a message
    pin: ok
    pin: ok
    wipe: ok
    wipe: ok
    wipe: ok
    ");
    let asked = server.bot.discord.requests();
    let bulk = asked
        .iter()
        .filter(|request| request.path.ends_with("/bulk-delete"));
    assert_eq!(bulk.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_through_the_cog_what_they_cannot_read() {
    let server = Server::start(|_| {}).await;
    let bots = server.lab.channel("bots");
    server
        .bot
        .discord
        .person("ann")
        .in_channel(&bots)
        .says("secret")
        .await;
    bots.set_everyone(0, VIEW_CHANNEL);
    let history = format!("at:{} history 5", bots.id);
    assert_eq!(server.told("ann", &history).await, "history: ok: secret");
    assert_eq!(
        server.told("cleo", &history).await,
        "history: Denied: whoever asked for this lacks the permission VIEW_CHANNEL"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_is_pinged_with_a_grant_a_right_and_a_few_times_a_day() {
    let server = Server::start(|cog| cog.grant = grants(&[])).await;
    let said = server.told("ann", "shout").await;
    assert_eq!(
        said,
        "shout: Denied: it would ping everyone: the operator can grant it `everyone`"
    );

    let server = Server::start(|cog| {
        cog.grant = grants(&["everyone"]);
        cog.limits.everyone_a_day = 2;
    })
    .await;
    let said = server.told("cleo", "shout").await;
    assert_eq!(
        said,
        "shout: Denied: whoever asked for this lacks the permission MENTION_EVERYONE"
    );
    assert_eq!(server.told("ann", "shout").await, "shout: ok");
    assert_eq!(server.told("ann", "shout").await, "shout: ok");
    let said = server.told("ann", "shout").await;
    assert_eq!(
        said,
        "shout: Quota: this cog has had its 2 pings of everyone in this server of today"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_written_to_directly_but_not_strangers_and_not_without_end() {
    let server = Server::start(|cog| cog.limits.direct_messages_a_day = 2).await;
    let (ben, stranger) = (server.id("ben"), server.bot.discord.add_person("eve").id);
    let told = async |what: String| server.told("cleo", &what).await;
    assert_eq!(told(format!("write {ben} hello")).await, "write: ok");
    let ben_at_home = server.bot.discord.person("ben").in_dm();
    assert_snapshot!(ben_at_home.channel().transcript_for(&ben_at_home), @"Cogbox: hello");
    assert_eq!(
        told(format!("write {stranger} hello")).await,
        "write: Denied: that user is not a member of the guild this call came from"
    );
    server.bot.discord.person("ben").blocks_bot(true);
    let refused = told(format!("write {ben} again")).await;
    assert!(
        refused.starts_with("write: Forbidden: ") && refused.ends_with("(50007)"),
        "{refused}"
    );
    let said = told(format!("write {ben} more")).await;
    assert_eq!(
        said,
        "write: Quota: this cog has had its 2 direct messages of today"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_is_reached_with_a_grant() {
    let server = Server::start(|_| {}).await;
    server.bot.elsewhere("ann");
    let there = server.bot.discord.guild("Elsewhere").id;
    let said = server.told("ann", &format!("in:{there} channels")).await;
    assert_eq!(
        said,
        "channels: Denied: this call came from another guild, and stays in it"
    );
    assert_eq!(server.told("ann", "guilds").await, "guilds: ok: 1");

    let server = Server::start(|cog| cog.grant = grants(&["across-guilds"])).await;
    let lobby = server.bot.elsewhere("ann");
    let there = server.bot.discord.guild("Elsewhere").id;
    let dora = server.id("dora");
    let told = async |person: &str, what: String| server.told(person, &what).await;
    assert_eq!(
        told("ann", format!("in:{there} channels")).await,
        "channels: ok: lobby (Text)"
    );
    let said = told("ann", format!("at:{} say hello", lobby.channel)).await;
    assert!(said.starts_with("say: ok"), "{said}");
    assert_eq!(echoes(&lobby), ["hello"]);
    assert_eq!(told("ann", "guilds".into()).await, "guilds: ok: 2");
    assert_eq!(
        told("ann", "in:1 channels".into()).await,
        "channels: Denied: the bot is not in that guild"
    );
    // Who may nothing there gets nothing done there.
    let said = told("ben", format!("in:{there} ban {dora}")).await;
    assert_eq!(
        said,
        "ban: Denied: whoever asked for this lacks the permission BAN_MEMBERS"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_leaves_where_its_managers_want_it_and_has_one_status() {
    let server = Server::start(|cog| cog.grant = grants(&[])).await;
    let needs = "leave: Denied: whoever asked for this lacks the permission MANAGE_GUILD";
    assert_eq!(server.told("cleo", "leave").await, needs);
    let refused = server.told("ann", "status at work").await;
    assert!(
        refused.ends_with("the operator can grant it `across-guilds`"),
        "{refused}"
    );

    let server = Server::start(|cog| cog.grant = grants(&["across-guilds"])).await;
    assert_eq!(server.told("ann", "status at work").await, "status: ok");
    let long = format!("status {}", "x".repeat(129));
    assert!(
        server
            .told("ann", &long)
            .await
            .starts_with("status: Invalid: ")
    );
    let shows = || {
        let sessions = server.bot.discord.gateway_sessions();
        let mut shown = sessions.iter();
        shown.any(|session| session.presence["activities"][0]["state"] == "at work")
    };
    assert!(eventually(shows).await);
    let there = server.bot.elsewhere("ann");
    let id = server.bot.discord.guild("Elsewhere").id;
    assert_eq!(
        server.told("ann", &format!("in:{id} leave")).await,
        "leave: ok"
    );
    assert!(there.cannot_run("/do").contains("no command"));
}
