//! Threads that come into the bot's sight with their channels. Losing sight of them tells nobody.

use std::collections::BTreeSet;

use super::{Action, Change, Event, World};
use crate::clock::Time;
use crate::model::permissions::VIEW_CHANNEL;
use crate::snowflake::Id;

impl Change {
    /// Tells whether it may change which channels somebody sees.
    pub(super) fn moves_rights(&self) -> bool {
        match self {
            Change::SetOverwrite { .. }
            | Change::SetRole { .. }
            | Change::GiveRole { .. }
            | Change::TakeRole { .. } => true,
            Change::Audited { action, .. } => matches!(
                **action,
                Action::SetOverwrite(..)
                    | Action::DropOverwrite { .. }
                    | Action::EditChannel(..)
                    | Action::EditRole(..)
                    | Action::DeleteRole(_)
                    | Action::EditMember(..)
            ),
            _ => false,
        }
    }
}

impl World {
    /// Returns the channels with open threads that the bot sees.
    pub(super) fn parents_in_sight(&self, now: Time) -> BTreeSet<Id> {
        let bot = self.application.bot;
        let threads = self.guilds.values().flat_map(|guild| &guild.threads);
        let threads = threads.filter_map(|id| self.channels.get(id));
        let open = threads.filter(|thread| !thread.is_archived());
        let parents: BTreeSet<Id> = open.filter_map(|thread| thread.parent).collect();
        let seen = |parent: &Id| self.may(bot, *parent, VIEW_CHANNEL, now);
        parents.into_iter().filter(seen).collect()
    }

    /// Tells of the threads in channels that the bot did not see before.
    pub(super) fn show_threads(&self, before: &BTreeSet<Id>, now: Time, events: &mut Vec<Event>) {
        let gained: Vec<Id> = self
            .parents_in_sight(now)
            .difference(before)
            .copied()
            .collect();
        for guild in self.guilds.values() {
            let here = |id: &&Id| guild.channels.contains(id);
            let channels: Vec<Id> = gained.iter().filter(here).copied().collect();
            if !channels.is_empty() {
                let guild = guild.id;
                events.push(Event::ThreadsShown { guild, channels });
            }
        }
    }
}
