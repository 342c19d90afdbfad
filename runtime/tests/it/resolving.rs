//! yt-dlp: what it is given, what is made of what it says, and that it ends. Most of it is a stand-in,
//! which says what it is told to; at the end it is the program itself.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cogbox::config::{Resolver as Way, Site, YtDlp};
use cogbox::net::Net;
use cogbox::telemetry::Metrics;
use cogbox::voice::resolver::{Finding, Resolver, Unresolved};
use insta::assert_snapshot;
use reqwest::Url;

use crate::harness::{Setup, eventually};
use crate::playing::{Stage, tones};
use crate::shelf::{Page, Shelf, file, stream};
use crate::sound::{trusts, wav};

/// What the stand-in does, by the last of its arguments.
const STAND_IN: &str = r#"#!/bin/sh
here=$(dirname "$0")
for last; do :; done
case $last in --version) echo 2026.01.02; exit;; esac
cat >"$here/input"
printf '%s\n' "$@" >"$here/arguments"
env >"$here/environment"
echo "$last" >>"$here/asked"
track() {
  printf '{"url": "http://media.example.org/%s", "webpage_url": "http://site.example/%s", ' "$1" "$2"
  printf '"title": "%s", "duration": 1.5, "http_headers": {"X-Wanted": "yes"}}\n' "$3"
}
entry() { printf '{"_type": "url", "url": "http://site.example/%s", "title": "%s"}\n' "$1" "$2"; }
fail() { echo "ERROR: [site] x: $1" >&2; exit 1; }
case $last in
  */one) track a.wav one One;;
  sitesearch1:*) track b.wav other Other;;
  */hangs) entry hang Hangs; entry track/7 Last;;
  */track/2) fail 'Video unavailable';;
  */track/3) track a.wav track/3 'Track 3';;
  */track/*) track b.wav "track/${last##*/}" "Track ${last##*/}";;
  */list) for n in $(seq 1 120); do entry "track/$n" "Track $n"; done;;
  */gone) track nothing.wav gone Gone;;
  sitesearch*:nothing) ;;
  sitesearch*) entry one One; entry two Two;;
  */private) fail 'Private video. Sign in if you have been granted access to this video';;
  */age) fail 'Sign in to confirm your age.';;
  */soon) fail 'This live event will begin in a few moments.';;
  */other) echo 'ERROR: No suitable extractor found for URL' >&2; exit 1;;
  */odd) fail 'something new; please report this issue';;
  */offline) fail 'Unable to download webpage: Failed to resolve';;
  */crash) kill -9 $$;;
  */flood) yes;;
  */talk) yes >&2 & sleep 0.2; kill $!; track a.wav one One;;
  */hang) sleep 600 & echo $! >"$here/child"; wait;;
  */slow) echo "begin $(date +%s%N)" >>"$here/times"; sleep 0.3; echo "end $(date +%s%N)" >>"$here/times"
    track a.wav slow Slow;;
esac
"#;

/// The site that the stand-in knows. No operator's configuration leads to it.
const SITE: Site = Site {
    name: "site",
    hosts: &["site.example"],
    extractors: "site.*",
    search: Some("sitesearch"),
};

/// The stand-in in a folder of its own, where it notes what it was given.
struct StandIn(tempfile::TempDir);

impl StandIn {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("yt-dlp");
        // Another process writes it: this one may start others meanwhile, which would hold it open.
        let mut written = Command::new("sh")
            .args(["-c", "cat >\"$0\" && chmod +x \"$0\""])
            .arg(program)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = written.stdin.take().unwrap();
        input.write_all(STAND_IN.as_bytes()).unwrap();
        drop(input);
        assert!(written.wait().unwrap().success());
        Self(folder)
    }

    fn config(&self) -> YtDlp {
        YtDlp {
            program: self.0.path().join("yt-dlp"),
            sites: vec![SITE],
            ..YtDlp::default()
        }
    }

    fn noted(&self, what: &str) -> String {
        std::fs::read_to_string(self.0.path().join(what)).unwrap_or_default()
    }

    fn starts(&self) -> Arc<Resolver> {
        Resolver::start(self.config(), Net::public(), Metrics::new())
    }
}

fn url(path: &str) -> Url {
    Url::parse(&format!("http://site.example/{path}")).unwrap()
}

