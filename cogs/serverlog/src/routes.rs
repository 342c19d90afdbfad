//! Which kind goes into which channel, and what is wrong with those channels. One value, so that an event
//! costs one look.

use crate::kinds::Kind;
use cogbox_sdk::prelude::*;
use cogbox_sdk::trouble::{Trouble, Why};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const KEY: &str = "routes";
/// How long a channel that can't be written rests, in seconds.
const REST: f64 = 600.0;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Routes {
    to: BTreeMap<Kind, String>,
    troubles: BTreeMap<String, Trouble>,
    /// Channels that were deleted, with what went there. It is off since then.
    gone: BTreeMap<String, BTreeSet<Kind>>,
}

impl Routes {
    pub fn of(guild: &str) -> Answer<Self> {
        Ok(store::guild(guild).json(KEY)?.unwrap_or_default())
    }

    /// Changes what a guild has, also while another call does. Returns what the change returns.
    pub fn change<T>(guild: &str, mut change: impl FnMut(&mut Routes) -> T) -> Answer<T> {
        let mut result = None;
        store::guild(guild).update(KEY, |old| {
            let mut routes = match old {
                Some(old) => serde_json::from_slice(old)?,
                None => Routes::default(),
            };
            result = Some(change(&mut routes));
            match routes == Routes::default() {
                true => Ok(None),
                false => Ok(Some(serde_json::to_vec(&routes)?)),
            }
        })?;
        match result {
            Some(result) => Ok(result),
            None => fail!("the routes were not changed"),
        }
    }

    /// Returns the channel of a kind; `None` where it is off.
    pub fn channel(&self, kind: Kind) -> Option<&str> {
        self.to.get(&kind).map(String::as_str)
    }

    /// Whether something of a kind is written down now.
    pub fn wants(&self, kind: Kind) -> bool {
        self.channel(kind)
            .is_some_and(|channel| !self.rests(channel))
    }

    /// Whether a channel is one of the log's.
    pub fn has(&self, channel: &str) -> bool {
        self.to.values().any(|log| log == channel)
    }

    pub fn channels(&self) -> BTreeSet<&str> {
        self.to.values().map(String::as_str).collect()
    }

    pub fn kinds_of(&self, channel: &str) -> Vec<Kind> {
        let all = self.to.iter().filter(|(_, log)| *log == channel);
        all.map(|(kind, _)| *kind).collect()
    }

    pub fn set(&mut self, kinds: &[Kind], channel: &str) {
        for kind in kinds {
            self.to.insert(*kind, channel.to_string());
        }
        self.troubles.remove(channel);
        self.gone.clear();
        self.tidy();
    }

    /// Switches kinds off, and returns those that were on.
    pub fn unset(&mut self, kinds: &[Kind]) -> Vec<Kind> {
        let were_on = kinds.iter().filter(|kind| self.to.remove(kind).is_some());
        let were_on = were_on.copied().collect();
        self.gone.clear();
        self.tidy();
        were_on
    }

    /// Switches off what went into a channel that is gone, and returns it.
    pub fn lose(&mut self, channel: &str) -> Vec<Kind> {
        let lost = self.kinds_of(channel);
        self.to.retain(|_, log| log != channel);
        if !lost.is_empty() {
            let kinds = self.gone.entry(channel.to_string()).or_default();
            kinds.extend(lost.iter().copied());
        }
        self.tidy();
        lost
    }

    pub fn gone(&self) -> &BTreeMap<String, BTreeSet<Kind>> {
        &self.gone
    }

    pub fn trouble(&self, channel: &str) -> Option<&Trouble> {
        self.troubles.get(channel)
    }

    /// Notes what keeps a channel from being written, or that nothing does any more.
    pub fn note(&mut self, channel: &str, why: Option<Why>) {
        match why {
            Some(why) => drop(self.troubles.insert(channel.to_string(), why.now())),
            None => drop(self.troubles.remove(channel)),
        }
    }

    /// Whether it is too early to try a channel again.
    pub fn rests(&self, channel: &str) -> bool {
        self.trouble(channel)
            .is_some_and(|trouble| trouble.rests(REST))
    }

    fn tidy(&mut self) {
        let used: BTreeSet<String> = self.to.values().cloned().collect();
        self.troubles.retain(|channel, _| used.contains(channel));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_a_channel_that_is_gone_is_off_until_somebody_chooses_anew() {
        let mut routes = Routes::default();
        routes.set(&Kind::ALL, "1");
        routes.set(&[Kind::Joined, Kind::Left], "2");
        assert_eq!(
            routes.channels().into_iter().collect::<Vec<_>>(),
            ["1", "2"]
        );
        assert_eq!(routes.lose("2"), [Kind::Joined, Kind::Left]);
        assert_eq!(routes.lose("2"), []);
        assert!(!routes.wants(Kind::Joined) && routes.wants(Kind::Names));
        assert_eq!(routes.gone().len(), 1);
        assert_eq!(routes.unset(&[Kind::Joined, Kind::Names]), [Kind::Names]);
        assert!(routes.gone().is_empty() && !routes.has("2") && routes.has("1"));
    }
}
