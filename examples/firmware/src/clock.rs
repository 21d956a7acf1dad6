//! A clock that can be set, over one that goes.

use crate::surroundings;

/// A clock that can be set, as an installer sets a lock's.
#[derive(Debug)]
pub struct Clock {
    ahead: i64,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { ahead: 0 }
    }

    /// Seconds since the Unix epoch.
    pub fn now(&self) -> u64 {
        surroundings::now().saturating_add_signed(self.ahead)
    }

    /// Sets the clock, which goes on from there.
    pub fn set(&mut self, now: u64) {
        self.ahead = now.wrapping_sub(surroundings::now()) as i64;
    }
}
