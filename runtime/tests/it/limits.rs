//! Limits: a cog that takes too much of anything loses its call and nothing else, and each way to
//! do so is counted apart.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use cogbox::config::{CogConfig, Limits};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::components::{Folder, cog_doing, declaring};
use crate::harness::{Bot, Setup, component};

/// A bot with `rogue` and `counter`, with these limits for the first.
async fn limited(change: impl FnOnce(&mut Limits)) -> Bot {
    let mut setup = Setup::with(&["rogue", "counter"]);
    setup.deadlines.defer = Duration::from_millis(20);
    setup
        .cog("rogue", |rogue| change(&mut rogue.limits))
        .start()
        .await
}

fn outcome(of: &str) -> String {
    format!("cogbox_cog_calls_total{{cog=\"rogue\",export=\"commands.invoked\",outcome=\"{of}\"}}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_spins_is_stopped_and_others_answer_meanwhile() {
    let bot = limited(|limits| {
        limits.cpu = Duration::from_millis(500);
        limits.cpu_share = 64.0;
    })
    .await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let spin = ann.starts("/spin").await;
    spin.deferred().await;
    // The same cog for somebody else, and another cog.
    assert_eq!(ben.runs("/ok").await.text(), "ok");
    let counted = ben.runs("/count").await;
    assert_eq!(counted.text(), "This server has counted to **1**.");
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /spin
    Cogbox: thinking…
    ben used /ok
    Cogbox: ok
    ben used /count
    Cogbox: This server has counted to **1**.
      [+1]
    ");
    let stopped = spin.answered().await;
    assert_eq!(stopped.text(), "That took too long and was stopped.");
    assert_eq!(bot.metric(&outcome("cpu")), 1.0);
    // It took its budget and hardly more; waiting for a processor is none of it.
    let spent = bot.metric(r#"cogbox_cog_cpu_seconds_total{cog="rogue"}"#);
    assert!((0.5..0.7).contains(&spent), "{spent} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_told_and_counted_apart() {
    let bot = limited(|limits| {
        limits.cpu = Duration::from_secs(10);
        limits.cpu_share = 64.0;
    })
    .await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let faults = [
        ("/bomb", "memory"),
        // 100 MB do not fit into the cog's own memory.
        ("/huge", "memory"),
        ("/huge to:Reply megabytes:1", "transfer"),
        ("/huge to:Log megabytes:1", "transfer"),
        ("/huge to:Store megabytes:1", "transfer"),
        ("/huge to:Returned error megabytes:1", "transfer"),
        ("/deep", "trap"),
        ("/trap", "trap"),
        ("/flood", "denied"),
        ("/fails", "error"),
    ];
    for (typed, expected) in faults {
        let (answer, beside) = tokio::join!(ann.runs(typed), ben.runs("/count"));
        assert_eq!(beside.failed(), None, "beside {typed}");
        let fault = bot.cog("rogue").last_fault().unwrap();
        assert_eq!(fault.outcome, expected, "{typed}: {}", fault.detail);
        let sentence = "Something went wrong with that. The bot's operator can see what.";
        assert_eq!(answer.text(), sentence, "{typed}");
    }
    for (label, count) in [
        ("memory", 2.0),
        ("transfer", 4.0),
        ("trap", 2.0),
        ("denied", 1.0),
        ("error", 1.0),
    ] {
        assert_eq!(bot.metric(&outcome(label)), count, "{label}");
        // An error that a cog returns is no trap.
        let traps = bot.metric(&format!(
            "cogbox_cog_traps_total{{cog=\"rogue\",reason=\"{label}\"}}"
        ));
        assert_eq!(traps, if label == "error" { 0.0 } else { count }, "{label}");
    }
    // After all that the cog works as ever, and the other never noticed.
    assert_eq!(ann.runs("/ok").await.text(), "ok");
    let counted = ben.runs("/count-show").await;
    assert_eq!(counted.text(), "This server has counted to **10**.");
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_say_what_happened_where() {
    let bot = limited(|limits| limits.cpu_share = 64.0).await;
    let ann = bot.here("ann");
    for (typed, parts) in [
        (
            "/bomb",
            ["wanted more than its 67108864 bytes", "rogue::faults::bomb"],
        ),
        (
            "/deep",
            ["out of bounds memory access", "rogue::faults::descend"],
        ),
        (
            "/spin",
            ["more than its 1s of CPU time", "rogue::faults::spin"],
        ),
    ] {
        ann.runs(typed).await;
        let fault = bot.cog("rogue").last_fault().unwrap();
        for part in parts {
            assert!(
                fault.detail.contains(part),
                "{typed}: no `{part}` in {}",
                fault.detail
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_when_its_time_is_up() {
    let bot = limited(|limits| limits.wall = Duration::from_millis(150)).await;
    let ann = bot.here("ann");
    ann.runs("/slow ms:60000").await;
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /slow
    Cogbox: That took too long and was stopped.
    ");
    assert_eq!(bot.metric(&outcome("wall")), 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_on_its_way_is_finished_when_the_time_is_up() {
    let bot = limited(|limits| limits.wall = Duration::from_millis(20)).await;
    let ann = bot.here("ann");
    // Discord lets the cog's answer wait until long after its call was stopped.
    let wait = json!({ "message": "Slow down.", "retry_after": 0.1 });
    bot.discord
        .fail_next("POST", "/interactions/*/*/callback", 429, wait);
    let answer = ann.runs("/ok").await;
    assert_eq!(answer.text(), "ok");
    bot.counts(&outcome("wall"), 1.0).await;
    let ended = r#"cogbox_interactions_total{cog="rogue",command="ok",outcome="wall"}"#;
    bot.counts(ended, 1.0).await;
    // Nobody answered a second time.
    let refused = bot.discord.requests().into_iter().find(|r| r.status == 400);
    assert_eq!(refused, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_call_is_bounded_and_stays_on_its_lines() {
    let log = Log::start();
    let mut setup = Setup::with(&[]);
    // The operator's name for a cog is in each of its lines.
    let chatty = CogConfig::dev(component("rogue"));
    setup.cogs.insert("chatty".into(), chatty);
    let bot = setup.start().await;
    let answer = bot.here("ann").runs("/chatter").await;
    assert_eq!(answer.text(), "said 10,000 lines");
    let lines = log.of("chatty");
    let (said, last) = lines.split_at(lines.len() - 1);
    assert!((100..300).contains(&said.len()), "{} lines", said.len());
    for (number, line) in said.iter().enumerate() {
        let escaped =
            format!(r"line {number}\u{{a}}\u{{1b}}[31mERROR\u{{1b}}[0m forged line\u{{d}}\u{{7}}");
        assert!(line.contains(&escaped), "{line}");
    }
    assert!(
        last[0].contains("more of this call's log lines are dropped"),
        "{last:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_forges_no_line_of_the_log() {
    let log = Log::start();
    let (folder, mut setup) = (Folder::new(), Setup::with(&[]));
    // The error is 60 bytes at address 80, and its lines after the first look like the host's.
    let (data, declare) = declaring(&[("forge", "Forges")]);
    let error = r#"(data (i32.const 64) "\01\00\00\00\50\00\00\00\3c\00\00\00")
        (data (i32.const 80) "forged\0aforged WARN cog: cog=\22counter\22 was granted all\1b[2J\0dforged")"#;
    let forger = cog_doing("", &format!("{data} {error}"), &declare, "i32.const 64");
    folder.add(&mut setup, "forger", &forger);
    let bot = setup.start().await;
    bot.ends(&bot.here("ann"), "forger", "/forge").await;
    let text = log.text();
    let forged: Vec<_> = text
        .lines()
        .filter(|line| line.contains("forged"))
        .collect();
    assert_eq!(forged.len(), 2, "{forged:?}");
    assert!(forged[0].contains(" WARN interaction{"), "{forged:?}");
    assert!(forged[0].contains("}: cogbox::cog: forged"), "{forged:?}");
    let second = r#"    forged WARN cog: cog="counter" was granted all\u{1b}[2J\u{d}"#;
    assert!(forged[1].starts_with(second), "{forged:?}");
    assert!(forged[1].contains(r#" cog="forger" "#), "{forged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cogs_own_metrics_are_bounded() {
    let bot = Bot::with(&["rogue"]).await;
    let answer = bot.here("ann").runs("/series").await;
    assert_eq!(answer.text(), "made 1,000 series");
    let text = bot.app.services.metrics.text();
    let series = text
        .lines()
        .filter(|line| line.starts_with("cog_rogue__series_total{"));
    assert_eq!(series.count(), 200);
    assert_eq!(
        bot.metric(r#"cogbox_cog_dropped_series_total{cog="rogue"}"#),
        800.0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_burns_waits_until_it_has_earned_it_back() {
    let bot = limited(|limits| {
        // Two hundredths of a core give 200 ms in ten seconds. One call takes more, and what is
        // missing takes about a third of a second to earn.
        limits.cpu_share = 0.02;
        limits.cpu = Duration::from_millis(206);
    })
    .await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ann.runs("/spin").await;
    let refused = ann.runs("/ok").await;
    assert_eq!(
        refused.text(),
        "That is busy right now. Try again in a moment."
    );
    assert!(refused.is_private());
    assert_eq!(bot.metric(&outcome("busy")), 1.0);
    // Another cog has a share of its own.
    let counted = ben.runs("/count").await;
    assert_eq!(counted.text(), "This server has counted to **1**.");
    while ann.runs("/ok").await.text() != "ok" {}
    // To be refused is no fault of the cog.
    assert_eq!(
        bot.metric(r#"cogbox_cog_traps_total{cog="rogue",reason="busy"}"#),
        0.0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_wait_their_turn_do_not_overdraw_the_share() {
    let bot = limited(|limits| {
        limits.calls = 1;
        limits.cpu_share = 0.01;
        limits.cpu = Duration::from_millis(120);
    })
    .await;
    let ann = bot.here("ann");
    let spins = join_all((0..5).map(|_| ann.runs("/spin"))).await;
    let stopped = spins
        .iter()
        .filter(|spin| spin.text().contains("was stopped"));
    assert_eq!(stopped.count(), 1);
    assert_eq!(bot.metric(&outcome("cpu")), 1.0);
    assert_eq!(bot.metric(&outcome("busy")), 4.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_past_the_limit_wait_their_turn() {
    let bot = limited(|limits| limits.calls = 2).await;
    let ann = bot.here("ann");
    let all = join_all((0..20).map(|_| ann.runs("/slow ms:5"))).await;
    for answer in all {
        assert_eq!(answer.text(), "took 5 ms");
    }
    assert_eq!(bot.metric(&outcome("busy")), 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_guild_does_not_hold_up_another() {
    let bot = limited(|limits| limits.calls_per_guild = 1).await;
    let cleo = bot.elsewhere("cleo");
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let slow = ann.starts("/slow ms:1000").await;
    slow.deferred().await;
    let waits = ben.starts("/ok").await;
    assert_eq!(cleo.runs("/ok").await.text(), "ok");
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /slow
    Cogbox: thinking…
    ");
    assert_eq!(slow.answered().await.text(), "took 1000 ms");
    assert_eq!(waits.answered().await.text(), "ok");
}

/// The process's log, kept for this file's tests to read.
struct Log(&'static Mutex<Vec<u8>>);

impl Log {
    fn start() -> Self {
        static KEPT: OnceLock<&'static Mutex<Vec<u8>>> = OnceLock::new();
        Self(KEPT.get_or_init(|| {
            let kept: &'static Mutex<Vec<u8>> = Box::leak(Box::default());
            let log = tracing_subscriber::fmt()
                .with_ansi(false)
                .with_writer(Self(kept));
            log.init();
            kept
        }))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Returns the lines of one cog.
    fn of(&self, cog: &str) -> Vec<String> {
        let text = self.text();
        let mark = format!("cog=\"{cog}\" guild=");
        let lines = text.lines().filter(|line| line.contains(&mark));
        lines.map(str::to_owned).collect()
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = LogWriter;

    fn make_writer(&'a self) -> LogWriter {
        LogWriter(self.0)
    }
}

struct LogWriter(&'static Mutex<Vec<u8>>);

impl std::io::Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
