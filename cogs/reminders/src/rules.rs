//! What a server's admins choose.

use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const TIME_ZONE: &str = "time-zone";
const DELIVER: &str = "deliver";
const CHANNELS: &str = "channels";
const MOST: &str = "most";
const SHORTEST: &str = "shortest";

const DELIVERS: [&str; 2] = ["in the channel", "by direct message"];
/// How many one person may have, and how far apart rhythms are, where no admin chose: also in direct
/// messages.
const USUAL_MOST: f64 = 25.0;
const USUAL_SHORTEST: f64 = 60.0;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::text_of(60, TIME_ZONE, "Time zone")
            .help("Such as Europe/Berlin; counts for members who did not choose with /timezone")
            .default("UTC"),
        Setting::choice(DELIVER, "Remind", DELIVERS)
            .help("Where reminders come unless whoever sets them says otherwise")
            .default(DELIVERS[0]),
        Setting::toggle(CHANNELS, "Reminders in channels")
            .help("Off: all of them come by direct message")
            .default(true),
        Setting::number_in(1.0..=100.0, MOST, "Reminders of one person")
            .help("How many may wait")
            .default(USUAL_MOST),
        Setting::number_in(5.0..=1_440.0, SHORTEST, "Minutes between repetitions")
            .help("What repeats more often is refused")
            .default(USUAL_SHORTEST),
    ]
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    pub fn time_zone(&self) -> Answer<Option<String>> {
        self.0.text(TIME_ZONE)
    }

    /// Whether reminders come by direct message unless somebody says otherwise.
    pub fn direct(&self) -> Answer<bool> {
        Ok(self.0.text(DELIVER)?.as_deref() == Some(DELIVERS[1]))
    }

    /// Whether they may come in channels at all.
    pub fn channels(&self) -> Answer<bool> {
        self.0.is_on(CHANNELS)
    }
}

/// Returns how many reminders one person may have in a server, or in direct messages.
pub fn most(guild: Option<&str>) -> Answer<usize> {
    Ok(number(guild, MOST, USUAL_MOST)? as usize)
}

/// Returns how many seconds lie between repetitions at least.
pub fn shortest(guild: Option<&str>) -> Answer<i64> {
    Ok(number(guild, SHORTEST, USUAL_SHORTEST)? as i64 * 60)
}

fn number(guild: Option<&str>, key: &str, usual: f64) -> Answer<f64> {
    match guild {
        Some(guild) => Ok(settings::guild(guild).number(key)?.unwrap_or(usual)),
        None => Ok(usual),
    }
}
