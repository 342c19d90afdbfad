//! The emojis of a guild.

use crate::snowflake::Id;

/// An emoji that a guild has made for itself.
#[derive(Clone, Debug)]
pub struct Emoji {
    pub id: Id,
    pub name: String,
    pub animated: bool,
    /// Who may use it; nobody in the list means everybody.
    pub roles: Vec<Id>,
    pub creator: Id,
}
