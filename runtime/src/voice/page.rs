//! A track on a page of a site: where its sound is has to be asked again and again, because sites
//! give that away for a while only.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Url;
use songbird::input::core::io::MediaSource;

use super::course::Course;
use super::resolver::{Finding, Resolver};
use super::sound::Unheard;
use super::web::{Client, Web};

/// How long an answer is good. Sites let their own be good for hours, or for some minutes.
const FRESH: Duration = Duration::from_secs(300);

/// A track on a page.
pub struct Page {
    url: Url,
    resolver: Arc<Resolver>,
    /// Where its sound is, and since when that is known.
    latest: Mutex<Option<(Instant, Web)>>,
}

impl Page {
    /// Takes what was found, with its sound if that was found too.
    pub fn new(resolver: Arc<Resolver>, found: Finding) -> Self {
        let latest = found.media.map(|media| (Instant::now(), media));
        Self {
            url: found.page,
            resolver,
            latest: Mutex::new(latest),
        }
    }

    /// Opens its sound. What was known of late is tried first, and asked anew if it fails.
    pub(super) async fn open(
        &self,
        web: &Client,
        course: Course,
    ) -> Result<Box<dyn MediaSource>, Unheard> {
        if let Some(known) = self.known()
            && let Ok(opened) = web.open(&known, course.clone()).await
        {
            return Ok(opened);
        }
        let found = self.resolver.track(&self.url).await;
        let found = found.map_err(|unresolved| Unheard(unresolved.sentence))?;
        let media = found.media;
        let media = media.ok_or_else(|| Unheard("it names no sound".into()))?;
        self.learn(media.clone());
        web.open(&media, course).await
    }

    fn known(&self) -> Option<Web> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, known) = latest.as_ref()?;
        (since.elapsed() < FRESH).then(|| known.clone())
    }

    fn learn(&self, media: Web) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = Some((Instant::now(), media));
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Where its sound is may have a key in it.
        write!(f, "Page({})", self.url)
    }
}
