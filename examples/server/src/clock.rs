//! The clock: the system's, or one that stands until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What says the time. Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    standing: Option<Arc<AtomicU64>>,
}

impl Clock {
    /// A clock that stands: for tests, which never sleep and never meet the end of a time step
    /// by chance.
    pub fn standing(at: u64) -> Self {
        Self { standing: Some(Arc::new(AtomicU64::new(at))) }
    }

    /// Moves a clock that stands; any other goes on by itself.
    pub fn advance(&self, seconds: u64) {
        if let Some(standing) = &self.standing {
            standing.fetch_add(seconds, Ordering::Relaxed);
        }
    }

    /// Seconds since the Unix epoch.
    pub fn now(&self) -> u64 {
        match &self.standing {
            Some(standing) => standing.load(Ordering::Relaxed),
            None => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
        }
    }
}
