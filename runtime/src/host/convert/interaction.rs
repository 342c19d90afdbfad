//! What someone did, as the cog hears of it: a command with its arguments, a pressed button, a
//! chosen value, a submitted form.

use cogbox_world::cogbox::cog::invocations::{Argument, Invocation, Value};
use cogbox_world::exports::cogbox::cog::components::{Input, SelectedValue};
use serenity::model::application::{
    ActionRowComponent, CommandDataOption, CommandDataOptionValue, CommandDataResolved,
    CommandInteraction, ComponentInteraction, ComponentInteractionDataKind, Interaction,
    ModalInteraction,
};
use serenity::model::id::{GuildId, UserId};

use super::super::interactions::Facts;

/// One interaction: what is to be called, and what the guest's handle tells of it.
pub struct Invoked {
    /// What was done.
    pub what: What,
    /// What the handle answers.
    pub facts: Facts,
}

/// The export that an interaction goes to.
pub enum What {
    /// A command was used.
    Command(Invocation),
    /// A button was pressed; the id as Discord has it, with the host's prefix.
    Pressed(String),
    /// Values were chosen.
    Selected(String, Vec<SelectedValue>),
    /// A modal was submitted.
    Submitted(String, Vec<Input>),
}

/// Converts an interaction; `None` for a kind that no export hears of.
pub fn invoked(interaction: &Interaction) -> Option<Invoked> {
    match interaction {
        Interaction::Command(command) => {
            let what = What::Command(invocation(command));
            let facts = Facts {
                user: super::user(&command.user),
                member: command.member.as_deref().map(super::member),
                guild: command.guild_id,
                channel: command.channel_id,
                permissions: command
                    .member
                    .as_ref()
                    .and_then(|member| member.permissions),
                locale: command.locale.to_string(),
                guild_locale: command.guild_locale.as_ref().map(ToString::to_string),
                message: None,
            };
            Some(Invoked { what, facts })
        }
        Interaction::Component(component) => {
            let what = what_of(component)?;
            let facts = Facts {
                user: super::user(&component.user),
                member: component.member.as_ref().map(super::member),
                guild: component.guild_id,
                channel: component.channel_id,
                permissions: component
                    .member
                    .as_ref()
                    .and_then(|member| member.permissions),
                locale: component.locale.to_string(),
                guild_locale: component.guild_locale.as_ref().map(ToString::to_string),
                message: Some(super::message(&component.message, component.guild_id)),
            };
            Some(Invoked { what, facts })
        }
        Interaction::Modal(modal) => {
            let what = What::Submitted(modal.data.custom_id.to_string(), inputs(modal));
            let message = modal.message.as_ref();
            let facts = Facts {
                user: super::user(&modal.user),
                member: modal.member.as_ref().map(super::member),
                guild: modal.guild_id,
                channel: modal.channel_id,
                permissions: modal.member.as_ref().and_then(|member| member.permissions),
                locale: modal.locale.to_string(),
                guild_locale: modal.guild_locale.as_ref().map(ToString::to_string),
                message: message.map(|message| super::message(message, modal.guild_id)),
            };
            Some(Invoked { what, facts })
        }
        _ => None,
    }
}

pub(super) fn invocation(command: &CommandInteraction) -> Invocation {
    let mut path = vec![command.data.name.to_string()];
    let (resolved, guild) = (&command.data.resolved, command.guild_id);
    if let Some(target) = command.data.target_id {
        let user = UserId::new(target.get());
        let message = resolved
            .messages
            .values()
            .find(|message| message.id.get() == target.get());
        let value = match message {
            Some(message) => Some(Value::Message(super::message(message, guild))),
            None => person(user, resolved, guild),
        };
        let target = value.map(|value| Argument {
            name: "target".into(),
            value,
        });
        return Invocation {
            path,
            arguments: target.into_iter().collect(),
        };
    }
    let mut options: &[CommandDataOption] = &command.data.options;
    while let [
        CommandDataOption {
            name,
            value:
                CommandDataOptionValue::SubCommand(inner)
                | CommandDataOptionValue::SubCommandGroup(inner),
            ..
        },
    ] = options
    {
        path.push(name.to_string());
        options = inner;
    }
    let arguments = options.iter().filter_map(|option| {
        let value = value(&option.value, resolved, guild)?;
        Some(Argument {
            name: option.name.to_string(),
            value,
        })
    });
    Invocation {
        path,
        arguments: arguments.collect(),
    }
}

