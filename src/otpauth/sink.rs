//! What a URI is written to: a buffer, or anything that takes text.

use super::percent::escaped;
use super::scan::{Class, run};
use super::{Text, WriteError};
use crate::{Secret, base32, ct};
use core::fmt::Write;
use core::ops::Range;

/// Takes a URI, piece by piece.
pub(super) trait Sink {
    /// ASCII text.
    fn put(&mut self, ascii: &[u8]) -> Result<(), WriteError>;

    /// Text in which all but unreserved characters are escaped.
    fn put_escaped(&mut self, bytes: &[u8], colon: WriteError) -> Result<(), WriteError>;

    /// The secret as text.
    fn put_base32(&mut self, secret: &Secret) -> Result<(), WriteError>;

    /// The issuer, which is written twice.
    fn put_issuer(&mut self, issuer: &Text<'_>) -> Result<(), WriteError> {
        self.put_name(issuer, WriteError::EmptyIssuer, WriteError::ColonInIssuer)
    }

    /// A name, and the errors if it is empty or contains a colon.
    fn put_name(
        &mut self,
        name: &Text<'_>,
        empty: WriteError,
        colon: WriteError,
    ) -> Result<(), WriteError> {
        match name.as_plain_bytes() {
            _ if name.is_empty() => Err(empty),
            Some(bytes) => self.put_escaped(bytes, colon),
            None => name.bytes().try_for_each(|byte| self.put_escaped(&[byte], colon)),
        }
    }

    /// Decimal digits. (The formatting machinery costs more than all the rest of a URI.)
    fn put_number(&mut self, mut number: u64) -> Result<(), WriteError> {
        let mut digits = [0; 20];
        let mut first = digits.len();
        for (index, digit) in digits.iter_mut().enumerate().rev() {
            first = index;
            *digit = b'0'.wrapping_add((number % 10) as u8);
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.put(digits.get(first..).unwrap_or_default())
    }
}

/// A byte of a name that is not written as it is.
#[cold]
fn escape(byte: u8, colon: WriteError) -> Result<[u8; 3], WriteError> {
    match byte {
        b':' => Err(colon),
        b'\0' => Err(WriteError::NulInLabel),
        _ => Ok(escaped(byte)),
    }
}

/// Takes what fits and counts the rest.
pub(super) struct Buffer<'b> {
    bytes: &'b mut [u8],
    len: usize,
    /// Where the issuer is written already.
    issuer: Range<usize>,
}

impl<'b> Buffer<'b> {
    pub(super) fn new(bytes: &'b mut [u8]) -> Self {
        Self { bytes, len: 0, issuer: 0..0 }
    }

    /// What is free.
    fn places(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.len..).unwrap_or_default()
    }

    /// What was put, if all of it fitted.
    #[inline]
    pub(super) fn text(self) -> Result<&'b str, WriteError> {
        let Self { bytes, len, .. } = self;
        let written = bytes.get(..len).ok_or(WriteError::BufferTooSmall { needed: len })?;
        // All that is written is ASCII.
        Ok(core::str::from_utf8(written).unwrap_or_default())
    }
}

impl Sink for Buffer<'_> {
    #[inline]
    fn put(&mut self, ascii: &[u8]) -> Result<(), WriteError> {
        if let Some(place) = self.places().get_mut(..ascii.len()) {
            place.copy_from_slice(ascii);
        }
        self.len = self.len.saturating_add(ascii.len());
        Ok(())
    }

    fn put_escaped(&mut self, bytes: &[u8], colon: WriteError) -> Result<(), WriteError> {
        let places = self.places();
        let mut len = 0usize;
        for byte in bytes {
            if Class::Unreserved.contains(*byte) {
                if let Some(place) = places.get_mut(len) {
                    *place = *byte;
                }
                len = len.wrapping_add(1);
            } else {
                let escape = escape(*byte, colon)?;
                if let Some(place) = places.get_mut(len..).and_then(<[u8]>::first_chunk_mut) {
                    *place = escape;
                }
                len = len.saturating_add(escape.len());
            }
        }
        self.len = self.len.saturating_add(len);
        Ok(())
    }

    fn put_issuer(&mut self, issuer: &Text<'_>) -> Result<(), WriteError> {
        let (written, places) = self.bytes.split_at_mut_checked(self.len).unwrap_or_default();
        if let Some(text) = written.get(self.issuer.clone()).filter(|text| !text.is_empty())
            && let Some(places) = places.get_mut(..text.len())
        {
            places.copy_from_slice(text);
            self.len = self.len.saturating_add(text.len());
            return Ok(());
        }
        let start = self.len;
        self.put_name(issuer, WriteError::EmptyIssuer, WriteError::ColonInIssuer)?;
        self.issuer = start..self.len;
        Ok(())
    }

    fn put_base32(&mut self, secret: &Secret) -> Result<(), WriteError> {
        let bytes = secret.expose();
        let len = base32::encoded_len(bytes.len());
        if let Some(place) = self.places().get_mut(..len) {
            base32::encode(bytes, place);
            ct::keep_ascii(place);
        }
        self.len = self.len.saturating_add(len);
        Ok(())
    }
}

/// The caller's.
pub(super) struct Target<'w, W>(pub(super) &'w mut W);

impl<W: Write> Sink for Target<'_, W> {
    fn put(&mut self, ascii: &[u8]) -> Result<(), WriteError> {
        let text = core::str::from_utf8(ascii).map_err(|_| WriteError::Refused)?;
        Ok(self.0.write_str(text)?)
    }

    fn put_escaped(&mut self, mut bytes: &[u8], colon: WriteError) -> Result<(), WriteError> {
        loop {
            let (verbatim, others) =
                bytes.split_at_checked(run(bytes, Class::Unreserved)).unwrap_or_default();
            self.put(verbatim)?;
            let Some((byte, after)) = others.split_first() else { return Ok(()) };
            self.put(&escape(*byte, colon)?)?;
            bytes = after;
        }
    }

    fn put_base32(&mut self, secret: &Secret) -> Result<(), WriteError> {
        Ok(self.0.write_str(secret.to_base32().as_str())?)
    }
}
