//! Going into a voice channel and out of it.

use crate::clock::Time;
use crate::model::VoiceWish;
use crate::snowflake::Id;
use crate::world::{Change, World};

const NOT_IN_VOICE: &str = "This person is in no voice channel here.";

/// Makes the change of a person who goes into a voice channel, or from another into it. What they
/// switched off stays off.
pub fn join_voice(world: &World, person: Id, channel: Id, now: Time) -> Result<Change, String> {
    let guild = world.channels.get(&channel).and_then(|place| place.guild);
    let guild = guild.ok_or("There is no such channel.")?;
    if let Some(refused) = world.voice_refusal(guild, person, channel, now) {
        return Err(refused.to_owned());
    }
    let before = world.voice_of(guild, person);
    let wish = VoiceWish {
        channel,
        session: format!("{:032x}", person.0),
        self_mute: before.is_some_and(|place| place.self_mute),
        self_deaf: before.is_some_and(|place| place.self_deaf),
    };
    Ok(Change::SetVoice {
        guild,
        user: person,
        wish: Some(wish),
    })
}

/// Makes the change of a person who switches their microphone or their sound off or on; None leaves
/// it as it is.
pub fn switch_voice(
    world: &World,
    person: Id,
    guild: Id,
    mute: Option<bool>,
    deaf: Option<bool>,
) -> Result<Change, String> {
    let place = world.voice_of(guild, person);
    let (place, channel) = place
        .and_then(|place| Some((place, place.channel?)))
        .ok_or(NOT_IN_VOICE)?;
    let wish = VoiceWish {
        channel,
        session: place.session.clone(),
        self_mute: mute.unwrap_or(place.self_mute),
        self_deaf: deaf.unwrap_or(place.self_deaf),
    };
    Ok(Change::SetVoice {
        guild,
        user: person,
        wish: Some(wish),
    })
}

/// Makes the change of a person who leaves the voice channel of a guild.
pub fn leave_voice(world: &World, person: Id, guild: Id) -> Result<Change, String> {
    if world.voice_of(guild, person).is_none() {
        return Err(NOT_IN_VOICE.to_owned());
    }
    Ok(Change::SetVoice {
        guild,
        user: person,
        wish: None,
    })
}

/// Makes the change of a moderator who moves a member to another voice channel, or disconnects
/// them.
pub fn move_voice(world: &World, guild: Id, user: Id, to: Option<Id>) -> Result<Change, String> {
    let place = world.voice_of(guild, user);
    let place = place.ok_or("This member is in no voice channel here.")?;
    let wish = to.map(|channel| VoiceWish {
        channel,
        session: place.session.clone(),
        self_mute: place.self_mute,
        self_deaf: place.self_deaf,
    });
    Ok(Change::SetVoice { guild, user, wish })
}
