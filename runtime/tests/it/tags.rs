//! The stock cog `tags`, as those who manage a server and its members use it.

use std::time::SystemTime;

use cogbox::store::subjects::Subject;
use cogbox_emulator::{Answer, Here};
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Bot, Setup, eventually};

const MANAGE_GUILD: u64 = 1 << 5;

/// Starts a bot whose answers to forms come before the host would defer.
async fn bot_with(cogs: &[&str]) -> Bot {
    let mut setup = setup(cogs);
    setup.share_code = true;
    setup.start().await
}

fn setup(cogs: &[&str]) -> Setup {
    let mut setup = Setup::with(cogs);
    setup.deadlines.defer = std::time::Duration::from_secs(20);
    setup
}

/// Adds a tag by the form.
async fn adds(here: &Here, name: &str, answers: &str) -> Answer {
    let form = here.runs(&format!("/tags add name:{name}")).await;
    here.submits(&form, &[("answers", answers)]).await
}

/// The commands that "Cogbox Lab" alone has.
fn own_commands(bot: &Bot) -> Vec<String> {
    let lab = bot.discord.guild("Cogbox Lab").id;
    let all = bot.discord.commands().into_iter();
    let own = all.filter(|command| command.guild == Some(lab));
    own.map(|command| command.name).collect()
}

async fn offered(bot: &Bot, names: &[&str]) {
    let so = eventually(|| {
        let mut own = own_commands(bot);
        own.sort();
        own == names
    });
    assert!(so.await, "{:?}", own_commands(bot));
}

/// A text with names in the place of ids, and without times.
fn named(bot: &Bot, text: &str) -> String {
    let mut text = text.to_owned();
    for name in ["ann", "ben", "cleo"] {
        text = text.replace(&bot.discord.person(name).id.to_string(), name);
    }
    let general = bot.discord.guild("Cogbox Lab").channel("general").id;
    let text = text.replace(&general.to_string(), "GENERAL");
    let parts = text.split("<t:").enumerate();
    let parts = parts.map(|(index, part)| match (index, part.split_once('>')) {
        (1.., Some((_, rest))) => format!("<t:…>{rest}"),
        _ => part.to_owned(),
    });
    parts.collect()
}

