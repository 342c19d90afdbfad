//! Dispatches that do not arrive as they were sent: altered, repeated, held back, lost. Tests ask
//! for it, because Discord promises an event zero, one or several times and in any order, and
//! changes its objects without notice.

use std::borrow::Cow;

use serde_json::Value;

use super::session::Session;
use crate::wire;

/// What is to happen to the next dispatches of one name.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The event's name, or `*` for any.
    pub event: String,
    /// How many dispatches it still concerns.
    pub times: u32,
    pub how: Tampering,
}

#[derive(Clone, Debug)]
pub enum Tampering {
    /// Sets what a JSON pointer names; None takes it away.
    Alter {
        pointer: String,
        value: Option<Value>,
    },
    /// Sends it that many times more.
    Repeat(u32),
    /// Holds it back until the session's next dispatch has gone out.
    Hold,
    /// Sends it not at all. A numbered one leaves a gap in `s`.
    Lose { numbered: bool },
}

/// All that is planned.
#[derive(Default)]
pub struct Tamper {
    pub plans: Vec<Plan>,
    /// Whether optional fields without a value are left out of everything.
    pub sparse: bool,
}

impl Tamper {
    /// Puts a dispatch into a session, in the way that is planned for it.
    pub(super) fn push(&mut self, session: &mut Session, name: &str, data: &str) {
        if self.plans.is_empty() && !self.sparse && session.held.is_empty() {
            return session.push(name, data);
        }
        let mut data = Cow::Borrowed(data);
        let (mut copies, mut hold, mut gap) = (1, false, false);
        for plan in &mut self.plans {
            if plan.event != name && plan.event != "*" {
                continue;
            }
            plan.times -= 1;
            match &plan.how {
                Tampering::Alter { pointer, value } => {
                    data = changed(&data, |data| set(data, pointer, value.clone()));
                }
                Tampering::Repeat(more) => copies += more,
                Tampering::Hold => hold = true,
                Tampering::Lose { numbered } => {
                    copies = 0;
                    gap |= numbered;
                }
            }
        }
        self.plans.retain(|plan| plan.times > 0);
        if self.sparse {
            data = changed(&data, wire::sparse::thin);
        }
        if gap {
            session.seq += 1;
        }
        if hold {
            session.held.push((name.to_owned(), data.into_owned()));
            return;
        }
        for _ in 0..copies {
            session.push(name, &data);
        }
        for (name, data) in std::mem::take(&mut session.held) {
            session.push(&name, &data);
        }
    }
}

fn changed(data: &str, change: impl FnOnce(&mut Value)) -> Cow<'static, str> {
    // Dispatches are JSON, because this crate writes them.
    let mut value = serde_json::from_str(data).unwrap_or(Value::Null);
    change(&mut value);
    Cow::Owned(value.to_string())
}

/// Sets or takes away what a JSON pointer names. One that leads nowhere changes nothing.
fn set(data: &mut Value, pointer: &str, value: Option<Value>) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match (data.pointer_mut(parent), value) {
        (Some(Value::Object(fields)), Some(value)) => {
            fields.insert(key, value);
        }
        (Some(Value::Object(fields)), None) => {
            fields.remove(&key);
        }
        (Some(Value::Array(items)), value) => {
            let at = key.parse().ok().filter(|at: &usize| *at < items.len());
            match (at, value) {
                (Some(at), Some(value)) => items[at] = value,
                (Some(at), None) => {
                    items.remove(at);
                }
                (None, _) => {}
            }
        }
        _ => {}
    }
}
