//! Who may be punished by whom.

use cogbox_sdk::claim::Claim;
use cogbox_sdk::hierarchy::{self, Need};
use cogbox_sdk::prelude::*;

/// Claims somebody for a punishment that the bot needs a permission for, and refuses where it can't be.
pub fn may_punish(
    ctx: &Context,
    guild: &str,
    user: &User,
    is_member: bool,
    need: Need,
) -> Answer<Claim> {
    hierarchy::require_own(ctx, guild, need)?;
    hierarchy::require_below_you(ctx, guild, &user.id, is_member)?;
    hierarchy::require_below_me(ctx, guild, &user.id, is_member)?;
    hierarchy::claim(ctx, guild, &user.id)
}
