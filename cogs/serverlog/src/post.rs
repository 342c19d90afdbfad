//! Writing notes into their channels, those of some seconds together.

use crate::join::{self, Told};
use crate::kinds::Kind;
use crate::note::{self, Note, RED, Scene, Waiting};
use crate::routes::Routes;
use crate::view;
use cogbox_sdk::discord::messages;
use cogbox_sdk::markdown::escape;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;
use cogbox_sdk::trouble::Why;
use std::collections::BTreeMap;

/// The timer that writes, and how long notes are gathered, in seconds.
const SOON: &str = "write";
const SECONDS: u32 = 2;
/// The timer that writes what a crash or Discord kept from being written, and after how many seconds.
const AGAIN: &str = "again";
const LATER: u32 = 60;

/// Has what waits written soon.
pub fn soon(guild: &str) -> Answer {
    gather::soon(guild, SOON, SECONDS)
}

/// Writes what waits. The timers of a server fire one after the other, so that nothing is written twice.
pub fn due(guild: &str, timer: &str) -> Answer {
    let timers = schedule::guild(guild);
    // Whatever ends this call: the rest is written then.
    timers.set(AGAIN, schedule::after_seconds(LATER))?;
    match timer {
        SOON => gather::begin(guild, SOON)?,
        AGAIN => {}
        _ => fail!("the timer `{timer}` is none of ours"),
    }
    let to = Scene::of(guild);
    let joined = join::join(note::all(guild)?, to.now());
    note::forget(guild, &joined.drop)?;
    let routes = Routes::of(guild)?;
    let mut channels: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for told in &joined.ripe {
        let channel = view::kinds(told).find_map(|kind| routes.channel(kind));
        match channel.filter(|channel| !routes.rests(channel)) {
            Some(channel) => channels.entry(channel).or_default().push(told),
            None => note::forget(guild, &told.of)?,
        }
    }
    let mut lost = match channels.is_empty() {
        true => 0,
        false => note::lost(guild)?,
    };
    let mut stays = false;
    for (channel, all) in channels {
        stays |= !write(&to, &routes, channel, &all, &mut lost)?;
    }
    if joined.more {
        soon(guild)?;
    }
    if !stays {
        timers.cancel(AGAIN)?;
    }
    Ok(())
}

/// Writes into one channel, and returns whether nothing is left to be written there. What was lost is
/// told once, in the first message that goes through.
fn write(
    to: &Scene,
    routes: &Routes,
    channel: &str,
    all: &[&Told],
    lost: &mut i64,
) -> Answer<bool> {
    let notes: Vec<&Note> = all.iter().map(|told| &told.note).collect();
    let mut rest = all.iter();
    for packed in view::pack(to, &notes, *lost) {
        let of = rest.by_ref().take(packed.notes);
        let of: Vec<Waiting> = of.flat_map(|told| told.of.iter().cloned()).collect();
        match send(to, channel, &packed.message) {
            Ok(()) => {
                note::forget(&to.guild, &of)?;
                if *lost > 0 {
                    note::told_lost(&to.guild, *lost)?;
                    *lost = 0;
                }
            }
            Err(refused) if refused.may_pass() => {
                info!("the log can't be written now: {}", refused.message);
                return Ok(false);
            }
            Err(refused) => {
                note::forget(&to.guild, &of)?;
                for told in rest {
                    note::forget(&to.guild, &told.of)?;
                }
                trouble(to, channel, &refused)?;
                return Ok(true);
            }
        }
    }
    if routes.trouble(channel).is_some() {
        Routes::change(&to.guild, |routes| routes.note(channel, None))?;
    }
    Ok(true)
}

fn send(to: &Scene, channel: &str, message: &OutgoingMessage) -> Result<(), Refused> {
    match messages::send(channel, message) {
        // Perhaps it may write there, and attach no files.
        Err(refused) if refused.kind == ErrorKind::Forbidden && !message.files.is_empty() => {
            messages::send(channel, &view::without_files(to, message)).map(drop)
        }
        sent => sent.map(drop),
    }
}

fn trouble(to: &Scene, channel: &str, refused: &Refused) -> Answer {
    match Why::of_channel(refused) {
        Some(Why::ChannelGone) => lost_channel(&to.guild, channel, ""),
        why => Routes::change(&to.guild, |routes| routes.note(channel, why.clone())),
    }
}

/// Switches off what went into a channel that is gone, and says so once in each other channel of the log.
pub fn lost_channel(guild: &str, channel: &str, name: &str) -> Answer {
    let (lost, others) = Routes::change(guild, |routes| {
        let lost = routes.lose(channel);
        let others = routes.channels();
        (
            lost,
            others.into_iter().map(str::to_string).collect::<Vec<_>>(),
        )
    })?;
    if lost.is_empty() {
        return Ok(());
    }
    let to = Scene::of(guild);
    let embed = Embed::titled(t!(to, log_gone)).color(RED).description(t!(
        to,
        log_gone_what,
        name = match name {
            "" => channel.to_string(),
            _ => format!("#{}", escape(name)),
        },
        what = titles(&to, &lost)
    ));
    for other in others {
        if let Err(refused) = messages::send(&other, &embed.clone().into()) {
            info!("that a channel is gone can't be said: {}", refused.message);
        }
    }
    Ok(())
}

/// Names kinds, one after the other.
pub fn titles<'a>(to: &dyn Audience, kinds: impl IntoIterator<Item = &'a Kind>) -> String {
    let titles = kinds.into_iter().map(|kind| kind.title(to));
    titles.collect::<Vec<_>>().join(", ")
}
