#![doc = include_str!("../README.md")]

// The macros write `::cogbox_sdk`, in here as everywhere.
extern crate self as cogbox_sdk;

// What the SDK itself tells members.
crate::locales!("en-US", "de");

// Writing a cog.
mod autocomplete;
pub mod cog;
pub mod command;
pub mod component;
pub mod context;
pub mod error;
pub mod locale;
pub mod message;
pub mod option;

// What the host gives.
pub mod claim;
pub mod clock;
#[cfg(feature = "json")]
pub mod draft;
pub mod gather;
pub mod http;
pub mod log;
pub mod metrics;
pub mod random;
pub mod schedule;
pub mod settings;
pub mod store;

// Discord's own ways.
pub mod duration;
pub mod hierarchy;
pub mod markdown;
pub mod pages;
pub mod permissions;
pub mod plain;
pub mod ranks;
pub mod template;
#[cfg(feature = "json")]
pub mod trouble;

// Moderating.
#[cfg(feature = "json")]
pub mod numbered;
pub mod sanction;
pub mod temporary_bans;

// Under it all.
#[doc(hidden)]
pub mod exports;
mod panic;
pub mod raw;

pub use cog::Cog;
pub use cogbox_sdk_macros::{Choice, cog, command, locales, message_command, user_command};
pub use context::Context;
pub use error::{Answer, Error};

#[doc(hidden)]
pub use wit_bindgen::rt;

/// Discord, past the interaction at hand. Each module is one interface that the operator
/// grants: calling any of its functions asks for it, and `cog.toml` gives the reason.
pub mod discord {
    pub use crate::raw::cogbox::discord::{
        audit_log, bot, bot_account, channel_admin, channels, direct_messages, guild_commands,
        guilds, invites, member_edit, member_roles, members, message_admin, message_history,
        messages, moderation, role_admin, roles, threads,
    };
}

/// The host, past what has a module of its own here. Granted like [`discord`].
pub mod host {
    pub use crate::raw::cogbox::host::shared_store;
    pub use crate::raw::cogbox::voice::player;
}

/// Everything that most cogs want: `use cogbox_sdk::prelude::*;`
pub mod prelude {
    pub use crate::cog::{Cog, Inputs, Request, SelectedValue};
    pub use crate::command::{Choice, Commands};
    pub use crate::component::{
        Button, ButtonStyle, Component, LinkButton, Modal, SelectChoice, SelectMenu, TextInput,
    };
    pub use crate::context::Context;
    #[cfg(feature = "json")]
    pub use crate::draft;
    pub use crate::error::{Answer, Error, ErrorKind, OrTell};
    pub use crate::locale::Audience;
    pub use crate::message::{Embed, Mentions, MessageEdit, OutgoingMessage};
    pub use crate::option::{Mentionable, Person};
    pub use crate::permissions::Permissions;
    pub use crate::raw::cogbox::discord::model::{
        Attachment, Channel, Guild, Member, Message, Role, User,
    };
    pub use crate::raw::cogbox::host::basics::Timer;
    pub use crate::settings::Setting;
    pub use crate::{Choice, cog, command, locales, message_command, user_command};
    pub use crate::{
        claim, clock, duration, gather, http, markdown, metrics, pages, random, schedule, settings,
        store, template,
    };
    pub use crate::{commands, debug, error, fail, info, t, tell, trace, warn};
}
