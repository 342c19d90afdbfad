//! Settings, as a cog meets them: defaults, what was chosen, and what does not fit.

use cogbox_emulator::Here;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup};

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_comes_before_the_default() {
    let bot = Bot::with(&["clockwork"]).await;
    let ann = bot.here("ann");
    let said_here = said(
        &ann,
        &[
            "/show key:loud",
            "/show key:motto",
            "/show key:nothing",
            "/choose key:loud kind:Toggle value:off",
            "/choose key:motto kind:Text value:Onwards",
            "/choose key:staff kind:Roles value:5,6",
            "/show key:loud",
            "/show key:motto",
            "/show key:staff",
        ],
    )
    .await;
    assert_snapshot!(said_here, @r#"
    /show key:loud -> Some(Value::Toggle(true))
    /show key:motto -> None
    /show key:nothing -> None
    /choose key:loud kind:Toggle value:off -> set
    /choose key:motto kind:Text value:Onwards -> set
    /choose key:staff kind:Roles value:5,6 -> set
    /show key:loud -> Some(Value::Toggle(false))
    /show key:motto -> Some(Value::Text("Onwards"))
    /show key:staff -> Some(Value::Roles(["5", "6"]))
    "#);
    // Another guild has its own, and none of this one's.
    let there = bot.elsewhere("ann");
    let abroad = format!(
        "/show key:loud guild:{}",
        bot.discord.guild("Cogbox Lab").id
    );
    assert_snapshot!(said(&there, &["/show key:loud"]).await, @"/show key:loud -> Some(Value::Toggle(true))");
    assert_snapshot!(there.runs(&abroad).await.text(), @"ErrorKind::Denied: this call came from another guild, and stays in it");
    let (discord, data) = bot.stop().await;
    let bot = Setup::with(&["clockwork"]).start_on(discord, data).await;
    assert_snapshot!(said(&bot.here("ann"), &["/show key:motto"]).await, @r#"/show key:motto -> Some(Value::Text("Onwards"))"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_with_the_reason() {
    let bot = Bot::with(&["clockwork"]).await;
    let said = said(
        &bot.here("ann"),
        &[
            "/choose key:loud kind:Text value:on",
            "/choose key:motto kind:Text value:Onwards and upwards",
            "/choose key:mood kind:Text value:sad",
            "/choose key:volume kind:Number value:11",
            "/choose key:place kind:Channel value:general",
            "/choose key:nothing kind:Toggle value:on",
            "/show key:volume",
        ],
    )
    .await;
    assert_snapshot!(said, @r"
    /choose key:loud kind:Text value:on -> ErrorKind::Invalid: `loud` is on or off
    /choose key:motto kind:Text value:Onwards and upwards -> ErrorKind::Invalid: `motto` has at most 10 characters; this has 19
    /choose key:mood kind:Text value:sad -> ErrorKind::Invalid: `mood` is one of: calm, wild
    /choose key:volume kind:Number value:11 -> ErrorKind::Invalid: `volume` is from 0 to 10
    /choose key:place kind:Channel value:general -> ErrorKind::Invalid: `place` takes the id of a channel
    /choose key:nothing kind:Toggle value:on -> ErrorKind::Invalid: there is no setting `nothing`; the cog did not declare it
    /show key:volume -> Some(Value::Number(5.0))
    ");
}

/// Runs the commands one after the other and returns what was answered to each.
async fn said(here: &Here, commands: &[&str]) -> String {
    let mut lines = Vec::new();
    for typed in commands {
        let answer = here.runs(typed).await;
        lines.push(format!("{typed} -> {}", answer.text()));
    }
    lines.join("\n")
}
