//! A cog of timers and settings: each command is one function of the host's, and answers with what
//! came back.
//!
//! It is there for the host's tests. Nobody should run it on a real server.

mod chosen;
mod timers;

use cogbox_sdk::discord::messages;
use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Setting;

pub struct Clockwork;

#[cog]
impl Cog for Clockwork {
    fn commands() -> Commands {
        commands![
            timers::after,
            timers::at,
            timers::every,
            timers::cron,
            timers::cancel,
            timers::waiting,
            timers::rung,
            chosen::show,
            chosen::choose,
        ]
    }

    fn settings() -> Vec<Setting> {
        chosen::form()
    }

    /// Counts the timer, and says in the channel that it carries which one it was.
    fn timer(timer: Timer) -> Answer {
        timers::count(&timer)?;
        if timer.name == "crash" {
            panic!("as it was asked to");
        }
        if timer.guild.is_some() {
            let says = OutgoingMessage::text(format!("{} fired", timer.name));
            messages::send(timer.text()?, &says)?;
        }
        Ok(())
    }
}

/// Writes an error as `ErrorKind::Invalid: the sentence`.
fn refusal(error: &Error) -> String {
    match error.kind() {
        Some(kind) => format!("{kind:?}: {error}"),
        None => error.to_string(),
    }
}
