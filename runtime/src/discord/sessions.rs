//! The gateway sessions on disk, so that a bot which is started again goes on where it stopped and
//! misses nothing.
//!
//! One small file per shard, below `sessions` in the data directory. The first line is the number
//! of the last dispatch that was taken in; it is written over in place before a dispatch goes on to
//! any cog, so that after a crash no cog is told the same thing twice. The second line is the
//! session itself. It changes when a session begins and when the bot joins or leaves a guild, and
//! is then replaced as a whole.
//!
//! Beside them lie the ids of what was handled of late: Discord may send a thing again under another
//! number, and after a restart too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serenity::model::id::{ChannelId, GuildId};

use crate::cache::Identity;
use crate::config::Token;
use crate::store;
use crate::voice::people::Roll;

/// The length of the number: all a `u64` can be.
const DIGITS: usize = 20;

/// The file of what was handled of late.
const SEEN: &str = "seen";

/// A session that can be resumed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Saved {
    /// Its id.
    pub id: String,
    /// Where to resume it.
    pub url: String,
    /// What it was begun with; a session does not change its intents.
    intents: u64,
    /// A digest of the token, and the gateway: whose session it is, and where.
    whose: String,
    /// Who the bot is.
    pub identity: Identity,
    /// The guilds of this shard that the bot is in.
    pub guilds: BTreeSet<GuildId>,
    /// Where the bot is in voice.
    #[serde(default)]
    pub voice: BTreeMap<GuildId, ChannelId>,
    /// Who was in voice when a process stopped in order. While one runs, nothing: it changes all the
    /// time.
    #[serde(default)]
    pub people: Option<Roll>,
}

/// The folder of all sessions of one bot. Clones share it.
#[derive(Debug, Clone)]
pub struct Sessions {
    folder: PathBuf,
    intents: u64,
    whose: String,
}

/// The file of one shard. What can't be written is told once: the bot works without it.
pub(super) struct SessionFile {
    path: PathBuf,
    open: Option<(File, Saved)>,
    told: bool,
}

impl Sessions {
    /// Returns the sessions in a folder, which is made when there is something to keep.
    pub fn new(folder: PathBuf, token: &Token, gateway: Option<&str>, intents: u64) -> Self {
        let whose = format!("{} at {}", token.digest(), gateway.unwrap_or("discord.com"));
        Self {
            folder,
            intents,
            whose,
        }
    }

    /// Returns the ids that were handed to `keep_seen`, and forgets them.
    pub(super) fn take_seen(&self) -> Vec<u64> {
        let path = self.folder.join(SEEN);
        let bytes = std::fs::read(&path).unwrap_or_default();
        // There may be none, and old ones do no harm.
        let _ = std::fs::remove_file(path);
        let ids = bytes.as_chunks().0.iter();
        ids.map(|id| u64::from_le_bytes(*id)).collect()
    }

    /// Keeps the ids of what was handled of late.
    pub(super) fn keep_seen(&self, ids: impl Iterator<Item = u64>) {
        let bytes: Vec<u8> = ids.flat_map(u64::to_le_bytes).collect();
        let path = self.folder.join(SEEN);
        let kept = store::private_folder(&self.folder).and_then(|()| std::fs::write(&path, bytes));
        if let Err(error) = kept {
            let path = path.display();
            tracing::warn!("{path} can't be written: {error}");
        }
    }

    /// Returns the file of a shard, and the session in it with the number of its last dispatch.
    /// A file that is damaged, or of another bot, holds none.
    pub(super) fn open(&self, shard: u32, total: u32) -> (SessionFile, Option<(Saved, u64)>) {
        let path = self.folder.join(format!("{shard}-of-{total}"));
        let mut file = SessionFile {
            path,
            open: None,
            told: false,
        };
        let found = file.read().filter(|(saved, _)| {
            (saved.intents, saved.whose.as_str()) == (self.intents, self.whose.as_str())
        });
        match &found {
            Some((saved, seq)) => {
                let people = None;
                let saved = saved.clone();
                file.begin(Saved { people, ..saved }, *seq);
            }
            None => file.forget(),
        }
        (file, found)
    }

    /// Returns a session that has just begun.
    pub(super) fn begun(
        &self,
        id: &str,
        url: &str,
        identity: Identity,
        guilds: BTreeSet<GuildId>,
    ) -> Saved {
        Saved {
            id: id.to_owned(),
            url: url.to_owned(),
            intents: self.intents,
            whose: self.whose.clone(),
            identity,
            guilds,
            voice: BTreeMap::new(),
            people: None,
        }
    }