fn value(
    value: &CommandDataOptionValue,
    resolved: &CommandDataResolved,
    guild: Option<GuildId>,
) -> Option<Value> {
    Some(match value {
        CommandDataOptionValue::Boolean(on) => Value::Toggle(*on),
        CommandDataOptionValue::Integer(number) => Value::Integer(*number),
        CommandDataOptionValue::Number(number) => Value::Number(*number),
        CommandDataOptionValue::String(text) => Value::Text(text.to_string()),
        CommandDataOptionValue::Attachment(id) => {
            Value::Attachment(super::attachment(resolved.attachments.get(id)?))
        }
        CommandDataOptionValue::Channel(id) => {
            Value::Channel(super::channel(resolved.channels.get(id)?, guild))
        }
        CommandDataOptionValue::Role(id) => {
            Value::Role(super::role(resolved.roles.get(id)?, guild))
        }
        CommandDataOptionValue::User(id) => person(*id, resolved, guild)?,
        CommandDataOptionValue::Mentionable(id) => match resolved.roles.get(&id.get().into()) {
            Some(role) => Value::Role(super::role(role, guild)),
            None => person(id.get().into(), resolved, guild)?,
        },
        _ => return None,
    })
}

/// A member where Discord resolved one, else a user.
fn person(id: UserId, resolved: &CommandDataResolved, guild: Option<GuildId>) -> Option<Value> {
    let user = resolved.users.get(&id)?;
    Some(match (guild, resolved.members.get(&id)) {
        (Some(guild), Some(member)) => Value::Member(super::resolved_member(guild, user, member)),
        _ => Value::User(super::user(user)),
    })
}

fn what_of(component: &ComponentInteraction) -> Option<What> {
    let id = component.data.custom_id.to_string();
    let (resolved, guild) = (&component.data.resolved, component.guild_id);
    let user = |id: &UserId| Some(SelectedValue::User(super::user(resolved.users.get(id)?)));
    let values = match &component.data.kind {
        ComponentInteractionDataKind::Button => return Some(What::Pressed(id)),
        ComponentInteractionDataKind::StringSelect { values } => values
            .iter()
            .map(|value| SelectedValue::Text(value.to_string()))
            .collect(),
        ComponentInteractionDataKind::UserSelect { values } => {
            values.iter().filter_map(user).collect()
        }
        ComponentInteractionDataKind::RoleSelect { values } => values
            .iter()
            .filter_map(|id| Some(super::role(resolved.roles.get(id)?, guild)))
            .map(SelectedValue::Role)
            .collect(),
        ComponentInteractionDataKind::MentionableSelect { values } => values
            .iter()
            .filter_map(|id| match resolved.roles.get(&id.get().into()) {
                Some(role) => Some(SelectedValue::Role(super::role(role, guild))),
                None => user(&id.get().into()),
            })
            .collect(),
        ComponentInteractionDataKind::ChannelSelect { values } => values
            .iter()
            .filter_map(|id| Some(super::channel(resolved.channels.get(id)?, guild)))
            .map(SelectedValue::Channel)
            .collect(),
        _ => return None,
    };
    Some(What::Selected(id, values))
}

fn inputs(modal: &ModalInteraction) -> Vec<Input> {
    let components = modal.data.components.iter().flat_map(|row| &row.components);
    components
        .filter_map(|component| match component {
            ActionRowComponent::InputText(input) => Some(Input {
                id: input.custom_id.to_string(),
                values: input.value.iter().map(ToString::to_string).collect(),
            }),
            _ => None,
        })
        .collect()
}
