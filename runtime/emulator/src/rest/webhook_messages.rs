//! `/webhooks/{webhook}/{token}` and its messages. Under the application's own id these are the
//! answers to interactions.

use serde_json::Value;

use super::followups::read_edit;
use super::messages::{NEW_FLAGS, draft, shown};
use super::webhooks::open;
use super::{Reply, request::Request};
use super::{followups, message_checks};
use crate::hub::State;
use crate::model::{Actor, Message, PUBLIC_THREAD, Webhook, WebhookAuthor};
use crate::rules::form::BAD_TYPE;
use crate::rules::webhook::Guise;
use crate::rules::{self, Faults, Refusal, message};
use crate::snowflake::Id;
use crate::world::{Action, Change, Draft, NewThread};

/// Writes a message. Only who waits for it gets it back.
pub fn send(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    if is_interaction(state, request)? {
        return followups::follow_up(state, request);
    }
    let webhook = open(state, request)?.clone();
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let guise = rules::webhook::guise(&form, &mut faults);
    let mut body = message::read(&form, &request.body.files, None, &mut faults)?;
    // Of others' webhooks the bot's application gets no clicks.
    if webhook.application.is_none() {
        if !request.switch("with_components") {
            body.components = None;
        } else if body.components.as_deref().is_some_and(is_interactive) {
            let message = "This webhook belongs to no application that could be clicked for.";
            form.fault(&mut faults, "components", BAD_TYPE, message);
        }
    }
    faults.check()?;
    if body.is_empty() {
        return Err(Refusal::empty_message());
    }
    message_checks::new(state, webhook.channel, &body)?;
    let place = place(state, request, &webhook, &guise)?;
    let channel = place.unwrap_or(webhook.channel);
    let written = draft(state, channel, body, true);
    let written = Box::new(Draft {
        author: webhook.id,
        webhook: Some(Box::new(WebhookAuthor {
            name: guise.name.unwrap_or_else(|| webhook.name.clone()),
            avatar: guise.avatar.or_else(|| webhook.avatar.clone()),
            application: webhook.application,
        })),
        flags: written.flags & NEW_FLAGS,
        ..written
    });
    let id = match (place, guise.thread_name) {
        (None, Some(name)) => {
            let new = NewThread {
                parent: webhook.channel,
                kind: PUBLIC_THREAD,
                name,
                tags: guise.tags,
                post: Some(written),
                ..NewThread::default()
            };
            let by = Actor {
                user: webhook.id,
                reason: None,
            };
            let action = Box::new(Action::StartThread(Box::new(new)));
            let guild = webhook.guild;
            state.apply(Change::Audited { guild, by, action })
        }
        _ => state.apply(Change::Post(written)),
    };
    let id = id.ok_or_else(Refusal::unknown_channel)?;
    match request.switch("wait") {
        // A post has the id of the message it begins with.
        true => shown(state, place.unwrap_or(id), id),
        false => Ok(Reply::empty()),
    }
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    if is_interaction(state, request)? {
        return followups::get(state, request);
    }
    let message = target(state, request)?;
    shown(state, message.channel, message.id)
}

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    if is_interaction(state, request)? {
        return followups::edit(state, request);
    }
    let before = target(state, request)?.clone();
    let (channel, message) = (before.channel, before.id);
    super::channels::unarchived(state, channel)?;
    message_checks::editable(&before)?;
    let edit = read_edit(state, request, &before)?;
    state.apply(Change::EditMessage {
        channel,
        message,
        edit,
    });
    shown(state, channel, message)
}

pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    if is_interaction(state, request)? {
        return followups::delete(state, request);
    }
    let message = target(state, request)?;
    let (channel, message) = (message.channel, message.id);
    state.apply(Change::DeleteMessage { channel, message });
    Ok(Reply::empty())
}

fn is_interaction(state: &State, request: &Request<'_>) -> Result<bool, Refusal> {
    Ok(request.id("webhook")? == state.world.application.id)
}

/// Returns the channel or thread to write into; None for a new post of a forum.
fn place(
    state: &State,
    request: &Request<'_>,
    webhook: &Webhook,
    guise: &Guise,
) -> Result<Option<Id>, Refusal> {
    let thread = thread(state, request, webhook)?;
    let channel = state.world.channels.get(&webhook.channel);
    let forum = channel.is_some_and(|channel| channel.threads_only());
    let refuse = |code, text| Err(Refusal::new(400, code, text));
    match (forum, thread, &guise.thread_name) {
        (true, Some(_), Some(_)) => refuse(
            220_002,
            "Webhooks posted to forum channels cannot have both a thread_name and thread_id",
        ),
        (true, None, None) => refuse(
            220_001,
            "Webhooks posted to forum channels must have a thread_name or thread_id",
        ),
        (false, _, Some(_)) => refuse(
            220_003,
            "Webhooks can only create threads in forum channels",
        ),
        (true, None, Some(_)) => {
            let (forum, now) = (webhook.channel, state.now);
            let judged = state
                .world
                .judge_tags(webhook.creator, forum, &guise.tags, &[], now);
            judged.map_err(super::forum::refusal)?;
            super::threads::has_room(state, webhook.guild)?;
            Ok(None)
        }
        (_, Some(thread), None) => Ok(Some(thread)),
        (false, None, None) => Ok(Some(webhook.channel)),
    }
}

/// Returns the thread that the query names, which hangs on the webhook's channel.
fn thread(state: &State, request: &Request<'_>, webhook: &Webhook) -> Result<Option<Id>, Refusal> {
    let Some(id) = request.query_id("thread_id")? else {
        return Ok(None);
    };
    let thread = state.world.channels.get(&id);
    let fits = thread.is_some_and(|t| t.thread.is_some() && t.parent == Some(webhook.channel));
    match fits {
        true => Ok(Some(id)),
        false => Err(Refusal::unknown_channel()),
    }
}

/// Returns the message of the path, if the webhook wrote it.
fn target<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Message, Refusal> {
    let webhook = open(state, request)?;
    let thread = thread(state, request, webhook)?;
    let channel = thread.unwrap_or(webhook.channel);
    let message = state.world.message(channel, request.id("message")?);
    let message = message.filter(|message| message.author == webhook.id);
    message.ok_or_else(Refusal::unknown_message)
}

/// Tells whether something in components can be used by people.
fn is_interactive(components: &[Value]) -> bool {
    components.iter().any(|component| {
        let below = component["components"].as_array();
        component["custom_id"].is_string()
            || component["accessory"]["custom_id"].is_string()
            || below.is_some_and(|below| is_interactive(below))
    })
}
