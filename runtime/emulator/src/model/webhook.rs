//! Webhooks: addresses at which anyone who knows the token writes into a channel.

use crate::snowflake::Id;

/// Webhooks of one channel.
pub const MOST_WEBHOOKS: usize = 15;

/// A webhook of a channel.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub id: Id,
    pub token: String,
    pub guild: Id,
    pub channel: Id,
    pub name: String,
    /// The hash of its picture, which itself is not kept.
    pub avatar: Option<String>,
    pub creator: Id,
    /// The application that made it, if one did.
    pub application: Option<Id>,
}

/// How a webhook shows as the author of a message.
#[derive(Clone, Debug)]
pub struct WebhookAuthor {
    pub name: String,
    pub avatar: Option<String>,
    pub application: Option<Id>,
}
