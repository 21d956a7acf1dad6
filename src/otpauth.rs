//! `otpauth` URIs, as authenticator apps exchange them in QR codes: reading and writing.
//!
//! Reading is lenient where apps differ and the meaning is still certain, and refuses where
//! two readings are possible. What it tolerated is reported as [`Findings`], so that no
//! meaning changes silently. Writing is strict: there is one form, which every app accepts,
//! and what is written reads back to the same value without findings.
//!
//! ```
//! use mfa_core::{Secret, otpauth::{self, Uri}};
//!
//! let secret = Secret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
//! let mut buffer = [0; otpauth::max_len(32, 64)];
//! let written = Uri::totp("Example", "alice@example.com", &secret).write(&mut buffer)?;
//! assert_eq!(
//!     written,
//!     "otpauth://totp/Example:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
//!      &issuer=Example&algorithm=SHA1&digits=6&period=30",
//! );
//!
//! let reading = otpauth::read(written)?;
//! assert_eq!(reading.uri.account, "alice@example.com");
//! assert_eq!(reading.uri.secret, secret);
//! assert!(reading.findings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing is allocated: issuer and account are [`Text`]s that borrow from the URI and are
//! decoded as they are looked at. The export of Google Authenticator, `otpauth-migration`,
//! is read by [`read_migration`].
//!
//! # What is read
//! - White space around the URI is dropped. Scheme, type and parameter names are read in any
//!   case; a parameter that is not known is ignored, a known one twice is refused.
//! - The query begins at the first `?` and ends at a `#`. `%XX` is decoded once, after
//!   splitting; a plus is a space in the query and a plus in the label.
//! - The label is split after the issuer of the parameter and a colon, if it begins so, else
//!   at the first literal colon, else at the first `%3A`. The parameter's issuer wins.
//! - Secrets in any case, with spaces, hyphens and padding, of 1 to 128 bytes; `SHA1`,
//!   `SHA-256`, `HmacSHA512` and the like; 6 to 9 digits; periods and counters up to 2^64−1.
//! - `otpauth://steam/…`, `encoder=steam` and a bare `steam` select Steam's alphabet.
//!
//! # Timing
//! The classes of a secret's characters (base32, separator, escape, foreign) and its length
//! are public. Their values select neither branches nor addresses.
//!
//! Sources: Google's *Key Uri Format*; draft-linuxgemini-otpauth-uri.

mod error;
mod finding;
mod label;
mod migration;
mod percent;
mod query;
mod read;
mod scan;
mod sink;
mod span;
mod text;
mod wire;
mod write;

pub use error::{MigrationError, Part, ReadError};
pub use finding::{Finding, Findings};
pub use migration::{Entries, Migration, read_migration};
pub use read::{Reading, read};
pub use text::{Chars, Text};
pub use write::{WriteError, max_len};

use crate::{Algorithm, Format, Secret, TimeSteps};

/// What an `otpauth` URI says.
///
/// The secret is owned by a URI that was read, and can be borrowed by one that is written:
/// `S` is [`Secret`] or `&Secret`.
///
/// ```
/// use mfa_core::otpauth::{Kind, Uri};
/// use mfa_core::{Algorithm, Digits, Format, Secret};
///
/// let secret = Secret::from_bytes(&[7; 32])?;
/// let uri = Uri {
///     algorithm: Algorithm::Sha256,
///     format: Format::Decimal(Digits::EIGHT),
///     ..Uri::hotp("Example", "alice", &secret, 5)
/// };
/// assert_eq!(uri.kind, Kind::Hotp { counter: 5 });
/// # Ok::<(), mfa_core::SecretLengthError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uri<'a, S = Secret> {
    /// Time-based or counter-based.
    pub kind: Kind,
    /// Who issued the secret. `None` if that is not said, never an empty text.
    pub issuer: Option<Text<'a>>,
    /// Whose it is. Empty in some URIs that are read, never in one that is written.
    pub account: Text<'a>,
    /// The shared secret.
    pub secret: S,
    /// The hash under the HMAC.
    pub algorithm: Algorithm,
    /// Decimal digits and their number, or Steam's characters.
    pub format: Format,
}

/// What moves a code on (RFC 4226 §5.1, RFC 6238 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Time, in these steps. URIs know steps from the Unix epoch on only: T0 is 0.
    Totp(TimeSteps),
    /// A counter.
    Hotp {
        /// The counter of the next code.
        counter: u64,
    },
}

impl<'a, S> Uri<'a, S> {
    /// A time-based URI with what all apps understand: SHA-1, six digits, 30 seconds. An
    /// empty `issuer` is none.
    #[must_use]
    pub fn totp(issuer: &'a str, account: &'a str, secret: S) -> Self {
        Self {
            kind: Kind::Totp(TimeSteps::default()),
            issuer: Some(Text::plain(issuer)).filter(|issuer| !issuer.is_empty()),
            account: Text::plain(account),
            secret,
            algorithm: Algorithm::default(),
            format: Format::default(),
        }
    }

    /// A counter-based URI with what all apps understand: SHA-1, six digits. An empty
    /// `issuer` is none.
    #[must_use]
    pub fn hotp(issuer: &'a str, account: &'a str, secret: S, counter: u64) -> Self {
        Self { kind: Kind::Hotp { counter }, ..Self::totp(issuer, account, secret) }
    }
}
