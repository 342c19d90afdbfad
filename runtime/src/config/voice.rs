//! What the operator configured of voice.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::problem::{Problem, Source};
use super::units;

/// The `[voice]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceConfig {
    /// The folder whose files can be played.
    pub media: Option<PathBuf>,
    /// How long the bot stays in a voice channel with nobody else in it.
    pub alone: Duration,
}

impl Default for VoiceConfig {
    fn default() -> Self {
        Self {
            media: None,
            alone: Duration::from_secs(300),
        }
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
        Ok(config)
    }
}
