//! Commands as values: what `#[command]` makes of a function, and how one is found and run.
//!
//! Owns the tree of a command with its groups, and the way from an invocation's path to the
//! function. Discord's rules on names and lengths are checked by the macros.

use crate::context::Context;
use crate::error::{Answer, Error};
use crate::locale::localized;
use crate::option::Arguments;
use crate::permissions::Permissions;
use crate::raw::cogbox::discord::command_types as raw;
pub use crate::raw::cogbox::discord::command_types::{
    Bucket, Choice, ChoiceValue, CommandOption, Concurrency, Contexts, Cooldown, IntegerBounds,
    OptionKind, Target, TextBounds, Visibility,
};

/// What `#[command]` implements: on a type named like the function, or on the struct.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command",
    label = "not a command",
    note = "write #[command] above the function or struct"
)]
pub trait Command {
    /// What people type after the slash.
    const NAME: &'static str;
    /// 1 for what runs, and one more for each level that holds others.
    const DEPTH: usize;
    /// Whether it has what only a whole command can have, such as a cooldown.
    const WHOLE: bool;
    /// The same, for a list of commands.
    const ENTRY: Entry = Entry {
        name: Self::NAME,
        declare: Self::declare,
        invoke: Self::invoke,
    };

    /// Describes it for Discord.
    fn declare() -> Node;
    /// Runs it; `path` is what follows its own name.
    fn invoke(ctx: &Context, path: &[String], arguments: Arguments) -> Answer;
}

/// A command, group or subcommand, described.
pub struct Node {
    command: raw::Command,
    children: Vec<Node>,
}

impl Node {
    /// Starts a description: with no options, for guilds and the bot's direct messages.
    pub fn new(target: Target, name: &str, description: &str) -> Self {
        Node {
            command: raw::Command {
                name: name.to_string(),
                description: description.to_string(),
                target,
                options: Vec::new(),
                subcommands: Vec::new(),
                needs: None,
                contexts: Contexts::GUILD | Contexts::BOT_DM,
                nsfw: false,
                cooldown: None,
                concurrency: None,
                defer_as: Visibility::Everyone,
                names: Vec::new(),
                descriptions: Vec::new(),
            },
            children: Vec::new(),
        }
    }

    /// Adds an option.
    pub fn option(
        mut self,
        name: &str,
        description: &str,
        kind: OptionKind,
        required: bool,
        autocomplete: bool,
    ) -> Self {
        self.command.options.push(CommandOption {
            name: name.to_string(),
            description: description.to_string(),
            kind,
            required,
            autocomplete,
            names: Vec::new(),
            descriptions: Vec::new(),
        });
        self
    }

    /// Gives its name and description in other languages, as pairs of a locale and a text.
    pub fn in_languages(mut self, names: &[(&str, &str)], descriptions: &[(&str, &str)]) -> Self {
        self.command.names = localized(names);
        self.command.descriptions = localized(descriptions);
        self
    }

    /// The same for the option that was added last.
    pub fn option_in_languages(
        mut self,
        names: &[(&str, &str)],
        descriptions: &[(&str, &str)],
    ) -> Self {
        if let Some(option) = self.command.options.last_mut() {
            option.names = localized(names);
            option.descriptions = localized(descriptions);
        }
        self
    }

    /// Adds what this one holds.
    pub fn child(mut self, child: Node) -> Self {
        self.children.push(child);
        self
    }

    /// Hides it from members without these permissions, and from direct messages.
    pub fn needs(mut self, permissions: Permissions) -> Self {
        self.command.needs = Some(permissions.to_string());
        self.contexts(Contexts::GUILD)
    }

    /// Says where it can be used.
    pub fn contexts(mut self, contexts: Contexts) -> Self {
        self.command.contexts = contexts;
        self
    }

    /// Keeps it to age-restricted channels.
    pub fn nsfw(mut self) -> Self {
        self.command.nsfw = true;
        self
    }

