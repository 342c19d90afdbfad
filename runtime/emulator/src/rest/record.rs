//! What tests see and steer of the REST API: the requests that came, and planned answers.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

use super::limits::Scope;
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

/// What becomes of coming requests to a route in place of the true answer.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `*` for any.
    pub method: String,
    /// A path below `/api/v10`, in which a `*` stands for any one step; `*` alone fits all.
    pub path: String,
    /// How many requests it still concerns.
    pub times: u32,
    pub instead: Instead,
}

/// What a request gets in place of its answer.
#[derive(Clone, Debug)]
pub enum Instead {
    /// Another answer; the request is not carried out. A text as the body is sent as HTML, as
    /// proxies do; anything else as JSON.
    Answer { status: u16, body: Value },
    /// A 429 for a limit of this scope.
    Limited(Duration, Scope),
    /// The connection breaks, and the request is not carried out.
    Reset,
    /// The request is carried out, and its answer comes so much later.
    Hang(Duration),
    /// The request is carried out, and only the first bytes of the answer come.
    Cut(usize),
}

/// Takes what is planned for a request, if anything is.
pub fn take_plan(plans: &mut Vec<Plan>, method: &str, path: &str) -> Option<Instead> {
    let fits = |plan: &Plan| {
        (plan.method == "*" || plan.method == method)
            && (plan.path == "*" || path_fits(&plan.path, path))
    };
    let at = plans.iter().position(fits)?;
    if plans[at].times <= 1 {
        return Some(plans.remove(at).instead);
    }
    plans[at].times -= 1;
    Some(plans[at].instead.clone())
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