fn told(answer: Result<Vec<Finding>, Unresolved>) -> String {
    match answer {
        Ok(found) => {
            let titles = found.into_iter().map(|finding| finding.title);
            titles.collect::<Vec<_>>().join(", ")
        }
        Err(unresolved) => format!("{:?}: {unresolved}", unresolved.kind),
    }
}

#[tokio::test]
async fn it_gets_what_it_needs_and_nothing_else() {
    let stand_in = StandIn::new();
    let resolver = stand_in.starts();
    let found = resolver.page(&url("one")).await.unwrap().swap_remove(0);
    let media = found.media.unwrap();
    assert_eq!(media.url.as_str(), "http://media.example.org/a.wav");
    assert_eq!(media.headers["x-wanted"], "yes");
    assert_eq!(found.page, url("one"));
    assert_eq!(found.duration, Some(Duration::from_millis(1_500)));
    assert_snapshot!(stand_in.noted("arguments"), @r"
    --ignore-config
    --no-plugin-dirs
    --no-cache-dir
    --config-locations
    -
    --use-extractors
    site.*
    --js-runtimes
    quickjs
    --no-playlist
    --playlist-items
    1:100
    --flat-playlist
    --no-warnings
    --color
    never
    --socket-timeout
    10
    --retries
    2
    --extractor-retries
    1
    --format
    ba[protocol=https]/ba[protocol=http]/b[protocol=https]/b[protocol=http]/ba[protocol^=m3u8]/b[protocol^=m3u8]
    --print
    %(.{_type,url,webpage_url,title,duration,is_live,http_headers})j
    --
    http://site.example/one
    ");
    // sh sets the rest.
    let own = ["PWD", "OLDPWD", "SHLVL", "_"];
    let environment = stand_in.noted("environment");
    let names = environment.lines().filter_map(|line| line.split_once('='));
    let names: BTreeSet<_> = names.filter(|(name, _)| !own.contains(name)).collect();
    let names: Vec<_> = names.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["HOME", "LC_ALL", "PATH", "TMPDIR"]);
    let home = environment
        .lines()
        .find_map(|line| line.strip_prefix("HOME="));
    assert!(
        !Path::new(home.unwrap()).exists(),
        "it is gone with the run"
    );
    // The proxy's secret comes where others can't read it, and is another one each time.
    let first = stand_in.noted("input");
    assert!(first.starts_with("--proxy http://cogbox:"), "{first}");
    assert!(!stand_in.noted("arguments").contains("cogbox:"));
    resolver.page(&url("one")).await.unwrap();
    assert_ne!(stand_in.noted("input"), first);

    resolver.search(" --exec  id;\n\u{7}rm ", 7).await.unwrap();
    let arguments = stand_in.noted("arguments");
    assert!(
        arguments.contains("--flat-playlist\n") && arguments.contains("\n1:7\n"),
        "{arguments}"
    );
    assert!(
        arguments.ends_with("\n--\nsitesearch7:--exec id; rm\n"),
        "{arguments}"
    );
    resolver.best("words").await.unwrap();
    assert!(stand_in.noted("arguments").contains("--no-flat-playlist\n"));
    assert!(eventually(|| resolver.version() == Some("2026.01.02")).await);
}

