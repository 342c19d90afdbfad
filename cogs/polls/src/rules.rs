//! What a server's admins choose.

use cogbox_sdk::markdown::mention_role;
use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const MAKERS: &str = "makers";
const LENGTH: &str = "length";
const MOST: &str = "most";
const RESULT: &str = "result";

const DAY: u64 = 86_400;
/// Shortest and longest, in seconds.
const LENGTHS: std::ops::RangeInclusive<u64> = 60..=60 * DAY;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::role(MAKERS, "Who makes polls").help("When set, only they and moderators do"),
        Setting::text_of(30, LENGTH, "Usual length")
            .help("Such as 1 day or 2 hours: from a minute to 60 days")
            .default("1 day"),
        Setting::number_in(1.0..=50.0, MOST, "Polls of one person")
            .help("How many may run at once; moderators may make more")
            .default(5.0),
        Setting::toggle(RESULT, "Tell results")
            .help("A message when a poll has ended")
            .default(true),
    ]
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    /// Refuses to make polls to those who may not.
    pub fn require_making(&self, ctx: &Context) -> Answer {
        match self.0.role(MAKERS)? {
            Some(role) if !moderates(ctx) && !has(ctx, &role) => {
                tell!(ctx, only_makers, role = mention_role(&role))
            }
            _ => Ok(()),
        }
    }

    /// Returns the seconds of a length that somebody wrote, or the server's usual one.
    pub fn length(&self, ctx: &Context, typed: Option<&str>) -> Answer<u64> {
        let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) else {
            let usual = self
                .0
                .text(LENGTH)?
                .and_then(|usual| duration::read(&usual));
            // What admins wrote may be no length.
            return Ok(usual.filter(|usual| LENGTHS.contains(usual)).unwrap_or(DAY));
        };
        let seconds = duration::read(typed);
        let seconds = seconds.or_tell(t!(ctx, no_length, length = markdown::escape(typed)))?;
        match LENGTHS.contains(&seconds) {
            true => Ok(seconds),
            false => tell!(ctx, odd_length),
        }
    }

    /// Returns how many polls one person may have; `None` for any number.
    pub fn most(&self, ctx: &Context) -> Answer<Option<usize>> {
        let most = self.0.number(MOST)?.unwrap_or(5.0) as usize;
        Ok((!moderates(ctx)).then_some(most))
    }

    pub fn tells_results(&self) -> Answer<bool> {
        self.0.is_on(RESULT)
    }
}

/// Whether somebody moderates messages where they are.
pub fn moderates(ctx: &Context) -> bool {
    ctx.permissions().allow(Permissions::MANAGE_MESSAGES)
}

fn has(ctx: &Context, role: &String) -> bool {
    ctx.member()
        .is_some_and(|member| member.roles.contains(role))
}
