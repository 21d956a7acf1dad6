//! Why an operation is not carried out.

use crate::ocra::InputError;
use crate::{CodeError, EntropyError, Unsupported};
use core::fmt;

/// Why an operation was not carried out. Nothing changed, and nothing needs to be stored.
///
/// A wrong PIN is not refused: it is counted, so that it is stored (see
/// [`Answer`](super::Answer)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Refused {
    /// The token has no secret yet.
    Blank,
    /// The token has a secret already: wipe it first.
    AlreadyProvisioned,
    /// The token makes codes of another kind.
    WrongKind,
    /// The codes would have fewer than six digits, or Steam's alphabet without a clock.
    UnsupportedFormat,
    /// The server's suite has a PIN or a counter, or its questions, time steps or session
    /// information do not go with the token's suite.
    UnsupportedSuite,
    /// Too many wrong PINs in a row: right and wrong ones are refused alike.
    Locked,
    /// The token has a PIN, and none was given.
    PinNeeded,
    /// A PIN was given, and the token has none.
    NoPin,
    /// A new PIN has 4 to 32 bytes.
    PinLength,
    /// A new PIN has 1 to 10 attempts.
    PinAttempts,
    /// The clock was never set.
    ClockNotSet,
    /// The real-time clock went back, as after a loss of power: set it.
    ClockLost,
    /// A code of a later time step was shown already: none is until the clock is there again.
    ClockBehind,
    /// The drift cannot be measured: less than a day since the clock was set, or a result
    /// beyond 1000 ppm.
    DriftNotMeasured,
    /// A trim beyond ±1000 ppm.
    DriftTooLarge,
    /// This token answers only a server that proves itself first.
    ServerMustAnswer,
    /// This token knows no suite of the server's.
    NotMutual,
    /// The server's response is wrong: whoever asks does not have the secret.
    WrongServer,
    /// The server's response is not one of its suite's form.
    MalformedResponse(CodeError),
    /// The inputs do not fit the OCRA suite.
    Input(InputError),
    /// Not enough random bytes.
    Entropy(EntropyError),
    /// This build cannot compute what the token needs.
    Unsupported(Unsupported),
    /// The token's last counter, or its record's last revision, was used.
    Exhausted,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blank => "the token has no secret yet",
            Self::AlreadyProvisioned => "the token has a secret already: wipe it first",
            Self::WrongKind => "the token makes codes of another kind",
            Self::UnsupportedFormat => "codes of this form cannot be shown",
            Self::UnsupportedSuite => "the server's suite does not go with the token's",
            Self::Locked => "too many wrong PINs: the token is locked",
            Self::PinNeeded => "the token needs its PIN",
            Self::NoPin => "the token has no PIN",
            Self::PinLength => "a PIN has 4 to 32 bytes",
            Self::PinAttempts => "a PIN has 1 to 10 attempts",
            Self::ClockNotSet => "the clock was never set",
            Self::ClockLost => "the clock went back: set it",
            Self::ClockBehind => "the clock is behind a code that was shown",
            Self::DriftNotMeasured => "the clock's drift cannot be measured",
            Self::DriftTooLarge => "the clock is trimmed by at most 1000 ppm",
            Self::ServerMustAnswer => "the server must prove itself first",
            Self::NotMutual => "the token knows no suite of the server's",
            Self::WrongServer => "the server's response is wrong",
            Self::MalformedResponse(reason) => return reason.fmt(f),
            Self::Input(reason) => return reason.fmt(f),
            Self::Entropy(reason) => return reason.fmt(f),
            Self::Unsupported(reason) => return reason.fmt(f),
            Self::Exhausted => "the token has reached its last counter or revision",
        })
    }
}

impl core::error::Error for Refused {}

impl From<CodeError> for Refused {
    fn from(reason: CodeError) -> Self {
        Self::MalformedResponse(reason)
    }
}

impl From<InputError> for Refused {
    fn from(reason: InputError) -> Self {
        Self::Input(reason)
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
