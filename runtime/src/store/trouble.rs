//! What can be wrong with the database as a whole, in words, and whether it is now.

use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;

use crate::telemetry::Metrics;

/// How long nothing may have failed before all is well again, and how often that is looked at.
pub const QUIET: Duration = Duration::from_secs(3);

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is no space left.
    Full,
    /// The system refuses to read or write the files.
    Disk,
    /// Another program writes, and does not end.
    Locked,
    /// Nobody may write.
    ReadOnly,
    /// What is in the files makes no sense.
    Damaged,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Full,
        Self::Disk,
        Self::Locked,
        Self::ReadOnly,
        Self::Damaged,
    ];

    /// Returns what an error says about the whole database; `None` where it is about one query.
    pub fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Database(error) => {
                let code: i32 = error.code()?.parse().ok()?;
                // SQLite's result codes: the low byte is the kind, the rest says more.
                match code & 0xff {
                    5 | 6 => Some(Self::Locked),
                    8 => Some(Self::ReadOnly),
                    10 | 14 => Some(Self::Disk),
                    11 | 26 => Some(Self::Damaged),
                    13 => Some(Self::Full),
                    _ => None,
                }
            }
            // The one connection that writes is held by whoever waits for another program.
            sqlx::Error::PoolTimedOut => Some(Self::Locked),
            sqlx::Error::Io(error) => Some(Self::of_io(error)),
            _ => None,
        }
    }

    /// Returns what an error of the system means.
    pub fn of_io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Self::ReadOnly,
            _ => Self::Disk,
        }
    }

    /// Its name in metrics and in `/api/status`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Disk => "disk",
            Self::Locked => "locked",
            Self::ReadOnly => "read-only",
            Self::Damaged => "damaged",
        }
    }

    /// Completes "the database fails: ...".
    pub fn what(self) -> &'static str {
        match self {
            Self::Full => "the disk is full",
            Self::Disk => "its files can't be read or written",
            Self::Locked => "another program keeps it locked",
            Self::ReadOnly => "it can't be written",
            Self::Damaged => "it is damaged",
        }
    }

    /// What an operator does about it.
    pub fn fix(self) -> &'static str {
        match self {
            Self::Full => "make room on the disk",
            Self::Disk => {
                "look for a full disk or quota, a limit on the size of files, a folder that is gone, or a failing disk (`dmesg`)"
            }
            Self::Locked => {
                "end what holds it, such as a shell of sqlite3 with an open transaction"
            }
            Self::ReadOnly => {
                "make the file, its folder and its disk writable for the user that the bot runs as"
            }
            Self::Damaged => {
                "stop the bot, keep a copy of the file, and put the last backup in its place: `cogbox restore BACKUP --force`"
            }
        }
    }

    /// Whether it can pass while the bot runs.
    pub fn passes(self) -> bool {
        self != Self::Damaged
    }
}

/// A trouble, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasting {
    /// Which.
    pub trouble: Trouble,
    /// Since when.
    pub since: SystemTime,
}

/// Whether the database works now. Whatever fails says so here.
#[derive(Default)]
pub struct Condition {
    now: Mutex<Option<(Lasting, Instant)>>,
    failed: Notify,
    metrics: OnceLock<Arc<Metrics>>,
}

impl Condition {
    /// Counts from now on.
    pub fn counted_by(&self, metrics: Arc<Metrics>) {
        // A store has one set of metrics.
        let _ = self.metrics.set(metrics);
    }

    /// Returns the trouble, while there is one.
    pub fn lasting(&self) -> Option<Lasting> {
        self.lock().map(|(lasting, _)| lasting)
    }

    /// Notes that a query failed.
    pub fn failed(&self, error: &sqlx::Error) {
        if let Some(trouble) = Trouble::of(error) {
            self.troubled(trouble, error);
        }
    }

    /// Notes a trouble. It is logged once, however often it is noted.
    pub fn troubled(&self, trouble: Trouble, error: &dyn Display) {
        if let Some(metrics) = self.metrics.get() {
            metrics.db_failed(trouble.name());
        }
        let mut now = self.lock();
        match &mut *now {
            Some((lasting, last)) if lasting.trouble == trouble || !lasting.trouble.passes() => {
                *last = Instant::now();
            }
            other => {
                let fix = trouble.fix();
                tracing::error!(%error, fix, "the database fails: {}", trouble.what());
                if let Some(metrics) = self.metrics.get() {
                    metrics.db_up.set(0);
                }
                let since = SystemTime::now();
                *other = Some((Lasting { trouble, since }, Instant::now()));
                self.failed.notify_one();
            }
        }
    }

    /// Waits until something new fails.
    pub async fn fails(&self) {
        self.failed.notified().await;
    }

    /// Notes that a write was done. All is well when nothing failed for a while.
    pub fn wrote(&self) {
        let mut now = self.lock();
        let over = |(lasting, last): &(Lasting, Instant)| {
            lasting.trouble.passes() && last.elapsed() >= QUIET
        };
        if now.as_ref().is_some_and(over) {
            *now = None;
            if let Some(metrics) = self.metrics.get() {
                metrics.db_up.set(1);
            }
            tracing::info!("the database works again");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Lasting, Instant)>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
