//! A cog that looks where it should see nothing: at the text of messages that it did not ask for,
//! and at the host's store while it declares its commands.
//!
//! It is there for the host's tests. Nobody should run it on a real server.

use cogbox_sdk::Context;
use cogbox_sdk::command::{Command, Node, Target};
use cogbox_sdk::discord::messages;
use cogbox_sdk::option::Arguments;
use cogbox_sdk::prelude::*;

pub struct Keyhole;

#[cog]
impl Cog for Keyhole {
    fn commands() -> Commands {
        commands![Peeked]
    }

    /// Answers whatever people write with what it could read of it.
    fn message_created(message: Message) -> Answer {
        if message.author.bot {
            return Ok(());
        }
        let seen = format!(
            "read `{}`, and {} embeds",
            message.content,
            message.embeds.len()
        );
        messages::send(&message.channel, &OutgoingMessage::text(seen))?;
        Ok(())
    }

    fn message_edited(before: Option<Message>, after: Message) -> Answer {
        let before = before.map_or("nothing".to_string(), |before| before.content);
        let seen = format!("read `{}` where `{before}` was", after.content);
        messages::send(&after.channel, &OutgoingMessage::text(seen))?;
        Ok(())
    }

    fn message_deleted(
        _: Option<String>,
        channel: String,
        _: Vec<String>,
        known: Vec<Message>,
    ) -> Answer {
        let known: Vec<_> = known.into_iter().map(|message| message.content).collect();
        let seen = format!("read `{}`, which is gone", known.join(", "));
        messages::send(&channel, &OutgoingMessage::text(seen))?;
        Ok(())
    }
}

/// A command whose description says what the store answered while it was declared.
struct Peeked;

impl Command for Peeked {
    const NAME: &'static str = "peeked";
    const DEPTH: usize = 1;
    const WHOLE: bool = false;

    fn declare() -> Node {
        let description = match store::global().number("secret") {
            Ok(_) => "the store was open".to_string(),
            Err(error) => error.sentence().to_string(),
        };
        Node::new(Target::Chat, Self::NAME, &description)
    }

    fn invoke(ctx: &Context, _: &[String], _: Arguments) -> Answer {
        ctx.reply("look at this command's description")
    }
}
