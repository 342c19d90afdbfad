//! The stock cog `tickets`, as those who need help and those who give it use it.

use std::time::Duration;

use cogbox_emulator::{Answer, Channel, Fault, Here, Id, Scope};
use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{Bot, Setup};
use crate::shown::patiently;

const MANAGE_THREADS: u64 = 1 << 34;
const PRIVATE_THREADS: u64 = 1 << 36;
const FIRST: &str = "0001 · Open a ticket · ben";

fn setup() -> Setup {
    let mut setup = Setup::with(&["tickets"]);
    setup.share_code = true;
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

/// A server whose Helpers, Cleo among them, answer tickets, with a log in #bots that nobody else sees.
async fn served() -> Bot {
    let bot = setup().start().await;
    let lab = bot.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", 0, true);
    lab.give_role(&bot.discord.person("cleo"), "Helpers");
    let ann = bot.here("ann");
    ann.channel().set_bot(MANAGE_THREADS, 0);
    bot.chooses(
        &ann,
        "tickets",
        "staff",
        &lab.role("Helpers").to_string(),
        false,
    )
    .await;
    bot.chooses(
        &ann,
        "tickets",
        "log",
        &lab.channel("bots").id.to_string(),
        false,
    )
    .await;
    bot
}

/// The same with a panel in #general.
async fn with_panel() -> Bot {
    let bot = served().await;
    posts_panel(&bot).await;
    bot
}

async fn posts_panel(bot: &Bot) {
    let ann = bot.here("ann");
    let form = ann.runs("/tickets panel").await;
    let filled = [("title", "Help"), ("text", "Press a button.")];
    let said = ann.submits(&form, &filled).await;
    assert!(
        said.text().starts_with("The panel is here."),
        "{}",
        said.text()
    );
}

/// Somebody in the log.
fn log(bot: &Bot, person: &str) -> Here {
    let bots = bot.discord.guild("Cogbox Lab").channel("bots");
    bot.discord.person(person).in_channel(&bots)
}

fn thread(bot: &Bot, name: &str) -> Channel {
    bot.discord.guild("Cogbox Lab").thread(name)
}

/// Somebody in the first ticket.
fn within(bot: &Bot, person: &str) -> Here {
    bot.here(person).in_thread(&thread(bot, FIRST))
}

/// What the bot's application says of a channel.
async fn told(bot: &Bot, path: &str) -> Value {
    let url = format!("{}/{path}", bot.discord.api_url());
    let asked = reqwest::Client::new().get(url);
    let token = format!("Bot {}", bot.discord.token());
    let asked = asked
        .header("Authorization", token)
        .header("User-Agent", "DiscordBot (https://example.org, 1)");
    asked.send().await.unwrap().json().await.unwrap()
}

async fn is_in(bot: &Bot, person: &str) -> bool {
    let (thread, user) = (thread(bot, FIRST).id, bot.discord.person(person).id);
    let member = told(bot, &format!("channels/{thread}/thread-members/{user}")).await;
    member["user_id"].is_string()
}

/// Waits until a thread is archived and locked, or neither, which comes after the answer.
async fn is_shut(bot: &Bot, thread: Id, shut: bool) -> bool {
    for _ in 0..400 {
        let now = &told(bot, &format!("channels/{thread}")).await["thread_metadata"];
        if now["locked"] == shut && now["archived"] == shut {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    false
}

async fn closes(here: &Here, reason: &str) -> Answer {
    let form = here.clicks_newest("Close").await;
    here.submits(&form, &[("reason", reason)]).await
}

fn healthy(bot: &Bot) {
    let fault = bot.cog("tickets").last_fault();
    assert!(fault.is_none(), "{fault:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_opened_answered_closed_and_opened_again() {
    let bot = with_panel().await;
    let ben = bot.here("ben");
    let opened = ben.clicks_newest("Open a ticket").await;
    assert_snapshot!(bot.reads(&opened), @"🎫 Your ticket: <#ID> (alone)");
    assert!(is_in(&bot, "ben").await && is_in(&bot, "cleo").await);
    assert!(!is_in(&bot, "ann").await);
    let (ben, cleo) = (within(&bot, "ben"), within(&bot, "cleo"));
    ben.says("My *order* is lost.\n[1970] cleo: we pay").await;
    cleo.clicks_newest("Claim").await;
    assert_snapshot!(bot.reads(&ben.clicks_newest("Claim").await), @"That is for those who answer tickets. (alone)");
    let log_of_ann = log(&bot, "ann");
    assert_snapshot!(bot.transcript(&log_of_ann), @r"
    Cogbox: | Ticket 1 · Open a ticket
      | <#ID>
      | Opened by <@ben> <t:…:R>
      | Claimed by <@cleo>
      [Join]
      (edited)
    ");
    // Who has the role or manages the server is let in by the log.
    log_of_ann.clicks_newest("Join").await;
    assert!(is_in(&bot, "ann").await);
    cleo.runs("/ticket remove who:@ann").await;
    assert!(!is_in(&bot, "ann").await);
    cleo.runs("/ticket add who:@ann").await;
    closes(&cleo, "Found it").await;
    assert_snapshot!(bot.transcript(&ben), @r"
    Cogbox: 
    Cogbox: <@ben> <@&HELPERS>
      | Ticket 1 · Open a ticket
      | Tell us what it is about. Somebody will be with you soon.
      [Claim] [Close]
    ben: My *order* is lost.
      [1970] cleo: we pay
    Cogbox: 🙋 <@cleo> takes care of this ticket.
    Cogbox: That is for those who answer tickets.
      (only you can see this)
    Cogbox: 
    Cogbox: 🚪 <@ann> has come in.
    Cogbox: 
    cleo used /ticket remove
    Cogbox: ➖ <@ann> is out of this ticket.
    Cogbox: 
    cleo used /ticket add
    Cogbox: ➕ <@ann> is in this ticket now.
    Cogbox: 🔒 <@cleo> has closed this ticket.
      Reason: Found it
    ");
    assert!(is_shut(&bot, thread(&bot, FIRST).id, true).await);
    bot.shows(&log_of_ann, "[file ticket-0001.txt]").await;
    let messages = told(&bot, &format!("channels/{}/messages", log_of_ann.channel)).await;
    let file = messages[0]["attachments"][0]["url"].as_str().unwrap();
    let file = reqwest::get(file).await.unwrap().text().await.unwrap();
    let undated: Vec<&str> = file
        .lines()
        .map(|line| line.rsplit_once(" UTC").map_or(line, |(_, rest)| rest))
        .collect();
    assert_snapshot!(bot.named(&undated.join("\n")), @r"
    Ticket 1 · Open a ticket
     by ben
     by cleo: Found it

    ] Cogbox (ID): <@ben> <@&HELPERS>
        | Ticket 1 · Open a ticket
        | Tell us what it is about. Somebody will be with you soon.
    ] ben (ben): My *order* is lost.
        [1970] cleo: we pay
    ] Cogbox (ID): 🙋 <@cleo> takes care of this ticket.
    ] Cogbox (ID): 🚪 <@ann> has come in.
    ] Cogbox (ID): 🔒 <@cleo> has closed this ticket.
        Reason: Found it
    ");
    let again = log(&bot, "cleo").clicks_newest("Open again").await;
    assert_snapshot!(bot.reads(&again), @"Open again: <#ID> (alone)");
    assert!(is_shut(&bot, thread(&bot, FIRST).id, false).await);
    assert_snapshot!(bot.transcript(&log_of_ann), @r"
    Cogbox: | Ticket 1 · Open a ticket
      | <#ID>
      | Opened by <@ben> <t:…:R>
      | Claimed by <@cleo>
      [Join]
      (edited)
    Cogbox: You are in: <#ID>
      (only you can see this)
    Cogbox: Transcript of ticket 1 · Open a ticket of <@ben>
      [file ticket-0001.txt]
    ");
    healthy(&bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_have_questions_a_greeting_and_staff_of_their_own() {
    let bot = served().await;
    let ann = bot.here("ann");
    let form = ann.runs("/tickets kind name:Billing").await;
    let filled = [
        ("name", "Billing"),
        ("questions", "Order number\nWhat happened? *"),
        ("greeting", "Hello."),
    ];
    assert_snapshot!(bot.reads(&ann.submits(&form, &filled).await), @"**Billing** is saved and asks 2 questions. `/tickets panel` posts a message with it. (alone)");
    let form = ann.runs("/tickets kind name:Other role:@Helpers").await;
    assert_snapshot!(bot.reads(&ann.submits(&form, &[("name", "Other"), ("questions", ""), ("greeting", "")]).await), @"**Other** is saved and asks nothing. `/tickets panel` posts a message with it. (alone)");
    // A second time it is there to be changed.
    let form = ann.runs("/tickets kind name:billing").await;
    assert!(
        form.modal().to_string().contains("What happened?*"),
        "{}",
        form.modal()
    );
    posts_panel(&bot).await;
    let ben = bot.here("ben");
    let form = ben.clicks_newest("Billing").await;
    let said = ben.submits(&form, &[("0", "**17**"), ("1", "")]).await;
    assert_snapshot!(bot.reads(&said), @"🎫 Your ticket: <#ID> (alone)");
    let ticket = ben.in_thread(&thread(&bot, "0001 · Billing · ben"));
    assert_snapshot!(bot.transcript(&ticket), @r"
    Cogbox: 
    Cogbox: <@ben> <@&HELPERS>
      | Ticket 1 · Billing
      | Hello.
      | Order number: \*\*17\*\*
      [Claim] [Close]
    ");
    // Where a thread can't be opened, the answers wait.
    let cleo = bot.here("cleo");
    let form = cleo.clicks_newest("Billing").await;
    cleo.channel().set_bot(0, PRIVATE_THREADS);
    let told = cleo
        .submits(&form, &[("0", "18"), ("1", "It broke.")])
        .await;
    assert_snapshot!(bot.reads(&told), @"I can't open a thread here. Tell the team: I need the permissions Create Private Threads, Send Messages in Threads and Manage Threads in this channel. (alone)");
    cleo.channel().set_bot(PRIVATE_THREADS | MANAGE_THREADS, 0);
    let form = cleo.clicks(&told, "Go on writing").await;
    assert_eq!(form.filled_in(), ["18", "It broke."]);
    let said = cleo
        .submits(&form, &[("0", "18"), ("1", "It broke.")])
        .await;
    assert_snapshot!(bot.reads(&said), @"🎫 Your ticket: <#ID> (alone)");
    assert_snapshot!(bot.all(&ann, &["/tickets unkind name:Bills", "/tickets unkind name:Billing"]).await, @r"
    /tickets unkind name:Bills
      There is no kind “Bills”. There are: Billing, Other (alone)
    /tickets unkind name:Billing
      **Billing** is gone. Its buttons open nothing any more, and its tickets stay. (alone)
    ");
    let gone = bot.here("cleo").clicks_newest("Billing").await;
    assert_snapshot!(bot.reads(&gone), @"This kind of ticket is gone. Ask for a newer panel. (alone)");
    let form = ann.runs("/tickets kind name:Long").await;
    let filled = [
        ("name", "Long"),
        ("questions", "a\nb\nc\nd\ne\nf"),
        ("greeting", ""),
    ];
    let told = ann.submits(&form, &filled).await;
    assert_snapshot!(bot.reads(&told), @"A form has room for 5 questions; there are 6. (alone)");
    // Another form that is sent meanwhile takes nothing of it.
    posts_panel(&bot).await;
    let form = ann.clicks(&told, "Go on writing").await;
    assert_eq!(form.filled_in(), ["Long", "a\nb\nc\nd\ne\nf", ""]);
    let shorter = [("name", "Short"), ("questions", "a\nb"), ("greeting", "")];
    assert_snapshot!(bot.reads(&ann.submits(&form, &shorter).await), @"**Short** is saved and asks 2 questions. `/tickets panel` posts a message with it. (alone)");
    healthy(&bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_to_whoever_makes_them() {
    let bot = with_panel().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    assert!(ben.cannot_run("/tickets list").contains("sees no command"));
    assert_snapshot!(bot.all(&ann, &["/tickets list", "/ticket claim", "/tickets reopen number:7", "/tickets block who:@ben", "/tickets block who:@ben"]).await, @r"
    /tickets list
      No ticket is open. (alone)
    /ticket claim
      Here is no ticket, or it is not known any more. (alone)
    /tickets reopen number:7
      There is no ticket 7, or it was closed more than 90 days ago. (alone)
    /tickets block who:@ben
      <@ben> opens no tickets any more. (alone)
    /tickets block who:@ben
      <@ben> can't open tickets anyway. (alone)
    ");
    assert_snapshot!(bot.reads(&ben.clicks_newest("Open a ticket").await), @"You can't open tickets here. (alone)");
    ann.runs("/tickets unblock who:@ben").await;
    ben.clicks_newest("Open a ticket").await;
    assert_snapshot!(bot.reads(&ben.clicks_newest("Open a ticket").await), @"You have an open ticket: <#ID> (alone)");
    bot.discord.person("ben").set_locale("de");
    assert_snapshot!(bot.reads(&ben.clicks_newest("Open a ticket").await), @"Du hast ein offenes Ticket: <#ID> (alone)");
    let inside = within(&bot, "ben");
    assert_snapshot!(bot.all(&inside, &["/ticket add who:@ann", "/ticket close reason:Erledigt", "/ticket close reason:Erledigt"]).await, @r"
    /ticket add who:@ann
      Das dürfen nur die, die Tickets beantworten. (alone)
    /ticket close reason:Erledigt
      🔒 <@ben> has closed this ticket.
      Reason: Erledigt
    /ticket close reason:Erledigt
      Dieses Ticket ist geschlossen. (alone)
    ");
    assert_snapshot!(bot.all(&ann, &["/tickets list"]).await, @r"
    /tickets list
      No ticket is open. (alone)
    ");
    // Where people don't close their own, and where the bot may open none.
    bot.chooses(&ann, "tickets", "self-close", "Off", false)
        .await;
    ann.channel().set_bot(0, PRIVATE_THREADS);
    assert_snapshot!(bot.reads(&ben.clicks_newest("Open a ticket").await), @"Ich kann hier keinen Thread öffnen. Sag dem Team: Ich brauche in diesem Kanal die Rechte „Private Threads erstellen“, „Nachrichten in Threads senden“ und „Threads verwalten“. (alone)");
    ann.channel().set_bot(PRIVATE_THREADS | MANAGE_THREADS, 0);
    ben.clicks_newest("Open a ticket").await;
    let second = ben.in_thread(&thread(&bot, "0003 · Open a ticket · ben"));
    assert_snapshot!(bot.reads(&second.clicks_newest("Close").await), @"Das dürfen nur die, die Tickets beantworten. (alone)");
    healthy(&bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_at_once_open_one_ticket_and_two_who_close_it_close_it_once() {
    let bot = with_panel().await;
    let ben = bot.here("ben");
    let said = tokio::join!(
        ben.clicks_newest("Open a ticket"),
        ben.clicks_newest("Open a ticket"),
        ben.clicks_newest("Open a ticket"),
    );
    let said = [said.0, said.1, said.2].map(|said| said.text().starts_with("🎫 Your ticket"));
    assert_eq!(said.iter().filter(|opened| **opened).count(), 1, "{said:?}");
    let listed = bot.reads(&bot.here("ann").runs("/tickets list").await);
    assert_eq!(listed.matches("<@ben>").count(), 1, "{listed}");
    let (ben, cleo) = (within(&bot, "ben"), within(&bot, "cleo"));
    tokio::join!(
        ben.runs("/ticket close reason:a"),
        cleo.runs("/ticket close reason:b")
    );
    let log = log(&bot, "ann");
    bot.shows(&log, "[file ").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(bot.transcript(&log).matches("[file ").count(), 1);
    healthy(&bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_that_people_lock_and_delete_by_hand() {
    let bot = with_panel().await;
    let ben = bot.here("ben");
    ben.clicks_newest("Open a ticket").await;
    let (ann, log) = (
        bot.here("ann").in_thread(&thread(&bot, FIRST)),
        log(&bot, "ann"),
    );
    ann.locks_thread(true);
    bot.shows(&log, "Closed by hand").await;
    bot.shows(&log, "[file ticket-0001.txt]").await;
    ann.locks_thread(false);
    bot.shows(&log, "[Join]").await;
    assert!(
        bot.reads(&bot.here("ann").runs("/tickets list").await)
            .contains("<@ben>")
    );
    let lab = bot.discord.guild("Cogbox Lab");
    let moderator = lab.moderator(&bot.discord.person("ann"));
    moderator.deletes_thread(&thread(&bot, FIRST));
    bot.shows(&log, "Its thread is deleted.").await;
    assert_snapshot!(bot.reads(&bot.here("ann").runs("/tickets list").await), @"No ticket is open. (alone)");
    // The role that answers is gone, too: a ticket opens all the same.
    moderator.deletes_role(lab.role("Helpers"));
    assert!(
        ben.clicks_newest("Open a ticket")
            .await
            .text()
            .starts_with("🎫")
    );
    let told = || {
        let shown = log.channel().transcript_for(&log);
        shown.contains("The role that answers is gone")
    };
    assert!(patiently(told).await);
    healthy(&bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_and_a_discord_that_fails() {
    let bot = with_panel().await;
    let limit = |method: &str, path: &str| Fault::Limit {
        method: method.into(),
        path: path.into(),
        retry_after: 300.0,
        scope: Scope::Shared,
        times: 1,
    };
    bot.discord.cause(limit("POST", "/channels/*/threads"));
    let ben = bot.here("ben");
    assert_snapshot!(bot.reads(&ben.clicks_newest("Open a ticket").await), @"Discord does not let me do it now. Try again in a minute. (alone)");
    // The limit lasts for minutes, which nobody waits for: by then the bot was started anew.
    let bot = bot.restarts(setup()).await;
    let ben = bot.here("ben");
    let said = ben.clicks_newest("Open a ticket").await;
    assert!(said.text().starts_with("🎫 Your ticket"), "{}", said.text());
    let name = "0002 · Open a ticket · ben";
    let bot = bot.restarts(setup()).await;
    let ticket = thread(&bot, name);
    bot.discord.cause(limit("PATCH", "/channels/*"));
    let cleo = bot.here("cleo").in_thread(&ticket);
    closes(&cleo, "").await;
    bot.shows(&log(&bot, "ann"), "[file ticket-0002.txt]").await;
    let bot = bot.restarts(setup()).await;
    bot.app.services.clock.jump(120);
    assert!(is_shut(&bot, ticket.id, true).await);
    healthy(&bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_goes_to_whoever_opened_it_and_all_with_their_data() {
    let bot = with_panel().await;
    let ann = bot.here("ann");
    bot.chooses(&ann, "tickets", "transcript", "On", false)
        .await;
    let ben = bot.here("ben");
    ben.clicks_newest("Open a ticket").await;
    closes(&within(&bot, "ben"), "").await;
    let dm = bot.discord.person("ben").in_dm();
    let sent = || {
        dm.channel()
            .transcript_for(&dm)
            .contains("[file ticket-0001.txt]")
    };
    assert!(patiently(sent).await);
    ben.clicks_newest("Open a ticket").await;
    assert_eq!(bot.keeps_of("ben").await, 2);
    bot.deletes_data_of("ben").await;
    let second = bot
        .here("cleo")
        .in_thread(&thread(&bot, "0002 · Open a ticket · ben"));
    assert_snapshot!(bot.reads(&second.clicks_newest("Claim").await), @"Here is no ticket, or it is not known any more. (alone)");
    assert_snapshot!(bot.reads(&ann.runs("/tickets list").await), @"No ticket is open. (alone)");
    healthy(&bot);
}
