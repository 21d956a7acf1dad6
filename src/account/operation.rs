//! What all operations have in common: their context, their door, their refusals.

use super::state::State;
use crate::channel::Channel;
use crate::recovery::RecoveryCodeError;
use crate::{CodeError, EntropyError, Policy, TicketError, Unsupported};
use core::fmt;

/// What an operation is decided in.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it for each operation")]
pub struct Context<'a> {
    /// The present time, in seconds since the Unix epoch, from a clock the caller trusts.
    pub now: u64,
    /// The policy.
    pub policy: &'a Policy,
}

/// An operation on an account, as a value.
///
/// | who | operations |
/// |---|---|
/// | the first factor, before enrollment | [`Associate`](crate::Associate), [`AssociateOutOfBand`](crate::AssociateOutOfBand), [`Import`](crate::Import), [`Confirm`](crate::Confirm) |
/// | the first factor | [`Challenge`](crate::Challenge), [`Respond`](crate::Respond) |
/// | a second factor | the above, [`Remove`](crate::Remove), [`Rebind`](crate::Rebind), [`RegenerateRecoveryCodes`](crate::RegenerateRecoveryCodes), [`Resynchronize`](crate::Resynchronize), [`Unlock`](crate::Unlock) |
/// | a device, known by its key | [`AnswerPush`](crate::AnswerPush) |
/// | an administrator | the above, [`Reset`](crate::Reset), [`Restored`](crate::Restored) |
///
/// Sealed: the set of operations is the core's.
pub trait Operation: sealed::Sealed {
    /// What comes out once the step is stored.
    type Outcome;

    /// Either changes `state` into the record to be stored, or refuses, and what it did to
    /// `state` is dropped.
    #[doc(hidden)]
    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Self::Outcome, Refused>;
}

pub(crate) mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::account::AnswerPush<'_> {}
    impl Sealed for crate::account::Associate<'_> {}
    impl Sealed for crate::account::AssociateOutOfBand<'_> {}
    impl Sealed for crate::account::Challenge<'_> {}
    impl Sealed for crate::account::Confirm<'_> {}
    impl Sealed for crate::account::Import<'_> {}
    impl Sealed for crate::account::Rebind<'_> {}
    impl Sealed for crate::account::RegenerateRecoveryCodes<'_> {}
    impl Sealed for crate::account::Remove<'_> {}
    impl Sealed for crate::account::Reset<'_> {}
    impl Sealed for crate::account::Respond<'_> {}
    impl Sealed for crate::account::Restored<'_> {}
    impl Sealed for crate::account::Resynchronize<'_> {}
    impl Sealed for crate::account::Unlock<'_> {}
}

/// Why an operation was not carried out. Nothing changed, and nothing needs to be stored.
///
/// Wrong codes are not refusals: they are a [`Verdict`](crate::Verdict), which is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Refused {
    /// The ticket is not accepted.
    Ticket(TicketError),
    /// The account has an authenticator already: a first factor no longer associates or
    /// confirms.
    AlreadyEnrolled,
    /// The account has nothing to answer with: associate an authenticator first.
    NotEnrolled,
    /// The account has no active authenticator, or no recovery code, of the asked kind.
    NoSuchFactor,
    /// There is no association of this ticket waiting to be confirmed, or its time is over.
    NothingPending,
    /// The policy does not allow this channel.
    ChannelNotAllowed {
        /// The channel.
        channel: Channel,
    },
    /// Too many messages were sent.
    SentTooOften {
        /// From when on one may be sent again, in seconds since the Unix epoch.
        until: u64,
    },
    /// There is no such challenge for this ticket, or its time is over, or it was answered.
    NoSuchChallenge,
    /// The device has not answered: ask again later. Nothing was evaluated or stored.
    AuthorizationPending,
    /// The user said no on the device.
    Denied,
    /// The codes would have fewer than six digits, or Steam's alphabet without a clock.
    UnsupportedFormat,
    /// The time steps are longer than the policy allows.
    PeriodTooLong,
    /// Another authenticator of the account has this secret.
    SecretInUse,
    /// The secret that was brought along has fewer bits than the policy demands.
    WeakSecret,
    /// The record has no place for another authenticator.
    Full,
    /// The record's type holds fewer recovery codes than the policy demands.
    TooFewRecoverySlots,
    /// Too many wrong answers. Right and wrong ones are refused alike; nothing is evaluated.
    Locked {
        /// From when on answers are evaluated again, in seconds since the Unix epoch.
        until: u64,
    },
    /// The text is not a one-time password of this account's format. Not counted: nothing
    /// was evaluated.
    MalformedCode(CodeError),
    /// The text is not a recovery code. Not counted.
    MalformedRecoveryCode(RecoveryCodeError),
    /// Not enough random bytes.
    Entropy(EntropyError),
    /// This build cannot compute what the record needs.
    Unsupported(Unsupported),
    /// The record's revision or generation cannot rise any more.
    Exhausted,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ticket(reason) => return reason.fmt(f),
            Self::AlreadyEnrolled => "the account is enrolled already",
            Self::NotEnrolled => "the account is not enrolled: associate an authenticator first",
            Self::NoSuchFactor => "the account has no such factor",
            Self::NothingPending => "no association of this ticket waits for confirmation",
            Self::ChannelNotAllowed { channel } => {
                return write!(f, "the policy does not allow {channel}");
            }
            Self::SentTooOften { until } => {
                return write!(f, "too many messages were sent: none until {until} (Unix time)");
            }
            Self::NoSuchChallenge => "there is no such challenge, or its time is over",
            Self::AuthorizationPending => "the device has not answered yet",
            Self::Denied => "the login was refused on the device",
            Self::UnsupportedFormat => "codes of this form cannot be bound",
            Self::PeriodTooLong => "the time steps are longer than the policy allows",
            Self::SecretInUse => "another authenticator of the account has this secret",
            Self::WeakSecret => "the secret is shorter than the policy allows",
            Self::Full => "the account has no place for another authenticator",
            Self::TooFewRecoverySlots => "the record holds too few recovery codes for the policy",
            Self::Locked { until } => {
                return write!(f, "too many wrong answers: locked until {until} (Unix time)");
            }
            Self::MalformedCode(reason) => return reason.fmt(f),
            Self::MalformedRecoveryCode(reason) => return reason.fmt(f),
            Self::Entropy(reason) => return reason.fmt(f),
            Self::Unsupported(reason) => return reason.fmt(f),
            Self::Exhausted => "the record has reached its last revision",
        })
    }
}

impl core::error::Error for Refused {}

impl From<TicketError> for Refused {
    fn from(reason: TicketError) -> Self {
        Self::Ticket(reason)
    }
}

impl From<EntropyError> for Refused {
    fn from(reason: EntropyError) -> Self {
        Self::Entropy(reason)
    }
}

impl From<Unsupported> for Refused {
    fn from(reason: Unsupported) -> Self {
        Self::Unsupported(reason)
    }
}
