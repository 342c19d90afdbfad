//! From the contract's exports to the hooks of [`Cog`].
//!
//! Owns one implementation for each interface, for every cog at once; `#[cog]` picks those
//! that a cog exports. Every one of them first makes panics log themselves, and turns a
//! hook's error into the sentence that the contract wants.

pub mod bindings;
mod events;

use crate::cog::{Cog, Inputs, Request, SelectedValue, Setting};
use crate::context;
use crate::error::Answer;
use crate::option::Arguments;
use crate::panic;
use crate::raw::cogbox::cog::invocations::Invocation;
use crate::raw::cogbox::discord::command_types::{Choice, Command};
use crate::raw::cogbox::discord::interactions::Interaction;
use bindings::autocomplete::exports::cogbox::cog::autocomplete;
use bindings::commands::exports::cogbox::cog::commands;
use bindings::components::exports::cogbox::cog::components;
use bindings::settings_form::exports::cogbox::cog::settings_form;
use std::marker::PhantomData;

/// A cog as the contract sees it.
pub struct Exported<C>(PhantomData<C>);

impl<C: Cog> commands::Guest for Exported<C> {
    fn declare() -> Vec<Command> {
        panic::install();
        C::commands().declare()
    }

    fn invoked(invocation: Invocation, interaction: Interaction) -> Result<(), String> {
        answer(interaction, |ctx| {
            let commands = C::commands();
            let name = invocation.path.first().map_or("", String::as_str);
            if !commands.have(name) {
                return C::guild_command(ctx, invocation);
            }
            let arguments = Arguments::new(invocation.arguments);
            commands.invoke(ctx, &invocation.path, arguments)
        })
    }
}

impl<C: Cog> autocomplete::Guest for Exported<C> {
    fn requested(request: Request) -> Result<Vec<Choice>, String> {
        run(|| C::autocomplete(request))
    }
}

impl<C: Cog> components::Guest for Exported<C> {
    fn pressed(id: String, interaction: Interaction) -> Result<(), String> {
        answer(interaction, |ctx| C::pressed(ctx, &id))
    }

    fn selected(
        id: String,
        values: Vec<SelectedValue>,
        interaction: Interaction,
    ) -> Result<(), String> {
        answer(interaction, |ctx| C::selected(ctx, &id, values))
    }

    fn submitted(
        id: String,
        inputs: Vec<components::Input>,
        interaction: Interaction,
    ) -> Result<(), String> {
        let inputs = inputs.into_iter().map(|input| (input.id, input.values));
        let inputs = Inputs(inputs.collect());
        answer(interaction, |ctx| C::submitted(ctx, &id, inputs))
    }
}

impl<C: Cog> settings_form::Guest for Exported<C> {
    fn declare() -> Vec<Setting> {
        panic::install();
        C::settings()
    }
}

/// Runs a hook that answers someone.
fn answer(
    interaction: Interaction,
    hook: impl FnOnce(&context::Context) -> Answer,
) -> Result<(), String> {
    panic::install();
    context::answer(interaction, hook)
}

/// Runs a hook that nobody waits for.
fn run<T>(hook: impl FnOnce() -> Answer<T>) -> Result<T, String> {
    panic::install();
    hook().map_err(|error| error.to_string())
}
