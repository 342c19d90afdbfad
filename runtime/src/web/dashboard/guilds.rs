//! The pages at `/guilds`: a list of servers, one with its cogs, and one cog there.

mod settings;

use maud::{Markup, html};

use super::super::Web;
use super::super::access::{May, Visitor};
use super::super::changes::Change;
use super::super::guilds::{Asked, CogHere, Grant, Guild, Guilds, Named};
use super::changes;
use super::text::counted;
use super::{Frame, framed};

pub use settings::Form;

/// Returns the list of somebody's servers.
pub fn list(web: &Web, visitor: &Visitor, asked: &Asked, guilds: &Guilds) -> Markup {
    let searched = !asked.search.trim().is_empty();
    let whose = match visitor.may {
        May::Nothing => {
            "The servers that you manage and the bot is in. What you manage since you logged \
                         in is here when you log in again."
        }
        _ => "The servers that the bot is in.",
    };
    let main = html! {
        h1.title { "Servers " span.tally { (guilds.total) } }
        p.hint { (whose) }
        @if searched || guilds.total > 0 {
            form.filter method="get" role="search" {
                label.grows {
                    span { "Name or id" }
                    input #search type="search" name="search" value=(asked.search) maxlength="100";
                }
                button { "Search" }
            }
        }
        @if guilds.guilds.is_empty() {
            p.empty {
                @match (searched, visitor.may) {
                    (true, _) => { "No server fits. " a href="/guilds" { "All servers" } }
                    (_, May::Nothing) => "The bot is in no server that you manage.",
                    _ => "The bot is in no server.",
                }
            }
        } @else {
            ul.ledger.places {
                @for guild in &guilds.guilds {
                    li.entry { a href={ "/guilds/" (guild.id) } { bdi { (guild.title()) } } }
                }
            }
            (pages(asked, guilds))
        }
    };
    drawn(web, visitor, "Servers", main)
}

/// The way to the other pages of the list.
fn pages(asked: &Asked, guilds: &Guilds) -> Markup {
    let to = |page: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if !asked.search.is_empty() {
            query.append_pair("search", &asked.search);
        }
        query.append_pair("page", &page.to_string());
        format!("/guilds?{}", query.finish())
    };
    html! {
        @if guilds.pages > 1 {
            nav.turn aria-label="Pages of the list" {
                @if guilds.page > 1 { a rel="prev" href=(to(guilds.page - 1)) { "Before" } }
                span { "Page " (guilds.page) " of " (guilds.pages) }
                @if guilds.page < guilds.pages { a rel="next" href=(to(guilds.page + 1)) { "After" } }
            }
        }
    }
}

/// Returns the page of one server.
pub fn one(
    web: &Web,
    visitor: &Visitor,
    guild: &Guild<CogHere>,
    done: Option<&[Change]>,
) -> Markup {
    let Guild { guild, cogs } = guild;
    let changes = visitor.changes(Some(guild.id));
    let main = html! {
        (way(&[("/guilds", "Servers")]))
        h1.title { bdi { (guild.title()) } }
        h2 #cogs { "Cogs" span.tally { (cogs.len()) } }
        @if cogs.is_empty() { p.empty { "No cog is loaded." } } @else {
            ul.ledger.switches {
                @for cog in cogs { (switchable(guild, cog, changes)) }
            }
        }
        h2 { "Changes" }
        p.hint { "What people changed about the cogs of this server in the last 90 days. Times are UTC." }
        (changes::table(done, false))
    };
    drawn(web, visitor, &guild.title(), main)
}

fn switchable(guild: &Named, cog: &CogHere, changes: bool) -> Markup {
    let settings = format!("/guilds/{}/{}", guild.id, cog.name);
    let withheld = cog.grants.iter().filter(|grant| grant.withheld).count();
    html! {
        li.entry #{ "cog-" (cog.name) } {
            div {
                h3 { a href=(settings) { bdi { (cog.name) } } }
                p.quiet {
                    bdi { (cog.description) }
                    @if withheld > 0 { " " span.tag { (counted(withheld as u64, "grant")) " withheld" } }
                }
            }
            (on_or_off(cog.on))
            @if changes { (switch(guild, cog, true)) }
        }
    }
}