    /// Lets it be used only so often.
    pub fn cooldown(mut self, per: Bucket, uses: u16, seconds: u32) -> Self {
        self.command.cooldown = Some(raw::Cooldown { per, uses, seconds });
        self
    }

    /// Lets it be used only so often at the same time.
    pub fn concurrency(mut self, per: Bucket, uses: u16) -> Self {
        self.command.concurrency = Some(raw::Concurrency { per, uses });
        self
    }

    /// Says who sees the answer when the host has to defer.
    pub fn defer_as(mut self, visibility: Visibility) -> Self {
        self.command.defer_as = visibility;
        self
    }

    /// Lays the tree flat, as the contract has it.
    fn into_command(self) -> raw::Command {
        let mut command = self.command;
        for child in self.children {
            if child.children.is_empty() {
                command.subcommands.push(subcommand(None, child.command));
            } else {
                let group = child.command.name;
                for grandchild in child.children {
                    let one = subcommand(Some(group.clone()), grandchild.command);
                    command.subcommands.push(one);
                }
            }
        }
        command
    }
}

fn subcommand(group: Option<String>, command: raw::Command) -> raw::Subcommand {
    raw::Subcommand {
        group,
        name: command.name,
        description: command.description,
        options: command.options,
        names: command.names,
        descriptions: command.descriptions,
    }
}

/// The commands of a cog, as [`commands!`](crate::commands) lists them.
#[derive(Default)]
pub struct Commands(Vec<Entry>);

/// One command among others.
pub struct Entry {
    name: &'static str,
    declare: fn() -> Node,
    invoke: fn(&Context, &[String], Arguments) -> Answer,
}

impl Commands {
    /// Takes the commands of a cog, each as its `ENTRY`.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        Commands(entries.into_iter().collect())
    }

    /// Describes them all, as the host hears it when the cog is loaded.
    pub fn declare(self) -> Vec<raw::Command> {
        let declared = self.0.into_iter().map(|entry| (entry.declare)());
        declared.map(Node::into_command).collect()
    }

    /// Whether one of them has this name.
    pub(crate) fn have(&self, name: &str) -> bool {
        self.0.iter().any(|entry| entry.name == name)
    }

    pub(crate) fn invoke(&self, ctx: &Context, path: &[String], arguments: Arguments) -> Answer {
        let (name, rest) = path.split_first().ok_or_else(|| unknown(path))?;
        let entry = self.0.iter().find(|entry| entry.name == name);
        (entry.ok_or_else(|| unknown(path))?.invoke)(ctx, rest, arguments)
    }
}

/// The fault of a path that leads nowhere.
pub fn unknown(path: &[String]) -> Error {
    Error::new(format!("there is no command `{}` here", path.join(" ")))
}

/// Lists commands for [`Cog::commands`](crate::Cog::commands): `commands![roll, dice::throw]`.
#[macro_export]
macro_rules! commands {
    ($($command:path),* $(,)?) => {
        $crate::command::Commands::of([$(<$command as $crate::command::Command>::ENTRY),*])
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_laid_flat() {
        let leaf = |name| Node::new(Target::Chat, name, "Does it.");
        let command = Node::new(Target::Chat, "role", "Roles.")
            .child(leaf("list"))
            .child(
                Node::new(Target::Chat, "self", "Own.")
                    .child(leaf("add"))
                    .child(leaf("drop")),
            )
            .into_command();
        let flat: Vec<(Option<&str>, &str)> = command
            .subcommands
            .iter()
            .map(|one| (one.group.as_deref(), one.name.as_str()))
            .collect();
        assert_eq!(
            flat,
            [
                (None, "list"),
                (Some("self"), "add"),
                (Some("self"), "drop")
            ]
        );
    }

    #[test]
    fn a_command_that_needs_permissions_is_for_guilds() {
        let command = Node::new(Target::Chat, "ban", "Bans.")
            .needs(Permissions::BAN_MEMBERS)
            .into_command();
        assert_eq!(command.needs.as_deref(), Some("4"));
        assert_eq!(command.contexts, Contexts::GUILD);
    }
}
