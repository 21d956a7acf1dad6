//! The record: all that a token knows and remembers, as one value.

use super::clock::Clock;
use super::operation::Operation;
use super::pin::PinState;
use super::provision::Kind;
use super::refused::Refused;
use crate::id::RecordId;
use crate::ocra::Question;
use crate::step::{Step, Version};
use crate::totp::TimeSteps;
use crate::{Entropy, Secret};

/// All that a token knows and remembers. The secret and what is kept of the PIN are wiped on
/// drop.
///
/// Operations are decided on it and give a [`Step`], whose next record the firmware stores
/// before anything is shown; see [`token`](crate::token).
#[derive(Clone)]
pub struct Token(pub(super) State);

/// What operations change.
#[derive(Clone)]
pub struct State {
    pub(super) record: RecordId,
    pub(super) revision: u64,
    /// `None` while the token is blank.
    pub(super) kind: Option<Kind>,
    /// Empty while the token is blank.
    pub(super) secret: Secret,
    /// The next counter; `None` if the kind has none, or if 2^64−1 was used.
    pub(super) counter: Option<u64>,
    /// The step of the last code that was shown, if the kind has the time.
    pub(super) shown: Option<u64>,
    pub(super) clock: Clock,
    pub(super) pin: PinState,
}

// It lies in the memory of small devices, twice while an operation is decided.
const _: () = assert!(size_of::<Token>() <= 416);

impl Token {
    /// A token without a secret, at revision 1.
    ///
    /// `record` is the random name of its record, which stays when the token is wiped.
    #[must_use]
    pub const fn blank(record: RecordId) -> Self {
        Self(State::blank(record, 1))
    }

    /// Decides an operation on a copy of the record.
    ///
    /// # Timing
    /// Depends on what is public: kind and parameters, counter and time, lengths. Not on the
    /// secret, the PINs or the code, and not on whether a PIN was right.
    ///
    /// # Errors
    /// [`Refused`] if the operation is not carried out: nothing changes, nothing is to be
    /// stored.
    pub fn decide<O: Operation>(&self, operation: O) -> Result<Step<Self, O::Outcome>, Refused> {
        let mut next = self.clone();
        let outcome = next.0.advance(operation)?;
        Ok(Step::new(self.version(), next, outcome))
    }

