//! Making rules: a command for each kind.

use cogbox_sdk::hierarchy;
use cogbox_sdk::markdown::shorten;
use cogbox_sdk::prelude::*;

use crate::kept::{self, MOST, MOST_PATTERNS};
use crate::rule::{Rule, SINGLE, Then, What};
use crate::{addresses, admin, judge, pace, phrases};

/// What the ids of forms begin with, and the input of each.
const WORDS: &str = "words:";
const INVITES: &str = "invites";
const LINKS: &str = "links";
const LIST: &str = "list";
/// Characters of a list, as Discord's forms take them.
const LIST_MAX: u16 = 4_000;

/// Writes down words that are not welcome, by form.
#[command]
pub fn words(
    ctx: &Context,
    /// A name for the list, such as insults; one that is there already is changed.
    #[option(max_length = 30, autocomplete)]
    rule: String,
) -> Answer {
    let name = name(ctx, &rule)?;
    ctx.show_modal(form(ctx, &format!("{WORDS}{name}"))?)
}

/// Finds texts by a regular expression.
#[command]
pub fn pattern(
    ctx: &Context,
    /// A name for the rule.
    #[option(max_length = 30)]
    name: String,
    /// The expression, such as free\s+nitro; case does not matter.
    #[option(max_length = 200)]
    pattern: String,
) -> Answer {
    let guild = ctx.in_guild()?;
    let name = self::name(ctx, &name)?;
    let read = match judge::pattern_of(&pattern) {
        Ok(read) => read,
        Err(error) => {
            let why = shorten(&error.to_string(), 300);
            tell!(ctx, bad_pattern, why = why);
        }
    };
    if read.is_match("") {
        tell!(ctx, pattern_fits_all);
    }
    save(ctx, &guild, &name, What::Pattern(pattern))
}

/// Keeps out invites to other servers; a form asks which are welcome.
#[command]
pub fn invites(ctx: &Context) -> Answer {
    ctx.show_modal(form(ctx, INVITES)?)
}

/// Keeps out links; a form asks which hosts are welcome.
#[command]
pub fn links(ctx: &Context) -> Answer {
    ctx.show_modal(form(ctx, LINKS)?)
}

/// Opens a form again with what was typed into it.
pub fn reopen(ctx: &Context, id: &str) -> Answer {
    admin::managed(ctx)?;
    draft::reopen(ctx, form(ctx, id)?)
}

/// Returns the form with an id, and in it what is kept of its rule.
fn form(ctx: &Context, id: &str) -> Answer<Modal> {
    let book = kept::book(&ctx.in_guild()?)?;
    let name = id.strip_prefix(WORDS);
    let rule = name.unwrap_or(id);
    let list = match book.rules.get(rule).map(|rule| &rule.what) {
        None => [].as_slice(),
        Some(What::Words(list) | What::Invites(list) | What::Links(list)) => list,
        Some(_) => tell!(ctx, other_kind, name = rule),
    };
    let (title, label, help) = match (name, id) {
        (Some(name), _) => (
            t!(ctx, words_title, name = name),
            t!(ctx, words_label),
            t!(ctx, words_help),
        ),
        (_, INVITES) => (
            t!(ctx, title_invites),
            t!(ctx, invites_label),
            t!(ctx, invites_help),
        ),
        (_, LINKS) => (
            t!(ctx, title_links),
            t!(ctx, links_label),
            t!(ctx, links_help),
        ),
        _ => fail!("the form `{id}` is none of ours"),
    };
    let mut input = TextInput::paragraph(LIST, label)
        .length(0, LIST_MAX)
        .placeholder(help)
        .filled(list.join("\n"));
    if name.is_none() {
        input = input.optional();
    }
    Ok(Modal::new(id, shorten(&title, 45)).input(input))
}

