//! Roles for a time: given by a moderator, taken back by a timer.
//!
//! The timer takes the role. What is kept under the member lists it, and gives it back to who leaves
//! and comes again before its time.

use crate::hands::{Hands, require_manager, told};
use cogbox_sdk::discord::{member_roles, members};
use cogbox_sdk::markdown::{TimeStyle, mention_role, mention_user, time};
use cogbox_sdk::pages::Page;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;
use cogbox_sdk::trouble::{Trouble, Why};
use serde::{Deserialize, Serialize};

const BLURPLE: u32 = 0x58_65_f2;
/// What the key begins with, under a member; the role's id follows.
const KEY: &str = "timed:";
/// What the timer's name begins with; the member's and the role's ids follow.
const TIMER: &str = "take";
const DAY: u64 = 86_400;
/// Shortest and longest, in seconds: timers look five years ahead.
const LENGTHS: std::ops::RangeInclusive<u64> = 60..=5 * 365 * DAY;
/// After how many seconds taking a role is tried again: when Discord can't do it now, and when it
/// refuses. For how many seconds after its time.
const SOON: u32 = 60;
const AGAIN: u32 = 3_600;
const PATIENCE: f64 = 7.0 * DAY as f64;
/// Lines of a page.
const PAGE: usize = 10;

/// A role for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Timed {
    until: f64,
    /// Why it could not be taken.
    trouble: Option<Trouble>,
}

/// Gives a member a role, for a time or for good.
#[command]
pub fn give(
    ctx: &Context,
    /// Whom.
    member: Member,
    /// The role.
    role: Role,
    /// For how long, such as 12h or 3 days; for good when left out.
    #[option(max_length = 50)]
    length: Option<String>,
    /// Why, for the audit log.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let seconds = match &length {
        Some(typed) => {
            let seconds = duration::read(typed).or_tell(t!(ctx, no_length))?;
            if !LENGTHS.contains(&seconds) {
                tell!(ctx, odd_length);
            }
            Some(seconds)
        }
        None => None,
    };
    if let Some(why) = Hands::of(ctx, guild)?.why_not(&role) {
        return Err(Error::tell(why));
    }
    let user = &member.user.id;
    let until = seconds.map(|seconds| clock::now() + seconds as f64);
    // Before the role: one that stays for good would be worse than a timer for nothing.
    match until {
        Some(until) => plan(ctx, guild, user, &role.id, until)?,
        None => forget(guild, user, &role.id)?,
    }
    if let Err(refused) = member_roles::add(guild, user, &role.id, reason.as_deref()) {
        forget(guild, user, &role.id)?;
        return Err(told_of(ctx, &role, &refused));
    }
    let (who, role) = (mention_user(user), mention_role(&role.id));
    ctx.reply(match until {
        Some(until) => {
            let until = time(until, TimeStyle::Relative);
            t!(ctx, has_for_a_time, who = who, role = role, until = until)
        }
        None => t!(ctx, has, who = who, role = role),
    })
}

/// Takes a role from a member, also before its time.
#[command]
pub fn take(
    ctx: &Context,
    /// From whom.
    member: Member,
    /// The role.
    role: Role,
    /// Why, for the audit log.
    #[option(max_length = 400)]
    reason: Option<String>,
) -> Answer {
    let guild = &ctx.in_guild()?;
    let user = &member.user.id;
    let (who, mentioned) = (mention_user(user), mention_role(&role.id));
    let has = told(ctx, members::get(guild, user))?.roles;
    if !has.contains(&role.id) {
        forget(guild, user, &role.id)?;
        tell!(ctx, has_not, who = who, role = mentioned);
    }
    if let Some(why) = Hands::of(ctx, guild)?.why_not(&role) {
        return Err(Error::tell(why));
    }
    if let Err(refused) = member_roles::remove(guild, user, &role.id, reason.as_deref()) {
        return Err(told_of(ctx, &role, &refused));
    }
    forget(guild, user, &role.id)?;
    ctx.reply(t!(ctx, lost, who = who, role = mentioned))
}

/// Lists who has which role for a time.
#[command]
pub fn timed(ctx: &Context) -> Answer {
    ctx.reply_privately(page(ctx, 0)?)
}

/// Shows another page of the list.
pub fn turned(ctx: &Context, number: &str) -> Answer {
    require_manager(ctx)?;
    ctx.update(page(ctx, number.parse().unwrap_or_default())?)
}

