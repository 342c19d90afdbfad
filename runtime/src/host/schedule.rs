//! `cogbox:host/schedule`: timers that outlive the instance and the process.

pub mod due;
mod pace;
mod when;

use std::sync::Mutex;

use cogbox_world::Fault;
use cogbox_world::cogbox::host::basics::{Error, ErrorKind, Timer};
use cogbox_world::cogbox::host::schedule::{Host, When};
use tokio::sync::Notify;

use super::grants::Interface;
use super::{Guest, error, id, invalid, store};
use crate::store::{Timer as Row, TimerKey};
use pace::Pace;

pub use when::next;

/// Most timers of a cog in one guild, and of one person outside of guilds. `all` lists them whole.
pub const TIMERS_MAX: u32 = 1_000;
/// Longest name, in bytes.
const NAME_MAX: usize = 100;
/// Largest payload, in bytes.
const PAYLOAD_MAX: usize = 4 << 10;

/// What the interface and the task that fires timers share. One for the process.
#[derive(Default)]
pub struct Schedule {
    /// A timer was set, maybe one that is due before all others.
    pub changed: Notify,
    pace: Mutex<Pace>,
}

impl Host for Guest {
    async fn set(
        &mut self,
        name: String,
        guild: Option<String>,
        when: When,
        payload: Vec<u8>,
    ) -> Result<(), Fault> {
        self.require(Interface::Schedule)?;
        let key = self.timer_key(name, guild)?;
        if payload.len() > PAYLOAD_MAX {
            return Err(invalid(format!(
                "a timer's payload has at most {PAYLOAD_MAX} bytes; this one has {}",
                payload.len()
            )));
        }
        let services = &self.services;
        let (due, repeat) = when::first(&when, services.clock.millis()).map_err(invalid)?;
        self.pace(&key)?;
        let timer = Row { key, due, repeat };
        let set = services.store.set_timer(&timer, &payload, TIMERS_MAX);
        if !set.await.map_err(store::told)? {
            let place = match timer.key.guild {
                0 => "outside of servers",
                _ => "in this server",
            };
            let sentence =
                format!("the cog has {TIMERS_MAX} timers {place} already; cancel one first");
            return Err(Fault::Told(error(ErrorKind::Quota, sentence)));
        }
        services.schedule.changed.notify_one();
        Ok(())
    }

    async fn cancel(&mut self, name: String, guild: Option<String>) -> Result<bool, Fault> {
        self.require(Interface::Schedule)?;
        let key = self.timer_key(name, guild)?;
        let cancelled = self.services.store.cancel_timer(&key).await;
        cancelled.map_err(store::told)
    }

    async fn all(&mut self, guild: Option<String>) -> Result<Vec<Timer>, Fault> {
        self.require(Interface::Schedule)?;
        let guild = self.timer_guild(guild)?;
        let (store, cog) = (&self.services.store, &self.identity.name);
        let user = self.timer_user(guild);
        let found = store.timers_of(cog, guild, user, TIMERS_MAX).await;
        let found = found.map_err(store::told)?.into_iter();
        Ok(found.map(|(timer, payload)| told(timer, payload)).collect())
    }
}

impl Guest {
    fn timer_key(&self, name: String, guild: Option<String>) -> Result<TimerKey, Fault> {
        let guild = self.timer_guild(guild)?;
        match name.len() {
            1..=NAME_MAX => Ok(TimerKey {
                cog: self.identity.name.clone(),
                guild,
                user: self.timer_user(guild),
                name,
            }),
            0 => Err(invalid("a timer needs a name")),
            length => Err(invalid(format!(
                "a timer's name has at most {NAME_MAX} bytes; this one has {length}"
            ))),
        }
    }

    /// Returns the guild that a timer belongs to, 0 for none: the call's own, or none where the
    /// call came from none.
    fn timer_guild(&self, guild: Option<String>) -> Result<u64, Fault> {
        match guild {
            Some(guild) => {
                let guild = id("guild", &guild)?;
                self.require_guild(Interface::Schedule, guild.into())?;
                Ok(guild)
            }
            None => {
                self.require_no_guild(Interface::Schedule)?;
                Ok(0)
            }
        }
    }

    /// Returns whose a timer of no guild is: whoever started a call that came from no guild either, and
    /// else nobody's.
    fn timer_user(&self, guild: u64) -> u64 {
        match (guild, self.origin.guild, self.origin.invoker) {
            (0, None, Some(invoker)) => invoker.get(),
            _ => 0,
        }
    }

    /// Refuses what belongs to no guild to a call that came from one: such a timer would carry what
    /// the call knows out of it. The power to act across guilds lifts this.
    fn require_no_guild(&self, interface: Interface) -> Result<(), Fault> {
        match self.origin.guild {
            None => Ok(()),
            Some(_) if self.identity.powers.across_guilds => Ok(()),
            Some(_) => {
                let why = "this call came from a server: name that server as the timer's";
                Err(self.denied(interface, why))
            }
        }
    }

    fn pace(&self, key: &TimerKey) -> Result<(), Fault> {
        let pace = &self.services.schedule.pace;
        // It guards whole counts.
        let mut pace = pace.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        pace.set(&key.cog, key.guild, std::time::Instant::now())
            .map_err(|wait| {
                Fault::Told(Error {
                    retry_after_ms: Some(wait.as_millis() as u32),
                    ..error(
                        ErrorKind::RateLimited,
                        format!(
                            "a cog sets at most {} timers a minute in one server",
                            pace::MAX
                        ),
                    )
                })
            })
    }
}

/// Returns a timer as the contract has it.
fn told(timer: Row, payload: Vec<u8>) -> Timer {
    Timer {
        name: timer.key.name,
        guild: (timer.key.guild != 0).then(|| timer.key.guild.to_string()),
        payload,
        due: timer.due as f64 / 1_000.0,
    }
}
