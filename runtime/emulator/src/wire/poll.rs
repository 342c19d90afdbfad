//! Polls.

use serde_json::{Value, json};

use crate::clock::Time;
use crate::model::{Poll, PollAnswer};
use crate::snowflake::Id;

/// Returns a poll with its votes; `viewer` decides which of them are their own.
pub fn full(poll: &Poll, viewer: Id) -> Value {
    let answer = |(number, answer): (u64, &PollAnswer)| json!({"answer_id": number, "poll_media": answer.media});
    let count = |(number, answer): (u64, &PollAnswer)| {
        json!({
            "id": number,
            "count": answer.voters.len(),
            "me_voted": answer.voters.contains(&viewer),
        })
    };
    let voted = (1..).zip(&poll.answers);
    let voted = voted.filter(|(_, answer)| !answer.voters.is_empty());
    json!({
        "question": poll.question,
        "answers": (1..).zip(&poll.answers).map(answer).collect::<Vec<Value>>(),
        "expiry": Time::iso(poll.expires),
        "allow_multiselect": poll.multiselect,
        "layout_type": 1,
        "results": {
            "is_finalized": poll.finalized,
            "answer_counts": voted.map(count).collect::<Vec<Value>>(),
        },
    })
}
