//! The panel: the one message of a server that shows what plays, with buttons.
//!
//! It follows the player from track to track. While something plays a timer moves its bar; when the
//! message is gone, or the bot may not change it any more, it is forgotten.

use crate::rules::{Announce, Rules};
use crate::{home, words};
use cogbox_sdk::discord::messages;
use cogbox_sdk::host::player::{self, Playback, Repeat};
use cogbox_sdk::markdown::mention_user;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

/// Where the panel is: its channel and its message.
const PANEL: &str = "panel";
/// The timer that moves the bar, and how often it does.
const TIMER: &str = "bar";
const EVERY_SECONDS: u32 = 10;

const BLURPLE: u32 = 0x58_65_f2;
const GREY: u32 = 0x80_84_8e;

/// Whether a timer is the panel's.
pub fn is_own(timer: &Timer) -> bool {
    timer.name == TIMER
}

/// Returns the panel of what a player does; without buttons where nothing plays.
pub fn view(to: &dyn Audience, now: &Playback) -> OutgoingMessage {
    let Some(track) = &now.playing else {
        return over(to);
    };
    let state = match (now.suppressed, now.paused) {
        (true, _) => t!(to, unheard_state),
        (false, true) => t!(to, paused_state),
        (false, false) => t!(to, now_playing),
    };
    let mut embed = Embed::titled(words::title(track))
        .color(if now.paused { GREY } else { BLURPLE })
        .author(state, None)
        .description(words::bar(now.position, track.duration));
    if let Some(url) = &track.url {
        embed = embed.url(url.clone());
    }
    if let Some(user) = &track.requested_by {
        embed = embed.inline(t!(to, asked_by), mention_user(user));
    }
    let embed = embed
        .inline(t!(to, volume), t!(to, percent, percent = now.volume))
        .inline(t!(to, repeat), repeat(to, now.repeat))
        .footer(t!(to, waiting, count = now.waiting));
    OutgoingMessage::from(embed)
        .row(controls(to, now, track))
        .row([
            Button::secondary("quieter", t!(to, quieter)).emoji("🔉"),
            Button::secondary("louder", t!(to, louder)).emoji("🔊"),
        ])
}

fn controls(to: &dyn Audience, now: &Playback, track: &Track) -> [Button; 4] {
    let pause = match now.paused {
        true => Button::success("resume", t!(to, resume)).emoji("▶️"),
        false => Button::secondary("pause", t!(to, pause)).emoji("⏸️"),
    };
    // What is pressed names what is meant: of two who press at once, the second changes nothing.
    let next = name(after(now.repeat));
    [
        pause,
        Button::secondary(format!("skip:{}", track.id), t!(to, skip)).emoji("⏭️"),
        Button::danger("stop", t!(to, stop)).emoji("⏹️"),
        Button::secondary(format!("repeat:{next}"), t!(to, repeat)).emoji("🔁"),
    ]
}

/// Returns the panel when nothing plays any more.
pub fn over(to: &dyn Audience) -> OutgoingMessage {
    Embed::text(t!(to, panel_over)).color(GREY).into()
}

/// Returns a mode of repeating in words.
pub fn repeat(to: &dyn Audience, mode: Repeat) -> String {
    match mode {
        Repeat::Off => t!(to, repeat_off),
        Repeat::Track => t!(to, repeat_track),
        Repeat::Queue => t!(to, repeat_queue),
    }
}

/// Returns the mode that a button names.
pub fn mode(name: &str) -> Repeat {
    match name {
        "track" => Repeat::Track,
        "queue" => Repeat::Queue,
        _ => Repeat::Off,
    }
}

fn name(mode: Repeat) -> &'static str {
    match mode {
        Repeat::Off => "off",
        Repeat::Track => "track",
        Repeat::Queue => "queue",
    }
}

fn after(mode: Repeat) -> Repeat {
    match mode {
        Repeat::Off => Repeat::Queue,
        Repeat::Queue => Repeat::Track,
        Repeat::Track => Repeat::Off,
    }
}

/// Makes a message the panel, in the place of the one before, which goes.
pub fn set(guild: &str, channel: &str, message: &str, now: &Playback) -> Answer {
    let kept = store::guild(guild);
    let before = kept.text(PANEL)?;
    let place = format!("{channel} {message}");
    kept.set(PANEL, &place)?;
    if let Some(before) = before.filter(|before| *before != place)
        && let Some((channel, message)) = before.split_once(' ')
    {
        // Somebody may have deleted it, or the bot may not see that channel any more.
        let _ = messages::delete(channel, message);
    }
    keep_moving(guild, now)
}

/// Takes over a panel whose button was pressed, should it be an older one.
pub fn adopt(ctx: &Context, guild: &str, now: &Playback) -> Answer {
    match ctx.message() {
        Some(message) => set(guild, &message.channel, &message.id, now),
        None => Ok(()),
    }
}

/// Shows what plays now, if there is a panel.
pub fn refresh(guild: &str) -> Answer {
    let Some(now) = player::status(guild)? else {
        return close(guild);
    };
    let language = home::language(guild)?;
    if change(guild, view(&language, &now))? {
        keep_moving(guild, &now)?;
    }
    Ok(())
}

