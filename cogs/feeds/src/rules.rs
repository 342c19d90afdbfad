//! What a server's admins choose.

use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const MINUTES: &str = "minutes";
const AT_ONCE: &str = "at-once";
const MOST: &str = "most";

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::number_in(10.0..=1_440.0, MINUTES, "Minutes between looks")
            .help("How long it takes at most until something new is posted, in minutes")
            .default(15.0),
        Setting::number_in(1.0..=10.0, AT_ONCE, "Posts at once")
            .help("When a feed has more that is new, a line says so")
            .default(5.0),
        Setting::number_in(1.0..=25.0, MOST, "Feeds")
            .help("How many this server may follow")
            .default(10.0),
    ]
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    /// Returns how many minutes are between looks at a feed.
    pub fn minutes(&self) -> Answer<u32> {
        Ok(self.0.number(MINUTES)?.unwrap_or(15.0) as u32)
    }

    /// Returns how many posts of one feed are posted at once.
    pub fn at_once(&self) -> Answer<usize> {
        Ok(self.0.number(AT_ONCE)?.unwrap_or(5.0) as usize)
    }

    /// Returns how many feeds there may be.
    pub fn most(&self) -> Answer<usize> {
        Ok(self.0.number(MOST)?.unwrap_or(10.0) as usize)
    }
}
