//! What a cog plays from a URL, and whether the operator lets it.

use std::sync::Arc;

use cogbox_world::Fault;

use super::grants::Interface;
use super::player::ended;
use super::{Guest, invalid};
use crate::config::Resolver;
use crate::voice::Voice;
use crate::voice::sound::{self, Sound};
use crate::voice::web::{Kind, Web};

impl Guest {
    /// Returns the sound at a URL, and what it is called when it says nothing.
    pub(super) async fn at_url(
        &mut self,
        voice: &Arc<Voice>,
        text: &str,
    ) -> Result<(Sound, String), Fault> {
        let (files, radios) = (voice.allows(Resolver::Http), voice.allows(Resolver::Radio));
        if !files && !radios {
            let sentence = "the operator does not allow playing from the web: \
                            to allow files, add \"http\" to `resolvers` under [voice], \
                            and for radio add \"radio\"";
            return Err(self.denied(Interface::Player, sentence));
        }
        let url = voice.web().url(text);
        let url = url.map_err(|why| invalid(why.to_string()))?;
        let name = called(&url);
        let web = Web::new(url, Default::default(), false);
        // Where both may be played, what it is shows when it is opened.
        if !files || !radios {
            let looking = {
                let (voice, web) = (Arc::clone(voice), web.clone());
                async move { voice.web().look(&web).await }
            };
            let found = ended(voice.run(looking).await)?;
            let is_file = found.map_err(|why| invalid(why.to_string()))? == Kind::File;
            let refused = match is_file {
                true if !files => Some(("a file", Resolver::Http)),
                false if !radios => Some(("a stream that goes on", Resolver::Radio)),
                _ => None,
            };
            if let Some((what, needed)) = refused {
                let sentence = format!(
                    "that is {what}, which the operator does not allow: \
                     to allow it, add \"{}\" to `resolvers` under [voice]",
                    needed.name()
                );
                return Err(self.denied(Interface::Player, &sentence));
            }
        }
        Ok((Sound::Web(web), name))
    }
}

/// What a URL's sound is called: by its file's name, or by its host.
fn called(url: &reqwest::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let last = url.path_segments().and_then(|mut parts| parts.next_back());
    let (name, _) = last
        .unwrap_or_default()
        .rsplit_once('.')
        .unwrap_or_default();
    let name = name.replace("%20", " ").replace('_', " ");
    match name.contains('%') || name.trim().is_empty() {
        true => sound::shown(host),
        false => sound::shown(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_is_called() {
        for (url, name) in [
            ("https://a.example/music/My%20Song.mp3?x=1", "My Song"),
            ("https://a.example/one_two.ogg", "one two"),
            ("https://a.example/stream", "a.example"),
            ("https://a.example/%e2%82%ac.mp3", "a.example"),
            ("https://a.example", "a.example"),
        ] {
            assert_eq!(called(&url.parse().unwrap()), name);
        }
    }
}
