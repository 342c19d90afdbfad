//! The pages that follow the host, each in pieces: what changed in one is sent alone, by [`super::live`].

use axum::extract::Query;
use axum::http::Uri;
use maud::Markup;
use serde::Deserialize;

use super::access::May;
use super::discord::Discord;
use super::http::Http;
use super::lines::Filter;
use super::status::Status;
use super::timers::Timers;
use super::uses::{Range, Uses};
use super::{DATABASE_PATIENCE, Web, changes, dashboard};
use crate::store::StoreError;

/// A page, with what it was narrowed down by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum View {
    /// How it is, at `/`.
    Overview(Range),
    /// The log's newest lines.
    Log(Filter),
    /// Which timers wait.
    Timers,
    /// What the bot asked Discord.
    Discord,
    /// What cogs asked the web.
    Http,
    /// Who changed what.
    Changes,
}

/// A page as it is at one moment.
pub struct Drawn {
    /// What stands in the window's title.
    pub title: String,
    /// What stands in `<main>`.
    pub main: Markup,
    /// The parts of it that change by themselves.
    pub pieces: Pieces,
}

/// Parts of a page, by the id of their element, in the page's order.
#[derive(Debug, Default, PartialEq)]
pub struct Pieces(pub Vec<(String, String)>);

impl Pieces {
    /// Notes a part, and returns it. Its element has this id and the attribute `data-piece`.
    pub fn add(&mut self, id: impl Into<String>, part: Markup) -> Markup {
        self.0.push((id.into(), part.0.clone()));
        part
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    range: String,
}

impl View {
    /// Returns the page of a path and a query, if it is one of these.
    pub fn of(uri: &Uri) -> Option<Self> {
        match uri.path() {
            "/" => {
                let asked = Query::<Asked>::try_from_uri(uri).unwrap_or_default().0;
                Some(Self::Overview(
                    Range::by_name(&asked.range).unwrap_or_default(),
                ))
            }
            "/log" => Some(Self::Log(Query::try_from_uri(uri).unwrap_or_default().0)),
            "/timers" => Some(Self::Timers),
            "/discord" => Some(Self::Discord),
            "/http" => Some(Self::Http),
            "/changes" => Some(Self::Changes),
            _ => None,
        }
    }

    /// Returns its path.
    pub fn path(&self) -> &'static str {
        match self {
            Self::Overview(_) => "/",
            Self::Log(_) => "/log",
            Self::Timers => "/timers",
            Self::Discord => "/discord",
            Self::Http => "/http",
            Self::Changes => "/changes",
        }
    }

    /// Draws it for somebody who may so much.
    pub async fn draw(&self, web: &Web, may: May) -> Drawn {
        let mut pieces = Pieces::default();
        let (title, main) = match self {
            Self::Overview(range) => {
                let uses = patiently("uses of commands", Uses::of(web, *range));
                let (status, uses) = tokio::join!(Status::now(web), uses);
                let title = status.bot.as_ref().map(|bot| bot.name.clone());
                (
                    title,
                    dashboard::overview(&status, uses.as_ref(), may, &mut pieces),
                )
            }
            Self::Log(filter) => {
                let snapshot = web.registry.snapshot();
                let cogs: Vec<_> = snapshot.cogs().map(|cog| cog.name().to_owned()).collect();
                let log = dashboard::log::log(filter, &cogs, &filter.lines(), &mut pieces);
                (Some("Log".to_owned()), log)
            }
            Self::Timers => {
                let timers = patiently("timers", Timers::of(web)).await;
                let timers = dashboard::timers::timers(timers.as_ref(), &mut pieces);
                (Some("Timers".to_owned()), timers)
            }
            Self::Discord => {
                let discord = dashboard::discord::discord(&Discord::now(web), &mut pieces);
                (Some("Discord".to_owned()), discord)
            }
            Self::Http => {
                let http = dashboard::http::http(&Http::now(web), &mut pieces);
                (Some("Web requests".to_owned()), http)
            }
            Self::Changes => {
                let read = changes::changes(&web.services, None);
                let read = patiently("changes", read).await;
                let changes = dashboard::changes::changes(read.as_deref(), &mut pieces);
                (Some("Changes".to_owned()), changes)
            }
        };
        Drawn {
            title: title.map_or_else(|| "Cogbox".to_owned(), |own| format!("{own} · Cogbox")),
            main,
            pieces,
        }
    }
}

/// Returns what the database says in time; a page does without the rest.
pub async fn patiently<T>(
    what: &str,
    read: impl Future<Output = Result<T, StoreError>>,
) -> Option<T> {
    match tokio::time::timeout(DATABASE_PATIENCE, read).await {
        Ok(Ok(value)) => Some(value),
        Ok(Err(error)) => {
            tracing::warn!(%error, what, "the database does not tell");
            None
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_read_and_nonsense_is_the_usual() {
        let of = |uri: &str| View::of(&uri.parse().unwrap());
        assert_eq!(of("/"), Some(View::Overview(Range::Day)));
        assert_eq!(of("/?range=hour"), Some(View::Overview(Range::Hour)));
        assert_eq!(of("/?range=&range=x"), Some(View::Overview(Range::Day)));
        let filter = Filter {
            level: "warn".to_owned(),
            text: "a b".to_owned(),
            ..Filter::default()
        };
        assert_eq!(of("/log?level=warn&text=a+b&x=1"), Some(View::Log(filter)));
        assert_eq!(
            of("/log?level=%ff"),
            Some(View::Log(Filter {
                level: "\u{fffd}".to_owned(),
                ..Filter::default()
            }))
        );
        assert_eq!(of("/changes?x"), Some(View::Changes));
        for path in ["/timers", "/discord", "/http"] {
            assert_eq!(of(path).unwrap().path(), path);
        }
        assert_eq!(of("/elsewhere"), None);
    }
}
