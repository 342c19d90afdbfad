//! Who comes into voice channels, moves and leaves, and whom moderators mute there.

use crate::ignored::Ignored;
use crate::kinds::Kind;
use crate::note::{GREEN, GREY, RED, Scene, YELLOW};
use crate::routes::Routes;
use cogbox_sdk::markdown::{mention_channel, mention_user};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::VoiceState;

use super::{change, yes};

pub fn changed(before: Option<VoiceState>, after: &VoiceState) -> Answer {
    let (guild, user) = (&after.guild, &after.user);
    let was = before.as_ref().and_then(|before| before.channel.as_ref());
    let is = after.channel.as_ref();
    let by_moderators = before.as_ref().filter(|before| {
        is.is_some() && (before.muted != after.muted || before.deafened != after.deafened)
    });
    if was == is && by_moderators.is_none() && before.is_some() {
        return Ok(());
    }
    if !Routes::of(guild)?.wants(Kind::Voice) {
        return Ok(());
    }
    let ignored = Ignored::of(guild)?;
    let is_left_out = |place: Option<&String>| place.is_none_or(|place| ignored.place(place));
    if (is_left_out(was) && is_left_out(is) && (was.is_some() || is.is_some()))
        || ignored.stranger(guild, user)?
    {
        return Ok(());
    }
    let to = Scene::of(guild);
    let (title, color) = match (was, is) {
        (None, Some(_)) => (t!(to, voice_joined), GREEN),
        (_, None) => (t!(to, voice_left), GREY),
        (Some(was), Some(is)) if was != is => (t!(to, voice_moved), YELLOW),
        _ => (t!(to, voice_moderated), RED),
    };
    // Who did it the audit log tells of what moderators do alone.
    let key = match by_moderators {
        Some(_) => format!("voice-muted:{user}"),
        None => String::new(),
    };
    let mut note = to
        .note(Kind::Voice, key, color, title)
        .about(user)
        .detail(t!(to, member), mention_user(user));
    let places: Vec<String> = [was, is.filter(|_| was != is)]
        .into_iter()
        .flatten()
        .map(|id| mention_channel(id))
        .collect();
    if !places.is_empty() {
        note = note.detail(t!(to, channel), places.join(" → "));
    }
    if let Some(before) = by_moderators {
        for (name, was, is) in [
            (t!(to, muted), before.muted, after.muted),
            (t!(to, deafened), before.deafened, after.deafened),
        ] {
            if was != is {
                note = note.detail(name, change(&yes(&to, was), &yes(&to, is)));
            }
        }
    }
    to.keep(&[note])
}
