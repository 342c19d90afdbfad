//! What a call may do for whoever started it. A cog can't be talked into doing for a member what the
//! member may not: whoever used a command must have Discord's permission for what the cog then does,
//! and stand above whom it does it to. What no member asked for, the cog may do with the grant
//! `act-alone`.

use cogbox_world::Fault;
use serde::Deserialize;
use serenity::model::id::{ChannelId, GuildId, RoleId, UserId};
use serenity::model::permissions::Permissions;

use super::convert::{Overwrite, Place};
use super::grants::{Interface, PIN_MESSAGES};
use super::powers::{self, ACT_ALONE};
use super::{Guest, Services, Trigger, told};
use crate::cache::GuildRoles;
use crate::rest::{RestError, RestErrorKind, Route};

/// Every permission that Discord has today: the highest is bit 52.
const EVERYTHING: Permissions = Permissions::from_bits_retain((1 << 53) - 1);

/// Whoever used a command, as Discord showed them with it.
#[derive(Debug, Clone)]
pub struct Invoker {
    /// Who.
    pub user: UserId,
    /// The guild they used it in.
    pub guild: GuildId,
    /// The channel, and what they may do there.
    pub channel: (ChannelId, Permissions),
    /// Their roles.
    pub roles: Vec<RoleId>,
}

/// A member, as far as rights follow from it.
#[derive(Debug, Clone, Deserialize)]
struct Ranked {
    roles: Vec<RoleId>,
    #[serde(default)]
    communication_disabled_until: Option<serenity::model::Timestamp>,
}

impl Ranked {
    fn is_muted(&self) -> bool {
        let until = self.communication_disabled_until;
        until.is_some_and(|until| until > serenity::model::Timestamp::now())
    }
}

impl Guest {
    /// Refuses what whoever started the call may not do in a guild, or in one channel of it.
    pub async fn require_right(
        &mut self,
        interface: Interface,
        guild: GuildId,
        channel: Option<ChannelId>,
        needed: Permissions,
    ) -> Result<(), Fault> {
        self.require_guild(interface, guild)?;
        let Some(invoker) = self.bound_to(interface)? else {
            return Ok(());
        };
        let has = self.permissions_of(guild, invoker, channel).await?;
        let lacking = without(needed, has);
        match lacking.is_empty() {
            true => Ok(()),
            false => {
                let names = names(lacking);
                let why = format!("whoever asked for this lacks the permission {names}");
                Err(self.denied(interface, &why))
            }
        }
    }

    /// Refuses to do something to a member who does not stand below whoever started the call.
    pub async fn require_rank(
        &mut self,
        interface: Interface,
        guild: GuildId,
        target: UserId,
    ) -> Result<(), Fault> {
        let Some(invoker) = self.bound_to(interface)? else {
            return Ok(());
        };
        match invoker == target || self.outranks_member(guild, invoker, target).await? {
            true => Ok(()),
            false => {
                let why = "that member does not stand below whoever asked for this";
                Err(self.denied(interface, why))
            }
        }
    }

    /// Refuses to handle a role that does not stand below whoever started the call.
    pub async fn require_above_role(
        &mut self,
        interface: Interface,
        guild: GuildId,
        role: RoleId,
    ) -> Result<(), Fault> {
        let Some(invoker) = self.bound_to(interface)? else {
            return Ok(());
        };
        let known = self.roles_of(guild).await?;
        let own = self.member_of(guild, invoker).await?;
        let above = known.owner == invoker
            || known.role(role).is_some_and(|role| {
                let highest = highest(&known, own.as_ref().map_or(&[], |own| &own.roles[..]));
                highest.is_some_and(|highest| highest > role.rank())
            });
        match above {
            true => Ok(()),
            false => {
                let why = "that role does not stand below whoever asked for this";
                Err(self.denied(interface, why))
            }
        }
    }

    /// Refuses to give people permissions that the operator lets no cog give without being named, or
    /// that whoever started the call does not have.
    pub async fn require_giving(
        &mut self,
        interface: Interface,
        guild: GuildId,
        given: Permissions,
    ) -> Result<(), Fault> {
        self.require_hand_out(interface, given)?;
        if given.is_empty() {
            return Ok(());
        }
        self.require_right(interface, guild, None, given).await
    }

    /// Refuses dangerous permissions that the operator did not let this cog give to people.
    pub fn require_hand_out(&self, interface: Interface, given: Permissions) -> Result<(), Fault> {
        let withheld = self.identity.powers.withheld(given);
        let Some((first, _)) = withheld.iter_names().next() else {
            return Ok(());
        };
        let why = format!(
            "it would give people {}, which the operator has to grant by name, such as `{}`",
            names(withheld),
            powers::hand_out(first)
        );
        Err(self.denied(interface, &why))
    }

