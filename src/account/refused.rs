//! Why an operation is not carried out.

use crate::channel::Channel;
use crate::ocra::InputError;
use crate::recovery::RecoveryCodeError;
use crate::{CodeError, EntropyError, TicketError, Unsupported};
use core::fmt;

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
    /// The account has no active authenticator, or no recovery code, of the asked kind; to
    /// [`Confirm`](crate::Confirm), what waits is of another kind, or a recovery code was
    /// brought, which confirms nothing.
    NoSuchFactor,
    /// There is no association of this ticket waiting to be confirmed, or its time is over.
    NothingPending,
    /// The policy does not allow this channel.
    ChannelNotAllowed {
        /// The channel.
        channel: Channel,
    },
    /// Too many messages were sent, or questions asked.
    SentTooOften {
        /// From when on one may be sent again, in seconds since the Unix epoch.
        until: u64,
    },
    /// There is no such challenge for this ticket, or it is answered in another way, or its
    /// time is over, or it was answered.
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
    /// The secret of an OCRA token has more than 64 bytes.
    SecretTooLong,
    /// The OCRA suite has neither a counter nor the time, and its questions have fewer than 64
    /// bits: they would recur, and with them responses that somebody saw (NIST SP 800-63B-4
    /// §3.1.6).
    QuestionsRecur,
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
    /// The PIN or the session information does not fit the OCRA suite. Not counted.
    OcraInput(InputError),
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
            Self::SecretTooLong => "the secret of an OCRA token has at most 64 bytes",
            Self::QuestionsRecur => "the questions of the OCRA suite are too short to be safe",
            Self::Full => "the account has no place for another authenticator",
            Self::TooFewRecoverySlots => "the record holds too few recovery codes for the policy",
            Self::Locked { until } => {
                return write!(f, "too many wrong answers: locked until {until} (Unix time)");
            }
            Self::MalformedCode(reason) => return reason.fmt(f),
            Self::OcraInput(reason) => return reason.fmt(f),
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
