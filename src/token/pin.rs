//! The PIN: attempts that are counted before anything tells how they ended.

use super::operation::Operation;
use super::record::State;
use super::refused::Refused;
use crate::bytes::copy;
use crate::mac::stream::Stream;
use crate::wiped::Wiped;
use crate::{Algorithm, ct};
use core::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// What the token keeps of its PIN.
#[derive(Clone)]
pub(super) struct PinState {
    /// How many wrong ones in a row lock the token; 0 if it has no PIN.
    pub(super) allowed: u8,
    /// How many there were since the last right one.
    pub(super) failed: u8,
    /// An HMAC of the PIN; zeros if there is none.
    pub(super) check: Wiped<{ Self::CHECK_LEN }>,
}

impl PinState {
    pub(super) const CHECK_LEN: usize = 20;

    /// NIST SP 800-63B-4 §3.2.10: at most ten attempts in a row.
    pub(super) const MAX_ATTEMPTS: u8 = 10;

    pub(super) const NONE: Self = Self { allowed: 0, failed: 0, check: Wiped::ZERO };

    pub(super) fn attempts_left(&self) -> Option<u8> {
        (self.allowed != 0).then(|| self.allowed.saturating_sub(self.failed))
    }
}

impl State {
    /// Tries a PIN, or none on a token that has none. Whether it was right is counted in the
    /// record, and otherwise hidden.
    pub(super) fn attempt(&mut self, pin: Option<&str>) -> Result<Attempt, Refused> {
        let left = match (self.pin.attempts_left(), pin) {
            (None, None) => return Ok(Attempt { right: Choice::from(1), left: 0 }),
            (None, Some(_)) => return Err(Refused::NoPin),
            (Some(0), _) => return Err(Refused::Locked),
            (Some(left), _) => left,
        };
        let check = self.check_of(pin.ok_or(Refused::PinNeeded)?)?;
        let right = check.ct_eq(&*self.pin.check);
        self.pin.failed = u8::conditional_select(&self.pin.failed.saturating_add(1), &0, right);
        Ok(Attempt { right, left: left.saturating_sub(1) })
    }

    /// What is kept of a PIN: its HMAC under the token's secret. No code is made from such a
    /// message: HOTP's and TOTP's have eight bytes, OCRA's begin with the suite.
    fn check_of(&self, pin: &str) -> Result<Wiped<{ PinState::CHECK_LEN }>, Refused> {
        let beginning: [&[u8]; 2] = [b"mfa-core token PIN", self.record.as_bytes()];
        let keyed = Stream::new(Algorithm::Sha1, &self.secret, &beginning)?;
        let mut check = Wiped::ZERO;
        copy(keyed.of(&[pin.as_bytes()]).as_bytes(), &mut *check);
        Ok(check)
    }
}

/// How an attempt ended, still hidden.
pub(super) struct Attempt {
    right: Choice,
    /// The attempts that are left if it was wrong.
    left: u8,
}

impl Attempt {
    pub(super) fn guards<T>(self, value: T) -> Answer<T> {
        Answer { value, attempt: self }
    }
}

/// What an operation gives if the PIN was right. Until it is revealed, nothing tells.
///
/// ```compile_fail
/// # fn f(answer: mfa_core::token::Answer<mfa_core::Code>) {
/// let code = answer.value; // private: only `reveal` gives it
/// # }
/// ```
#[must_use = "whether the PIN was right is not known before it is revealed"]
pub struct Answer<T> {
    value: T,
    attempt: Attempt,
}

impl<T> Answer<T> {
    /// Makes public whether the PIN was right; always so on a token without one.
    ///
    /// # Errors
    /// [`WrongPin`] if it was wrong, which is in the record already.
    pub fn reveal(self) -> Result<T, WrongPin> {
        match ct::declassify(self.attempt.right) {
            true => Ok(self.value),
            false => Err(WrongPin { attempts_left: self.attempt.left }),
        }
    }
}

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}

/// The PIN was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct WrongPin {
    /// How many more may be; with none left the token is locked.
    pub attempts_left: u8,
}

impl fmt::Display for WrongPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrong PIN: {} attempts left", self.attempts_left)
    }
}

impl core::error::Error for WrongPin {}

/// Sets the PIN, or changes it. A wrong `current` PIN counts as an attempt and changes
/// nothing else.
///
/// A verifier that hashes the PIN (P in an OCRA suite) must learn the new one from its owner.
///
/// # Errors
/// [`Refused::Blank`], [`Refused::Locked`], [`Refused::PinNeeded`] if the token has a PIN and
/// `current` is none, [`Refused::NoPin`] the other way round, [`Refused::PinLength`],
/// [`Refused::PinAttempts`].
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct SetPin<'a> {
    /// The PIN that the token has, if it has one.
    pub current: Option<&'a str>,
    /// The new one: 4 to 32 bytes.
    pub new: &'a str,
    /// How many wrong ones in a row lock the token: 1 to 10.
    pub attempts: u8,
}

impl Operation for SetPin<'_> {
    type Outcome = Answer<()>;

    fn run(self, state: &mut State) -> Result<Answer<()>, Refused> {
        if state.kind.is_none() {
            return Err(Refused::Blank);
        }
        if !(4..=32).contains(&self.new.len()) {
            return Err(Refused::PinLength);
        }
        if !(1..=PinState::MAX_ATTEMPTS).contains(&self.attempts) {
            return Err(Refused::PinAttempts);
        }
        let attempt = state.attempt(self.current)?;
        let new = state.check_of(self.new)?;
        state.pin.allowed.conditional_assign(&self.attempts, attempt.right);
        for (byte, new) in state.pin.check.iter_mut().zip(new.iter()) {
            byte.conditional_assign(new, attempt.right);
        }
        Ok(attempt.guards(()))
    }
}

impl fmt::Debug for SetPin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetPin").field("attempts", &self.attempts).finish_non_exhaustive()
    }
}

/// Gives all attempts back. The PIN stays: an owner who forgot it has the token wiped.
///
/// # Errors
/// [`Refused::NoPin`].
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Unblock;

impl Operation for Unblock {
    type Outcome = ();

    fn run(self, state: &mut State) -> Result<(), Refused> {
        state.pin.attempts_left().ok_or(Refused::NoPin)?;
        state.pin.failed = 0;
        Ok(())
    }
}
