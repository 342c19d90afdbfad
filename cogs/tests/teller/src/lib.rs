//! A cog that does with a shared store what a message says, and says what came of it.
//!
//! It is there for the host's tests. Nobody should run it on a real server.

use cogbox_sdk::discord::messages;
use cogbox_sdk::host::shared_store;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::store::Scope;

pub struct Teller;

#[cog(message_content)]
impl Cog for Teller {
    /// Answers to `teller FUNCTION BUCKET KEY VALUE`.
    fn message_created(message: Message) -> Answer {
        let Some(asked) = message.content.strip_prefix("teller ") else {
            return Ok(());
        };
        let words: Vec<&str> = asked.split(' ').collect();
        let [function, bucket, key, value] = words[..] else {
            fail!("`{asked}` is not four words");
        };
        let scope = Scope::Guild(message.guild.unwrap_or_default());
        let says = match run(function, bucket, &scope, key, value) {
            Ok(says) => says,
            Err(error) => match error.kind() {
                Some(kind) => format!("{kind:?}: {error}"),
                None => error.to_string(),
            },
        };
        messages::send(&message.channel, &OutgoingMessage::text(says))?;
        Ok(())
    }
}

fn run(function: &str, bucket: &str, scope: &Scope, key: &str, value: &str) -> Answer<String> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(match function {
        "get" => match shared_store::get(bucket, scope, key)? {
            Some(bytes) => text(bytes),
            None => "nothing".to_string(),
        },
        "set" => {
            shared_store::set(bucket, scope, key, value.as_bytes())?;
            "written".to_string()
        }
        "fill" => {
            let bytes = vec![b'x'; value.parse()?];
            shared_store::set(bucket, scope, key, &bytes)?;
            "written".to_string()
        }
        "delete" => {
            shared_store::delete(bucket, scope, key)?;
            "deleted".to_string()
        }
        "scan" => {
            let found = shared_store::scan(bucket, scope, key, None, 10)?;
            let keys: Vec<String> = found.into_iter().map(|entry| entry.key).collect();
            keys.join(", ")
        }
        "add" => shared_store::add(bucket, scope, key, value.parse()?)?.to_string(),
        "claim" => {
            shared_store::swap(bucket, scope, key, None, Some(value.as_bytes()))?.to_string()
        }
        other => fail!("there is no `{other}`"),
    })
}
