//! The body that changes a guild.

use super::form::{BAD_CHOICE, Faults, Form};
use super::locale;
use crate::world::GuildEdit;

/// In seconds.
const AFK_TIMEOUTS: [u64; 5] = [60, 300, 900, 1_800, 3_600];

/// Reads a change. Whether its channels are the guild's is for the caller to judge.
pub fn edit(form: &Form<'_>, faults: &mut Faults) -> GuildEdit {
    let locale = form.text("preferred_locale", 0..=10, faults);
    if locale
        .as_deref()
        .is_some_and(|locale| !locale::is_known(locale))
    {
        let message = "This is not a locale that Discord knows.";
        form.fault(faults, "preferred_locale", BAD_CHOICE, message);
    }
    GuildEdit {
        name: form.text("name", 2..=100, faults),
        description: form.nullable("description", |form, key| form.text(key, 0..=300, faults)),
        locale,
        verification_level: form.choice("verification_level", &[0, 1, 2, 3, 4], faults),
        notifications: form.choice("default_message_notifications", &[0, 1], faults),
        explicit_filter: form.choice("explicit_content_filter", &[0, 1, 2], faults),
        afk_timeout: form.choice("afk_timeout", &AFK_TIMEOUTS, faults),
        afk_channel: form.nullable("afk_channel_id", |form, key| form.id(key, faults)),
        system_channel: form.nullable("system_channel_id", |form, key| form.id(key, faults)),
    }
}
