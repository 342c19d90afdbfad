//! What is done to people, and how it is called.

use cogbox_sdk::locale::Audience;
use cogbox_sdk::t;
use serde::{Deserialize, Serialize};

/// What a case is about. The names are how they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Ban,
    Tempban,
    Softban,
    Unban,
    Kick,
    Timeout,
    Untimeout,
    Voicekick,
}

impl Kind {
    /// Returns its name, such as a case's title.
    pub fn name(self, to: &dyn Audience) -> String {
        match self {
            Kind::Ban => t!(to, kind_ban),
            Kind::Tempban => t!(to, kind_tempban),
            Kind::Softban => t!(to, kind_softban),
            Kind::Unban => t!(to, kind_unban),
            Kind::Kick => t!(to, kind_kick),
            Kind::Timeout => t!(to, kind_timeout),
            Kind::Untimeout => t!(to, kind_untimeout),
            Kind::Voicekick => t!(to, kind_voicekick),
        }
    }

    /// Returns the sentence for the moderators.
    pub fn done(self, to: &dyn Audience, who: &str) -> String {
        match self {
            Kind::Ban => t!(to, done_ban, who = who),
            Kind::Tempban => t!(to, done_tempban, who = who),
            Kind::Softban => t!(to, done_softban, who = who),
            Kind::Unban => t!(to, done_unban, who = who),
            Kind::Kick => t!(to, done_kick, who = who),
            Kind::Timeout => t!(to, done_timeout, who = who),
            Kind::Untimeout => t!(to, done_untimeout, who = who),
            Kind::Voicekick => t!(to, done_voicekick, who = who),
        }
    }

    /// Returns the sentence for whom it was done to; `None` where they notice anyway.
    pub fn told(self, to: &dyn Audience, server: &str) -> Option<String> {
        Some(match self {
            Kind::Ban => t!(to, told_ban, server = server),
            Kind::Tempban => t!(to, told_tempban, server = server),
            Kind::Softban => t!(to, told_softban, server = server),
            Kind::Kick => t!(to, told_kick, server = server),
            Kind::Timeout => t!(to, told_timeout, server = server),
            Kind::Untimeout => t!(to, told_untimeout, server = server),
            Kind::Unban | Kind::Voicekick => return None,
        })
    }

    /// Returns the colour of its cases.
    pub fn color(self) -> u32 {
        match self {
            Kind::Ban | Kind::Tempban => 0xda373c,
            Kind::Softban | Kind::Kick => 0xe67e22,
            Kind::Timeout | Kind::Voicekick => 0xf0b232,
            Kind::Unban | Kind::Untimeout => 0x23a55a,
        }
    }
}
