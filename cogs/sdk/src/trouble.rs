//! What kept a cog from doing something that nobody waits for, such as a role at joining or a post in a
//! channel: kept for the admins who look, and no fault each time.

use crate::clock::{self, Timestamp};
use crate::error::ErrorKind;
use crate::locale::Audience;
use crate::markdown::{TimeStyle, shorten, time};
use crate::raw::cogbox::host::basics::Error as Refused;
use crate::t;
use serde::{Deserialize, Serialize};

/// Discord's code of a role that is not there.
const UNKNOWN_ROLE: u32 = 10_011;
/// Characters of what the host said.
const SENTENCE: usize = 200;

/// Why something will go wrong again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The bot lacks the permission for roles, or stands below the role.
    RoleAbove,
    RoleGone,
    ChannelClosed,
    ChannelGone,
    /// What the host said.
    Other(String),
}

/// Why something could not be done, and when that was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    pub why: Why,
    pub at: Timestamp,
}

impl Why {
    /// Why a role can't be given or taken; `None` for what passes by itself, and for members who left.
    pub fn of_role(refused: &Refused) -> Option<Self> {
        match refused.kind {
            _ if refused.may_pass() => None,
            ErrorKind::Forbidden => Some(Why::RoleAbove),
            ErrorKind::NotFound if refused.discord_code == Some(UNKNOWN_ROLE) => {
                Some(Why::RoleGone)
            }
            ErrorKind::NotFound => None,
            _ => Some(Why::Other(refused.message.clone())),
        }
    }

    /// Why nothing can be said in a channel; `None` for what passes by itself.
    pub fn of_channel(refused: &Refused) -> Option<Self> {
        match refused.kind {
            _ if refused.may_pass() => None,
            ErrorKind::Forbidden => Some(Why::ChannelClosed),
            ErrorKind::NotFound => Some(Why::ChannelGone),
            _ => Some(Why::Other(refused.message.clone())),
        }
    }

    /// Returns it as a sentence.
    pub fn told(&self, to: &dyn Audience) -> String {
        match self {
            Why::RoleAbove => t!(to, role_above),
            Why::RoleGone => t!(to, role_gone),
            Why::ChannelClosed => t!(to, channel_closed),
            Why::ChannelGone => t!(to, channel_gone),
            Why::Other(why) => shorten(why, SENTENCE),
        }
    }

    /// The same as something that happens now.
    pub fn now(self) -> Trouble {
        let at = clock::now();
        Trouble { why: self, at }
    }
}

impl Trouble {
    /// Whether it is less than so many seconds old, and so too early to try again.
    pub fn rests(&self, seconds: f64) -> bool {
        (0.0..seconds).contains(&(clock::now() - self.at))
    }

    /// Returns it as a line, with when it happened.
    pub fn told(&self, to: &dyn Audience) -> String {
        let since = time(self.at, TimeStyle::Relative);
        format!("⚠️ {} ({since})", self.why.told(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_no_trouble() {
        let refused = |kind, discord_code| Refused {
            kind,
            message: "sentence".into(),
            discord_code,
            retry_after_ms: None,
        };
        let other = Some(Why::Other("sentence".into()));
        for (kind, code, role, channel) in [
            (ErrorKind::Unavailable, None, None, None),
            (ErrorKind::RateLimited, None, None, None),
            (
                ErrorKind::Forbidden,
                Some(50_013),
                Some(Why::RoleAbove),
                Some(Why::ChannelClosed),
            ),
            (
                ErrorKind::NotFound,
                Some(UNKNOWN_ROLE),
                Some(Why::RoleGone),
                Some(Why::ChannelGone),
            ),
            // The member left.
            (
                ErrorKind::NotFound,
                Some(10_007),
                None,
                Some(Why::ChannelGone),
            ),
            (ErrorKind::Denied, None, other.clone(), other.clone()),
        ] {
            let refused = refused(kind, code);
            assert_eq!(Why::of_role(&refused), role, "{refused:?}");
            assert_eq!(Why::of_channel(&refused), channel, "{refused:?}");
        }
    }
}
