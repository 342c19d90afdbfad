//! What the bot says, what others said, and what becomes of it.

use crate::{Done, Order, lines, quiet};
use cogbox_sdk::discord::{direct_messages, message_admin, message_history, messages};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::Emoji;

pub fn done(order: &Order) -> Option<Done> {
    let channel = order.channel.as_str();
    let (first, second) = (order.word(0), order.word(1));
    let emoji = |at: usize| Emoji::Unicode(order.word(at).to_owned());
    Some(match order.verb.as_str() {
        "say" => {
            let text = order.rest(0).unwrap_or_default();
            messages::send(channel, &OutgoingMessage::text(text)).map(|message| message.id)
        }
        "shout" => {
            let everyone = Mentions {
                everyone: true,
                ..Mentions::default()
            };
            let text = OutgoingMessage::text("@everyone listen").mentions(everyone);
            messages::send(channel, &text).map(quiet)
        }
        "edit" => {
            let edit = MessageEdit::default().text(order.rest(1).unwrap_or_default());
            messages::edit(channel, first, &edit).map(|message| message.content)
        }
        "delete" => messages::delete(channel, first).map(quiet),
        "react" => messages::react(channel, first, &emoji(1)).map(quiet),
        "unreact" => messages::unreact(channel, first, &emoji(1)).map(quiet),
        "type" => messages::start_typing(channel).map(quiet),
        "write" => {
            let text = OutgoingMessage::text(order.rest(1).unwrap_or_default());
            direct_messages::send(first, &text).map(quiet)
        }
        "read" => message_history::get(channel, first).map(|message| message.content),
        "history" => message_history::page(channel, None, order.number(0))
            .map(|page| lines(page, |message| message.content)),
        "reacted" => message_history::reacted(channel, first, &emoji(1), None, 10)
            .map(|users| lines(users, |user| user.name)),
        "purge" => message_admin::delete(channel, &order.words, Some("because")).map(quiet),
        "wipe" => {
            let (emoji, user) = (order.or_none(1).map(Emoji::Unicode), order.or_none(2));
            message_admin::clear_reactions(channel, first, emoji.as_ref(), user.as_deref())
                .map(quiet)
        }
        "pin" => message_admin::pin(channel, first, second != "off", None).map(quiet),
        _ => return None,
    })
}
