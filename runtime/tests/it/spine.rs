//! The main job, seen from outside: a command is answered whatever happens to the connection, and the
//! dashboard, the API and the metrics tell of it.

use cogbox_emulator::Emulator;

use crate::harness::Bot;

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_connection_loses_no_command() {
    let bot = Bot::with(&["counter"]).await;
    let ann = bot.here("ann");
    for break_it in [
        |discord: &Emulator| discord.send_op7(),
        |discord: &Emulator| discord.drop_bot(),
        |discord: &Emulator| discord.disconnect_bot(Some(4000)),
        |discord: &Emulator| discord.disconnect_bot(None),
    ] {
        break_it(&bot.discord);
        // What is run meanwhile comes with the resume.
        assert_eq!(ann.runs("/count").await.failed(), None);
    }
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **4**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_the_api_and_the_metrics_tell_of_a_command() {
    let bot = Bot::with(&["counter"]).await;
    bot.here("ann").runs("/count").await;
    let get = async |path: &str| {
        let answer = reqwest::get(format!("http://{}{path}", bot.web))
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.text().await.unwrap()
    };
    let series = "cogbox_interactions_total{cog=\"counter\",command=\"count\",outcome=\"ok\"}";
    while bot.metric(series) < 1.0 {
        tokio::task::yield_now().await;
    }
    assert!(get("/metrics").await.contains(&format!("{series} 1\n")));
    let status: serde_json::Value = serde_json::from_str(&get("/api/status").await).unwrap();
    assert_eq!(status["cogs"][0]["name"], "counter");
    assert_eq!(status["cogs"][0]["calls"]["total"], 1);
    assert!(get("/").await.contains("Counts together"));
}