    /// Returns what a member may do in a guild, or in one channel of it. Whoever is no member may
    /// nothing.
    pub async fn permissions_of(
        &mut self,
        guild: GuildId,
        user: UserId,
        channel: Option<ChannelId>,
    ) -> Result<Permissions, Fault> {
        if let Some(invoker) = &self.invoker
            && invoker.user == user
            && channel == Some(invoker.channel.0)
        {
            return Ok(invoker.channel.1);
        }
        let Some(member) = self.member_of(guild, user).await? else {
            return Ok(Permissions::empty());
        };
        let known = self.roles_of(guild).await?;
        let overwrites = match channel {
            Some(channel) => self.overwrites_of(channel).await?,
            None => Vec::new(),
        };
        let muted = member.is_muted();
        Ok(rights(
            guild,
            &known,
            user,
            &member.roles,
            &overwrites,
            muted,
        ))
    }

    /// Whether one member stands above another. The owner stands above all, and whoever is no member
    /// below all.
    pub async fn outranks_member(
        &mut self,
        guild: GuildId,
        actor: UserId,
        target: UserId,
    ) -> Result<bool, Fault> {
        let known = self.roles_of(guild).await?;
        if known.owner == target || actor == target {
            return Ok(false);
        }
        if known.owner == actor {
            return Ok(true);
        }
        let Some(actor) = self.member_of(guild, actor).await? else {
            return Ok(false);
        };
        let Some(target) = self.member_of(guild, target).await? else {
            return Ok(true);
        };
        Ok(highest(&known, &actor.roles) > highest(&known, &target.roles))
    }

    /// Returns who owns a guild, and its roles.
    pub async fn roles_of(&mut self, guild: GuildId) -> Result<std::sync::Arc<GuildRoles>, Fault> {
        let rest = self.rest();
        let known = self.services.cache.roles_of(guild, &rest).await;
        known.map_err(told)
    }

    /// Returns whoever the call works for, whose rights bound it; `None` for a cog that may act alone.
    fn bound_to(&self, interface: Interface) -> Result<Option<UserId>, Fault> {
        if self.identity.powers.act_alone {
            return Ok(None);
        }
        if let (Trigger::Interaction, Some(invoker)) = (self.origin.trigger, self.origin.invoker) {
            return Ok(Some(invoker));
        }
        let why = format!(
            "nobody asked for this, and it may not act by itself: the operator can grant it `{ACT_ALONE}`"
        );
        Err(self.denied(interface, &why))
    }

    async fn member_of(&mut self, guild: GuildId, user: UserId) -> Result<Option<Ranked>, Fault> {
        if let Some(invoker) = &self.invoker
            && (invoker.user, invoker.guild) == (user, guild)
        {
            return Ok(Some(Ranked {
                roles: invoker.roles.clone(),
                // Discord lets nobody use a command meanwhile.
                communication_disabled_until: None,
            }));
        }
        match self.rest().ask(Route::Member(guild, user)).await {
            Ok(member) => Ok(Some(member)),
            Err(error) if error.kind == RestErrorKind::NotFound => Ok(None),
            Err(error) => Err(told(error)),
        }
    }

    async fn overwrites_of(&mut self, channel: ChannelId) -> Result<Vec<Overwrite>, Fault> {
        let rest = self.rest();
        let place: Place = rest.ask(Route::Channel(channel)).await.map_err(told)?;
        // A thread has what its channel has.
        match place.parent_id {
            Some(parent) if place.is_thread() => {
                let parent: Place = rest.ask(Route::Channel(parent)).await.map_err(told)?;
                Ok(parent.permission_overwrites)
            }
            _ => Ok(place.permission_overwrites),
        }
    }
}

/// Returns what somebody may do in a guild, by Discord's word of now, for who asks outside of any call.
/// Whoever is no member may nothing.
pub async fn of_member(
    services: &Services,
    guild: GuildId,
    user: UserId,
) -> Result<Permissions, RestError> {
    let rest = &services.rest;
    let member: Ranked = match rest.ask(Route::Member(guild, user)).await {
        Err(error) if error.kind == RestErrorKind::NotFound => return Ok(Permissions::empty()),
        asked => asked?,
    };
    let known = services.cache.roles_of(guild, rest).await?;
    let muted = member.is_muted();
    Ok(rights(guild, &known, user, &member.roles, &[], muted))
}

/// Returns the rank of the highest of some roles; `None` for whoever has none but `@everyone`.
fn highest(known: &GuildRoles, roles: &[RoleId]) -> Option<(u16, std::cmp::Reverse<RoleId>)> {
    let own = known.roles.iter().filter(|role| roles.contains(&role.id));
    own.map(|role| role.rank()).max()
}

