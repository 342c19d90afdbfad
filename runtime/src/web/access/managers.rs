//! Whether somebody who logged in by Discord still manages a server. Their login knows what they
//! managed then; Discord knows it now.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serenity::model::Permissions;
use serenity::model::id::{GuildId, UserId};

use crate::host::{Services, rights};
use crate::rest::RestError;

/// How long Discord's word is good for who only looks. Who changes something is asked about anew.
pub const LOOKING: Duration = Duration::from_secs(30);
/// How long Discord may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Answers that are remembered at most; then all are asked anew.
const REMEMBERED: usize = 1_000;

/// Discord's word of late on who manages what.
#[derive(Default)]
pub struct Managers(Mutex<HashMap<(GuildId, UserId), (SystemTime, bool)>>);

impl Managers {
    /// Tells whether somebody manages a guild, by Discord's word of late or, for a change, of now.
    pub async fn manages(
        &self,
        services: &Services,
        guild: GuildId,
        user: UserId,
        changes: bool,
    ) -> Result<bool, RestError> {
        let now = services.clock.now();
        if let Some((asked, manages)) = self.known().get(&(guild, user))
            && !changes
            && now.duration_since(*asked).is_ok_and(|age| age < LOOKING)
        {
            return Ok(*manages);
        }
        let rights = rights::of_member(services, guild, user);
        let rights = tokio::time::timeout(PATIENCE, rights).await;
        let rights = rights.unwrap_or_else(|_| Err(RestError::unavailable("it took too long")))?;
        let manages = rights.intersects(Permissions::MANAGE_GUILD | Permissions::ADMINISTRATOR);
        let mut known = self.known();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert((guild, user), (now, manages));
        Ok(manages)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<(GuildId, UserId), (SystemTime, bool)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
