//! What is kept: each reminder under the member whose it is, or under the person where it was set in
//! direct messages; and the one timer of a place, which is due when the first of them is.

use crate::when::Repeat;
use cogbox_sdk::prelude::*;
use cogbox_sdk::schedule::Timers;
use cogbox_sdk::store::Scope;
use serde::{Deserialize, Serialize};

/// What the keys of reminders begin with; the reminder's id follows.
const WAITING: &str = "r:";
/// The same of those that were told of late, so that they can be put off.
const TOLD: &str = "d:";
/// The same of rhythms that were ended where their reminders are out of reach.
const ENDED: &str = "end:";
const TIMER: &str = "next";
/// How many that were told are kept for a person, and for how long.
const TOLD_MOST: usize = 25;
const TOLD_SECONDS: i64 = 30 * 86_400;
/// How often the timer is set again, because others changed what waits meanwhile.
const TRIES: usize = 10;

/// One reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// In seconds since 1970.
    pub due: i64,
    pub text: String,
    /// The channel in which it was set; none for direct messages.
    pub channel: Option<String>,
    /// Whether it comes by direct message.
    pub direct: bool,
    /// The message that it is about.
    pub link: Option<String>,
    pub repeat: Option<Repeat>,
    /// On whose clocks it recurs.
    pub zone: String,
    /// The language of whoever set it.
    pub locale: String,
    /// How often it could not be told.
    pub tries: u8,
}

/// A reminder as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub user: String,
    pub id: String,
    pub reminder: Reminder,
    value: Vec<u8>,
}

/// Where reminders belong: to a server, or to somebody's direct messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Guild(String),
    Direct(String),
}

impl Place {
    /// Returns where somebody is.
    pub fn of(ctx: &Context) -> Self {
        match ctx.guild() {
            Some(guild) => Place::Guild(guild),
            None => Place::Direct(ctx.user().id),
        }
    }

    /// Returns the place of a timer.
    pub fn of_timer(timer: &Timer) -> Answer<Self> {
        Ok(match &timer.guild {
            Some(guild) => Place::Guild(guild.clone()),
            None => Place::Direct(timer.text()?.to_string()),
        })
    }

    /// Returns what waits for one person, the first due first.
    pub fn of_user(&self, user: &str) -> Answer<Vec<Kept>> {
        let scope = self.scope(user);
        let mut found = Vec::new();
        for entry in scope.scan(WAITING) {
            let entry = entry?;
            found.extend(kept(user.to_string(), &entry.key, entry.value));
        }
        let own = store::user(user);
        let ended: Vec<String> = own
            .scan(ENDED)
            .map(|entry| Ok(entry?.key))
            .collect::<Answer<_>>()?;
        for key in ended {
            let id = key.strip_prefix(ENDED).unwrap_or_default();
            if let Some(at) = found.iter().position(|one| one.id == id) {
                self.remove(user, id)?;
                own.delete(&key)?;
                found.remove(at);
            }
        }
        found.sort_by_key(|one| one.reminder.due);
        Ok(found)
    }

    /// Keeps a reminder and returns its id.
    pub fn add(&self, user: &str, reminder: &Reminder) -> Answer<String> {
        let id = random::id();
        self.scope(user).set_json(&waiting(&id), reminder)?;
        self.arm()?;
        Ok(id)
    }

    /// Forgets a reminder; tells whether there was one.
    pub fn remove(&self, user: &str, id: &str) -> Answer<bool> {
        let scope = self.scope(user);
        let there = scope.get(&waiting(id))?.is_some();
        scope.delete(&waiting(id))?;
        self.arm()?;
        Ok(there)
    }

    /// Ends the rhythm of a reminder. In direct messages it may belong to a server, which finds a note
    /// when it is due.
    pub fn end(&self, user: &str, id: &str) -> Answer {
        let there = self.remove(user, id)?;
        if !there && matches!(self, Place::Direct(_)) {
            store::user(user).set(&format!("{ENDED}{id}"), "")?;
        }
        Ok(())
    }

    /// Returns what is due, the longest due first.
    pub fn due(&self, now: i64) -> Answer<Vec<Kept>> {
        let mut due = self.all()?;
        due.retain(|one| one.reminder.due <= now);
        due.sort_by_key(|one| one.reminder.due);
        Ok(due)
    }

