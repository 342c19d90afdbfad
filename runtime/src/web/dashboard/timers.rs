//! The timers that wait.

use std::time::Duration;

use maud::{Markup, html};

use super::super::status::Timestamp;
use super::super::timers::{SHOWN, Timers, Waiting};
use super::super::views::Pieces;
use super::text::{UNKNOWN, count, moment, span};

/// Returns how many there are, and which are late or next.
pub fn timers(timers: Option<&Timers>, pieces: &mut Pieces) -> Markup {
    html! {
        h1.title { "Timers" }
        p.hint {
            "What cogs want to do later. A timer that can't fire waits, and fires late, once. Times are UTC."
        }
        (pieces.add("timers", html! {
            div #timers data-piece {
                @match timers {
                    None => p.empty { "The database does not answer at the moment." },
                    Some(timers) if timers.total == 0 => p.empty { "No timer waits." },
                    Some(timers) => (all(timers)),
                }
            }
        }))
    }
}

fn all(timers: &Timers) -> Markup {
    let late = timers.cogs.iter().map(|of| of.late).sum::<u64>();
    html! {
        section aria-labelledby="timers-cogs" {
            h2 #timers-cogs { "By cog" span.tally { (count(timers.total)) } }
            div.wide tabindex="0" role="region" aria-label="Timers of each cog" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Cog" }
                            th.figure scope="col" { "Timers" }
                            th.figure scope="col" { "Late" }
                            th scope="col" { "Next" }
                        }
                    }
                    tbody {
                        @for of in &timers.cogs {
                            tr {
                                th scope="row" { bdi { (of.cog) } }
                                td.figure { (count(of.timers)) }
                                td.figure { @if of.late > 0 { b.bad { (count(of.late)) } } @else { "0" } }
                                td {
                                    @match of.next {
                                        Some(next) => (when(next, timers.at)),
                                        None => (UNKNOWN),
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if late > 0 { (list("late", "Late", late, &timers.late, timers.at)) }
        @if timers.total > late { (list("next", "Next", timers.total - late, &timers.next, timers.at)) }
    }
}

fn list(id: &str, name: &str, total: u64, waiting: &[Waiting], now: Timestamp) -> Markup {
    let id = format!("timers-{id}");
    html! {
        section aria-labelledby=(id) {
            h2 #(id) { (name) span.tally { (count(total)) } }
            div.wide tabindex="0" role="region" aria-label={ (name) " timers" } {
                table {
                    thead {
                        tr {
                            th scope="col" { "Due" }
                            th scope="col" { "Cog" }
                            th scope="col" { "Server" }
                            th scope="col" { "Repeats" }
                            th scope="col" { "State" }
                        }
                    }
                    tbody { @for one in waiting { (row(one, now)) } }
                }
            }
            @if total > waiting.len() as u64 {
                p.hint { "The first " (SHOWN) " are shown." }
            }
        }
    }
}

fn row(one: &Waiting, now: Timestamp) -> Markup {
    html! {
        tr {
            td { (when(one.due, now)) }
            td { bdi { (one.cog) } }
            td {
                @match (&one.guild, &one.guild_name) {
                    (_, Some(name)) => bdi { (name) },
                    (Some(id), None) => { "server " (id) },
                    (None, None) => "none",
                }
            }
            td { @match &one.repeats { Some(repeats) => bdi { (repeats) }, None => "no" } }
            td {
                @match one.held {
                    Some(held) => span.tag.attention { "waits: " (held) },
                    None if one.due < now => "on its way",
                    None => "on time",
                }
            }
        }
    }
}

/// Says how far away a moment is, and which it is.
fn when(at: Timestamp, now: Timestamp) -> Markup {
    let words = match at.0.duration_since(now.0) {
        Ok(left) if left < Duration::from_secs(1) => "now".to_owned(),
        Ok(left) => format!("in {}", span(left)),
        Err(past) => format!("{} late", span(past.duration())),
    };
    html! {
        time datetime=(at) { (words) } " "
        span.quiet { (moment(at)) }
    }
}
