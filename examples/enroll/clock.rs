//! Time as an input: the system's, or what the user says.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's clock until it is set, then one that stands.
pub struct Clock(Option<u64>);

impl Clock {
    pub fn new(set: Option<u64>) -> Self {
        Self(set)
    }

    pub fn now(&self) -> Result<u64, Box<dyn Error>> {
        match self.0 {
            Some(now) => Ok(now),
            None => Ok(SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_err(|_| "the system clock is before 1970: give --now")?
                .as_secs()),
        }
    }

    /// Sets the time to that of a line `@UNIX`.
    pub fn set(&mut self, time: &str) -> Result<(), String> {
        let time = seconds(time).map_err(|reason| format!("the time after @ is {reason}"))?;
        self.0 = Some(time);
        Ok(())
    }
}

/// A whole number from 0 to 2^64−1: digits alone, no sign.
pub fn seconds(text: &str) -> Result<u64, &'static str> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("not a whole number of seconds");
    }
    text.parse().map_err(|_| "beyond 2^64-1")
}
