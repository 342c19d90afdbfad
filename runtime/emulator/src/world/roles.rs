//! Roles of a guild: made, changed and deleted, by tests or by moderators.

use super::audit::{self, Note};
use super::moderation::Done;
use super::{Event, RoleEdit, World};
use crate::clock::Time;
use crate::model::{OverwriteKind, Role};
use crate::snowflake::Id;

/// Where a new role stands: at the bottom, below all that were there before it.
const NEW_ROLE: u64 = 1;

impl World {
    pub(super) fn add_role(
        &mut self,
        guild: Id,
        name: String,
        permissions: u64,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let id = self.ids.next(now);
        let roles = &mut self.guilds.get_mut(&guild)?.roles;
        let role = Role {
            id,
            name,
            permissions,
            position: NEW_ROLE,
            ..Role::default()
        };
        roles.insert(id, role);
        events.push(Event::RoleCreated { guild, role: id });
        Some(id)
    }

    pub(super) fn set_role(
        &mut self,
        guild: Id,
        role: Id,
        permissions: u64,
        mentionable: bool,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let state = self.guilds.get_mut(&guild)?.roles.get_mut(&role)?;
        state.permissions = permissions;
        state.mentionable = mentionable;
        events.push(Event::RoleChanged { guild, role });
        events.push(Event::CommandsChanged);
        Some(role)
    }

    pub(super) fn give_role(
        &mut self,
        guild: Id,
        user: Id,
        role: Id,
        give: bool,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.guilds.get_mut(&guild)?;
        place.roles.get(&role)?;
        let roles = &mut place.members.get_mut(&user)?.roles;
        let changed = match give {
            true => roles.insert(role),
            false => roles.remove(&role),
        };
        if changed {
            events.push(Event::MemberChanged { guild, user });
            events.push(Event::CommandsChanged);
        }
        Some(role)
    }

    /// Makes a role that allows what everyone may, unless it is told otherwise.
    pub(super) fn create_role(
        &mut self,
        guild: Id,
        edit: RoleEdit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let id = self.ids.next(now);
        let roles = &mut self.guilds.get_mut(&guild)?.roles;
        let mut role = Role {
            id,
            name: "new role".to_owned(),
            permissions: roles.get(&guild).map_or(0, |role| role.permissions),
            position: NEW_ROLE,
            ..Role::default()
        };
        edit.apply(&mut role);
        let note = Note::of(audit::ROLE_CREATE, id);
        let note = note.changing(Vec::new(), audit::role(&role));
        roles.insert(id, role);
        events.push(Event::RoleCreated { guild, role: id });
        Some((id, vec![note]))
    }

    pub(super) fn move_role(
        &mut self,
        guild: Id,
        role: Id,
        position: u64,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let edit = RoleEdit {
            position: Some(position),
            ..RoleEdit::default()
        };
        self.edit_role(guild, role, edit, events).map(|(id, _)| id)
    }

    pub(super) fn edit_role(
        &mut self,
        guild: Id,
        id: Id,
        edit: RoleEdit,
        events: &mut Vec<Event>,
    ) -> Done {
        let role = self.guilds.get_mut(&guild)?.roles.get_mut(&id)?;
        let old = audit::role(role);
        edit.apply(role);
        let note = Note::of(audit::ROLE_UPDATE, id).changing(old, audit::role(role));
        if note.changes.is_empty() {
            return Some((id, Vec::new()));
        }
        events.push(Event::RoleChanged { guild, role: id });
        events.push(Event::CommandsChanged);
        Some((id, vec![note]))
    }

    /// Deletes a role. Its members lose it without an event of their own, and so do channels their
    /// overwrites.
    pub(super) fn delete_role(&mut self, guild: Id, id: Id, events: &mut Vec<Event>) -> Done {
        let place = self.guilds.get_mut(&guild)?;
        let role = place.roles.remove(&id)?;
        for member in place.members.values_mut() {
            member.roles.remove(&id);
        }
        for channel in &place.channels {
            if let Some(channel) = self.channels.get_mut(channel) {
                let overwrites = &mut channel.overwrites;
                overwrites.retain(|other| (other.target, other.kind) != (id, OverwriteKind::Role));
            }
        }
        events.push(Event::RoleDeleted { guild, role: id });
        events.push(Event::CommandsChanged);
        let note = Note::of(audit::ROLE_DELETE, id).changing(audit::role(&role), Vec::new());
        Some((id, vec![note]))
    }
}
