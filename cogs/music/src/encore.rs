//! The queue over a restart of the bot: the host forgets it, and `/resume` brings it back.
//!
//! Each track lies under the member who asked for it, until it is over, with the run of the bot in
//! which it was put into the queue: the host counts tracks anew in each.

use crate::{home, recent};
use cogbox_sdk::host::player::{self, Source};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

/// What the keys begin with; the track's number follows.
const KEY: &str = "track:";
/// Most that is brought back, and how long it may take: opening what is on the web takes a while.
const MOST: usize = 25;
const SECONDS: f64 = 30.0;

/// Keeps tracks that somebody put into the queue.
pub fn keep(guild: &str, user: &str, source: &Source, tracks: &[Track]) -> Answer {
    let run = home::run()?;
    for track in tracks {
        let source = match (&track.url, tracks.len()) {
            // One of a list is found again by its own address.
            (Some(url), 2..) => Source::Url(url.clone()),
            (None, 2..) => continue,
            _ => source.clone(),
        };
        if let Some((kind, text)) = recent::line(&source) {
            let value = format!("{run}\t{kind}\t{text}");
            store::member(guild, user).set(&key(track), value)?;
        }
    }
    Ok(())
}

/// Forgets a track that is over.
pub fn forget(guild: &str, track: &Track) -> Answer {
    match &track.requested_by {
        Some(user) => store::member(guild, user).delete(&key(track)),
        None => Ok(()),
    }
}

/// Forgets all tracks of a server, or only those of earlier runs.
pub fn forget_all(guild: &str, earlier: bool) -> Answer {
    let run = home::run()?;
    let kept: Vec<_> = store::members(guild, KEY).collect::<Answer<_>>()?;
    for entry in kept {
        if !earlier || read(&entry.value).is_none_or(|(of, _)| of != run) {
            store::member(guild, entry.user).delete(&entry.key)?;
        }
    }
    Ok(())
}

/// What an earlier run of the bot left in the queue.
pub struct Encore(Vec<Kept>);

struct Kept {
    number: u32,
    user: String,
    key: String,
    value: Vec<u8>,
    source: Source,
}

impl Encore {
    /// Returns what was left, in the order in which it was asked for; `None` where nothing was.
    pub fn of(guild: &str) -> Answer<Option<Self>> {
        let run = home::run()?;
        let mut left = Vec::new();
        for entry in store::members(guild, KEY) {
            let entry = entry?;
            let Some((_, source)) = read(&entry.value).filter(|(of, _)| *of != run) else {
                continue;
            };
            let number = entry.key.strip_prefix(KEY).and_then(|key| key.parse().ok());
            left.push(Kept {
                number: number.unwrap_or_default(),
                source,
                user: entry.user,
                key: entry.key,
                value: entry.value,
            });
        }
        left.sort_by_key(|kept| kept.number);
        Ok(Some(left).filter(|left| !left.is_empty()).map(Encore))
    }

    /// Puts it into the queue of the bot, which is in a channel. What can't be played is left out.
    pub fn bring_back(self, guild: &str) -> Answer<Vec<Track>> {
        let start = clock::now();
        let mut back = Vec::new();
        for kept in self.0 {
            let own = store::member(guild, &kept.user);
            // Who is first takes it: two may ask at once.
            if !own.swap(&kept.key, Some(&kept.value), None)?
                || back.len() >= MOST
                || clock::now() - start > SECONDS
            {
                continue;
            }
            match player::enqueue(guild, &kept.source, None, Some(&kept.user)) {
                Ok(tracks) => {
                    keep(guild, &kept.user, &kept.source, &tracks)?;
                    back.extend(tracks);
                }
                Err(refused) => debug!("a track is not brought back: {}", refused.message),
            }
        }
        Ok(back)
    }
}

fn key(track: &Track) -> String {
    format!("{KEY}{}", track.id)
}

/// Returns the run and the source of what is kept.
fn read(value: &[u8]) -> Option<(&str, Source)> {
    let mut parts = std::str::from_utf8(value).ok()?.splitn(3, '\t');
    let (run, kind, text) = (parts.next()?, parts.next()?, parts.next()?);
    Some((run, recent::source(kind, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let read = |text: &'static str| read(text.as_bytes());
        let file = Source::Media("one two.ogg".into());
        assert_eq!(read("17\tmedia\tone two.ogg"), Some(("17", file)));
        assert_eq!(read("17\tmedia"), None);
    }
}
