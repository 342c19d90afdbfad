//! The page at `/`: a [`Status`], drawn. It reads nothing else, and escapes all of it (maud does).
//!
//! The page works without a script; with it, `<main>` follows the host. Whatever can be opened,
//! focused or linked to has an id that stays the same from one drawing to the next.

mod cogs;
mod text;
mod trouble;
mod verdict;
mod vitals;
mod voice;

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use super::status::Status;

/// Returns the dashboard.
pub fn page(status: &Status) -> Markup {
    let name = status.bot.as_ref().map(|bot| bot.name.as_str());
    let title = match name {
        Some(name) => format!("{name} · Cogbox"),
        None => "Cogbox".to_owned(),
    };
    document(
        &title,
        true,
        html! {
            header.top {
                (brand(name))
                span.tag.dev[status.mode == "dev"] { (status.mode) }
                nav aria-label="Elsewhere" {
                    @if let Some(page) = &status.local_discord {
                        a.button href=(page) { "Local Discord" }
                    }
                    a href="/api/status" { "Status as JSON" }
                    a href="/metrics" { "Metrics" }
                }
            }
            p #stale role="status" hidden {}
            main #main tabindex="-1" {
                (verdict::verdict(status))
                (vitals::vitals(status))
                (voice::voice(&status.voice))
                (trouble::refused(&status.refused))
                (cogs::cogs(&status.cogs, status.at))
                (trouble::faults(&status.faults, status.at))
            }
            footer {
                p {
                    "Cogbox " (status.version) ". Numbers count from the start of the process. "
                    noscript { "Load the page again to see newer ones." }
                }
            }
        },
    )
}

/// Returns the page for what can't be answered.
pub fn refusal(status: StatusCode, sentence: &str) -> Markup {
    let reason = status.canonical_reason().unwrap_or("Error");
    document(
        &format!("{reason} · Cogbox"),
        false,
        html! {
            header.top { (brand(None)) }
            main #main tabindex="-1" {
                section.refusal {
                    p.number { (status.as_u16()) }
                    h1 { (reason) }
                    p { (sentence) }
                    p { a href="/" { "To the dashboard" } }
                }
            }
        },
    )
}

fn document(title: &str, live: bool, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" type="image/svg+xml" href="/assets/icon.svg";
                link rel="stylesheet" href="/assets/style.css";
                @if live { script src="/assets/refresh.js" defer {} }
            }
            body {
                a.skip href="#main" { "To the content" }
                (body)
            }
        }
    }
}

fn brand(bot: Option<&str>) -> Markup {
    html! {
        a.brand href="/" {
            img src="/assets/icon.svg" alt="" width="36" height="36";
            span { "Cogbox" }
        }
        @if let Some(bot) = bot { span.bot { bdi { (bot) } } }
    }
}
