//! Polls: opened with their message, voted in, and ended by their author or by time.

use std::time::Duration;

use serde_json::{Value, json};

use super::messages::Standing;
use super::{Draft, Event, World};
use crate::clock::Time;
use crate::model::{Poll, Reference, kinds};
use crate::snowflake::Id;

const HOUR: u64 = 3_600;

impl World {
    /// Begins the time of a poll.
    pub(super) fn open_poll(&mut self, poll: Poll, channel: Id, message: Id, now: Time) -> Poll {
        let expires = now.plus(Duration::from_secs(poll.hours * HOUR));
        self.polls.insert(message, channel);
        self.due.insert((expires, message));
        Poll { expires, ..poll }
    }

    /// Sets the answers that somebody votes for, and tells of each that came or went.
    pub(super) fn vote(
        &mut self,
        channel: Id,
        message: Id,
        user: Id,
        answers: &[u64],
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.channels.get_mut(&channel)?;
        let poll = place.message_mut(message)?.poll.as_mut()?;
        for (number, answer) in (1..).zip(&mut poll.answers) {
            let (voted, votes) = (answer.voters.contains(&user), answers.contains(&number));
            if voted == votes {
                continue;
            }
            match votes {
                true => answer.voters.push(user),
                false => answer.voters.retain(|other| *other != user),
            }
            events.push(Event::PollVoted {
                channel,
                message,
                user,
                answer: number,
                added: votes,
            });
        }
        Some(message)
    }

    /// Ends a poll and says so in the channel.
    pub(super) fn end_poll(
        &mut self,
        channel: Id,
        message: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        self.polls.remove(&message);
        let state = self.channels.get_mut(&channel)?.message_mut(message)?;
        let poll = state.poll.as_mut().filter(|poll| !poll.finalized)?;
        poll.finalized = true;
        poll.expires = poll.expires.min(now);
        let note = Draft {
            channel,
            author: state.author,
            webhook: state.webhook.clone(),
            embeds: vec![result(poll)],
            reference: Some(Reference::to(channel, message)),
            ..Draft::default()
        };
        let ended = state.clone();
        events.push(Event::MessageChanged(Box::new(ended)));
        self.place(note, Standing::of(kinds::POLL_RESULT), now, events);
        Some(message)
    }

    pub(super) fn end_poll_if_due(&mut self, message: Id, now: Time, events: &mut Vec<Event>) {
        let Some(channel) = self.polls.get(&message).copied() else {
            return;
        };
        let poll = self.message(channel, message).map(|m| m.poll.as_ref());
        match poll.flatten() {
            Some(poll) if poll.expires > now => {}
            _ => drop(self.end_poll(channel, message, now, events)),
        }
    }
}

/// The embed that tells how a poll ended: its question, all votes, and the one answer with the
/// most, if there is one.
fn result(poll: &Poll) -> Value {
    let field = |name: &str, value: String| json!({"name": name, "value": value, "inline": false});
    let question = poll.question["text"].as_str().unwrap_or_default();
    let total: usize = poll.answers.iter().map(|answer| answer.voters.len()).sum();
    let most = poll.answers.iter().map(|answer| answer.voters.len()).max();
    let most = most.unwrap_or(0);
    let mut fields = vec![
        field("poll_question_text", question.to_owned()),
        field("victor_answer_votes", most.to_string()),
        field("total_votes", total.to_string()),
    ];
    let best = (1..).zip(&poll.answers);
    let mut best = best.filter(|(_, answer)| most > 0 && answer.voters.len() == most);
    if let (Some((number, answer)), None) = (best.next(), best.next()) {
        let number: u64 = number;
        fields.push(field("victor_answer_id", number.to_string()));
        let text = answer.media["text"].as_str().unwrap_or_default();
        fields.push(field("victor_answer_text", text.to_owned()));
    }
    json!({"type": "poll_result", "fields": fields})
}
