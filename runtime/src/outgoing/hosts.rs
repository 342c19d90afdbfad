//! What cogs asked of each host since the start: in memory, bounded, for the dashboard. Hosts are no
//! labels of metrics, since there may be any number of them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use prometheus::Histogram;

use super::{Error, Response};
use crate::telemetry::Metrics;

/// Hosts that are told apart, of one cog and of all. What is above counts as one.
const OF_ONE_MAX: usize = 64;
const OF_ALL_MAX: usize = 256;

/// By cog and host. No host has an empty name: under that are those not told apart.
#[derive(Default)]
pub(super) struct HostUses(Mutex<BTreeMap<String, BTreeMap<String, Counted>>>);

struct Counted {
    requests: u64,
    failed: u64,
    refused: u64,
    bytes: u64,
    last: (SystemTime, Result<u16, &'static str>),
    times: Histogram,
}

/// What a cog asked of a host since the start. A redirect counts for the host that was asked first.
#[derive(Debug, Clone)]
pub struct HostUse {
    /// Who asked.
    pub cog: String,
    /// Which host; none for all that are not told apart.
    pub host: Option<String>,
    /// Requests that were sent.
    pub requests: u64,
    /// Those without a whole response.
    pub failed: u64,
    /// Those with a status of 400 or more.
    pub refused: u64,
    /// The bodies that were read, unpacked, in bytes.
    pub bytes: u64,
    /// When the last one ended.
    pub last_at: SystemTime,
    /// Its status, or how it failed, as the metrics name it.
    pub last: Result<u16, &'static str>,
    /// Half of them took at most this.
    pub p50: Option<Duration>,
    /// The same for 95 of 100.
    pub p95: Option<Duration>,
}

impl HostUses {
    /// Counts a request that is over.
    pub(super) fn note(
        &self,
        cog: &str,
        host: &str,
        fetched: &Result<Response, Error>,
        took: Duration,
    ) {
        let last = match fetched {
            Ok(response) => Ok(response.status),
            Err(error) => Err(error.label()),
        };
        let mut cogs = self.lock();
        let all: usize = cogs.values().map(BTreeMap::len).sum();
        let hosts = cogs.entry(cog.to_owned()).or_default();
        let room = hosts.len() < OF_ONE_MAX && all < OF_ALL_MAX;
        let host = if room || hosts.contains_key(host) {
            host
        } else {
            ""
        };
        let now = SystemTime::now();
        let counted = hosts.entry(host.to_owned()).or_insert_with(|| Counted {
            requests: 0,
            failed: 0,
            refused: 0,
            bytes: 0,
            last: (now, last),
            times: Metrics::untold_times(),
        });
        counted.requests += 1;
        counted.failed += u64::from(last.is_err());
        counted.refused += u64::from(last.is_ok_and(|status| status >= 400));
        counted.bytes += fetched.as_ref().map_or(0, |read| read.body.len() as u64);
        counted.last = (now, last);
        counted.times.observe(took.as_secs_f64());
    }

    /// Returns all of them, by cog and host.
    pub(super) fn all(&self) -> Vec<HostUse> {
        let cogs = self.lock();
        let all = cogs
            .iter()
            .flat_map(|(cog, hosts)| hosts.iter().map(move |(host, of)| (cog, host, of)));
        let told = all.map(|(cog, host, of)| HostUse {
            cog: cog.clone(),
            host: Some(host.clone()).filter(|host| !host.is_empty()),
            requests: of.requests,
            failed: of.failed,
            refused: of.refused,
            bytes: of.bytes,
            last_at: of.last.0,
            last: of.last.1,
            p50: Metrics::quantile(&of.times, 0.5),
            p95: Metrics::quantile(&of.times, 0.95),
        });
        told.collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, BTreeMap<String, Counted>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cog_with_ever_new_hosts_crowds_nobody_out() {
        let uses = HostUses::default();
        let note = |cog: &str, host: &str| {
            let failed = Err(Error::failed("the line is cut"));
            uses.note(cog, host, &failed, Duration::from_millis(3));
        };
        (0..1_000).for_each(|n| note("wide", &format!("{n}.example.net")));
        note("narrow", "api.example.org");
        note("narrow", "api.example.org");
        let all = uses.all();
        let of = |cog: &str| all.iter().filter(|of| of.cog == cog).collect::<Vec<_>>();
        let wide = of("wide");
        assert_eq!(wide.len(), OF_ONE_MAX + 1);
        assert_eq!((wide[0].host.as_deref(), wide[0].requests), (None, 936));
        let narrow = of("narrow")[0];
        assert_eq!(narrow.host.as_deref(), Some("api.example.org"));
        assert_eq!((narrow.requests, narrow.failed), (2, 2));
        assert_eq!(narrow.last, Err("failed"));
        assert!(narrow.p95.is_some());
        // However many cogs there are.
        (0..100).for_each(|cog| (0..64).for_each(|n| note(&format!("c{cog}"), &format!("{n}"))));
        assert!(uses.all().len() <= OF_ALL_MAX + 102);
    }
}
