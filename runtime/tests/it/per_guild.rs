//! What the admins of a server choose: which cogs are on, and what of their grants is withheld. And
//! commands that only one server has.

use cogbox::config::{CommandConfig, Concurrency, Cooldown, Per};
use insta::assert_snapshot;

use crate::events::echoes;
use crate::harness::{Bot, Setup, eventually};
use crate::moderating::{Server, told};

/// How many commands of its own "Cogbox Lab" has.
fn own_commands(bot: &Bot) -> usize {
    let lab = bot.discord.guild("Cogbox Lab").id;
    let all = bot.discord.commands();
    all.iter()
        .filter(|command| command.guild == Some(lab))
        .count()
}

/// How often the commands of a cog were used, once that is written.
async fn used(bot: &Bot, cog: &str) -> u64 {
    for _ in 0..200 {
        let minutes = bot.app.services.store.minutes_since(0, 60).await.unwrap();
        let mut own = minutes.iter().filter(|((_, of), _)| of == cog);
        if let Some((_, uses)) = own.next() {
            assert_eq!(uses.failed, 0);
            return uses.uses;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_is_switched_off_and_on_in_one_server() {
    let bot = Bot::with(&["counter", "rogue"]).await;
    let (ann, there) = (bot.here("ann"), bot.elsewhere("ann"));
    ann.runs("/count").await;
    let button = ann.runs("/count").await;
    let mut said = Vec::new();
    for typed in [
        "/cogs disable cog:counter",
        "/cogs disable cog:counter",
        "/count",
        "/cogs list",
        "/cogs about cog:counter",
        "/cogs disable cog:rogue",
        "/ok",
    ] {
        said.push(ann.runs(typed).await.text().to_owned());
    }
    said.push(ann.clicks(&button, "+1").await.text().to_owned());
    assert_snapshot!(said.join("\n"), @r"
    **counter** is off in this server now.
    **counter** is off in this server already.
    **counter** is switched off in this server. Whoever manages the server can switch it on with `/cogs enable`.
    **counter** 0.1.0 (off here): `/count` `/count-show` `/count-reset`
    **rogue** 0.1.0: `/ok` `/silent` `/answers-twice` `/defers` `/modal` `/button` `/button-like` `/late` `/late-in-private` `/late-buttons` `/spin` `/bomb` `/deep` `/trap` `/fails` `/slow` `/huge` `/chatter` `/series` `/flood` `/state` `/store` `/abroad` `/playing`
    **counter** 0.1.0
    Counts together: one number per server, and a button that adds one
    It is off in this server.
    It can
    - answer its commands, and keep data of its own
    It listens to its own commands, its own buttons, menus and forms.
    **rogue** is off in this server now.
    **rogue** is switched off in this server. Whoever manages the server can switch it on with `/cogs enable`.
    **counter** is switched off in this server. Whoever manages the server can switch it on with `/cogs enable`.
    ");
    // Who did that is kept, and how often what was used.
    let store = &bot.app.services.store;
    let actions = store.actions(None, 10).await.unwrap();
    let lab = bot.discord.guild("Cogbox Lab").id.0;
    assert!(actions.iter().all(|action| action.guild == lab));
    let lines = actions.iter().map(|action| {
        let (by, name, cog, what) = (&action.by, &action.name, &action.cog, &action.what);
        format!("{name} by {by}: {cog} {what}")
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    ann by discord: rogue switched off
    ann by discord: counter switched off
    ");
    assert!(used(&bot, "counter").await >= 2);
    // Messages reach it as little as commands do.
    ann.says("rogue: hello").await;
    // Another server is not concerned.
    assert_eq!(
        there.runs("/count").await.text(),
        "This server has counted to **1**."
    );
    there.says("rogue: hello").await;
    assert!(eventually(|| !echoes(&there).is_empty()).await);
    assert!(echoes(&ann).iter().all(|line| line != "hello"));
    bot.counts(
        "cogbox_interactions_total{cog=\"counter\",command=\"count\",outcome=\"disabled\"}",
        1.0,
    )
    .await;

    // It is kept over a restart.
    let (discord, data) = bot.stop().await;
    let bot = Setup::with(&["counter", "rogue"])
        .start_on(discord, data)
        .await;
    let ann = bot.here("ann");
    assert!(ann.runs("/count").await.text().contains("switched off"));
    ann.runs("/cogs enable cog:counter").await;
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **3**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withheld_is_denied_in_this_server_alone() {
    let bot = Bot::with(&["rogue"]).await;
    let (ann, there) = (bot.here("ann"), bot.elsewhere("ann"));
    let mut said = Vec::new();
    for typed in [
        "/cogs withhold cog:rogue grant:telepathy",
        "/cogs withhold cog:rogue grant:messages",
        "/cogs about cog:rogue",
    ] {
        said.push(ann.runs(typed).await.text().to_owned());
    }
    assert_snapshot!(said.join("\n"), @r"
    **rogue** has no grant `telepathy`. It has `guilds`, `members`, `messages`, `player`.
    In this server **rogue** can't post messages as the bot, and change or delete its own now.
    **rogue** 0.1.0
    Misbehaves in every way a cog can, for the tests of the host
    It is on in this server.
    It can
    - see a server's name, icon, owner and size (`guilds`)
    - look up members: names, roles, dates (`members`)
    - ~~post messages as the bot, and change or delete its own~~ (`messages`, withheld here)
    - play in voice channels, and fetch what it plays from the web where `resolvers` allow it (`player`)
    It listens to its own commands, its own buttons, menus and forms, new messages, what messages say (a privileged intent).
    ");
    let abroad = |here: &cogbox_emulator::Here, name: &str| {
        let guild = bot.discord.guild(name).id;
        format!("/abroad guild:{guild} channel:{}", here.channel)
    };
    let tried = ann.runs(&abroad(&ann, "Cogbox Lab")).await;
    assert!(tried.text().contains("messages.send: denied: the cog called cogbox:discord/messages which an admin of this server withholds from it"), "{}", tried.text());
    let tried = there.runs(&abroad(&there, "Elsewhere")).await;
    assert!(
        tried.text().contains("messages.send: ok"),
        "{}",
        tried.text()
    );
    ann.runs("/cogs restore cog:rogue grant:messages").await;
    let tried = ann.runs(&abroad(&ann, "Cogbox Lab")).await;
    assert!(
        tried.text().contains("messages.send: ok"),
        "{}",
        tried.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_manages_the_server_changes_it() {
    let bot = Bot::with(&["counter"]).await;
    let cleo = bot.here("cleo");
    assert_eq!(
        cleo.cannot_run("/cogs disable cog:counter"),
        "cleo sees no command /cogs; there are /count, /count-show"
    );
    let home = bot.discord.person("cleo").in_dm();
    assert_eq!(
        home.runs("/cogs disable cog:counter").await.text(),
        "This is for servers."
    );
    let ann = bot.here("ann");
    assert_eq!(
        ann.runs("/cogs about cog:`nope`").await.text(),
        "There is no cog `nope`. There are `counter`."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_for_chosen_servers_has_its_commands_there_alone() {
    let setup = Setup::with(&["counter"]).cog("counter", |cog| cog.everywhere = false);
    let bot = setup.start().await;
    let (ann, there) = (bot.here("ann"), bot.elsewhere("ann"));
    let none = "ann sees no command /count; there are /cogs";
    assert_eq!(ann.cannot_run("/count"), none);
    ann.runs("/cogs enable cog:counter").await;
    let offered = || own_commands(&bot) == 3;
    assert!(eventually(offered).await);
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **1**."
    );
    assert_eq!(there.cannot_run("/count"), none);
    // Nothing is sent twice, also after a restart.
    let writes = |discord: &cogbox_emulator::Emulator| {
        let asked = discord.requests();
        asked
            .iter()
            .filter(|request| request.method == "PUT" && request.path.ends_with("/commands"))
            .count()
    };
    let (discord, data) = bot.stop().await;
    let before = writes(&discord);
    let setup = Setup::with(&["counter"]).cog("counter", |cog| cog.everywhere = false);
    let bot = setup.start_on(discord, data).await;
    let ann = bot.here("ann");
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **2**."
    );
    assert_eq!(writes(&bot.discord), before);
    ann.runs("/cogs disable cog:counter").await;
    assert!(eventually(|| own_commands(&bot) == 0).await);
    assert_eq!(ann.cannot_run("/count"), none);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_makes_up_commands_for_one_server() {
    let server = Server::start(|_| {}).await;
    let there = server.bot.elsewhere("ann");
    let ann = server.here("ann");
    assert_eq!(told(&ann, "offer hello rules").await, "offer: ok");
    assert!(eventually(|| own_commands(&server.bot) == 2).await);
    assert_eq!(ann.runs("/hello").await.text(), "/hello of this server");
    assert!(
        there
            .cannot_run("/hello")
            .starts_with("ann sees no command /hello")
    );
    let mut said = Vec::new();
    for what in ["offer do", "offer cogs", "offer UPPER", "offer twice twice"] {
        said.push(told(&ann, what).await);
    }
    assert_snapshot!(said.join("\n"), @r"
    offer: Invalid: `do` is a command of the cog `steward`
    offer: Invalid: `cogs` is a command of Cogbox itself
    offer: Invalid: the name `UPPER` of the command `UPPER` is not one that Discord takes
    offer: Invalid: it declares the command `twice` twice
    ");
    assert_eq!(told(&ann, "offer rules").await, "offer: ok");
    assert!(eventually(|| own_commands(&server.bot) == 1).await);
    // They go with the cog.
    ann.runs("/cogs disable cog:steward").await;
    assert!(eventually(|| own_commands(&server.bot) == 0).await);
    ann.runs("/cogs enable cog:steward").await;
    assert!(eventually(|| own_commands(&server.bot) == 1).await);
    assert_eq!(ann.runs("/rules").await.text(), "/rules of this server");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_used_as_often_as_the_operator_wants() {
    let cooldown = Cooldown {
        per: Per::Member,
        uses: 1,
        seconds: 3_600,
    };
    let wanted = CommandConfig {
        cooldown: Some(Some(cooldown)),
        ..Default::default()
    };
    let setup = Setup::with(&["counter"]).cog("counter", |cog| {
        cog.commands.insert("count".into(), wanted);
    });
    let bot = setup.start().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **1**."
    );
    let refused = ann.runs("/count").await;
    assert!(refused.is_private());
    assert_eq!(
        refused.text(),
        "`/count` was used too often just now. Try again in 60 minutes."
    );
    assert_eq!(
        ben.runs("/count").await.text(),
        "This server has counted to **2**."
    );
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **2**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_used_only_so_often_at_the_same_time() {
    let (cooldown, concurrency) = (
        Cooldown {
            per: Per::Member,
            uses: 2,
            seconds: 3_600,
        },
        Concurrency {
            per: Per::Member,
            uses: 1,
        },
    );
    let wanted = CommandConfig {
        cooldown: Some(Some(cooldown)),
        concurrency: Some(Some(concurrency)),
        needs: None,
    };
    let setup = Setup::with(&["rogue"]).cog("rogue", |cog| {
        cog.commands.insert("slow".into(), wanted);
    });
    let bot = setup.start().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let (one, two, other) = tokio::join!(
        ann.runs("/slow ms:700"),
        ann.runs("/slow ms:700"),
        ben.runs("/slow ms:1")
    );
    // Which of two is first is not said.
    let mut answers = [one, two];
    answers.sort_by_key(|answer| answer.text().len());
    let [first, second] = answers;
    assert_eq!(first.text(), "took 700 ms");
    assert!(second.is_private());
    assert_eq!(
        second.text(),
        "`/slow` is still at work. Try again when that is done."
    );
    assert_eq!(other.text(), "took 1 ms");
    let ended = r#"cogbox_interactions_total{cog="rogue",command="slow",outcome="ok"}"#;
    bot.counts(ended, 2.0).await;
    // What was refused did not count as a use.
    assert_eq!(ann.runs("/slow ms:1").await.text(), "took 1 ms");
    bot.counts(ended, 3.0).await;
    assert!(
        ann.runs("/slow ms:1")
            .await
            .text()
            .contains("too often just now")
    );
}
