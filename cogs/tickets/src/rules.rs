//! What a server's admins choose.

use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const STAFF: &str = "staff";
const LOG: &str = "log";
const MOST: &str = "most";
const SELF_CLOSE: &str = "self-close";
const TRANSCRIPT: &str = "transcript";

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::role(STAFF, "Who answers tickets")
            .help("Pinged in each new ticket; kinds may have roles of their own"),
        Setting::channel(LOG, "Log")
            .help("Where new tickets are told of and transcripts are kept; for staff alone"),
        Setting::number_in(1.0..=10.0, MOST, "Open tickets of one person").default(1.0),
        Setting::toggle(SELF_CLOSE, "People close their own")
            .help("Otherwise only staff closes tickets")
            .default(true),
        Setting::toggle(TRANSCRIPT, "Transcripts for people")
            .help("Whether who opened a ticket gets its transcript by direct message")
            .default(false),
    ]
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    pub fn staff(&self) -> Answer<Option<String>> {
        self.0.role(STAFF)
    }

    pub fn log(&self) -> Answer<Option<String>> {
        self.0.channel(LOG)
    }

    /// Returns how many tickets of one person may be open.
    pub fn most(&self) -> Answer<usize> {
        Ok(self.0.number(MOST)?.unwrap_or(1.0) as usize)
    }

    pub fn people_close(&self) -> Answer<bool> {
        self.0.is_on(SELF_CLOSE)
    }

    pub fn people_get_transcripts(&self) -> Answer<bool> {
        self.0.is_on(TRANSCRIPT)
    }
}
