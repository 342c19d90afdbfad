//! Going into a voice channel and out of it.

use crate::clock::Time;
use crate::model::VoiceWish;
use crate::snowflake::Id;
use crate::world::{Change, World};

/// Makes the change of a person who goes into a voice channel, or from another into it.
pub fn join_voice(world: &World, person: Id, channel: Id, now: Time) -> Result<Change, String> {
    let guild = world.channels.get(&channel).and_then(|place| place.guild);
    let guild = guild.ok_or("There is no such channel.")?;
    if let Some(refused) = world.voice_refusal(guild, person, channel, now) {
        return Err(refused.to_owned());
    }
    let wish = VoiceWish {
        channel,
        session: format!("{:032x}", person.0),
        self_mute: false,
        self_deaf: false,
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
        return Err("This person is in no voice channel here.".to_owned());
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
