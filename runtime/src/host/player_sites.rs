//! What yt-dlp finds for `cogbox:voice/player`: pages of sites, and searches.

use std::sync::Arc;

use cogbox_world::Fault;
use cogbox_world::cogbox::host::basics::ErrorKind;
use cogbox_world::cogbox::voice::player::{Found, Source};
use cogbox_world::cogbox::voice::tracks::Track;
use reqwest::Url;
use serenity::model::id::{GuildId, UserId};

use super::grants::Interface;
use super::player::{ended, with_player};
use super::{Guest, convert, error};
use crate::config::Site;
use crate::voice::Voice;
use crate::voice::page::Page;
use crate::voice::player::{Item, PlayerError};
use crate::voice::resolver::{Finding, Kind, Resolver, Unresolved};
use crate::voice::sound::Sound;

/// What a source led to: one track with its sound, or a list of pages.
pub(super) struct Resolved {
    resolver: Arc<Resolver>,
    tracks: Vec<Finding>,
}

impl Guest {
    /// Asks yt-dlp about a source; `None` for one that is none of its business. A page of one of its
    /// sites is, whoever else may play it: what is directly there is a web page, and no sound.
    pub(super) async fn resolved(
        &mut self,
        voice: &Voice,
        guild: GuildId,
        source: &Source,
    ) -> Result<Option<Resolved>, Fault> {
        let question = match source {
            Source::Search(words) => Question::Best(words.clone()),
            Source::Url(text) => match site_url(voice, text) {
                Some(url) => Question::Page(url),
                None => return Ok(None),
            },
            Source::Media(_) | Source::Bytes(_) => return Ok(None),
        };
        // It takes seconds, for nothing if nobody hears it.
        with_player(voice, guild, async |player| match player.channel().await {
            Some(_) => Ok(()),
            None => Err(PlayerError::NoChannel),
        })
        .await?;
        self.asked(voice, question).await.map(Some)
    }

    /// Looks up what a search or a page has, without playing it.
    pub(super) async fn found(
        &mut self,
        voice: &Voice,
        source: Source,
        limit: usize,
    ) -> Result<Vec<Found>, Fault> {
        let question = match source {
            Source::Search(words) => Question::Search(words, limit),
            Source::Url(text) => match site_url(voice, &text) {
                Some(url) => Question::Page(url),
                None => return super::unsupported("finding what is at a URL of no known site"),
            },
            Source::Media(_) | Source::Bytes(_) => {
                return super::unsupported("finding what a cog has itself");
            }
        };
        let found = self.asked(voice, question).await?.tracks.into_iter();
        let found = found.take(limit).map(|track| Found {
            title: titled(&track),
            source: Source::Url(track.page.into()),
            duration: track.duration.map(convert::voice::millis),
        });
        Ok(found.collect())
    }

    async fn asked(&mut self, voice: &Voice, question: Question) -> Result<Resolved, Fault> {
        let Some(resolver) = voice.resolver().cloned() else {
            return Err(self.refused("add \"yt-dlp\" to `resolvers`"));
        };
        if let Question::Page(url) = &question
            && !resolver.serves(url)
        {
            return Err(self.refused("name the site in `yt-dlp-sites`"));
        }
        let work = {
            let resolver = Arc::clone(&resolver);
            async move {
                match question {
                    Question::Page(url) => resolver.page(&url).await,
                    Question::Search(words, limit) => resolver.search(&words, limit).await,
                    Question::Best(words) => Ok(vec![resolver.best(&words).await?]),
                }
            }
        };
        let answered = ended(voice.run_while_awaited(work).await)?;
        let tracks = answered.map_err(unresolved)?;
        Ok(Resolved { resolver, tracks })
    }

    /// What only the operator can allow.
    fn refused(&self, how: &str) -> Fault {
        let sentence = format!(
            "that takes yt-dlp, which the operator does not allow; to do so, {how} under [voice]"
        );
        self.denied(Interface::Player, &sentence)
    }
}

enum Question {
    Page(Url),
    Search(String, usize),
    Best(String),
}

/// Returns a URL of a site that yt-dlp knows, allowed or not.
fn site_url(voice: &Voice, text: &str) -> Option<Url> {
    let url = voice.web().url(text).ok()?;
    // Sites stand on the web's own ports, and yt-dlp reaches no others.
    if url.port().is_some() {
        return None;
    }
    let host = url.host_str().unwrap_or_default();
    let known = Site::ALL.iter().any(|site| site.has(host));
    let allowed = voice
        .resolver()
        .is_some_and(|resolver| resolver.serves(&url));
    (known || allowed).then_some(url)
}

/// Puts what was found at the end of the queue: one track as it is, a list without opening it.
pub(super) async fn enqueue_found(
    voice: &Voice,
    guild: GuildId,
    found: Resolved,
    title: Option<String>,
    requested_by: Option<UserId>,
) -> Result<Vec<Track>, Fault> {
    let Resolved { resolver, tracks } = found;
    let one = tracks.len() == 1;
    let title = title.filter(|title| one && !title.is_empty());
    let mut items = tracks.into_iter().map(|track| Item {
        title: title.clone().unwrap_or_else(|| titled(&track)),
        name: String::new(),
        url: Some(track.page.to_string()),
        duration: track.duration,
        requested_by,
        sound: Sound::Page(Arc::new(Page::new(Arc::clone(&resolver), track))),
    });
    let songs = match items.next() {
        Some(item) if one => {
            let enqueued =
                with_player(voice, guild, async move |player| player.enqueue(item).await);
            vec![enqueued.await?]
        }
        first => {
            let items: Vec<_> = first.into_iter().chain(items).collect();
            let enqueued = with_player(voice, guild, async move |player| {
                player.enqueue_all(items).await
            });
            enqueued.await?
        }
    };
    Ok(songs.iter().map(convert::voice::track).collect())
}

/// What a track is called: a list may not say, and then its page does.
fn titled(track: &Finding) -> String {
    match track.title.is_empty() {
        true => crate::voice::sound::shown(track.page.as_str()),
        false => track.title.clone(),
    }
}

fn unresolved(unresolved: Unresolved) -> Fault {
    let kind = match unresolved.kind {
        Kind::Invalid => ErrorKind::Invalid,
        Kind::NotFound => ErrorKind::NotFound,
        Kind::Unavailable => ErrorKind::Unavailable,
    };
    Fault::Told(error(kind, unresolved.sentence))
}
