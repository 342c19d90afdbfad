//! Who changed what about the cogs.

use maud::{Markup, html};

use super::super::changes::Change;
use super::super::views::Pieces;
use super::text::{moment, ticked};

/// Returns the list.
pub fn changes(changes: Option<&[Change]>, pieces: &mut Pieces) -> Markup {
    html! {
        h1.title { "Changes" }
        p.hint { "What people changed about the cogs, by " code { "/cogs" } " or here, in the last 90 days. Times are UTC." }
        (pieces.add("changes", list(changes)))
    }
}

fn list(changes: Option<&[Change]>) -> Markup {
    html! { section #changes data-piece aria-label="Changes" { (table(changes, true)) } }
}

/// Returns the table; without `everywhere` all of it is of one server.
pub fn table(changes: Option<&[Change]>, everywhere: bool) -> Markup {
    html! {
        @match changes {
            None => p.empty { "The database does not answer at the moment." },
            Some([]) => p.empty { "Nobody has changed anything yet." },
            Some(changes) => div.wide tabindex="0" role="region" aria-label="Changes" {
                table {
                    thead {
                        tr {
                            th scope="col" { "When" }
                            th scope="col" { "Who" }
                            th scope="col" { "Cog" }
                            th scope="col" { "What" }
                            @if everywhere { th scope="col" { "Where" } }
                        }
                    }
                    tbody { @for change in changes { (row(change, everywhere)) } }
                }
            }
        }
    }
}

fn row(change: &Change, everywhere: bool) -> Markup {
    html! {
        tr {
            td { time datetime=(change.at) { (moment(change.at)) } }
            td { bdi { (change.name) } " " span.tag { (change.by) } }
            td { bdi { (change.cog) } }
            td { (ticked(&change.what)) }
            @if everywhere {
                td {
                    @match (&change.guild, &change.guild_name) {
                        (Some(id), Some(name)) => a href={ "/guilds/" (id) } { bdi { (name) } },
                        (Some(id), None) => a href={ "/guilds/" (id) } { "server " (id) },
                        _ => "everywhere",
                    }
                }
            }
        }
    }
}
