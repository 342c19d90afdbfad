//! Voice channels: who is in them, what was heard of the bot, and what its process has to trust.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::act::{actor, read};
use super::guild::guild_of;
use super::look::channel_of;
use super::{refuse, reply};
use crate::hub::Hub;
use crate::people;
use crate::voice::{Heard, Sound, Stretch, voice_authority};

/// A person goes into a voice channel or leaves it, or switches off what they say or hear.
pub async fn set_place(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let body = read(&body)?;
        let person = actor(state, &body)?;
        let channel = channel_of(state, &channel)?;
        let guild = state.world.channels.get(&channel);
        let guild = guild.and_then(|place| place.guild);
        let guild = guild.ok_or("This is no channel of a guild.")?;
        let joined = flag(&body, "joined")?;
        let (mute, deaf) = (flag(&body, "self_mute")?, flag(&body, "self_deaf")?);
        match joined {
            Some(true) => {
                let change = people::join_voice(&state.world, person, channel, state.now)?;
                state.apply(change);
            }
            Some(false) => {
                state.apply(people::leave_voice(&state.world, person, guild)?);
                return Ok(json!({}));
            }
            None if mute.is_none() && deaf.is_none() => {
                let sentence = "Say in `joined` whether the person comes or leaves, or what they \
                                switch off in `self_mute` and `self_deaf`.";
                return Err(sentence.to_owned());
            }
            None => {}
        }
        if mute.is_some() || deaf.is_some() {
            let change = people::switch_voice(&state.world, person, guild, mute, deaf)?;
            state.apply(change);
        }
        Ok(json!({}))
    }))
}

/// Reads what is true, false or not said.
fn flag(body: &Value, key: &str) -> Result<Option<bool>, String> {
    match &body[key] {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(*flag)),
        _ => Err(format!("\"{key}\" is true or false.")),
    }
}

/// Tells what was heard of the bot in a guild.
pub async fn heard(Shared(hub): Shared<Arc<Hub>>, Path(guild): Path<String>) -> Response {
    reply(hub.with_quietly(|state| {
        let guild = guild_of(state, &guild)?.id;
        Ok(written(
            &state.voice.heard(guild),
            state.voice.group_size(guild),
        ))
    }))
}

/// Forgets what was heard so far.
pub async fn forget(Shared(hub): Shared<Arc<Hub>>, Path(guild): Path<String>) -> Response {
    reply(hub.with_quietly(|state| {
        let guild = guild_of(state, &guild)?.id;
        state.voice.forget(guild);
        Ok(json!({}))
    }))
}

/// Returns the certificate that vouches for the voice server, as PEM.
pub async fn authority() -> Response {
    match voice_authority() {
        Ok(pem) => ([(CONTENT_TYPE, "application/x-pem-file")], pem).into_response(),
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &error),
    }
}

fn written(heard: &Heard, encrypted_among: usize) -> Value {
    json!({
        "transcript": heard.transcript(),
        "stretches": heard.stretches.iter().map(stretch).collect::<Vec<_>>(),
        "packets": heard.packets,
        "sealed": heard.sealed,
        "silent": heard.silent,
        "muted": heard.muted,
        "lost": heard.lost,
        "late": heard.late,
        "keep_alives": heard.keep_alives,
        "faults": heard.faults,
        "longest_wait": heard.longest_wait.as_secs_f64(),
        "usual_wait": heard.usual_wait.as_secs_f64(),
        "encrypted_among": encrypted_among,
    })
}

fn stretch(stretch: &Stretch) -> Value {
    let (sound, hertz, decibels) = match stretch.sound {
        Sound::Tone { hertz, decibels } => ("tone", Some(hertz), Some(decibels)),
        Sound::Other { decibels } => ("other", None, Some(decibels)),
        Sound::Silence => ("silence", None, None),
        Sound::Nothing => ("nothing", None, None),
    };
    let seconds = stretch.length.as_secs_f64();
    json!({"sound": sound, "hertz": hertz, "decibels": decibels, "seconds": seconds})
}
