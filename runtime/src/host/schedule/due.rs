//! A timer on its way to its cog.

use std::sync::Arc;

use cogbox_world::cogbox::host::basics::Timer;

use super::next;
use crate::host::Services;
use crate::store::{StoreError, Timer as Row};

/// A timer that is due. It stays in the database until its call begins; what becomes of it before,
/// a crash as well as a cog without room, leaves it there for another try.
pub struct Due {
    timer: Row,
    services: Arc<Services>,
    /// Runs when this is dropped, whatever became of it.
    _done: Box<dyn Send>,
}

impl Due {
    /// Returns a timer on its way; `done` is dropped with it.
    pub fn new(timer: Row, services: Arc<Services>, done: impl Send + 'static) -> Self {
        Self {
            timer,
            services,
            _done: Box::new(done),
        }
    }

    /// Returns the timer as it was read.
    pub fn timer(&self) -> &Row {
        &self.timer
    }

    /// Takes the timer out of the database, or moves it on to when it is due again. From here on
    /// its call counts as begun: a crash now loses the call, and never makes it twice.
    ///
    /// `None` when the timer was cancelled or set anew meanwhile.
    pub async fn take(self) -> Result<Option<Timer>, StoreError> {
        let now = self.services.clock.millis();
        let next = next(&self.timer.repeat, self.timer.due, now);
        let taken = self.services.store.take_timer(&self.timer, next).await?;
        let Some(payload) = taken else {
            return Ok(None);
        };
        let late = (now - self.timer.due).max(0) as f64 / 1_000.0;
        let lateness = &self.services.metrics.timer_lateness_seconds;
        lateness
            .with_label_values(&[self.timer.key.cog.as_str()])
            .observe(late);
        Ok(Some(super::told(self.timer, payload)))
    }
}
