//! A local Discord: gateway, REST and a chat page, for developing and testing bots without a token.
//!
//! It holds a small Discord in memory and refuses what Discord refuses, so that a bot that works
//! here works there. Start one with [`Emulator::start`], point a bot at [`Emulator::api_url`] with
//! [`Emulator::token`], and act as its people, in a test or on the page.
//!
//! In reading order: [`model`] is what a Discord holds, [`world`] how it changes, [`rules`] what it
//! accepts, `wire` how it looks as JSON. `gateway`, `rest` and `control` are thin shells over
//! them, all under the one mutex of `hub`. `people` is what a person's client does, and `face`
//! the small language that tests are written in.

// Discord's larger objects have more fields than `json!` expands by default.
#![recursion_limit = "256"]

pub mod clock;
mod control;
mod emulator;
mod face;
mod fault;
mod gateway;
mod hub;
pub mod model;
mod oauth;
mod options;
mod page;
mod people;
mod rest;
pub mod rules;
mod server;
pub mod snowflake;
mod voice;
mod wire;
mod witness;
pub mod world;

pub use clock::{Clock, Time};
pub use emulator::{Emulator, Error};
pub use face::{Answer, Channel, Guild, Here, Moderator, Pending, Person, Webhook};
pub use fault::{FAULTS, Fault};
pub use gateway::{Seen, SessionView};
pub use options::{LOCAL_TOKEN, Options};
pub use people::CommandCall;
pub use rest::{Recorded, Scope};
pub use snowflake::Id;
pub use voice::{Heard, Sound, Stretch, voice_authority};
pub use witness::{Exchange, Witness};