    /// Takes a reminder that is told now, or moves it on to its next time; `false` when somebody
    /// removed or ended it meanwhile. From here on it counts as told: a crash loses it once, and
    /// tells nothing twice.
    pub fn take(&self, kept: &Kept, next: Option<i64>) -> Answer<bool> {
        let next = next.map(|due| Reminder {
            due,
            tries: 0,
            ..kept.reminder.clone()
        });
        let note = format!("{ENDED}{}", kept.id);
        let own = store::user(&kept.user);
        let ended = own.get(&note)?.is_some();
        let next = match next {
            Some(next) if !ended => Some(serde_json::to_vec(&next)?),
            _ => None,
        };
        let key = waiting(&kept.id);
        let taken = self
            .scope(&kept.user)
            .swap(&key, Some(&kept.value), next.as_deref())?;
        if ended {
            own.delete(&note)?;
        }
        Ok(taken && !ended)
    }

    /// Has the timer fire when the first reminder is due.
    pub fn arm(&self) -> Answer {
        let mut set = None;
        for _ in 0..TRIES {
            let first = self.all()?.iter().map(|one| one.reminder.due).min();
            // Who sets the timer last looks once more afterwards, and so sees what all others kept.
            if set == Some(first) {
                return Ok(());
            }
            match first {
                Some(due) => self.wake(schedule::at(due as f64))?,
                None => drop(self.timers().cancel(TIMER)?),
            }
            set = Some(first);
        }
        Ok(())
    }

    /// Has the timer fire after some seconds, whatever becomes of this call.
    pub fn watch(&self, seconds: u32) -> Answer {
        self.wake(schedule::after_seconds(seconds))
    }

    fn wake(&self, plan: schedule::Plan) -> Answer {
        let plan = match self {
            Place::Guild(_) => plan,
            Place::Direct(user) => plan.payload(user),
        };
        self.timers().set(TIMER, plan)
    }

    fn all(&self) -> Answer<Vec<Kept>> {
        let mut found = Vec::new();
        match self {
            Place::Guild(guild) => {
                for entry in store::members(guild, WAITING) {
                    let entry = entry?;
                    found.extend(kept(entry.user, &entry.key, entry.value));
                }
            }
            Place::Direct(user) => {
                for entry in store::user(user).scan(WAITING) {
                    let entry = entry?;
                    found.extend(kept(user.clone(), &entry.key, entry.value));
                }
            }
        }
        Ok(found)
    }

    fn scope(&self, user: &str) -> Scope {
        match self {
            Place::Guild(guild) => store::member(guild, user),
            Place::Direct(_) => store::user(user),
        }
    }

    fn timers(&self) -> Timers {
        match self {
            Place::Guild(guild) => schedule::guild(guild),
            Place::Direct(_) => schedule::global(),
        }
    }
}

/// Notes what a person is told now, and forgets what they were told long ago.
pub fn note_told(user: &str, id: &str, reminder: &Reminder) -> Answer {
    let own = store::user(user);
    let mut old = Vec::new();
    for entry in own.scan(TOLD) {
        let entry = entry?;
        old.extend(
            kept(user.to_string(), &entry.key, entry.value)
                .map(|one| (one.reminder.due, entry.key)),
        );
    }
    old.sort();
    let too_many = (old.len() + 1).saturating_sub(TOLD_MOST);
    for (at, (due, key)) in old.iter().enumerate() {
        if at < too_many || reminder.due - due > TOLD_SECONDS {
            own.delete(key)?;
        }
    }
    own.set_json(&format!("{TOLD}{id}"), reminder)
}

/// Returns what somebody was told.
pub fn told(user: &str, id: &str) -> Answer<Option<Reminder>> {
    store::user(user).json(&format!("{TOLD}{id}"))
}

/// The same, and forgets it: of two who ask at once, one gets it.
pub fn take_told(user: &str, id: &str) -> Answer<Option<Reminder>> {
    let (own, key) = (store::user(user), format!("{TOLD}{id}"));
    let Some(value) = own.get(&key)? else {
        return Ok(None);
    };
    let found = kept(user.to_string(), &key, value.clone());
    let taken = own.swap(&key, Some(&value), None)?;
    Ok(found.filter(|_| taken).map(|one| one.reminder))
}

fn waiting(id: &str) -> String {
    format!("{WAITING}{id}")
}

/// Reads an entry. One that can't be read is left where it is.
fn kept(user: String, key: &str, value: Vec<u8>) -> Option<Kept> {
    let id = key.split_once(':')?.1.to_string();
    match serde_json::from_slice(&value) {
        Ok(reminder) => Some(Kept {
            user,
            id,
            reminder,
            value,
        }),
        Err(error) => {
            warn!("a reminder can't be read: {error}");
            None
        }
    }
}
