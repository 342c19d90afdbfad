//! A cog that does what it is told, in the words of a small language, through every interface of
//! Discord: `/do kick 123 spam`. A message that begins with `do:` tells it the same, but then nobody
//! stands behind the call.
//!
//! It is there for the host's tests: what it may not do is the host's to refuse.

mod people;
mod places;
mod talk;

use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::cog::invocations::Invocation;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

pub struct Steward;

#[cog(message_content)]
impl Cog for Steward {
    fn commands() -> Commands {
        commands![do_]
    }

    fn guild_command(ctx: &Context, invocation: Invocation) -> Answer {
        ctx.reply(format!("/{} of this server", invocation.path.join(" ")))
    }

    fn message_created(message: Message) -> Answer {
        let Some(words) = message.content.strip_prefix("do:") else {
            return Ok(());
        };
        let guild = message.guild.unwrap_or_default();
        let told = told(&Order::new(&guild, &message.channel, words));
        cogbox_sdk::discord::messages::send(&message.channel, &OutgoingMessage::text(told))?;
        Ok(())
    }
}

/// Does what it is told, ten times a minute at most.
#[command(name = "do")]
fn do_(
    ctx: &Context,
    /// A verb and what it needs; `in:GUILD` before it names another server.
    what: String,
) -> Answer {
    let guild = ctx.guild().unwrap_or_default();
    ctx.reply(told(&Order::new(&guild, &ctx.channel(), &what)))
}

/// What it is told to do, where.
struct Order {
    guild: String,
    channel: String,
    verb: String,
    words: Vec<String>,
}

/// What became of it.
type Done = Result<String, Refused>;

impl Order {
    fn new(guild: &str, channel: &str, text: &str) -> Self {
        let mut words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        let mut order = Order {
            guild: guild.to_owned(),
            channel: channel.to_owned(),
            verb: String::new(),
            words: Vec::new(),
        };
        while let Some((key, value)) = words.first().and_then(|word| word.split_once(':')) {
            match key {
                "in" => order.guild = value.to_owned(),
                "at" => order.channel = value.to_owned(),
                _ => break,
            }
            words.remove(0);
        }
        if !words.is_empty() {
            order.verb = words.remove(0);
        }
        order.words = words;
        order
    }

    /// The word at a place, or nothing.
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// The words from a place on; `None` when there are none.
    fn rest(&self, from: usize) -> Option<String> {
        let words = self.words.get(from..)?;
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// The word at a place, where `-` stands for nothing.
    fn or_none(&self, at: usize) -> Option<String> {
        let word = self.word(at);
        (!matches!(word, "" | "-")).then(|| word.to_owned())
    }

    fn number<N: std::str::FromStr + Default>(&self, at: usize) -> N {
        self.word(at).parse().unwrap_or_default()
    }
}

fn told(order: &Order) -> String {
    let done = people::done(order)
        .or_else(|| places::done(order))
        .or_else(|| talk::done(order));
    let said = match done {
        None => "what?".to_owned(),
        Some(Ok(said)) if said.is_empty() => "ok".to_owned(),
        Some(Ok(said)) => format!("ok: {said}"),
        Some(Err(error)) => {
            let code = error.discord_code.map(|code| format!(" ({code})"));
            let kind = format!("{:?}", error.kind).replace("ErrorKind::", "");
            format!("{kind}: {}{}", error.message, code.unwrap_or_default())
        }
    };
    format!("{}: {said}", order.verb)
}

/// Nothing more to say.
fn quiet<T>(_: T) -> String {
    String::new()
}

/// One line for each.
fn lines<T>(list: Vec<T>, line: impl Fn(T) -> String) -> String {
    list.into_iter().map(line).collect::<Vec<_>>().join("; ")
}
