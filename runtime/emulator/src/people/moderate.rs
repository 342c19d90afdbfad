//! What a person may do to other members, to roles and to channels of a guild.

use crate::clock::Time;
use crate::model::permissions::{
    BAN_MEMBERS, CREATE_INSTANT_INVITE, KICK_MEMBERS, MANAGE_CHANNELS, MANAGE_GUILD,
    MANAGE_NICKNAMES, MANAGE_ROLES, MANAGE_THREADS, MODERATE_MEMBERS,
};
use crate::model::{Guild, Member, hierarchy};
use crate::rules::member::LONGEST_TIMEOUT;
use crate::snowflake::Id;
use crate::world::{Action, World};

/// Judges what a person wants to do in a guild, as their client and Discord do together.
pub fn moderate(
    world: &World,
    guild: Id,
    person: Id,
    action: &Action,
    now: Time,
) -> Result<(), String> {
    let guild = world.guilds.get(&guild);
    let guild = guild.ok_or("There is no such guild.")?;
    let who = world.user(person).map_or("somebody", |user| user.shown());
    let member = guild.members.get(&person);
    let member = member.ok_or_else(|| format!("{who} is not in {}.", guild.name))?;
    let allowed = hierarchy::allowed(guild, member, now);
    let need = |permission: u64, what: &str| match allowed & permission {
        0 => Err(format!("{who} may not {what} in {}.", guild.name)),
        _ => Ok(()),
    };
    match action {
        Action::Kick(target) => {
            need(KICK_MEMBERS, "kick members")?;
            above(world, guild, member, *target)
        }
        Action::Ban { user, .. } => {
            need(BAN_MEMBERS, "ban members")?;
            match guild.members.contains_key(user) {
                true => above(world, guild, member, *user),
                false => Ok(()),
            }
        }
        Action::Unban(user) => {
            need(BAN_MEMBERS, "lift bans")?;
            match guild.bans.contains_key(user) {
                true => Ok(()),
                false => Err("This user is not banned.".to_owned()),
            }
        }
        Action::EditMember(target, edit) => {
            if edit.nick.is_some() {
                need(MANAGE_NICKNAMES, "change nicknames")?;
                above(world, guild, member, *target)?;
            }
            if let Some(roles) = &edit.roles {
                need(MANAGE_ROLES, "hand out roles")?;
                let target = guild.members.get(target);
                let had = target.map(|target| &target.roles);
                let had = had.ok_or_else(|| format!("They are not in {}.", guild.name))?;
                for role in roles.symmetric_difference(had) {
                    below(guild, member, *role, who)?;
                }
            }
            if let Some(until) = edit.timed_out_until {
                need(MODERATE_MEMBERS, "time members out")?;
                above(world, guild, member, *target)?;
                if until.is_some_and(|until| until > now.plus(LONGEST_TIMEOUT)) {
                    return Err("A timeout lasts at most 28 days.".to_owned());
                }
                let target = guild.members.get(target);
                if target.is_some_and(|target| hierarchy::exempt_from_timeouts(guild, target)) {
                    return Err("Administrators cannot be timed out.".to_owned());
                }
            }
            Ok(())
        }
        Action::SetOverwrite(channel, _) => match world.may(person, *channel, MANAGE_ROLES, now) {
            true => Ok(()),
            false => Err(format!("{who} may not change who sees this channel.")),
        },
        Action::CreateRole(_) => need(MANAGE_ROLES, "manage roles"),
        Action::EditRole(role, _) | Action::DeleteRole(role) => {
            need(MANAGE_ROLES, "manage roles")?;
            below(guild, member, *role, who)
        }
        Action::CreateChannel(_) => need(MANAGE_CHANNELS, "make channels"),
        Action::EditChannel(channel, _) => {
            match world.may(person, *channel, MANAGE_CHANNELS, now) {
                true => Ok(()),
                false => Err(format!("{who} may not change this channel.")),
            }
        }
        Action::DeleteChannel(channel) => match world.may(person, *channel, MANAGE_CHANNELS, now) {
            true => Ok(()),
            false => Err(format!("{who} may not delete this channel.")),
        },
        Action::DeleteThread(thread) => match world.may(person, *thread, MANAGE_THREADS, now) {
            true => Ok(()),
            false => Err(format!("{who} may not delete this thread.")),
        },
        Action::CreateInvite(new) => {
            match world.may(person, new.channel, CREATE_INSTANT_INVITE, now) {
                true => Ok(()),
                false => Err(format!("{who} may not invite people here.")),
            }
        }
        Action::EditGuild(_) => need(MANAGE_GUILD, "change the server"),
        Action::DeleteInvite(_) => need(MANAGE_GUILD, "take invites back"),
        _ => Err("This is not done by people here.".to_owned()),
    }
}

fn below(guild: &Guild, actor: &Member, role: Id, who: &str) -> Result<(), String> {
    let role = guild.roles.get(&role);
    let role = role.ok_or_else(|| format!("There is no such role in {}.", guild.name))?;
    let handed_out = !role.managed && role.id != guild.id;
    match handed_out && hierarchy::above_role(guild, actor, role) {
        true => Ok(()),
        false => Err(format!("{who} has no say over the role {}.", role.name)),
    }
}

fn above(world: &World, guild: &Guild, actor: &Member, target: Id) -> Result<(), String> {
    let name = |id: Id| world.user(id).map_or("somebody", |user| user.shown());
    let other = guild.members.get(&target);
    let other = other.ok_or_else(|| format!("{} is not in {}.", name(target), guild.name))?;
    match hierarchy::above(guild, actor, other) {
        true => Ok(()),
        false => Err(format!(
            "{} does not stand above {}.",
            name(actor.user),
            name(target)
        )),
    }
}
