//! Application commands, as the bot registered them and the rules let them pass.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::snowflake::Id;

/// Texts by locale.
pub type Localizations = BTreeMap<String, String>;

/// Returns the text that a client in this language shows, if it is not the default one: its own, or
/// that of the language which Discord falls back to.
pub fn localized<'a>(texts: Option<&'a Localizations>, locale: &str) -> Option<&'a str> {
    let texts = texts?;
    let fallback = match locale {
        "en-US" => "en-GB",
        "en-GB" => "en-US",
        "es-419" => "es-ES",
        _ => locale,
    };
    let found = texts.get(locale).or_else(|| texts.get(fallback));
    found.map(String::as_str)
}

/// A registered command.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    pub id: Id,
    /// The guild it is limited to, if it is not global.
    pub guild: Option<Id>,
    pub kind: CommandKind,
    pub name: String,
    pub name_localizations: Option<Localizations>,
    pub description: String,
    pub description_localizations: Option<Localizations>,
    pub options: Vec<CommandOption>,
    pub default_member_permissions: Option<u64>,
    /// Where it may be used: 0 guild, 1 direct message with the bot, 2 other private channels.
    pub contexts: Option<Vec<u64>>,
    pub integration_types: Option<Vec<u64>>,
    pub nsfw: bool,
    /// Changes whenever the command does.
    pub version: Id,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommandKind {
    ChatInput,
    User,
    Message,
    PrimaryEntryPoint,
}

impl Command {
    /// Tells whether a client in this language finds it under this name.
    pub fn is_called(&self, name: &str, locale: &str) -> bool {
        self.name == name || localized(self.name_localizations.as_ref(), locale) == Some(name)
    }
}

impl CommandKind {
    /// Returns Discord's number for the type.
    pub fn number(self) -> u64 {
        match self {
            CommandKind::ChatInput => 1,
            CommandKind::User => 2,
            CommandKind::Message => 3,
            CommandKind::PrimaryEntryPoint => 4,
        }
    }
}

/// An option of a slash command: a parameter, a subcommand, or a group of them.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandOption {
    pub kind: OptionKind,
    pub name: String,
    pub name_localizations: Option<Localizations>,
    pub description: String,
    pub description_localizations: Option<Localizations>,
    pub required: bool,
    /// Discord's choice objects, judged.
    pub choices: Vec<Value>,
    pub options: Vec<CommandOption>,
    pub channel_types: Vec<u64>,
    pub min_value: Option<serde_json::Number>,
    pub max_value: Option<serde_json::Number>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub autocomplete: bool,
    /// The groups and extensions of files it takes; all when there are none.
    pub file_types: Vec<String>,
}

impl CommandOption {
    /// Tells whether a client in this language finds it under this name.
    pub fn is_called(&self, name: &str, locale: &str) -> bool {
        self.name == name || localized(self.name_localizations.as_ref(), locale) == Some(name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    SubCommand,
    SubCommandGroup,
    String,
    Integer,
    Boolean,
    User,
    Channel,
    Role,
    Mentionable,
    Number,
    Attachment,
}

impl OptionKind {
    const ALL: [OptionKind; 11] = [
        OptionKind::SubCommand,
        OptionKind::SubCommandGroup,
        OptionKind::String,
        OptionKind::Integer,
        OptionKind::Boolean,
        OptionKind::User,
        OptionKind::Channel,
        OptionKind::Role,
        OptionKind::Mentionable,
        OptionKind::Number,
        OptionKind::Attachment,
    ];

    /// Returns Discord's number for the type, 1 to 11.
    pub fn number(self) -> u64 {
        self as u64 + 1
    }

    /// Returns the type with this number.
    pub fn from_number(number: u64) -> Option<Self> {
        let at = usize::try_from(number.checked_sub(1)?).ok()?;
        Self::ALL.get(at).copied()
    }

    /// Tells whether it is a subcommand or a group, and not a parameter.
    pub fn is_branch(self) -> bool {
        matches!(self, OptionKind::SubCommand | OptionKind::SubCommandGroup)
    }
}
