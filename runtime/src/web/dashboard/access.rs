//! The page at `/access`: how people come in, and who is logged in.

use std::time::SystemTime;

use maud::{Markup, html};

use super::super::Web;
use super::text::moment;
use super::{Frame, framed};
use crate::config::{Auth, WebConfig};
use crate::store::logins::Session;
use crate::web::access::Visitor;
use crate::web::status::Timestamp;

/// Returns the page.
pub fn page(web: &Web, visitor: &Visitor, sessions: &[Session]) -> Markup {
    let config = &web.door.config;
    let main = html! {
        h1.title { "Access" }
        p { (how(config)) }
        @if config.discord.is_some() {
            p.hint { "Who manages a server logs in by Discord, and may change what the cogs do there." }
        }
        @if config.auth == Auth::Token || config.discord.is_some() {
            h2 { "Logged in" span.tally { (sessions.len()) } }
            @if sessions.is_empty() { p.empty { "Nobody is logged in." } } @else {
                div.wide tabindex="0" role="region" aria-label="Logged in" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Who" }
                                th scope="col" { "Since" }
                                th scope="col" { "Until" }
                            }
                        }
                        tbody { @for session in sessions { (row(session)) } }
                    }
                }
                form method="post" action="/access/end-sessions" {
                    button { "Log everybody out" }
                }
                @if visitor.session.is_some() {
                    p.hint { "You as well. " code { "cogbox login" } " prints a link to come back." }
                }
            }
        }
    };
    let frame = Frame {
        title: "Access · Cogbox",
        path: "/access",
        live: false,
    };
    framed(web, visitor, frame, html! { section.access { (main) } })
}

fn row(session: &Session) -> Markup {
    html! {
        tr {
            td {
                @match &session.person {
                    Some(person) => { bdi { (person.name) } " " span.tag { "Discord" } },
                    None => "operator",
                }
            }
            td { (time(session.made)) }
            td { (time(session.ends)) }
        }
    }
}

fn time(time: SystemTime) -> Markup {
    let time = Timestamp(time);
    html! { time datetime=(time) { (moment(time)) } }
}

fn how(config: &WebConfig) -> Markup {
    html! {
        @match config.auth {
            Auth::None if config.everybody => {
                "Whoever reaches this address may see and do everything: "
                code { "let-everybody-in-without-a-login" } " is written in cogbox.toml."
            }
            Auth::None => { "Whoever is on this machine may see and do everything. Others are refused." }
            Auth::Token => { "Whoever has the token, or a link of " code { "cogbox login" } ", may see and do everything." }
            Auth::Proxy => {
                "The proxy in front says who somebody is, in " code { (config.user_header.as_str()) } " and "
                code { (config.groups_header.as_str()) } ". Who may what is written under "
                code { "[web]" } " in cogbox.toml."
            }
        }
    }
}