#[tokio::test]
async fn what_it_says_becomes_tracks_or_a_sentence() {
    let stand_in = StandIn::new();
    let resolver = stand_in.starts();
    let mut lines = Vec::new();
    for page in [
        "one", "private", "age", "soon", "other", "odd", "offline", "crash", "flood", "talk",
    ] {
        let answer = told(resolver.page(&url(page)).await);
        lines.push(format!("{page}: {answer}"));
    }
    for words in ["both", "nothing", " \n"] {
        lines.push(format!(
            "{words:?}: {}",
            told(resolver.search(words, 5).await)
        ));
    }
    assert_snapshot!(lines.join("\n"), @r#"
    one: One
    private: NotFound: it is private
    age: NotFound: it is age-restricted, and the bot has no account there
    soon: Unavailable: it has not begun yet
    other: Invalid: that page is none with something to play
    odd: Unavailable: yt-dlp could make nothing of it; the log says more to the operator
    offline: Unavailable: the site can't be reached at the moment
    crash: Unavailable: yt-dlp could make nothing of it; the log says more to the operator
    flood: Unavailable: yt-dlp answered with more than 1 MiB
    talk: One
    "both": One, Two
    "nothing": NotFound: nothing was found
    " \n": Invalid: there are no words to search for
    "#);
    let list = resolver.page(&url("list")).await.unwrap();
    assert_eq!(list.len(), 100);
    assert!(list.iter().all(|finding| finding.media.is_none()));
    // What is only named has no sound to play.
    let track = resolver.track(&url("list")).await.map(|found| vec![found]);
    assert_eq!(told(track), "NotFound: nothing was found");
}

#[tokio::test]
async fn it_is_ended_with_its_children_in_time() {
    let stand_in = StandIn::new();
    let mut config = stand_in.config();
    config.timeout = Duration::from_secs(1);
    let resolver = Resolver::start(config, Net::public(), Metrics::new());
    let began = Instant::now();
    let answer = told(resolver.page(&url("hang")).await);
    assert_eq!(answer, "Unavailable: the site took longer than 1 seconds");
    assert!(began.elapsed() < Duration::from_secs(5));
    let child = stand_in.noted("child");
    let gone = || !alive(child.trim());
    assert!(!child.is_empty() && eventually(gone).await, "{child}");

    // So it is when nobody waits for the answer any more.
    std::fs::remove_file(stand_in.0.path().join("child")).unwrap();
    let asking = tokio::spawn(async move { resolver.page(&url("hang")).await.map(drop) });
    assert!(eventually(|| stand_in.noted("child").ends_with('\n')).await);
    let child = stand_in.noted("child");
    assert!(alive(child.trim()));
    asking.abort();
    assert!(eventually(|| !alive(child.trim())).await);
}

/// Whether a process runs; one that nobody has waited for yet does not.
fn alive(process: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat"));
    state.is_ok_and(|state| !state.contains(") Z "))
}

#[tokio::test]
async fn two_run_at_a_time() {
    let stand_in = StandIn::new();
    let resolver = stand_in.starts();
    let page = url("slow");
    let asked = (0..5).map(|_| resolver.page(&page));
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(told(answer), "Slow");
    }
    let times = stand_in.noted("times");
    let mut times: Vec<_> = times
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .collect();
    times.sort_by_key(|(_, time)| time.parse::<u64>().unwrap());
    let (mut now, mut most) = (0, 0);
    for (what, _) in times {
        now += if what == "begin" { 1 } else { -1 };
        most = most.max(now);
    }
    assert_eq!((now, most), (0, 2));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("yt-dlp");
    let config = YtDlp {
        program: program.clone(),
        sites: vec![SITE],
        ..YtDlp::default()
    };
    let resolver = Resolver::start(config, Net::public(), Metrics::new());
    assert_snapshot!(told(resolver.page(&url("one")).await), @"Unavailable: yt-dlp is not installed where the bot runs; the operator gets it with `pip install yt-dlp yt-dlp-ejs`, or names it as `yt-dlp` under [voice]");
    std::fs::write(&program, "no program").unwrap();
    assert_snapshot!(told(resolver.page(&url("one")).await), @"Unavailable: yt-dlp can't be started: Permission denied (os error 13)");
    assert_eq!(resolver.version(), None);
}

