//! `/ban`, `/tempban`, `/softban`, `/unban`, `/massban`.

use std::collections::BTreeSet;

use cogbox_sdk::discord::{members, moderation};
use cogbox_sdk::hierarchy::{self, Need, require_own, told};
use cogbox_sdk::markdown::{escape, mention_user};
use cogbox_sdk::prelude::*;
use cogbox_sdk::temporary_bans;

use crate::archive::{self, Case};
use crate::deed::Deed;
use crate::kind::Kind;
use crate::people::may_punish;
use crate::{journal, rules};

const DAY: u64 = 24 * 3_600;
/// How many people are banned at once, and after how many seconds no more are.
const MASS: usize = 50;
const MASS_SECONDS: f64 = 45.0;
/// Bans that are looked through for `/unban`.
const BANS: u16 = 1_000;

#[derive(Choice)]
pub enum Delete {
    Nothing,
    #[choice(name = "The last hour")]
    Hour,
    #[choice(name = "The last day")]
    Day,
    #[choice(name = "The last three days")]
    ThreeDays,
    #[choice(name = "The last week")]
    Week,
}

impl Delete {
    fn seconds(&self) -> u32 {
        match self {
            Delete::Nothing => 0,
            Delete::Hour => 3_600,
            Delete::Day => DAY as u32,
            Delete::ThreeDays => 3 * DAY as u32,
            Delete::Week => 7 * DAY as u32,
        }
    }
}

/// Bans somebody, who may have left already.
#[command(needs(BAN_MEMBERS))]
pub fn ban(
    ctx: &Context,
    /// Who. An id will do for somebody who is not here.
    who: Person,
    /// Why. They read it too.
    #[option(max_length = 400)]
    reason: Option<String>,
    /// Which of their messages go.
    delete: Option<Delete>,
) -> Answer {
    bans(ctx, &who, Kind::Ban, reason, None, delete)
}

/// Bans somebody for a time.
#[command(needs(BAN_MEMBERS))]
pub fn tempban(
    ctx: &Context,
    /// Who. An id will do for somebody who is not here.
    who: Person,
    /// For how long, such as 12h or 7 days.
    #[option(max_length = 50)]
    length: String,
    /// Why. They read it too.
    #[option(max_length = 400)]
    reason: Option<String>,
    /// Which of their messages go.
    delete: Option<Delete>,
) -> Answer {
    let seconds = duration::read(&length).or_tell(t!(ctx, no_length))?;
    if !(temporary_bans::SHORTEST..=temporary_bans::LONGEST).contains(&seconds) {
        tell!(ctx, tempban_bounds);
    }
    let until = clock::now() + seconds as f64;
    bans(ctx, &who, Kind::Tempban, reason, Some(until), delete)
}

fn bans(
    ctx: &Context,
    who: &Person,
    kind: Kind,
    reason: Option<String>,
    until: Option<f64>,
    delete: Option<Delete>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let user = &who.user;
    let claim = may_punish(ctx, guild, user, who.member.is_some(), Need::Ban)?;
    // A ban for a time may become one for good, and the other way round.
    if until.is_none()
        && is_banned(ctx, guild, &user.id)?
        && !temporary_bans::forget(guild, &user.id)?
    {
        tell!(ctx, banned_already, who = mention_user(&user.id));
    }
    let delete = match delete {
        Some(delete) => delete.seconds(),
        None => rules::deletes(guild)?,
    };
    if let Some(until) = until {
        // Before the ban: one that never ends would be worse than a timer for nothing.
        temporary_bans::set(guild, &user.id, until)?;
    }
    let deed = Deed {
        ctx,
        guild,
        user,
        kind,
        reason,
        until,
        is_member: who.member.is_some(),
        claim,
    };
    deed.does(|reason| moderation::ban(guild, &user.id, delete, reason))
}

fn is_banned(ctx: &Context, guild: &str, user: &str) -> Answer<bool> {
    Ok(told(ctx, moderation::get_ban(guild, user))?.is_some())
}

/// Bans somebody and lets them back in, so that their messages go.
#[command(needs(BAN_MEMBERS))]
pub fn softban(
    ctx: &Context,
    /// Who.
    who: Member,
    /// Why. They read it too.
    #[option(max_length = 400)]
    reason: Option<String>,
    /// Which of their messages go; those of the last day when left out.
    delete: Option<Delete>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let user = &who.user;
    let claim = may_punish(ctx, guild, user, true, Need::Ban)?;
    let delete = delete.unwrap_or(Delete::Day).seconds();
    let deed = Deed {
        ctx,
        guild,
        user,
        kind: Kind::Softban,
        reason,
        until: None,
        is_member: true,
        claim,
    };
    let mut stays = None;
    deed.does(|reason| {
        moderation::ban(guild, &user.id, delete, reason)?;
        stays = moderation::unban(guild, &user.id, reason).err();
        Ok(())
    })?;
    if let Some(refused) = stays {
        let why = refused.message.trim_end_matches('.').to_owned();
        ctx.followup(t!(ctx, softban_stays, why = why))?;
    }
    Ok(())
}

