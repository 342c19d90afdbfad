//! `/applications/{application}/commands`, global and for one guild.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::{Command, CommandKind};
use crate::rules::{Faults, Form, Refusal, command, locale};
use crate::snowflake::Id;
use crate::wire;
use crate::wire::command::Texts;
use crate::world::{Change, CommandScope};

pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let scope = scope(state, request)?;
    let texts = match request.switch("with_localizations") {
        true => Texts::All,
        false => Texts::Of(locale_of(state, request)),
    };
    Ok(all(state, scope, texts))
}

fn all(state: &State, scope: CommandScope, texts: Texts<'_>) -> Reply {
    let application = &state.world.application;
    let commands = state.world.commands_of(scope);
    let commands = commands.map(|command| wire::command::full(command, application, texts));
    Reply::ok(commands.collect::<Vec<Value>>())
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let command = existing(state, request)?;
    Ok(Reply::ok(shown(state, command.id)))
}

/// Makes a command (201), or overwrites the one with its name and type (200).
pub fn create(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let scope = scope(state, request)?;
    let mut faults = Faults::default();
    let read = command::read(&request.form(&mut faults), scope, &mut faults);
    faults.check()?;
    let mut command = read.ok_or_else(Refusal::not_json)?;
    let before = state
        .world
        .command_named(scope, command.kind, &command.name);
    let before = before.map(|before| before.id);
    command.id = before.unwrap_or_default();
    if before.is_none() {
        room_for(state, scope, command.kind)?;
        budget_for(state, scope, 1)?;
    }
    let command = Box::new(command);
    let id = state
        .apply(Change::PutCommand { command })
        .unwrap_or_default();
    let body = shown(state, id);
    Ok(match before {
        Some(_) => Reply::ok(body),
        None => Reply::created(body),
    })
}

/// Edits a command: each given field is replaced whole.
pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let before = existing(state, request)?.clone();
    let mut merged = wire::command::full(&before, &state.world.application, Texts::All);
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    if let (Some(fields), Some(given)) = (merged.as_object_mut(), form.value.as_object()) {
        // The deprecated switch is shown along with contexts; only a given one counts.
        fields.remove("dm_permission");
        fields.extend(given.clone());
        fields.insert("type".into(), json!(before.kind.number()));
    }
    let read = command::read(
        &Form::new(&merged, "", &mut faults),
        before.guild,
        &mut faults,
    );
    faults.check()?;
    let mut command = read.ok_or_else(Refusal::not_json)?;
    command.id = before.id;
    let named = state
        .world
        .command_named(before.guild, command.kind, &command.name);
    if named.is_some_and(|other| other.id != before.id) {
        let mut faults = Faults::default();
        let message = "Another command of this type already has this name.";
        faults.add("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        faults.check()?;
    }
    let command = Box::new(command);
    state.apply(Change::PutCommand { command });
    Ok(Reply::ok(shown(state, before.id)))
}

pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let command = existing(state, request)?.id;
    state.apply(Change::DeleteCommand { command });
    Ok(Reply::empty())
}

/// Replaces all commands of the scope; those with a known name and type keep their id.
pub fn replace(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let scope = scope(state, request)?;
    let commands = read_all(state, scope, &request.body.json)?;
    let new = commands
        .iter()
        .filter(|command| command.id == Id(0))
        .count();
    budget_for(state, scope, new as u32)?;
    state.apply(Change::ReplaceCommands { scope, commands });
    Ok(all(state, scope, Texts::All))
}

/// Replaces all commands of the scope as another program with the bot's token would: all are new.
pub fn meddle(state: &mut State, guild: Option<Id>, commands: &Value) -> Result<(), Refusal> {
    let scope = guild;
    let mut commands = read_all(state, scope, commands)?;
    for command in &mut commands {
        command.id = Id(0);
    }
    let none = Vec::new();
    state.apply(Change::ReplaceCommands {
        scope,
        commands: none,
    });
    state.apply(Change::ReplaceCommands { scope, commands });
    Ok(())
}

