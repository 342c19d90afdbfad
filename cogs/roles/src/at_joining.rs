//! `/roles auto`: roles that everybody gets who joins.

use crate::hands::Hands;
use cogbox_sdk::markdown::mention_role;
use cogbox_sdk::prelude::*;
use cogbox_sdk::trouble::Trouble;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const BLURPLE: u32 = 0x58_65_f2;
/// Under a guild: the roles, and why one could not be given.
const ROLES: &str = "joining";
const TROUBLES: &str = "joining-troubles";
/// Roles of each kind.
const MOST: usize = 10;

/// Roles by who gets them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtJoining {
    pub people: Vec<String>,
    pub bots: Vec<String>,
}

impl AtJoining {
    pub fn of(guild: &str) -> Answer<Self> {
        Ok(store::guild(guild).json(ROLES)?.unwrap_or_default())
    }

    fn save(&self, guild: &str) -> Answer {
        store::guild(guild).set_json(ROLES, self)?;
        // What changed may have mended it.
        store::guild(guild).delete(TROUBLES)
    }

    fn lists(&mut self) -> [&mut Vec<String>; 2] {
        [&mut self.people, &mut self.bots]
    }
}

/// Roles that could not be given.
pub type Troubles = BTreeMap<String, Trouble>;

pub fn troubles(guild: &str) -> Answer<Troubles> {
    Ok(store::guild(guild).json(TROUBLES)?.unwrap_or_default())
}

pub fn keep_troubles(guild: &str, troubles: &Troubles) -> Answer {
    store::guild(guild).set_json(TROUBLES, troubles)
}

/// Forgets a role that is gone.
pub fn role_deleted(guild: &str, role: &str) -> Answer {
    let mut kept = AtJoining::of(guild)?;
    let before = kept.clone();
    for list in kept.lists() {
        list.retain(|one| one != role);
    }
    match kept == before {
        true => Ok(()),
        false => kept.save(guild),
    }
}

/// Who gets a role.
#[derive(Clone, Copy, PartialEq, Eq, Choice)]
pub enum Who {
    People,
    Bots,
}

/// Roles at joining.
#[command(name = "auto", subcommands(add, remove, show))]
pub struct Joining;

/// Gives a role to everybody who joins from now on.
#[command]
fn add(
    ctx: &Context,
    /// The role.
    role: Role,
    /// Who gets it; people when left out.
    who: Option<Who>,
) -> Answer {
    let guild = ctx.in_guild()?;
    if let Some(why) = Hands::of(ctx, &guild)?.why_not_for_all(&role) {
        return Err(Error::tell(why));
    }
    let mut kept = AtJoining::of(&guild)?;
    let bots = who == Some(Who::Bots);
    let list = match bots {
        true => &mut kept.bots,
        false => &mut kept.people,
    };
    let mentioned = mention_role(&role.id);
    if list.contains(&role.id) {
        tell!(ctx, auto_already, role = mentioned);
    }
    if list.len() >= MOST {
        tell!(ctx, too_many_auto, most = MOST);
    }
    list.push(role.id);
    kept.save(&guild)?;
    ctx.reply_privately(match bots {
        true => t!(ctx, auto_added_bots, role = mentioned),
        false => t!(ctx, auto_added, role = mentioned),
    })
}

/// Gives a role no more to those who join; who has it keeps it.
#[command]
fn remove(
    ctx: &Context,
    /// The role.
    role: Role,
) -> Answer {
    let guild = ctx.in_guild()?;
    let mut kept = AtJoining::of(&guild)?;
    let before = kept.clone();
    for list in kept.lists() {
        list.retain(|one| *one != role.id);
    }
    let mentioned = mention_role(&role.id);
    if kept == before {
        tell!(ctx, not_auto, role = mentioned);
    }
    kept.save(&guild)?;
    ctx.reply_privately(t!(ctx, auto_removed, role = mentioned))
}

/// Shows the roles at joining, and what went wrong.
#[command]
fn show(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let (kept, troubles) = (AtJoining::of(&guild)?, troubles(&guild)?);
    let lines = |roles: &[String]| {
        let lines = roles.iter().map(|role| match troubles.get(role) {
            Some(trouble) => format!("{}\n{}", mention_role(role), trouble.told(ctx)),
            None => mention_role(role),
        });
        match roles.is_empty() {
            true => t!(ctx, none),
            false => lines.collect::<Vec<_>>().join("\n"),
        }
    };
    let embed = Embed::titled(t!(ctx, auto_title))
        .color(BLURPLE)
        .description(t!(ctx, auto_how))
        .field(t!(ctx, auto_people), lines(&kept.people))
        .field(t!(ctx, auto_bots), lines(&kept.bots));
    ctx.reply_privately(embed)
}
