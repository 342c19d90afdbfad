//! The test face: a small language in which tests say what people do and read what they see.
//!
//! Here a panic with a helpful sentence is the right answer to a wrong test.

mod act;
mod answer;
mod installs;
mod knobs;
mod membership;
mod messages;
mod moderation;
mod places;
mod threads;
mod transcript;
mod voice;
mod webhooks;

pub use act::{Here, Pending, Person};
pub use answer::Answer;
pub use moderation::Moderator;
pub use places::{Channel, Guild};
pub(crate) use transcript::transcript;
pub use webhooks::Webhook;
