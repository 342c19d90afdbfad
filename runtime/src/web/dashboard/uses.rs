//! How often commands are used: bars over time, drawn here as SVG, and the cogs beside each other.

use std::time::{Duration, SystemTime};

use maud::{Markup, html};

use super::super::status::Timestamp;
use super::super::uses::{Range, Stretch, Uses};
use super::text::{count, counted, maybe_seconds};

/// The drawing, in its own units: it grows with the page.
const WIDE: f64 = 960.0;
const HIGH: f64 = 160.0;
/// Cogs that are named; all are in the table.
const NAMED: usize = 6;

/// Returns the chart with its ranges; none when the database did not answer.
pub fn uses(uses: Option<&Uses>) -> Markup {
    html! {
        section.uses #uses-piece data-piece aria-labelledby="uses" {
            h2 #uses {
                "Commands"
                @if let Some(uses) = uses {
                    span.tally { (count(total(uses).uses)) }
                    nav.ranges aria-label="How far back" {
                        @for range in Range::ALL {
                            a #{ "range-" (range.name()) } href={ "?range=" (range.name()) }
                                aria-current=[(range == uses.range).then_some("true")] {
                                (words(range))
                            }
                        }
                    }
                }
            }
            @match uses {
                None => p.empty { "The database does not say at the moment how often commands were used." },
                Some(uses) => div.panel {
                    (chart(uses))
                    (cogs(uses))
                    (table(uses))
                }
            }
        }
    }
}

fn words(range: Range) -> &'static str {
    match range {
        Range::Hour => "1 hour",
        Range::Day => "24 hours",
        Range::Month => "30 days",
    }
}

fn total(uses: &Uses) -> Stretch {
    uses.stretches
        .iter()
        .fold(Stretch::default(), |all, one| Stretch {
            uses: all.uses + one.uses,
            failed: all.failed + one.failed,
            average_seconds: None,
        })
}

fn chart(uses: &Uses) -> Markup {
    let most = uses.stretches.iter().map(|one| one.uses).max();
    let top = rounded(most.unwrap_or_default());
    let step = WIDE / uses.stretches.len() as f64;
    let all = total(uses);
    let told = format!(
        "{} in {}, {} failed; at most {} in {}.",
        counted(all.uses, "use"),
        words(uses.range),
        count(all.failed),
        count(most.unwrap_or_default()),
        length(uses)
    );
    let high = |number: u64| HIGH * number as f64 / top as f64;
    html! {
        figure.chart {
            div.plot {
                ul.ruler aria-hidden="true" { li { (count(top)) } li { (count(top / 2)) } li { "0" } }
                svg viewBox={ "0 0 " (WIDE) " " (HIGH) } preserveAspectRatio="none" role="img" aria-label=(told) {
                    @for part in [0.0, 0.5, 1.0] {
                        line.grid x1="0" x2=(WIDE) y1=(HIGH * part) y2=(HIGH * part) {}
                    }
                    @for (place, one) in uses.stretches.iter().enumerate().filter(|(_, one)| one.uses > 0) {
                        g {
                            title { (titled(uses, place)) }
                            // What happened at all can be seen.
                            @let tall = high(one.uses).max(2.0);
                            @let bad = if one.failed > 0 { high(one.failed).clamp(2.0, tall) } else { 0.0 };
                            rect.well x=(place as f64 * step + step * 0.1) width=(step * 0.8)
                                y=(HIGH - tall) height=(tall - bad) {}
                            @if bad > 0.0 {
                                rect.bad x=(place as f64 * step + step * 0.1) width=(step * 0.8)
                                    y=(HIGH - bad) height=(bad) {}
                            }
                        }
                    }
                }
            }
            p.scale aria-hidden="true" {
                @for part in 0..=4 {
                    span { (label(uses, uses.stretches.len() * part / 4)) }
                }
            }
        }
    }
}

/// The next number above that is easily halved.
fn rounded(most: u64) -> u64 {
    let mut step = 1;
    loop {
        for of in [2, 4, 6, 10] {
            if most <= of * step {
                return of * step;
            }
        }
        step *= 10;
    }
}

fn length(uses: &Uses) -> &'static str {
    match uses.range {
        Range::Hour => "a minute",
        Range::Day => "15 minutes",
        Range::Month => "6 hours",
    }
}

/// When a stretch begins.
fn begins(uses: &Uses, place: usize) -> SystemTime {
    uses.from.0 + Duration::from_secs(uses.stretch_seconds * place as u64)
}

fn label(uses: &Uses, place: usize) -> String {
    let moment = Timestamp(begins(uses, place)).to_string();
    let (day, time) = moment.split_once('T').unwrap_or((&moment, ""));
    match uses.range {
        Range::Month => day.get(5..).unwrap_or(day).to_owned(),
        _ => time.get(..5).unwrap_or(time).to_owned(),
    }
}

fn titled(uses: &Uses, place: usize) -> String {
    let one = &uses.stretches[place];
    let moment = Timestamp(begins(uses, place)).to_string().replace('T', " ");
    let moment = moment.get(..16).unwrap_or(&moment);
    let failed = match one.failed {
        0 => String::new(),
        failed => format!(", {} failed", count(failed)),
    };
    let average = maybe_seconds(one.average_seconds);
    format!(
        "{moment} UTC: {}{failed}, {average} on average",
        counted(one.uses, "use")
    )
}

fn cogs(uses: &Uses) -> Markup {
    let most = uses.cogs.first().map_or(0, |share| share.whole.uses).max(1);
    html! {
        @if !uses.cogs.is_empty() {
            ol.shares {
                @for share in uses.cogs.iter().take(NAMED) {
                    li {
                        span { bdi { (share.cog) } }
                        meter min="0" max=(most) value=(share.whole.uses) aria-hidden="true" {}
                        span.uses {
                            (count(share.whole.uses))
                            @if share.whole.failed > 0 { " " b { (count(share.whole.failed)) " failed" } }
                        }
                    }
                }
            }
        } @else {
            p.quiet { "Nobody has used a command in this time." }
        }
    }
}

/// The same in numbers, for who can't see bars and for who wants to copy them.
fn table(uses: &Uses) -> Markup {
    html! {
        @if !uses.cogs.is_empty() {
            details #uses-table {
                summary { "In numbers" }
                div.wide tabindex="0" role="region" aria-label="Uses of each cog" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Cog" }
                                th.figure scope="col" { "Uses" }
                                th.figure scope="col" { "Failed" }
                                th.figure scope="col" { "On average" }
                            }
                        }
                        tbody {
                            @for share in &uses.cogs {
                                tr {
                                    th scope="row" { bdi { (share.cog) } }
                                    td.figure { (count(share.whole.uses)) }
                                    td.figure { (count(share.whole.failed)) }
                                    td.figure { (maybe_seconds(share.whole.average_seconds)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn scales_end_at_round_numbers() {
        let ends = [0, 1, 2, 3, 5, 7, 11, 41, 99, 1_001].map(super::rounded);
        assert_eq!(ends, [2, 2, 2, 4, 6, 10, 20, 60, 100, 2_000]);
    }
}
