//! What someone types, as the cog hears of it, and the choices it offers, as Discord takes them.

use cogbox_world::cogbox::discord::command_types::Choice;
use cogbox_world::exports::cogbox::cog::autocomplete::Request;
use serde_json::{Value, json};
use serenity::model::application::CommandInteraction;

use super::command;
use super::interaction::invocation;
use crate::commands::check_choice;

/// Most choices that Discord shows.
const CHOICES_MAX: usize = 25;

/// Someone who types a value for an option.
pub struct Typed {
    /// What the cog is asked.
    pub request: Request,
    /// The option's type, by Discord's number.
    kind: u8,
}

/// Reads what is typed; `None` when no option is said to be the one.
pub fn typed(interaction: &CommandInteraction) -> Option<Typed> {
    let option = interaction.data.autocomplete()?;
    let request = Request {
        invocation: invocation(interaction),
        focused: option.name.to_owned(),
        typed: option.value.to_owned(),
        user: interaction.user.id.to_string(),
        guild: interaction.guild_id.map(|guild| guild.to_string()),
        locale: interaction.locale.to_string(),
    };
    let kind = option.kind.into();
    Some(Typed { request, kind })
}

/// Returns the choices that Discord takes, and why others are left out: one that it refuses would
/// cost them all.
pub fn choices(offered: &[Choice], typed: &Typed) -> (Value, Option<String>) {
    let option = json!({ "type": typed.kind });
    let what = format!("the option `{}`", typed.request.focused);
    let (mut taken, mut first_wrong, mut wrong) = (Vec::new(), None, 0);
    for choice in offered {
        let body = command::choice(choice);
        let checked = check_choice(&body, &option, &what).map_err(|refusal| refusal.what);
        let checked = match checked {
            Ok(()) if taken.len() == CHOICES_MAX => {
                Err(format!("{what} has more than {CHOICES_MAX} choices"))
            }
            checked => checked,
        };
        match checked {
            Ok(()) => taken.push(body),
            Err(why) => {
                wrong += 1;
                first_wrong.get_or_insert(why);
            }
        }
    }
    let why = first_wrong.map(|why| match wrong {
        1 => why,
        _ => format!("{why}; {wrong} are left out"),
    });
    (taken.into(), why)
}
