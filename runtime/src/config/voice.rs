//! What the operator configured of voice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::problem::{Problem, Source};
use super::units;
use super::yt_dlp::{self, Site, YtDlp};

/// The `[voice]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceConfig {
    /// The folder whose files can be played.
    pub media: Option<PathBuf>,
    /// How long the bot stays in a voice channel with nobody else in it.
    pub alone: Duration,
    /// What cogs may play beyond that folder and what they make themselves.
    pub resolvers: BTreeSet<Resolver>,
    /// How yt-dlp is run, where it is one of them.
    pub yt_dlp: YtDlp,
    /// The program that decodes sound when it is told `decode`: this one. It is in no file.
    pub decoder: PathBuf,
}

/// A way from what a cog names to sound on the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resolver {
    /// A file at a URL.
    Http,
    /// A stream at a URL that goes on, such as a radio.
    Radio,
    /// What the program yt-dlp finds.
    YtDlp,
}

impl Resolver {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Http, Self::Radio, Self::YtDlp];

    /// Returns it as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Radio => "radio",
            Self::YtDlp => "yt-dlp",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|each| each.name() == name)
    }
}

impl Default for VoiceConfig {
    fn default() -> Self {
        Self {
            media: None,
            alone: Duration::from_secs(300),
            resolvers: BTreeSet::new(),
            yt_dlp: YtDlp::default(),
            decoder: this_program(),
        }
    }
}

/// Returns this program, also when another one has taken its place on disk.
fn this_program() -> PathBuf {
    match cfg!(target_os = "linux") {
        true => "/proc/self/exe".into(),
        false => std::env::current_exe().unwrap_or_else(|_| "cogbox".into()),
    }
}

impl VoiceConfig {
    /// Reads the table from a file, whatever else stands there. Without the file it is the default.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        struct File {
            #[serde(default)]
            voice: Written,
        }
        if !path.exists() {
            return Ok(Self::default());
        }
        let source = Source::read(path)?;
        let file: File = source.parse()?;
        let voice = file.voice.read(path.parent().unwrap_or(Path::new("")));
        voice.map_err(|(span, what, fix)| source.at(Some(span), what, fix))
    }
}

/// The table as it is written; every key is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    media: Option<Spanned<PathBuf>>,
    alone_timeout: Option<Spanned<String>>,
    #[serde(default)]
    resolvers: Vec<Spanned<String>>,
    yt_dlp: Option<PathBuf>,
    yt_dlp_sites: Option<Vec<Spanned<String>>>,
}

impl Written {
    /// Checks what was written; paths are below `base`.
    pub(super) fn read(
        &self,
        base: &Path,
    ) -> Result<VoiceConfig, (std::ops::Range<usize>, String, String)> {
        let mut config = VoiceConfig::default();
        if let Some(written) = &self.media {
            let folder = base.join(written.get_ref());
            if !folder.is_dir() {
                let what = format!("there is no folder {}", folder.display());
                let fix = "make it, or name the folder with the files to play".to_owned();
                return Err((written.span(), what, fix));
            }
            config.media = Some(folder);
        }
        if let Some(written) = &self.alone_timeout {
            config.alone = units::duration(written.get_ref()).map_err(|what| {
                let fix = "write a time, such as \"5min\" or \"30s\"".to_owned();
                (written.span(), what, fix)
            })?;
        }
        for written in &self.resolvers {
            let resolver = Resolver::parse(written.get_ref()).ok_or_else(|| {
                let what = format!("`{}` is not a resolver", written.get_ref());
                let names: Vec<_> = Resolver::ALL.iter().map(|each| each.name()).collect();
                let fix = format!("write some of \"{}\"", names.join("\", \""));
                (written.span(), what, fix)
            })?;
            config.resolvers.insert(resolver);
        }
        if let Some(written) = &self.yt_dlp {
            config.yt_dlp.program = yt_dlp::program(written, base);
        }
        if let Some(written) = &self.yt_dlp_sites {
            let named = |written: &Spanned<String>| {
                Site::named(written.get_ref()).ok_or_else(|| {
                    let name = written.get_ref();
                    let what = format!("`{name}` is not a site that yt-dlp is asked about");
                    let names: Vec<_> = Site::ALL.iter().map(|site| site.name).collect();
                    let fix = format!("write some of \"{}\"", names.join("\", \""));
                    (written.span(), what, fix)
                })
            };
            config.yt_dlp.sites = written.iter().map(named).collect::<Result<_, _>>()?;
        }
        Ok(config)
    }
}
