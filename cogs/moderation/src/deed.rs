//! One punishment from beginning to end: the person is told, it is done, a case is filed, and the
//! moderator reads what became of it.

use cogbox_sdk::claim::Claim;
use cogbox_sdk::discord::{direct_messages, guilds};
use cogbox_sdk::hierarchy::told;
use cogbox_sdk::markdown::{TimeStyle, escape, time};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

use crate::archive::Case;
use crate::kind::Kind;
use crate::{journal, rules};

/// What is to be done.
pub struct Deed<'a> {
    pub ctx: &'a Context,
    pub guild: &'a str,
    pub user: &'a User,
    pub kind: Kind,
    pub reason: Option<String>,
    /// When it ends by itself.
    pub until: Option<f64>,
    /// Whether the person is a member, and so can be told.
    pub is_member: bool,
    /// Nobody else punishes them meanwhile.
    pub claim: Claim,
}

impl Deed<'_> {
    /// Does it, in this way, and answers.
    pub fn does(self, way: impl FnOnce(Option<&str>) -> Result<(), Refused>) -> Answer {
        // Before it: afterwards they may share no server with the bot.
        let unheard = self.tells()?;
        told(self.ctx, way(self.reason.as_deref()))?;
        let mut lines = self.files();
        lines.extend(unheard);
        // Before the answer: who reads it may go on at once.
        drop(self.claim);
        self.ctx.reply(lines.join("\n"))
    }

    /// Files the case, and returns what the moderator reads.
    fn files(&self) -> Vec<String> {
        let case = Case {
            kind: self.kind,
            name: self.user.name.clone(),
            by: Some(self.ctx.user().id),
            reason: self.reason.clone(),
            at: clock::now(),
            until: self.until,
            written: None,
        };
        let everybody = self.ctx.guild_locale();
        let (number, wrong) = journal::file(&everybody, self.guild, &self.user.id, case);
        let mut done = self.kind.done(self.ctx, &escape(&self.user.name));
        if let Some(until) = self.until {
            let until = time(until, TimeStyle::Relative);
            done = format!("{done} {}", t!(self.ctx, ends, until = until));
        }
        if let Some(number) = number {
            done = format!(
                "{done} {}",
                t!(self.ctx, case_is, number = number.to_string())
            );
        }
        let reason = self
            .reason
            .as_ref()
            .map(|reason| format!("> {}", escape(reason)));
        [Some(done), reason, wrong].into_iter().flatten().collect()
    }

    /// Tells the person, and returns a line when that did not work.
    fn tells(&self) -> Answer<Option<String>> {
        if !self.is_member || self.user.bot || !rules::tells(self.guild)? {
            return Ok(None);
        }
        let everybody = self.ctx.guild_locale();
        let server = match guilds::get(self.guild) {
            Ok(guild) => escape(&guild.name),
            Err(_) => t!(&everybody, this_server),
        };
        let Some(mut text) = self.kind.told(&everybody, &server) else {
            return Ok(None);
        };
        if let Some(until) = self.until {
            let until = time(until, TimeStyle::DateTime);
            text = format!("{text} {}", t!(&everybody, ends, until = until));
        }
        if let Some(reason) = &self.reason {
            text = format!("{text}\n> {}", escape(reason));
        }
        let sent = direct_messages::send(&self.user.id, &text.into());
        Ok(sent.err().map(|refused| {
            debug!("somebody can't be told: {}", refused.message);
            t!(self.ctx, not_told)
        }))
    }
}
