//! Where a feed is posted and whom it pings: what whoever asks may do there, and the bot.

use cogbox_sdk::discord::{bot, members};
use cogbox_sdk::markdown::mention_channel;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// Refuses a channel in which whoever asks may not write themselves, or the bot may not.
pub fn require(ctx: &Context, guild: &str, channel: &str, card: bool) -> Answer {
    let write = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;
    let rights = |user: &str| -> Answer<Permissions> {
        let rights = members::permissions_of(guild, user, Some(channel));
        Ok(Permissions::read(&told(ctx, rights)?))
    };
    let there = mention_channel(channel);
    if !rights(&ctx.user().id)?.allow(write) {
        tell!(ctx, you_may_not_write, channel = there);
    }
    let needed = match card {
        true => write | Permissions::EMBED_LINKS,
        false => write,
    };
    match rights(&told(ctx, bot::me())?.id)?.allow(needed) {
        true => Ok(()),
        false => tell!(ctx, i_may_not_write, channel = there),
    }
}

/// Returns the role that is to be pinged; none for everybody's, which stands for no ping. Whoever asks
/// must be able to ping it themselves.
pub fn pinged(ctx: &Context, guild: &str, role: &Role) -> Answer<Option<String>> {
    if role.id == guild {
        return Ok(None);
    }
    if !role.mentionable && !ctx.permissions().allow(Permissions::MENTION_EVERYONE) {
        tell!(
            ctx,
            you_may_not_ping,
            role = markdown::mention_role(&role.id)
        );
    }
    Ok(Some(role.id.clone()))
}

/// Turns a refusal of the host's or of Discord's into a sentence for whoever asked.
fn told<T>(ctx: &Context, result: Result<T, Refused>) -> Answer<T> {
    result.map_err(|refused| Error::tell(t!(ctx, refused, why = refused.message)))
}
