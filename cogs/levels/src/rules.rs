//! What a server's admins choose.

use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const LEAST: &str = "least";
const MOST: &str = "most";
const ANNOUNCE: &str = "announce";
const CHANNEL: &str = "announce-channel";
const KEEP: &str = "keep-rewards";
/// The channels without points, under a guild.
const IGNORED: &str = "ignored";

const ANNOUNCES: [&str; 4] = ["where it was", "in a channel", "direct message", "off"];
const POINTS_MAX: f64 = 1_000.0;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::number_in(0.0..=POINTS_MAX, LEAST, "Fewest points of a message")
            .help("A message earns a random number, once a minute")
            .default(15.0),
        Setting::number_in(0.0..=POINTS_MAX, MOST, "Most points of a message").default(25.0),
        Setting::choice(ANNOUNCE, "Tell of new levels", ANNOUNCES).default(ANNOUNCES[0]),
        Setting::channel(CHANNEL, "Tell in").help("For new levels that are told of in a channel"),
        Setting::toggle(KEEP, "Keep earlier rewards")
            .help("Off: only the highest reward stays")
            .default(true),
    ]
}

/// Where a new level is told of.
#[derive(Debug, Clone, PartialEq)]
pub enum Announce {
    Here,
    In(String),
    Direct,
    Off,
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    /// Returns what a message earns. Bounds that were set the wrong way round count all the same.
    pub fn amount(&self) -> Answer<i64> {
        let least = self.0.number(LEAST)?.unwrap_or(15.0) as i64;
        let most = self.0.number(MOST)?.unwrap_or(25.0) as i64;
        Ok(random::range(least.min(most)..=least.max(most)))
    }

    pub fn announce(&self) -> Answer<Announce> {
        let chosen = self.0.text(ANNOUNCE)?.unwrap_or_default();
        Ok(match ANNOUNCES.iter().position(|one| *one == chosen) {
            Some(0) => Announce::Here,
            Some(1) => self.0.channel(CHANNEL)?.map_or(Announce::Off, Announce::In),
            Some(2) => Announce::Direct,
            _ => Announce::Off,
        })
    }

    pub fn keeps_rewards(&self) -> Answer<bool> {
        self.0.is_on(KEEP)
    }
}

/// Returns the channels in which nothing is earned.
pub fn ignored(guild: &str) -> Answer<Vec<String>> {
    Ok(store::guild(guild).json(IGNORED)?.unwrap_or_default())
}

pub fn ignore(guild: &str, channels: &[String]) -> Answer {
    store::guild(guild).set_json(IGNORED, &channels)
}
