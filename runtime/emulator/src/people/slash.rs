//! Slash commands as text: `/roll dice:2d6`, `/role self add name:Helpers`, `/roll 2d6`.

use serde_json::{Value, json};

use super::{CommandCall, offered};
use crate::clock::Time;
use crate::model::{CommandKind, CommandOption, OptionKind};
use crate::snowflake::Id;
use crate::world::World;

/// Reads a typed command against those offered to the person. While they are still `typing`, a
/// text that does not fit its option is taken as it is. Text that names no option fills the
/// options in their order: a text option takes all of it, others take one word each.
pub fn parse(
    world: &World,
    person: Id,
    channel: Id,
    typed: &str,
    typing: bool,
    now: Time,
) -> Result<CommandCall, String> {
    let typed = typed.trim();
    let text = typed
        .strip_prefix('/')
        .ok_or(format!("\"{typed}\" does not begin with a slash."))?;
    let (name, mut rest) = word(text);
    let locale = world.user(person).map_or("", |user| &user.locale);
    let command = offered::find(world, person, channel, CommandKind::ChatInput, name, now)?;
    let mut path: Vec<&CommandOption> = Vec::new();
    let mut options = &command.options;
    while options
        .first()
        .is_some_and(|option| option.kind.is_branch())
    {
        let (step, after) = word(rest);
        let Some(option) = options.iter().find(|option| option.is_called(step, locale)) else {
            let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
            let names = names.join(", ");
            return Err(format!(
                "/{name} has no sub-command \"{step}\"; there are {names}."
            ));
        };
        path.push(option);
        options = &option.options;
        rest = after;
    }
    let guild = world
        .channels
        .get(&channel)
        .and_then(|channel| channel.guild);
    let mut filled = Vec::new();
    for (option, text) in split(options, rest, locale)? {
        let value = match value(world, guild, option, &text, locale) {
            Err(_) if typing => json!(text.trim()),
            value => value?,
        };
        let kind = option.kind.number();
        filled.push(json!({"name": option.name, "type": kind, "value": value}));
    }
    for option in path.into_iter().rev() {
        let kind = option.kind.number();
        filled = vec![json!({"name": option.name, "type": kind, "options": filled})];
    }
    Ok(CommandCall {
        command: command.id,
        version: Some(command.version),
        options: filled,
        target: None,
    })
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim()),
        None => (text, ""),
    }
}

/// Splits text into the texts of options.
fn split<'a>(
    options: &'a [CommandOption],
    text: &str,
    locale: &str,
) -> Result<Vec<(&'a CommandOption, String)>, String> {
    let mut filled: Vec<(&CommandOption, String)> = Vec::new();
    let mut bare: Vec<&str> = Vec::new();
    for piece in text.split(' ') {
        let named = piece.split_once(':').and_then(|(name, text)| {
            let option = options
                .iter()
                .find(|option| option.is_called(name, locale))?;
            Some((option, text.to_owned()))
        });
        match (named, filled.last_mut()) {
            (Some(named), _) => filled.push(named),
            (None, Some((_, text))) => {
                text.push(' ');
                text.push_str(piece);
            }
            (None, None) => bare.push(piece),
        }
    }
    let bare = bare.join(" ");
    let mut rest = bare.trim();
    for option in options {
        if rest.is_empty() || filled.iter().any(|(other, _)| other.name == option.name) {
            continue;
        }
        let (text, after) = match option.kind {
            OptionKind::String => (rest, ""),
            _ => word(rest),
        };
        filled.push((option, text.to_owned()));
        rest = after;
    }
    filled.sort_by_key(|(one, _)| options.iter().position(|option| option.name == one.name));
    match rest.is_empty() {
        true => Ok(filled),
        false => Err(format!("There is no option left for \"{rest}\".")),
    }
}

fn value(
    world: &World,
    guild: Option<Id>,
    option: &CommandOption,
    text: &str,
    locale: &str,
) -> Result<Value, String> {
    let text = text.trim();
    let called =
        |choice: &&Value| choice["name"] == text || choice["name_localizations"][locale] == text;
    let chosen = option.choices.iter().find(called);
    if let Some(choice) = chosen {
        return Ok(choice["value"].clone());
    }
    let inside = text
        .trim_start_matches(['<', '@', '#', '&', '!'])
        .trim_end_matches('>');
    let user = || {
        let named = |user: &&crate::model::User| user.username == inside || user.shown() == inside;
        let id = inside.parse().ok().filter(|id| world.user(*id).is_some());
        id.or_else(|| world.users.values().find(named).map(|user| user.id))
    };
    let role = || {
        let roles = &world.guilds.get(&guild?)?.roles;
        let id = inside.parse().ok().filter(|id| roles.contains_key(id));
        id.or_else(|| {
            roles
                .values()
                .find(|role| role.name == inside)
                .map(|role| role.id)
        })
    };
    let channel = || {
        let place = world.guilds.get(&guild?)?;
        let mut channels = place.channels.iter().chain(&place.threads).copied();
        let id = inside.parse().ok();
        let id = id.filter(|id| channels.clone().any(|channel| channel == *id));
        let named = |id: &Id| world.channels.get(id).is_some_and(|c| c.name == inside);
        id.or_else(|| channels.find(named))
    };
    let wrong = |what: &str| format!("{}: \"{text}\" is not {what}.", option.name);
    Ok(match option.kind {
        OptionKind::Integer => json!(text.parse::<i64>().map_err(|_| wrong("a whole number"))?),
        OptionKind::Number => json!(text.parse::<f64>().map_err(|_| wrong("a number"))?),
        OptionKind::Boolean => match text.to_lowercase().as_str() {
            "true" | "yes" => json!(true),
            "false" | "no" => json!(false),
            _ => return Err(wrong("true or false")),
        },
        OptionKind::User => json!(user().ok_or_else(|| wrong("a user"))?),
        OptionKind::Role => json!(role().ok_or_else(|| wrong("a role of this guild"))?),
        OptionKind::Channel => json!(channel().ok_or_else(|| wrong("a channel of this guild"))?),
        OptionKind::Mentionable => {
            json!(
                user()
                    .or_else(role)
                    .ok_or_else(|| wrong("a user or a role"))?
            )
        }
        _ => json!(text),
    })
}
