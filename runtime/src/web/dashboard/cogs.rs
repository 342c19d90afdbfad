//! The cogs: what each may do, what it did, and what that cost.

mod calls;
mod facts;

use maud::{Markup, html};

use super::super::status::{Cog, CogState, Timestamp};
use super::text::{UNKNOWN, count, maybe_seconds as time, seconds, size};
use calls::{distribution, share};

/// Returns all of them.
pub fn cogs(cogs: &[Cog], now: Timestamp) -> Markup {
    html! {
        section.cogs aria-labelledby="cogs" {
            h2 #cogs { "Cogs" span.tally { (cogs.len()) } }
            @if cogs.is_empty() {
                p.empty {
                    "None is loaded. Name one in " code { "cogbox.toml" }
                    ", under " code { "[cogs.NAME]" } ", with its " code { "source" } "."
                }
            }
            @if !cogs.is_empty() {
                div.ledger { @for cog in cogs { (entry(cog, now)) } }
            }
        }
    }
}

fn entry(cog: &Cog, now: Timestamp) -> Markup {
    let id = format!("cog-{}", cog.name);
    html! {
        article.cog.entry aria-labelledby=(id) {
            div {
                header {
                    h3 id=(id) { bdi { (cog.name) } }
                    @if !cog.version.is_empty() { span.version { bdi { (cog.version) } } }
                    @match cog.state {
                        _ if is_out(cog) => span.state.attention { "quarantined" },
                        CogState::Running => span.state.well { "running" },
                        CogState::UpdateRefused => {
                            span.state.attention { "running, update refused" }
                        }
                    }
                    @if !cog.description.is_empty() { p { bdi { (cog.description) } } }
                }
                (facts::can(cog))
            }
            div {
                dl.figures {
                    (figure("Calls", &count(cog.calls.total), false))
                    (figure("Errors", &count(cog.calls.errors), cog.calls.errors > 0))
                    (figure("p50", &time(cog.calls.p50_seconds), false))
                    (figure("p95", &time(cog.calls.p95_seconds), false))
                    (figure("CPU", &seconds(cog.cpu_seconds), false))
                    (figure("Memory", &memory(cog), false))
                }
                (share(&cog.calls))
                (facts::quarantines(cog))
                (facts::notes(cog))
            }
            details #{ "more-" (cog.name) } {
                summary { "Details" span.unseen { " of " (cog.name) } }
                div.more {
                    (distribution(&cog.calls))
                    (facts::asks(cog))
                    (facts::listens(cog))
                    (facts::intents(cog))
                    (facts::commands(cog))
                    (facts::component(cog, now))
                }
            }
        }
    }
}

fn is_out(cog: &Cog) -> bool {
    let mut places = cog.quarantines.iter();
    places.any(|quarantine| quarantine.place == "everywhere")
}

fn figure(name: &str, number: &str, bad: bool) -> Markup {
    html! { div { dt { (name) } dd.bad[bad] { (number) } } }
}

fn memory(cog: &Cog) -> String {
    cog.memory_bytes.map_or_else(|| UNKNOWN.to_owned(), size)
}
