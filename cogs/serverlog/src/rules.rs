//! What a server's admins choose in the form.

use cogbox_sdk::prelude::*;

const BOTS: &str = "bots";
const YOUNG: &str = "young";
const USUAL: f64 = 7.0;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::toggle(BOTS, "Messages of bots")
            .help("Whether messages that bots edit and lose are written down too")
            .default(false),
        Setting::number_in(0.0..=365.0, YOUNG, "New accounts")
            .help("Up to how many days old an account is marked as new when it joins; 0 marks none")
            .default(USUAL),
    ]
}

pub fn tells_of_bots(guild: &str) -> Answer<bool> {
    settings::guild(guild).is_on(BOTS)
}

/// Up to which age an account is new, in seconds.
pub fn young(guild: &str) -> Answer<f64> {
    let days = settings::guild(guild).number(YOUNG)?.unwrap_or(USUAL);
    Ok(days * 86_400.0)
}
