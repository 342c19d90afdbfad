//! The gateway, v10: one WebSocket per shard, JSON in text frames or compressed.
//!
//! `connection` talks to one socket, `receive` takes what a client says, `handshake` judges
//! Identify and Resume, `session` keeps what a client may resume, `dispatch` turns events into
//! payloads and says who gets which, `voice` does what op 4 asks. `log` notes what clients did; `tamper` is for tests.
//! Rules: Discord's documentation, "Gateway" and "Gateway Events".

mod budget;
mod close;
mod connection;
pub mod dispatch;
mod encoding;
mod guild_events;
mod handshake;
mod log;
mod members;
mod message_events;
mod receive;
mod session;
mod tamper;
mod thread_events;
pub mod voice;

pub use connection::{Arrival, serve};
pub use log::Seen;
pub use session::{Order, SessionView, Sessions};
pub use tamper::{Plan, Tampering};
