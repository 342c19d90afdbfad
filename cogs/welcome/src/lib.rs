//! Greets those who join a server and says goodbye to those who leave, in the server's own words.
//!
//! Owns the list of commands and hooks.

mod greeting;
mod manage;
mod rules;
mod send;
mod trouble;

use cogbox_sdk::prelude::*;
use rules::Kind;

locales!("en-US", "de");

pub struct Greeter;

#[cog]
impl Cog for Greeter {
    fn commands() -> Commands {
        commands![manage::Welcome]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn member_joined(member: Member) -> Answer {
        send::quietly(&member.guild, Kind::Join, &member.user)?;
        send::quietly(&member.guild, Kind::Direct, &member.user)
    }

    fn member_left(guild: String, user: User) -> Answer {
        send::quietly(&guild, Kind::Leave, &user)
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        match draft::form(id).and_then(Kind::named) {
            Some(kind) => manage::reopen(ctx, kind),
            None => fail!("the button `{id}` is none of ours"),
        }
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        match Kind::named(id) {
            Some(kind) => {
                let texts = inputs.text("texts");
                draft::keep(ctx, id, &inputs, || manage::save(ctx, kind, texts))
            }
            None => fail!("the form `{id}` is none of ours"),
        }
    }
}
