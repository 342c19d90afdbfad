//! What a Discord holds, as plain data. Nothing here knows JSON, sockets or the time of day.

mod application;
mod channel;
mod command;
mod guild;
pub mod intents;
mod interaction;
mod message;
pub mod permissions;
mod user;

pub use application::Application;
pub use channel::{Channel, DM_CHANNEL, KEPT_MESSAGES, Overwrite, OverwriteKind, TEXT_CHANNEL};
pub use command::{Command, CommandKind, CommandOption, Localizations, OptionKind};
pub use guild::{Guild, Member, Role};
pub use interaction::{Interaction, InteractionKind, Stage};
pub use message::{Attachment, InteractionNote, Mentions, Message, Reaction, Reference, flags};
pub use user::User;
