//! From pages and words to sound, by the program yt-dlp.
//!
//! It runs once for each question: with nothing of our environment, as long as it is let, with no way
//! to the network but a [`Proxy`] of ours, and asked about the operator's sites alone.

mod answer;
mod refusal;
mod run;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use reqwest::Url;
use tokio::sync::Semaphore;

pub use answer::Finding;
pub use refusal::{Kind, Unresolved};
use run::{Failed, Run};

use crate::config::YtDlp;
use crate::net::Net;
use crate::net::proxy::Proxy;
use crate::telemetry::{Metrics, Stage};

/// Runs at a time: each takes a good part of a core, and some 100 MB.
const RUNS_MAX: usize = 2;
/// Most tracks that are taken of one list.
pub const LIST_MAX: usize = 100;
/// Longest search, in characters.
const WORDS_MAX: usize = 200;
/// What goes over the network for one question, in bytes.
const TRANSFER_MAX: u64 = 64 << 20;
/// Which of the forms that a site offers is taken: sound alone rather than with a picture.
const FORM: &str = "ba[protocol=https]/ba[protocol=http]/b[protocol=https]/b[protocol=http]/\
                    ba[protocol^=m3u8]/b[protocol^=m3u8]";

/// Asks yt-dlp. One for the process.
pub struct Resolver {
    config: YtDlp,
    net: Net,
    slots: Semaphore,
    metrics: Arc<Metrics>,
    version: OnceLock<String>,
}