/// Says that nothing plays any more, and forgets the panel.
pub fn close(guild: &str) -> Answer {
    let language = home::language(guild)?;
    change(guild, over(&language))?;
    forget(guild)
}

/// Announces a track that began, as the server wants it.
pub fn announce(guild: &str) -> Answer {
    let rules = Rules::of(guild);
    let Some(now) = player::status(guild)? else {
        return Ok(());
    };
    let language = home::language(guild)?;
    let how = match rules.announce()? {
        // A track that goes round is nothing new.
        Announce::Anew if now.repeat == Repeat::Track => Announce::Edit,
        how => how,
    };
    if how != Announce::Anew && change(guild, view(&language, &now))? {
        return keep_moving(guild, &now);
    }
    let Some(channel) = place(guild, &rules)?.filter(|_| how != Announce::Off) else {
        return Ok(());
    };
    match messages::send(&channel, &view(&language, &now)) {
        Ok(message) => set(guild, &channel, &message.id, &now),
        Err(refused) => {
            debug!(
                "a track can't be announced in {channel}: {}",
                refused.message
            );
            Ok(())
        }
    }
}

/// Says that a track could not be played, where tracks are announced.
pub fn announce_failure(guild: &str, track: &Track) -> Answer {
    let rules = Rules::of(guild);
    if rules.announce()? == Announce::Off {
        return Ok(());
    }
    let language = home::language(guild)?;
    if let Some(channel) = place(guild, &rules)? {
        let text = t!(&language, failed, title = words::title(track));
        if let Err(refused) = messages::send(&channel, &text.into()) {
            debug!("a failure can't be told in {channel}: {}", refused.message);
        }
    }
    Ok(())
}

fn place(guild: &str, rules: &Rules) -> Answer<Option<String>> {
    match rules.announce_channel()? {
        Some(channel) => Ok(Some(channel)),
        None => home::channel(guild),
    }
}

/// Changes the panel, if there is one. Tells whether there is one still.
fn change(guild: &str, view: OutgoingMessage) -> Answer<bool> {
    let Some(panel) = store::guild(guild).text(PANEL)? else {
        return Ok(false);
    };
    let Some((channel, message)) = panel.split_once(' ') else {
        return Ok(false);
    };
    match messages::edit(channel, message, &view.into()) {
        Err(gone) if is_gone(&gone) => {
            forget(guild)?;
            Ok(false)
        }
        Err(refused) => {
            // The next look shows it.
            debug!("the panel can't be changed now: {}", refused.message);
            Ok(true)
        }
        Ok(_) => Ok(true),
    }
}

fn is_gone(refused: &Refused) -> bool {
    matches!(
        refused.kind,
        ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Denied
    )
}

fn forget(guild: &str) -> Answer {
    store::guild(guild).delete(PANEL)?;
    schedule::guild(guild).cancel(TIMER)?;
    Ok(())
}

/// Has the bar move while something plays, and stand still while not.
fn keep_moving(guild: &str, now: &Playback) -> Answer {
    let timers = schedule::guild(guild);
    if now.playing.is_some() && !now.paused {
        timers.set(TIMER, schedule::every_seconds(EVERY_SECONDS))
    } else {
        timers.cancel(TIMER).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playback(paused: bool) -> Playback {
        let track = Track {
            id: 7,
            title: "One *two*".into(),
            url: None,
            duration: Some(60_000),
            requested_by: Some("1".into()),
        };
        Playback {
            channel: "70".into(),
            playing: Some(track),
            position: 30_000,
            paused,
            volume: 80,
            repeat: Repeat::Queue,
            waiting: 2,
            suppressed: false,
        }
    }

    fn ids(view: &OutgoingMessage) -> Vec<&str> {
        let buttons = view.rows.iter().flatten().map(|one| match one {
            Component::Button(button) => button.id.as_str(),
            other => panic!("only buttons were expected: {other:?}"),
        });
        buttons.collect()
    }

    #[test]
    fn the_panel_shows_the_track_and_what_the_buttons_do_next() {
        let shown = view(&"en-US", &playback(false));
        assert_eq!(shown.embeds[0].title.as_deref(), Some(r"One \*two\*"));
        let all = [
            "pause",
            "skip:7",
            "stop",
            "repeat:track",
            "quieter",
            "louder",
        ];
        assert_eq!(ids(&shown), all);
        assert_eq!(ids(&view(&"de", &playback(true)))[0], "resume");
    }

    #[test]
    fn in_the_audience_of_a_stage_it_says_what_to_do() {
        let unheard = Playback {
            suppressed: true,
            ..playback(false)
        };
        let shown = view(&"en-US", &unheard);
        let state = shown.embeds[0].author.as_ref().unwrap();
        assert_eq!(state.name, "Nobody hears me: let me speak on this stage");
    }

    #[test]
    fn where_nothing_plays_there_is_nothing_to_press() {
        let silent = Playback {
            playing: None,
            ..playback(false)
        };
        assert!(view(&"en-US", &silent).rows.is_empty());
    }

    #[test]
    fn repeating_goes_round() {
        for mode_now in [Repeat::Off, Repeat::Track, Repeat::Queue] {
            assert_eq!(mode(name(mode_now)), mode_now);
            assert_eq!(after(after(after(mode_now))), mode_now);
        }
    }
}
