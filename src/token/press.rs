//! The button of a counter-based token.

use super::operation::Operation;
use super::pin::Answer;
use super::provision::Kind;
use super::record::State;
use super::refused::Refused;
use crate::hotp::Hotp;
use crate::{Code, HotpParameters};
use core::fmt;

/// The next code of a counter-based token (RFC 4226). Its counter is used up by the step.
///
/// # Errors
/// [`Refused::Blank`], [`Refused::WrongKind`], those of the PIN ([`Refused::Locked`],
/// [`Refused::PinNeeded`], [`Refused::NoPin`]), [`Refused::Exhausted`] after 2^64−1,
/// [`Refused::Unsupported`].
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Press<'a> {
    /// The PIN, if the token has one.
    pub pin: Option<&'a str>,
}

impl Operation for Press<'_> {
    type Outcome = Answer<Code>;

    fn run(self, state: &mut State) -> Result<Answer<Code>, Refused> {
        let Some(Kind::Hotp(HotpParameters { algorithm, format })) = state.kind else {
            return Err(state.wrong_kind());
        };
        let attempt = state.attempt(self.pin)?;
        let counter = state.use_counter()?;
        let code = Hotp::new(&state.secret, algorithm, format)?.code(counter);
        Ok(attempt.guards(code))
    }
}

impl fmt::Debug for Press<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Press")
    }
}
