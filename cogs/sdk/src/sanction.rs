//! What a server has done to a member by a rule of its own: a timeout, a kick or a ban.

use crate::discord::{members, moderation};
use crate::error::{Answer, OrTell};
use crate::hierarchy::{self, Need};
use crate::locale::Audience;
use crate::{clock, duration, t, tell, temporary_bans};

/// Discord's longest timeout, in seconds.
pub const LONGEST_TIMEOUT: u64 = 28 * 24 * 3_600;
const LONGER_TIMEOUT: u64 = LONGEST_TIMEOUT + 1;

/// One of them; lengths are in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "json", serde(rename_all = "lowercase"))]
pub enum Sanction {
    /// They can neither write nor speak for a time.
    Timeout(u64),
    /// They may come back.
    Kick,
    /// For a time, or for good.
    Ban(Option<u64>),
}

impl Sanction {
    /// A timeout for a length as people write it, or what is wrong with that.
    pub fn timeout(to: &dyn Audience, length: Option<&str>) -> Answer<Self> {
        match seconds(to, length)? {
            None => tell!(to, timeout_needs_length),
            Some(LONGER_TIMEOUT..) => tell!(to, timeout_too_long),
            Some(seconds) => Ok(Sanction::Timeout(seconds)),
        }
    }

    /// A kick, which has no length.
    pub fn kick(to: &dyn Audience, length: Option<&str>) -> Answer<Self> {
        match length {
            None => Ok(Sanction::Kick),
            Some(_) => tell!(to, kick_has_no_length),
        }
    }

    /// A ban for a length as people write it, or for good.
    pub fn ban(to: &dyn Audience, length: Option<&str>) -> Answer<Self> {
        let bounds = temporary_bans::SHORTEST..=temporary_bans::LONGEST;
        match seconds(to, length)? {
            Some(seconds) if !bounds.contains(&seconds) => tell!(to, ban_bounds),
            seconds => Ok(Sanction::Ban(seconds)),
        }
    }

    /// Returns what the bot needs for it.
    pub fn need(self) -> Need {
        match self {
            Sanction::Timeout(_) => Need::Moderate,
            Sanction::Kick => Need::Kick,
            Sanction::Ban(_) => Need::Ban,
        }
    }

    /// Returns how long it lasts, where it ends.
    pub fn seconds(self) -> Option<u64> {
        match self {
            Sanction::Timeout(seconds) => Some(seconds),
            Sanction::Kick => None,
            Sanction::Ban(seconds) => seconds,
        }
    }

    /// Returns when it ends, if it begins now.
    pub fn until(self) -> Option<f64> {
        Some(clock::now() + self.seconds()? as f64)
    }

    /// Returns its name with its length, such as `timeout of 10 minutes`.
    pub fn name(self, to: &dyn Audience) -> String {
        let length = |seconds| duration::words(to, seconds);
        match self {
            Sanction::Timeout(seconds) => t!(to, sanction_timeout, length = length(seconds)),
            Sanction::Kick => t!(to, sanction_kick),
            Sanction::Ban(None) => t!(to, sanction_ban),
            Sanction::Ban(Some(seconds)) => t!(to, sanction_tempban, length = length(seconds)),
        }
    }

    /// Says why it can't be done to a member: what the bot lacks, or who stands too high.
    pub fn obstacle(self, to: &dyn Audience, guild: &str, user: &str) -> Answer<Option<String>> {
        if let Some(why) = hierarchy::lacking(to, guild, self.need())? {
            return Ok(Some(why));
        }
        if let Some(why) = hierarchy::above_me(to, guild, user, true)? {
            return Ok(Some(why));
        }
        match self {
            Sanction::Timeout(_) => hierarchy::administrator(to, guild, user),
            _ => Ok(None),
        }
    }

    /// Does it. A timeout that lasts longer already stays; a ban deletes messages of so many seconds.
    pub fn apply(self, guild: &str, user: &str, deletes: u32, reason: &str) -> Answer {
        let until = self.until();
        match self {
            Sanction::Timeout(_) => {
                let present = members::get(guild, user)?.timed_out_until;
                if present >= until {
                    return Ok(());
                }
                Ok(moderation::set_timeout(guild, user, until, Some(reason))?)
            }
            Sanction::Kick => Ok(moderation::kick(guild, user, Some(reason))?),
            Sanction::Ban(_) => {
                match until {
                    Some(until) => temporary_bans::set(guild, user, until)?,
                    None => drop(temporary_bans::forget(guild, user)?),
                }
                Ok(moderation::ban(guild, user, deletes, Some(reason))?)
            }
        }
    }
}

fn seconds(to: &dyn Audience, length: Option<&str>) -> Answer<Option<u64>> {
    match length {
        None => Ok(None),
        Some(typed) => Ok(Some(duration::read(typed).or_tell(t!(to, no_length))?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &dyn Audience = &"en-US";

    #[test]
    fn each_mistake_has_its_sentence() {
        let told = |read: Answer<Sanction>| {
            let error = read.unwrap_err();
            assert!(error.is_told(), "{error}");
            error.sentence().to_owned()
        };
        assert!(told(Sanction::timeout(EN, None)).contains("how long"));
        assert!(told(Sanction::timeout(EN, Some("29d"))).contains("28 days"));
        assert!(told(Sanction::kick(EN, Some("1h"))).contains("no length"));
        assert!(told(Sanction::ban(EN, Some("1s"))).contains("minute"));
        assert!(told(Sanction::ban(EN, Some("soon"))).contains("30m"));
        assert_eq!(Sanction::ban(EN, None), Ok(Sanction::Ban(None)));
        let longest = Sanction::timeout(EN, Some("28d"));
        assert_eq!(longest, Ok(Sanction::Timeout(LONGEST_TIMEOUT)));
    }

    #[test]
    fn names_have_their_lengths() {
        let name = |sanction: Sanction| sanction.name(EN);
        assert_eq!(name(Sanction::Timeout(600)), "timeout of 10 minutes");
        assert_eq!(name(Sanction::Ban(None)), "ban");
        assert_eq!(Sanction::Ban(Some(86_400)).name(&"de"), "Bann (1 Tag)");
    }
}
