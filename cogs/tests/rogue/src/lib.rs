//! A cog that misbehaves in every way a cog can, and probes what the host lets it do.
//!
//! It is there for the host's tests: each command does one thing that must not harm the bot,
//! another cog or another guild. Nobody should run it on a real server.

mod abroad;
mod answers;
mod faults;
mod floods;
mod memory;

use cogbox_sdk::discord::messages;
use cogbox_sdk::prelude::*;

pub struct Rogue;

#[cog(message_content)]
impl Cog for Rogue {
    fn commands() -> Commands {
        commands![
            answers::ok,
            answers::silent,
            answers::answers_twice,
            answers::defers,
            answers::modal,
            answers::button,
            answers::button_like,
            answers::late,
            answers::late_in_private,
            answers::late_buttons,
            faults::spin,
            faults::bomb,
            faults::deep,
            faults::trap,
            faults::fails,
            faults::slow,
            floods::huge,
            floods::chatter,
            floods::series,
            floods::flood,
            memory::state,
            memory::Store,
            abroad::abroad,
            abroad::unserved,
        ]
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        answers::pressed(ctx, id)
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        answers::submitted(ctx, id, &inputs)
    }

    /// Echoes what follows `rogue:`. Without the message content intent it never hears it.
    fn message_created(message: Message) -> Answer {
        let Some(words) = message.content.strip_prefix("rogue:") else {
            return Ok(());
        };
        let echo = OutgoingMessage::text(words.trim()).reply_to(message.id);
        messages::send(&message.channel, &echo)?;
        Ok(())
    }
}

/// Writes what a host call answered: `ok`, or the kind of error and its sentence.
fn outcome<T>(answer: Answer<T>) -> String {
    match answer {
        Ok(_) => "ok".to_string(),
        Err(error) => refusal(&error),
    }
}

/// Writes an error as `not-found: the sentence`, with the kind's name in the contract.
fn refusal(error: &Error) -> String {
    let kind = match error.kind() {
        Some(ErrorKind::Denied) => "denied",
        Some(ErrorKind::NotFound) => "not-found",
        Some(ErrorKind::Forbidden) => "forbidden",
        Some(ErrorKind::Invalid) => "invalid",
        Some(ErrorKind::RateLimited) => "rate-limited",
        Some(ErrorKind::Quota) => "quota",
        Some(ErrorKind::Unavailable) => "unavailable",
        Some(ErrorKind::Unsupported) => "unsupported",
        Some(ErrorKind::Other) | None => "other",
    };
    format!("{kind}: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use cogbox_sdk::raw::cogbox::host::basics;

    #[test]
    fn refusals_show_the_kind_and_the_sentence() {
        let told = basics::Error {
            kind: ErrorKind::NotFound,
            message: "There is no such guild.".into(),
            discord_code: None,
            retry_after_ms: None,
        };
        let answer: Answer = Err(told.into());
        assert_eq!(outcome(answer), "not-found: There is no such guild.");
        assert_eq!(outcome::<()>(Err(Error::new("mine"))), "other: mine");
        assert_eq!(outcome(Ok(1)), "ok");
    }
}
