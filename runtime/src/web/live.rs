//! Pages that follow the host: whoever looks at one gets its changed parts as server-sent events.
//!
//! A page is drawn once every two seconds for all who look at it, and not at all when nobody does.
//! Three events are sent: `pieces`, a list of elements by their ids; `whole`, when parts came or went
//! and the page is to be fetched anew; `alive`, when nothing changed for a while.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::Web;
use super::access::{Admitted, May};
use super::refusal::refuse;
use super::shares::Shares;
use super::views::{Pieces, View};

/// How often a page is drawn.
const TICK: Duration = Duration::from_secs(2);
/// Ticks without a change after which it is said that there was none.
const QUIET: u32 = 5;
/// Changes that wait for a client that is slow; one that is slower gets all of it at once.
const WAITING: usize = 8;

/// Streams at the same time; a connection each, of those that [`super::serve`] allows.
pub const STREAMS: usize = 128;
/// Streams of one viewer: a browser with several windows.
pub const STREAMS_EACH: usize = 8;

/// What is sent to everyone who looks at the same.
#[derive(Debug, Clone)]
enum Change {
    Pieces(Arc<str>),
    Whole,
    Alive,
}

/// Everything that somebody looks at.
#[derive(Debug)]
pub struct Live {
    streams: Shares<String>,
    shows: Mutex<HashMap<(View, May), broadcast::Sender<Change>>>,
}

/// What `/live` is asked.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The page's path and query.
    page: String,
}

/// Answers with the changes of a page, for as long as the connection holds.
pub async fn follow(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let page = asked.ok().and_then(|asked| asked.page.parse::<Uri>().ok());
    let Some(view) = page.and_then(|page| View::of(&page)) else {
        let sentence = "There is no such page that could be followed. Name one as `page`.";
        return refuse(uri.path(), StatusCode::NOT_FOUND, sentence);
    };
    let may = admitted.visitor.may;
    let name = admitted.visitor.name;
    let viewer = name.unwrap_or_else(|| admitted.via.peer.to_string());
    let Some(open) = web.live.streams.take(viewer) else {
        let sentence =
            "Too many pages are being followed. Load the page again to see newer numbers.";
        return refuse(uri.path(), StatusCode::SERVICE_UNAVAILABLE, sentence);
    };
    // Before it is drawn, so that no change falls between.
    let changes = web.live.watch(&web, &view, may);
    let first = all(&web, &view, may).await;
    let state = (Some(first), changes, web, view, open);
    let events = stream::unfold(
        state,
        move |(first, mut changes, web, view, open)| async move {
            let change = match first {
                Some(first) => first,
                None => match changes.recv().await {
                    Ok(change) => change,
                    Err(RecvError::Lagged(_)) => all(&web, &view, may).await,
                    Err(RecvError::Closed) => return None,
                },
            };
            let event = Ok::<_, Infallible>(change.event());
            Some((event, (None, changes, web, view, open)))
        },
    );
    Sse::new(events).into_response()
}

async fn all(web: &Web, view: &View, may: May) -> Change {
    let drawn = view.draw(web, may).await;
    Change::pieces(drawn.pieces.0.iter())
}

impl Change {
    fn pieces<'a>(pieces: impl Iterator<Item = &'a (String, String)>) -> Self {
        let pieces = pieces.map(|(id, html)| json!({ "id": id, "html": html }));
        Self::Pieces(serde_json::Value::from_iter(pieces).to_string().into())
    }

    fn event(&self) -> Event {
        let event = Event::default();
        match self {
            Self::Pieces(pieces) => event.event("pieces").data(pieces),
            Self::Whole => event.event("whole").data(""),
            Self::Alive => event.event("alive").data(""),
        }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self {
            streams: Shares::new(STREAMS, STREAMS_EACH),
            shows: Mutex::default(),
        }
    }
}

impl Live {
    /// Joins those who look at a page, and begins to draw it where nobody does yet.
    fn watch(self: &Arc<Self>, web: &Web, view: &View, may: May) -> broadcast::Receiver<Change> {
        let key = (view.clone(), may);
        let mut shows = self.shows();
        if let Some(changes) = shows.get(&key) {
            return changes.subscribe();
        }
        let (changes, receiver) = broadcast::channel(WAITING);
        shows.insert(key.clone(), changes.clone());
        let show = Show {
            live: Arc::clone(self),
            key,
            over: false,
        };
        tokio::spawn(draw(show, web.clone(), changes));
        receiver
    }

    fn shows(&self) -> MutexGuard<'_, HashMap<(View, May), broadcast::Sender<Change>>> {
        self.shows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page that is being drawn. It is gone from the list when it is dropped, also by a panic.
struct Show {
    live: Arc<Live>,
    key: (View, May),
    over: bool,
}

impl Show {
    /// Takes it from the list if nobody looks. Whoever comes later begins a new one.
    fn ends(&mut self, changes: &broadcast::Sender<Change>) -> bool {
        let mut shows = self.live.shows();
        self.over = changes.receiver_count() == 0;
        if self.over {
            shows.remove(&self.key);
        }
        self.over
    }
}

impl Drop for Show {
    fn drop(&mut self) {
        // Where it is over, its place may have been taken.
        if !self.over {
            self.live.shows().remove(&self.key);
        }
    }
}

async fn draw(mut show: Show, web: Web, changes: broadcast::Sender<Change>) {
    let mut last = Pieces::default();
    let mut quiet = 0;
    loop {
        tokio::time::sleep(TICK).await;
        if show.ends(&changes) {
            return;
        }
        let (view, may) = &show.key;
        let next = view.draw(&web, *may).await.pieces;
        let same = next
            .0
            .iter()
            .map(|(id, _)| id)
            .eq(last.0.iter().map(|(id, _)| id));
        let change = match same {
            // The first time: something may have changed since whoever looks got it.
            false if last.0.is_empty() => Some(Change::pieces(next.0.iter())),
            false => Some(Change::Whole),
            true => {
                let both = next.0.iter().zip(&last.0);
                let mut changed = both.filter(|(next, last)| next != last).peekable();
                changed
                    .peek()
                    .is_some()
                    .then(|| Change::pieces(changed.map(|(next, _)| next)))
            }
        };
        last = next;
        quiet = if change.is_some() { 0 } else { quiet + 1 };
        let alive = quiet >= QUIET;
        if alive {
            quiet = 0;
        }
        if let Some(change) = change.or(alive.then_some(Change::Alive)) {
            // Nobody may look any more, which the next round sees.
            let _ = changes.send(change);
        }
    }
}