/// Takes a form.
pub fn sent(ctx: &Context, id: &str, inputs: &Inputs) -> Answer {
    let guild = admin::managed(ctx)?;
    let typed = inputs.text(LIST);
    let shown = |one: String| shorten(&one, 60).replace('`', "'");
    if let Some(name) = id.strip_prefix(WORDS) {
        let words = phrases::list(typed).map_err(|one| {
            let one = shown(one);
            Error::tell(t!(ctx, word_fits_all, word = one))
        })?;
        if words.is_empty() {
            tell!(ctx, no_words);
        }
        return save(ctx, &guild, name, What::Words(words));
    }
    match id {
        INVITES => {
            let codes = addresses::read_codes(typed);
            let codes = codes.map_err(|one| Error::tell(t!(ctx, no_code, code = shown(one))))?;
            save(ctx, &guild, INVITES, What::Invites(codes))
        }
        LINKS => {
            let hosts = addresses::read_hosts(typed);
            let hosts = hosts.map_err(|one| Error::tell(t!(ctx, no_host, host = shown(one))))?;
            save(ctx, &guild, LINKS, What::Links(hosts))
        }
        _ => fail!("the form `{id}` is none of ours"),
    }
}

/// Stops who writes the same again and again.
#[command]
pub fn repeats(
    ctx: &Context,
    /// How often.
    #[option(min = 2, max = 30)]
    times: u32,
    /// Within how many seconds.
    #[option(min = 2, max = 600)]
    seconds: u32,
) -> Answer {
    let times = times.min(pace::MOST);
    let what = What::Repeats(times, seconds.min(pace::LONGEST));
    save(ctx, &ctx.in_guild()?, "repeats", what)
}

/// Stops who writes too many messages.
#[command]
pub fn flood(
    ctx: &Context,
    /// How many.
    #[option(min = 2, max = 30)]
    messages: u32,
    /// Within how many seconds.
    #[option(min = 2, max = 600)]
    seconds: u32,
) -> Answer {
    let messages = messages.min(pace::MOST);
    let what = What::Flood(messages, seconds.min(pace::LONGEST));
    save(ctx, &ctx.in_guild()?, "flood", what)
}

/// Stops messages that mention too many.
#[command]
pub fn mentions(
    ctx: &Context,
    /// How many people and roles are welcome.
    #[option(min = 0, max = 100)]
    most: u32,
) -> Answer {
    save(ctx, &ctx.in_guild()?, "mentions", What::Mentions(most))
}

/// Stops messages in capitals, of ten letters and more.
#[command]
pub fn capitals(
    ctx: &Context,
    /// From which part of the letters on, in percent.
    #[option(min = 10, max = 100)]
    percent: u32,
) -> Answer {
    save(ctx, &ctx.in_guild()?, "capitals", What::Capitals(percent))
}

/// Stops messages with too many emoji.
#[command]
pub fn emoji(
    ctx: &Context,
    /// How many are welcome.
    #[option(min = 0, max = 100)]
    most: u32,
) -> Answer {
    save(ctx, &ctx.in_guild()?, "emoji", What::Emoji(most))
}

/// Returns the name of a rule as it is kept, or tells that it can't be one.
fn name(ctx: &Context, typed: &str) -> Answer<String> {
    let name = typed.trim().to_lowercase().replace(['`', ':'], "'");
    match name.as_str() {
        "" => tell!(ctx, no_name),
        single if SINGLE.contains(&single) => tell!(ctx, name_taken, name = name),
        _ => Ok(name),
    }
}

/// Keeps a rule; one that is there keeps what happens.
fn save(ctx: &Context, guild: &str, name: &str, what: What) -> Answer {
    let mut then = Then::default();
    kept::change(ctx, guild, |book| {
        let present = book.rules.get(name);
        then = present.map_or(Then::default(), |rule| rule.then);
        if let Some(sanction) = then.sanction {
            hierarchy::require_yours(ctx, sanction.need())?;
        }
        let is_pattern = |what: &What| matches!(what, What::Pattern(_));
        let same_kind = present.is_some_and(|rule| is_pattern(&rule.what) == is_pattern(&what));
        if present.is_none() && book.rules.len() >= MOST {
            tell!(ctx, too_many_rules, most = MOST);
        }
        let patterns = book.rules.values().filter(|rule| is_pattern(&rule.what));
        if is_pattern(&what) && !same_kind && patterns.count() >= MOST_PATTERNS {
            tell!(ctx, too_many_patterns, most = MOST_PATTERNS);
        }
        let what = what.clone();
        book.rules.insert(name.to_owned(), Rule { what, then });
        Ok(())
    })?;
    let title = what.title(ctx, name);
    ctx.reply_privately(t!(
        ctx,
        saved,
        rule = title,
        what = what.shown(ctx),
        then = then.shown(ctx)
    ))
}
