//! One authenticator of an account: its name, its phase, its factor.

use super::context::Context;
use super::factor::{Counter, Factor};
use super::verdict::{Method, Notices};
use crate::channel::Channel;
use crate::id::{AuthenticatorId, Reference, TicketId};
use core::fmt;

/// An authenticator as the account knows it. What is public of it can be read; the secret
/// cannot.
#[derive(Clone)]
pub struct Authenticator {
    pub(crate) id: AuthenticatorId,
    pub(crate) label: Label,
    pub(crate) phase: Phase,
    /// Consecutive wrong answers.
    pub(crate) failures: u8,
    pub(crate) factor: Factor,
}

impl Authenticator {
    /// Its name, which it shares with its twin: SMS and voice of one number, push and TOTP of
    /// one device.
    #[must_use]
    pub fn id(&self) -> AuthenticatorId {
        self.id
    }

    /// What the user calls it.
    #[must_use]
    pub fn label(&self) -> &str {
        self.label.as_str()
    }

    /// Where it is in its life.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether it is confirmed and not disabled.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.phase == Phase::Active
    }

    /// Whether it proves nothing until two or three codes in a row were shown
    /// ([`Resynchronize`](crate::Resynchronize)): an HOTP token after a backup was restored.
    #[must_use]
    pub fn needs_resynchronization(&self) -> bool {
        matches!(&self.factor, Factor::Hotp(hotp) if matches!(hotp.counter, Counter::Lost(_)))
    }

    /// What the user should be told after it was used.
    pub(crate) fn notices(&self, cx: &Context<'_>) -> Notices {
        let max = cx.policy.settings().max_drift;
        let drift = match &self.factor {
            Factor::Totp(totp) => totp.clock.drift,
            Factor::Ocra(ocra) => ocra.clock.drift,
            Factor::Hotp(_) | Factor::OutOfBand(_) => return Notices::NONE,
        };
        let (_, followed) = drift.parts();
        let is_large = max > 0 && followed.unsigned_abs() >= max;
        if is_large { Notices::DRIFT_LARGE } else { Notices::NONE }
    }

    /// How a grant names it.
    pub(crate) fn method(&self) -> Method {
        match &self.factor {
            Factor::Totp(_) | Factor::Hotp(_) => Method::Otp(self.id),
            Factor::Ocra(_) => Method::Ocra(self.id),
            Factor::OutOfBand(factor) => Method::OutOfBand(self.id, factor.channel),
        }
    }

    /// The caller's name for where its messages go, of an out-of-band authenticator.
    #[must_use]
    pub fn reference(&self) -> Option<Reference> {
        match &self.factor {
            Factor::OutOfBand(out_of_band) => Some(out_of_band.reference),
            _ => None,
        }
    }

    pub(crate) fn is_pending(&self) -> bool {
        matches!(self.phase, Phase::Pending { .. })
    }

    /// Whether it waits for its confirmation by this ticket now.
    pub(crate) fn awaits(&self, by: TicketId, now: u64) -> bool {
        matches!(self.phase, Phase::Pending { ticket, expires, .. } if ticket == by && now < expires)
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.factor {
            Factor::Totp(_) => Kind::Totp,
            Factor::Hotp(_) => Kind::Hotp,
            Factor::Ocra(_) => Kind::Ocra,
            Factor::OutOfBand(out_of_band) => Kind::OutOfBand(out_of_band.channel),
        }
    }

    /// Counts a wrong answer. When there were too many in a row, an active authenticator is
    /// disabled, and the time of a pending one is over. Gives whether it came to that.
    pub(crate) fn fail(&mut self, cap: u8) -> bool {
        self.failures = self.failures.saturating_add(1);
        let too_many = self.failures >= cap;
        if too_many {
            self.phase = match self.phase {
                Phase::Pending { ticket, replaces, .. } => {
                    Phase::Pending { ticket, expires: 0, replaces }
                }
                Phase::Active | Phase::Disabled => Phase::Disabled,
            };
        }
        too_many
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("id", &self.id)
            .field("kind", &self.kind())
            .field("label", &self.label())
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

/// What an authenticator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Kind {
    /// Time-based codes (RFC 6238).
    Totp,
    /// Counter-based codes (RFC 4226).
    Hotp,
    /// Responses to questions (RFC 6287).
    Ocra,
    /// Codes and questions over a channel.
    OutOfBand(Channel),
}

/// Where an authenticator is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Phase {
    /// Associated, not confirmed: proves nothing.
    Pending {
        /// The ticket that associated it, which alone can confirm it.
        ticket: TicketId,
        /// From when on it cannot be confirmed any more, in seconds since the Unix epoch.
        expires: u64,
        /// The authenticator that it replaces when it is confirmed.
        replaces: Option<AuthenticatorId>,
    },
    /// Confirmed: can be answered with.
    Active,
    /// Too many wrong answers in a row, also before its twin was confirmed: must be bound anew.
    Disabled,
}

/// What the user calls an authenticator: at most 32 bytes of text without control characters.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Label(heapless::String<{ Self::MAX_LEN }, u8>);

impl Label {
    /// The most bytes of a label.
    pub const MAX_LEN: usize = 32;

    /// A label; may be empty.
    ///
    /// # Errors
    /// [`LabelError`] if the text is too long or holds a control character.
    ///
    /// ```
    /// use mfa_core::Label;
    ///
    /// assert_eq!(Label::new("Ann's phone")?.as_str(), "Ann's phone");
    /// assert!(Label::new("two\nlines").is_err());
    /// # Ok::<(), mfa_core::LabelError>(())
    /// ```
    pub fn new(text: &str) -> Result<Self, LabelError> {
        if text.chars().any(char::is_control) {
            return Err(LabelError);
        }
        heapless::String::try_from(text).map(Self).map_err(|_| LabelError)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// A label is too long, or holds a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LabelError;

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a label has at most {} bytes and no control characters", Label::MAX_LEN)
    }
}

impl core::error::Error for LabelError {}
