//! `/automod exempt`: channels and roles without rules.

use cogbox_sdk::markdown::{mention_channel, mention_role};
use cogbox_sdk::prelude::*;

use crate::{admin, kept};

const CHANNELS: &str = "exempt:channels";
const ROLES: &str = "exempt:roles";
/// What a menu takes.
const MOST: u8 = 25;

/// Chooses channels and roles for which no rule holds.
#[command]
pub fn exempt(ctx: &Context) -> Answer {
    let book = kept::book(&ctx.in_guild()?)?;
    let channels = SelectMenu::public_channels(CHANNELS)
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
    let guild = admin::managed(ctx)?;
    let ids = SelectedValue::ids(values);
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
