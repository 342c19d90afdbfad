//! `/slowmode`.

use cogbox_sdk::discord::channel_admin;
use cogbox_sdk::hierarchy::told;
use cogbox_sdk::markdown::mention_channel;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::channel_admin::ChannelEdit;

/// Discord's longest, in seconds.
const LONGEST: u64 = 6 * 3_600;
const OFF: [&str; 4] = ["0", "off", "aus", "none"];

/// Sets how long everybody waits between two messages.
#[command(needs(MANAGE_CHANNELS))]
pub fn slowmode(
    ctx: &Context,
    /// How long, such as 10s or 5 minutes; off to end it. At most 6 hours.
    #[option(max_length = 50)]
    length: String,
    /// Where; here when left out.
    #[option(channels(text, voice, stage, forum, public_thread, private_thread))]
    channel: Option<Channel>,
    /// Why.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let seconds = match OFF.contains(&length.trim().to_lowercase().as_str()) {
        true => 0,
        false => duration::read(&length).or_tell(t!(ctx, no_length))?,
    };
    if seconds > LONGEST {
        tell!(ctx, slowmode_too_long);
    }
    let place = channel.map_or_else(|| ctx.channel(), |channel| channel.id);
    let edit = ChannelEdit {
        name: None,
        topic: None,
        parent: None,
        position: None,
        slowmode_seconds: Some(seconds as u16),
        nsfw: None,
    };
    told(ctx, channel_admin::edit(&place, &edit, reason.as_deref()))?;
    let channel = mention_channel(&place);
    ctx.reply(match seconds {
        0 => t!(ctx, slowmode_off, channel = channel),
        _ => t!(
            ctx,
            slowmode_on,
            channel = channel,
            length = duration::words(ctx, seconds)
        ),
    })
}
