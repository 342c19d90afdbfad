//! What makes a valid application command.
//! Rules: Discord's documentation, "Application Commands".

use std::collections::BTreeSet;

use serde_json::json;

use super::command_name::{describe, judge_name, longest};
use super::form::{BAD_CHOICE, BAD_LENGTH, BAD_TYPE, Faults, Form};
use super::{command_option, locale};
use crate::model::{Command, CommandKind};
use crate::snowflake::Id;

/// All texts of one command together, in characters; the longest localization counts.
const LARGEST_COMMAND: usize = 8_000;

/// Guild, direct message with the bot, other private channels.
const CONTEXTS: [u64; 3] = [0, 1, 2];

/// Installed to a guild, to a user.
const INTEGRATION_TYPES: [u64; 2] = [0, 1];

/// Commands of one type per scope.
pub fn limit(kind: CommandKind) -> usize {
    match kind {
        CommandKind::ChatInput => 100,
        CommandKind::User | CommandKind::Message => 15,
        CommandKind::PrimaryEntryPoint => 1,
    }
}

/// Reads a command for the given scope, noting every fault. The id is that of the body, or 0.
/// None when too little was readable to go on.
pub fn read(form: &Form<'_>, guild: Option<Id>, faults: &mut Faults) -> Option<Command> {
    let kind = match form.number("type", 1..=4, faults).unwrap_or(1) {
        2 => CommandKind::User,
        3 => CommandKind::Message,
        4 => CommandKind::PrimaryEntryPoint,
        _ => CommandKind::ChatInput,
    };
    let chat = kind == CommandKind::ChatInput;
    if kind == CommandKind::PrimaryEntryPoint && guild.is_some() {
        let message = "An entry point belongs to no guild.";
        form.fault(faults, "type", BAD_CHOICE, message);
    }
    form.require("name", faults);
    judge_name(form, "name", chat, faults);
    let judge = |texts: &Form<'_>, key: &str, faults: &mut Faults| {
        judge_name(texts, key, chat, faults);
    };
    let name_localizations = locale::read(form, "name", faults, judge);
    let (description, description_localizations) = if chat {
        describe(form, faults)
    } else {
        refuse_menu_fields(form, faults);
        (String::new(), None)
    };
    let options = match chat {
        true => command_option::read_options(form, 0, faults),
        false => Vec::new(),
    };
    let command = Command {
        id: form.get("id").and_then(Id::from_json).unwrap_or_default(),
        guild,
        kind,
        name: form.get("name")?.as_str()?.to_owned(),
        name_localizations,
        description,
        description_localizations,
        options,
        default_member_permissions: member_permissions(form, faults),
        contexts: read_contexts(form, guild, faults),
        integration_types: read_set(form, "integration_types", &INTEGRATION_TYPES, guild, faults),
        nsfw: form.flag("nsfw", faults).unwrap_or(false),
        version: Id(0),
    };
    if size(&command) > LARGEST_COMMAND {
        let message = format!("A command's texts may have {LARGEST_COMMAND} characters in all.");
        faults.add(&form.path, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
    Some(command)
}

fn refuse_menu_fields(form: &Form<'_>, faults: &mut Faults) {
    if form.get("description").is_some_and(|text| text != "") {
        let message = "Context menu commands cannot have a description.";
        form.fault(
            faults,
            "description",
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
            message,
        );
    }
    if form
        .get("options")
        .is_some_and(|options| *options != json!([]))
    {
        let message = "Context menu commands cannot have options.";
        form.fault(
            faults,
            "options",
            "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS",
            message,
        );
    }
}

fn member_permissions(form: &Form<'_>, faults: &mut Faults) -> Option<u64> {
    let enabled = form.flag("default_permission", faults);
    let Some(value) = form.get("default_member_permissions") else {
        // The deprecated switch in its place: off is for administrators alone.
        return (enabled == Some(false)).then_some(0);
    };
    let bits = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    if bits.is_none() {
        let message = "Permissions are a decimal number in a string.";
        form.fault(faults, "default_member_permissions", BAD_TYPE, message);
    }
    bits
}

/// Reads `contexts`, or the deprecated `dm_permission` in its place.
fn read_contexts(form: &Form<'_>, guild: Option<Id>, faults: &mut Faults) -> Option<Vec<u64>> {
    let dm = form.flag("dm_permission", faults);
    let contexts = read_set(form, "contexts", &CONTEXTS, guild, faults);
    match (contexts, dm, guild) {
        (None, Some(false), None) => Some(vec![0]),
        (contexts, _, _) => contexts,
    }
}

fn read_set(
    form: &Form<'_>,
    key: &str,
    known: &[u64],
    guild: Option<Id>,
    faults: &mut Faults,
) -> Option<Vec<u64>> {
    let read = form.numbers(key, known, faults)?;
    let distinct: BTreeSet<_> = read.iter().collect();
    if read.is_empty() || distinct.len() != read.len() {
        form.fault(
            faults,
            key,
            BAD_LENGTH,
            "Needs at least one value, each of them once.",
        );
    }
    if guild.is_some() {
        let message = format!("{key} can only be set on global commands.");
        form.fault(faults, key, "APPLICATION_COMMAND_GUILD_FIELD", message);
        return None;
    }
    Some(read)
}

/// Counts the texts of a command, the longest localization of each.
fn size(command: &Command) -> usize {
    longest(&command.name, &command.name_localizations)
        + longest(&command.description, &command.description_localizations)
        + command
            .options
            .iter()
            .map(command_option::size)
            .sum::<usize>()
}
