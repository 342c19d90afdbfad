//! How log lines look, and where they go: to standard error, and the newest of them to the dashboard.
//! Secrets are in neither.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal, Write};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use super::tail::Tailing;
use crate::config::secrets::redacted;

/// Starts logging: for people on a terminal, as JSON lines otherwise. A panic becomes a line too.
///
/// `filter` is `tracing`'s own syntax, such as `info,cogbox::rest=debug`.
pub fn start(filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| format!("`{filter}` is not a log filter: {error}"))?;
    let lines = fmt::layer().with_writer(Redacted);
    let lines = match io::stderr().is_terminal() {
        true => lines.with_target(false).boxed(),
        false => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
    };
    let logs = registry().with(filter).with(Tailing).with(lines);
    // A second start, as in tests that share a process, keeps the first.
    if logs.try_init().is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let message = panic.payload_as_str().unwrap_or("no words");
            let place = panic.location().map(ToString::to_string);
            let trace = Backtrace::capture();
            let trace = match trace.status() {
                BacktraceStatus::Captured => format!("\n{trace}"),
                _ => String::new(),
            };
            tracing::error!(place, "panicked: {message}{trace}");
        }));
    }
    Ok(())
}

/// Standard error without secrets.
#[derive(Clone, Copy)]
struct Redacted;

impl<'a> MakeWriter<'a> for Redacted {
    type Writer = Redacted;

    fn make_writer(&'a self) -> Redacted {
        Redacted
    }
}

impl Write for Redacted {
    /// Each line comes whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        io::stderr().write_all(redacted(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
