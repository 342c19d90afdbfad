//! A person in an encrypted call: a member of its group, who can decrypt what the bot sends.

use std::num::NonZeroU16;

use davey::{DaveSession, MediaType, ProposalsOperationType};

use super::delivery::Failed;
use crate::snowflake::Id;

/// One person's side of DAVE.
pub struct Member {
    session: DaveSession,
}

/// What a member makes of proposals.
pub struct Commit {
    pub commit: Vec<u8>,
    pub welcome: Option<Vec<u8>>,
}

impl Member {
    /// Makes a member who is alone in a group of their own.
    pub fn new(user: Id, channel: Id, sender: &[u8]) -> Result<Self, Failed> {
        let version = NonZeroU16::MIN;
        let session = DaveSession::new(version, user.0, channel.0, None);
        let mut session = session.map_err(told)?;
        session.set_external_sender(sender).map_err(told)?;
        Ok(Member { session })
    }

    /// Makes a key package, by which others can add the member.
    pub fn key_package(&mut self) -> Result<Vec<u8>, Failed> {
        self.session.create_key_package().map_err(told)
    }

    /// Takes in the body of op 27 and commits what it proposes.
    pub fn propose(&mut self, body: &[u8]) -> Result<Commit, Failed> {
        let append = ProposalsOperationType::APPEND;
        let proposals = body.get(1..).unwrap_or_default();
        let made = self.session.process_proposals(append, proposals, None);
        let made = made.map_err(told)?.ok_or("nothing is proposed")?;
        let (commit, welcome) = (made.commit, made.welcome);
        Ok(Commit { commit, welcome })
    }

    /// Takes in a commit: the own one, or another member's.
    pub fn commit(&mut self, commit: &[u8]) -> Result<(), Failed> {
        self.session.process_commit(commit).map_err(told)
    }

    /// Takes in the welcome to a group.
    pub fn welcome(&mut self, welcome: &[u8]) -> Result<(), Failed> {
        self.session.process_welcome(welcome).map_err(told)
    }

    /// Returns the epoch of the group.
    pub fn epoch(&self) -> u64 {
        self.session.epoch().map_or(0, |epoch| epoch.as_u64())
    }

    /// Returns everyone in the group, in order of their ids.
    pub fn users(&self) -> Vec<Id> {
        let users = self.session.get_user_ids().unwrap_or_default();
        let mut users: Vec<Id> = users.into_iter().map(Id).collect();
        users.sort_unstable();
        users
    }

    /// Returns the place of a user in the group.
    pub fn leaf(&self, user: Id) -> Option<u32> {
        let own = user.0.to_be_bytes();
        let mut members = self.session.group()?.members();
        let found = members.find(|member| member.credential.serialized_content() == own);
        found.map(|member| member.index.u32())
    }

    /// Decrypts a frame that a user sent.
    pub fn open(&mut self, user: Id, frame: &[u8]) -> Result<Vec<u8>, Failed> {
        let opened = self.session.decrypt(user.0, MediaType::AUDIO, frame);
        opened.map_err(told)
    }
}

fn told(error: impl std::fmt::Debug) -> Failed {
    format!("{error:?}")
}
