//! The record as bytes: one canonical encoding per record, and nothing else decodes.
//!
//! Format 1, integers big-endian:
//!
//! ```text
//! format u8 = 1 · account 16 · record 16 · revision u64 · generation u64 · enrolled u8
//! otp, out-of-band, recovery: each fast, slow, reserve: each spent u16, since u64
//! sent by phone, by e-mail, by push: each spent u16, since u64
//! authenticators u8, each: id 10 · label u8, bytes ·
//!   phase u8: 0 [ticket 16, expires u64, replaces u8 [10]], 1 active, 2 disabled ·
//!   failures u8 · kind u8: 1 TOTP, 2 HOTP, 3 out-of-band, 4 OCRA
//!   TOTP: algorithm u8 · format u8 · period u64 · t0 u64 · clock · secret u8, bytes
//!     clock: burnt u8 [u64] · drift measured i64, followed i8
//!   HOTP: algorithm u8 · format u8 · counter u8: 0 exhausted, 1 next [u64], 2 lost [u64]
//!     · secret u8, bytes
//!   out-of-band: channel u8 · reference 16 · challenges u8, each: id 10 · ticket 16 ·
//!     expires u64 · digits u8 · code u32 ·
//!     answer u8: 0 waiting, 1 approved, 2 denied, 3 guesses [u8]
//!   OCRA: suite u8, bytes · counter, if the suite has one: u8: 0 exhausted, 1 next [u64] ·
//!     clock, if the suite has the time · asked u8 [seed 16, expires u64] · secret u8, bytes
//! recovery codes u8, each 32 · awaits u8 [10]
//! ```

mod read;
mod write;

use super::authenticator::Label;
use super::record::Account;
use crate::Secret;
use crate::id::{AccountId, AuthenticatorId};
use crate::recovery::RecoveryHash;
use core::fmt;

/// The format that is written, and the only one so far that is read.
const FORMAT: u8 = 1;

const HEAD_LEN: usize = 1 + 16 + 16 + 8 + 8 + 1 + (3 * 3 + 3) * (2 + 8);
const AUTHENTICATOR_MAX_LEN: usize = AuthenticatorId::LEN
    + (1 + Label::MAX_LEN)
    + (1 + 16 + 8 + 1 + AuthenticatorId::LEN)
    + 1
    + (1 + 1 + 1 + 8 + 8 + (1 + 8) + (8 + 1))
    + (1 + Secret::MAX_LEN);

impl<const N: usize, const R: usize> Account<N, R> {
    /// The most bytes that a record of this type encodes to.
    pub const MAX_ENCODED_LEN: usize = HEAD_LEN
        + (1 + N * AUTHENTICATOR_MAX_LEN)
        + (1 + R * RecoveryHash::LEN)
        + (1 + AuthenticatorId::LEN);

    /// Writes the record, and gives the number of bytes written.
    ///
    /// The bytes hold the secrets: keep them where nobody else reads (on a server, encrypted
    /// with account, revision and key id as associated data).
    ///
    /// # Errors
    /// [`EncodeError`] if the record does not fit; [`MAX_ENCODED_LEN`](Self::MAX_ENCODED_LEN)
    /// bytes are always enough.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        write::record(self, out).ok_or(EncodeError)
    }

    /// Reads the record of `account`.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not exactly what [`encode`](Self::encode) writes for
    /// a record of this account that fits this type.
    pub fn decode(account: AccountId, bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::vacant(account);
        record.decode_into(bytes)?;
        Ok(record)
    }

    /// As [`decode`](Self::decode), into a value whose account is the expected one: nothing
    /// but small parts lies on the stack.
    ///
    /// # Errors
    /// As [`decode`](Self::decode). The value is *vacant* then: it belongs to the account,
    /// counts as enrolled, accepts no ticket, and encodes to nothing that loads.
    pub fn decode_into(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        let account = self.account();
        let read = read::record(&mut self.state(), account, bytes);
        if read.is_err() {
            self.vacate();
        }
        read
    }
}

/// The record did not fit into the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EncodeError;

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the record does not fit: lend Account::MAX_ENCODED_LEN bytes")
    }
}

impl core::error::Error for EncodeError {}

/// Why bytes (or JSON) are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// They end too early.
    Truncated,
    /// Something follows the record.
    TrailingBytes,
    /// A format that this version does not know.
    UnknownFormat {
        /// Its number.
        format: u8,
    },
    /// The record belongs to another account.
    ForeignAccount,
    /// More authenticators or recovery codes than the type holds.
    TooMany {
        /// Of what.
        of: &'static str,
    },
    /// A value that no record has.
    Impossible {
        /// Which.
        field: &'static str,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the record ends too early"),
            Self::TrailingBytes => f.write_str("bytes follow the record"),
            Self::UnknownFormat { format } => write!(f, "record format {format} is not known"),
            Self::ForeignAccount => f.write_str("the record belongs to another account"),
            Self::TooMany { of } => write!(f, "the record holds more {of} than fit here"),
            Self::Impossible { field } => write!(f, "the record's {field} is impossible"),
        }
    }
}

impl core::error::Error for DecodeError {}