/// Discord's computation: roles, then the overwrites of everyone, of roles and of the member.
fn rights(
    guild: GuildId,
    known: &GuildRoles,
    user: UserId,
    roles: &[RoleId],
    overwrites: &[Overwrite],
    muted: bool,
) -> Permissions {
    let everyone = RoleId::new(guild.get());
    let own = known
        .roles
        .iter()
        .filter(|role| role.id == everyone || roles.contains(&role.id));
    let base = own.fold(Permissions::empty(), |all, role| all | role.permissions);
    if known.owner == user || base.contains(Permissions::ADMINISTRATOR) {
        return EVERYTHING;
    }
    let of = |kind: u8, is: &dyn Fn(u64) -> bool| {
        let fitting = overwrites
            .iter()
            .filter(move |overwrite| overwrite.kind == kind && is(overwrite.id.get()));
        fitting.fold(
            (Permissions::empty(), Permissions::empty()),
            |(allow, deny), overwrite| (allow | overwrite.allow, deny | overwrite.deny),
        )
    };
    let steps = [
        of(0, &|id| id == everyone.get()),
        of(0, &|id| {
            id != everyone.get() && roles.contains(&RoleId::new(id))
        }),
        of(1, &|id| id == user.get()),
    ];
    let mut rights = base;
    for (allow, deny) in steps {
        rights = without(rights, deny) | allow;
    }
    if muted {
        rights &= Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
    }
    rights
}

/// Takes permissions from others; serenity's own operator loses those that it has no name for.
fn without(permissions: Permissions, taken: Permissions) -> Permissions {
    Permissions::from_bits_retain(permissions.bits() & !taken.bits())
}

/// Returns the names of permissions, and `bit 51` for one that serenity has no name for.
fn names(permissions: Permissions) -> String {
    let bits = (0..64).map(|bit| 1 << bit);
    let set = bits.filter(|bit| permissions.bits() & bit != 0);
    let names = set.map(|bit| {
        let named = Permissions::from_bits_retain(bit);
        match named.iter_names().next() {
            Some((name, _)) => name.to_owned(),
            None if bit == PIN_MESSAGES => "PIN_MESSAGES".to_owned(),
            None => format!("bit {}", bit.trailing_zeros()),
        }
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUILD: GuildId = GuildId::new(1);
    const ANN: UserId = UserId::new(50);

    fn known() -> GuildRoles {
        let role = |id: u64, position: u16, permissions: Permissions| {
            serde_json::json!({
                "id": id.to_string(), "name": "r", "position": position,
                "permissions": permissions.bits().to_string(),
            })
        };
        let roles = [
            role(1, 0, Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES),
            role(2, 1, Permissions::KICK_MEMBERS),
            role(3, 2, Permissions::ADMINISTRATOR),
        ];
        serde_json::from_value(serde_json::json!({ "owner_id": "99", "roles": roles })).unwrap()
    }

    fn overwrite(kind: u8, id: u64, allow: Permissions, deny: Permissions) -> Overwrite {
        Overwrite {
            id: id.into(),
            kind,
            allow,
            deny,
        }
    }

    #[test]
    fn roles_add_up_and_the_owner_and_administrators_may_everything() {
        let rights = |user: u64, roles: &[u64]| {
            let roles: Vec<_> = roles.iter().map(|id| RoleId::new(*id)).collect();
            rights(GUILD, &known(), user.into(), &roles, &[], false)
        };
        let plain = rights(50, &[]);
        assert!(plain.contains(Permissions::SEND_MESSAGES));
        assert!(!plain.contains(Permissions::KICK_MEMBERS));
        assert!(rights(50, &[2]).contains(Permissions::KICK_MEMBERS | Permissions::SEND_MESSAGES));
        assert!(rights(50, &[3]).contains(Permissions::BAN_MEMBERS));
        assert!(rights(99, &[]).contains(Permissions::BAN_MEMBERS));
    }

    #[test]
    fn what_serenity_has_no_name_for_counts_too() {
        let pin = Permissions::from_bits_retain(PIN_MESSAGES);
        let both = pin | Permissions::BAN_MEMBERS;
        assert_eq!(without(both, Permissions::BAN_MEMBERS), pin);
        assert_eq!(without(both, pin), Permissions::BAN_MEMBERS);
        assert_eq!(names(both), "BAN_MEMBERS, PIN_MESSAGES");
    }

    #[test]
    fn overwrites_come_in_discords_order() {
        let send = Permissions::SEND_MESSAGES;
        let none = Permissions::empty();
        let may = |overwrites: &[Overwrite], muted| {
            rights(GUILD, &known(), ANN, &[RoleId::new(2)], overwrites, muted).contains(send)
        };
        let everyone_not = overwrite(0, 1, none, send);
        let role_may = overwrite(0, 2, send, none);
        let ann_not = overwrite(1, ANN.get(), none, send);
        assert!(!may(std::slice::from_ref(&everyone_not), false));
        assert!(may(&[role_may.clone(), everyone_not.clone()], false));
        assert!(!may(&[ann_not, role_may.clone(), everyone_not], false));
        assert!(
            !may(&[overwrite(0, 3, none, none)], true),
            "a timed out member writes nothing"
        );
        let other = overwrite(0, 3, none, send);
        assert!(
            may(&[other], false),
            "a role that one has not changes nothing"
        );
    }
}