    /// Removes the sessions of other numbers of shards than `total`.
    pub(super) fn keep_only(&self, total: u32) {
        let ours = format!("-of-{total}");
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten();
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.contains("-of-") && !name.ends_with(&ours) {
                // One that stays is tried again at the next start, and does no harm.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl SessionFile {
    fn read(&self) -> Option<(Saved, u64)> {
        let text = std::fs::read_to_string(&self.path).ok()?;
        let (seq, saved) = text.split_once('\n')?;
        Some((serde_json::from_str(saved).ok()?, seq.trim().parse().ok()?))
    }

    /// Notes a session that has begun, and the number of the dispatch that told so.
    pub(super) fn begin(&mut self, saved: Saved, seq: u64) {
        match write(&self.path, &saved, seq) {
            Ok(file) => self.open = Some((file, saved)),
            Err(error) => self.fails(&error),
        }
    }

    /// Notes the number of the last dispatch.
    pub(super) fn reached(&mut self, seq: u64) {
        let Some((file, _)) = &self.open else { return };
        let line = format!("{seq:>DIGITS$}");
        if let Err(error) = file.write_all_at(line.as_bytes(), 0) {
            self.fails(&error);
        }
    }

    /// Notes that the bot is in a guild, or no more, as of a dispatch.
    pub(super) fn member_of(&mut self, guild: GuildId, is: bool, seq: u64) {
        let Some((_, saved)) = &self.open else { return };
        if saved.guilds.contains(&guild) == is {
            return;
        }
        let mut saved = saved.clone();
        match is {
            true => saved.guilds.insert(guild),
            false => saved.guilds.remove(&guild),
        };
        self.begin(saved, seq);
    }

    /// Notes the channel that the bot is in, or that it is in none, as of a dispatch.
    pub(super) fn in_voice(&mut self, guild: GuildId, channel: Option<ChannelId>, seq: u64) {
        let Some((_, saved)) = &self.open else { return };
        if saved.voice.get(&guild).copied() == channel {
            return;
        }
        let mut saved = saved.clone();
        match channel {
            Some(channel) => saved.voice.insert(guild, channel),
            None => saved.voice.remove(&guild),
        };
        self.begin(saved, seq);
    }

    /// Leaves for the next process who is in voice as of the last dispatch, `seq`.
    pub(super) fn leave(&mut self, people: Roll, seq: u64) {
        if let Some((_, saved)) = &self.open {
            let people = Some(people);
            let saved = saved.clone();
            self.begin(Saved { people, ..saved }, seq);
        }
    }

    /// Forgets the session: it can't be resumed.
    pub(super) fn forget(&mut self) {
        self.open = None;
        // There may be none.
        let _ = std::fs::remove_file(&self.path);
    }

    /// A session with a wrong number would be worse than none.
    fn fails(&mut self, error: &std::io::Error) {
        self.forget();
        if !self.told {
            self.told = true;
            let path = self.path.display();
            tracing::warn!(
                "{path} can't be written: {error}; after a restart the bot begins anew and misses what happened meanwhile"
            );
        }
    }
}

/// Writes a file beside the old one and puts it in its place.
fn write(path: &Path, saved: &Saved, seq: u64) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        store::private_folder(folder)?;
    }
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    let session = serde_json::to_string(saved)?;
    file.write_all(format!("{seq:>DIGITS$}\n{session}\n").as_bytes())?;
    std::fs::rename(&beside, path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(folder: &Path, token: &str, intents: u64) -> Sessions {
        Sessions::new(folder.to_owned(), &Token::new(token), None, intents)
    }

    fn begun(sessions: &Sessions) -> Saved {
        let user = r#"{"id":"1","username":"c","discriminator":"0","avatar":null}"#;
        let identity = Identity {
            user: serde_json::from_str(user).unwrap(),
            application: 1.into(),
        };
        sessions.begun("s", "wss://r", identity, BTreeSet::from([7.into()]))
    }

    #[test]
    fn a_session_is_found_again_with_its_last_number_and_guilds() {
        let folder = tempfile::tempdir().unwrap();
        let ours = sessions(&folder.path().join("sessions"), "t", 1);
        let (mut file, found) = ours.open(0, 2);
        assert_eq!(found, None);
        file.reached(9);
        file.begin(begun(&ours), 1);
        for seq in [2, 1_000, u64::MAX, 31] {
            file.reached(seq);
        }
        file.member_of(8.into(), true, 32);
        file.member_of(7.into(), false, 33);
        file.reached(34);
        let voice = BTreeMap::from([(8.into(), 80.into())]);
        file.in_voice(8.into(), Some(70.into()), 35);
        file.in_voice(8.into(), Some(80.into()), 36);
        file.in_voice(9.into(), None, 36);
        file.leave(Roll::default(), 36);
        let (_, found) = ours.open(0, 2);
        let (saved, seq) = found.unwrap();
        assert_eq!((saved.guilds, seq), (BTreeSet::from([8.into()]), 36));
        assert_eq!((saved.voice, saved.people), (voice, Some(Roll::default())));
        let (_, found) = ours.open(0, 2);
        let people = found.unwrap().0.people;
        assert_eq!(people, None, "it may have changed since");
        assert_eq!(ours.open(1, 2).1, None);
    }

    #[test]
    fn of_another_bot_with_other_intents_or_damaged_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let ours = sessions(folder.path(), "t", 1);
        for other in [
            sessions(folder.path(), "u", 1),
            sessions(folder.path(), "t", 2),
        ] {
            ours.open(0, 1).0.begin(begun(&ours), 5);
            assert!(ours.open(0, 1).1.is_some());
            assert_eq!(other.open(0, 1).1, None);
            assert_eq!(ours.open(0, 1).1, None, "the other began anew");
        }
        for text in ["", "5", "5\n{}", "x\n{}", "5\n{\"id\":"] {
            std::fs::write(folder.path().join("0-of-1"), text).unwrap();
            assert_eq!(ours.open(0, 1).1, None, "{text}");
        }
        ours.open(0, 1).0.begin(begun(&ours), 5);
        ours.keep_seen([7, u64::MAX].into_iter());
        ours.keep_only(2);
        assert_eq!(ours.open(0, 1).1, None);
        assert_eq!(ours.take_seen(), [7, u64::MAX]);
        assert_eq!(ours.take_seen(), Vec::<u64>::new());
    }
}
