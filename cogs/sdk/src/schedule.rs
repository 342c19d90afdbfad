//! Timers that outlive the instance and the bot's process: set one, and the cog is called back in
//! [`Cog::timer`](crate::Cog::timer).
//!
//! A timer belongs to a guild or to none, as the call that sets it did, and has a name there. Setting
//! the same name again replaces it, so setting twice is safe. It fires once for each time it is due:
//! late where the bot was down, and never twice.

use crate::clock::Timestamp;
use crate::error::Answer;
pub use crate::raw::cogbox::host::basics::Timer;
use crate::raw::cogbox::host::schedule as raw;
use raw::When;

/// Timers of one guild, for calls that come from it.
pub fn guild(id: impl Into<String>) -> Timers {
    Timers(Some(id.into()))
}

/// Timers of whoever started the call, for calls that come from no guild, such as a direct message.
/// When they fire, the cog may write to that person.
pub fn global() -> Timers {
    Timers(None)
}

/// Once, so many seconds from now.
pub fn after_seconds(seconds: u32) -> Plan {
    Plan::new(When::AfterSeconds(seconds))
}

/// Once, at a time; at once when that is past.
pub fn at(time: Timestamp) -> Plan {
    Plan::new(When::At(time))
}

/// Again and again, so many seconds apart, from now on. At least 10.
pub fn every_seconds(seconds: u32) -> Plan {
    Plan::new(When::EverySeconds(seconds))
}

/// Whenever a cron expression of five fields says so, such as `30 8 * * MON-FRI`: in UTC, or
/// [`in_time_zone`](Plan::in_time_zone).
pub fn cron(expression: impl Into<String>) -> Plan {
    Plan::new(When::Cron(raw::Cron {
        expression: expression.into(),
        time_zone: None,
    }))
}

/// When a timer fires, and what it carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    when: When,
    payload: Vec<u8>,
}

impl Plan {
    fn new(when: When) -> Self {
        Self {
            when,
            payload: Vec::new(),
        }
    }

    /// On whose clocks a cron expression is meant, such as `Europe/Berlin`. A time that the change to
    /// summer time leaves out is moved past the gap, and one that comes twice fires the first time.
    pub fn in_time_zone(mut self, name: impl Into<String>) -> Self {
        if let When::Cron(cron) = &mut self.when {
            cron.time_zone = Some(name.into());
        }
        self
    }

    /// Gives the timer something to carry, at most 4 KiB: it comes back as
    /// [`Timer::payload`](Timer).
    pub fn payload(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.payload = bytes.as_ref().to_vec();
        self
    }
}

/// The timers of a guild, or of none. See the module.
#[derive(Debug, Clone)]
pub struct Timers(Option<String>);

impl Timers {
    /// Sets a timer, in place of one of the same name.
    pub fn set(&self, name: &str, plan: Plan) -> Answer {
        Ok(raw::set(name, self.guild(), &plan.when, &plan.payload)?)
    }

    /// Cancels a timer, and returns whether there was one.
    pub fn cancel(&self, name: &str) -> Answer<bool> {
        Ok(raw::cancel(name, self.guild())?)
    }

    /// Lists the timers that wait, by name.
    pub fn all(&self) -> Answer<Vec<Timer>> {
        Ok(raw::all(self.guild())?)
    }

    fn guild(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Timer {
    /// Returns what the timer carries as text. Bytes that are not UTF-8 are an error.
    pub fn text(&self) -> Answer<&str> {
        Ok(std::str::from_utf8(&self.payload)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_says_when_and_what() {
        let plan = cron("0 8 * * *").in_time_zone("Asia/Tokyo").payload("x");
        assert_eq!(plan.payload, b"x");
        let When::Cron(cron) = plan.when else {
            panic!("{:?}", plan.when);
        };
        assert_eq!(cron.time_zone.as_deref(), Some("Asia/Tokyo"));
        // A time zone means nothing to the others.
        assert_eq!(after_seconds(3).in_time_zone("UTC"), after_seconds(3));
    }
}