    /// As [`decide`](Self::decide), with the copy in memory that the caller lends: less stack,
    /// for small devices. What `scratch` held before is wiped; after a refusal it holds
    /// nothing of use.
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    ///
    #[cfg_attr(feature = "sha2", doc = "```")]
    #[cfg_attr(not(feature = "sha2"), doc = "```ignore")]
    /// use mfa_core::token::{Press, Provision, Token};
    /// use mfa_core::{HotpParameters, RecordId, Secret, Write};
    ///
    /// # let secret = Secret::from_bytes(b"12345678901234567890")?;
    /// let record = RecordId::from_bytes(*b"random 128 bits.");
    /// let (mut token, mut scratch) = (Token::blank(record), Token::blank(record));
    ///
    /// let provision = Provision::hotp(secret, HotpParameters::default(), 0);
    /// let step = token.decide_in(&mut scratch, provision)?;
    /// step.settle(Write::Stored)?;
    /// core::mem::swap(&mut token, &mut scratch);
    ///
    /// let step = token.decide_in(&mut scratch, Press { pin: None })?;
    /// let (_, answer) = step.settle(Write::Stored)?;
    /// assert_eq!(answer.reveal()?.text().as_str(), "755224");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_in<'s, O: Operation>(
        &self,
        scratch: &'s mut Self,
        operation: O,
    ) -> Result<Step<&'s mut Self, O::Outcome>, Refused> {
        scratch.0.clone_from(&self.0);
        let outcome = scratch.0.advance(operation)?;
        Ok(Step::new(self.version(), scratch, outcome))
    }

    /// The record's random id and its revision, which rises with every step.
    #[must_use]
    pub fn version(&self) -> Version {
        Version { record: self.0.record, revision: self.0.revision }
    }

    /// What kind of codes the token makes; `None` while it is blank.
    #[must_use]
    pub fn kind(&self) -> Option<&Kind> {
        self.0.kind.as_ref()
    }

    /// The counter of the next code; `None` if the kind has none, or if 2^64−1 was used.
    #[must_use]
    pub fn next_counter(&self) -> Option<u64> {
        self.0.counter
    }

    /// The time step of the last code that was shown; `None` if there was none, or if the
    /// kind has no time.
    #[must_use]
    pub fn shown_step(&self) -> Option<u64> {
        self.0.shown
    }

    /// How many wrong PINs in a row are left; `None` if the token has no PIN. None are left
    /// of a token that is locked.
    #[must_use]
    pub fn attempts_left(&self) -> Option<u8> {
        self.0.pin.attempts_left()
    }

    /// The time, in seconds since the Unix epoch, when the real-time clock reads `rtc`
    /// seconds: to show how long a code is good for, say.
    ///
    /// # Errors
    /// [`Refused::ClockNotSet`], [`Refused::ClockLost`].
    pub fn time(&self, rtc: u64) -> Result<u64, Refused> {
        self.0.clock.time(rtc)
    }

    /// The token's own question, for a server that must prove itself first (RFC 6287 §7.2).
    /// Draws two bytes of entropy per character, at most 128.
    ///
    /// Ask a fresh one for each exchange, and hand it in with the server's answer as
    /// [`Challenge::Mutual`](super::Challenge::Mutual): one that was used before may have been
    /// recorded with its answer.
    ///
    /// # Errors
    /// [`Refused::NotMutual`] if the token was provisioned without a suite of the server's;
    /// [`Refused::Entropy`].
    pub fn ask(&self, mut entropy: Entropy<'_>) -> Result<Question, Refused> {
        match &self.0.kind {
            Some(Kind::Ocra { server: Some(server), .. }) => {
                Ok(server.draw_question(&mut entropy)?)
            }
            _ => Err(Refused::NotMutual),
        }
    }
}

impl State {
    pub(super) const fn blank(record: RecordId, revision: u64) -> Self {
        Self {
            record,
            revision,
            kind: None,
            secret: Secret::EMPTY,
            counter: None,
            shown: None,
            clock: Clock::UNSET,
            pin: PinState::NONE,
        }
    }

    fn advance<O: Operation>(&mut self, operation: O) -> Result<O::Outcome, Refused> {
        let revision = self.revision.checked_add(1).ok_or(Refused::Exhausted)?;
        let outcome = operation.run(self)?;
        self.revision = revision;
        Ok(outcome)
    }

    /// Why an operation finds another kind of token than its own.
    pub(super) fn wrong_kind(&self) -> Refused {
        if self.kind.is_none() { Refused::Blank } else { Refused::WrongKind }
    }

    /// The counter to use now, which is never used again.
    pub(super) fn use_counter(&mut self) -> Result<u64, Refused> {
        let counter = self.counter.ok_or(Refused::Exhausted)?;
        self.counter = counter.checked_add(1);
        Ok(counter)
    }

    /// The step to show now: none before it is shown from then on.
    pub(super) fn use_step(&mut self, steps: TimeSteps, rtc: u64) -> Result<u64, Refused> {
        let step = steps.at(self.clock.read(rtc)?);
        if self.shown.is_some_and(|shown| step < shown) {
            return Err(Refused::ClockBehind);
        }
        self.shown = Some(step);
        Ok(step)
    }
}

impl core::fmt::Debug for Token {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Token")
            .field("version", &self.version())
            .field("kind", &self.0.kind)
            .field("attempts_left", &self.attempts_left())
            .finish_non_exhaustive()
    }
}

impl core::fmt::Debug for State {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}
