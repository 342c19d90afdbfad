//! `/channels/{channel}/messages`.

use std::time::Duration;

use serde_json::{Value, json};

use super::channels::{need, unarchived, visible, writable};
use super::rights::act;
use super::{Reply, request::Request};
use super::{message_checks, references};
use crate::hub::State;
use crate::model::permissions::{
    ATTACH_FILES, EMBED_LINKS, MANAGE_MESSAGES, MENTION_EVERYONE, READ_MESSAGE_HISTORY,
    SEND_MESSAGES, SEND_POLLS, SEND_TTS_MESSAGES,
};
use crate::model::{ANNOUNCEMENT_CHANNEL, CATEGORY, Guild, Mentions, Message, flags, kinds};
use crate::rules::allowed_mentions::{Allowed, mentioning_text};
use crate::rules::message::{self, Body};
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, Change, Draft, Edit, MessageAct};

/// The flags a bot may set on a new message.
pub const NEW_FLAGS: u64 = flags::SUPPRESS_EMBEDS
    | flags::SUPPRESS_NOTIFICATIONS
    | flags::IS_VOICE_MESSAGE
    | flags::IS_COMPONENTS_V2;

/// How long a nonce that is enforced finds the message it made.
const NONCE_LIFE: Duration = Duration::from_secs(180);

/// Lists messages, the newest first.
pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let id = visible(state, request)?;
    let limit = request.limit(50, 100)?;
    let (before, after, around) = (
        request.query_id("before")?,
        request.query_id("after")?,
        request.query_id("around")?,
    );
    if [before, after, around].iter().flatten().count() > 1 {
        let mut faults = Faults::default();
        let message = "Only one of before, after and around can be given.";
        faults.add("", "MESSAGES_QUERY_EXCLUSIVE", message);
        faults.check()?;
    }
    let bot = state.world.application.bot;
    let readable = state.world.may(bot, id, READ_MESSAGE_HISTORY, state.now);
    let channel = state
        .world
        .channels
        .get(&id)
        .ok_or_else(Refusal::unknown_channel)?;
    let all: Vec<&Message> = channel
        .messages
        .iter()
        .filter(|m| m.only_for.is_none())
        .collect();
    let place = |id: Id| all.partition_point(|message| message.id < id);
    let range = match (before, after, around) {
        (Some(before), _, _) => place(before).saturating_sub(limit)..place(before),
        (_, Some(after), _) => {
            let start = all.partition_point(|message| message.id <= after);
            start..(start + limit).min(all.len())
        }
        (_, _, Some(around)) => {
            let start = place(around).saturating_sub(limit / 2);
            start..(start + limit).min(all.len())
        }
        _ => all.len().saturating_sub(limit)..all.len(),
    };
    // Without the right to read on, the history is empty rather than refused.
    let page = all[range].iter().rev().filter(|_| readable);
    let page = page.map(|m| wire::message::full(&state.world, m, &state.base, bot));
    Ok(Reply::ok(page.collect::<Vec<Value>>()))
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    need(state, channel, READ_MESSAGE_HISTORY)?;
    let message = public(state, channel, request.id("message")?)?.id;
    shown(state, channel, message)
}

