//! The stock cog `cleanup`: which messages go, which stay, and what moderators are told.

use std::time::Duration;

use cogbox::config::CogConfig;
use cogbox_emulator::model::permissions::{MANAGE_MESSAGES, READ_MESSAGE_HISTORY};
use cogbox_emulator::{Answer, Here, Id};
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Bot, Setup, eventually};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A channel with something to clean up. Ann owns the server.
struct Floor {
    bot: Bot,
    ann: Here,
    ben: Here,
}

impl Floor {
    async fn dirty() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut CogConfig)) -> Self {
        let mut setup = Setup::with(&["cleanup"]).cog("cleanup", change);
        setup.deadlines.defer = Duration::from_secs(20);
        setup.share_code = true;
        let bot = setup.start().await;
        bot.counts("cogbox_ready", 1.0).await;
        let lab = bot.discord.guild("Cogbox Lab");
        lab.add_role("Bots", MANAGE_MESSAGES);
        lab.give_bot_role("Bots");
        let (ann, ben) = (bot.here("ann"), bot.here("ben"));
        Self { bot, ann, ben }
    }

    /// Has both say things, and returns their messages.
    async fn talk(&self) -> Vec<Id> {
        let mut said = Vec::new();
        for (who, what) in [
            (&self.ann, "one"),
            (&self.ben, "two"),
            (&self.ann, "three apples"),
            (&self.ben, "four APPLES"),
            (&self.ann, "five"),
        ] {
            said.push(who.says(what).await);
        }
        said
    }

    async fn many(&self, count: usize) {
        for number in 0..count {
            self.ben.says(&format!("line {number}")).await;
        }
    }

    /// What a command answers, and what is left of what was said.
    async fn after(&self, typed: &str) -> String {
        let answer = self.ann.runs(typed).await;
        format!("{typed}\n  {}\n  left: {}", one_line(&answer), self.left())
    }

    fn left(&self) -> String {
        let said = self.ann.channel().transcript_for(&self.ann);
        let own = said.lines().filter(|line| {
            let told = line.starts_with("ann: ") || line.starts_with("ben: ");
            told || line.starts_with("Feed: ")
        });
        own.collect::<Vec<_>>().join(" / ")
    }
}

fn one_line(answer: &Answer) -> String {
    answer.text().replace('\n', " ")
}

