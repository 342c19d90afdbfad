//! What plays in which voice channel.

use std::time::Duration;

use maud::{Markup, html};

use super::super::access::May;
use super::super::status::{Status, Voice};
use super::super::views::Pieces;
use super::does;
use super::text::{counted, span};

/// Returns the voice channels that the bot is in; nothing when there are none.
pub fn voice(status: &Status, may: May, pieces: &mut Pieces) -> Markup {
    let voice = &status.voice;
    html! {
        @if !voice.is_empty() {
            section.voice aria-labelledby="voice" {
                h2 #voice { "Now playing" span.tally { (voice.len()) } }
                @if let Some(version) = &status.resolver_version {
                    p.hint { "Pages and searches are read by yt-dlp " (version) "." }
                }
                ul.ledger {
                    @for one in voice {
                        @let id = format!("voice-{}", one.guild);
                        (pieces.add(&id, html! { li.entry #(id) data-piece { (entry(one, may)) } }))
                    }
                }
            }
        }
    }
}

fn entry(one: &Voice, may: May) -> Markup {
    html! {
        h3 {
            @match &one.title {
                Some(title) => bdi { (title) },
                None => "Nothing",
            }
            @if one.paused { span.tag { "paused" } }
            @if one.suppressed { span.tag { "not let to speak" } }
        }
        p.hint {
            "in "
            @match &one.name {
                Some(name) => bdi { (name) },
                None => { "server " (one.guild) },
            }
            @if one.title.is_some() {
                ", at " (time(one.position_seconds))
                @if let Some(length) = one.duration_seconds { " of " (time(length)) }
            }
            @if let Some(requester) = &one.requester { ", for " bdi { (requester) } }
            ", " (counted(one.waiting as u64, "track")) " waiting, volume " (one.volume) " %"
        }
        @if let Some(broke) = &one.broke {
            p.hint { bdi { (broke) } }
        }
        div.buttons {
            @let path = format!("/voice/{}", one.guild);
            @let about = one.name.as_deref().unwrap_or(&one.guild);
            @if one.title.is_some() {
                @if one.paused { (does(may, &format!("{path}/resume"), "Resume", about)) }
                @else { (does(may, &format!("{path}/pause"), "Pause", about)) }
                (does(may, &format!("{path}/skip"), "Skip", about))
                (does(may, &format!("{path}/stop"), "Stop", about))
            }
            (does(may, &format!("{path}/leave"), "Leave", about))
        }
    }
}

fn time(seconds: f64) -> String {
    span(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}
