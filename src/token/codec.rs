//! The record as bytes of constant number: one encoding per record, and nothing else decodes.
//!
//! Format 1, integers big-endian, what is not there zero:
//!
//! ```text
//! format u8 = 1 · record 16 · revision u64
//! PIN: attempts allowed u8 (0: no PIN), failed u8, check 20
//! clock: set u8 · rtc u64 · now u64 · seen u64 · rate i32
//! kind u8: 0 blank, 1 HOTP, 2 TOTP, 3 OCRA
//! secret: length u8 (0: blank), 128
//! next counter: there u8, u64 · shown step: there u8, u64
//! 94 bytes
//!   HOTP: algorithm u8 · format u8
//!   TOTP: algorithm u8 · format u8 · period u64 · t0 u64
//!   OCRA: suite: length u8, 46 · server's suite: length u8 (0: none), 46
//! 2 zeros
//! ```

mod read;
mod write;

use super::record::{State, Token};
use crate::id::RecordId;
use crate::ocra::Suite;
use core::fmt;

/// The format that is written, and the only one so far that is read.
const FORMAT: u8 = 1;

/// What the parameters of a kind take.
const PARAMETERS_LEN: usize = 2 * (1 + Suite::MAX_LEN);

impl Token {
    /// The bytes of every encoded token: a multiple of what any flash writes at once.
    pub const ENCODED_LEN: usize = 320;

    /// Writes the record. Constant time in the secret.
    ///
    /// The bytes hold the secret: protect the flash against reading.
    pub fn encode(&self, out: &mut [u8; Self::ENCODED_LEN]) {
        write::record(&self.0, out);
    }

    /// Reads a record.
    ///
    /// ```
    /// use mfa_core::RecordId;
    /// use mfa_core::token::{DecodeError, Token};
    ///
    /// let mut bytes = [0; Token::ENCODED_LEN];
    /// Token::blank(RecordId::from_bytes(*b"random 128 bits.")).encode(&mut bytes);
    /// assert_eq!(Token::decode(&bytes)?.version().revision, 1);
    ///
    /// let erased = [0xFF; Token::ENCODED_LEN];
    /// assert_eq!(Token::decode(&erased).unwrap_err(), DecodeError::UnknownFormat { format: 0xFF });
    /// # Ok::<(), DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not exactly what [`encode`](Self::encode) writes.
    pub fn decode(bytes: &[u8; Self::ENCODED_LEN]) -> Result<Self, DecodeError> {
        let mut token = Self::blank(RecordId::VACANT);
        token.decode_into(bytes)?;
        Ok(token)
    }

    /// As [`decode`](Self::decode), in place: what was there is wiped.
    ///
    /// # Errors
    /// As [`decode`](Self::decode). The token is blank then, and encodes to nothing that loads.
    pub fn decode_into(&mut self, bytes: &[u8; Self::ENCODED_LEN]) -> Result<(), DecodeError> {
        let read = read::record(&mut self.0, bytes);
        if read.is_err() {
            self.0 = State::blank(RecordId::VACANT, 1);
        }
        read
    }
}

/// Why bytes are not a token's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// A format that this version does not know; 0xFF is erased flash.
    UnknownFormat {
        /// Its number.
        format: u8,
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
            Self::UnknownFormat { format } => write!(f, "record format {format} is not known"),
            Self::Impossible { field } => write!(f, "the record's {field} is impossible"),
        }
    }
}

impl core::error::Error for DecodeError {}