fn read_all(state: &State, scope: CommandScope, body: &Value) -> Result<Vec<Command>, Refusal> {
    let mut faults = Faults::default();
    let Value::Array(items) = body else {
        faults.add("", "LIST_TYPE_CONVERT", "Only lists may be used here.");
        faults.check()?;
        return Ok(Vec::new());
    };
    let mut commands: Vec<Command> = Vec::new();
    let mut names = BTreeSet::new();
    for (n, item) in items.iter().enumerate() {
        let form = Form::new(item, n.to_string(), &mut faults);
        let Some(mut command) = command::read(&form, scope, &mut faults) else {
            continue;
        };
        if !names.insert((command.kind, command.name.clone())) {
            let message = "Application command names must be unique";
            form.fault(
                &mut faults,
                "name",
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                message,
            );
        }
        let named = state
            .world
            .command_named(scope, command.kind, &command.name);
        let by_id = state
            .world
            .commands
            .get(&command.id)
            .filter(|c| c.guild == scope);
        command.id = by_id.or(named).map(|before| before.id).unwrap_or_default();
        commands.push(command);
    }
    faults.check()?;
    for kind in [
        CommandKind::ChatInput,
        CommandKind::User,
        CommandKind::Message,
        CommandKind::PrimaryEntryPoint,
    ] {
        let count = commands
            .iter()
            .filter(|command| command.kind == kind)
            .count();
        if count > command::limit(kind) {
            return Err(too_many(kind));
        }
    }
    Ok(commands)
}

/// Returns the language of whoever asks: from `X-Discord-Locale`, from `Accept-Language`, from the
/// bot's own settings.
fn locale_of<'a>(state: &'a State, request: &'a Request<'_>) -> &'a str {
    let said = request.header("x-discord-locale");
    let accepted = request.header("accept-language").unwrap_or_default();
    let accepted = accepted.split(',').filter_map(|one| one.split(';').next());
    let mut asked = said.into_iter().chain(accepted).map(str::trim);
    let own = state.world.user(state.world.application.bot);
    asked
        .find(|locale| locale::is_known(locale))
        .or(own.map(|bot| bot.locale.as_str()))
        .unwrap_or_default()
}

/// Returns the scope of the path, after checking that it is this application's.
pub fn scope(state: &State, request: &Request<'_>) -> Result<CommandScope, Refusal> {
    if request.id("application")? != state.world.application.id {
        return Err(Refusal::unknown_application());
    }
    if request.text("guild").is_empty() {
        return Ok(None);
    }
    let guild = request.id("guild")?;
    match state.world.grants_commands(guild) {
        true => Ok(Some(guild)),
        false => Err(Refusal::missing_access()),
    }
}

fn existing<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Command, Refusal> {
    let scope = scope(state, request)?;
    let command = state.world.commands.get(&request.id("command")?);
    command
        .filter(|command| command.guild == scope)
        .ok_or_else(Refusal::unknown_command)
}

fn shown(state: &State, id: Id) -> Value {
    let command = state.world.commands.get(&id);
    let application = &state.world.application;
    command
        .map(|command| wire::command::full(command, application, Texts::All))
        .into()
}

fn room_for(state: &State, scope: CommandScope, kind: CommandKind) -> Result<(), Refusal> {
    let count = state
        .world
        .commands_of(scope)
        .filter(|command| command.kind == kind)
        .count();
    match count < command::limit(kind) {
        true => Ok(()),
        false => Err(too_many(kind)),
    }
}

fn too_many(kind: CommandKind) -> Refusal {
    let limit = command::limit(kind);
    let message = format!("Maximum number of application commands reached ({limit}).");
    Refusal::new(400, 30032, message)
}

fn budget_for(state: &State, scope: CommandScope, new: u32) -> Result<(), Refusal> {
    match new <= state.world.creates_left(scope, state.now) {
        true => Ok(()),
        false => {
            let message = "Max number of daily application command creates has been reached (200)";
            Err(Refusal::new(400, 30034, message))
        }
    }
}
