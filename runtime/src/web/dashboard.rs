//! The pages, drawn from what the API tells as well, and all of it escaped (maud does).
//!
//! They work without a script; with it, `<main>` follows the host piece by piece. Whatever can be
//! opened, focused or linked to has an id that stays the same from one drawing to the next.

pub mod access;
pub mod changes;
mod cogs;
pub mod discord;
pub mod guilds;
pub mod http;
pub mod log;
pub mod login;
mod text;
pub mod timers;
mod trouble;
mod uses;
mod verdict;
mod vitals;
mod voice;

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use super::Web;
use super::access::{May, Visitor};
use super::status::Status;
use super::uses::Uses;
use super::views::{Drawn, Pieces, View};

/// The pages, as they stand at the top of each.
const PAGES: [(&str, &str); 7] = [
    ("/", "Overview"),
    ("/guilds", "Servers"),
    ("/timers", "Timers"),
    ("/discord", "Discord"),
    ("/http", "Web"),
    ("/log", "Log"),
    ("/changes", "Changes"),
];

/// Returns a whole page that follows the host.
pub fn page(web: &Web, view: &View, visitor: &Visitor, drawn: Drawn) -> Markup {
    let frame = Frame {
        title: &drawn.title,
        path: view.path(),
        live: true,
    };
    framed(web, visitor, frame, drawn.main)
}

/// What stands around a page's content.
struct Frame<'a> {
    /// What stands in the window's title.
    title: &'a str,
    /// The page's path, as the list of pages has it.
    path: &'a str,
    /// Whether it follows the host.
    live: bool,
}

/// Returns a page for somebody who is known. Who manages a server is shown the way to what is theirs.
fn framed(web: &Web, visitor: &Visitor, frame: Frame<'_>, main: Markup) -> Markup {
    let bot = web.services.cache.me();
    let all = visitor.may > May::Nothing;
    document(
        frame.title,
        frame.live,
        html! {
            header.top {
                (brand(if all { "/" } else { "/guilds" }, bot.as_ref().map(|bot| bot.name.as_str())))
                span.tag.dev[web.mode == "dev"] { (web.mode) }
                @if let Some(page) = &web.local_discord {
                    a.button href=(page) { "Local Discord" }
                }
                (account(visitor))
            }
            nav.pages aria-label="Pages" {
                @for (path, name) in PAGES.iter().filter(|(path, _)| all || *path == "/guilds") {
                    (tab(path, name, &frame))
                }
                @if visitor.may == May::Administer { (tab("/access", "Access", &frame)) }
                @if all {
                    a.apart href="/api/status" { "API" }
                    a href="/metrics" { "Metrics" }
                }
            }
            @if frame.live { p #stale role="status" hidden {} }
            main #main tabindex="-1" { (main) }
            footer {
                p {
                    "Cogbox " (env!("CARGO_PKG_VERSION")) ". "
                    @if frame.live { noscript { "Load the page again to see newer numbers." } }
                }
            }
        },
    )
}

fn tab(path: &str, name: &str, frame: &Frame<'_>) -> Markup {
    html! { a href=(path) aria-current=[(path == frame.path).then_some("page")] { (name) } }
}

/// Returns what stands at `/`.
pub fn overview(status: &Status, uses: Option<&Uses>, may: May, pieces: &mut Pieces) -> Markup {
    html! {
        (pieces.add("verdict-piece", verdict::verdict(status)))
        (pieces.add("vitals", vitals::vitals(status)))
        (pieces.add("uses-piece", uses::uses(uses)))
        (voice::voice(status, may, pieces))
        (trouble::refused(&status.refused, may, pieces))
        (cogs::cogs(&status.cogs, status.at, may, pieces))
        (trouble::faults(&status.faults, status.at, pieces))
    }
}

/// Returns the page for what can't be answered.
pub fn refusal(status: StatusCode, sentence: &str) -> Markup {
    let reason = status.canonical_reason().unwrap_or("Error");
    document(
        &format!("{reason} · Cogbox"),
        false,
        html! {
            header.top { (brand("/", None)) }
            main #main tabindex="-1" {
                section.refusal {
                    p.number { (status.as_u16()) }
                    h1 { (reason) }
                    p { (text::linked(sentence)) }
                    @if !sentence.contains("/guilds") { p { a href="/" { "To the dashboard" } } }
                }
            }
        },
    )
}

/// A button that does something at once. Only who may do it gets one.
fn does(may: May, path: &str, word: &str, about: &str) -> Markup {
    let (place, _) = path.split_once('?').unwrap_or((path, ""));
    html! {
        @if may == May::Administer {
            form.does method="post" action=(path) {
                button.plain #(place.trim_start_matches('/').replace('/', "-")) {
                    (word) span.unseen { " " (about) }
                }
            }
        }
    }
}

/// Who looks, and their way out. Who needs no login has neither.
fn account(visitor: &Visitor) -> Markup {
    html! {
        @if let Some(name) = &visitor.name { span.account { bdi { (name) } } }
        @if visitor.session.is_some() {
            form.account method="post" action="/logout" { button.plain { "Log out" } }
        }
    }
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
                @if live { script src="/assets/live.js" defer {} }
            }
            body {
                a.skip href="#main" { "To the content" }
                (body)
            }
        }
    }
}

fn brand(home: &str, bot: Option<&str>) -> Markup {
    html! {
        a.brand href=(home) {
            img src="/assets/icon.svg" alt="" width="36" height="36";
            span { "Cogbox" }
        }
        @if let Some(bot) = bot { span.bot { bdi { (bot) } } }
    }
}
