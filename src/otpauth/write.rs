//! Writing an `otpauth` URI: one form, which every authenticator app accepts.

use super::sink::{Buffer, Sink, Target};
use super::{Kind, Uri};
use crate::{Algorithm, Digits, Format, Secret};
use core::borrow::Borrow;
use core::fmt::{self, Write};

/// The bytes that every URI fits into whose issuer and account have at most so many bytes of
/// UTF-8, whatever its other parameters are: for the length of an array.
///
/// ```
/// let buffer = [0u8; mfa_core::otpauth::max_len(32, 64)];
/// assert_eq!(buffer.len(), 676);
/// ```
#[must_use]
pub const fn max_len(issuer: usize, account: usize) -> usize {
    const LONGEST: &str = "otpauth://totp/:?secret=&issuer=&algorithm=SHA512&digits=9\
                           &counter=18446744073709551615";
    const SECRET: usize = (Secret::MAX_LEN * 8).div_ceil(5);
    // Every byte may need an escape of three; the issuer is written twice.
    LONGEST
        .len()
        .saturating_add(SECRET)
        .saturating_add(issuer.saturating_mul(6))
        .saturating_add(account.saturating_mul(3))
}

impl<S: Borrow<Secret>> Uri<'_, S> {
    /// Writes the URI into `buffer`, which then holds the secret: wipe it when it has served.
    ///
    /// Always the same parameters in the same order: `secret`, `issuer` (left out if there is
    /// none), `algorithm`, `digits`, and `period` or `counter`. All but unreserved characters
    /// are escaped, a space as `%20`. Steam's format is written as type `steam`.
    ///
    /// # Timing
    /// Constant in the secret; its length is public.
    ///
    /// # Errors
    /// [`WriteError`] if the buffer is too small (see [`max_len`]), or if the URI says
    /// something that would not be read back the same: see its variants. The buffer may hold
    /// part of the URI, and of the secret, after an error.
    ///
    /// ```
    /// use mfa_core::Secret;
    /// use mfa_core::otpauth::{Uri, WriteError};
    ///
    /// let secret = Secret::from_bytes(&[0; 16])?;
    /// let uri = Uri::hotp("", "bob", &secret, 1);
    /// assert_eq!(uri.write(&mut []), Err(WriteError::BufferTooSmall { needed: 86 }));
    /// let mut buffer = [0; 86];
    /// assert_eq!(
    ///     uri.write(&mut buffer)?,
    ///     "otpauth://hotp/bob?secret=AAAAAAAAAAAAAAAAAAAAAAAAAA&algorithm=SHA1&digits=6&counter=1",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, WriteError> {
        let mut buffer = Buffer::new(buffer);
        self.put_to(&mut buffer)?;
        buffer.text()
    }

    /// As [`write`](Self::write), to anything that takes text: a `String`, a
    /// `heapless::String`, the encoder of a QR code.
    ///
    /// # Errors
    /// As [`write`](Self::write); [`WriteError::Refused`] if `out` does not take the text.
    /// `out` may have taken part of it after any error.
    pub fn write_to(&self, out: &mut impl Write) -> Result<(), WriteError> {
        self.put_to(&mut Target(out))
    }

    fn put_to(&self, out: &mut impl Sink) -> Result<(), WriteError> {
        let secret = self.secret.borrow();
        if secret.is_weak() {
            return Err(WriteError::WeakSecret);
        }
        self.put_beginning(out)?;
        if let Some(issuer) = &self.issuer {
            out.put_issuer(issuer)?;
            out.put(b":")?;
        }
        out.put_name(&self.account, WriteError::EmptyAccount, WriteError::ColonInAccount)?;
        out.put(b"?secret=")?;
        out.put_base32(secret)?;
        if let Some(issuer) = &self.issuer {
            out.put(b"&issuer=")?;
            out.put_issuer(issuer)?;
        }
        // Texts of known lengths take no call to be copied.
        match self.algorithm {
            Algorithm::Sha1 => out.put(b"&algorithm=SHA1&digits="),
            Algorithm::Sha256 => out.put(b"&algorithm=SHA256&digits="),
            Algorithm::Sha512 => out.put(b"&algorithm=SHA512&digits="),
        }?;
        out.put(&[b'0'.wrapping_add(self.format.len() as u8)])?;
        match self.kind {
            Kind::Totp(steps) => {
                out.put(b"&period=")?;
                out.put_number(steps.period().get())
            }
            Kind::Hotp { counter } => {
                out.put(b"&counter=")?;
                out.put_number(counter)
            }
        }
    }

    /// Scheme and type: the one that reads back as this kind and format.
    fn put_beginning(&self, out: &mut impl Sink) -> Result<(), WriteError> {
        match (self.kind, self.format) {
            (Kind::Totp(steps), _) if steps.t0() != 0 => Err(WriteError::NonZeroT0),
            (_, Format::Decimal(digits)) if Digits::new(digits.get()).is_err() => {
                Err(WriteError::InvalidDigits)
            }
            (Kind::Totp(_), Format::Decimal(_)) => out.put(b"otpauth://totp/"),
            (Kind::Hotp { .. }, Format::Decimal(_)) => out.put(b"otpauth://hotp/"),
            (Kind::Totp(_), Format::Steam) => out.put(b"otpauth://steam/"),
            (Kind::Hotp { .. }, Format::Steam) => Err(WriteError::SteamCounter),
        }
    }
}