pub fn create(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let body = message::read(&form, &request.body.files, None, &mut faults)?;
    faults.check()?;
    if body.is_empty() {
        return Err(Refusal::empty_message());
    }
    reachable(state, channel)?;
    writable(state, channel)?;
    need_for(state, channel, &body)?;
    message_checks::new(state, channel, &body)?;
    if let Some(earlier) = earlier(state, channel, &body) {
        return shown(state, channel, earlier);
    }
    let found = references::find(state, channel, body.reference)?;
    let answered = found.as_ref().and_then(|found| found.answers);
    let mut draft = draft(state, channel, body, false);
    draft.flags &= NEW_FLAGS;
    if let Some(found) = found {
        draft.reference = Some(found.reference);
        draft.flags |= u64::from(found.snapshot.is_some()) * flags::HAS_SNAPSHOT;
        draft.snapshot = found.snapshot;
    }
    if let Some(author) = answered
        && let Some(allowed) = replied(request)
        && allowed
        && !draft.mentions.users.contains(&author)
    {
        draft.mentions.users.push(author);
    }
    let id = state.apply(Change::Post(Box::new(draft)));
    shown(state, channel, id.ok_or_else(Refusal::unknown_channel)?)
}

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let before = public(state, channel, request.id("message")?)?.clone();
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    if before.author != state.world.application.bot {
        let only_flags = form
            .value
            .as_object()
            .is_some_and(|b| b.keys().all(|k| k == "flags"));
        if !only_flags {
            return Err(Refusal::not_the_author());
        }
        need(state, channel, MANAGE_MESSAGES)?;
    }
    message_checks::editable(&before)?;
    let body = message::read(&form, &request.body.files, Some(&before), &mut faults)?;
    faults.check()?;
    unarchived(state, channel)?;
    message_checks::unblocked(state, channel, &body)?;
    if body.empties(&before) {
        return Err(Refusal::empty_message());
    }
    let edit = Box::new(edit_of(state, &before, body, false));
    let message = before.id;
    state.apply(Change::EditMessage {
        channel,
        message,
        edit,
    });
    shown(state, channel, message)
}

pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let message = public(state, channel, request.id("message")?)?;
    let (id, author) = (message.id, message.author);
    if author != state.world.application.bot {
        let guild = state.world.channels.get(&channel).and_then(|c| c.guild);
        let guild = guild.ok_or_else(Refusal::in_direct_message)?;
        need(state, channel, MANAGE_MESSAGES)?;
        let delete = Action::OnMessage {
            channel,
            message: id,
            act: MessageAct::Delete,
        };
        act(state, request, guild, delete)?;
        return Ok(Reply::empty());
    }
    state.apply(Change::DeleteMessage {
        channel,
        message: id,
    });
    Ok(Reply::empty())
}

/// Publishes a message of an announcement channel.
pub fn crosspost(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    let place = state.world.channels.get(&channel);
    if place.is_none_or(|place| place.kind != ANNOUNCEMENT_CHANNEL) {
        return Err(Refusal::wrong_channel_type());
    }
    need(state, channel, SEND_MESSAGES)?;
    let message = public(state, channel, request.id("message")?)?;
    if !kinds::written(message.kind) {
        return Err(Refusal::system_message());
    }
    let (id, published) = (message.id, message.flags & flags::CROSSPOSTED != 0);
    if message.author != state.world.application.bot {
        need(state, channel, MANAGE_MESSAGES)?;
    }
    if published {
        let text = "This message has already been crossposted";
        return Err(Refusal::new(400, 40033, text));
    }
    state.apply(Change::Crosspost {
        channel,
        message: id,
    });
    shown(state, channel, id)
}

/// Returns a message that is in the history: ephemeral ones are not.
pub fn public(state: &State, channel: Id, message: Id) -> Result<&Message, Refusal> {
    let found = state.world.message(channel, message);
    found
        .filter(|message| message.only_for.is_none())
        .ok_or_else(Refusal::unknown_message)
}

/// Makes the draft of a message by the bot from a judged body.
pub fn draft(state: &State, channel: Id, body: Body, in_interaction: bool) -> Draft {
    let content = body.content.unwrap_or_default();
    let components = body.components.unwrap_or_default();
    let text = mentioning_text(&content, &components);
    Draft {
        channel,
        author: state.world.application.bot,
        webhook: None,
        mentions: mentions(state, channel, &text, body.allowed, in_interaction),
        content,
        embeds: body.embeds.unwrap_or_default(),
        components,
        files: body.files,
        poll: body.poll,
        flags: body.flags.unwrap_or(0),
        tts: body.tts,
        nonce: body.nonce,
        reference: None,
        snapshot: None,
    }
}

/// Makes an edit of a message by the bot from a judged body.
pub fn edit_of(state: &State, before: &Message, body: Body, in_interaction: bool) -> Edit {
    let text = body.content.as_deref().unwrap_or(&before.content);
    let components = body.components.as_deref().unwrap_or(&before.components);
    let text = mentioning_text(text, components);
    let asked = body.flags.unwrap_or(before.flags);
    Edit {
        mentions: Some(mentions(
            state,
            before.channel,
            &text,
            body.allowed,
            in_interaction,
        )),
        content: body.content,
        embeds: body.embeds,
        components: body.components,
        keep: body.keep,
        files: body.files,
        set_flags: asked & (flags::SUPPRESS_EMBEDS | flags::IS_COMPONENTS_V2),
        clear_flags: !asked & flags::SUPPRESS_EMBEDS,
        poll: body.poll,
    }
}

