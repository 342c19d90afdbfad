//! Who may do what to whom, said before it is tried: the host and Discord would refuse it as well, but
//! here a moderator reads why, in their language.

use crate::claim::Claim;
use crate::context::Context;
use crate::discord::{bot, members};
use crate::error::{Answer, Error};
use crate::locale::Audience;
use crate::markdown::mention_user;
use crate::permissions::Permissions;
use crate::raw::cogbox::host::basics;
use crate::store;
use crate::{t, tell};

/// What the bot needs, by the name that people read in Discord's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To ban and to lift bans.
    Ban,
    /// To kick.
    Kick,
    /// To time out, and to end that.
    Moderate,
    /// To delete what others wrote.
    Messages,
    /// To change how others are called.
    Nicknames,
    /// To take people out of voice.
    Move,
}

impl Need {
    /// Returns it as Discord's permission.
    pub fn permission(self) -> Permissions {
        match self {
            Need::Ban => Permissions::BAN_MEMBERS,
            Need::Kick => Permissions::KICK_MEMBERS,
            Need::Moderate => Permissions::MODERATE_MEMBERS,
            Need::Messages => Permissions::MANAGE_MESSAGES,
            Need::Nicknames => Permissions::MANAGE_NICKNAMES,
            Need::Move => Permissions::MOVE_MEMBERS,
        }
    }

    /// Returns its name, such as `Ban Members`.
    pub fn name(self, to: &dyn Audience) -> String {
        match self {
            Need::Ban => t!(to, permission_ban),
            Need::Kick => t!(to, permission_kick),
            Need::Moderate => t!(to, permission_moderate),
            Need::Messages => t!(to, permission_messages),
            Need::Nicknames => t!(to, permission_nicknames),
            Need::Move => t!(to, permission_move),
        }
    }
}

/// Turns a refusal of the host's or of Discord's into a sentence for whoever asked.
pub fn told<T>(to: &dyn Audience, result: Result<T, basics::Error>) -> Answer<T> {
    result.map_err(|refused| {
        let why = refused.message.trim_end_matches('.').to_owned();
        Error::tell(t!(to, refused, why = why))
    })
}

/// Says what permission the bot lacks; `None` where it has it.
pub fn lacking(to: &dyn Audience, guild: &str, need: Need) -> Answer<Option<String>> {
    let me = told(to, bot::me())?;
    let own = Permissions::read(&told(to, members::permissions_of(guild, &me.id, None))?);
    let lacks = !own.allow(need.permission());
    Ok(lacks.then(|| t!(to, i_lack, permission = need.name(to))))
}

/// Refuses what the bot itself may not do.
pub fn require_own(ctx: &Context, guild: &str, need: Need) -> Answer {
    refuse(lacking(ctx, guild, need)?)
}

/// Refuses to make a rule of what whoever asks may not do themselves: what one may not do oneself one has
/// nobody do.
pub fn require_yours(ctx: &Context, need: Need) -> Answer {
    match ctx.permissions().allow(need.permission()) {
        true => Ok(()),
        false => tell!(ctx, you_lack, permission = need.name(ctx)),
    }
}

/// Says why whoever asks stands in no place to do something to somebody: it is themselves, the bot, or
/// somebody as high as they are. Who is no member stands nowhere.
pub fn above_you(
    ctx: &Context,
    guild: &str,
    user: &str,
    is_member: bool,
) -> Answer<Option<String>> {
    let asking = ctx.user().id;
    if user == asking {
        return Ok(Some(t!(ctx, not_yourself)));
    }
    if user == told(ctx, bot::me())?.id {
        return Ok(Some(t!(ctx, not_me)));
    }
    let high = is_member && !told(ctx, members::outranks(guild, &asking, user))?;
    Ok(high.then(|| t!(ctx, above_you, who = mention_user(user))))
}

/// Says why the bot stands in no place to do something to somebody.
pub fn above_me(
    to: &dyn Audience,
    guild: &str,
    user: &str,
    is_member: bool,
) -> Answer<Option<String>> {
    let me = told(to, bot::me())?.id;
    if user == me {
        return Ok(Some(t!(to, not_me)));
    }
    let high = is_member && !told(to, members::outranks(guild, &me, user))?;
    Ok(high.then(|| t!(to, above_me, who = mention_user(user))))
}

/// Refuses oneself, the bot, and who stands as high as whoever asks.
pub fn require_below_you(ctx: &Context, guild: &str, user: &str, is_member: bool) -> Answer {
    refuse(above_you(ctx, guild, user, is_member)?)
}

/// Refuses who stands as high as the bot.
pub fn require_below_me(ctx: &Context, guild: &str, user: &str, is_member: bool) -> Answer {
    refuse(above_me(ctx, guild, user, is_member)?)
}

/// Refuses to time out an administrator, as Discord does.
pub fn require_no_administrator(ctx: &Context, guild: &str, user: &str) -> Answer {
    refuse(administrator(ctx, guild, user)?)
}

/// Says that somebody is an administrator, whom Discord times out never.
pub fn administrator(to: &dyn Audience, guild: &str, user: &str) -> Answer<Option<String>> {
    let rights = told(to, members::permissions_of(guild, user, None))?;
    let is_one = Permissions::read(&rights).allow(Permissions::ADMINISTRATOR);
    Ok(is_one.then(|| t!(to, administrator, who = mention_user(user))))
}

fn refuse(why: Option<String>) -> Answer {
    match why {
        Some(why) => tell!("{why}"),
        None => Ok(()),
    }
}

/// Claims somebody who is dealt with, or says that another moderator is at it.
pub fn claim(ctx: &Context, guild: &str, user: &str) -> Answer<Claim> {
    match Claim::on(store::member(guild, user), "doing")? {
        Some(claim) => Ok(claim),
        None => tell!(ctx, busy),
    }
}
