//! How a token gets its secret, once, and loses it.

use super::operation::Operation;
use super::record::State;
use super::refused::Refused;
use crate::mac::Hasher;
use crate::ocra::Suite;
use crate::otpauth::{self, Uri};
use crate::{Algorithm, Digits, Format, HotpParameters, Secret, TotpParameters};

/// What kind of codes a token makes, and how. Never changes after provisioning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Counter-based codes (RFC 4226).
    Hotp(HotpParameters),
    /// Time-based codes (RFC 6238).
    Totp(TotpParameters),
    /// Responses to challenges (RFC 6287).
    #[non_exhaustive]
    Ocra {
        /// The suite of the token's responses.
        suite: Suite,
        /// The suite of the server's responses, if it must prove itself first (§7.2).
        server: Option<Suite>,
    },
}

impl Kind {
    pub(super) fn has_counter(&self) -> bool {
        match self {
            Self::Hotp(_) => true,
            Self::Totp(_) => false,
            Self::Ocra { suite, .. } => suite.has_counter(),
        }
    }

    pub(super) fn has_time(&self) -> bool {
        match self {
            Self::Hotp(_) => false,
            Self::Totp(_) => true,
            Self::Ocra { suite, .. } => suite.time_steps().is_some(),
        }
    }

    /// Checks that a token can be of this kind, whatever this build computes.
    pub(super) fn check(&self) -> Result<(), Refused> {
        let fits = match self {
            Self::Hotp(HotpParameters { format, .. }) => is_decimal(*format),
            Self::Totp(TotpParameters { format, .. }) => {
                *format == Format::Steam || is_decimal(*format)
            }
            Self::Ocra { suite, server } => {
                return match server.as_ref().is_none_or(|server| go_together(suite, server)) {
                    true => Ok(()),
                    false => Err(Refused::UnsupportedSuite),
                };
            }
        };
        if fits { Ok(()) } else { Err(Refused::UnsupportedFormat) }
    }

    /// Checks that this build computes such codes.
    fn check_supported(&self) -> Result<(), Refused> {
        let check = |algorithm: Algorithm| Hasher::new(algorithm).map(|_| ());
        match self {
            Self::Hotp(HotpParameters { algorithm, .. })
            | Self::Totp(TotpParameters { algorithm, .. }) => check(*algorithm)?,
            Self::Ocra { suite, server } => {
                check(suite.algorithm())?;
                suite.pin().map_or(Ok(()), check)?;
                server.as_ref().map_or(Ok(()), |server| check(server.algorithm()))?;
            }
        }
        Ok(())
    }
}

fn is_decimal(format: Format) -> bool {
    matches!(format, Format::Decimal(digits) if Digits::new(digits.get()).is_ok())
}

/// Whether a server that answers with one suite is understood by a token with the other: it
/// knows no PIN and not the token's counter, both speak of the same questions and times, and
/// the token hashes of the session what the server does.
fn go_together(suite: &Suite, server: &Suite) -> bool {
    server.pin().is_none()
        && !server.has_counter()
        && server.question() == suite.question()
        && (server.session_len().is_none() || suite.session_len().is_some())
        && (server.time_steps().is_none() || server.time_steps() == suite.time_steps())
}

/// Gives a blank token its secret, its parameters and its first counter.
///
/// # Errors
/// [`Refused::AlreadyProvisioned`], [`Refused::UnsupportedFormat`],
/// [`Refused::UnsupportedSuite`], [`Refused::Unsupported`] if this build cannot compute such
/// codes.
#[derive(Clone, Debug)]
pub struct Provision {
    kind: Kind,
    secret: Secret,
    counter: Option<u64>,
}

impl Provision {
    /// A counter-based token whose first code is that of `counter`.
    #[must_use]
    pub fn hotp(secret: Secret, parameters: HotpParameters, counter: u64) -> Self {
        Self { kind: Kind::Hotp(parameters), secret, counter: Some(counter) }
    }

    /// A time-based token.
    #[must_use]
    pub fn totp(secret: Secret, parameters: TotpParameters) -> Self {
        Self { kind: Kind::Totp(parameters), secret, counter: None }
    }

    /// A token that answers challenges, the first with `counter` if the suite has one.
    #[must_use]
    pub fn ocra(secret: Secret, suite: Suite, counter: u64) -> Self {
        Self::responder(secret, suite, None, counter)
    }

    /// A token that answers a server only after it proved itself with the suite `server`
    /// (RFC 6287 §7.2). That suite has neither a PIN nor a counter, the same questions as
    /// `suite`, no other time steps, and session information only if `suite` has some.
    ///
    /// Such a token refuses one-way challenges: its answer to one might serve another as the
    /// token's, or the server's, part in a mutual exchange.
    #[must_use]
    pub fn mutual_ocra(secret: Secret, suite: Suite, server: Suite, counter: u64) -> Self {
        Self::responder(secret, suite, Some(server), counter)
    }

    fn responder(secret: Secret, suite: Suite, server: Option<Suite>, counter: u64) -> Self {
        let counter = suite.has_counter().then_some(counter);
        Self { kind: Kind::Ocra { suite, server }, secret, counter }
    }
}

/// What a URI says; who issued it and for whom is not kept.
impl From<Uri<'_>> for Provision {
    fn from(uri: Uri<'_>) -> Self {
        let Uri { kind, secret, algorithm, format, .. } = uri;
        match kind {
            otpauth::Kind::Hotp { counter } => {
                Self::hotp(secret, HotpParameters { algorithm, format }, counter)
            }
            otpauth::Kind::Totp(steps) => {
                Self::totp(secret, TotpParameters { algorithm, format, steps })
            }
        }
    }
}

impl Operation for Provision {
    type Outcome = ();

    fn run(self, state: &mut State) -> Result<(), Refused> {
        if state.kind.is_some() {
            return Err(Refused::AlreadyProvisioned);
        }
        self.kind.check()?;
        self.kind.check_supported()?;
        state.kind = Some(self.kind);
        state.secret = self.secret;
        state.counter = self.counter;
        Ok(())
    }
}

/// Makes the token blank again: nothing is left of its secret, its PIN, its clock.
///
/// The record keeps its name, and its revision goes on rising.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Wipe;

impl Operation for Wipe {
    type Outcome = ();

    fn run(self, state: &mut State) -> Result<(), Refused> {
        *state = State::blank(state.record, state.revision);
        Ok(())
    }
}