fn mentions(
    state: &State,
    channel: Id,
    text: &str,
    allowed: Option<Allowed>,
    in_interaction: bool,
) -> Mentions {
    let allowed = allowed.unwrap_or_else(|| Allowed::unsaid(in_interaction));
    let bot = state.world.application.bot;
    let guild = state
        .world
        .channels
        .get(&channel)
        .and_then(|channel| channel.guild);
    let guild = guild.and_then(|id| state.world.guilds.get(&id));
    let everyone = guild.is_some() && state.world.may(bot, channel, MENTION_EVERYONE, state.now);
    let mut found = allowed.mentions(text, guild, everyone);
    found.users.retain(|user| state.world.user(*user).is_some());
    found
}

/// Refuses channels that take no messages, and people whom the bot cannot write to.
fn reachable(state: &State, channel: Id) -> Result<(), Refusal> {
    let world = &state.world;
    let Some(place) = world.channels.get(&channel) else {
        return Err(Refusal::unknown_channel());
    };
    if place.threads_only() {
        let text = "Cannot send messages in a forum channel";
        return Err(Refusal::new(400, 40058, text));
    }
    if place.kind == CATEGORY {
        let text = "Cannot send messages in a non-text channel";
        return Err(Refusal::new(400, 50008, text));
    }
    let Some(person) = place.recipient else {
        return Ok(());
    };
    if world.user(person).is_some_and(|user| user.blocks_bot) {
        let text = "Cannot send messages to this user";
        return Err(Refusal::new(403, 50007, text));
    }
    let both = |guild: &Guild| {
        let members = &guild.members;
        members.contains_key(&person) && members.contains_key(&world.application.bot)
    };
    if !world.guilds.values().any(both) {
        let text = "Cannot send messages to this user due to having no mutual guilds";
        return Err(Refusal::new(403, 50278, text));
    }
    Ok(())
}

/// Refuses what the bot may not put into a message here.
pub fn need_for(state: &State, channel: Id, body: &Body) -> Result<(), Refusal> {
    if !body.files.is_empty() {
        need(state, channel, ATTACH_FILES)?;
    }
    if body
        .embeds
        .as_ref()
        .is_some_and(|embeds| !embeds.is_empty())
    {
        need(state, channel, EMBED_LINKS)?;
    }
    if body.tts {
        need(state, channel, SEND_TTS_MESSAGES)?;
    }
    if body.poll.is_some() {
        need(state, channel, SEND_POLLS)?;
    }
    Ok(())
}

/// Finds the message that an enforced nonce has already made.
fn earlier(state: &State, channel: Id, body: &Body) -> Option<Id> {
    let nonce = body.nonce.as_ref().filter(|_| body.enforce_nonce)?;
    let bot = state.world.application.bot;
    let recent = |message: &&Message| {
        message.author == bot
            && message.nonce.as_ref() == Some(nonce)
            && state.now.since(message.created) < NONCE_LIFE
    };
    let messages = &state.world.channels.get(&channel)?.messages;
    messages.iter().rev().find(recent).map(|message| message.id)
}

/// Tells whether the author of the message replied to is mentioned.
fn replied(request: &Request<'_>) -> Option<bool> {
    let allowed = &request.body.json["allowed_mentions"];
    Some(allowed.is_null() || allowed["replied_user"] == json!(true))
}

/// Replies with a message of a channel.
pub fn shown(state: &State, channel: Id, message: Id) -> Result<Reply, Refusal> {
    let message = state
        .world
        .message(channel, message)
        .ok_or_else(Refusal::unknown_message)?;
    let bot = state.world.application.bot;
    Ok(Reply::ok(wire::message::full(
        &state.world,
        message,
        &state.base,
        bot,
    )))
}
