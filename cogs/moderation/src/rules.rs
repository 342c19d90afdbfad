//! What a server's admins choose.

use cogbox_sdk::prelude::*;

const LOG: &str = "log";
const TELL: &str = "tell";
const DELETE: &str = "delete";
const BY_HAND: &str = "by-hand";

/// How much of somebody's messages a ban deletes, in days.
const DELETES: [(&str, u32); 4] = [
    ("nothing", 0),
    ("a day", 1),
    ("three days", 3),
    ("a week", 7),
];
const DAY: u32 = 24 * 3_600;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::channel(LOG, "Log channel").help("Where cases are written"),
        Setting::toggle(TELL, "Tell people")
            .help("Whether those who are punished get a direct message with the reason")
            .default(true),
        Setting::choice(DELETE, "A ban deletes", DELETES.map(|(name, _)| name))
            .help("Of the messages of whoever is banned, unless the command says otherwise")
            .default(DELETES[0].0),
        Setting::toggle(BY_HAND, "Cases for what is done by hand")
            .help("Also for bans and kicks with Discord's own menus; I must see the audit log")
            .default(true),
    ]
}

/// Where cases are written.
pub fn log(guild: &str) -> Answer<Option<String>> {
    settings::guild(guild).channel(LOG)
}

/// Whether people are told what was done to them.
pub fn tells(guild: &str) -> Answer<bool> {
    settings::guild(guild).is_on(TELL)
}

/// Whether there are cases for what moderators do with Discord's own menus.
pub fn by_hand(guild: &str) -> Answer<bool> {
    settings::guild(guild).is_on(BY_HAND)
}

/// How many seconds of messages a ban deletes.
pub fn deletes(guild: &str) -> Answer<u32> {
    let chosen = settings::guild(guild).text(DELETE)?.unwrap_or_default();
    let days = DELETES.iter().find(|(name, _)| *name == chosen);
    Ok(days.map_or(0, |(_, days)| days * DAY))
}
