//! What cogs asked of the web since the start: the dashboard's page, and `/api/http`.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use schemars::JsonSchema;
use serde::Serialize;

use super::Web;
use super::status::{Timestamp, counted, each, label};
use crate::outgoing::HostUse;

/// The requests of cogs to the web.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Http {
    /// When this was taken.
    pub at: Timestamp,
    /// The cogs that asked for anything, by name.
    pub cogs: Vec<OfCog>,
    /// By host, who was asked most first. At most 64 of one cog and 256 of all, and what is above as one
    /// for each cog.
    pub hosts: Vec<OfHost>,
}

/// What became of a cog's requests.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "RequestsOfCog")]
pub struct OfCog {
    /// Who asked.
    pub cog: String,
    /// How many ended how: `ok` (with any status), `denied` (not sent: the operator allows it not),
    /// `invalid` (not sent: it breaks a rule), `limited` (not sent: too many), `timeout`, `failed`.
    pub outcomes: BTreeMap<String, u64>,
}

/// What a cog asked of a host. A redirect counts for the host that was asked first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "RequestsOfHost")]
pub struct OfHost {
    /// Who asked.
    pub cog: String,
    /// Which host; `null` for all that are not told apart.
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
    pub last_at: Timestamp,
    /// Its status; `null` when it failed.
    pub last_status: Option<u16>,
    /// How it failed, as in [`OfCog::outcomes`].
    pub last_failure: Option<&'static str>,
    /// Half of them took at most this, in seconds, redirects included; read from buckets.
    pub p50_seconds: Option<f64>,
    /// The same for 95 of 100.
    pub p95_seconds: Option<f64>,
}

impl Http {
    /// Takes it from the host's memory.
    pub fn now(web: &Web) -> Self {
        let services = &web.services;
        let mut cogs = BTreeMap::<String, BTreeMap<String, u64>>::new();
        each(&services.metrics.cog_http_requests_total, &[], |metric| {
            let count = counted(metric);
            if count > 0 {
                let of = cogs.entry(label(metric, "cog").to_owned()).or_default();
                of.insert(label(metric, "outcome").to_owned(), count);
            }
        });
        let hosts = services.outgoing.uses();
        let mut hosts: Vec<_> = hosts.into_iter().map(OfHost::from).collect();
        hosts.sort_by_key(|of| std::cmp::Reverse(of.requests));
        let cogs = cogs.into_iter();
        Self {
            at: Timestamp(SystemTime::now()),
            cogs: cogs
                .map(|(cog, outcomes)| OfCog { cog, outcomes })
                .collect(),
            hosts,
        }
    }
}

impl From<HostUse> for OfHost {
    fn from(of: HostUse) -> Self {
        let seconds = |time: Option<Duration>| time.map(|time| time.as_secs_f64());
        Self {
            cog: of.cog,
            host: of.host,
            requests: of.requests,
            failed: of.failed,
            refused: of.refused,
            bytes: of.bytes,
            last_at: Timestamp(of.last_at),
            last_status: of.last.ok(),
            last_failure: of.last.err(),
            p50_seconds: seconds(of.p50),
            p95_seconds: seconds(of.p95),
        }
    }
}
