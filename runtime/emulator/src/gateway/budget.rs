//! How many times a bot may identify: so many in 24 hours, over all its shards.
//! Rules: Discord's documentation, "Gateway", session start limit.

use std::time::Duration;

use crate::clock::Time;

const DAY: Duration = Duration::from_secs(86_400);

/// The identifies of the present 24 hours.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    used: u64,
    ends: Time,
}

impl Budget {
    /// Takes one identify out of the budget. False when there is none left.
    pub fn take(&mut self, total: u64, now: Time) -> bool {
        if self.ends <= now {
            *self = Budget {
                used: 0,
                ends: now.plus(DAY),
            };
        }
        let left = self.used < total;
        self.used += u64::from(left);
        left
    }

    pub fn remaining(&self, total: u64, now: Time) -> u64 {
        match self.ends <= now {
            true => total,
            false => total.saturating_sub(self.used),
        }
    }

    /// Returns how long it is until the budget is whole again.
    pub fn reset_after(&self, now: Time) -> Duration {
        match self.ends <= now {
            true => DAY,
            false => self.ends.since(now),
        }
    }
}
