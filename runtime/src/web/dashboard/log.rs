//! The log: its newest lines, and what they are narrowed down by.

use maud::{Markup, html};

use super::super::lines::{Filter, SHOWN, Told};
use super::super::views::Pieces;
use super::text::moment;

/// What can be chosen as the least grave, in words.
const LEVELS: [(&str, &str); 4] = [
    ("", "everything that is logged"),
    ("info", "info and graver"),
    ("warn", "warnings and errors"),
    ("error", "errors"),
];

/// Returns the form and the lines.
pub fn log(filter: &Filter, cogs: &[String], lines: &[Told], pieces: &mut Pieces) -> Markup {
    html! {
        h1.title { "Log" }
        p.hint {
            "The newest lines since the start; what is logged at all, " code { "--log" }
            " says. Times are UTC."
        }
        form.filter method="get" role="search" {
            label {
                span { "Level" }
                select name="level" #filter-level {
                    @for (value, words) in LEVELS {
                        option value=(value) selected[value == filter.level] { (words) }
                    }
                }
            }
            label {
                span { "Cog" }
                select name="cog" #filter-cog {
                    option value="" { "all, and the host" }
                    @for cog in cogs {
                        option value=(cog) selected[*cog == filter.cog] { (cog) }
                    }
                }
            }
            label.grows {
                span { "Text" }
                input #filter-text type="search" name="text" value=(filter.text) maxlength="200";
            }
            @if !filter.trace.is_empty() {
                input type="hidden" name="trace" value=(filter.trace);
            }
            button { "Show" }
        }
        @if !filter.trace.is_empty() {
            p.hint { "Only interaction " code { (filter.trace) } ". " a href="/log" { "All lines" } }
        }
        (pieces.add("lines", shown(lines)))
    }
}

fn shown(lines: &[Told]) -> Markup {
    html! {
        section #lines data-piece aria-label="Lines" {
            @if lines.is_empty() {
                p.empty { "No line fits." }
            } @else {
                ol.lines { @for line in lines { (entry(line)) } }
                @if lines.len() == SHOWN { p.hint { "Older ones are not shown." } }
            }
        }
    }
}

fn entry(line: &Told) -> Markup {
    let at = moment(line.at);
    html! {
        li.line.(line.level) #{ "line-" (line.number) } {
            time datetime=(line.at) title=(at) { (at.get(11..19).unwrap_or(&at)) }
            span.level { (line.level) }
            span.from title=(line.target) {
                @match &line.cog {
                    Some(cog) => a href={ "/log?cog=" (cog) } { bdi { (cog) } },
                    None => (line.target.strip_prefix("cogbox::").unwrap_or(line.target)),
                }
            }
            span.text {
                bdi { (line.text) }
                @if let Some(trace) = &line.trace {
                    " " a.trace href={ "/log?trace=" (trace) } title={ "Only interaction " (trace) } { "its interaction" }
                }
            }
        }
    }
}