#[tokio::test(flavor = "multi_thread")]
async fn by_number_person_bots_and_text() {
    let floor = Floor::dirty().await;
    floor.talk().await;
    let feed = floor.ann.channel().add_webhook("Feed");
    let url = format!(
        "{}/webhooks/{}/{}",
        floor.bot.discord.api_url(),
        feed.id,
        feed.token
    );
    let posted = reqwest::Client::new()
        .post(url)
        .header("User-Agent", "DiscordBot (https://example.org, 1)")
        .json(&json!({ "content": "news" }));
    let posted = posted.send().await.unwrap();
    let status = posted.status();
    assert!(status.is_success(), "{status}: {:?}", posted.text().await);
    let mut seen = Vec::new();
    for typed in [
        "/cleanup bots count:10",
        "/cleanup text text:apples count:1",
        "/cleanup user who:@ben count:500",
        "/cleanup messages count:1",
        "/cleanup text text:nothing like it count:5",
        "/cleanup messages count:500",
        "/cleanup messages count:1",
    ] {
        seen.push(floor.after(typed).await);
    }
    assert_snapshot!(seen.join("\n"), @r"
    /cleanup bots count:10
      🧹 One message is gone.
      left: ann: one / ben: two / ann: three apples / ben: four APPLES / ann: five
    /cleanup text text:apples count:1
      🧹 One message is gone.
      left: ann: one / ben: two / ann: three apples / ann: five
    /cleanup user who:@ben count:500
      🧹 One message is gone.
      left: ann: one / ann: three apples / ann: five
    /cleanup messages count:1
      🧹 One message is gone.
      left: ann: one / ann: three apples
    /cleanup text text:nothing like it count:5
      There was nothing to delete.
      left: ann: one / ann: three apples
    /cleanup messages count:500
      🧹 2 messages are gone.
      left: 
    /cleanup messages count:1
      There was nothing to delete.
      left:
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_after_and_between() {
    let floor = Floor::dirty().await;
    let said = floor.talk().await;
    let link = |at: usize| {
        let (guild, channel) = (
            floor.bot.discord.guild("Cogbox Lab").id,
            floor.ann.channel().id,
        );
        format!(
            "https://discord.com/channels/{guild}/{channel}/{}",
            said[at]
        )
    };
    let mut seen = Vec::new();
    for typed in [
        format!("/cleanup before message:{} count:1", link(2)),
        format!("/cleanup between first:{} last:{}", said[4], link(2)),
        format!("/cleanup after message:{}", said[2]),
        "/cleanup after message:that one".to_owned(),
        "/cleanup after message:https://discord.com/channels/1/2/3".to_owned(),
    ] {
        let answer = floor.ann.runs(&typed).await;
        seen.push(format!("{} / left: {}", one_line(&answer), floor.left()));
    }
    assert_snapshot!(seen.join("\n"), @r"
    🧹 One message is gone. / left: ann: one / ann: three apples / ben: four APPLES / ann: five
    🧹 One message is gone. / left: ann: one / ann: three apples / ann: five
    🧹 One message is gone. / left: ann: one / ann: three apples
    That is no message. Choose “Copy Message Link” in a message's menu, and paste it. / left: ann: one / ann: three apples
    That message is in another channel. Use the command there. / left: ann: one / ann: three apples
    ");
    // From a message's menu; it stays itself.
    floor.talk().await;
    floor.ann.clicks_said("Delete what follows", said[0]).await;
    assert_eq!(floor.left(), "ann: one");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_or_old_stays() {
    let floor = Floor::dirty().await;
    floor.ann.says("ancient").await;
    floor.bot.discord.advance(15 * DAY);
    floor.bot.app.services.clock.jump(15 * 24 * 3_600);
    let said = floor.talk().await;
    floor.ann.pins(said[0]);
    let mut seen = vec![floor.after("/cleanup messages count:100").await];
    seen.push(floor.after("/cleanup messages count:100 pinned:true").await);
    assert_snapshot!(seen.join("\n"), @r"
    /cleanup messages count:100
      🧹 5 messages are gone. What is older than 14 days stays: Discord deletes that only one by one.
      left: ann: ancient / ann: one
    /cleanup messages count:100 pinned:true
      🧹 One message is gone. What is older than 14 days stays: Discord deletes that only one by one.
      left: ann: ancient
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn much_is_asked_about_first() {
    let floor = Floor::dirty().await;
    let first = floor.ann.says("the first").await;
    floor.many(120).await;
    let question = floor
        .ann
        .runs(&format!("/cleanup after message:{first}"))
        .await;
    assert_snapshot!(question.text(), @"Those are 120 messages. Delete them?");
    // What was said since then stays.
    floor.ben.says("late").await;
    let done = floor.ann.clicks(&question, "Delete 120").await;
    assert_snapshot!(done.text(), @"🧹 Deleting 120 messages…");
    assert!(eventually(|| floor.left() == "ann: the first / ben: late").await);
    // The question stands for five minutes.
    floor.many(101).await;
    let question = floor.ann.runs("/cleanup messages count:101").await;
    floor.bot.app.services.clock.jump(301);
    let late = floor.ann.clicks(&question, "Delete 101").await;
    assert_snapshot!(late.text(), @"That question was too long ago, or about another channel. Use the command again.");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_and_what_fails() {
    let floor = Floor::dirty().await;
    floor.talk().await;
    assert_snapshot!(floor.ben.cannot_run("/cleanup messages count:1"), @"ben sees no command /cleanup; there are none here");
    floor.ann.channel().set_bot(0, READ_MESSAGE_HISTORY);
    let mut seen = vec![floor.after("/cleanup messages count:1").await];
    floor
        .ann
        .channel()
        .set_bot(READ_MESSAGE_HISTORY, MANAGE_MESSAGES);
    seen.push(floor.after("/cleanup messages count:1").await);
    floor
        .ann
        .channel()
        .set_bot(READ_MESSAGE_HISTORY | MANAGE_MESSAGES, 0);
    let body = json!({ "message": "Internal", "code": 0 });
    for _ in 0..6 {
        let path = "/channels/*/messages/*";
        floor
            .bot
            .discord
            .fail_next("DELETE", path, 500, body.clone());
    }
    seen.push(floor.after("/cleanup messages count:1").await);
    assert_snapshot!(seen.join("\n"), @r"
    /cleanup messages count:1
      I can't do that in this channel: I lack the permission **Read Message History**.
      left: ann: one / ben: two / ann: three apples / ben: four APPLES / ann: five
    /cleanup messages count:1
      I can't do that in this channel: I lack the permission **Manage Messages**.
      left: ann: one / ben: two / ann: three apples / ben: four APPLES / ann: five
    /cleanup messages count:1
      That doesn't work: Discord answered DELETE /channels/{channel}/messages/{message} with 500: Internal.
      left: ann: one / ben: two / ann: three apples / ben: four APPLES / ann: five
    ");
    assert!(floor.bot.cog("cleanup").last_fault().is_none());
}
