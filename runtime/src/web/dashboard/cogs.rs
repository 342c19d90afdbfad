//! The cogs: what each may do, what it did, and what that cost.

mod calls;
mod facts;

use maud::{Markup, html};

use super::super::access::May;
use super::super::status::{Before, Cog, CogState, Timestamp};
use super::super::views::Pieces;
use super::does;
use super::text::{UNKNOWN, count, maybe_seconds as time, seconds, short, size};
use calls::{distribution, share};

/// Returns all of them.
pub fn cogs(cogs: &[Cog], now: Timestamp, may: May, pieces: &mut Pieces) -> Markup {
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
                div.ledger {
                    @for cog in cogs { (pieces.add(piece(cog), entry(cog, now, may))) }
                }
            }
        }
    }
}

fn piece(cog: &Cog) -> String {
    format!("cog-piece-{}", cog.name)
}

fn entry(cog: &Cog, now: Timestamp, may: May) -> Markup {
    let id = format!("cog-{}", cog.name);
    html! {
        article.cog.entry #(piece(cog)) data-piece aria-labelledby=(id) {
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
                (buttons(cog, may))
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

/// What an admin can do with it. Where an update was refused, what is refused has the button to load it.
fn buttons(cog: &Cog, may: May) -> Markup {
    let path = format!("/cogs/{}", cog.name);
    html! {
        @if may == May::Administer {
            div.buttons {
                @if cog.state == CogState::Running {
                    (does(may, &format!("{path}/reload"), "Reload", &cog.name))
                }
                @if let Some(before) = &cog.before {
                    @let digest = short(&before.digest);
                    (does(may, &format!("{path}/rollback?to={digest}"), &put_back(before), &cog.name))
                }
                @if cog.quarantines.is_empty() {
                    (does(may, &format!("{path}/quarantine"), "Quarantine", &cog.name))
                } @else {
                    (does(may, &format!("{path}/release"), "Release", &cog.name))
                }
            }
        }
    }
}

/// Says which version the button would put back.
fn put_back(before: &Before) -> String {
    let (version, digest) = (&before.version, short(&before.digest));
    match version.is_empty() {
        true => format!("Put back {digest}"),
        false => format!("Put back {version} ({digest})"),
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
