//! What a subcommand answers: text for standard output and the status to exit with.

use serde::Serialize;

/// An error is one line that says which argument is unusable and why, never its value.
pub type Result = std::result::Result<Answer, Box<dyn std::error::Error>>;

pub struct Answer {
    pub text: String,
    pub status: u8,
}

impl Answer {
    /// The status of `verify` for a code that is not accepted.
    pub const REFUSED: u8 = 1;
    /// The status for unusable arguments.
    pub const UNUSABLE: u8 = 2;

    /// Plain text, status 0.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), status: 0 }
    }

    /// One line of JSON, status 0.
    pub fn json(value: &impl Serialize) -> Result {
        Ok(Self::text(serde_json::to_string(value)?))
    }
    /// One line of JSON that says why something can't be read, and the status for it.
    pub fn unreadable(value: &impl Serialize) -> Result {
        Ok(Self { status: Self::UNUSABLE, ..Self::json(value)? })
    }
}
