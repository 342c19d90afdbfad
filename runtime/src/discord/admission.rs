//! What a person is told instead of a cog's answer, before the cog runs: that it is switched off in
//! this server, or that a command was used too often.

use std::time::{Duration, Instant};

use crate::cog::Cog;
use crate::commands::Use;
use crate::config::Cooldown;
use crate::host::convert::{self, What};
use crate::host::{Origin, Services};

/// Why a cog is not called.
pub struct Refused {
    /// What the person is told.
    pub sentence: String,
    /// What it is counted as.
    pub outcome: &'static str,
}

/// Returns why a cog is not called for what somebody did; `None` when it is. A use that is let in
/// counts.
pub fn refused(
    services: &Services,
    cog: &Cog,
    what: &What,
    origin: &Origin,
    made_up: Option<Cooldown>,
) -> Option<Refused> {
    if !services.per_guild.is_on(&cog.identity, origin.guild) {
        return Some(Refused {
            sentence: format!(
                "**{}** is switched off in this server. Whoever manages the server can switch it on with `/cogs enable`.",
                cog.name()
            ),
            outcome: "disabled",
        });
    }
    if let Some(until) = cog.health.rests(origin.guild, Instant::now()) {
        let wait = until.saturating_duration_since(Instant::now());
        return Some(Refused {
            sentence: format!(
                "**{}** failed again and again, and rests now. Try again in {}.",
                cog.name(),
                spoken(wait)
            ),
            outcome: "quarantined",
        });
    }
    let What::Command(invocation) = what else {
        return None;
    };
    let command = invocation.path.first()?;
    let declared = cog.commands.iter().find(|known| known.name == *command);
    let declared = declared.and_then(|command| command.cooldown.as_ref());
    let cooldown = made_up.or(declared.map(convert::cooldown))?;
    let one = Use {
        cog: cog.name(),
        command,
        user: origin.invoker?,
        guild: origin.guild,
        channel: origin.channel?,
    };
    let wait = services
        .cooldowns
        .count(&one, &cooldown, Instant::now())
        .err()?;
    Some(Refused {
        sentence: format!(
            "`/{command}` was used too often just now. Try again in {}.",
            spoken(wait)
        ),
        outcome: "cooldown",
    })
}

/// Returns a time as people say it, rounded up.
fn spoken(wait: Duration) -> String {
    let seconds = wait.as_millis().div_ceil(1_000).max(1);
    let many = |count: u128, of: &str| match count {
        1 => format!("1 {of}"),
        _ => format!("{count} {of}s"),
    };
    match seconds {
        0..120 => many(seconds, "second"),
        120..7_200 => many(seconds.div_ceil(60), "minute"),
        _ => many(seconds.div_ceil(3_600), "hour"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spoken() {
        let said = |millis| spoken(Duration::from_millis(millis));
        assert_eq!(said(0), "1 second");
        assert_eq!(said(1_001), "2 seconds");
        assert_eq!(said(121_000), "3 minutes");
        assert_eq!(said(7_200_000), "2 hours");
    }
}
