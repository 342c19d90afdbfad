//! Invites to a guild, and those who come by them.

use super::audit::{self, Note};
use super::moderation::Done;
use super::{Event, NewInvite, World};
use crate::clock::Time;
use crate::model::Invite;
use crate::snowflake::Id;

const CODE_LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH: usize = 8;

impl World {
    /// Makes an invite, or finds the inviter's own of the same kind.
    pub(super) fn create_invite(
        &mut self,
        guild: Id,
        inviter: Id,
        new: NewInvite,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let wanted = (
            new.channel,
            inviter,
            new.max_age,
            new.max_uses,
            new.temporary,
        );
        let same = |i: &&Invite| {
            wanted == (i.channel, i.inviter, i.max_age, i.max_uses, i.temporary) && i.is_good(now)
        };
        let mut invites = self.guilds.get(&guild)?.invites.values();
        if let Some(old) = invites.find(same).filter(|_| !new.unique) {
            return Some((old.id, Vec::new()));
        }
        let invite = Invite {
            id: self.ids.next(now),
            code: self.code(),
            channel: new.channel,
            inviter,
            created: now,
            max_age: new.max_age,
            max_uses: new.max_uses,
            uses: 0,
            temporary: new.temporary,
        };
        let note = Note {
            action: audit::INVITE_CREATE,
            ..Note::default()
        };
        let note = note.changing(Vec::new(), audit::invite(&invite));
        let (id, place) = (invite.id, self.guilds.get_mut(&guild)?);
        place.invites.insert(invite.code.clone(), invite.clone());
        let invite = Box::new(invite);
        events.push(Event::InviteCreated { guild, invite });
        Some((id, vec![note]))
    }

    pub(super) fn delete_invite(&mut self, guild: Id, code: &str, events: &mut Vec<Event>) -> Done {
        let gone = self.remove_invite(guild, code, events)?;
        let note = Note {
            action: audit::INVITE_DELETE,
            ..Note::default()
        };
        let note = note.changing(audit::invite(&gone), Vec::new());
        Some((gone.id, vec![note]))
    }

    /// Takes an invite away, whoever or whatever did so.
    pub(super) fn remove_invite(
        &mut self,
        guild: Id,
        code: &str,
        events: &mut Vec<Event>,
    ) -> Option<Invite> {
        let gone = self.guilds.get_mut(&guild)?.invites.remove(code)?;
        let invite = Box::new(gone.clone());
        events.push(Event::InviteDeleted { guild, invite });
        Some(gone)
    }

    /// Lets a user come in by an invite, which ends with its last use.
    pub(super) fn accept_invite(
        &mut self,
        guild: Id,
        code: &str,
        user: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let invite = self.guilds.get_mut(&guild)?.invites.get_mut(code)?;
        if !invite.is_good(now) || self.member(guild, user).is_some() {
            return None;
        }
        self.add_member(guild, user, now, events)?;
        let invite = self.guilds.get_mut(&guild)?.invites.get_mut(code)?;
        invite.uses += 1;
        if !invite.is_good(now) {
            self.remove_invite(guild, code, events);
        }
        Some(user)
    }

    fn code(&mut self) -> String {
        let letter = |n: u64| char::from(CODE_LETTERS[n as usize % CODE_LETTERS.len()]);
        (0..CODE_LENGTH).map(|_| letter(self.random())).collect()
    }
}
