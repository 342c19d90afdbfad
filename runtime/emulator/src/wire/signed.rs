//! Addresses of attachments. They are signed and good for a day; after that, the message has to be
//! fetched again. Rules: Discord's documentation, "Reference", signed attachment URLs.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;

use crate::snowflake::Id;
use crate::world::World;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// The query of an address: until when it is good, since when, and the signature.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Signature {
    ex: String,
    is: String,
    hm: String,
}

/// Returns where an attachment can be fetched. Within an hour it is always the same address.
pub fn url(world: &World, channel: Id, attachment: Id, name: &str, base: &str) -> String {
    let now = world.now.millis() / 1_000;
    let since = now - now % HOUR;
    let until = since + DAY;
    let signature = sign(world, channel, attachment, since, until);
    format!(
        "{base}/attachments/{channel}/{attachment}/{name}?ex={until:x}&is={since:x}&hm={signature}&"
    )
}

/// Signs the address of an attachment anew, with or without its query; None for other addresses.
pub fn anew(world: &World, address: &str, base: &str) -> Option<String> {
    let path = address.strip_prefix(base)?.strip_prefix("/attachments/")?;
    let path = path.split('?').next()?;
    let mut steps = path.split('/');
    let (channel, attachment) = (steps.next()?.parse().ok()?, steps.next()?.parse().ok()?);
    Some(url(world, channel, attachment, steps.next()?, base))
}

/// Tells whether an address is signed, and good at this moment.
pub fn is_good(world: &World, channel: Id, attachment: Id, signature: &Signature) -> bool {
    let number = |text: &str| u64::from_str_radix(text, 16).ok();
    let (Some(until), Some(since)) = (number(&signature.ex), number(&signature.is)) else {
        return false;
    };
    until > world.now.millis() / 1_000
        && signature.hm == sign(world, channel, attachment, since, until)
}

fn sign(world: &World, channel: Id, attachment: Id, since: u64, until: u64) -> String {
    let part = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        let signed = (
            salt,
            world.application.id,
            channel,
            attachment,
            since,
            until,
        );
        signed.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    };
    [0, 1, 2, 3].map(part).concat()
}
