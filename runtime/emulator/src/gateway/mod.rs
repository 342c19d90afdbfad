//! The gateway, v10: one WebSocket per shard, JSON in text frames.
//!
//! `connection` talks to one socket, `handshake` judges Identify and Resume, `session` keeps what
//! a client may resume, `dispatch` turns events into payloads and says who gets which.
//! Rules: Discord's documentation, "Gateway" and "Gateway Events".

mod close;
mod connection;
pub mod dispatch;
mod guild_events;
mod handshake;
mod members;
mod message_events;
mod session;

pub use connection::serve;
pub use session::{Order, SessionView, Sessions};
