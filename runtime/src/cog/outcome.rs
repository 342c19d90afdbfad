//! How a call ended. The cog's fault, the host's fault and a plain error are different things, and
//! are counted apart.

use wasmtime::Trap;

use super::limits::{CpuExceeded, MemoryExceeded};
use crate::host::{Denied, Flood};

/// The cog returned something that is no value of the contract's types.
#[derive(Debug, thiserror::Error)]
#[error("what the cog returned can't be read")]
pub(super) struct Unreadable;

/// The host called what the cog does not export.
#[derive(Debug, thiserror::Error)]
#[error("the cog does not export {0}")]
pub(super) struct NotExported(pub &'static str);

/// How a call into a cog ended. The texts are for the log and the dashboard, never for Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The cog returned.
    Ok,
    /// The cog returned an error, in its own words.
    Error(String),
    /// The cog crashed: a panic, a division by zero, too deep a recursion, an answer that is none.
    Trap(String),
    /// It wanted more memory than it has.
    Memory(String),
    /// It took more CPU time than it has.
    Cpu(String),
    /// It took too long.
    Wall(String),
    /// It handed over more than one call may.
    Transfer(String),
    /// It called what it may not, where no error could be returned, or too often.
    Denied(String),
    /// There was no room to run it.
    Busy(String),
    /// The host failed.
    Host(String),
}

impl Outcome {
    /// Tells from wasmtime's error whose fault it was.
    pub fn of(error: &wasmtime::Error) -> Self {
        let text = format!("{error:?}");
        if error.is::<MemoryExceeded>() {
            Self::Memory(text)
        } else if error.is::<CpuExceeded>() {
            Self::Cpu(text)
        } else if error.is::<Denied>() || error.is::<Flood>() {
            Self::Denied(text)
        } else if error.is::<wasmtime::PoolConcurrencyLimitError>() {
            Self::Busy("every instance of the pool is in use".into())
        } else if text.contains("fuel allocated for hostcalls has been exhausted") {
            // wasmtime keeps this error's type to itself; its sentence is all there is.
            Self::Transfer(text)
        } else if error.is::<Trap>()
            || error.is::<wasmtime::WasmBacktrace>()
            || error.is::<Unreadable>()
        {
            Self::Trap(text)
        } else {
            Self::Host(text)
        }
    }

    /// Whether the cog broke a rule or crashed, other than by returning an error.
    pub fn is_fault(&self) -> bool {
        !matches!(
            self,
            Self::Ok | Self::Error(_) | Self::Busy(_) | Self::Host(_)
        )
    }

    /// Returns the label that metrics use.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error(_) => "error",
            Self::Trap(_) => "trap",
            Self::Memory(_) => "memory",
            Self::Cpu(_) => "cpu",
            Self::Wall(_) => "wall",
            Self::Transfer(_) => "transfer",
            Self::Denied(_) => "denied",
            Self::Busy(_) => "busy",
            Self::Host(_) => "host",
        }
    }

    /// Returns what there is to say, for the log.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Ok => None,
            Self::Error(text)
            | Self::Trap(text)
            | Self::Memory(text)
            | Self::Cpu(text)
            | Self::Wall(text)
            | Self::Transfer(text)
            | Self::Denied(text)
            | Self::Busy(text)
            | Self::Host(text) => Some(text),
        }
    }

    /// Returns what a waiting person is told.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::Ok => "That command gave no answer. Its author should hear of it.",
            Self::Busy(_) => "That is busy right now. Try again in a moment.",
            Self::Wall(_) | Self::Cpu(_) => "That took too long and was stopped.",
            _ => "Something went wrong with that. The bot's operator can see what.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::FAULTS;

    #[test]
    fn every_fault_is_counted_from_0() {
        let all = [
            Outcome::Error,
            Outcome::Trap,
            Outcome::Memory,
            Outcome::Cpu,
            Outcome::Wall,
            Outcome::Transfer,
            Outcome::Denied,
            Outcome::Busy,
            Outcome::Host,
        ]
        .map(|outcome| outcome(String::new()));
        let faults = all.iter().filter(|outcome| outcome.is_fault());
        assert_eq!(faults.map(Outcome::label).collect::<Vec<_>>(), FAULTS);
    }
}
