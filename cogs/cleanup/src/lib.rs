//! Deletes many messages at once: by number, person, bots, place or text.
//!
//! Owns the commands. What is looked for is in `search`, what happens to it in `sweep`.

mod search;
mod sweep;

use cogbox_sdk::prelude::*;

use search::{Search, Span, What};

locales!("en-US", "de");

pub struct Cleanup;

// A text can be looked for only by who may read messages.
#[cog(message_content)]
impl Cog for Cleanup {
    fn commands() -> Commands {
        commands![CleanUp, after_menu]
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        sweep::pressed(ctx, id)
    }
}

/// Deletes many messages at once.
#[command(
    name = "cleanup",
    subcommands(messages, user, bots, with_text, before, after, between),
    needs(MANAGE_MESSAGES)
)]
struct CleanUp;

/// Deletes the latest messages of this channel.
#[command]
fn messages(
    ctx: &Context,
    /// How many.
    #[option(min = 1, max = 500)]
    count: u16,
    /// Whether pinned ones go too.
    pinned: Option<bool>,
) -> Answer {
    let search = Search::of(What::Any, count, pinned);
    sweep::sweep(ctx, search)
}

/// Deletes somebody's latest messages in this channel.
#[command]
fn user(
    ctx: &Context,
    /// Whose. An id will do for somebody who has left.
    who: User,
    /// How many of theirs.
    #[option(min = 1, max = 500)]
    count: u16,
    /// Whether pinned ones go too.
    pinned: Option<bool>,
) -> Answer {
    sweep::sweep(ctx, Search::of(What::By(who.id), count, pinned))
}

/// Deletes the latest messages of bots in this channel.
#[command]
fn bots(
    ctx: &Context,
    /// How many of theirs.
    #[option(min = 1, max = 500)]
    count: u16,
    /// Whether pinned ones go too.
    pinned: Option<bool>,
) -> Answer {
    sweep::sweep(ctx, Search::of(What::Bots, count, pinned))
}

/// Deletes the latest messages with a text in this channel.
#[command(name = "text")]
fn with_text(
    ctx: &Context,
    /// What they say; large and small letters are the same.
    #[option(max_length = 200)]
    text: String,
    /// How many of them.
    #[option(min = 1, max = 500)]
    count: u16,
    /// Whether pinned ones go too.
    pinned: Option<bool>,
) -> Answer {
    let wanted = text.trim().to_lowercase();
    if wanted.is_empty() {
        tell!(ctx, no_text);
    }
    sweep::sweep(ctx, Search::of(What::With(wanted), count, pinned))
}

/// Deletes messages before one.
#[command]
fn before(
    ctx: &Context,
    /// A link to the message, or its id.
    #[option(max_length = 200)]
    message: String,
    /// How many.
    #[option(min = 1, max = 500)]
    count: u16,
    /// Whether pinned ones go too.
    pinned: Option<bool>,
) -> Answer {
    let before = search::place(ctx, &message)?;
    let span = Span {
        before: Some(before),
        after: None,
    };
    let search = Search::of(What::Any, count, pinned).within(span);
    sweep::sweep(ctx, search)
}

/// Deletes all messages after one, 500 at most.
#[command]
fn after(
    ctx: &Context,
    /// A link to the message, or its id. It stays.
    #[option(max_length = 200)]
    message: String,
    /// Whether pinned ones go too.
    pinned: Option<bool>,
) -> Answer {
    let after = search::place(ctx, &message)?;
    sweep::sweep(ctx, Search::all(pinned).within(Span::after(after)))
}

/// Deletes all messages between two, 500 at most.
#[command]
fn between(
    ctx: &Context,
    /// A link to the first message, or its id. It stays.
    #[option(max_length = 200)]
    first: String,
    /// A link to the last message, or its id. It stays.
    #[option(max_length = 200)]
    last: String,
    /// Whether pinned ones go too.
    pinned: Option<bool>,
) -> Answer {
    let (first, last) = (search::place(ctx, &first)?, search::place(ctx, &last)?);
    let span = Span {
        after: Some(first.min(last)),
        before: Some(first.max(last)),
    };
    sweep::sweep(ctx, Search::all(pinned).within(span))
}

#[message_command(name = "Delete what follows", needs(MANAGE_MESSAGES))]
fn after_menu(ctx: &Context, message: Message) -> Answer {
    let after = search::place(ctx, &message.id)?;
    sweep::sweep(ctx, Search::all(None).within(Span::after(after)))
}
