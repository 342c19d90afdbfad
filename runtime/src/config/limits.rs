//! What a cog may use: the defaults, and how a configuration changes them.

use std::time::Duration;

use serde::Deserialize;

use super::units;

/// What one cog may use. All of it is enforced by the host, call by call.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Linear memory of one instance, all its memories together, in bytes.
    pub memory: usize,
    /// What one host call may copy out of the guest, in bytes.
    pub transfer: usize,
    /// CPU time of one call. Waiting in the host costs none of it.
    pub cpu: Duration,
    /// Time of one call from start to end, waiting included.
    pub wall: Duration,
    /// Share of one core over [`Limits::SHARE_WINDOW`], over all calls of the cog.
    pub cpu_share: f64,
    /// Calls that run at the same time; more wait.
    pub calls: usize,
    /// Calls that run at the same time for one guild; more wait.
    pub calls_per_guild: usize,
    /// What the cog may store for one guild, one user, or globally, in bytes.
    pub storage: u64,
    /// Messages to people directly, over all servers, from midnight to midnight UTC.
    pub direct_messages_a_day: u32,
    /// Pings of everyone in one server, from midnight to midnight UTC.
    pub everyone_a_day: u32,
}

impl Limits {
    /// The time over which `cpu_share` is counted.
    pub const SHARE_WINDOW: Duration = Duration::from_secs(10);
    /// The largest memory a configuration may give: every slot of the engine's pool is this large.
    pub const MEMORY_MAX: usize = 256 << 20;
    /// The largest transfer a configuration may give: Discord takes 10 MiB a file.
    pub const TRANSFER_MAX: usize = 12 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A Python cog lives in 40 MiB, a Rust one in 2.
            memory: 64 << 20,
            // Discord's largest message with all its embeds is below 50 kB.
            transfer: 256 << 10,
            // A Rust cog's call takes microseconds; a second is a fault.
            cpu: Duration::from_secs(1),
            wall: Duration::from_secs(60),
            cpu_share: 0.25,
            calls: 64,
            calls_per_guild: 16,
            storage: 1 << 20,
            direct_messages_a_day: 200,
            everyone_a_day: 5,
        }
    }
}

/// The `limits` table as it is written; every key is optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Written {
    pub(crate) memory: Option<String>,
    pub(crate) transfer: Option<String>,
    cpu: Option<String>,
    wall: Option<String>,
    cpu_share: Option<f64>,
    calls: Option<usize>,
    calls_per_guild: Option<usize>,
    storage: Option<String>,
    direct_messages_a_day: Option<u32>,
    everyone_a_day: Option<u32>,
}

impl Written {
    /// Lays what was written over `limits`. The error is what is wrong and how to mend it.
    pub fn over(&self, mut limits: Limits) -> Result<Limits, (String, String)> {
        let sized = |text: &Option<String>, key: &str, max: u64| match text {
            None => Ok(None),
            Some(text) => match units::size(text) {
                Ok(bytes) if (1..=max).contains(&bytes) => Ok(Some(bytes)),
                Ok(_) => Err((
                    format!("limits.{key} = \"{text}\" is out of range"),
                    format!(
                        "write at most {}, and more than nothing",
                        units::show_size(max)
                    ),
                )),
                Err(what) => Err((
                    format!("limits.{key}: {what}"),
                    "write a whole number with B, KiB, MiB or GiB, such as \"64MiB\"".into(),
                )),
            },
        };
        let timed = |text: &Option<String>, key: &str| match text {
            None => Ok(None),
            Some(text) => match units::duration(text) {
                Ok(time) if !time.is_zero() => Ok(Some(time)),
                Ok(_) => Err((format!("limits.{key} is zero"), "give it some time".into())),
                Err(what) => Err((
                    format!("limits.{key}: {what}"),
                    "write a whole number with ms, s or min, such as \"500ms\"".into(),
                )),
            },
        };
        if let Some(bytes) = sized(&self.memory, "memory", Limits::MEMORY_MAX as u64)? {
            limits.memory = bytes as usize;
        }
        if let Some(bytes) = sized(&self.transfer, "transfer", Limits::TRANSFER_MAX as u64)? {
            limits.transfer = bytes as usize;
        }
        if let Some(bytes) = sized(&self.storage, "storage", 1 << 40)? {
            limits.storage = bytes;
        }
        let caps = &mut limits;
        caps.direct_messages_a_day = self
            .direct_messages_a_day
            .unwrap_or(caps.direct_messages_a_day);
        caps.everyone_a_day = self.everyone_a_day.unwrap_or(caps.everyone_a_day);
        limits.cpu = timed(&self.cpu, "cpu")?.unwrap_or(limits.cpu);
        limits.wall = timed(&self.wall, "wall")?.unwrap_or(limits.wall);
        if let Some(share) = self.cpu_share {
            if !(share > 0.0 && share <= 64.0) {
                return Err((
                    format!("limits.cpu-share = {share} is out of range"),
                    "write cores: 0.25 is a quarter of one, 64 is the most".into(),
                ));
            }
            limits.cpu_share = share;
        }
        for (count, key, into) in [
            (self.calls, "calls", &mut limits.calls),
            (
                self.calls_per_guild,
                "calls-per-guild",
                &mut limits.calls_per_guild,
            ),
        ] {
            match count {
                None => {}
                Some(count @ 1..=500) => *into = count,
                Some(count) => {
                    return Err((
                        format!("limits.{key} = {count} is out of range"),
                        "write a number from 1 to 500".into(),
                    ));
                }
            }
        }
        Ok(limits)
    }
}
