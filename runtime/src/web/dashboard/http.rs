//! What cogs asked of the web.

use maud::{Markup, html};

use super::super::http::{Http, OfCog, OfHost};
use super::super::status::Timestamp;
use super::super::views::Pieces;
use super::text::{ago, count, maybe_seconds, size};

/// How requests end, and what that is called.
const OUTCOMES: [(&str, &str); 6] = [
    ("ok", "Answered"),
    ("failed", "Failed"),
    ("timeout", "Too slow"),
    ("denied", "Denied"),
    ("limited", "Too many"),
    ("invalid", "Invalid"),
];

/// Returns the requests by cog, and by host.
pub fn http(http: &Http, pieces: &mut Pieces) -> Markup {
    html! {
        h1.title { "Web requests" }
        p.hint { "What cogs asked of the hosts that you named for them, since the start." }
        (pieces.add("http", html! {
            div #http data-piece {
                @if http.cogs.is_empty() {
                    p.empty { "No cog has asked the web for anything yet." }
                } @else {
                    (cogs(&http.cogs))
                    @if !http.hosts.is_empty() { (hosts(&http.hosts, http.at)) }
                }
            }
        }))
    }
}

fn cogs(cogs: &[OfCog]) -> Markup {
    html! {
        section aria-labelledby="http-cogs" {
            h2 #http-cogs { "By cog" span.tally { (cogs.len()) } }
            div.wide tabindex="0" role="region" aria-label="Requests of each cog" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Cog" }
                            @for (_, name) in OUTCOMES { th.figure scope="col" { (name) } }
                        }
                    }
                    tbody {
                        @for of in cogs {
                            tr {
                                th scope="row" { bdi { (of.cog) } }
                                @for (outcome, _) in OUTCOMES {
                                    @let number = of.outcomes.get(outcome).copied().unwrap_or_default();
                                    (figure(number, outcome != "ok"))
                                }
                            }
                        }
                    }
                }
            }
            p.hint { "What is denied, invalid or too many was not sent. The log says which host to name." }
        }
    }
}

fn hosts(hosts: &[OfHost], now: Timestamp) -> Markup {
    html! {
        section aria-labelledby="http-hosts" {
            h2 #http-hosts { "By host" span.tally { (hosts.len()) } }
            div.wide tabindex="0" role="region" aria-label="Requests to each host" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Host" }
                            th scope="col" { "Cog" }
                            th.figure scope="col" { "Requests" }
                            th.figure scope="col" { "Failed" }
                            th.figure scope="col" { "4xx, 5xx" }
                            th.figure scope="col" { "Received" }
                            th.figure scope="col" { "p50" }
                            th.figure scope="col" { "p95" }
                            th scope="col" { "Last" }
                        }
                    }
                    tbody {
                        @for of in hosts {
                            tr {
                                th scope="row" {
                                    @match &of.host { Some(host) => bdi { (host) }, None => "all others" }
                                }
                                td { bdi { (of.cog) } }
                                (figure(of.requests, false))
                                (figure(of.failed, true))
                                (figure(of.refused, true))
                                td.figure { (size(of.bytes)) }
                                td.figure { (maybe_seconds(of.p50_seconds)) }
                                td.figure { (maybe_seconds(of.p95_seconds)) }
                                td { (last(of)) " " span.quiet { (ago(of.last_at, now)) } }
                            }
                        }
                    }
                }
            }
            p.hint { "A redirect counts for the host that was asked first." }
        }
    }
}

fn figure(number: u64, bad: bool) -> Markup {
    html! { td.figure { @if bad && number > 0 { b.bad { (count(number)) } } @else { (count(number)) } } }
}

fn last(of: &OfHost) -> Markup {
    html! {
        @match (of.last_status, of.last_failure) {
            (Some(status), _) if status < 400 => (status),
            (Some(status), _) => b.bad { (status) },
            (None, Some("timeout")) => b.bad { "too slow" },
            (None, failure) => b.bad { (failure.unwrap_or("failed")) },
        }
    }
}
