//! How things look on the wire: Discord's JSON, made from the model. The only place that writes it.

pub mod application;
pub mod audit;
pub mod channel;
pub mod command;
pub mod command_permission;
mod component;
pub mod emoji;
pub mod guild;
pub mod interaction;
pub mod invite;
pub mod message;
pub mod poll;
pub mod signed;
pub mod sparse;
pub mod thread;
pub mod user;
pub mod voice;
pub mod webhook;
