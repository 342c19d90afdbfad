//! Stages: whoever comes in is in the audience, and nobody hears them.
//!
//! When the bot comes in, it speaks if it moderates the stage, and otherwise raises its hand. Whoever
//! puts it back into the audience later is not contradicted.

use serde_json::json;
use serenity::model::id::{ChannelId, GuildId};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::rest::{Request, Rest, Route};

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
