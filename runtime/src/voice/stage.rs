//! Stages: whoever comes in is in the audience, and nobody hears them.
//!
//! When the bot comes in, it speaks if it moderates the stage, and otherwise raises its hand. Whoever
//! puts it back into the audience later is not contradicted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::json;
use serenity::model::id::{ChannelId, GuildId};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::rest::{Request, Rest, Route};

/// Where the bot is in each guild, and whether it is only the audience there.
#[derive(Default)]
pub(super) struct Stages(Mutex<HashMap<GuildId, (ChannelId, bool)>>);

impl Stages {
    /// Takes in where the bot is, and returns the stage whose audience it came into by that.
    pub(super) fn placed(
        &self,
        guild: GuildId,
        channel: Option<ChannelId>,
        suppressed: bool,
    ) -> Option<ChannelId> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(channel) = channel else {
            places.remove(&guild);
            return None;
        };
        let before = places.insert(guild, (channel, suppressed));
        let came = before.is_none_or(|(before, _)| before != channel);
        (suppressed && came).then_some(channel)
    }

    /// Whether the bot is only the audience.
    pub(super) fn is_suppressed(&self, guild: GuildId) -> bool {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places
            .get(&guild)
            .is_some_and(|(_, suppressed)| *suppressed)
    }
}

/// Takes the word on a stage, or asks for it. The gateway tells what came of it.
pub(super) async fn speaks(rest: Rest, guild: GuildId, stage: ChannelId) {
    let route = || Route::OwnVoiceState(guild);
    let speaks = json!({ "channel_id": stage, "suppress": false });
    let Err(refused) = rest.send(Request::new(route(), speaks)).await else {
        return;
    };
    let now = OffsetDateTime::now_utc().format(&Rfc3339).ok();
    let asks = json!({ "channel_id": stage, "request_to_speak_timestamp": now });
    let (guild, stage) = (guild.get(), stage.get());
    match rest.send(Request::new(route(), asks)).await {
        Ok(_) => tracing::info!(guild, stage, %refused, "the bot asks to speak on a stage"),
        Err(error) => {
            tracing::warn!(guild, stage, %refused, %error, "the bot can't speak on a stage");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bot_takes_the_word_where_it_comes_in_and_not_where_it_is_put_back() {
        let stages = Stages::default();
        let guild = GuildId::from(1);
        let placed =
            |channel: u64, suppressed| stages.placed(guild, Some(channel.into()), suppressed);
        assert_eq!(placed(7, false), None);
        assert_eq!(placed(8, true), Some(8.into()));
        assert_eq!(placed(8, true), None, "it was told twice");
        assert!(stages.is_suppressed(guild));
        assert_eq!(placed(8, false), None);
        assert!(!stages.is_suppressed(guild));
        assert_eq!(placed(8, true), None, "it was put back");
        stages.placed(guild, None, false);
        assert!(!stages.is_suppressed(guild));
        assert_eq!(placed(8, true), Some(8.into()));
    }
}
