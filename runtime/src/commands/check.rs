//! What is refused before any request: one bad command would make Discord refuse them all.

use std::collections::BTreeSet;

use cogbox_world::cogbox::discord::command_types::{Command, Localized, Target};

use super::{CHAT_MAX, CHAT_SHARE, MENU_MAX, MENU_SHARE, rules};
use crate::cog::shape::Refusal;
use crate::discord::builtin;
use crate::host::convert;

/// Checks what a cog declares, by itself.
pub fn check(commands: &[Command]) -> Result<(), Refusal> {
    let mut names = BTreeSet::new();
    for command in commands {
        if !names.insert((kind(command), command.name.as_str())) {
            return Err(Refusal::new(
                format!("it declares the command `{}` twice", command.name),
                "give each command a name of its own",
            ));
        }
        expressible(command)?;
        let body = convert::command(command)
            .map_err(|what| Refusal::new(what, "see the rules for commands in wit/README.md"))?;
        rules::check(&body)?;
    }
    match too_many(
        &count(commands.iter()),
        [CHAT_SHARE, MENU_SHARE, MENU_SHARE],
    ) {
        None => Ok(()),
        Some((count, of, max)) => Err(Refusal::new(
            format!("it declares {count} {of} commands; one cog may have {max}"),
            "gather them into subcommands, or offer fewer of them",
        )),
    }
}

/// Checks that somebody answers where an option is to be completed.
pub fn check_completed(commands: &[Command], completes: bool) -> Result<(), Refusal> {
    let of = |command: &Command| {
        let below = command.subcommands.iter().flat_map(|sub| &sub.options);
        let mut options = command.options.iter().chain(below);
        let option = options.find(|option| option.autocomplete)?;
        Some((option.name.clone(), command.name.clone()))
    };
    match commands.iter().find_map(of).filter(|_| !completes) {
        None => Ok(()),
        Some((option, command)) => Err(Refusal::new(
            format!(
                "the option `{option}` of the command `{command}` is to be completed, and the cog does not export `autocomplete`"
            ),
            "export it (in Rust: write the hook `autocomplete`), or turn `autocomplete` off",
        )),
    }
}

/// Checks that a cog's commands fit beside the host's own and those of other cogs: past Discord's
/// limits it would refuse them all.
pub fn check_beside<'a>(
    commands: &'a [Command],
    others: impl Iterator<Item = &'a Command>,
) -> Result<(), Refusal> {
    if commands.iter().any(|command| command.name == builtin::COGS) {
        return Err(Refusal::new(
            format!("`{}` is a command of Cogbox itself", builtin::COGS),
            "give the command another name",
        ));
    }
    let mut counts = count(commands.iter().chain(others));
    counts[0] += 1;
    match too_many(&counts, [CHAT_MAX, MENU_MAX, MENU_MAX]) {
        None => Ok(()),
        Some((count, of, max)) => Err(Refusal::new(
            format!("with it the bot would have {count} {of} commands; Discord takes {max}"),
            "remove a cog, or gather commands into subcommands",
        )),
    }
}

/// Checks what the body for Discord could not show any more: it would be lost without a word.
fn expressible(command: &Command) -> Result<(), Refusal> {
    let what = format!("the command `{}`", command.name);
    if command.target != Target::Chat {
        let has_texts = !command.description.is_empty() || !command.descriptions.is_empty();
        if has_texts || !command.options.is_empty() || !command.subcommands.is_empty() {
            return Err(Refusal::new(
                format!("{what} stands in a menu and has a description or options"),
                "leave them out; only slash commands have them",
            ));
        }
    }
    let options = command.options.iter();
    let below = command.subcommands.iter().flat_map(|sub| &sub.options);
    let of_options = options
        .chain(below)
        .flat_map(|option| [&option.names, &option.descriptions]);
    let of_subcommands = command.subcommands.iter();
    let of_subcommands = of_subcommands.flat_map(|sub| [&sub.names, &sub.descriptions]);
    for texts in [&command.names, &command.descriptions]
        .into_iter()
        .chain(of_subcommands)
        .chain(of_options)
    {
        if let Some(locale) = said_twice(texts) {
            return Err(Refusal::new(
                format!("{what} has a text with two translations into `{locale}`"),
                "give one translation for each language",
            ));
        }
    }
    Ok(())
}

fn said_twice(texts: &[Localized]) -> Option<&str> {
    let mut locales = BTreeSet::new();
    let mut texts = texts.iter().map(|text| text.locale.as_str());
    texts.find(|locale| !locales.insert(*locale))
}

/// The place of a command's type in counts.
fn kind(command: &Command) -> usize {
    match command.target {
        Target::Chat => 0,
        Target::User => 1,
        Target::Message => 2,
    }
}

fn count<'a>(commands: impl Iterator<Item = &'a Command>) -> [usize; 3] {
    let mut counts = [0; 3];
    for command in commands {
        counts[kind(command)] += 1;
    }
    counts
}

/// Returns what there is too much of: how many there are, of which type, and how many may be.
fn too_many(counts: &[usize; 3], max: [usize; 3]) -> Option<(usize, &'static str, usize)> {
    let kinds = ["slash", "user", "message"];
    (0..3)
        .find(|&kind| counts[kind] > max[kind])
        .map(|kind| (counts[kind], kinds[kind], max[kind]))
}
