//! The tags of forum posts: which of them somebody may set.

use super::World;
use crate::clock::Time;
use crate::model::permissions::MANAGE_THREADS;
use crate::snowflake::Id;

/// Why a post cannot have tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagFault {
    /// The forum has no such tag.
    Unknown,
    /// Only those who manage threads set one of them.
    Moderated,
    /// The forum asks for one.
    Missing,
}

impl World {
    /// Judges the tags that a user wants a post of a forum to have, in place of those `before`.
    pub fn judge_tags(
        &self,
        user: Id,
        forum: Id,
        tags: &[Id],
        before: &[Id],
        now: Time,
    ) -> Result<(), TagFault> {
        let Some(state) = self.channels.get(&forum).map(|channel| &channel.forum) else {
            return Err(TagFault::Unknown);
        };
        if state.tag_required && tags.is_empty() {
            return Err(TagFault::Missing);
        }
        let moderates = self.may(user, forum, MANAGE_THREADS, now);
        for id in tags.iter().filter(|id| !before.contains(id)) {
            let tag = state.tags.iter().find(|tag| tag.id == *id);
            if tag.ok_or(TagFault::Unknown)?.moderated && !moderates {
                return Err(TagFault::Moderated);
            }
        }
        Ok(())
    }
}
