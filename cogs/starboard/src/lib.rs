//! A channel with what members gave stars to.
//!
//! Stars are counted where Discord keeps them, a moment after somebody gave or took one: many at once
//! are counted once, one message after the other, and nothing is kept of who gave them.

mod count;
mod eyes;
mod heard;
mod keep;
mod list;
mod manage;
mod rules;
mod view;

use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::Reaction;

locales!("en-US", "de");

pub struct Starboard;

#[cog(message_content)]
impl Cog for Starboard {
    fn commands() -> Commands {
        commands![list::Stars, manage::Board]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn reaction_added(reaction: Reaction) -> Answer {
        heard::reacted(&reaction)
    }

    fn reaction_removed(reaction: Reaction) -> Answer {
        heard::reacted(&reaction)
    }

    fn message_edited(_before: Option<Message>, after: Message) -> Answer {
        heard::edited(&after)
    }

    fn message_deleted(
        guild: Option<String>,
        _channel: String,
        ids: Vec<String>,
        _known: Vec<Message>,
    ) -> Answer {
        match guild {
            Some(guild) => heard::deleted(&guild, &ids),
            None => Ok(()),
        }
    }

    fn timer(timer: Timer) -> Answer {
        match &timer.guild {
            Some(guild) => count::due(guild, &timer.name),
            None => fail!("the timer `{}` is none of ours", timer.name),
        }
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        list::turned(ctx, id)
    }

    fn selected(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
        match id {
            manage::IGNORED => manage::ignored(ctx, values),
            _ => fail!("the menu `{id}` is none of ours"),
        }
    }
}
