//! What a person's client does: it offers commands, checks what was filled in, and turns clicks and
//! submitted modals into interactions. Where it refuses, it says why in a sentence for the person.

mod click;
mod installs;
mod modal;
mod moderate;
mod offered;
mod options;
mod permitted;
mod react;
mod resolved;
mod rewrite;
mod say;
mod slash;
mod thread;
mod voice;
mod vote;

pub use click::click;
pub use modal::submit;
pub use moderate::moderate;
pub use offered::{find, offered};
pub use options::CommandCall;
pub use react::{pin, react, unpin, unreact};
pub use rewrite::{delete, edit};
pub use say::{reply_to, say, say_with};
pub use slash::parse;
pub use thread::{Start, add_to_thread, edit_thread, join_thread, leave_thread, start_thread};
pub use voice::{join_voice, leave_voice, move_voice, switch_voice};
pub use vote::vote;

use serde_json::json;

use crate::clock::Time;
use crate::model::{CommandKind, InteractionKind};
use crate::snowflake::Id;
use crate::world::{NewInteraction, World};

/// Checks a filled-in command and makes the interaction it leads to.
pub fn command(
    world: &World,
    person: Id,
    channel: Id,
    call: &CommandCall,
    now: Time,
) -> Result<NewInteraction, String> {
    make(world, person, channel, call, false, now)
}

/// Makes the interaction that asks for suggestions; the option being typed has `"focused": true`.
pub fn autocomplete(
    world: &World,
    person: Id,
    channel: Id,
    call: &CommandCall,
    now: Time,
) -> Result<NewInteraction, String> {
    make(world, person, channel, call, true, now)
}

fn make(
    world: &World,
    person: Id,
    channel: Id,
    call: &CommandCall,
    typing: bool,
    now: Time,
) -> Result<NewInteraction, String> {
    let offered = offered(world, person, channel, now);
    let command = offered
        .into_iter()
        .find(|command| command.id == call.command);
    let command = command.ok_or("This command is not offered here. Fetch the list again.")?;
    if call
        .version
        .is_some_and(|version| version != command.version)
    {
        return Err("This command has changed since. Fetch the list again.".to_owned());
    }
    let mut resolved = resolved::Resolved::new(world, person, channel, now);
    let mut name = command.name.clone();
    let mut data = json!({
        "id": command.id,
        "name": command.name,
        "type": command.kind.number(),
    });
    if command.guild.is_some() {
        data["guild_id"] = json!(command.guild);
    }
    match command.kind {
        CommandKind::ChatInput => {
            let options = options::check(command, &call.options, typing, &mut resolved)?;
            name = options::full_name(&command.name, &options);
            if !options.is_empty() {
                data["options"] = json!(options);
            }
        }
        kind => {
            let target = call
                .target
                .ok_or("Choose whom or what the command is for.")?;
            match kind {
                CommandKind::User => resolved.user(target)?,
                _ => resolved.message(target)?,
            }
            data["target_id"] = json!(target);
        }
    }
    if let Some(resolved) = resolved.into_json() {
        data["resolved"] = resolved;
    }
    Ok(NewInteraction {
        kind: match typing {
            true => InteractionKind::Autocomplete,
            false => InteractionKind::Command,
        },
        user: person,
        channel,
        installs: installs::of_command(world, person, channel, command),
        data,
        name,
        message: None,
        opener: None,
    })
}
