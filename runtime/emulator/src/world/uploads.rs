//! Files that people have picked and not sent yet: for a message, an option, a form.

use super::World;
use crate::clock::Time;
use crate::model::Attachment;
use crate::snowflake::Id;
use crate::world::NewFile;

/// The files kept at once; the oldest goes first. What an option or a form named is read from here
/// as long as it is kept.
const KEPT_UPLOADS: usize = 100;

impl World {
    pub(super) fn upload(&mut self, file: NewFile, now: Time) -> Option<Id> {
        let attached = self.attach(vec![file], now).pop()?;
        let id = attached.id;
        self.uploads.insert(id, attached);
        while self.uploads.len() > KEPT_UPLOADS {
            self.uploads.pop_first();
        }
        Some(id)
    }

    /// Returns the files that these ids name, to be sent; None when one is not kept any more.
    pub fn picked(&self, ids: &[Id]) -> Option<Vec<NewFile>> {
        let file = |file: &Attachment| NewFile {
            filename: file.filename.clone(),
            description: file.description.clone(),
            content_type: file.content_type.clone(),
            bytes: file.bytes.clone(),
            voice: None,
        };
        ids.iter()
            .map(|id| self.uploads.get(id).map(file))
            .collect()
    }
}
