//! Putting together what belongs together: an event with its entry of the audit log, a leaving with the ban
//! that it was, and the messages that were deleted together. It asks the host nothing.

use crate::kinds::Kind;
use crate::note::{Note, Source, Waiting};

/// How long a note waits for its entry, in seconds: both come at nearly the same time.
const HOLD: f64 = 1.0;
/// How long before its entry an event comes at most, where others are there as well, in seconds.
const NEAR: f64 = 0.25;
/// After how many seconds a part is given up whose whole never came.
const ORPHANED: f64 = 60.0;

/// Something to write down, and the notes that it was made of.
#[derive(Debug, Clone)]
pub struct Told {
    pub note: Note,
    /// Where it goes when nothing is written of its own kind.
    pub or_kind: Option<Kind>,
    pub of: Vec<Waiting>,
    entries: usize,
    alone: bool,
}

/// What to do with notes that wait.
#[derive(Debug, Default)]
pub struct Joined {
    pub ripe: Vec<Told>,
    /// Notes that say nothing.
    pub drop: Vec<Waiting>,
    /// Whether some are too young yet.
    pub more: bool,
}

impl Told {
    fn new(waiting: Waiting, alone: bool) -> Self {
        Told {
            note: waiting.note.clone(),
            or_kind: None,
            of: vec![waiting],
            entries: 0,
            alone,
        }
    }

    /// Takes what another note says beside.
    fn take(&mut self, other: Told) {
        let note = &mut self.note;
        for (name, value) in other.note.details {
            if note.details.iter().all(|(known, _)| *known != name) {
                note.details.push((name, value));
            }
        }
        note.by = other.note.by.or(note.by.take());
        note.reason = other.note.reason.or(note.reason.take());
        self.of.extend(other.of);
        self.alone = true;
    }

    fn oldest(&self) -> f64 {
        self.of
            .iter()
            .map(|one| one.note.at)
            .fold(f64::MAX, f64::min)
    }
}

/// Joins notes, the oldest first.
pub fn join(waiting: Vec<Waiting>, now: f64) -> Joined {
    let mut all: Vec<Told> = Vec::new();
    let (mut entries, mut parts) = (Vec::new(), Vec::new());
    for one in waiting {
        match &one.note.source {
            Source::Event { alone } => {
                let alone = *alone;
                all.push(Told::new(one, alone));
            }
            Source::Entry { .. } => entries.push(one),
            Source::Part => parts.push(one),
        }
    }
    let mut joined = Joined::default();
    for part in parts {
        match all.iter_mut().find(|told| told.note.key == part.note.key) {
            Some(whole) => {
                whole.note.texts.extend(part.note.texts.iter().cloned());
                whole.of.push(part);
            }
            None if now - part.note.at > ORPHANED => joined.drop.push(part),
            None => joined.more = true,
        }
    }
    for entry in entries {
        let Source::Entry {
            finds,
            count,
            alone,
        } = entry.note.source.clone()
        else {
            continue;
        };
        let entry = Told::new(entry, alone);
        let found = nearest(&all, &finds, &entry, count);
        for (place, at) in found.iter().enumerate() {
            all[*at].entries = 1;
            let mut said = entry.clone();
            // It is forgotten with the first.
            if place > 0 {
                said.of.clear();
            }
            all[*at].take(said);
        }
        if found.is_empty() {
            all.push(entry);
        }
    }
    swallow(&mut all);
    all.sort_by(|one, other| one.note.at.total_cmp(&other.note.at));
    for told in all {
        // A clock that was set back makes none wait.
        let age = now - told.oldest();
        match (0.0..HOLD).contains(&age) {
            true => joined.more = true,
            false if told.alone => joined.ripe.push(told),
            false => joined.drop.extend(told.of),
        }
    }
    joined
}

/// Finds the events that an entry belongs to. Both come at nearly the same time, most often the event first:
/// so it is the last one before, and where there is none, the nearest.
/// An entry that says all by itself belongs to no event that says something else.
fn nearest(all: &[Told], finds: &[String], entry: &Told, count: usize) -> Vec<usize> {
    let is_it = |key: &str| {
        let mut finds = finds.iter().filter(|find| !find.is_empty());
        finds.any(|find| key == find || (find.ends_with(':') && key.starts_with(find.as_str())))
    };
    let said = &entry.note.details;
    let names = |name: &String| said.iter().any(|(other, _)| other == name);
    let fits = |told: &Told| !entry.alone || told.note.details.iter().all(|(name, _)| names(name));
    let free = |told: &Told| told.entries == 0 && is_it(&told.note.key) && fits(told);
    let at = entry.note.at;
    let mut found: Vec<(bool, f64, usize)> = Vec::new();
    for (place, told) in all.iter().enumerate().filter(|(_, told)| free(told)) {
        let before = at - told.note.at;
        let is_just_before = (0.0..=NEAR).contains(&before);
        found.push((!is_just_before, before.abs(), place));
    }
    // Of two at the same moment the later one.
    found.sort_by(|one, other| {
        let near = one.0.cmp(&other.0).then(one.1.total_cmp(&other.1));
        near.then(other.2.cmp(&one.2))
    });
    let found = found.into_iter().take(count);
    found.map(|(_, _, place)| place).collect()
}

