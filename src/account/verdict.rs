//! Verdicts: what was proved, and what the user should be told.

use super::context::Context;
use crate::channel::Channel;
use crate::id::{AccountId, AuthenticatorId};
use crate::recovery::RecoveryCode;
use crate::ticket::{Authority, Scopes, Subject, Ticket};
use crate::{Entropy, EntropyError};

/// Whether an answer was right.
#[derive(Debug)]
#[must_use = "that a step is stored does not mean that its answer was right"]
#[non_exhaustive]
pub enum Verdict {
    /// It was, and is used up.
    Accepted(Grant),
    /// It was not. One answer for every wrong code, whatever is wrong about it.
    #[non_exhaustive]
    Rejected {
        /// From when on the next answer of this class is evaluated, in seconds since the Unix
        /// epoch, if this one used up the budget.
        locked_until: Option<u64>,
        /// What the user should be told.
        notices: Notices,
    },
}

impl Verdict {
    /// The grant, if the answer was right.
    #[must_use]
    pub fn accepted(self) -> Option<Grant> {
        match self {
            Self::Accepted(grant) => Some(grant),
            Self::Rejected { .. } => None,
        }
    }

    pub(crate) fn rejected(locked_until: Option<u64>, disabled: bool) -> Self {
        let mut notices = Notices::NONE;
        if locked_until.is_some() {
            notices = notices | Notices::LOCKED;
        }
        if disabled {
            notices = notices | Notices::AUTHENTICATOR_DISABLED;
        }
        Self::Rejected { locked_until, notices }
    }
}

/// What was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Method {
    /// A one-time password of this authenticator. Where several accepted it, the one that was
    /// associated first.
    Otp(AuthenticatorId),
    /// A response of this OCRA token.
    Ocra(AuthenticatorId),
    /// A code that was sent over this channel, or a device's answer.
    OutOfBand(AuthenticatorId, Channel),
    /// A recovery code.
    RecoveryCode,
}

impl Method {
    /// Authentication method references (RFC 8176 §2) for a login whose first factor the
    /// caller has checked. Mail and recovery codes have no reference of their own there.
    #[must_use]
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Otp(_) | Self::Ocra(_) => &["otp", "mfa"],
            Self::OutOfBand(_, Channel::Sms) => &["sms", "mfa"],
            Self::OutOfBand(_, Channel::Voice) => &["tel", "mfa"],
            Self::OutOfBand(_, Channel::Email) => &["mfa"],
            Self::OutOfBand(_, Channel::Push) => &["hwk", "mfa"],
            Self::RecoveryCode => &["mfa"],
        }
    }
}

/// The proof of a second factor, out of a stored step.
#[derive(Debug)]
pub struct Grant {
    subject: Subject,
    method: Method,
    notices: Notices,
    recovery_code: Option<RecoveryCode>,
}

impl Grant {
    pub(crate) fn new(subject: Subject, method: Method, notices: Notices) -> Self {
        Self { subject, method, notices, recovery_code: None }
    }

    pub(crate) fn with_recovery_code(self, code: RecoveryCode) -> Self {
        Self { recovery_code: Some(code), ..self }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.subject.account
    }

    /// What was presented.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// What the user should be told, over another channel than this login (NIST SP 800-63B-4
    /// §4.6).
    #[must_use]
    pub fn notices(&self) -> Notices {
        self.notices
    }

    /// The recovery code that replaces the used one: to be shown now, once.
    #[must_use]
    pub fn recovery_code(&self) -> Option<&RecoveryCode> {
        self.recovery_code.as_ref()
    }

    /// A ticket with the authority of this grant, for managing authenticators.
    ///
    /// Draws 16 bytes.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn ticket(
        &self,
        scopes: Scopes,
        mut entropy: Entropy<'_>,
        cx: &Context<'_>,
    ) -> Result<Ticket, EntropyError> {
        let life = cx.policy.settings().ticket_life;
        self.subject.ticket(Authority::Verified, scopes, &mut entropy, cx.now, life)
    }
}

/// A set of things that the user should be told (NIST SP 800-63B-4 §4.6).
///
/// ```
/// use mfa_core::Notices;
///
/// assert!(!Notices::NONE.contains(Notices::AUTHENTICATOR_BOUND));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Notices(u8);

impl Notices {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// An authenticator was bound to the account.
    pub const AUTHENTICATOR_BOUND: Self = Self(1);
    /// A recovery code was used.
    pub const RECOVERY_CODE_USED: Self = Self(2);
    /// A recovery code was replaced.
    pub const RECOVERY_CODE_REPLACED: Self = Self(4);
    /// The last recovery code is used up.
    pub const NO_RECOVERY_CODE_LEFT: Self = Self(8);
    /// An authenticator was removed from the account.
    pub const AUTHENTICATOR_REMOVED: Self = Self(16);
    /// An authenticator was disabled: too many wrong answers in a row.
    pub const AUTHENTICATOR_DISABLED: Self = Self(32);
    /// The budget for wrong answers is used up.
    pub const LOCKED: Self = Self(64);
    /// The clock of an authenticator is off by as much as the policy follows.
    pub const DRIFT_LARGE: Self = Self(128);

    const NAMES: [(Self, &'static str); 8] = [
        (Self::AUTHENTICATOR_BOUND, "authenticator bound"),
        (Self::RECOVERY_CODE_USED, "recovery code used"),
        (Self::RECOVERY_CODE_REPLACED, "recovery code replaced"),
        (Self::NO_RECOVERY_CODE_LEFT, "no recovery code left"),
        (Self::AUTHENTICATOR_REMOVED, "authenticator removed"),
        (Self::AUTHENTICATOR_DISABLED, "authenticator disabled"),
        (Self::LOCKED, "locked"),
        (Self::DRIFT_LARGE, "drift large"),
    ];

    /// The names of the notices in the set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(one, _)| self.contains(*one)).map(|(_, name)| name)
    }

    /// Whether all of `other` are in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl core::fmt::Debug for Notices {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl core::ops::BitOr for Notices {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