fn on_or_off(on: bool) -> Markup {
    html! { @if on { span.state.well { "on" } } @else { span.state { "off" } } }
}

/// The button that switches a cog; on the list it leads back there.
fn switch(guild: &Named, cog: &CogHere, list: bool) -> Markup {
    let (what, word) = match cog.on {
        true => ("disable", "Turn off"),
        false => ("enable", "Turn on"),
    };
    html! {
        form method="post" action={ "/guilds/" (guild.id) "/" (cog.name) "/" (what) } {
            @if list { input type="hidden" name="list" value="1"; }
            button.plain { (word) span.unseen { " " (cog.name) } }
        }
    }
}

/// Returns the page of a cog in a server.
pub fn cog(web: &Web, visitor: &Visitor, guild: &Named, cog: &CogHere, form: Form<'_>) -> Markup {
    let changes = visitor.changes(Some(guild.id));
    let back = format!("/guilds/{}", guild.id);
    let mistakes = form.mistakes();
    let main = html! {
        (way(&[("/guilds", "Servers"), (&back, &guild.title())]))
        div.head {
            h1.title { bdi { (cog.name) } }
            @if !cog.version.is_empty() { span.version { bdi { (cog.version) } } }
            (on_or_off(cog.on))
            @if changes { (switch(guild, cog, false)) }
        }
        @if !cog.description.is_empty() { p.hint { bdi { (cog.description) } } }
        (settings::settings(guild, cog, &form, changes))
        h2 #grants { "What it may do here" }
        @if cog.grants.is_empty() && cog.powers.is_empty() {
            p.empty { "It answers its commands and keeps data of its own. It asks for nothing beyond that." }
        } @else {
            p.hint { "The bot's operator granted this. What you withhold is withheld in this server alone." }
            ul.ledger.switches {
                @for grant in &cog.grants { (withholdable(guild, cog, grant, changes)) }
                @for power in &cog.powers {
                    li.entry {
                        div { p { (power.words) } p.quiet { code { (power.name) } } }
                        span.state { "the operator's" }
                    }
                }
            }
        }
    };
    let title = format!("{} in {}", cog.name, guild.title());
    let title = match mistakes {
        0 => title,
        // Who hears the page knows at once that it came back.
        _ => format!("Not saved: {title}"),
    };
    drawn(web, visitor, &title, main)
}

fn withholdable(guild: &Named, cog: &CogHere, grant: &Grant, changes: bool) -> Markup {
    let (what, word) = match grant.withheld {
        true => ("restore", "Give back"),
        false => ("withhold", "Withhold"),
    };
    html! {
        li.entry {
            div { p { (grant.words) } p.quiet { code { (grant.name) } } }
            @if grant.withheld { span.state.attention { "withheld" } } @else { span.state.well { "allowed" } }
            @if changes {
                form method="post" action={ "/guilds/" (guild.id) "/" (cog.name) "/" (what) } {
                    input type="hidden" name="grant" value=(grant.name);
                    button.plain { (word) span.unseen { " " (grant.name) } }
                }
            }
        }
    }
}

/// The way back, from the list on.
fn way(steps: &[(&str, &str)]) -> Markup {
    html! {
        nav.way aria-label="Way back" {
            @for (path, name) in steps { a href=(path) { bdi { (name) } } span aria-hidden="true" { "›" } }
        }
    }
}

fn drawn(web: &Web, visitor: &Visitor, title: &str, main: Markup) -> Markup {
    let frame = Frame {
        title: &format!("{title} · Cogbox"),
        path: "/guilds",
        live: false,
    };
    framed(web, visitor, frame, main)
}