fn page(ctx: &Context, number: usize) -> Answer<OutgoingMessage> {
    let guild = ctx.in_guild()?;
    let mut all = Vec::new();
    for entry in store::members(&guild, KEY) {
        let entry = entry?;
        let kept = Timed::read(&entry.value);
        if let (Some(role), Some(kept)) = (entry.key.strip_prefix(KEY), kept) {
            all.push((entry.user, role.to_string(), kept));
        }
    }
    if all.is_empty() {
        return Ok(t!(ctx, nobody_timed).into());
    }
    all.sort_by(|one, other| one.2.until.total_cmp(&other.2.until));
    let page = Page::new(number, PAGE, all.len());
    let lines = all[page.items()].iter().map(|(user, role, kept)| {
        let (who, role) = (mention_user(user), mention_role(role));
        let until = time(kept.until, TimeStyle::Relative);
        let line = t!(ctx, timed_line, who = who, role = role, until = until);
        match &kept.trouble {
            Some(trouble) => format!("{line}\n{}", trouble.told(ctx)),
            None => line,
        }
    });
    let mut embed = Embed::titled(t!(ctx, timed_title))
        .color(BLURPLE)
        .description(lines.collect::<Vec<_>>().join("\n"));
    if let Some(label) = page.label(ctx) {
        embed = embed.footer(label);
    }
    let message = OutgoingMessage::from(embed);
    Ok(match page.buttons(ctx, "timed:") {
        Some(buttons) => message.row(buttons),
        None => message,
    })
}

/// Returns the roles that a member has for a time which is not over.
pub fn running(guild: &str, user: &str) -> Answer<Vec<String>> {
    let mut roles = Vec::new();
    for entry in store::member(guild, user).scan(KEY) {
        let entry = entry?;
        let runs = Timed::read(&entry.value).is_some_and(|kept| kept.until > clock::now());
        if let (Some(role), true) = (entry.key.strip_prefix(KEY), runs) {
            roles.push(role.to_string());
        }
    }
    Ok(roles)
}

/// Takes a role whose time is over.
pub fn over(guild: &str, timer: &Timer) -> Answer {
    let mut parts = timer.name.split(':');
    let (Some(TIMER), Some(user), Some(role)) = (parts.next(), parts.next(), parts.next()) else {
        fail!("the timer `{}` is none of ours", timer.name);
    };
    let kept = store::member(guild, user);
    let key = format!("{KEY}{role}");
    let refused = match member_roles::remove(guild, user, role, Some("its time is over")) {
        Ok(()) => return kept.delete(&key),
        // They left, or the role is gone.
        Err(refused) if refused.kind == ErrorKind::NotFound => return kept.delete(&key),
        Err(refused) => refused,
    };
    info!("a role can't be taken back now: {}", refused.message);
    let due: f64 = timer.text()?.parse().unwrap_or_default();
    if clock::now() - due > PATIENCE {
        warn!("a role that was for a time stays: {}", refused.message);
        return kept.delete(&key);
    }
    let trouble = Why::of_role(&refused).map(Why::now);
    let after = match trouble {
        Some(_) => AGAIN,
        None => SOON,
    };
    // Where the member's data are gone there is nothing to note.
    if kept.get(&key)?.is_some() {
        kept.set_json(
            &key,
            &Timed {
                until: due,
                trouble,
            },
        )?;
    }
    let again = schedule::after_seconds(after).payload(timer.text()?);
    schedule::guild(guild).set(&timer.name, again)
}

fn plan(ctx: &Context, guild: &str, user: &str, role: &str, until: f64) -> Answer {
    let kept = Timed {
        until,
        trouble: None,
    };
    let plan = schedule::at(until).payload(until.to_string());
    let done = schedule::guild(guild)
        .set(&timer(user, role), plan)
        .and_then(|()| store::member(guild, user).set_json(&format!("{KEY}{role}"), &kept));
    match done {
        Err(full) if full.kind() == Some(ErrorKind::Quota) => {
            schedule::guild(guild).cancel(&timer(user, role))?;
            tell!(ctx, too_many_timed)
        }
        done => done,
    }
}

/// Forgets that a role is for a time.
fn forget(guild: &str, user: &str, role: &str) -> Answer {
    schedule::guild(guild).cancel(&timer(user, role))?;
    store::member(guild, user).delete(&format!("{KEY}{role}"))
}

fn timer(user: &str, role: &str) -> String {
    format!("{TIMER}:{user}:{role}")
}

fn told_of(ctx: &Context, role: &Role, refused: &Refused) -> Error {
    let role = mention_role(&role.id);
    Error::tell(match Why::of_role(refused) {
        Some(why) => {
            let why = why.told(ctx);
            let why = why.trim_end_matches('.');
            t!(ctx, can_not_give, role = role, why = why)
        }
        None if refused.may_pass() => t!(ctx, not_now, role = role),
        None => t!(ctx, has_left),
    })
}

impl Timed {
    fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}
