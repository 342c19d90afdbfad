//! Answers: when the host defers for a cog and what becomes of the cog's answer then, who is told
//! what when a cog says nothing or fails, and what happens when Discord refuses.
//!
//! What `rogue` calls late takes 150 ms. Where it matters, the host here defers long before that,
//! or long after, so that a busy machine changes nothing.

use std::time::Duration;

use cogbox::discord::dispatch::Deadlines;
use cogbox_emulator::Here;
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Bot, Setup, eventually};

const DEFERS: &str = r#"cogbox_auto_defers_total{cog="rogue"}"#;

/// The statuses of the requests that answered interactions, in their order, with what was asked.
fn answers(bot: &Bot) -> Vec<String> {
    let requests = bot.discord.requests();
    let answers = requests.iter().filter_map(|request| {
        let path = request.path.strip_prefix("/api/v10/")?;
        let what = match (path.split('/').next()?, request.method.as_str()) {
            ("interactions", _) => format!("callback {}", request.body["type"]),
            ("webhooks", "POST") => "followup".to_owned(),
            ("webhooks", "PATCH") => "edit".to_owned(),
            ("webhooks", "DELETE") => "delete".to_owned(),
            _ => return None,
        };
        Some(format!("{what}: {}", request.status))
    });
    answers.collect()
}

/// A host that defers at once.
async fn hurried() -> Bot {
    let mut setup = Setup::with(&["rogue"]);
    setup.deadlines.defer = Duration::from_millis(20);
    setup.start().await
}

/// A host that defers as late as it does in earnest, for what must not be deferred.
async fn unhurried() -> Bot {
    let mut setup = Setup::with(&["rogue"]);
    setup.deadlines = Deadlines::default();
    setup.start().await
}

