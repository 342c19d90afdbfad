//! What plays in which voice channel.

use std::time::Duration;

use maud::{Markup, html};

use super::super::status::Voice;
use super::text::{counted, span};

/// Returns the voice channels that the bot is in; nothing when there are none.
pub fn voice(voice: &[Voice]) -> Markup {
    html! {
        @if !voice.is_empty() {
            section.voice aria-labelledby="voice" {
                h2 #voice { "Now playing" span.tally { (voice.len()) } }
                ul.ledger { @for one in voice { li.entry { (entry(one)) } } }
            }
        }
    }
}

fn entry(one: &Voice) -> Markup {
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
    }
}

fn time(seconds: f64) -> String {
    span(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}
