//! `/kick`, `/timeout`, `/untimeout`, `/nick`, `/voicekick`.

use cogbox_sdk::claim::Claim;
use cogbox_sdk::discord::{member_edit, members, moderation};
use cogbox_sdk::hierarchy::{self, Need, told};
use cogbox_sdk::markdown::{escape, mention_user};
use cogbox_sdk::prelude::*;
use cogbox_sdk::sanction::LONGEST_TIMEOUT;

use crate::deed::Deed;
use crate::kind::Kind;
use crate::people::may_punish;

/// Kicks somebody, who may come back.
#[command(needs(KICK_MEMBERS))]
pub fn kick(
    ctx: &Context,
    /// Who.
    who: Member,
    /// Why. They read it too.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let (user, kind) = (&who.user, Kind::Kick);
    let claim = may_punish(ctx, guild, user, true, Need::Kick)?;
    let deed = deed(ctx, guild, user, kind, reason, None, claim);
    deed.does(|reason| moderation::kick(guild, &user.id, reason))
}

/// Times somebody out: they can neither write nor speak.
#[command(needs(MODERATE_MEMBERS))]
pub fn timeout(
    ctx: &Context,
    /// Who.
    who: Member,
    /// For how long, such as 10m or 2 days; at most 28 days.
    #[option(max_length = 50)]
    length: String,
    /// Why. They read it too.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let (user, kind) = (&who.user, Kind::Timeout);
    let seconds = duration::read(&length).or_tell(t!(ctx, no_length))?;
    if seconds > LONGEST_TIMEOUT {
        tell!(ctx, timeout_too_long);
    }
    let claim = may_punish(ctx, guild, user, true, Need::Moderate)?;
    hierarchy::require_no_administrator(ctx, guild, &user.id)?;
    let until = clock::now() + seconds as f64;
    let deed = deed(ctx, guild, user, kind, reason, Some(until), claim);
    deed.does(|reason| moderation::set_timeout(guild, &user.id, Some(until), reason))
}

/// Ends somebody's timeout.
#[command(needs(MODERATE_MEMBERS))]
pub fn untimeout(
    ctx: &Context,
    /// Whose.
    who: Member,
    /// Why. They read it too.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let (user, kind) = (&who.user, Kind::Untimeout);
    let claim = may_punish(ctx, guild, user, true, Need::Moderate)?;
    // The member that comes with an option does not tell it.
    let until = told(ctx, members::get(guild, &user.id))?.timed_out_until;
    if until.is_none_or(|until| until <= clock::now()) {
        tell!(ctx, not_timed_out, who = mention_user(&user.id));
    }
    let deed = deed(ctx, guild, user, kind, reason, None, claim);
    deed.does(|reason| moderation::set_timeout(guild, &user.id, None, reason))
}

/// Takes somebody out of voice.
#[command(needs(MOVE_MEMBERS))]
pub fn voicekick(
    ctx: &Context,
    /// Who.
    who: Member,
    /// Why.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let (user, kind) = (&who.user, Kind::Voicekick);
    let claim = may_punish(ctx, guild, user, true, Need::Move)?;
    let voice = told(ctx, members::voice(guild, &user.id))?;
    if voice.and_then(|voice| voice.channel).is_none() {
        tell!(ctx, not_in_voice, who = mention_user(&user.id));
    }
    let deed = deed(ctx, guild, user, kind, reason, None, claim);
    deed.does(|reason| member_edit::move_voice(guild, &user.id, None, reason))
}

fn deed<'a>(
    ctx: &'a Context,
    guild: &'a str,
    user: &'a User,
    kind: Kind,
    reason: Option<String>,
    until: Option<f64>,
    claim: Claim,
) -> Deed<'a> {
    Deed {
        ctx,
        guild,
        user,
        kind,
        reason,
        until,
        is_member: true,
        claim,
    }
}

/// Changes somebody's nickname, or takes it away.
#[command(needs(MANAGE_NICKNAMES))]
pub fn nick(
    ctx: &Context,
    /// Whose.
    who: Member,
    /// The nickname; the account's own name comes back when left out.
    #[option(max_length = 32)]
    name: Option<String>,
    /// Why.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let user = &who.user;
    hierarchy::require_own(ctx, guild, Need::Nicknames)?;
    if user.id != ctx.user().id {
        hierarchy::require_below_you(ctx, guild, &user.id, true)?;
    }
    hierarchy::require_below_me(ctx, guild, &user.id, true)?;
    let name = name
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    let set = member_edit::set_nickname(guild, &user.id, name.as_deref(), reason.as_deref());
    told(ctx, set)?;
    let account = escape(&user.name);
    ctx.reply(match name {
        Some(name) => t!(ctx, renamed, who = account, name = escape(&name)),
        None => t!(ctx, unnamed, who = account),
    })
}
