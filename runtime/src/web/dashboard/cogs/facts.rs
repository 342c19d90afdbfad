//! What a cog asks for, listens to and offers, in words, with its author's reasons.

use maud::{Markup, html};

use super::super::super::status::{Ask, Cog, Timestamp};
use super::super::text::{ago, count, counted, moment, short, size};

/// Returns what it was granted, in short: what every cog has is left to the details.
pub fn can(cog: &Cog) -> Markup {
    let granted: Vec<&Ask> = cog.asks.iter().filter(|ask| !ask.always).collect();
    html! {
        div.permits {
            @if granted.is_empty() {
                p.can { "It asks for nothing beyond what every cog has." }
            } @else {
                p.can { "It can " }
                ul.chips { @for ask in granted { li.chip.(ask.danger) { (ask.words) } } }
            }
        }
    }
}

/// Returns what deserves a look but is no fault.
pub fn notes(cog: &Cog) -> Markup {
    let notes = [
        (
            cog.auto_defers,
            "answer",
            "deferred by the host, because the cog was slow",
        ),
        (cog.denied, "call", "into the host denied"),
        (
            cog.dropped_events,
            "event",
            "dropped, because its queue was full",
        ),
    ];
    html! {
        @if notes.iter().any(|(number, ..)| *number > 0) {
            ul.notes {
                @for (number, noun, what) in notes.iter().filter(|(number, ..)| *number > 0) {
                    li { b { (counted(*number, noun)) } " " (what) }
                }
            }
        }
    }
}

/// Returns where it is not called for a while, and why.
pub fn quarantines(cog: &Cog) -> Markup {
    html! {
        @if !cog.quarantines.is_empty() {
            ul.notes {
                @for one in &cog.quarantines {
                    li {
                        b {
                            @match (one.place.as_str(), &one.guild) {
                                ("everywhere", _) => "Not called",
                                (_, Some(guild)) => { "Not called in server " (guild) },
                                _ => "Not called in direct messages",
                            }
                        }
                        " until " time datetime=(one.until) { (moment(one.until)) } ", because "
                        @if one.by_hand { "the owner wanted it" }
                        @else { "it failed again and again" }
                    }
                }
            }
        }
    }
}

/// Returns every ask with its reason; those that every cog has in one line.
pub fn asks(cog: &Cog) -> Markup {
    let always: Vec<&str> = cog
        .asks
        .iter()
        .filter(|ask| ask.always)
        .map(|ask| ask.words.as_str())
        .collect();
    html! {
        section {
            h4 { "It can" }
            ul.facts {
                @for ask in cog.asks.iter().filter(|ask| !ask.always) {
                    li {
                        span { (ask.words) " " code { (ask.interface) } }
                        @if ask.danger == "medium" || ask.danger == "high" {
                            span.danger.(ask.danger) { (ask.danger) " danger" }
                        }
                        @match &ask.reason {
                            Some(reason) => q { bdi { (reason) } },
                            None => span.quiet { "Its author gives no reason." },
                        }
                    }
                }
                @if !always.is_empty() {
                    li.quiet { "as every cog may: " (always.join("; ")) }
                }
                @if !cog.wasi.is_empty() {
                    li.quiet {
                        "imports " (counted(cog.wasi.len() as u64, "interface"))
                        " of WASI; behind them are clock and random, and nothing else"
                    }
                }
                @if cog.asks.is_empty() && cog.wasi.is_empty() {
                    li.quiet { "nothing: it imports no interface" }
                }
            }
        }
    }
}

/// Returns what it hears.
pub fn listens(cog: &Cog) -> Markup {
    html! {
        section {
            h4 { "It listens to" }
            ul.facts {
                @for heard in &cog.listens {
                    li { span { (heard.words) } }
                }
                @if cog.listens.is_empty() { li.quiet { "nothing" } }
            }
        }
    }
}

/// Returns what the bot has to ask of the gateway for it.
pub fn intents(cog: &Cog) -> Markup {
    html! {
        section {
            h4 { "It needs the intents" }
            ul.facts {
                @for intent in &cog.intents {
                    li {
                        code { (intent.name) }
                        @if intent.privileged { span.tag { "privileged" } }
                    }
                }
                @if cog.intents.is_empty() { li.quiet { "none" } }
            }
        }
    }
}

/// Returns its commands, with how often each was used.
pub fn commands(cog: &Cog) -> Markup {
    html! {
        section {
            h4 { "Commands" }
            ul.facts {
                @for command in &cog.commands {
                    li {
                        code { bdi { @if command.target == "chat" { "/" } (command.name) } }
                        span.quiet {
                            @match command.target.as_str() {
                                "user" => "in the menu of a person",
                                "message" => "in the menu of a message",
                                _ => bdi { (command.description) },
                            }
                        }
                        span.uses { (count(command.uses)) "×" }
                    }
                }
                @if cog.commands.is_empty() { li.quiet { "none" } }
            }
        }
    }
}

/// Returns what is known of its bytes.
pub fn component(cog: &Cog, now: Timestamp) -> Markup {
    html! {
        section {
            h4 { "Component" }
            dl.pairs {
                dt { "Digest" } dd { code title=(cog.digest) { (short(&cog.digest)) } }
                dt { "Size" } dd { (size(cog.size_bytes as u64)) }
                dt { "Memory" }
                dd {
                    @if let Some(used) = cog.memory_bytes { (size(used)) " of " } @else { "at most " }
                    (size(cog.memory_limit_bytes))
                }
                dt { "Loaded" } dd { (ago(cog.loaded, now)) }
            }
        }
    }
}
