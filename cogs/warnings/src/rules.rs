//! What a server's admins choose by form.

use cogbox_sdk::prelude::*;

const LOG: &str = "log";
const TELL: &str = "tell";
const NAMED: &str = "show-moderator";
const FREE: &str = "free-reasons";
const POINTS: &str = "points";
const DAYS: &str = "days";

/// Most points of one warning.
pub const MOST_POINTS: u32 = 100;
const DAY: f64 = 24.0 * 3_600.0;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::channel(LOG, "Log channel").help("Where warnings are written"),
        Setting::toggle(TELL, "Tell people")
            .help("Whether those who are warned get a direct message with the reason")
            .default(true),
        Setting::toggle(NAMED, "Show the moderator")
            .help("Whether those who are warned learn who warned them"),
        Setting::toggle(FREE, "Any reason")
            .help("Off: only the reasons of /warnrules")
            .default(true),
        Setting::number_in(0.0..=f64::from(MOST_POINTS), POINTS, "Points of a warning")
            .help("Where neither the moderator nor the reason says how many")
            .default(1.0),
        Setting::number_in(0.0..=3_650.0, DAYS, "Days until points expire")
            .help("0: they never do")
            .default(0.0),
    ]
}

/// Where warnings are written.
pub fn log(guild: &str) -> Answer<Option<String>> {
    settings::guild(guild).channel(LOG)
}

/// Whether people are told.
pub fn tells(guild: &str) -> Answer<bool> {
    settings::guild(guild).is_on(TELL)
}

/// Whether they are told who warned them.
pub fn names_moderators(guild: &str) -> Answer<bool> {
    settings::guild(guild).is_on(NAMED)
}

/// Whether a moderator may write any reason.
pub fn takes_any_reason(guild: &str) -> Answer<bool> {
    settings::guild(guild).is_on(FREE)
}

/// Points where nothing else says how many.
pub fn usual_points(guild: &str) -> Answer<u32> {
    let points = settings::guild(guild).number(POINTS)?;
    Ok(points.unwrap_or(1.0) as u32)
}

/// When the points of a warning that is given now expire.
pub fn expire(guild: &str) -> Answer<Option<f64>> {
    let days = settings::guild(guild).number(DAYS)?.unwrap_or_default();
    Ok((days > 0.0).then(|| clock::now() + days * DAY))
}
