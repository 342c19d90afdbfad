//! `cogbox:host/log`: a cog's lines in the operator's log, bounded and on one line each.

use cogbox_world::cogbox::host::log::Host;
pub(super) use cogbox_world::cogbox::host::log::Level;

use super::Guest;
use super::grants::Interface;

/// Bytes that one call may log; the rest is dropped with one notice.
pub(super) const BUDGET: usize = 16 << 10;
/// The longest line.
const LINE_MAX: usize = 2 << 10;
/// Most fields of a line.
const FIELDS_MAX: usize = 16;

impl Host for Guest {
    async fn write(
        &mut self,
        level: Level,
        message: String,
        fields: Vec<(String, String)>,
    ) -> wasmtime::Result<()> {
        self.require_or_trap(Interface::Log)?;
        if self.log_budget == 0 {
            return Ok(());
        }
        let mut line = String::new();
        tame(&message, &mut line);
        for (key, value) in fields.iter().take(FIELDS_MAX) {
            line.push(' ');
            tame(key, &mut line);
            line.push('=');
            tame(value, &mut line);
        }
        self.log_tamed(level, &line);
        Ok(())
    }
}

impl Guest {
    /// Writes a line of the cog's, as far as the call may log.
    pub(super) fn log_line(&mut self, level: Level, text: &str) {
        let mut line = String::new();
        tame(text, &mut line);
        self.log_tamed(level, &line);
    }

    fn log_tamed(&mut self, level: Level, line: &str) {
        if self.log_budget == 0 {
            return;
        }
        let (cog, guild) = (
            self.identity.name.as_str(),
            self.origin.guild.map(|guild| guild.get()),
        );
        match level {
            Level::Trace => tracing::trace!(target: "cog", cog, guild, "{line}"),
            Level::Debug => tracing::debug!(target: "cog", cog, guild, "{line}"),
            Level::Info => tracing::info!(target: "cog", cog, guild, "{line}"),
            Level::Warn => tracing::warn!(target: "cog", cog, guild, "{line}"),
            Level::Error => tracing::error!(target: "cog", cog, guild, "{line}"),
        }
        self.log_budget = self.log_budget.saturating_sub(line.len().max(64));
        if self.log_budget == 0 {
            tracing::warn!(target: "cog", cog, guild, "more of this call's log lines are dropped");
        }
    }
}

/// Returns a foreign text of several lines, each of them tamed, within what a call may log.
pub(crate) fn tame_lines(text: &str) -> String {
    let mut tamed = String::new();
    for line in text.lines() {
        let mut one = String::new();
        tame(line, &mut one);
        if tamed.len() + one.len() > BUDGET {
            break;
        }
        if !tamed.is_empty() {
            tamed.push('\n');
        }
        tamed += &one;
    }
    tamed
}

/// Appends `text` with control characters escaped, until the line is full.
fn tame(text: &str, line: &mut String) {
    for c in text.chars() {
        if line.len() >= LINE_MAX {
            line.push('…');
            return;
        }
        match c.is_control() || is_format(c) {
            true => line.extend(c.escape_unicode()),
            false => line.push(c),
        }
    }
}

/// Characters that turn a terminal's or a viewer's line around without being control characters.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_stay_lines_and_are_no_more_than_a_call_may_log() {
        let tamed = super::tame_lines("a\rb\nc\u{1b}[2J");
        assert_eq!(tamed, "a\\u{d}b\nc\\u{1b}[2J");
        assert!(super::tame_lines(&"x".repeat(300_000)).len() < 2_060);
        let many = super::tame_lines(&"many\n".repeat(60_000));
        assert!((16_000..=16_384).contains(&many.len()), "{}", many.len());
    }

    #[test]
    fn a_line_stays_one_line() {
        let mut line = String::new();
        super::tame("a\nb\u{1b}[31m\u{202e}", &mut line);
        assert_eq!(line, "a\\u{a}b\\u{1b}[31m\\u{202e}");
        line.clear();
        super::tame(&"x".repeat(5_000), &mut line);
        assert!(line.len() < 2_060);
    }
}
