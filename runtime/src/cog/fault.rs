//! A call that did not end well.

/// What went wrong.
#[derive(Debug, Clone)]
pub struct Fault {
    /// When.
    pub at: std::time::SystemTime,
    /// How the call ended.
    pub outcome: &'static str,
    /// What was called.
    pub export: &'static str,
    /// The error and the guest's backtrace.
    pub detail: String,
}

impl Fault {
    /// Returns what it comes down to, in one line.
    pub fn cause(&self) -> &str {
        innermost(&self.detail)
    }
}

/// Finds the innermost cause in an error as wasmtime prints it: what happened, then a backtrace,
/// then `Caused by:` and the causes, numbered if there are several.
fn innermost(detail: &str) -> &str {
    let (detail, _) = detail
        .split_once("\n\nStack backtrace:")
        .unwrap_or((detail, ""));
    let Some((_, causes)) = detail.split_once("\nCaused by:\n") else {
        return detail.lines().next().unwrap_or_default();
    };
    let last = causes
        .trim_end()
        .lines()
        .next_back()
        .unwrap_or_default()
        .trim_start();
    match last.split_once(": ") {
        Some((number, cause)) if number.parse::<u32>().is_ok() => cause,
        _ => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_cause_is_told() {
        assert_eq!(innermost("too many sides"), "too many sides");
        assert_eq!(innermost("first\nsecond"), "first");
        assert_eq!(innermost(""), "");
        let trap = "error while executing at wasm backtrace:\n    0:  0x31 - a.wasm!f\n\n\
                    Caused by:\n    wasm trap: integer divide by zero";
        assert_eq!(innermost(trap), "wasm trap: integer divide by zero");
        let chain = "outer\n\nCaused by:\n    0: middle\n    1: 3 sides are too few\n\n\
                     Stack backtrace:\n   0: std::x";
        assert_eq!(innermost(chain), "3 sides are too few");
    }
}
