//! The stock cog `welcome`: who joins and leaves, and what admins set and are told.

use std::time::Duration;

use cogbox_emulator::{Answer, Here};
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Bot, Setup, eventually};

const VIEW: u64 = 1 << 10;
const SEND: u64 = 1 << 11;

async fn bot() -> Bot {
    let mut setup = setup();
    setup.share_code = true;
    setup.start().await
}

fn setup() -> Setup {
    let mut setup = Setup::with(&["welcome"]);
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

/// Chooses a value of a setting: a channel's id, a word of a choice, or the label of a button.
async fn chooses(here: &Here, key: &str, value: &str) {
    let menu = here.runs("/cogs settings cog:welcome").await;
    let one = here.selects(&menu, "~m:welcome", &[key]).await;
    match value {
        "On" | "Off" => drop(here.clicks(&one, value).await),
        _ => {
            let id = format!("~v:welcome:{key}");
            here.selects(&one, &id, &[value]).await;
        }
    }
}

/// Has the messages of both kinds in #bots, and returns Ann there.
async fn greeting_in_bots(bot: &Bot, ann: &Here) -> Here {
    let bots = bot.discord.guild("Cogbox Lab").channel("bots");
    chooses(ann, "join-channel", &bots.id.to_string()).await;
    chooses(ann, "leave-channel", &bots.id.to_string()).await;
    bot.discord.person("ann").in_channel(&bots)
}

async fn writes(here: &Here, when: &str, texts: &str) -> Answer {
    let form = here.runs(&format!("/welcome text when:{when}")).await;
    here.submits(&form, &[("texts", texts)]).await
}

/// Somebody joins "Cogbox Lab" whom Discord did not know.
fn joins(bot: &Bot, name: &str) -> cogbox_emulator::Person {
    let person = bot.discord.add_person(name);
    bot.discord.guild("Cogbox Lab").add_member(&person);
    person
}

fn calls(export: &str) -> String {
    format!("cogbox_cog_calls_total{{cog=\"welcome\",export=\"{export}\",outcome=\"ok\"}}")
}

const JOINED: &str = "member-joined.joined";
const LEFT: &str = "member-left.left";

/// A text with names in the place of ids, and without times.
fn named(bot: &Bot, text: &str) -> String {
    let lab = bot.discord.guild("Cogbox Lab");
    let mut text = text.replace(&lab.channel("bots").id.to_string(), "BOTS");
    for name in ["ann", "ben"] {
        text = text.replace(&bot.discord.person(name).id.to_string(), name);
    }
    let parts = text.split("<t:").enumerate();
    let parts = parts.map(|(index, part)| match (index, part.split_once('>')) {
        (1.., Some((_, rest))) => format!("<t:…>{rest}"),
        _ => part.to_owned(),
    });
    parts.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_and_leaves_is_told_of_where_that_was_chosen() {
    let bot = bot().await;
    let ann = bot.here("ann");
    // Nothing is said before something was chosen.
    let dora = joins(&bot, "dora");
    bot.counts(&calls(JOINED), 1.0).await;
    let bots = greeting_in_bots(&bot, &ann).await;
    assert_eq!(bots.channel().transcript_for(&bots), "");
    let lab = bot.discord.guild("Cogbox Lab");
    lab.remove_member(&dora);
    bot.counts(&calls(LEFT), 1.0).await;
    let eve = joins(&bot, "eve");
    bot.counts(&calls(JOINED), 2.0).await;
    let greeting = writes(&ann, "Joining", "{user} {user.name} {server} {count}").await;
    assert_eq!(greeting.text(), "The text is saved.");
    writes(&ann, "Leaving", "Bye {user.name}").await;
    let finn = joins(&bot, "finn");
    bot.counts(&calls(JOINED), 3.0).await;
    chooses(&ann, "look", "embed").await;
    let gus = joins(&bot, "gus");
    bot.counts(&calls(JOINED), 4.0).await;
    lab.remove_member(&gus);
    bot.counts(&calls(LEFT), 2.0).await;
    chooses(&ann, "ping", "Off").await;
    let hal = joins(&bot, "hal");
    bot.counts(&calls(JOINED), 5.0).await;
    let mut shown = bots.channel().transcript_for(&bots);
    for person in [&eve, &finn, &gus, &hal] {
        shown = shown.replace(&person.id.to_string(), "SOMEBODY");
    }
    assert_snapshot!(shown, @r"
    Cogbox: dora has left us.
    Cogbox: Welcome to Cogbox Lab, <@SOMEBODY>! You are member number 5.
    Cogbox: <@SOMEBODY> finn Cogbox Lab 6
    Cogbox: <@SOMEBODY>
      | <@SOMEBODY> gus Cogbox Lab 7
    Cogbox: | Bye gus
    Cogbox: | <@SOMEBODY> hal Cogbox Lab 7
    ");
    // Only who joins is pinged, and only where that is on.
    let sent = bot.discord.requests().into_iter();
    let sent = sent.filter(|request| request.path.ends_with("/messages"));
    let pings = sent.map(|request| request.body["allowed_mentions"]["users"].clone());
    let ping = |person: &cogbox_emulator::Person| json!([person.id.to_string()]);
    let none = json!([]);
    let pings: Vec<_> = pings
        .map(|users| if users.is_null() { none.clone() } else { users })
        .collect();
    assert_eq!(
        pings,
        [
            none.clone(),
            ping(&eve),
            ping(&finn),
            ping(&gus),
            none.clone(),
            none
        ]
    );
    assert!(bot.cog("welcome").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_write_try_and_look() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    assert!(ben.cannot_run("/welcome show").contains("sees no command"));
    ann.runs("/welcome test when:Joining").await;
    let told = writes(&ann, "Joining", "Hello {member}").await;
    let form = ann.clicks(&told, "Go on writing").await;
    assert_eq!(form.filled_in(), ["Hello {member}"]);
    let texts = "Hello {user.name}\n---\nHi {user.name}";
    ann.submits(&form, &[("texts", texts)]).await;
    ann.clicks(&told, "Go on writing").await;
    let bots = greeting_in_bots(&bot, &ann).await;
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 2 {
        ann.runs("/welcome test when:Joining").await;
        let shown = bots.channel().transcript_for(&bots);
        seen.extend(shown.lines().map(str::to_owned));
    }
    assert_snapshot!(seen.into_iter().collect::<Vec<_>>().join("\n"), @r"
    Cogbox: Hello ann
    Cogbox: Hi ann
    ");
    ann.runs("/welcome show").await;
    writes(&ann, "Joining", "").await;
    ann.runs("/welcome test when:Direct message").await;
    let shown = named(&bot, &ann.channel().transcript_for(&ann));
    // How often it was tried is chance.
    let tries = "ann used /welcome test\nCogbox: It is in <#BOTS>.\n  (only you can see this)\n";
    assert_snapshot!(shown.replace(tries, ""), @"
    ann used /welcome test
    Cogbox: Joining is off: choose where or switch it on with `/cogs settings cog:welcome`.
      (only you can see this)
    Cogbox: There is no placeholder `{member}`. There are `{user}`, `{user.name}`, `{user.id}`, `{server}`, `{count}`, `{random:a|b|c}`. For a brace itself, write `{{`.
      [Go on writing]
      (only you can see this)
    Cogbox: 2 texts are saved; one of them is said by chance.
      Joining is off: choose where or switch it on with `/cogs settings cog:welcome`.
      (only you can see this)
    Cogbox: What you typed is not kept any more. Begin again with the command.
      (only you can see this)
    ann used /cogs settings
    Cogbox: Settings of **welcome** in this server
      **Greet in**: <#BOTS> (saved)
      **Say goodbye in**: not set
      **Greet by direct message**: off
      **Look**: `text`
      **Ping who joins**: on
      **Bots too**: off
      [Change one ▾]
      (edited) (only you can see this)
    ann used /cogs settings
    Cogbox: Settings of **welcome** in this server
      **Greet in**: <#BOTS>
      **Say goodbye in**: <#BOTS> (saved)
      **Greet by direct message**: off
      **Look**: `text`
      **Ping who joins**: on
      **Bots too**: off
      [Change one ▾]
      (edited) (only you can see this)
    ann used /welcome show
    Cogbox: | Coming and going
      | Where: `/cogs settings cog:welcome`. What: `/welcome text`. A try: `/welcome test`.
      | Joining: In <#BOTS>
      |   ```
      |   Hello {user.name}
      |   ---
      |   Hi {user.name}
      |   ```
      | Leaving: In <#BOTS>
      |   ```
      |   {user.name} has left us.
      |   ```
      | Direct message: Off
      |   ```
      |   Welcome to {server}, {user.name}!
      |   ```
      (only you can see this)
    Cogbox: The first text is back.
      (only you can see this)
    ann used /welcome test
    Cogbox: Direct message is off: choose where or switch it on with `/cogs settings cog:welcome`.
      (only you can see this)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_or_deleted_channel_is_told_to_admins_and_is_no_fault() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let bots = greeting_in_bots(&bot, &ann).await;
    let tried = |bot: &Bot| {
        let requests = bot.discord.requests().into_iter();
        let sent = requests.filter(|request| request.path.ends_with("/messages"));
        sent.count()
    };
    bots.channel().set_bot(0, VIEW | SEND);
    joins(&bot, "dora");
    bot.counts(&calls(JOINED), 1.0).await;
    let before = tried(&bot);
    let eve = joins(&bot, "eve");
    bot.counts(&calls(JOINED), 2.0).await;
    // It rests before it is tried again.
    assert_eq!(tried(&bot), before);
    let mut said = vec![ann.runs("/welcome show").await];
    said.push(ann.runs("/welcome test when:Joining").await);
    bots.channel().set_bot(VIEW | SEND, 0);
    bot.app.services.clock.jump(601);
    joins(&bot, "finn");
    let greeted = || bots.channel().transcript_for(&bots).contains("Welcome to");
    assert!(eventually(greeted).await);
    bot.counts(&calls(JOINED), 3.0).await;
    said.push(ann.runs("/welcome show").await);
    let lab = bot.discord.guild("Cogbox Lab");
    let id = lab.channel("bots").id;
    lab.delete_channel(&bots.channel());
    lab.remove_member(&eve);
    bot.counts(&calls(LEFT), 1.0).await;
    said.push(ann.runs("/welcome show").await);
    said.push(ann.runs("/welcome test when:Leaving").await);
    let fields = said.iter().map(|answer| {
        let fields = answer.message()["embeds"][0]["fields"].as_array().cloned();
        let lines = fields.unwrap_or_default();
        let lines = lines.iter().map(|field| {
            let value = field["value"]
                .as_str()
                .unwrap()
                .split("\n```")
                .next()
                .unwrap();
            format!("{}: {value}", field["name"].as_str().unwrap())
        });
        format!("{}{}", answer.text(), lines.collect::<Vec<_>>().join("\n"))
    });
    let shown = fields.collect::<Vec<_>>().join("\n\n");
    let shown = shown.replace(&id.to_string(), "BOTS");
    let parts = shown.split("<t:").enumerate();
    let parts = parts.map(|(index, part)| match (index, part.split_once('>')) {
        (1.., Some((_, rest))) => format!("<t:…>{rest}"),
        _ => part.to_owned(),
    });
    assert_snapshot!(parts.collect::<String>(), @r"
    Joining: In <#BOTS>
    ⚠️ I may not write in <#BOTS>. I need the permissions View Channel and Send Messages there, and Embed Links for embeds. (<t:…>)
    Leaving: In <#BOTS>
    Direct message: Off

    I may not write in <#BOTS>. I need the permissions View Channel and Send Messages there, and Embed Links for embeds.

    Joining: In <#BOTS>
    Leaving: In <#BOTS>
    Direct message: Off

    Joining: In <#BOTS>
    Leaving: In <#BOTS>
    ⚠️ The channel is gone. Choose another one with `/cogs settings cog:welcome`. (<t:…>)
    Direct message: Off

    The channel is gone. Choose another one with `/cogs settings cog:welcome`.
    ");
    assert!(bot.cog("welcome").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_withholds_is_told_and_is_no_fault() {
    let bot = bot().await;
    let ann = bot.here("ann");
    greeting_in_bots(&bot, &ann).await;
    ann.runs("/cogs withhold cog:welcome grant:messages").await;
    joins(&bot, "dora");
    bot.counts(&calls(JOINED), 1.0).await;
    let shown = ann.runs("/welcome show").await;
    let join = shown.message()["embeds"][0]["fields"][0]["value"].clone();
    let join = named(&bot, join.as_str().unwrap());
    ann.runs("/cogs withhold cog:welcome grant:guilds").await;
    let refused = ann.runs("/welcome show").await;
    assert_snapshot!(format!("{join}\n{}", refused.text()), @r"
    In <#BOTS>
    ⚠️ It can't be sent: the cog called cogbox:discord/messages which an admin of this server withholds from it (<t:…>)
    ```
    Welcome to {server}, {user}! You are member number {count}.
    ```
    the cog called cogbox:discord/guilds which an admin of this server withholds from it
    ");
    assert!(bot.cog("welcome").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_greet_those_who_take_them() {
    let bot = bot().await;
    let ann = bot.here("ann");
    chooses(&ann, "direct", "On").await;
    writes(&ann, "Direct message", "Hi {user.name}, this is {server}.").await;
    let shy = bot.discord.add_person("shy");
    shy.blocks_bot(true);
    bot.discord.guild("Cogbox Lab").add_member(&shy);
    let dora = joins(&bot, "dora");
    bot.counts(&calls(JOINED), 2.0).await;
    let dm = dora.in_dm();
    assert_snapshot!(dm.channel().transcript_for(&dm), @"Cogbox: Hi dora, this is Cogbox Lab.");
    let shown = ann.runs("/welcome show").await;
    let direct = &shown.message()["embeds"][0]["fields"][2]["value"];
    assert!(!direct.as_str().unwrap().contains('⚠'), "{direct}");
    assert!(bot.cog("welcome").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_join_at_once_and_a_discord_that_fails() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let bots = greeting_in_bots(&bot, &ann).await;
    writes(&ann, "Joining", "Hello {user.name}").await;
    joins(&bot, "dora");
    joins(&bot, "eve");
    bot.counts(&calls(JOINED), 2.0).await;
    let (discord, data) = bot.stop().await;
    let bot = setup().start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    joins(&bot, "finn");
    bot.counts(&calls(JOINED), 1.0).await;
    let path = "/channels/*/messages";
    bot.discord.fail_next(
        "POST",
        path,
        400,
        json!({"code": 50035, "message": "Invalid Form Body"}),
    );
    joins(&bot, "gus");
    bot.counts(&calls(JOINED), 2.0).await;
    let shown = bot.here("ann").runs("/welcome show").await;
    let join = shown.message()["embeds"][0]["fields"][0]["value"].clone();
    assert!(
        join.as_str().unwrap().contains("It can't be sent: "),
        "{join}"
    );
    assert_snapshot!(bots.channel().transcript_for(&bots), @r"
    Cogbox: Hello dora
    Cogbox: Hello eve
    Cogbox: Hello finn
    ");
    assert!(bot.cog("welcome").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_german_server_is_greeted_in_german() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let lab = bot.discord.guild("Cogbox Lab");
    let person = bot.discord.person("ann");
    lab.moderator(&person).sets_language("de");
    person.set_locale("de");
    let bots = greeting_in_bots(&bot, &ann).await;
    let dora = joins(&bot, "dora");
    // Whoever is greeted is one of the members that are counted.
    bot.counts(&calls(JOINED), 1.0).await;
    lab.remove_member(&dora);
    bot.counts(&calls(LEFT), 1.0).await;
    let told = writes(&ann, "Beitritt", "Hallo {nutzer}").await;
    let shown = bots.channel().transcript_for(&bots);
    let shown = shown.replace(&dora.id.to_string(), "dora");
    assert_snapshot!(format!("{shown}{}", told.text()), @r"
    Cogbox: Willkommen auf Cogbox Lab, <@dora>! Du bist Mitglied Nummer 5.
    Cogbox: dora hat uns verlassen.
    Den Platzhalter `{nutzer}` gibt es nicht. Es gibt `{user}`, `{user.name}`, `{user.id}`, `{server}`, `{count}`, `{random:a|b|c}`. Eine Klammer selbst schreibt man `{{`.
    ");
}
