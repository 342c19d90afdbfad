//! What a command does on a terminal alone: a question, and how far long work is.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::time::{Duration, Instant};

use crate::config::units;

/// Whether somebody is there to answer a question.
pub fn attended() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Asks a question that only `y` or `yes` agrees to.
pub fn agrees(question: &str) -> std::io::Result<bool> {
    agrees_to(question, std::io::stdin().lock(), std::io::stdout())
}

fn agrees_to(question: &str, from: impl BufRead, mut to: impl Write) -> std::io::Result<bool> {
    write!(to, "{question} [y/N] ")?;
    to.flush()?;
    let mut answer = String::new();
    // An answer is short; a file that is read by mistake is not.
    from.take(1_000).read_line(&mut answer)?;
    Ok(matches!(
        answer.trim().to_ascii_lowercase().as_str(),
        "y" | "yes"
    ))
}

/// How far some work is, on one line of the terminal. Elsewhere nothing is said.
pub struct Progress {
    what: &'static str,
    total: Option<u64>,
    done: u64,
    told: Option<Instant>,
}

impl Progress {
    /// Begins work on so many bytes.
    pub fn of(what: &'static str, total: Option<u64>) -> Self {
        let told = std::io::stderr().is_terminal().then(Instant::now);
        let progress = Self {
            what,
            total,
            done: 0,
            told,
        };
        progress.tell();
        progress
    }

    /// Tells that some more bytes are done.
    pub fn add(&mut self, bytes: usize) {
        self.done += bytes as u64;
        if let Some(told) = &mut self.told
            && told.elapsed() > Duration::from_millis(100)
        {
            *told = Instant::now();
            self.tell();
        }
    }

    fn tell(&self) {
        if self.told.is_some() {
            // A terminal that is gone is no reason to stop.
            let _ = write!(std::io::stderr(), "\r\x1b[K{}", self.line());
            let _ = std::io::stderr().flush();
        }
    }

    fn line(&self) -> String {
        let done = units::show_size(self.done);
        match self.total.filter(|&total| total > 0) {
            Some(total) => {
                let percent = (self.done.min(total) as u128 * 100 / u128::from(total)) as u64;
                format!("{}: {percent}% of {}", self.what, units::show_size(total))
            }
            None if self.done == 0 => format!("{} ...", self.what),
            None => format!("{}: {done}", self.what),
        }
    }

    /// Counts what is read.
    pub fn reading<R: Read>(&mut self, from: R) -> Reading<'_, R> {
        Reading {
            progress: self,
            from,
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.told.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// A reader whose bytes are counted.
pub struct Reading<'a, R> {
    progress: &'a mut Progress,
    from: R,
}

impl<R: Read> Read for Reading<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.progress.add(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_agrees() {
        for (typed, agrees) in [
            ("y\n", true),
            (" YES \n", true),
            ("\n", false),
            ("", false),
            ("yeah\n", false),
            ("n\ny\n", false),
        ] {
            let mut asked = Vec::new();
            let answer = agrees_to("Sure?", typed.as_bytes(), &mut asked).unwrap();
            assert_eq!(answer, agrees, "{typed:?}");
            assert_eq!(asked, b"Sure? [y/N] ");
        }
    }

    #[test]
    fn progress_is_told_in_percent_where_the_whole_is_known() {
        let mut known = Progress::of("reading", Some(2 << 20));
        known.add(1 << 20);
        assert_eq!(known.line(), "reading: 50% of 2 MiB");
        let mut unknown = Progress::of("reading", None);
        assert_eq!(unknown.line(), "reading ...");
        let mut read = Vec::new();
        unknown.reading(&b"12"[..]).read_to_end(&mut read).unwrap();
        assert_eq!(unknown.line(), "reading: 2 B");
    }
}
