//! The stock cogs, as members use them.

use crate::harness::Bot;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_people_count_at_once_and_nothing_is_lost() {
    let bot = Bot::with(&["counter"]).await;
    let ann = bot.here("ann");
    let counts = (0..100).map(|_| ann.runs("/count"));
    let answers = futures_util::future::join_all(counts).await;
    assert!(answers.iter().all(|answer| answer.failed().is_none()));
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **100**."
    );
}
