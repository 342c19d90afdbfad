//! What the cogs declare against what Discord has registered: checked when a cog is loaded,
//! compared, and sent only when they differ.
//!
//! Everything is sent in one request that replaces all commands of the scope. Discord then deletes
//! before it creates, so that a full set can be exchanged for another; keeps the ids of those with
//! the same type and name (rule C25); and counts only the new ones against the 200 that it takes a
//! day. When some new ones have to wait, they are left out of that request, and it does the rest:
//! what exists stays, and changes and deletes cost nothing.
//!
//! There is one scope for the commands of every guild, and one for each guild that has commands of
//! its own: those that a cog made up for it, and those of cogs that an admin has to switch on.

pub mod budget;
mod canonical;
mod check;
mod concurrency;
mod cooldowns;
mod rules;
mod scoped;
mod sync;
mod task;

use std::time::Duration;

pub use check::{check, check_beside, check_completed};
pub use concurrency::{Running, Uses};
pub use cooldowns::{Cooldowns, Use};
pub use rules::choice as check_choice;
pub use scoped::{Due, GuildCommands, Scoped};
pub use sync::{Scope, Sync, SyncError, Synced};
pub use task::{About, run};

/// Most slash commands, and most user and most message commands, of one scope (rule C22).
const CHAT_MAX: usize = 100;
const MENU_MAX: usize = 15;
/// Those of one cog, so that none takes them all: half of the slash commands, a third of the menus'.
const CHAT_SHARE: usize = 50;
const MENU_SHARE: usize = 5;

/// The name under which the host's own commands count.
const HOST: &str = "cogbox";

/// How commands are kept in sync.
#[derive(Debug, Clone)]
pub struct Options {
    /// How often Discord is asked whether it still has the commands as they should be: another
    /// program with the same token may change them. Also how long new ones wait when Discord says
    /// that there were too many and not until when.
    pub recheck: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            recheck: Duration::from_secs(3_600),
        }
    }
}
