//! The version of the protocol changes while a call goes on: Discord lowers it to 0 when somebody comes
//! who can't encrypt, and raises it again when they are gone.

use serde_json::json;

use super::{GRACE, Group, PATIENCE, Told, VERSION};
use crate::clock::Time;

/// The call in the clear: not yet, about to be, and since when.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Clear {
    #[default]
    Never,
    /// With the transition that the bot has to be ready for.
    Asked(u16),
    Since(Time),
}

impl Group {
    /// Asks the bot to encrypt no more (op 21). A bot that does not encrypt yet is asked for nothing.
    pub fn lower(&mut self, now: Time, told: &mut Told) {
        if self.clear != Clear::Never {
            return;
        }
        let id = if self.bot_in {
            self.next_transition()
        } else {
            0
        };
        told.json(21, json!({"transition_id": id, "protocol_version": 0}));
        if id == 0 {
            self.clears(now);
        } else {
            self.clear = Clear::Asked(id);
            self.transitions.insert(id, now.plus(PATIENCE));
        }
    }

    /// Has the call encrypted again: the bot makes a new key package for a new group (op 24).
    pub fn raise(&mut self, told: &mut Told) {
        if self.clear == Clear::Never {
            return;
        }
        self.clear = Clear::Never;
        self.forget_bot();
        if let Err(error) = self.regroup() {
            return self.fails(error);
        }
        told.json(24, json!({"protocol_version": VERSION, "epoch": 1}));
    }

    /// Nothing is encrypted from now on. What was on its way may still be.
    pub(super) fn clears(&mut self, now: Time) {
        self.forget_bot();
        self.clear = Clear::Since(now);
    }

    /// Tells whether everything is in the clear.
    pub(super) fn is_clear(&self) -> bool {
        matches!(self.clear, Clear::Since(_))
    }

    /// Tells whether a frame may be encrypted still, though the group has ended.
    pub(super) fn fades(&self, now: Time) -> bool {
        matches!(self.clear, Clear::Since(since) if now.since(since) <= GRACE)
    }
}
