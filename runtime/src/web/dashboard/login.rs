//! The page at `/login`: one form, which password managers know and no script has to help.

use maud::{Markup, html};

use super::{brand, document};

/// Returns the form for a token, or the button for a link's secret; `said` is why the last try failed.
pub fn form(link: Option<&str>, overheard: bool, discord: bool, said: Option<&str>) -> Markup {
    document(
        "Log in · Cogbox",
        false,
        html! {
            header.top { (brand("/", None)) }
            main #main tabindex="-1" {
                section.login {
                    h1 { "Log in" }
                    @if let Some(said) = said { p.said.bad role="alert" { (said) } }
                    @if overheard {
                        p.said {
                            "This connection is not encrypted. Whoever listens on the network can log \
                             in after you; use https, or do this in a network that you trust."
                        }
                    }
                    @if let Some(link) = link {
                        form method="post" action="/login" {
                            input type="hidden" name="link" value=(link);
                            p { "This link logs in once." }
                            button { "Log in" }
                        }
                    } @else {
                        @if discord {
                            (by_discord())
                            h2 { "Do you run this bot?" }
                        }
                        form method="post" action="/login" {
                            // Password managers keep a name with it.
                            input type="hidden" name="username" value="cogbox" autocomplete="username";
                            label for="token" { "Token" }
                            input #token type="password" name="token" required
                                autocomplete="current-password" autofocus[!discord] maxlength="100";
                            button { "Log in" }
                        }
                        p.quiet {
                            "On the machine that it runs on, " code { "cogbox login" }
                            " prints a link that logs in once, and " code { "cogbox login --new-token" }
                            " makes a token."
                        }
                    }
                }
            }
        },
    )
}

/// Returns the page where a proxy says who runs the bot, and others come by Discord.
pub fn by_discord_alone() -> Markup {
    document(
        "Log in · Cogbox",
        false,
        html! {
            header.top { (brand("/", None)) }
            main #main tabindex="-1" {
                section.login { h1 { "Log in" } (by_discord()) }
            }
        },
    )
}

fn by_discord() -> Markup {
    html! {
        h2 { "Do you manage a server?" }
        p.quiet { "Discord tells Cogbox who you are, and which servers you manage." }
        a.go href="/login/discord" { "Log in with Discord" }
    }
}