/// A stage whose bot may ask a program about the site, with a server of files behind the names.
async fn stage(config: YtDlp) -> (Stage, Shelf) {
    let shelf = Shelf::start().await;
    let tone = |hertz, millis| file(&wav(hertz, Duration::from_millis(millis)), false);
    shelf.put("/a.wav", vec![tone(440.0, 1_000)]);
    shelf.put("/b.wav", vec![tone(660.0, 500)]);
    let html = |body: &str| {
        let page = format!("<html><head><title>A page</title></head><body>{body}</body></html>");
        stream("content-type: text/html", page.as_bytes(), false)
    };
    shelf.put("/page.html", vec![html("<audio src=\"a.wav\"></audio>")]);
    shelf.put("/text.html", vec![html("words")]);
    let item = |title: &str, path: &str| {
        format!("<item><title>{title}</title><link>http://site.example/{path}</link></item>")
    };
    let items = item("First", "a.wav") + &item("Second", "b.wav");
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>A feed</title>\
         {items}</channel></rss>"
    );
    let rss = stream("content-type: application/rss+xml", feed.as_bytes(), false);
    shelf.put("/feed.rss", vec![rss]);
    shelf.put("/inside", vec![Page::To("http://10.255.255.1/".to_owned())]);
    let net = shelf.net(&["media.example.org", "site.example"]);
    let stage = Stage::with(|setup: &mut Setup| {
        setup.net = net;
        setup.voice.resolvers.insert(Way::YtDlp);
        setup.voice.yt_dlp = config;
    });
    (stage.await, shelf)
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_searches_are_heard() {
    if !trusts("resolving::pages_and_searches_are_heard").await {
        return;
    }
    let stand_in = StandIn::new();
    let (stage, shelf) = stage(stand_in.config()).await;
    let page = "url http://site.example/one";
    assert_snapshot!(stage.says(page).await, @"NotFound: the bot is in no voice channel of this server");
    assert_eq!(stand_in.noted("asked"), "", "nobody would hear it");
    stage.joins().await;
    let asked = [
        page,
        "pause",
        "search some words",
        "look more words",
        "list http://site.example/list",
        "resume",
    ];
    assert_snapshot!(stage.all(&asked).await, @r"
    url http://site.example/one: 1. One (1.5 s)
    pause: ok
    search some words: 2. Other (1.5 s)
    look more words: One (0.0 s) at http://site.example/one, Two (0.0 s) at http://site.example/two
    list http://site.example/list: Track 1 (0.0 s) at http://site.example/track/1, Track 2 (0.0 s) at http://site.example/track/2, Track 3 (0.0 s) at http://site.example/track/3
    resume: ok
    ");
    assert_snapshot!(stage.told(5).await, @r"
    started One
    finished One
    started Other
    finished Other
    idle
    ");
    let heard = stage.lab.hears(|heard| heard.packets >= 75).await;
    let hertz: BTreeSet<_> = tones(&heard).into_iter().map(|(hertz, _)| hertz).collect();
    assert_eq!(hertz, BTreeSet::from([440, 660]));
    let seen = shelf.seen();
    assert!(
        seen.iter().any(|seen| seen.contains("x-wanted: yes")),
        "{seen:?}"
    );
    let counts = [
        r#"cogbox_voice_resolve_seconds_count{source="url"}"#,
        r#"cogbox_voice_resolve_seconds_count{source="search"}"#,
        r#"cogbox_voice_errors_total{stage="resolve"}"#,
    ];
    assert_eq!(counts.map(|count| stage.bot.metric(count)), [2.0, 2.0, 0.0]);
    let voice = stage.bot.app.services.voice.get().unwrap();
    assert_eq!(voice.resolver_version(), Some("2026.01.02"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_resolved_as_it_plays() {
    if !trusts("resolving::a_list_is_resolved_as_it_plays").await {
        return;
    }
    let stand_in = StandIn::new();
    let (stage, _files) = stage(stand_in.config()).await;
    stage.joins().await;
    assert!(
        stage
            .says("url http://site.example/list")
            .await
            .starts_with("1. Track 1, 2. Track 2, ")
    );
    assert!(stage.says("status").await.contains(", 99 wait,"));
    let heard = stage.lab.hears(|heard| heard.packets >= 55);
    assert_eq!(tones(&heard.await)[..1], [(660, 0.5)]);
    stage.says("pause").await;
    // The second one is gone, and is passed over.
    let told = stage.told(4).await;
    assert!(
        told.starts_with("started Track 1\nfinished Track 1\nfailed Track 2\nstarted Track 3"),
        "{told}"
    );
    let asked = stand_in.noted("asked").replace("http://site.example/", "");
    assert!(
        asked.starts_with("list\ntrack/1\ntrack/2\ntrack/3\n"),
        "{asked}"
    );
    assert!(asked.lines().count() < 30, "{asked}");
    let errors = r#"cogbox_voice_errors_total{stage="resolve"}"#;
    assert_eq!(stage.bot.metric(errors), 1.0);
    // Whoever skips what takes long does not wait for it, and nothing goes on with it.
    stage.says("stop").await;
    stage.says("url http://site.example/hangs").await;
    assert!(eventually(|| stand_in.noted("child").ends_with('\n')).await);
    assert!(stage.says("skip").await.ends_with(". Last"));
    let child = stand_in.noted("child");
    assert!(eventually(|| !alive(child.trim())).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_does_not_allow_is_denied() {
    if !trusts("resolving::what_the_operator_does_not_allow_is_denied").await {
        return;
    }
    let asked = [
        "url https://www.youtube.com/watch?v=x",
        "search words",
        "look words",
        "list https://youtu.be/x",
    ];
    let stage = Stage::set().await;
    stage.joins().await;
    assert_snapshot!(stage.all(&asked).await, @r#"
    url https://www.youtube.com/watch?v=x: Denied: that takes yt-dlp, which the operator does not allow; to do so, add "yt-dlp" to `resolvers` under [voice]
    search words: Denied: that takes yt-dlp, which the operator does not allow; to do so, add "yt-dlp" to `resolvers` under [voice]
    look words: Denied: that takes yt-dlp, which the operator does not allow; to do so, add "yt-dlp" to `resolvers` under [voice]
    list https://youtu.be/x: Denied: that takes yt-dlp, which the operator does not allow; to do so, add "yt-dlp" to `resolvers` under [voice]
    "#);
    drop(stage);
    let stand_in = StandIn::new();
    let config = YtDlp {
        program: PathBuf::from("/nowhere/yt-dlp"),
        ..stand_in.config()
    };
    let (stage, _files) = self::stage(config).await;
    stage.joins().await;
    assert_snapshot!(stage.all(&asked).await, @r"
    url https://www.youtube.com/watch?v=x: Denied: that takes yt-dlp, which the operator does not allow; to do so, name the site in `yt-dlp-sites` under [voice]
    search words: Unavailable: yt-dlp is not installed where the bot runs; the operator gets it with `pip install yt-dlp yt-dlp-ejs`, or names it as `yt-dlp` under [voice]
    look words: Unavailable: yt-dlp is not installed where the bot runs; the operator gets it with `pip install yt-dlp yt-dlp-ejs`, or names it as `yt-dlp` under [voice]
    list https://youtu.be/x: Denied: that takes yt-dlp, which the operator does not allow; to do so, name the site in `yt-dlp-sites` under [voice]
    ");
}

/// yt-dlp itself, as `make yt-dlp` fetches it, with what reads pages of no site in particular.
fn real() -> YtDlp {
    let program =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/tools/yt-dlp/bin/yt-dlp");
    assert!(
        program.is_file(),
        "yt-dlp is missing; run `make yt-dlp` first"
    );
    let site = Site {
        name: "any",
        hosts: &["site.example"],
        extractors: "generic,html5",
        search: None,
    };
    YtDlp {
        program,
        sites: vec![site],
        timeout: Duration::from_secs(60),
        ..YtDlp::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn yt_dlp_itself_reads_pages_and_lists() {
    if !trusts("resolving::yt_dlp_itself_reads_pages_and_lists").await {
        return;
    }
    let (stage, shelf) = stage(real()).await;
    stage.joins().await;
    let asked = [
        "url http://site.example/page.html",
        "list http://site.example/feed.rss",
        "url http://site.example/nothing.html",
        "url http://site.example/inside",
        "url http://site.example/text.html",
    ];
    assert_snapshot!(stage.all(&asked).await, @r"
    url http://site.example/page.html: 1. A page (1) (1.0 s)
    list http://site.example/feed.rss: First (0.0 s) at http://site.example/a.wav, Second (0.0 s) at http://site.example/b.wav
    url http://site.example/nothing.html: NotFound: there is no such video, or it is gone
    url http://site.example/inside: Invalid: it leads to an address that is not on the public internet
    url http://site.example/text.html: Invalid: that page is none with something to play
    ");
    let heard = stage
        .lab
        .hears(|heard| heard.silent >= 5 && heard.packets >= 55);
    assert_eq!(tones(&heard.await), [(440, 1.0)]);
    // It came by the proxy: nothing else leads to the name.
    let seen = shelf.seen();
    assert!(
        seen.iter().any(|seen| seen.starts_with("GET /page.html")),
        "{seen:?}"
    );
    // A list is opened when it plays.
    stage.lab.forget_heard();
    assert_snapshot!(stage.says("url http://site.example/feed.rss").await, @"2. First, 3. Second");
    let heard = stage
        .lab
        .hears(|heard| heard.silent >= 5 && heard.packets >= 80);
    assert_eq!(tones(&heard.await), [(440, 1.0), (660, 0.5)]);
    let voice = stage.bot.app.services.voice.get().unwrap();
    let pinned = include_str!("../../yt-dlp.txt");
    let version = voice.resolver_version().unwrap();
    let pinned = pinned
        .lines()
        .find_map(|line| line.strip_prefix("yt-dlp=="));
    let pinned = pinned.unwrap().split(' ').next().unwrap();
    // PyPI writes it without zeros.
    let numbers =
        |text: &str| -> Vec<u32> { text.split('.').map(|part| part.parse().unwrap()).collect() };
    assert_eq!(numbers(version), numbers(pinned));
}
