//! What Discord accepts in a request body, and how it refuses the rest.
//! Pure: a rule takes JSON and gives back what was read, or notes faults field by field.

pub mod allowed_mentions;
pub mod callback;
pub mod channel;
pub mod command;
pub mod command_name;
pub mod command_option;
pub mod command_permission;
pub mod component;
pub mod component_v2;
pub mod embed;
pub mod emoji;
pub mod file_types;
pub mod form;
pub mod forum;
pub mod guild;
pub mod guild_emoji;
pub mod invite;
pub mod locale;
pub mod member;
pub mod message;
pub mod modal;
pub mod overwrite;
pub mod picture;
pub mod poll;
pub mod refusal;
pub mod role;
pub mod thread;
pub mod webhook;

pub use form::{Faults, Form};
pub use refusal::Refusal;
