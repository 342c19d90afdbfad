//! The poll of a message. Rules: Discord's documentation, resource "Poll".

use serde_json::{Value, json};

use super::emoji::judge_emoji;
use super::form::{Faults, Form};
use crate::clock::Time;
use crate::model::{Poll, PollAnswer};

/// How long a poll is open unless it says, and at most, in hours.
const USUAL_HOURS: u64 = 24;
const MOST_HOURS: u64 = 768;

/// Reads a poll; None when the body has none.
pub fn read(form: &Form<'_>, faults: &mut Faults) -> Option<Poll> {
    let poll = Form::new(form.get("poll")?, form.at("poll"), faults);
    poll.require("question", faults);
    poll.require("answers", faults);
    let question = poll.get("question").map(|question| {
        let question = Form::new(question, poll.at("question"), faults);
        json!({"text": question.required_text("text", 1..=300, faults)})
    });
    let answers = poll.forms("answers", 1..=10, faults).unwrap_or_default();
    let answers = answers.iter().map(|item| answer(item, faults)).collect();
    poll.number("layout_type", 1..=1, faults);
    Some(Poll {
        question: question.unwrap_or_default(),
        answers,
        multiselect: poll.flag("allow_multiselect", faults).unwrap_or(false),
        hours: poll
            .number("duration", 1..=MOST_HOURS, faults)
            .unwrap_or(USUAL_HOURS),
        expires: Time::default(),
        finalized: false,
    })
}

fn answer(form: &Form<'_>, faults: &mut Faults) -> PollAnswer {
    form.require("poll_media", faults);
    let media = form.get("poll_media").map(|media| {
        let media = Form::new(media, form.at("poll_media"), faults);
        judge_emoji(&media, faults);
        let mut shown = json!({"text": media.required_text("text", 1..=55, faults)});
        if let Some(emoji) = media.get("emoji") {
            shown["emoji"] = json!({"id": emoji["id"], "name": emoji["name"]});
        }
        shown
    });
    PollAnswer {
        media: media.unwrap_or(Value::Null),
        voters: Vec::new(),
    }
}
