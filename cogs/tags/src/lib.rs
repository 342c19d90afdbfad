//! Commands that a server makes up for itself.
//!
//! Owns the list of commands and hooks. A tag is an answer with a name; as many as fit are commands of
//! the server, and `/tag` answers with each.

mod answer;
mod form;
mod kept;
mod manage;
mod offer;
mod show;

use cogbox_sdk::option::Value;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::cog::invocations::Invocation;

locales!("en-US", "de");

pub struct CustomCommands;

#[cog]
impl Cog for CustomCommands {
    fn commands() -> Commands {
        commands![answer::tag, manage::Tags]
    }

    fn settings() -> Vec<Setting> {
        manage::form()
    }

    fn guild_command(ctx: &Context, invocation: Invocation) -> Answer {
        let name = invocation.path.first().map_or("", String::as_str);
        let given = invocation.arguments.into_iter();
        let given = given.filter_map(|argument| match argument.value {
            Value::Text(text) => Some((argument.name, text)),
            _ => None,
        });
        answer::give(ctx, name, &given.collect())
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        let Some(guild) = &request.guild else {
            return Ok(Vec::new());
        };
        let tags = kept::all(guild)?;
        Ok(request.among(tags.iter().map(|(name, _)| name)))
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        match id.split_once(':') {
            Some(("list", page)) => show::turn(ctx, page),
            Some(("draft", form)) => form::reopen(ctx, form),
            _ => fail!("the button `{id}` is none of ours"),
        }
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        match id.split_once(':') {
            Some(("use", name)) => answer::give_filled_in(ctx, name, &inputs),
            _ => draft::keep(ctx, id, &inputs, || form::save(ctx, id, &inputs)),
        }
    }
}