/// What it is asked.
enum Question<'a> {
    /// What is on a page: one track, or a list.
    Page(&'a Url),
    /// The sound of one track.
    Track(&'a Url),
    /// What is found by some words.
    Search(&'a str, usize),
    /// The sound of the best of it.
    Best(&'a str),
}

impl Resolver {
    /// Makes it, and asks the program for its version.
    pub fn start(config: YtDlp, net: Net, metrics: Arc<Metrics>) -> Arc<Self> {
        let resolver = Arc::new(Self {
            config,
            net,
            slots: Semaphore::new(RUNS_MAX),
            metrics,
            version: OnceLock::new(),
        });
        let asking = Arc::clone(&resolver);
        tokio::spawn(async move { asking.ask_version().await });
        resolver
    }

    /// Whether a URL leads to one of the operator's sites.
    pub fn serves(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let web = matches!(url.scheme(), "http" | "https");
        web && self.config.sites.iter().any(|site| site.has(host))
    }

    /// Returns the version of the program, once it has told it.
    pub fn version(&self) -> Option<&str> {
        self.version.get().map(String::as_str)
    }

    /// Returns what is on a page, in its order: one track with its sound, or a list without.
    pub async fn page(&self, url: &Url) -> Result<Vec<Finding>, Unresolved> {
        self.ask(Question::Page(url)).await
    }

    /// Returns one track with its sound.
    pub async fn track(&self, url: &Url) -> Result<Finding, Unresolved> {
        Ok(self.ask(Question::Track(url)).await?.swap_remove(0))
    }

    /// Returns what some words find, the best first, without sound.
    pub async fn search(&self, words: &str, limit: usize) -> Result<Vec<Finding>, Unresolved> {
        self.ask(Question::Search(words, limit)).await
    }

    /// Returns the best that some words find, with its sound.
    pub async fn best(&self, words: &str) -> Result<Finding, Unresolved> {
        Ok(self.ask(Question::Best(words)).await?.swap_remove(0))
    }

    /// Returns at least one answer.
    async fn ask(&self, question: Question<'_>) -> Result<Vec<Finding>, Unresolved> {
        let began = Instant::now();
        let answered = self.answered(&question).await;
        let seconds = &self.metrics.voice_resolve_seconds;
        let seconds = seconds.with_label_values(&[question.source()]);
        seconds.observe(began.elapsed().as_secs_f64());
        if let Err(unresolved) = &answered {
            self.metrics.voice_failed(Stage::Resolve);
            tracing::debug!(%unresolved, "a source of sound can't be resolved");
        }
        answered
    }

    async fn answered(&self, question: &Question<'_>) -> Result<Vec<Finding>, Unresolved> {
        let target = self.target(question)?;
        let late = |_| Unresolved::late(self.config.timeout);
        let work = async {
            // Never closed.
            let _slot = self.slots.acquire().await;
            let proxy = Proxy::open(self.net.clone(), TRANSFER_MAX).await;
            let proxy = proxy.map_err(|error| self.failed(Failed::Start(error)))?;
            self.run(question, &target, &proxy.url()).await
        };
        let ended = tokio::time::timeout(self.config.timeout, work).await;
        let ended = ended.map_err(late)??;
        let mut found = answer::read(&ended.answer);
        found.truncate(LIST_MAX);
        if question.plays() {
            found.retain(|finding| finding.media.is_some());
        }
        match found.is_empty() {
            true => Err(refusal::read(&ended)),
            false => Ok(found),
        }
    }

    async fn run(
        &self,
        question: &Question<'_>,
        target: &str,
        proxy: &str,
    ) -> Result<run::Ended, Unresolved> {
        let extractors: Vec<_> = self
            .config
            .sites
            .iter()
            .map(|site| site.extractors)
            .collect();
        let (extractors, items) = (extractors.join(","), question.items());
        let mut arguments = vec!["--ignore-config", "--no-plugin-dirs", "--no-cache-dir"];
        // The proxy's secret comes by this: others can read arguments.
        arguments.extend(["--config-locations", "-"]);
        arguments.extend(["--use-extractors", &extractors]);
        // Beside Deno, which is taken anyway: both run YouTube's scripts without files or network.
        arguments.extend(["--js-runtimes", "quickjs"]);
        arguments.extend(["--no-playlist", "--playlist-items", &items]);
        arguments.extend(match question.plays() {
            true => ["--no-flat-playlist"],
            false => ["--flat-playlist"],
        });
        arguments.extend(["--no-warnings", "--color", "never"]);
        arguments.extend([
            "--socket-timeout",
            "10",
            "--retries",
            "2",
            "--extractor-retries",
            "1",
        ]);
        arguments.extend(["--format", FORM, "--print", answer::FORM, "--", target]);
        let input = format!("--proxy {proxy}\n");
        let run = Run {
            program: &self.config.program,
            path: &self.config.path,
            arguments: &arguments,
            input: &input,
        };
        run.to_end().await.map_err(|failed| self.failed(failed))
    }

    /// What the program is given, after everything that it could take for an option.
    fn target(&self, question: &Question<'_>) -> Result<String, Unresolved> {
        let (words, limit) = match question {
            Question::Page(url) | Question::Track(url) => return Ok(url.as_str().to_owned()),
            Question::Search(words, limit) => (words, *limit),
            Question::Best(words) => (words, 1),
        };
        let words: Vec<_> = words.split_whitespace().collect();
        let words = words.join(" ");
        let words = words.chars().filter(|c| !c.is_control());
        let words: String = words.take(WORDS_MAX).collect();
        if words.is_empty() {
            return Err(Unresolved::new(
                Kind::Invalid,
                "there are no words to search for",
            ));
        }
        let search = self.config.sites.iter().find_map(|site| site.search);
        let search = search.ok_or_else(|| {
            let sentence = "none of the sites that the operator allows can be searched";
            Unresolved::new(Kind::Invalid, sentence)
        })?;
        Ok(format!("{search}{limit}:{words}"))
    }

    fn failed(&self, failed: Failed) -> Unresolved {
        if !matches!(failed, Failed::Flood) {
            tracing::warn!(%failed, program = %self.config.program.display(), "yt-dlp can't be run");
        }
        Unresolved::new(Kind::Unavailable, failed.to_string())
    }

    async fn ask_version(&self) {
        let program = self.config.program.display();
        match version(&self.config).await {
            Ok(version) => {
                tracing::info!(%program, version, "yt-dlp finds sound");
                // It is asked once.
                let _ = self.version.set(version);
            }
            Err(why) => tracing::warn!(%program, "yt-dlp is allowed under [voice], and {why}"),
        }
    }
}

/// Asks the program for its version. Why there is none completes "yt-dlp is allowed, and ...".
pub async fn version(config: &YtDlp) -> Result<String, String> {
    let run = Run {
        program: &config.program,
        path: &config.path,
        arguments: &["--ignore-config", "--no-plugin-dirs", "--version"],
        input: "",
    };
    let ended = match tokio::time::timeout(config.timeout, run.to_end()).await {
        Ok(Ok(ended)) => ended,
        Ok(Err(failed)) => return Err(format!("it can't be run: {failed}")),
        Err(_) => return Err("it does not tell its version".to_owned()),
    };
    let version = String::from_utf8_lossy(&ended.answer);
    let version: String = version.trim().chars().take(40).collect();
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-+@_".contains(c);
    if version.is_empty() || !version.chars().all(fits) {
        let told = ended.told.lines().last().unwrap_or_default();
        let told = told.escape_debug().to_string();
        return Err(format!("what is to be it tells no version: {told}"));
    }
    Ok(version)
}

impl Question<'_> {
    /// Whether the sound itself is wanted, of one track.
    fn plays(&self) -> bool {
        matches!(self, Self::Track(_) | Self::Best(_))
    }

    fn items(&self) -> String {
        match self {
            Self::Page(_) => format!("1:{LIST_MAX}"),
            Self::Search(_, limit) => format!("1:{limit}"),
            Self::Track(_) | Self::Best(_) => "1".to_owned(),
        }
    }

    /// What metrics call it.
    fn source(&self) -> &'static str {
        match self {
            Self::Page(_) => "url",
            Self::Track(_) => "track",
            Self::Search(..) | Self::Best(_) => "search",
        }
    }
}

impl Unresolved {
    fn late(limit: Duration) -> Self {
        let sentence = format!("the site took longer than {} seconds", limit.as_secs());
        Self::new(Kind::Unavailable, sentence)
    }
}