/// Lifts a ban.
#[command(needs(BAN_MEMBERS))]
pub fn unban(
    ctx: &Context,
    /// Whose: a name of those who are banned, or an id.
    #[option(max_length = 100, autocomplete)]
    who: String,
    /// Why.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    require_own(ctx, guild, Need::Ban)?;
    let id = ids(&who).into_iter().next();
    let id = match id {
        Some(id) => id,
        None => {
            banned(ctx, guild)?
                .into_iter()
                .find(|user| user.name.eq_ignore_ascii_case(who.trim()))
                .or_tell(t!(ctx, nobody_banned, who = escape(&who)))?
                .id
        }
    };
    let claim = hierarchy::claim(ctx, guild, &id)?;
    let ban = told(ctx, moderation::get_ban(guild, &id))?;
    let user = &ban
        .or_tell(t!(ctx, nobody_banned, who = mention_user(&id)))?
        .user;
    let deed = Deed {
        ctx,
        guild,
        user,
        kind: Kind::Unban,
        reason,
        until: None,
        is_member: false,
        claim,
    };
    deed.does(|reason| {
        moderation::unban(guild, &user.id, reason)?;
        if let Err(error) = temporary_bans::forget(guild, &user.id) {
            warn!("the timer of a ban stays: {error}");
        }
        Ok(())
    })
}

/// Offers those who are banned.
pub fn offer(request: &Request) -> Answer<Vec<Choice>> {
    let Some(guild) = &request.guild else {
        return Ok(Vec::new());
    };
    let typed = request.typed.to_lowercase();
    let fits = moderation::bans(guild, None, BANS)?
        .into_iter()
        .map(|ban| ban.user)
        .filter(|user| user.name.to_lowercase().contains(&typed) || user.id.starts_with(&typed));
    let choices = fits.take(25).map(|user| {
        let name = markdown::shorten(&user.name, 75);
        Choice::new(format!("{name} ({})", user.id), user.id)
    });
    Ok(choices.collect())
}

fn banned(ctx: &Context, guild: &str) -> Answer<Vec<User>> {
    let bans = told(ctx, moderation::bans(guild, None, BANS))?;
    Ok(bans.into_iter().map(|ban| ban.user).collect())
}

/// Bans many at once, such as a raid.
#[command(needs(BAN_MEMBERS), concurrency(per = guild, uses = 1))]
pub fn massban(
    ctx: &Context,
    /// Their ids or mentions, at most 50.
    #[option(max_length = 2000)]
    who: String,
    /// Why.
    #[option(max_length = 400)]
    reason: Option<String>,
    /// Which of their messages go.
    delete: Option<Delete>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    require_own(ctx, guild, Need::Ban)?;
    let all = ids(&who);
    match all.len() {
        0 => tell!(ctx, massban_nobody),
        1..=MASS => {}
        many => tell!(ctx, massban_too_many, count = many, most = MASS),
    }
    let delete = match delete {
        Some(delete) => delete.seconds(),
        None => rules::deletes(guild)?,
    };
    ctx.defer()?;
    let began = clock::now();
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for id in &all {
        let who = mention_user(id);
        if clock::now() - began > MASS_SECONDS {
            left.push(t!(ctx, massban_late, who = who));
            continue;
        }
        let is_member = members::get(guild, id).is_ok();
        let above = match hierarchy::above_you(ctx, guild, id, is_member) {
            Ok(None) => hierarchy::above_me(ctx, guild, id, is_member),
            above => above,
        };
        match above {
            Ok(Some(why)) => left.push(why),
            Err(refused) => left.push(format!("{who}: {refused}")),
            Ok(None) => match moderation::ban(guild, id, delete, reason.as_deref()) {
                Ok(()) => done.push(id.clone()),
                Err(refused) => left.push(format!("{who}: {}", refused.message)),
            },
        }
    }
    let mut lines = vec![t!(ctx, massban_done, count = done.len())];
    if let Some(numbers) = files(ctx, guild, &done, reason)? {
        lines.push(numbers);
    }
    lines.extend(left);
    ctx.edit_reply(markdown::shorten(&lines.join("\n"), 2_000).as_str())?;
    Ok(())
}

/// Files the cases of many, with one line in the log channel.
fn files(
    ctx: &Context,
    guild: &str,
    done: &[String],
    reason: Option<String>,
) -> Answer<Option<String>> {
    let by = ctx.user().id;
    let mut numbers = Vec::new();
    for id in done {
        let case = Case {
            kind: Kind::Ban,
            name: members::get_user(id).map_or_else(|_| id.clone(), |user| user.name),
            by: Some(by.clone()),
            reason: reason.clone(),
            at: clock::now(),
            until: None,
            written: None,
        };
        temporary_bans::forget(guild, id)?;
        numbers.push(archive::file(guild, id, case)?.number);
    }
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
        return Ok(None);
    };
    let (first, last) = (first.to_string(), last.to_string());
    let everybody = ctx.guild_locale();
    let count = numbers.len();
    let by = mention_user(&by);
    let line = t!(
        &everybody,
        massban_log,
        by = by,
        count = count,
        first = first.as_str(),
        last = last.as_str()
    );
    if rules::log(guild)?.is_some() {
        journal::say(guild, line)?;
    }
    Ok(Some(t!(
        ctx,
        massban_cases,
        count = count,
        first = first,
        last = last
    )))
}

/// Returns the ids in a text, each once, in their order.
fn ids(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    text.split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| (15..=20).contains(&digits.len()) && seen.insert(digits.to_string()))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn ids_are_found_in_whatever_is_pasted() {
        let text = "<@123456789012345678>, 223456789012345678\n123456789012345678 raid 42";
        assert_eq!(ids(text), ["123456789012345678", "223456789012345678"]);
        assert!(ids("nobody").is_empty());
    }
}
