//! What goes wrong with calls.

use super::Fault;
use crate::gateway::voice as gateway;
use crate::hub::State;
use crate::people;
use crate::world::Change;

const NO_CALL: &str = "The bot is in no call in this guild.";

/// Makes a fault of calls happen.
pub fn cause(state: &mut State, fault: Fault) -> Result<(), String> {
    match fault {
        Fault::VoiceClose { guild, code } => match state.voice.close(guild, code) {
            true => Ok(()),
            false => Err(NO_CALL.to_owned()),
        },
        Fault::VoiceMove { guild, channel } => {
            let bot = state.world.application.bot;
            let change = people::move_voice(&state.world, guild, bot, channel)?;
            state.apply(change);
            Ok(())
        }
        Fault::VoiceServer { guild, gone: true } => match gateway::lose_server(state, guild) {
            true => Ok(()),
            false => Err(NO_CALL.to_owned()),
        },
        Fault::VoiceServer { guild, gone: false } => {
            let changed = state.apply(Change::ChangeVoiceServer { guild });
            changed.map(|_| ()).ok_or_else(|| NO_CALL.to_owned())
        }
        Fault::VoiceEncryption { guild, on } => {
            match state.voice.set_encrypted(guild, on, state.now) {
                true => Ok(()),
                false => Err(NO_CALL.to_owned()),
            }
        }
        Fault::VoiceModes { modes } => state.voice.set_modes(modes),
        Fault::VoicePackets { lose, swap } => {
            state.voice.disturb(lose, swap);
            Ok(())
        }
        // No other fault comes here.
        _ => Ok(()),
    }
}
