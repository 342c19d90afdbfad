//! What a person is told instead of a cog's answer, before the cog runs: that it is switched off in
//! this server, that a command was used too often, or that it is still at work.

use std::time::{Duration, Instant};

use crate::cog::Cog;
use crate::commands::{Running, Scoped, Use};
use crate::host::convert::{self, What};
use crate::host::{Origin, Services};

/// Why a cog is not called.
pub struct Refused {
    /// What the person is told.
    pub sentence: String,
    /// What it is counted as.
    pub outcome: &'static str,
}

/// Lets a cog be called for what somebody did, or says why not. A use that is let in counts; it lasts
/// until what is returned is dropped.
pub fn admitted(
    services: &Services,
    cog: &Cog,
    what: &What,
    origin: &Origin,
    made_up: Option<&Scoped>,
) -> Result<Option<Running>, Refused> {
    let refused = |outcome, sentence| Err(Refused { sentence, outcome });
    let name = cog.name();
    if !services.per_guild.is_on(&cog.identity, origin.guild) {
        return refused(
            "disabled",
            format!(
                "**{name}** is switched off in this server. Whoever manages the server can switch it on with `/cogs enable`."
            ),
        );
    }
    if let Some(until) = cog.health.rests(origin.guild, Instant::now()) {
        let wait = spoken(until.saturating_duration_since(Instant::now()));
        return refused(
            "quarantined",
            format!("**{name}** failed again and again, and rests now. Try again in {wait}."),
        );
    }
    let What::Command(invocation) = what else {
        return Ok(None);
    };
    let (Some(command), Some(user), Some(channel)) =
        (invocation.path.first(), origin.invoker, origin.channel)
    else {
        return Ok(None);
    };
    let declared = cog.commands.iter().find(|known| known.name == *command);
    let (cooldown, concurrency) = match made_up {
        Some(made_up) => (made_up.cooldown, made_up.concurrency),
        None => (
            declared.and_then(|command| command.cooldown.as_ref().map(convert::cooldown)),
            declared.and_then(|command| command.concurrency.as_ref().map(convert::concurrency)),
        ),
    };
    let one = Use {
        cog: name,
        command,
        user,
        guild: origin.guild,
        channel,
    };
    let running = match &concurrency {
        None => None,
        Some(most) => match services.uses.begin(&one, most) {
            Some(running) => Some(running),
            None => {
                return refused(
                    "concurrency",
                    format!("`/{command}` is still at work. Try again when that is done."),
                );
            }
        },
    };
    let counted = match &cooldown {
        None => Ok(()),
        Some(cooldown) => services.cooldowns.count(&one, cooldown, Instant::now()),
    };
    match counted {
        Ok(()) => Ok(running),
        Err(wait) => refused(
            "cooldown",
            format!(
                "`/{command}` was used too often just now. Try again in {}.",
                spoken(wait)
            ),
        ),
    }
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