/// Why a URI cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum WriteError {
    /// The buffer is too small.
    BufferTooSmall {
        /// The bytes that the URI takes.
        needed: usize,
    },
    /// What was to take the text did not.
    Refused,
    /// The secret has fewer than 128 bits (RFC 4226 §4, R6).
    WeakSecret,
    /// The issuer is empty; no issuer is `None`.
    EmptyIssuer,
    /// The account is empty.
    EmptyAccount,
    /// A colon in the issuer: readers could not tell where it ends.
    ColonInIssuer,
    /// A colon in the account: readers could take what is before it for the issuer.
    ColonInAccount,
    /// A NUL in the issuer or the account.
    NulInLabel,
    /// Time steps that do not begin at the Unix epoch: a URI cannot say so.
    NonZeroT0,
    /// A number of digits other than 6 to 9.
    InvalidDigits,
    /// Steam's format with a counter: its codes are time-based.
    SteamCounter,
}

impl WriteError {
    /// A name that never changes, for logs and tables: the variant's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BufferTooSmall { .. } => "BufferTooSmall",
            Self::Refused => "Refused",
            Self::WeakSecret => "WeakSecret",
            Self::EmptyIssuer => "EmptyIssuer",
            Self::EmptyAccount => "EmptyAccount",
            Self::ColonInIssuer => "ColonInIssuer",
            Self::ColonInAccount => "ColonInAccount",
            Self::NulInLabel => "NulInLabel",
            Self::NonZeroT0 => "NonZeroT0",
            Self::InvalidDigits => "InvalidDigits",
            Self::SteamCounter => "SteamCounter",
        }
    }
}

impl From<fmt::Error> for WriteError {
    fn from(_: fmt::Error) -> Self {
        Self::Refused
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BufferTooSmall { needed } => {
                return write!(f, "the URI takes {needed} bytes, the buffer is smaller");
            }
            Self::Refused => "the URI was not taken by what it was written to",
            Self::WeakSecret => "the secret has fewer than 128 bits",
            Self::EmptyIssuer => "the issuer is empty",
            Self::EmptyAccount => "the account is empty",
            Self::ColonInIssuer => "the issuer contains a colon",
            Self::ColonInAccount => "the account contains a colon",
            Self::NulInLabel => "the issuer or the account contains a NUL",
            Self::NonZeroT0 => "a URI cannot express time steps that begin at another time than 0",
            Self::InvalidDigits => "a URI cannot express codes of other than 6 to 9 digits",
            Self::SteamCounter => "Steam's codes are time-based: they have no counter",
        })
    }
}

impl core::error::Error for WriteError {}
