//! Makes a fault happen.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Fault, voice};
use crate::gateway::{self, Order, Tampering};
use crate::hub::{Hub, State};
use crate::model::intents;
use crate::rest::{Instead, Plan, meddle};
use crate::snowflake::Id;
use crate::world::Change;

/// The most people or guilds one fault makes, so that a slip does not eat the machine's memory.
const MOST: usize = 200_000;

/// Makes a fault happen, or says in a sentence why it cannot.
pub fn cause(hub: &Hub, fault: Fault) -> Result<(), String> {
    if let Fault::PassTime { seconds } = fault {
        hub.clock().advance(length(seconds)?);
        hub.with(|state| state.apply(Change::TimePassed));
        return Ok(());
    }
    hub.with(|state| {
        state.touch();
        happen(state, fault)
    })
}

fn happen(state: &mut State, fault: Fault) -> Result<(), String> {
    match fault {
        Fault::Dispatch { name, data } => {
            state.sessions.dispatch_raw(&name, &data.to_string());
        }
        Fault::Payload { payload, shard } => order(state, send(&payload), shard),
        Fault::Alter {
            event,
            pointer,
            value,
            times,
        } => {
            if !pointer.starts_with('/') {
                return Err(format!(
                    "\"{pointer}\" is no JSON pointer; begin it with a slash, as in /author/id."
                ));
            }
            plan(state, event, times, Tampering::Alter { pointer, value });
        }
        Fault::Repeat { event, more, times } => plan(state, event, times, Tampering::Repeat(more)),
        Fault::ReplayAgain { dispatches } => state.sessions.replay_again = dispatches,
        Fault::HoldBack { event, times } => plan(state, event, times, Tampering::Hold),
        Fault::Lose {
            event,
            numbered,
            times,
        } => plan(state, event, times, Tampering::Lose { numbered }),
        Fault::Sparse { on } => state.sessions.tamper.sparse = on,
        Fault::Intents { privileged } => {
            state.world.application.privileged = privileged & intents::PRIVILEGED;
        }
        Fault::WithholdAcks { on } => state.sessions.set_acks(!on),
        Fault::AskHeartbeat { shard } => {
            let payload = json!({"op": 1, "d": null, "s": null, "t": null});
            order(state, send(&payload), shard);
        }
        Fault::Reconnect { shard } => order(state, Order::Reconnect, shard),
        Fault::ReconnectAtHello { times } => state.sessions.reconnect_at_hello = times,
        Fault::InvalidSession { resumable, shard } => {
            let payload = json!({"op": 9, "d": resumable, "s": null, "t": null});
            order(state, send(&payload), shard);
            if !resumable {
                state.sessions.invalidate(shard);
            }
        }
        Fault::Close { code, shard } => order(state, Order::Close(code), shard),
        Fault::Drop { shard } => order(state, Order::Drop, shard),
        Fault::LoseSessions { shard } => {
            order(state, Order::Drop, shard);
            state.sessions.invalidate(shard);
        }
        Fault::ResetToken { token } => {
            let usable = |token: &String| !token.is_empty() && !token.contains(' ');
            if token.as_ref().is_some_and(|token| !usable(token)) {
                return Err("A token must not be empty or hold spaces.".to_owned());
            }
            state.reset_token(token);
        }
        Fault::Ban { seconds } => {
            state.limits.ban(state.now.plus(length(seconds)?));
        }
        Fault::ClockSkew { seconds } => state.limits.skew = seconds,
        fault @ (Fault::VoiceClose { .. }
        | Fault::VoiceMove { .. }
        | Fault::VoiceServer { .. }
        | Fault::VoiceEncryption { .. }
        | Fault::VoiceModes { .. }
        | Fault::VoicePackets { .. }) => return voice::cause(state, fault),
        Fault::Limit { .. }
        | Fault::Answer { .. }
        | Fault::Reset { .. }
        | Fault::Hang { .. }
        | Fault::Cut { .. } => state.plans.push(planned(fault)?),
        fault => return befall(state, fault),
    }
    Ok(())
}