/// Lets a kick and a ban take the leaving that comes with them.
fn swallow(all: &mut Vec<Told>) {
    let mut at = 0;
    while at < all.len() {
        let key = all[at].note.swallows.clone();
        let lesser = key.and_then(|key| all.iter().position(|told| told.note.key == key));
        if let Some(lesser) = lesser.filter(|lesser| *lesser != at) {
            let other = all.remove(lesser);
            if lesser < at {
                at -= 1;
            }
            all[at].or_kind = Some(other.note.kind);
            // It names somebody whom the audit log tells by number alone.
            let shown = other.note.details.first().cloned();
            if let (Some(own), Some(shown)) = (all[at].note.details.first_mut(), shown)
                && own.0 == shown.0
            {
                *own = shown;
            }
            all[at].take(other);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(key: &str, source: Source, at: f64) -> Waiting {
        Waiting {
            note: Note {
                kind: Kind::Left,
                key: key.into(),
                source,
                at,
                color: 0,
                title: key.into(),
                details: Vec::new(),
                texts: Vec::new(),
                who: None,
                by: None,
                reason: None,
                swallows: None,
            },
            under: None,
            at_key: format!("{at}:{key}"),
        }
    }

    fn event(key: &str, at: f64) -> Waiting {
        note(key, Source::Event { alone: true }, at)
    }

    fn entry(finds: &[&str], count: usize, alone: bool, at: f64) -> Waiting {
        let finds = finds.iter().map(|find| find.to_string()).collect();
        let mut entry = note(
            "",
            Source::Entry {
                finds,
                count,
                alone,
            },
            at,
        );
        entry.note.by = Some("7".into());
        entry
    }

    fn shown(joined: &Joined) -> Vec<(String, bool, usize)> {
        let ripe = joined.ripe.iter();
        let shown = ripe.map(|told| {
            let note = &told.note;
            (note.title.clone(), note.by.is_some(), told.of.len())
        });
        shown.collect()
    }

    #[test]
    fn an_entry_belongs_to_its_event_whichever_comes_first() {
        for (event_at, entry_at) in [(1.0, 1.5), (1.5, 1.0)] {
            let all = vec![event("x", event_at), entry(&["x"], 1, false, entry_at)];
            let joined = join(all, 2.1);
            assert_eq!(shown(&joined), [("x".to_string(), true, 2)]);
        }
        // Whoever deletes their own message just before is not taken for a moderator.
        let all = vec![
            event("x", 1.0),
            event("y", 1.2),
            entry(&["x", "y"], 1, false, 1.3),
            event("x", 1.31),
        ];
        let by: Vec<bool> = shown(&join(all, 9.0)).iter().map(|it| it.1).collect();
        assert_eq!(by, [false, true, false]);
        // One entry may be of several events, and two events have two entries.
        let all = vec![
            event("x", 1.0),
            event("x", 1.1),
            event("x", 1.2),
            entry(&["x"], 2, false, 1.3),
            entry(&["y", "x"], 1, false, 1.4),
        ];
        let joined = join(all, 9.0);
        let by: Vec<bool> = shown(&joined).iter().map(|(_, by, _)| *by).collect();
        assert_eq!(by, [true, true, true]);
        assert_eq!(
            joined.ripe.iter().map(|told| told.of.len()).sum::<usize>(),
            5
        );
    }

    #[test]
    fn an_entry_that_says_all_is_of_no_event_that_says_something_else() {
        let says = |mut waiting: Waiting, name: &str| {
            waiting.note.details.push((name.into(), "x".into()));
            waiting
        };
        let all = vec![
            says(event("server", 1.0), "Name"),
            says(entry(&["server"], 1, true, 1.1), "Level"),
            says(event("server", 1.2), "Owner"),
            says(entry(&["server"], 1, true, 1.3), "Owner"),
        ];
        let joined = join(all, 9.0);
        let ripe = joined.ripe.iter();
        let told: Vec<_> = ripe
            .map(|told| (&*told.note.details[0].0, told.note.by.is_some()))
            .collect();
        assert_eq!(told, [("Name", false), ("Level", true), ("Owner", true)]);
    }

    #[test]
    fn what_is_young_waits_and_what_says_nothing_goes() {
        let joined = join(vec![event("x", 5.0)], 5.5);
        assert!(joined.ripe.is_empty() && joined.more && joined.drop.is_empty());
        let lone = vec![
            entry(&["x"], 1, false, 1.0),
            note("y", Source::Event { alone: false }, 1.0),
            entry(&["z"], 1, true, 1.0),
        ];
        let joined = join(lone, 9.0);
        assert_eq!(
            (joined.ripe.len(), joined.drop.len(), joined.more),
            (1, 2, false)
        );
        // The clock was set back meanwhile.
        assert_eq!(join(vec![event("x", 50.0)], 5.0).ripe.len(), 1);
    }

    #[test]
    fn a_ban_is_no_leaving_as_well() {
        for order in [[0, 1], [1, 0]] {
            let mut ban = event("ban", 1.1);
            ban.note.swallows = Some("left".into());
            ban.note.kind = Kind::Banned;
            let both = [event("left", 1.0), ban];
            let joined = join(order.map(|at| both[at].clone()).to_vec(), 9.0);
            assert_eq!(shown(&joined), [("ban".to_string(), false, 2)]);
            assert_eq!(joined.ripe[0].or_kind, Some(Kind::Left));
        }
    }

    #[test]
    fn messages_that_went_together_come_together() {
        let part = |key: &str, at| {
            let mut part = note(key, Source::Part, at);
            part.note
                .texts
                .push((String::new(), format!("said at {at}")));
            part
        };
        let all = vec![
            part("p:1", 1.0),
            part("p:1", 1.1),
            event("p:1", 1.2),
            part("q", 1.3),
        ];
        let joined = join(all.clone(), 9.0);
        assert_eq!(joined.ripe[0].note.texts.len(), 2);
        assert!(joined.more && joined.drop.is_empty());
        assert_eq!(join(all, 99.0).drop.len(), 1);
    }
}
