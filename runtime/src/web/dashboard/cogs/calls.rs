//! A cog's calls as pictures: how they ended, and how long they took. Each picture has its numbers
//! in words beside it.

use maud::{Markup, html};

use super::super::super::status::{Bucket, Calls};
use super::super::text::{count, counted, seconds};
use super::super::trouble::words;

/// Height of the tallest bar, in the picture's own units.
const TALL: f64 = 40.0;
/// Width of a bar with its gap.
const STEP: usize = 12;

/// Returns a thin bar, divided by how the calls ended, and what its parts mean.
pub fn share(calls: &Calls) -> Markup {
    let total = calls.total.max(1) as f64;
    let (well, own, theirs) = calls.outcomes.iter().fold(
        (0, 0, 0),
        |(well, own, theirs), (outcome, &n)| match outcome.as_str() {
            "ok" => (well + n, own, theirs),
            "host" | "busy" => (well, own + n, theirs),
            _ => (well, own, theirs + n),
        },
    );
    let part = |n: u64| n as f64 * 100.0 / total;
    html! {
        svg.share viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" {
            rect.none width="100" height="1" {}
            rect.well width=(part(well)) height="1" {}
            rect.own x=(part(well)) width=(part(own)) height="1" {}
            rect.bad x=(part(well) + part(own)) width=(part(theirs)) height="1" {}
        }
        @if calls.errors > 0 {
            ul.outcomes aria-label="Errors" {
                @for (outcome, &n) in calls.outcomes.iter().filter(|(outcome, _)| *outcome != "ok") {
                    li { b { (count(n)) } " " (words(outcome)) }
                }
            }
        }
    }
}

/// Returns how many calls took how long, as bars.
pub fn distribution(calls: &Calls) -> Markup {
    if calls.total == 0 {
        return html! {};
    }
    let most = calls
        .buckets
        .iter()
        .map(|b| b.calls)
        .max()
        .unwrap_or(0)
        .max(1);
    let width = calls.buckets.len() * STEP;
    let tall = TALL as u32;
    html! {
        section {
            h4 { "How long calls take" }
            svg.bars viewBox={ "0 0 " (width) " " (tall) } role="img" aria-label=(told(&calls.buckets)) {
                @for (place, bucket) in calls.buckets.iter().enumerate() {
                    @let high = bucket.calls as f64 * TALL / most as f64;
                    // What happened at all can be seen.
                    @let high = if bucket.calls > 0 { high.max(1.5) } else { 0.5 };
                    rect.none[bucket.calls == 0] x=(place * STEP) y=(TALL - high)
                        width=(STEP - 2) height=(high) {
                        title { (label(&calls.buckets, place)) ": " (counted(bucket.calls, "call")) }
                    }
                }
            }
            p.scale aria-hidden="true" {
                span { (edge(calls.buckets.first())) }
                span { (edge(calls.buckets.get(calls.buckets.len() / 2))) }
                span { (last(&calls.buckets)) }
            }
        }
    }
}

/// The bars in words, for those who can't see them.
fn told(buckets: &[Bucket]) -> String {
    let parts = (0..buckets.len()).filter(|&place| buckets[place].calls > 0);
    parts
        .map(|place| {
            format!(
                "{} {}",
                counted(buckets[place].calls, "call"),
                label(buckets, place)
            )
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn label(buckets: &[Bucket], place: usize) -> String {
    match buckets[place].up_to_seconds {
        Some(bound) => format!("up to {}", seconds(bound)),
        None => last(buckets),
    }
}

fn edge(bucket: Option<&Bucket>) -> String {
    let bound = bucket.and_then(|bucket| bucket.up_to_seconds);
    bound.map_or_else(String::new, |bound| format!("≤ {}", seconds(bound)))
}

/// The label of what took longer than every bound.
fn last(buckets: &[Bucket]) -> String {
    let bound = buckets.iter().rev().find_map(|bucket| bucket.up_to_seconds);
    bound.map_or_else(String::new, |bound| format!("over {}", seconds(bound)))
}
