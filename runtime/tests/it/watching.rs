//! What an operator sees of the bot's work: the dashboard, the API and the metrics, all of one command.

use crate::harness::Bot;

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
