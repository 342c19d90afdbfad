//! What is left of a panic: one line in the log, with the message and where it came from.
//!
//! A panic ends the call with a trap, and on this target its message would be lost.

use std::sync::Once;

static HOOK: Once = Once::new();

/// Makes panics log themselves. Every export starts with it; a second call does nothing.
pub(crate) fn install() {
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let message = panic.payload_as_str().unwrap_or("no message");
            let sentence = match panic.location() {
                Some(place) => format!(
                    "panicked at {}:{}:{}: {message}",
                    place.file(),
                    place.line(),
                    place.column()
                ),
                None => format!("panicked: {message}"),
            };
            crate::log::write(crate::log::Level::Error, &sentence);
        }));
    });
}