fn transcript(bot: &Bot, here: &Here) -> String {
    named(bot, &here.channel().transcript_for(here))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_a_command_of_its_server() {
    let bot = bot_with(&["tags"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let there = bot.elsewhere("ben");
    adds(
        &ann,
        "Hello",
        "Hello {user}, {user.name}, in {server} {channel}, {count}, {{user}}",
    )
    .await;
    offered(&bot, &["hello"]).await;
    ben.runs("/hello").await;
    ben.runs("/tag name:hello").await;
    ben.runs("/tags info name:hello").await;
    ben.runs("/tags raw name:hello").await;
    ben.runs("/tags list").await;
    let form = ann.runs("/tags edit name:hello").await;
    let fields = [("answers", "Hi!"), ("description", "Greets *all*.")];
    ann.submits(&form, &fields).await;
    ben.runs("/hello").await;
    ben.runs("/tags list").await;
    ann.runs("/tags remove name:hello").await;
    offered(&bot, &[]).await;
    ben.runs("/tag name:hello").await;
    ben.runs("/tags list").await;
    let read = [transcript(&bot, &ann), transcript(&bot, &ben)];
    assert_snapshot!(read.join("\n--- as ben reads it\n"), @r"
    Cogbox: The tag `hello` is saved.
      (only you can see this)
    ben used /hello
    Cogbox: Hello <@ben>, ben, in Cogbox Lab <#GENERAL>, 1, {user}
    ben used /tag
    Cogbox: Hello <@ben>, ben, in Cogbox Lab <#GENERAL>, 2, {user}
    Cogbox: The tag `hello` is saved.
      (only you can see this)
    ben used /hello
    Cogbox: Hi!
    ann used /tags remove
    Cogbox: The tag `hello` is removed. It said:
      ```
      Hi!
      ```
      (only you can see this)

    --- as ben reads it
    ben used /hello
    Cogbox: Hello <@ben>, ben, in Cogbox Lab <#GENERAL>, 1, {user}
    ben used /tag
    Cogbox: Hello <@ben>, ben, in Cogbox Lab <#GENERAL>, 2, {user}
    ben used /tags info
    Cogbox: | hello
      | Made by: <@ann>
      | Made: <t:…>
      | Uses: 2
      | Answers: 1
      | Command: `/hello`
      (only you can see this)
    ben used /tags raw
    Cogbox: The tag `hello` is written so:
      ```
      Hello {user}, {user.name}, in {server} {channel}, {count}, {{user}}
      ```
      (only you can see this)
    ben used /tags list
    Cogbox: | Tags of this server
      | `/hello` Hello {user}, {user.name}, in {server} {channel}, {count}, … · used 2 times
      | 1 tag
      (only you can see this)
    ben used /hello
    Cogbox: Hi!
    ben used /tags list
    Cogbox: | Tags of this server
      | `/hello` Greets \*all\*. · used 3 times
      | 1 tag
      (only you can see this)
    ben used /tag
    Cogbox: There is no tag `hello` here. `/tags list` shows those that there are.
      (only you can see this)
    ben used /tags list
    Cogbox: There are no tags yet. `/tags add` makes one.
      (only you can see this)
    ");
    assert!(there.cannot_run("/hello").contains("sees no command"));
    assert!(bot.cog("tags").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_mistyped_is_told_and_kept() {
    let bot = bot_with(&["tags"]).await;
    let ann = bot.here("ann");
    ann.runs("/tags add name:what?").await;
    ann.runs("/tags edit name:nope").await;
    ann.runs("/tags remove name:nope").await;
    ann.runs("/tags raw name:a`b").await;
    adds(&ann, "empty", "---").await;
    adds(&ann, "long", &"x".repeat(2_001)).await;
    let first = adds(&ann, "hello", "Hello {member}!").await;
    let told = adds(&ann, "hello", "Hello {usr}!").await;
    // The first text is kept no more.
    let form = ann.clicks(&first, "Go on writing").await;
    assert_eq!(form.filled_in(), ["Hello {usr}!", ""]);
    let form = ann.clicks(&told, "Go on writing").await;
    ann.submits(&form, &[("answers", "Hello {user}!")]).await;
    ann.clicks(&told, "Go on writing").await;
    ann.runs("/tags add name:hello").await;
    adds(&ann, "echo", "{args}").await;
    ann.runs("/tag name:echo").await;
    assert_snapshot!(transcript(&bot, &ann), @"
    ann used /tags add
    Cogbox: `what?` can't be a command's name. Use 1 to 32 letters, digits, `-` and `_`.
      (only you can see this)
    ann used /tags edit
    Cogbox: There is no tag `nope` here. `/tags list` shows those that there are.
      (only you can see this)
    ann used /tags remove
    Cogbox: There is no tag `nope` here. `/tags list` shows those that there are.
      (only you can see this)
    ann used /tags raw
    Cogbox: `a'b` can't be a command's name. Use 1 to 32 letters, digits, `-` and `_`.
      (only you can see this)
    Cogbox: There is no answer in that. Write what the tag says.
      [Go on writing]
      (only you can see this)
    Cogbox: One answer has 2,001 characters; a message has up to 2,000.
      [Go on writing]
      (only you can see this)
    Cogbox: There is no placeholder `{member}`. There are `{user}`, `{user.name}`, `{user.id}`, `{server}`, `{channel}`, `{count}`, `{args}`, `{option:…}`, `{random:a|b|c}`. For a brace itself, write `{{`.
      [Go on writing]
      (only you can see this)
    Cogbox: There is no placeholder `{usr}`. There are `{user}`, `{user.name}`, `{user.id}`, `{server}`, `{channel}`, `{count}`, `{args}`, `{option:…}`, `{random:a|b|c}`. For a brace itself, write `{{`.
      [Go on writing]
      (only you can see this)
    Cogbox: The tag `hello` is saved.
      (only you can see this)
    Cogbox: What you typed is not kept any more. Begin again with the command.
      (only you can see this)
    ann used /tags add
    Cogbox: There is a tag `hello` already. Change it with `/tags edit`.
      (only you can see this)
    Cogbox: The tag `echo` is saved.
      (only you can see this)
    ann used /tag
    Cogbox: `echo` has nothing to say without more words.
      (only you can see this)
    ");
    assert!(bot.cog("tags").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_managed_by_permission_or_role() {
    let bot = bot_with(&["tags"]).await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.here("cleo"));
    let lab = bot.discord.guild("Cogbox Lab");
    let mut said = vec![ben.runs("/tags add name:x").await.text().to_owned()];
    lab.add_role("Editors", 0);
    let role = lab.role("Editors");
    let menu = ann.runs("/cogs settings cog:tags").await;
    let one = ann.selects(&menu, "~m:tags", &["editors"]).await;
    ann.selects(&one, "~v:tags:editors", &[&role.to_string()])
        .await;
    said.push(ben.runs("/tags add name:x").await.text().to_owned());
    lab.give_role(&bot.discord.person("ben"), "Editors");
    said.push(adds(&ben, "x", "from ben").await.text().to_owned());
    let form = ben.runs("/tags edit name:x").await;
    // Who loses the role while the form is open loses the right to send it.
    lab.take_role(&bot.discord.person("ben"), "Editors");
    let late = ben.submits(&form, &[("answers", "late")]).await;
    said.push(late.text().to_owned());
    lab.set_role("Helpers", MANAGE_GUILD, false);
    lab.give_role(&bot.discord.person("cleo"), "Helpers");
    let removed = cleo.runs("/tags remove name:x").await;
    said.push(removed.text().to_owned());
    let said = said.join("\n").replace(&role.to_string(), "EDITORS");
    assert_snapshot!(said, @r"
    To change tags, you need the permission Manage Server. Whoever has it can also choose a role for this with `/cogs settings`.
    To change tags, you need the role <@&EDITORS> or the permission Manage Server.
    The tag `x` is saved.
    To change tags, you need the role <@&EDITORS> or the permission Manage Server.
    The tag `x` is removed. It said:
    ```
    from ben
    ```
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_asks_for_what_it_needs() {
    let bot = bot_with(&["tags"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let cleo = bot.discord.person("cleo").id;
    adds(&ann, "hug", "{user} hugs {option:whom} {args}").await;
    offered(&bot, &["hug"]).await;
    assert_snapshot!(ben.cannot_run("/hug"), @"/hug needs whom: whom.");
    let hug = format!("/hug whom:<@{cleo}> args:@everyone");
    ben.runs(&hug).await;
    // By the other way a form asks.
    let form = ben.runs("/tag name:hug args:for long").await;
    let fields = [("whom", "the tree"), ("args", "for long")];
    ben.submits(&form, &fields).await;
    assert_snapshot!(transcript(&bot, &ben), @r"
    ben used /hug
    Cogbox: <@ben> hugs <@cleo> @everyone
    Cogbox: <@ben> hugs the tree for long
    ");
    // Nobody is pinged but who used it.
    let requests = bot.discord.requests();
    let pings = requests
        .iter()
        .map(|request| &request.body["data"]["allowed_mentions"])
        .filter(|pings| pings["users"].as_array().is_some_and(|all| !all.is_empty()))
        .collect::<Vec<_>>();
    assert_eq!(pings.len(), 2);
    for ping in pings {
        assert_eq!(ping["users"], json!([ben.id.to_string()]));
        assert_eq!(ping["parse"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_several_answers_is_said_by_chance() {
    let bot = bot_with(&["tags"]).await;
    let ann = bot.here("ann");
    adds(&ann, "coin", "heads\n---\n{random:tails|edge}").await;
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 3 {
        let said = ann.runs("/tag name:coin").await;
        seen.insert(said.text().to_owned());
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["edge", "heads", "tails"]
    );
    assert_eq!(ann.types("/tag name:oi").await, ["coin"]);
    assert_eq!(ann.types("/tags edit name:x").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_room_or_a_taken_name_is_answered_by_tag() {
    let bot = bot_with(&["counter", "tags"]).await;
    let ann = bot.here("ann");
    let mut said = vec![adds(&ann, "count", "not that one").await.text().to_owned()];
    for number in 0..50 {
        adds(&ann, &format!("t{number:02}"), "one of many").await;
    }
    said.push(adds(&ann, "late", "no room").await.text().to_owned());
    for typed in ["/tag name:count", "/tag name:late", "/tags remove name:t00"] {
        said.push(ann.runs(typed).await.text().to_owned());
    }
    let so = || own_commands(&bot).contains(&"late".to_owned());
    assert!(eventually(so).await);
    said.push(ann.runs("/late").await.text().to_owned());
    assert_snapshot!(said.join("\n"), @r"
    The tag `count` is saved.
    `/count` is no command of its own: `count` is a command of the cog `counter`. `/tag name:count` answers with it.
    The tag `late` is saved.
    `/late` is no command of its own: a server has room for 50 of them. `/tag name:late` answers with it.
    not that one
    no room
    The tag `t00` is removed. It said:
    ```
    one of many
    ```
    no room
    ");
    // The list has pages.
    let list = ann.runs("/tags list").await;
    let page = ann.clicks(&list, "Next").await;
    let foot = &page.message()["embeds"][0]["footer"]["text"];
    assert_eq!(foot, "51 tags · Page 2 of 4");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_withholds_and_a_full_store_are_told() {
    let mut setup = setup(&["tags"]);
    setup.cogs.get_mut("tags").unwrap().limits.storage = 1_000;
    setup.share_code = true;
    let bot = setup.start().await;
    let ann = bot.here("ann");
    ann.runs("/cogs withhold cog:tags grant:guild-commands")
        .await;
    ann.runs("/cogs withhold cog:tags grant:guilds").await;
    let said = [
        adds(&ann, "hello", "Hello").await,
        ann.runs("/tag name:hello").await,
        adds(&ann, "where", "in {server}").await,
        ann.runs("/tag name:where").await,
        adds(&ann, "much", &"x".repeat(900)).await,
    ];
    let said = said.map(|answer| answer.text().to_owned());
    assert_snapshot!(said.join("\n"), @r"
    The tag `hello` is saved.
    `/hello` is no command of its own: the cog called cogbox:discord/guild-commands which an admin of this server withholds from it. `/tag name:hello` answers with it.
    Hello
    The tag `where` is saved.
    `/where` is no command of its own: the cog called cogbox:discord/guild-commands which an admin of this server withholds from it. `/tag name:where` answers with it.
    the cog called cogbox:discord/guilds which an admin of this server withholds from it
    The tags of this server take all the room that there is. Remove some first.
    ");
    assert!(bot.cog("tags").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_add_at_once_lose_nothing() {
    let bot = bot_with(&["tags"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let lab = bot.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", MANAGE_GUILD, false);
    lab.give_role(&bot.discord.person("ben"), "Helpers");
    let (one, two) = tokio::join!(adds(&ann, "one", "1"), adds(&ben, "two", "2"));
    assert!(one.text().contains("saved") && two.text().contains("saved"));
    offered(&bot, &["one", "two"]).await;
    let forms = tokio::join!(ann.runs("/tags add name:x"), ben.runs("/tags add name:x"));
    let fields = [("answers", "mine")];
    let (one, two) = tokio::join!(
        ann.submits(&forms.0, &fields),
        ben.submits(&forms.1, &fields)
    );
    let mut said = [one.text().to_owned(), two.text().to_owned()];
    said.sort();
    assert_snapshot!(said.join("\n"), @r"
    The tag `x` is saved.
    There is a tag `x` already. Change it with `/tags edit`.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_outlive_a_restart_and_a_discord_that_fails() {
    let bot = bot_with(&["tags"]).await;
    let ann = bot.here("ann");
    let path = "/applications/*/guilds/*/commands";
    bot.discord.fail_next("PUT", path, 500, json!({}));
    adds(&ann, "hello", "Hello {count}").await;
    assert_eq!(ann.runs("/tag name:hello").await.text(), "Hello 1");
    offered(&bot, &["hello"]).await;
    let form = ann.runs("/tags add name:later").await;
    let (discord, data) = bot.stop().await;
    let bot = setup(&["tags"]).start_on(discord, data).await;
    let ann = bot.here("ann");
    assert_eq!(ann.runs("/hello").await.text(), "Hello 2");
    ann.submits(&form, &[("answers", "after all")]).await;
    offered(&bot, &["hello", "later"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_made_a_tag_goes_with_the_person_and_the_tag_stays() {
    let bot = bot_with(&["tags"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    adds(&ann, "hello", "Hello").await;
    adds(&ann, "hello-again", "Hello").await;
    let before = ben.runs("/tags info name:hello").await;
    let field = |answer: &Answer| answer.message()["embeds"][0]["fields"][0]["value"].clone();
    assert_eq!(field(&before), format!("<@{}>", ann.id));
    let of = Subject {
        user: Some(ann.id.to_string().parse().unwrap()),
        ..Subject::default()
    };
    let store = &bot.app.services.store;
    store.delete_of(&of, SystemTime::now()).await.unwrap();
    let after = ben.runs("/tags info name:hello").await;
    assert_eq!(field(&after), "unknown");
    assert_eq!(ben.runs("/tag name:hello").await.text(), "Hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_speak_german() {
    let bot = bot_with(&["tags"]).await;
    let ann = bot.here("ann");
    bot.discord.person("ann").set_locale("de");
    adds(&ann, "hallo", "Hallo {nutzer}").await;
    adds(&ann, "hallo", "Hallo {user.name}, {args}").await;
    ann.runs("/tag name:hallo args:willkommen").await;
    ann.runs("/tags info name:hallo").await;
    ann.runs("/tags list").await;
    assert_snapshot!(transcript(&bot, &ann), @r"
    Cogbox: Den Platzhalter `{nutzer}` gibt es nicht. Es gibt `{user}`, `{user.name}`, `{user.id}`, `{server}`, `{channel}`, `{count}`, `{args}`, `{option:…}`, `{random:a|b|c}`. Eine Klammer selbst schreibt man `{{`.
      [Weiterschreiben]
      (only you can see this)
    Cogbox: Der Tag `hallo` ist gespeichert.
      (only you can see this)
    ann used /tag
    Cogbox: Hallo ann, willkommen
    ann used /tags info
    Cogbox: | hallo
      | Von: <@ann>
      | Gemacht: <t:…>
      | Benutzungen: 1
      | Antworten: 1
      | Fragt nach: `args`
      | Befehl: `/hallo`
      (only you can see this)
    ann used /tags list
    Cogbox: | Tags dieses Servers
      | `/hallo` Hallo {user.name}, {args} · einmal benutzt
      | 1 Tag
      (only you can see this)
    ");
}
