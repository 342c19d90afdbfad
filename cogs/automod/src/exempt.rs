//! `/automod exempt`: channels and roles without rules.

use cogbox_sdk::component::ChannelKind;
use cogbox_sdk::markdown::{mention_channel, mention_role};
use cogbox_sdk::prelude::*;

use crate::kept;

const CHANNELS: &str = "exempt:channels";
const ROLES: &str = "exempt:roles";
/// What a menu takes.
const MOST: u8 = 25;

/// Chooses channels and roles for which no rule holds.
#[command]
pub fn exempt(ctx: &Context) -> Answer {
    let book = kept::book(&ctx.in_guild()?)?;
    let kinds = [
        ChannelKind::Text,
        ChannelKind::Voice,
        ChannelKind::Category,
        ChannelKind::Announcement,
        ChannelKind::Stage,
        ChannelKind::Forum,
        ChannelKind::PublicThread,
    ];
    let channels = SelectMenu::channels(CHANNELS, kinds)
        .picks(0, MOST)
        .placeholder(t!(ctx, exempt_channels))
        .picked(book.channels);
    let roles = SelectMenu::roles(ROLES)
        .picks(0, MOST)
        .placeholder(t!(ctx, exempt_roles))
        .picked(book.roles);
    let message = OutgoingMessage::text(t!(ctx, exempt_question));
    ctx.reply_privately(message.menu(channels).menu(roles))
}

/// Keeps what was chosen.
pub fn chosen(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
    if !ctx.permissions().allow(Permissions::MANAGE_GUILD) {
        tell!(ctx, only_managers);
    }
    let ids = values.into_iter().filter_map(|value| match value {
        SelectedValue::Channel(channel) => Some(channel.id),
        SelectedValue::Role(role) => Some(role.id),
        _ => None,
    });
    let ids: Vec<String> = ids.collect();
    let guild = ctx.in_guild()?;
    kept::change(ctx, &guild, |book| {
        match id {
            CHANNELS => book.channels.clone_from(&ids),
            ROLES => book.roles.clone_from(&ids),
            _ => fail!("the menu `{id}` is none of ours"),
        }
        Ok(())
    })?;
    let book = kept::book(&guild)?;
    ctx.reply_privately(free(ctx, &book))
}

/// Says where no rule holds.
pub fn free(to: &dyn Audience, book: &kept::Book) -> String {
    let channels = book.channels.iter().map(|id| mention_channel(id));
    let roles = book.roles.iter().map(|id| mention_role(id));
    let all: Vec<String> = channels.chain(roles).collect();
    match all.is_empty() {
        true => t!(to, no_exempt),
        false => t!(to, exempted, all = all.join(" ")),
    }
}
