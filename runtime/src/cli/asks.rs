//! What a cog asks the operator for, beyond what it was granted, in words.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::cog::shape::Shape;
use crate::config::{CogConfig, Grant, Limits, units};
use crate::host::grants::{self, Danger, Interface};
use crate::host::powers;

/// What is asked for, or granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asks {
    /// Interfaces and powers, by the names of grants.
    pub names: BTreeSet<String>,
    /// Web hosts.
    pub hosts: BTreeSet<String>,
    /// Bytes of one transfer, where they are more than usual.
    pub transfer: Option<usize>,
}

impl Asks {
    /// Returns what a component asks for.
    pub fn of(shape: &Shape) -> Self {
        let usual = Limits::default().transfer;
        let interfaces = shape.named_asks();
        let interfaces = interfaces.map(|ask| ask.name().to_owned());
        let reasons = shape.metadata.reasons.keys().cloned();
        let powers = reasons.filter(|name| powers::words(name).is_some());
        let web = shape.asks.contains(Interface::Http);
        let hosts = shape.metadata.hosts.iter().filter(|_| web);
        Self {
            names: interfaces.chain(powers).collect(),
            hosts: hosts.map(|host| host.to_ascii_lowercase()).collect(),
            transfer: shape.metadata.transfer.filter(|&bytes| bytes > usual),
        }
    }

    /// Returns what a cog was granted. Naming a host grants the web, naming a bucket the shared store.
    pub fn granted(config: &CogConfig) -> Self {
        let written = match &config.grant {
            Grant::Only(names) => names.as_slice(),
            Grant::All => &[],
        };
        let names = written.iter().map(|name| match grants::bucket(name) {
            Some(_) => Interface::SharedStore.name().to_owned(),
            None => name.clone(),
        });
        let http = (!config.http.is_empty()).then(|| Interface::Http.name().to_owned());
        Self {
            names: names.chain(http).collect(),
            hosts: config.http.iter().map(str::to_owned).collect(),
            transfer: Some(config.limits.transfer),
        }
    }

    /// Returns what of this goes beyond something else.
    pub fn beyond(&self, other: &Self) -> Self {
        Self {
            names: self.names.difference(&other.names).cloned().collect(),
            hosts: self.hosts.difference(&other.hosts).cloned().collect(),
            transfer: self.transfer.filter(|bytes| Some(*bytes) > other.transfer),
        }
    }

    /// Whether it is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes it in the order in which an operator reads it, each with its author's reason.
    pub fn write(&self, out: &mut String, shape: &Shape) -> std::fmt::Result {
        let asked = |name: &str| self.names.contains(name);
        for ask in shape.asks.iter().filter(|ask| asked(ask.name())) {
            interface(out, shape, ask)?;
        }
        let reasons = shape.metadata.reasons.keys();
        for name in reasons.filter(|name| asked(name)) {
            if let Some(words) = powers::words(name) {
                writeln!(out, "  {name:<18} {words}  [lifts a rule of the host's]")?;
                because(out, shape, name)?;
            }
        }
        if !self.hosts.is_empty() {
            let hosts: Vec<_> = self.hosts.iter().map(|host| tame(host)).collect();
            writeln!(out, "  it would like to reach: {}", hosts.join(", "))?;
        }
        if let Some(bytes) = self.transfer {
            let (most, usual) = (bytes as u64, Limits::default().transfer as u64);
            let (most, usual) = (units::show_size(most), units::show_size(usual));
            writeln!(
                out,
                "  one call may hand over {most} at once; usual are {usual}"
            )?;
        }
        Ok(())
    }
}

fn interface(out: &mut String, shape: &Shape, ask: Interface) -> std::fmt::Result {
    let facts = ask.facts();
    let danger = match facts.danger {
        Danger::None | Danger::Low => "",
        Danger::Medium => "  [reaches further than its own answers]",
        Danger::High => "  [can do great harm]",
    };
    writeln!(out, "  {:<18} {}{danger}", ask.name(), facts.words)?;
    because(out, shape, ask.name())?;
    Ok(())
}

fn because(out: &mut String, shape: &Shape, name: &str) -> std::fmt::Result {
    match shape.metadata.reasons.get(name) {
        Some(reason) => writeln!(out, "  {:<18} its author says: \"{}\"", "", tame(reason)),
        None => Ok(()),
    }
}

/// A foreign text on one short line, without what a terminal would obey or what turns the order of
/// its letters around.
pub fn tame(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars().take(200) {
        let unseen = matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
        );
        match c.is_control() || unseen {
            true => line.extend(c.escape_unicode()),
            false => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_goes_beyond_is_new() {
        let asks = |names: &[&str], hosts: &[&str], transfer| Asks {
            names: names.iter().map(|name| name.to_string()).collect(),
            hosts: hosts.iter().map(|host| host.to_string()).collect(),
            transfer,
        };
        let before = asks(&["messages", "roles"], &["a"], Some(2));
        let now = asks(&["messages", "everyone"], &["a", "b"], Some(3));
        assert_eq!(now.beyond(&before), asks(&["everyone"], &["b"], Some(3)));
        assert!(asks(&["roles"], &[], Some(2)).beyond(&before).is_empty());
    }

    #[test]
    fn foreign_words_are_words_alone() {
        let tamed = tame("a\u{1b}[2J\u{9b}\u{202e}b\n\u{200b}\u{e9}");
        assert_eq!(tamed, "a\\u{1b}[2J\\u{9b}\\u{202e}b\\u{a}\\u{200b}\u{e9}");
        assert_eq!(tame(&"x".repeat(1_000)).len(), 200);
    }
}
