//! What yt-dlp may do: the program, and the sites that it is asked about.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::environment;

/// How yt-dlp is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YtDlp {
    /// The program: a path, or a name that is looked for on `path`.
    pub program: PathBuf,
    /// Where programs are looked for, by it too: it needs Python and a JavaScript runtime.
    pub path: OsString,
    /// The sites that it is asked about. The first that can be searched is the one for searches.
    pub sites: Vec<Site>,
    /// How long one question may take.
    pub timeout: Duration,
}

/// A site, as yt-dlp knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// What the operator calls it.
    pub name: &'static str,
    /// Its hosts; those below them belong to it too.
    pub hosts: &'static [&'static str],
    /// What serves it in yt-dlp, as its option `--use-extractors` has it.
    pub extractors: &'static str,
    /// What a search there begins with, if it can be searched.
    pub search: Option<&'static str>,
}

impl Site {
    /// All that an operator can name. The first ones are allowed unless the operator says otherwise:
    /// what people paste most, and what plays without an account.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "youtube",
            hosts: &["youtube.com", "youtu.be", "youtube-nocookie.com"],
            extractors: "youtube.*",
            search: Some("ytsearch"),
        },
        Self {
            name: "soundcloud",
            hosts: &["soundcloud.com"],
            extractors: "soundcloud.*",
            search: Some("scsearch"),
        },
        Self {
            name: "bandcamp",
            hosts: &["bandcamp.com"],
            extractors: "bandcamp.*",
            search: None,
        },
        Self {
            name: "vimeo",
            hosts: &["vimeo.com"],
            extractors: "vimeo.*",
            search: None,
        },
        Self {
            name: "mixcloud",
            hosts: &["mixcloud.com"],
            extractors: "mixcloud.*",
            search: None,
        },
        Self {
            name: "audiomack",
            hosts: &["audiomack.com"],
            extractors: "audiomack.*",
            search: None,
        },
        Self {
            name: "twitch",
            hosts: &["twitch.tv"],
            extractors: "twitch.*",
            search: None,
        },
        Self {
            name: "archive.org",
            hosts: &["archive.org"],
            extractors: r"archive\.org",
            search: None,
        },
    ];
    const BY_DEFAULT: usize = 4;

    /// Whether a host is one of its own.
    pub fn has(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.hosts.iter().any(|own| {
            host.strip_suffix(own)
                .is_some_and(|below| below.is_empty() || below.ends_with('.'))
        })
    }

    /// Finds one by its name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|site| site.name == name)
    }
}

impl Default for YtDlp {
    fn default() -> Self {
        Self {
            program: "yt-dlp".into(),
            path: environment::search_path(),
            sites: Site::ALL[..Site::BY_DEFAULT].to_vec(),
            timeout: Duration::from_secs(30),
        }
    }
}

/// Returns a program as it is run from any folder: a mere name stays one.
pub(super) fn program(written: &Path, base: &Path) -> PathBuf {
    match written.components().count() {
        1 if !written.is_absolute() => written.to_owned(),
        _ => {
            let path = base.join(written);
            std::path::absolute(&path).unwrap_or(path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_its_hosts_and_those_below() {
        let youtube = Site::named("youtube").unwrap();
        for host in [
            "youtube.com",
            "www.youtube.com",
            "music.youtube.com.",
            "youtu.be",
        ] {
            assert!(youtube.has(host), "{host}");
        }
        for host in ["notyoutube.com", "youtube.com.evil.example", "com", ""] {
            assert!(!youtube.has(host), "{host}");
        }
    }

    #[test]
    fn a_path_is_below_the_configuration_and_a_name_is_looked_for() {
        let base = Path::new("/bot");
        assert_eq!(program(Path::new("yt-dlp"), base), Path::new("yt-dlp"));
        assert_eq!(
            program(Path::new("./yt-dlp"), base),
            Path::new("/bot/yt-dlp")
        );
        assert_eq!(program(Path::new("bin/x"), base), Path::new("/bot/bin/x"));
        assert_eq!(program(Path::new("/opt/x"), base), Path::new("/opt/x"));
    }
}
