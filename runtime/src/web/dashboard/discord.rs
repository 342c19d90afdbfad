//! What the bot asked Discord, and how near it is to its limits.

use maud::{Markup, html};

use super::super::discord::{Discord, HeldBack, Last429, Route};
use super::super::status::Timestamp;
use super::super::views::Pieces;
use super::text::{UNKNOWN, ago, count, maybe_seconds, seconds};
use super::vitals::vital;

/// The classes of statuses, and what they are called.
const CLASSES: [(&str, &str, bool); 5] = [
    ("2xx", "2xx", false),
    ("4xx", "4xx", false),
    ("429", "429", true),
    ("5xx", "5xx", true),
    ("none", "No answer", true),
];

/// Returns the limits of the whole bot, and each route.
pub fn discord(discord: &Discord, pieces: &mut Pieces) -> Markup {
    html! {
        h1.title { "Discord" }
        p.hint { "What the bot asked Discord since the start, by route, and what Discord said of its limits." }
        (pieces.add("discord-vitals", vitals(discord)))
        (pieces.add("discord-held", held_back(&discord.held_back)))
        (pieces.add("discord-routes", routes(discord)))
    }
}

fn vitals(discord: &Discord) -> Markup {
    let limit = match (discord.banned_seconds, discord.paused_seconds) {
        (Some(_), _) => "banned",
        (None, Some(_)) => "hit",
        (None, None) => "not hit",
    };
    html! {
        section.vitals.four #discord-vitals data-piece aria-label="The whole bot" {
            dl {
                (vital("Requests", &count(discord.requests), html! { "since the start" }))
                (vital("Rate limited", &count(discord.rate_limited), html! { "answered with 429" }))
                (vital("Waiting", &count(discord.waiting as u64), html! { "for their turn" }))
                (vital("Global limit", limit, html! {
                    @match (discord.banned_seconds, discord.paused_seconds) {
                        (Some(left), _) => { "Discord's network refuses this address, for " (seconds(left)) },
                        (None, Some(left)) => { "nothing is sent for " (seconds(left)) },
                        (None, None) => {
                            (discord.last_second) " of " (discord.per_second) " in the last second"
                        }
                    }
                }))
            }
        }
    }
}

fn held_back(held: &[HeldBack]) -> Markup {
    html! {
        div #discord-held data-piece {
            @for one in held {
                p.said {
                    @match &one.caller { Some(cog) => bdi { (cog) }, None => "Everybody" }
                    " is held back for " (seconds(one.seconds)) ": Discord refused too many of the requests."
                }
            }
        }
    }
}

fn routes(discord: &Discord) -> Markup {
    let routes = &discord.routes;
    html! {
        section #discord-routes data-piece aria-labelledby="routes" {
            h2 #routes { "Routes" span.tally { (routes.len()) } }
            @if routes.is_empty() {
                p.empty { "The bot has not asked Discord for anything yet." }
            } @else {
                div.wide tabindex="0" role="region" aria-label="Requests of each route" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Route" }
                                th.figure scope="col" { "Requests" }
                                @for (_, name, _) in CLASSES { th.figure scope="col" { (name) } }
                                th.figure scope="col" { "p50" }
                                th.figure scope="col" { "p95" }
                                th.figure scope="col" { "Waiting" }
                                th scope="col" { "Limit" }
                                th scope="col" { "Last 429" }
                            }
                        }
                        tbody { @for of in routes { (row(of, discord.at)) } }
                    }
                }
                p.hint {
                    "A limit counts for each channel, server or webhook by itself; the one with the fewest requests left is shown."
                }
            }
        }
    }
}

fn row(of: &Route, now: Timestamp) -> Markup {
    html! {
        tr {
            th.path scope="row" { code { (of.route) } }
            td.figure { (count(of.requests)) }
            @for (class, _, bad) in CLASSES {
                @let number = of.statuses.get(class).copied().unwrap_or_default();
                td.figure { @if bad && number > 0 { b.bad { (count(number)) } } @else { (count(number)) } }
            }
            td.figure { (maybe_seconds(of.p50_seconds)) }
            td.figure { (maybe_seconds(of.p95_seconds)) }
            td.figure { (of.waiting) }
            td.whole { (limit(of)) }
            td.whole { @match &of.last_429 { Some(last) => (last_429(last, now)), None => (UNKNOWN) } }
        }
    }
}

fn limit(of: &Route) -> Markup {
    html! {
        @match &of.limit {
            None => (UNKNOWN),
            Some(limit) => {
                span title={ "Bucket " (limit.bucket) } { (limit.remaining) " of " (limit.limit) " left" }
                @if let Some(left) = limit.resets_seconds { span.quiet { ", resets in " (seconds(left)) } }
                " " code.quiet { (limit.bucket.get(..8).unwrap_or(&limit.bucket)) }
            }
        }
        @if let Some(left) = of.paused_seconds { " " b.bad { "paused for " (seconds(left)) } }
    }
}

fn last_429(last: &Last429, now: Timestamp) -> Markup {
    html! {
        (ago(last.at, now))
        span.quiet {
            ", to wait " (seconds(last.wait_seconds))
            @if last.whole_bot { ", the whole bot" }
        }
    }
}
