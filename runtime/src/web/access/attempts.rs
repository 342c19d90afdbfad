//! How often somebody may try to log in. What they try can't be guessed; checking it takes memory and
//! time, and the log should not drown.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

/// What one address may try at once, and how long until it may once more.
const EACH: Limit = Limit {
    most: 5,
    every: Duration::from_secs(60),
};
/// The same for tokens from all addresses together. Links don't count here: whoever floods the form
/// can't keep out the one who has a link.
const ALL: Limit = Limit {
    most: 30,
    every: Duration::from_secs(5),
};
/// How many addresses are remembered. More who fail at the same time have to wait.
const ADDRESSES: usize = 4_096;

#[derive(Clone, Copy)]
struct Limit {
    most: u32,
    every: Duration,
}

/// So many were used at a time; one comes back every so often.
#[derive(Debug, Clone, Copy)]
struct Used {
    count: u32,
    since: SystemTime,
}

/// Who tried of late.
#[derive(Default)]
pub struct Attempts(Mutex<Tried>);

#[derive(Default)]
struct Tried {
    by_address: HashMap<IpAddr, Used>,
    all: Option<Used>,
}

impl Attempts {
    /// Takes one attempt with a link, or says for how long there is none.
    pub fn take(&self, client: IpAddr, now: SystemTime) -> Result<(), Duration> {
        self.tried().take(client, now)
    }

    /// Takes one attempt with a token, or says for how long there is none.
    pub fn take_token(&self, client: IpAddr, now: SystemTime) -> Result<(), Duration> {
        let mut tried = self.tried();
        let mut all = tried.all.unwrap_or(Used::none(now));
        // Who has none left of their own takes none of the others'.
        tried.take(client, now)?;
        let taken = all.take(ALL, now);
        tried.all = Some(all);
        taken
    }

    /// Forgets what an address tried: it is logged in.
    pub fn succeeded(&self, client: IpAddr) {
        self.tried().by_address.remove(&network(client));
    }

    fn tried(&self) -> std::sync::MutexGuard<'_, Tried> {
        // Nothing in here can be left half done.
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl Tried {
    fn take(&mut self, client: IpAddr, now: SystemTime) -> Result<(), Duration> {
        let client = network(client);
        if self.by_address.len() >= ADDRESSES && !self.by_address.contains_key(&client) {
            self.by_address.retain(|_, used| {
                used.settle(EACH, now);
                used.count > 0
            });
            if self.by_address.len() >= ADDRESSES {
                return Err(EACH.every);
            }
        }
        let used = self.by_address.entry(client).or_insert(Used::none(now));
        used.take(EACH, now)
    }
}

impl Used {
    fn none(now: SystemTime) -> Self {
        Self {
            count: 0,
            since: now,
        }
    }

    /// Gives back what is due.
    fn settle(&mut self, limit: Limit, now: SystemTime) {
        // A clock that was set back gives nothing, and starts to count anew.
        let passed = now.duration_since(self.since).unwrap_or_default();
        let due = (passed.as_millis() / limit.every.as_millis()).min(self.count.into()) as u32;
        self.count -= due;
        self.since = match self.count {
            0 => now,
            _ => (self.since + limit.every * due).min(now),
        };
    }

    fn take(&mut self, limit: Limit, now: SystemTime) -> Result<(), Duration> {
        self.settle(limit, now);
        if self.count >= limit.most {
            let passed = now.duration_since(self.since).unwrap_or_default();
            return Err(limit.every.saturating_sub(passed));
        }
        self.count += 1;
        Ok(())
    }
}

/// Returns what one subscriber has: an IPv4 address, or the first 64 bits of an IPv6 one.
pub fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let bits = u128::from(ip) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(bits))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_tries_a_few_times_and_then_waits() {
        let attempts = Attempts::default();
        let start = SystemTime::UNIX_EPOCH;
        let after = |seconds| start + Duration::from_secs(seconds);
        let ann = ip("192.0.2.1");
        for _ in 0..5 {
            attempts.take(ann, after(0)).unwrap();
        }
        assert_eq!(attempts.take(ann, after(20)), Err(Duration::from_secs(40)));
        attempts.take(ip("192.0.2.2"), after(20)).unwrap();
        attempts.take(ann, after(60)).unwrap();
        attempts.take(ann, after(61)).unwrap_err();
        // All of them are back after a while, and no more than that.
        for _ in 0..5 {
            attempts.take(ann, after(10_000)).unwrap();
        }
        attempts.take(ann, after(10_000)).unwrap_err();
        // A clock that goes back opens nothing.
        attempts.take(ann, after(1)).unwrap_err();
        attempts.succeeded(ann);
        attempts.take(ann, after(1)).unwrap();
    }

    #[test]
    fn a_subscriber_with_many_addresses_is_one() {
        let attempts = Attempts::default();
        let now = SystemTime::UNIX_EPOCH;
        for last in 0..5 {
            attempts
                .take(ip(&format!("2001:db8::{last}")), now)
                .unwrap();
        }
        attempts.take(ip("2001:db8::ffff"), now).unwrap_err();
        attempts.take(ip("2001:db8:0:1::1"), now).unwrap();
    }

    #[test]
    fn a_flood_of_tokens_leaves_the_links_alone() {
        let attempts = Attempts::default();
        let now = SystemTime::UNIX_EPOCH;
        let each = |n: u32| ip(&format!("10.0.{}.{}", n / 256, n % 256));
        for n in 0..30 {
            attempts.take_token(each(n), now).unwrap();
        }
        attempts.take_token(each(30), now).unwrap_err();
        attempts.take(each(31), now).unwrap();
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory() {
        let attempts = Attempts::default();
        let now = SystemTime::UNIX_EPOCH;
        for n in 0..10_000_u32 {
            let _ = attempts.take(IpAddr::V4(n.into()), now);
        }
        assert_eq!(attempts.tried().by_address.len(), ADDRESSES);
        let later = now + Duration::from_secs(3_600);
        attempts.take(ip("192.0.2.1"), later).unwrap();
        assert_eq!(attempts.tried().by_address.len(), 1);
    }
}