/// Faults that are changes of the world.
fn befall(state: &mut State, fault: Fault) -> Result<(), String> {
    match fault {
        Fault::Crowd { guild, members } => {
            let count = within(members)?;
            change(state, Change::AddCrowd { guild, count }, "guild")
        }
        Fault::Guilds { count } => {
            let owner = state.world.application.owner;
            let owner = state.world.user(owner).map(|user| user.id);
            let owner = owner.unwrap_or(state.world.application.bot);
            for n in 1..=within(count)? {
                let name = format!("Guild {n}");
                state.apply(Change::AddGuild { name, owner });
            }
            Ok(())
        }
        Fault::Outage {
            on,
            guild: Some(guild),
            ..
        } => {
            let available = !on;
            change(state, Change::SetAvailable { guild, available }, "guild")
        }
        Fault::Outage {
            on, shard, shards, ..
        } => {
            let here = |id: &&Id| shard.is_none_or(|shard| id.shard(shards) == shard);
            let guilds: Vec<Id> = state.world.guilds.keys().filter(here).copied().collect();
            let available = !on;
            for guild in guilds {
                state.apply(Change::SetAvailable { guild, available });
            }
            Ok(())
        }
        Fault::UnavailableGuild { guild } => {
            let data = json!({"id": guild, "unavailable": true});
            state
                .sessions
                .dispatch_raw("GUILD_CREATE", &data.to_string());
            Ok(())
        }
        Fault::RemoveBot { guild } => change(state, Change::RemoveBot { guild }, "guild"),
        Fault::BotPermissions { guild, permissions } => {
            let place = state.world.guilds.get(&guild);
            let own = place.and_then(|place| {
                let bot = place.members.get(&state.world.application.bot)?;
                let roles = bot.roles.iter().filter_map(|role| place.roles.get(role));
                roles.filter(|role| role.managed).map(|role| role.id).next()
            });
            let role = own.ok_or("The bot has no role of its own in this guild.")?;
            let mentionable = false;
            let set = Change::SetRole {
                guild,
                role,
                permissions,
                mentionable,
            };
            change(state, set, "role")
        }
        Fault::DeleteMessage { channel, message } => {
            change(state, Change::DeleteMessage { channel, message }, "message")
        }
        Fault::ExpireInteractions => {
            state.apply(Change::ExpireInteractions);
            Ok(())
        }
        Fault::AnswerElsewhere => {
            for interaction in state.world.unanswered() {
                let ephemeral = false;
                state.apply(Change::Defer {
                    interaction,
                    ephemeral,
                });
            }
            Ok(())
        }
        Fault::Grant { guild, granted } => {
            change(state, Change::GrantCommands { guild, granted }, "guild")
        }
        Fault::Install { user } => change(state, Change::InstallFor { user }, "user"),
        Fault::ReplaceCommands { guild, commands } => meddle(state, guild, &commands)
            .map_err(|refusal| format!("Discord takes no such commands: {}", refusal.body())),
        Fault::AttachmentLimit { bytes } => {
            state.world.attachment_limit = bytes;
            Ok(())
        }
        // All others have been made to happen before.
        _ => Ok(()),
    }
}

/// Makes the planned answer of a fault that concerns a route.
fn planned(fault: Fault) -> Result<Plan, String> {
    let (method, path, times, instead) = match fault {
        Fault::Limit {
            method,
            path,
            retry_after,
            scope,
            times,
        } => {
            let retry_after = length(retry_after)?;
            (method, path, times, Instead::Limited(retry_after, scope))
        }
        Fault::Answer {
            method,
            path,
            status,
            body,
            times,
        } => {
            if !(200..=599).contains(&status) {
                return Err(format!(
                    "{status} is no status of an answer; take 200 to 599."
                ));
            }
            (method, path, times, Instead::Answer { status, body })
        }
        Fault::Reset {
            method,
            path,
            times,
        } => (method, path, times, Instead::Reset),
        Fault::Hang {
            method,
            path,
            seconds,
            times,
        } => (method, path, times, Instead::Hang(length(seconds)?)),
        Fault::Cut {
            method,
            path,
            keep,
            times,
        } => (method, path, times, Instead::Cut(keep)),
        _ => return Err("This fault concerns no route.".to_owned()),
    };
    if path != "*" && !path.starts_with('/') {
        return Err(format!(
            "\"{path}\" is no path; begin it with a slash after /api/v10."
        ));
    }
    Ok(Plan {
        method,
        path,
        times,
        instead,
    })
}

fn plan(state: &mut State, event: String, times: u32, how: Tampering) {
    if times > 0 {
        state
            .sessions
            .tamper
            .plans
            .push(gateway::Plan { event, times, how });
    }
}

fn order(state: &mut State, order: Order, shard: Option<u64>) {
    state.sessions.order(&order, shard);
}

fn send(payload: &Value) -> Order {
    Order::Send(payload.to_string())
}

fn change(state: &mut State, change: Change, what: &str) -> Result<(), String> {
    let changed = state.apply(change);
    changed
        .map(|_| ())
        .ok_or_else(|| format!("There is no such {what}."))
}

fn within(count: usize) -> Result<usize, String> {
    match count <= MOST {
        true => Ok(count),
        false => Err(format!("{count} are too many; make up to {MOST} at once.")),
    }
}

fn length(seconds: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| format!("{seconds} s is no length of time; give seconds from 0 on."))
}
