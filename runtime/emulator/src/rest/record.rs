//! What tests see and steer of the REST API: the requests that came, and planned answers.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

use crate::clock::Time;

/// A request that came in, and the status it was answered with.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub method: String,
    /// The whole path, `/api/v10/...`.
    pub path: String,
    /// Without the question mark.
    pub query: String,
    /// The JSON of the body, of `payload_json` for a form with files, null for none.
    pub body: Value,
    pub status: u16,
    pub at: Time,
}

/// The newest requests.
pub struct Recorder {
    kept: VecDeque<Recorded>,
    most: usize,
}

impl Recorder {
    pub fn new(most: usize) -> Self {
        Recorder {
            kept: VecDeque::new(),
            most,
        }
    }

    pub fn add(&mut self, request: Recorded) {
        if self.most == 0 {
            return;
        }
        if self.kept.len() >= self.most {
            self.kept.pop_front();
        }
        self.kept.push_back(request);
    }

    pub fn all(&self) -> Vec<Recorded> {
        self.kept.iter().cloned().collect()
    }

    pub fn clear(&mut self) {
        self.kept.clear();
    }
}

/// An answer that one coming request gets in place of the true one.
#[derive(Clone, Debug)]
pub struct PlannedAnswer {
    pub method: String,
    /// A path below `/api/v10`, in which a `*` stands for any one step.
    pub path: String,
    pub answer: Planned,
}

/// What a planned answer is.
#[derive(Clone, Debug)]
pub enum Planned {
    /// A text as the body is sent as HTML, as proxies do; anything else as JSON.
    Reply { status: u16, body: Value },
    /// A limit on a resource that several bots use, which says nothing of this bot's own counts.
    SharedLimit(Duration),
}

/// Takes the first planned answer that fits the request.
pub fn take_planned(planned: &mut Vec<PlannedAnswer>, method: &str, path: &str) -> Option<Planned> {
    let fits = |plan: &PlannedAnswer| plan.method == method && path_fits(&plan.path, path);
    let at = planned.iter().position(fits)?;
    Some(planned.remove(at).answer)
}

fn path_fits(pattern: &str, path: &str) -> bool {
    let path = path.strip_prefix("/api/v10").unwrap_or(path);
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == "*" || wanted == given => {}
            _ => return false,
        }
    }
}
