//! The display of a time-based token.

use super::operation::Operation;
use super::pin::Answer;
use super::provision::Kind;
use super::record::State;
use super::refused::Refused;
use crate::hotp::Hotp;
use crate::{Code, TotpParameters};
use core::fmt;

/// The present code of a time-based token (RFC 6238). No code of an earlier step is shown
/// after it; the same step's is, as often as asked for.
///
/// # Errors
/// [`Refused::Blank`], [`Refused::WrongKind`], those of the PIN ([`Refused::Locked`],
/// [`Refused::PinNeeded`], [`Refused::NoPin`]), those of the clock ([`Refused::ClockNotSet`],
/// [`Refused::ClockLost`], [`Refused::ClockBehind`]), [`Refused::Unsupported`].
///
/// ```
/// use mfa_core::token::{Provision, Refused, SetClock, Show, Token, Trim};
/// use mfa_core::{RecordId, Secret, TotpParameters, Write};
///
/// # let blank = Token::blank(RecordId::from_bytes(*b"random 128 bits."));
/// # let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let step = blank.decide(Provision::totp(secret, TotpParameters::default()))?;
/// let (token, ()) = step.settle(Write::Stored)?; // once it is
/// assert_eq!(token.decide(Show { rtc: 7, pin: None }).unwrap_err(), Refused::ClockNotSet);
///
/// // The quartz is known to be slow by 20 ppm.
/// let set = SetClock { rtc: 7, now: 1_111_111_009, trim: Trim::Ppm(20) };
/// let (token, ()) = token.decide(set)?.settle(Write::Stored)?;
///
/// let (token, answer) = token.decide(Show { rtc: 107, pin: None })?.settle(Write::Stored)?;
/// assert_eq!(answer.reveal()?.text().as_str(), "081804");
/// assert_eq!(token.time(107), Ok(1_111_111_109));
///
/// // The battery was pulled: the RTC starts at zero.
/// assert_eq!(token.decide(Show { rtc: 0, pin: None }).unwrap_err(), Refused::ClockLost);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Show<'a> {
    /// What the real-time clock reads, in seconds.
    pub rtc: u64,
    /// The PIN, if the token has one.
    pub pin: Option<&'a str>,
}

impl Operation for Show<'_> {
    type Outcome = Answer<Code>;

    fn run(self, state: &mut State) -> Result<Answer<Code>, Refused> {
        let Some(Kind::Totp(TotpParameters { algorithm, format, steps })) = state.kind else {
            return Err(state.wrong_kind());
        };
        let attempt = state.attempt(self.pin)?;
        let step = state.use_step(steps, self.rtc)?;
        let code = Hotp::new(&state.secret, algorithm, format)?.code(step);
        Ok(attempt.guards(code))
    }
}

impl fmt::Debug for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Show").field("rtc", &self.rtc).finish_non_exhaustive()
    }
}
