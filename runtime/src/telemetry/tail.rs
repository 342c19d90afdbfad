//! The newest lines of the log, in memory, for the dashboard. One for the process, as the log is.

use std::collections::VecDeque;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::config::secrets::redacted;

/// Lines that are kept.
pub const KEPT: usize = 1_000;
/// The longest of them, in bytes; what is cut off stands in the log itself.
pub const LINE_MAX: usize = 2_000;

/// The name of the span that joins the lines of one interaction; its field is `trace`.
const TRACE: &str = "trace";
const COG: &str = "cog";

/// A line of the log.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number, from 1, since the start.
    pub number: u64,
    /// When it was written.
    pub at: SystemTime,
    /// How grave it is.
    pub level: Level,
    /// The part of the program it comes from.
    pub target: &'static str,
    /// The cog that it is about.
    pub cog: Option<String>,
    /// What joins it with others: an interaction's id.
    pub trace: Option<String>,
    /// The message, and the fields behind it as `name=value`. At most [`LINE_MAX`] bytes.
    pub text: String,
}

struct Tail {
    lines: VecDeque<Arc<Line>>,
    last: u64,
}

static TAIL: Mutex<Tail> = Mutex::new(Tail {
    lines: VecDeque::new(),
    last: 0,
});

fn tail() -> MutexGuard<'static, Tail> {
    TAIL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the kept lines after this number, oldest first.
pub fn lines_after(number: u64) -> Vec<Arc<Line>> {
    let tail = tail();
    let first = tail.last + 1 - tail.lines.len() as u64;
    let known = (number + 1).saturating_sub(first) as usize;
    tail.lines.iter().skip(known).cloned().collect()
}

/// The layer that keeps them.
pub(super) struct Tailing;

/// What a span says of its lines.
struct Joined(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Tailing {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut told = Told::default();
        attributes.record(&mut told);
        if let (Some(trace), Some(span)) = (told.trace, context.span(id)) {
            span.extensions_mut().insert(Joined(trace));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut told = Told::default();
        event.record(&mut told);
        let spans = context.event_scope(event).into_iter().flatten();
        let trace = spans
            .filter_map(|span| span.extensions().get::<Joined>().map(|of| of.0.clone()))
            .next();
        let meta = event.metadata();
        let text = redacted(&(told.message + &told.fields)).into_owned();
        let mut tail = tail();
        tail.last += 1;
        let line = Line {
            number: tail.last,
            at: SystemTime::now(),
            level: *meta.level(),
            target: meta.target(),
            cog: told.cog,
            trace,
            text: shortened(text),
        };
        if tail.lines.len() == KEPT {
            tail.lines.pop_front();
        }
        tail.lines.push_back(Arc::new(line));
    }
}

fn shortened(mut text: String) -> String {
    if text.len() > LINE_MAX {
        text.truncate(text.floor_char_boundary(LINE_MAX - '…'.len_utf8()));
        text.push('…');
    }
    text
}

/// What an event or a span says of itself.
#[derive(Default)]
struct Told {
    message: String,
    fields: String,
    cog: Option<String>,
    trace: Option<String>,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            COG => self.cog = Some(format!("{value:?}")),
            TRACE => self.trace = Some(format!("{value:?}")),
            // Writing into a text does not fail.
            name => drop(write!(self.fields, " {name}={value:?}")),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            COG => self.cog = Some(value.to_owned()),
            TRACE => self.trace = Some(value.to_owned()),
            _ => self.record_debug(field, &format_args!("{value}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    /// The lines of this test, as others may log at the same time.
    fn mine(work: impl FnOnce()) -> Vec<Arc<Line>> {
        let logs = tracing_subscriber::registry().with(Tailing);
        tracing::subscriber::with_default(logs, work);
        let all = lines_after(0).into_iter();
        all.filter(|line| line.target == module_path!()).collect()
    }

    #[test]
    fn lines_are_kept_with_what_they_are_about() {
        let lines = mine(|| {
            tracing::info!(cog = "fun", uses = 3, "rolled");
            tracing::error_span!("interaction", trace = %"42").in_scope(|| {
                tracing::warn!(error = %"no", "can't");
            });
            tracing::info!("{}", "ä".repeat(2_000));
        });
        let told: Vec<_> = lines
            .iter()
            .map(|line| {
                let (cog, trace) = (line.cog.as_deref(), line.trace.as_deref());
                (line.level, cog, trace, line.text.chars().count())
            })
            .collect();
        assert_eq!(
            told,
            [
                (Level::INFO, Some("fun"), None, "rolled uses=3".len()),
                (Level::WARN, None, Some("42"), "can't error=no".len()),
                (Level::INFO, None, None, 999),
            ]
        );
        let numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
        assert!(numbers.is_sorted());
        assert_eq!(lines_after(numbers[2]).len(), 0);
        assert_eq!(lines[0].text, "rolled uses=3");
        assert_eq!(lines[1].text, "can't error=no");
    }
}
