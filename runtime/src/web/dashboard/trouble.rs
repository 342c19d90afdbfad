//! What went wrong: components that were refused, and calls that did not end well.

use maud::{Markup, html};

use super::super::access::May;
use super::super::status::{Fault, Refused, Timestamp};
use super::super::views::Pieces;
use super::does;
use super::text::{ago, ticked};

/// Returns the refused components, each with what to do; nothing when there are none.
pub fn refused(refused: &[Refused], may: May, pieces: &mut Pieces) -> Markup {
    html! {
        @if !refused.is_empty() {
            section.refused aria-labelledby="refused" {
                h2 #refused { "Refused" span.tally { (refused.len()) } }
                ul.ledger {
                    @for one in refused {
                        @let id = format!("refused-{}", one.name);
                        (pieces.add(&id, html! {
                            li.entry.trouble #(id) data-piece { (refusal(one, may)) }
                        }))
                    }
                }
            }
        }
    }
}

fn refusal(refused: &Refused, may: May) -> Markup {
    html! {
        h3 {
            bdi { (refused.name) }
            @if refused.older_runs { span.tag { "an older version runs" } }
        }
        p.what { (ticked(&refused.what)) }
        p.fix { strong { "Fix: " } (ticked(&refused.fix)) }
        div.buttons {
            (does(may, &format!("/cogs/{}/reload", refused.name), "Load it again", &refused.name))
        }
    }
}

/// Returns the last fault of each cog.
pub fn faults(faults: &[Fault], now: Timestamp, pieces: &mut Pieces) -> Markup {
    html! {
        section.faults aria-labelledby="faults" {
            h2 #faults { "Recent faults" span.tally { (faults.len()) } }
            @if faults.is_empty() {
                p.empty { "No call has failed since the start." }
            } @else {
                p.hint { "The last call of each cog that did not end well. The log has them all." }
                ul.ledger {
                    @for fault in faults {
                        @let id = format!("fault-piece-{}", fault.cog);
                        (pieces.add(&id, html! {
                            li.entry.trouble #(id) data-piece { (entry(fault, now)) }
                        }))
                    }
                }
            }
        }
    }
}

fn entry(fault: &Fault, now: Timestamp) -> Markup {
    html! {
        h3 {
            bdi { (fault.cog) }
            span.outcome.own[is_hosts(&fault.outcome)] { (words(&fault.outcome)) }
            span.when { (ago(fault.at, now)) }
        }
        p.what { code { (fault.export) } " " (ticked(&fault.cause)) }
        @if fault.detail.trim() != fault.cause {
            details #{ "fault-" (fault.cog) } {
                summary { "Backtrace" span.unseen { " of " (fault.cog) } }
                pre tabindex="0" { (fault.detail) }
            }
        }
    }
}

/// Whether the cog is not to blame.
fn is_hosts(outcome: &str) -> bool {
    matches!(outcome, "host" | "busy")
}

/// Says what an outcome's label means.
pub fn words(outcome: &str) -> &str {
    match outcome {
        "ok" => "ok",
        "error" => "returned an error",
        "trap" => "crashed",
        "memory" => "out of memory",
        "cpu" => "over its CPU time",
        "wall" => "took too long",
        "transfer" => "handed over too much",
        "denied" => "called what it may not",
        "busy" => "no room to run",
        "host" => "the host failed",
        other => other,
    }
}
