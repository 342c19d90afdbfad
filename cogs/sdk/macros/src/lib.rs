//! The attributes of cogbox-sdk: `#[cog]`, `#[command]` and its siblings, `#[derive(Choice)]`,
//! `locales!`.
//!
//! Owns turning what an author writes into implementations of the SDK's traits, and saying
//! what is wrong in a sentence that names the mend, on the line where it is wrong. Discord's
//! rules that can be checked here are, so that a cog that compiles can be registered.

mod args;
mod check;
mod choice;
mod cog;
mod command;
mod group;
mod locales;
mod parameter;

use proc_macro::TokenStream;
use syn::{Error, Item, parse_macro_input};

/// Makes a type a cog: exports the hooks that the `impl Cog for ...` below it has, and no
/// others. `#[cog(message_content)]` also asks for the text of messages, which Discord gives
/// to bots that say why they need it.
#[proc_macro_attribute]
pub fn cog(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as Item);
    finish(cog::expand(args.into(), item))
}

/// Makes a function a slash command, or a unit struct one that holds subcommands.
///
/// The first paragraph of the doc comment is the description; the function's name, with
/// hyphens, is the command's. `#[command(...)]` takes `name = "..."`, `description = "..."`,
/// `needs(MANAGE_GUILD, ...)`, `contexts(guild, bot_dm, private_channel)`, `nsfw`,
/// `cooldown(per = user, uses = 1, seconds = 5)`, `concurrency(per = user, uses = 1)`,
/// `defer_as(everyone)` or `defer_as(invoker)`, `key = "..."` (what it is called in `locales/`), and
/// on a struct `subcommands(...)`.
///
/// The first parameter is `ctx: &Context`; the others are the options, each with a doc
/// comment or `#[option(description = "...")]`. `#[option(...)]` also takes `name`, `min` and
/// `max`, `min_length` and `max_length`, `channels(text, voice, ...)` and `autocomplete`.
#[proc_macro_attribute]
pub fn command(args: TokenStream, item: TokenStream) -> TokenStream {
    finish(match parse_macro_input!(item as Item) {
        Item::Fn(function) => command::expand(args.into(), function, command::Used::Typed),
        Item::Struct(holder) => group::expand(args.into(), holder),
        other => Err(Error::new_spanned(
            other,
            "#[command] goes above a function, or above a unit struct that holds subcommands",
        )),
    })
}

/// Makes a function a command in the menu of a user: its second parameter is the `User`,
/// `Member` or `Person`. Takes what `#[command]` takes.
#[proc_macro_attribute]
pub fn user_command(args: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as syn::ItemFn);
    finish(command::expand(
        args.into(),
        function,
        command::Used::OnUser,
    ))
}

/// Makes a function a command in the menu of a message: its second parameter is the
/// `Message`. Takes what `#[command]` takes.
#[proc_macro_attribute]
pub fn message_command(args: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as syn::ItemFn);
    finish(command::expand(
        args.into(),
        function,
        command::Used::OnMessage,
    ))
}

/// Makes an enum the choices of an option: `#[choice(name = "Heads")]` says what people see,
/// otherwise it is the variant's name in words.
#[proc_macro_derive(Choice, attributes(choice))]
pub fn choice(item: TokenStream) -> TokenStream {
    finish(choice::expand(parse_macro_input!(item as syn::DeriveInput)))
}

/// Makes the texts in `locales/` ones that `t!` fills in: `locales!("en-US", "de");` at the crate's
/// root, with a file of Fluent for each language.
///
/// What is wrong with a file is an error, with its line: a text that a language lacks, a variable
/// that the English text has not, a form of words that does not exist there.
#[proc_macro]
pub fn locales(tokens: TokenStream) -> TokenStream {
    finish(locales::expand(tokens.into()))
}

fn finish(expanded: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    expanded
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
