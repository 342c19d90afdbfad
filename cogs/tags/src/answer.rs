//! Saying what a tag says: by its own command, by `/tag`, and after a form where it asks for something.

use crate::kept::{self, ARGS, OPTION, Tag};
use cogbox_sdk::discord::guilds;
use cogbox_sdk::markdown::{escape, mention_channel, shorten};
use cogbox_sdk::prelude::*;
use std::collections::BTreeMap;

/// Longest message, in characters.
const MESSAGE_MAX: usize = 2_000;
/// Longest text for one option, in characters.
pub const GIVEN_MAX: u16 = 500;
/// What the id of the form begins with.
const FORM: &str = "use:";
/// Longest title of a form and label of an input, in characters.
const TITLE_MAX: usize = 45;

/// What was given for the options, by name.
pub type Given = BTreeMap<String, String>;

/// Answers with a tag of this server.
#[command(contexts(guild))]
pub fn tag(
    ctx: &Context,
    /// Which one.
    #[option(max_length = 100, autocomplete)]
    name: String,
    /// What the tag puts in for args.
    #[option(max_length = 500)]
    args: Option<String>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let name = kept::name(ctx, &name)?;
    let tag = kept::get(ctx, &guild, &name)?;
    let options = tag.options();
    let given: Given = args
        .map(|args| (ARGS.to_string(), args))
        .into_iter()
        .collect();
    if options.iter().all(|option| option == ARGS) {
        return said(ctx, &guild, &name, &tag, &given);
    }
    let input = |option: &String| {
        let input = TextInput::short(option, option).length(0, GIVEN_MAX);
        match option == ARGS {
            true => input
                .optional()
                .filled(given.get(ARGS).cloned().unwrap_or_default()),
            false => input,
        }
    };
    let form = Modal::new(format!("{FORM}{name}"), shorten(&name, TITLE_MAX));
    ctx.show_modal(options.iter().map(input).fold(form, Modal::input))
}

/// Answers with a tag whose command was used.
pub fn give(ctx: &Context, name: &str, given: &Given) -> Answer {
    let guild = ctx.in_guild()?;
    let tag = kept::get(ctx, &guild, name)?;
    said(ctx, &guild, name, &tag, given)
}

/// Answers with a tag whose form was filled in.
pub fn give_filled_in(ctx: &Context, name: &str, inputs: &Inputs) -> Answer {
    let guild = ctx.in_guild()?;
    let tag = kept::get(ctx, &guild, name)?;
    let options = tag.options().into_iter();
    let given = options.map(|option| {
        let text = inputs.text(&option).to_string();
        (option, text)
    });
    said(ctx, &guild, name, &tag, &given.collect())
}

fn said(ctx: &Context, guild: &str, name: &str, tag: &Tag, given: &Given) -> Answer {
    let template = random::pick(&tag.answers).and_then(|answer| kept::read(answer));
    let Some(template) = template else {
        fail!("the tag `{name}` can't be read any more");
    };
    let server = match template.placeholders().contains(&"server") {
        true => match guilds::get(guild) {
            Ok(guild) => escape(&guild.name),
            // An admin withholds it: that is no fault.
            Err(refused) => tell!("{}", refused.message),
        },
        false => String::new(),
    };
    let count = kept::count(guild, name)?;
    let user = ctx.user();
    let text = template.fill(MESSAGE_MAX, |placeholder| match placeholder {
        "server" => server.clone(),
        "channel" => mention_channel(&ctx.channel()),
        "count" => count.to_string(),
        _ => template::user(placeholder, &user).unwrap_or_else(|| {
            let option = placeholder.strip_prefix(OPTION).unwrap_or(placeholder);
            given.get(option).cloned().unwrap_or_default()
        }),
    });
    if text.trim().is_empty() {
        tell!(ctx, nothing_to_say, name = name);
    }
    ctx.reply(OutgoingMessage::text(text).ping_user(user.id))
}