fn read(here: &Here) -> String {
    here.channel().transcript_for(here)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fast_answer_is_not_deferred() {
    let bot = unhurried().await;
    let ann = bot.here("ann");
    let answer = ann.runs("/ok").await;
    assert!(!answer.was_deferred());
    assert_eq!(answers(&bot), ["callback 4: 200"]);
    assert_eq!(bot.metric(DEFERS), 0.0);
    assert_snapshot!(read(&ann), @r"
    ann used /ok
    Cogbox: ok
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_takes_the_place_of_thinking() {
    let bot = hurried().await;
    let ann = bot.here("ann");
    let slow = ann.starts("/slow ms:150").await;
    slow.deferred().await;
    assert_snapshot!(read(&ann), @r"
    ann used /slow
    Cogbox: thinking…
    ");
    slow.answered().await;
    assert_snapshot!(read(&ann), @r"
    ann used /slow
    Cogbox: took 150 ms
    ");
    assert_eq!(answers(&bot), ["callback 5: 200", "edit: 200"]);
    assert_eq!(bot.metric(DEFERS), 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_for_other_eyes_comes_anew() {
    let bot = hurried().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    // Everybody sees "thinking", and the answer is for ann alone.
    let late = ann.starts("/late how:Privately").await;
    late.deferred().await;
    assert_snapshot!(read(&ben), @r"
    ann used /late
    Cogbox: thinking…
    ");
    late.answered().await;
    assert!(eventually(|| answers(&bot).len() == 3).await);
    assert_snapshot!(read(&ann), @r"
    Cogbox: late, and private
      (only you can see this)
    ");
    assert_snapshot!(read(&ben), @"");
    assert_eq!(
        answers(&bot),
        ["callback 5: 200", "delete: 204", "followup: 200"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_may_promise_a_private_answer() {
    let bot = hurried().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let late = ann.starts("/late-in-private").await;
    late.deferred().await;
    assert_eq!(read(&ben), "");
    late.answered().await;
    assert_snapshot!(read(&ann), @r"
    ann used /late-in-private
    Cogbox: late, as promised
      (only you can see this)
    ");
    assert_eq!(answers(&bot), ["callback 5: 200", "edit: 200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_answer_late() {
    let bot = hurried().await;
    let ann = bot.here("ann");
    ann.runs("/late how:Edit").await;
    assert_eq!(answers(&bot), ["callback 5: 200", "edit: 200"]);
    bot.discord.clear_requests();
    // The cog's own defer is too late, and no error.
    ann.runs("/late how:Defer").await;
    assert_eq!(answers(&bot), ["callback 5: 200", "edit: 200"]);
    // A modal can only be the first answer.
    ann.runs("/late how:Modal").await;
    ann.runs("/late how:Never").await;
    assert_snapshot!(read(&ann), @r"
    ann used /late
    Cogbox: late, by an edit
    ann used /late
    Cogbox: late, after a defer of its own
    ann used /late
    Cogbox: the modal: invalid: a modal must be the first answer, and this was deferred
    ann used /late
    Cogbox: That command gave no answer. Its author should hear of it.
    ");
    assert_eq!(bot.metric(DEFERS), 4.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cog_promised_to_one_alone_is_not_shown_to_all() {
    let bot = hurried().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    // The host deferred for all to see, and only then the cog deferred for ann alone. Its edit
    // must not fill the message that all see.
    let late = ann.starts("/late how:Defer privately").await;
    late.answered().await;
    assert!(eventually(|| answers(&bot).len() == 3).await);
    assert_eq!(
        answers(&bot),
        ["callback 5: 200", "delete: 204", "followup: 200"]
    );
    assert_snapshot!(read(&ann), @r"
    Cogbox: late, and promised to one alone
      (only you can see this)
    ");
    assert_eq!(read(&ben), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_button_is_acknowledged_and_its_message_stays() {
    let bot = hurried().await;
    let ann = bot.here("ann");
    let buttons = ann.runs("/late-buttons").await;
    bot.discord.clear_requests();
    let pressed = ann.starts_click(&buttons, "update").await;
    pressed.deferred().await;
    assert_snapshot!(read(&ann), @r"
    ann used /late-buttons
    Cogbox: not pressed
      [update] [reply] [defer] [modal] [never]
    ");
    pressed.answered().await;
    assert_eq!(answers(&bot), ["callback 6: 200", "edit: 200"]);
    assert_snapshot!(read(&ann), @r"
    ann used /late-buttons
    Cogbox: updated, late
      [update] [reply] [defer] [modal] [never]
      (edited)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_reply_to_a_button_is_a_message_of_its_own() {
    let bot = hurried().await;
    let ann = bot.here("ann");
    let buttons = ann.runs("/late-buttons").await;
    bot.discord.clear_requests();
    for how in ["reply", "defer", "modal", "never"] {
        ann.clicks(&buttons, how).await;
    }
    assert_snapshot!(read(&ann), @r"
    ann used /late-buttons
    Cogbox: not pressed
      [update] [reply] [defer] [modal] [never]
    Cogbox: late
    Cogbox: late, and promised to one alone
      (only you can see this)
    Cogbox: the modal: invalid: a modal must be the first answer, and this was deferred
    Cogbox: That command gave no answer. Its author should hear of it.
      (only you can see this)
    ");
    assert_eq!(
        answers(&bot),
        ["callback 6: 200", "followup: 200"].repeat(4)
    );
    let ben = bot.here("ben");
    assert!(!read(&ben).contains("promised"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_may_defer_by_itself() {
    let bot = unhurried().await;
    let ann = bot.here("ann");
    let commands = [
        "/defers private:false ending:Edit",
        "/defers private:false ending:Reply",
        "/defers private:true ending:Edit",
        // Promised to ann alone, and then said to everyone.
        "/defers private:true ending:Reply",
        "/defers private:false ending:Never",
    ];
    for (command, requests) in commands.into_iter().zip([2, 4, 6, 9, 11]) {
        ann.runs(command).await;
        assert!(eventually(|| answers(&bot).len() == requests).await);
    }
    assert_snapshot!(read(&ann), @r"
    ann used /defers
    Cogbox: done thinking
    ann used /defers
    Cogbox: done thinking
    ann used /defers
    Cogbox: done thinking
      (only you can see this)
    Cogbox: done thinking
    ann used /defers
    Cogbox: That command gave no answer. Its author should hear of it.
    ");
    assert_eq!(
        answers(&bot),
        [
            "callback 5: 200",
            "edit: 200",
            "callback 5: 200",
            "edit: 200",
            "callback 5: 200",
            "edit: 200",
            "callback 5: 200",
            "delete: 204",
            "followup: 200",
            "callback 5: 200",
            "edit: 200",
        ]
    );
    assert_eq!(bot.metric(DEFERS), 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_answer_is_refused() {
    let bot = unhurried().await;
    let ann = bot.here("ann");
    ann.runs("/answers-twice").await;
    assert!(eventually(|| answers(&bot).len() == 2).await);
    assert_snapshot!(read(&ann), @r"
    ann used /answers-twice
    Cogbox: first
    Cogbox: the second answer: invalid: this was answered already; use `followup` or `edit-reply`
    ");
    // The host knows by itself; Discord was not asked.
    assert_eq!(answers(&bot), ["callback 4: 200", "followup: 200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_no_answer_reads_a_sentence_without_internals() {
    let bot = unhurried().await;
    let ann = bot.here("ann");
    for command in ["/silent", "/fails", "/trap"] {
        assert!(ann.runs(command).await.is_private());
    }
    assert_snapshot!(read(&ann), @r"
    ann used /silent
    Cogbox: That command gave no answer. Its author should hear of it.
      (only you can see this)
    ann used /fails
    Cogbox: Something went wrong with that. The bot's operator can see what.
      (only you can see this)
    ann used /trap
    Cogbox: Something went wrong with that. The bot's operator can see what.
      (only you can see this)
    ");
    for (command, outcome) in [("silent", "silent"), ("fails", "error"), ("trap", "trap")] {
        let series = format!(
            "cogbox_interactions_total{{cog=\"rogue\",command=\"{command}\",outcome=\"{outcome}\"}}"
        );
        bot.counts(&series, 1.0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_reads_the_reason_and_the_guests_backtrace() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    assert!(bot.cog("rogue").last_fault().is_none());
    ann.runs("/fails").await;
    let fault = bot.cog("rogue").last_fault().unwrap();
    assert_eq!(
        (fault.outcome, fault.export, fault.detail.as_str()),
        ("error", "commands.invoked", "rogue was told to fail")
    );
    ann.runs("/trap").await;
    let fault = bot.cog("rogue").last_fault().unwrap();
    assert_eq!(fault.outcome, "trap");
    for part in ["rogue::faults::trap", "wasm backtrace", "unreachable"] {
        assert!(fault.detail.contains(part), "no {part} in {}", fault.detail);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_a_cog_that_is_gone_is_answered() {
    let bot = Bot::with(&["rogue"]).await;
    let button = bot.here("ann").runs("/button").await;
    let (discord, data) = bot.stop().await;
    let bot = Setup::with(&["counter"]).start_on(discord, data).await;
    let ann = bot.here("ann");
    ann.clicks(&button, "Press me").await;
    assert_snapshot!(read(&ann), @r"
    ann used /button
    Cogbox: pressed 0 times
      [Press me]
    Cogbox: This is not available any more.
      (only you can see this)
    ");
    let unknown = r#"cogbox_interactions_total{cog="cogbox",command="none",outcome="unknown"}"#;
    bot.counts(unknown, 1.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_is_pressed_again_and_again() {
    let bot = unhurried().await;
    let ann = bot.here("ann");
    let mut button = ann.runs("/button").await;
    for _ in 0..3 {
        button = ann.clicks(&button, "Press me").await;
    }
    assert_snapshot!(read(&ann), @r"
    ann used /button
    Cogbox: pressed 3 times
      [Press me]
      (edited)
    ");
    assert_eq!(
        answers(&bot),
        [
            "callback 4: 200",
            "callback 7: 200",
            "callback 7: 200",
            "callback 7: 200"
        ]
    );
    // The id carries the cog's own mark, and comes back without it.
    let id = button.message()["components"][0]["components"][0]["custom_id"].clone();
    let id = id.as_str().unwrap();
    assert!(
        id.ends_with("pressed:3") && id.len() > "pressed:3".len(),
        "{id}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_comes_back_filled() {
    let bot = unhurried().await;
    let ann = bot.here("ann");
    let form = ann.runs("/modal").await;
    assert_eq!(form.modal()["title"], "Rogue asks");
    let fields = [("name", "Ann"), ("story", "It rained.\nThen it stopped.")];
    ann.submits(&form, &fields).await;
    assert_snapshot!(read(&ann), @r"
    Cogbox: modal: Ann told: It rained.
      Then it stopped.
    ");
    assert_eq!(answers(&bot), ["callback 9: 200", "callback 4: 200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_comes_twice_is_handled_once() {
    let bot = Bot::with(&["rogue", "counter"]).await;
    let ann = bot.here("ann");
    ann.runs("/count").await;
    let received = r#"discord_event_on_interaction_total{command="count",interaction="application_command",shard="0"}"#;
    bot.counts(received, 1.0).await;
    let lab = bot.discord.guild("Cogbox Lab").id.to_string();
    let twice = count_of(&ann, &lab);
    bot.discord.dispatch_raw("INTERACTION_CREATE", &twice);
    bot.discord.dispatch_raw("INTERACTION_CREATE", &twice);
    // What follows on the same connection shows that both have been looked at.
    ann.runs("/ok").await;
    bot.counts(received, 2.0).await;
    // The second one could not say its answer, but it counted.
    let ended =
        r#"cogbox_cog_calls_total{cog="counter",export="commands.invoked",outcome="error"}"#;
    bot.counts(ended, 1.0).await;
    let shown = ann.runs("/count-show").await;
    assert_eq!(shown.text(), "This server has counted to **2**.");
}

/// `/count` as Discord would send it; the token is good for nothing, so it can't be answered.
pub fn count_of(here: &Here, guild: &str) -> serde_json::Value {
    let (id, channel) = (here.id.to_string(), here.channel.to_string());
    let user = json!({ "id": id, "username": "ann", "discriminator": "0", "avatar": null });
    json!({
        "id": "1234567890123456789", "application_id": "1", "type": 2, "version": 1,
        "token": "none", "locale": "en-US", "guild_locale": "en-US",
        "guild_id": guild, "guild": { "id": guild, "locale": "en-US", "features": [] },
        "channel_id": channel, "channel": { "id": channel, "type": 0, "permissions": "0" },
        "app_permissions": "0", "entitlements": [], "entitlement_sku_ids": [],
        "authorizing_integration_owners": { "0": guild }, "context": 0,
        "attachment_size_limit": 1,
        "member": { "user": user, "roles": [], "joined_at": "2024-01-01T00:00:00+00:00",
            "deaf": false, "mute": false, "flags": 0, "permissions": "0" },
        "data": { "id": "9", "name": "count", "type": 1, "options": [] },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn discords_refusal_wedges_nothing() {
    let bot = unhurried().await;
    let ann = bot.here("ann");
    let callback = "/interactions/*/*/callback";
    let refusals = [
        (
            400,
            json!({ "message": "Invalid Form Body", "code": 50035 }),
        ),
        (403, json!({ "message": "Missing Access", "code": 50001 })),
        (429, json!({ "message": "Slow down.", "retry_after": 0.01 })),
        (500, json!("<html>broken</html>")),
    ];
    for (status, body) in refusals {
        bot.discord.fail_next("POST", callback, status, body);
        ann.runs("/ok").await;
    }
    // A short limit is waited for and a failure of Discord's own met once more; what is refused is
    // told, as long as it can be.
    assert_snapshot!(read(&ann), @r"
    ann used /ok
    Cogbox: Something went wrong with that. The bot's operator can see what.
      (only you can see this)
    ann used /ok
    Cogbox: Something went wrong with that. The bot's operator can see what.
      (only you can see this)
    ann used /ok
    Cogbox: ok
    ann used /ok
    Cogbox: ok
    ");
    // Too late is too late: the host does not try again, and goes on.
    bot.discord.clear_requests();
    let gone = json!({ "message": "Unknown interaction", "code": 10062 });
    bot.discord.fail_next("POST", callback, 404, gone);
    let lost = ann.starts("/ok").await;
    let late = r#"cogbox_interactions_total{cog="rogue",command="ok",outcome="error"}"#;
    bot.counts(late, 3.0).await;
    assert_eq!(answers(&bot), ["callback 4: 404"]);
    drop(lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_defer_leaves_the_cog_its_chance() {
    let bot = hurried().await;
    let refused = json!({ "message": "Missing Access", "code": 50001 });
    bot.discord
        .fail_next("POST", "/interactions/*/*/callback", 403, refused);
    let slow = bot.here("ann").runs("/slow ms:150").await;
    assert_eq!(slow.text(), "took 150 ms");
    assert_eq!(answers(&bot), ["callback 5: 403", "callback 4: 200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_slow_answers_around_the_deadline_race_and_none_is_lost() {
    let bot = Setup::with(&["rogue"])
        .cog("rogue", |rogue| {
            rogue.limits.calls_per_guild = 100;
            rogue.limits.calls = 100;
            rogue.limits.cpu_share = 64.0;
        })
        .start()
        .await;
    let ann = bot.here("ann");
    // Answers that wait in the host for as long as Discord tells them to: they cost no CPU time,
    // and come on both sides of the deadline.
    let (guild, channel) = (bot.discord.guild("Cogbox Lab").id, ann.channel);
    for n in 0..80 {
        let wait = f64::from(n) * 0.0015;
        let body = json!({ "message": "Slow down.", "retry_after": wait, "global": false });
        bot.discord
            .fail_next("GET", "/guilds/*/members/*", 429, body);
    }
    let typed = format!("/abroad guild:{guild} channel:{channel}");
    let all = join_all((0..80).map(|_| ann.runs(&typed))).await;
    for answer in &all {
        assert_eq!(answer.failed(), None);
        assert!(
            answer.text().starts_with("guilds.get: ok"),
            "{}",
            answer.text()
        );
    }
    let said = answers(&bot);
    let deferred = said
        .iter()
        .filter(|said| said.starts_with("callback 5"))
        .count();
    assert!(deferred > 0, "none was deferred");
    assert!(
        said.iter()
            .all(|said| said.ends_with(": 204") || said.ends_with(": 200")),
        "{said:?}"
    );
    assert_eq!(said.len(), 80 + deferred, "{said:?}");
    assert_eq!(bot.metric(DEFERS), deferred as f64);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_is_timed_per_cog() {
    let bot = hurried().await;
    bot.here("ann").runs("/slow ms:1000").await;
    let series = "cogbox_interaction_first_response_seconds";
    let count = bot.metric(&format!("{series}_count{{cog=\"rogue\"}}"));
    let sum = bot.metric(&format!("{series}_sum{{cog=\"rogue\"}}"));
    // The first answer was the host's defer.
    assert_eq!(count, 1.0);
    assert!((0.02..1.0).contains(&sum), "{sum} s");
}
