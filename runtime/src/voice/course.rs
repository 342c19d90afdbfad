//! How a sound that plays goes on: what it says meanwhile, why it broke off, whether anybody listens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// It is shared between where the sound comes from and who plays it. It is cheap to clone.
#[derive(Debug, Clone)]
pub struct Course {
    said: Arc<Mutex<Said>>,
    closed: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Said {
    name: Option<String>,
    title: Option<String>,
    broken: Option<String>,
}

impl Default for Course {
    fn default() -> Self {
        Self {
            said: Arc::default(),
            closed: watch::Sender::new(false),
        }
    }
}

impl Course {
    fn lock(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what it is called as a whole.
    pub fn is_called(&self, name: String) {
        self.lock().name = Some(name).filter(|name| !name.is_empty());
    }

    /// Returns what it is called as a whole, if it says.
    pub fn name(&self) -> Option<String> {
        self.lock().name.clone()
    }

    /// Notes what plays now, as a radio says.
    pub fn says(&self, title: String) {
        self.lock().title = Some(title).filter(|title| !title.is_empty());
    }

    /// Returns what plays now, if it says.
    pub fn title(&self) -> Option<String> {
        self.lock().title.clone()
    }

    /// Notes why it broke off. The first word counts: others follow from it.
    pub fn breaks(&self, why: String) {
        self.lock().broken.get_or_insert(why);
    }

    /// Returns why it broke off, if it did.
    pub fn broken(&self) -> Option<String> {
        self.lock().broken.clone()
    }

    /// Notes that nobody listens any more.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Whether nobody listens any more.
    pub fn is_closed(&self) -> bool {
        *self.closed.borrow()
    }

    /// Waits until nobody listens.
    pub async fn closed(&self) {
        // The sender is part of this.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }
}
