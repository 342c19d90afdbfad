//! What Discord says of the bot: its token, its intents, its permissions, the clock.

use serde::Deserialize;
use serenity::model::guild::GuildInfo;
use serenity::model::permissions::Permissions;

use super::Report;
use crate::cli::invite::{Needs, PRIVILEGED};
use crate::cli::{FAILED, Failure, INTENTS, TOKEN};
use crate::config::{Shards, Token};
use crate::host::grants;
use crate::rest::{DISCORD_API, Rest, RestError, RestErrorKind, Route};
use crate::telemetry::Metrics;

/// How far a clock may be off, in seconds: timers fire by it.
const CLOCK: i64 = 10;
/// Servers that are named.
const NAMED: usize = 5;
/// New sessions of a day that should be left.
const SESSIONS: u32 = 50;

/// The flags of an application that say a privileged intent is switched on, for a bot in many servers
/// and for one in few, in the order of [`PRIVILEGED`].
const SWITCHED_ON: [u64; 3] = [1 << 12 | 1 << 13, 1 << 14 | 1 << 15, 1 << 18 | 1 << 19];

#[derive(Deserialize)]
struct Application {
    id: String,
    name: String,
    #[serde(default)]
    flags: u64,
}

#[derive(Deserialize)]
struct Gateway {
    shards: u32,
    session_start_limit: Sessions,
}

#[derive(Deserialize)]
struct Sessions {
    total: u32,
    remaining: u32,
}

/// Asks it all.
pub(super) async fn ask(
    api: Option<String>,
    token: &Token,
    shards: &Shards,
    needs: &[(String, Needs)],
    report: &mut Report,
) {
    let api = api.unwrap_or_else(|| DISCORD_API.to_owned());
    let rest = match Rest::new(&api, token, Metrics::new()) {
        Ok(rest) => rest,
        Err(error) => return report.fail("discord", refused(&error)),
    };
    let application: Application = match rest.ask(Route::Application()).await {
        Ok(application) => application,
        Err(error) => return report.fail("discord", refused(&error)),
    };
    report.ok("discord", format!("the token is {}'s", application.name));
    clock(&rest, report);
    intents(&application, needs, report);
    sessions(&rest, shards, report).await;
    permissions(&rest, needs, report).await;
}

fn refused(error: &RestError) -> Failure {
    let (code, what, fix) = match error.kind {
        RestErrorKind::Unauthorized => (
            TOKEN,
            "Discord refuses the token",
            "reset it at discord.com/developers under Bot, and set DISCORD_TOKEN to the new one",
        ),
        RestErrorKind::Banned => (
            FAILED,
            error.message.as_str(),
            "wait; Discord's network refuses this address for a while",
        ),
        _ => (
            FAILED,
            error.message.as_str(),
            "check this machine's network and names (DNS), a firewall towards discord.com, and discordstatus.com",
        ),
    };
    let message = format!("{what}\n  fix: {fix}");
    Failure { code, message }
}

fn clock(rest: &Rest, report: &mut Report) {
    // Without a date in the reply nothing is known.
    let Some(ahead) = rest.clock_ahead().map(|ahead| ahead.whole_seconds()) else {
        return;
    };
    if ahead.abs() <= CLOCK {
        return report.ok("clock", "as Discord's");
    }
    let way = if ahead > 0 { "before" } else { "behind" };
    report.warn(
        "clock",
        &format!("{} seconds {way} Discord's", ahead.abs()),
        "have it set from the network, such as by systemd-timesyncd or chrony: timers and logins go by it",
    );
}

/// Whether what the cogs hear is switched on. Discord closes the connection otherwise.
fn intents(application: &Application, needs: &[(String, Needs)], report: &mut Report) {
    let mut off = Vec::new();
    for ((intent, called), flags) in PRIVILEGED.iter().zip(SWITCHED_ON) {
        let cogs = needs
            .iter()
            .filter(|(_, needs)| needs.intents.contains(*intent));
        let cogs: Vec<_> = cogs.map(|(cog, _)| cog.as_str()).collect();
        if !cogs.is_empty() && application.flags & flags == 0 {
            off.push(format!("{called} (for {})", cogs.join(", ")));
        }
    }
    if off.is_empty() {
        return report.ok("intents", "those that the cogs need are switched on");
    }
    report.fail(
        "intents",
        Failure {
            code: INTENTS,
            message: format!(
                "switched off, and needed: {}\n  fix: switch them on at https://discord.com/developers/applications/{}/bot \
                 under \"Privileged Gateway Intents\", or remove these cogs",
                off.join(", "),
                application.id
            ),
        },
    );
}

async fn sessions(rest: &Rest, shards: &Shards, report: &mut Report) {
    let gateway: Gateway = match rest.ask(Route::GatewayBot()).await {
        Ok(gateway) => gateway,
        Err(error) => return report.fail("gateway", refused(&error)),
    };
    let Sessions { total, remaining } = gateway.session_start_limit;
    let wanted = match shards {
        Shards::Recommended => gateway.shards,
        Shards::These { of, .. } => *of,
    };
    let text = format!("{remaining} of {total} new sessions left today; shards: {wanted}");
    match remaining >= SESSIONS.min(total) {
        true => report.ok("gateway", text),
        false => report.warn(
            "gateway",
            &text,
            "find out why sessions begin anew: is the folder `sessions` beside the database kept over restarts, does another process use the token?",
        ),
    }
}

/// Whether the bot may in its servers what its cogs do there.
async fn permissions(rest: &Rest, needs: &[(String, Needs)], report: &mut Report) {
    let guilds: Vec<GuildInfo> = match rest.ask(Route::OwnGuilds("limit=200".into())).await {
        Ok(guilds) => guilds,
        Err(error) => return report.fail("permissions", refused(&error)),
    };
    if guilds.is_empty() {
        let text = "the bot is in no server";
        return report.warn(
            "permissions",
            text,
            "open the link that `cogbox invite` prints",
        );
    }
    let all = needs.iter().map(|(_, needs)| needs.permissions);
    let all = all.fold(Permissions::empty(), |all, some| all | some);
    let lacking = guilds.iter().filter_map(|guild| {
        let has = guild.permissions;
        let lacks = all & !has;
        let enough = has.contains(Permissions::ADMINISTRATOR) || lacks.is_empty();
        (!enough).then_some((guild, lacks))
    });
    let lacking: Vec<_> = lacking.collect();
    if lacking.is_empty() {
        let count = guilds.len();
        return report.ok(
            "permissions",
            format!("what the cogs need, in each server ({count})"),
        );
    }
    for (guild, lacks) in lacking.iter().take(NAMED) {
        let names: Vec<_> = grants::permission_names(*lacks)
            .map(|(name, _)| name)
            .collect();
        report.warn(
            "permissions",
            &format!("{:?} ({}) withholds {}", guild.name, guild.id, names.join(", ")),
            "open the link that `cogbox invite` prints again for that server, or leave it if its admins mean it so",
        );
    }
    if lacking.len() > NAMED {
        let more = lacking.len() - NAMED;
        report.skip(
            "permissions",
            &format!("and {more} more servers withhold some"),
        );
    }
}
