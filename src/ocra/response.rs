//! A response: decimal digits, or the whole HMAC.

use crate::mac::stream::Hash;
use crate::{Code, CodeError, Digits, Format, ct};
use core::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};
use zeroize::Zeroize;

/// An OCRA response: 4 to 10 decimal digits, or the HMAC itself where the suite does not
/// truncate it (RFC 6287 §5.2). Wiped on drop.
///
/// Compared in constant time. `Debug` hides the value and there is no `Display`;
/// [`text`](Self::text) shows it. Ten digits carry 31 bits, not 33: the first is 0, 1 or 2
/// (erratum 3730).
#[derive(Clone)]
pub struct Response(Value);

#[derive(Clone)]
enum Value {
    Digits(Code),
    Hmac(Hash),
}

impl Response {
    /// RFC 4226 §5.3.
    pub(super) fn truncated(hmac: &Hash, digits: Digits) -> Self {
        let tag = hmac.tag();
        Self(Value::Digits(Format::Decimal(digits).reduce(ct::truncate(tag.words, tag.last))))
    }

    pub(super) fn whole(hmac: Hash) -> Self {
        Self(Value::Hmac(hmac))
    }

    pub(super) fn parse_digits(text: &str, digits: Digits) -> Result<Self, CodeError> {
        Code::parse(text, Format::Decimal(digits)).map(|code| Self(Value::Digits(code)))
    }

    /// Reads an HMAC of `len` bytes. That a character is hexadecimal is public, which one it
    /// is, is not.
    pub(super) fn parse_hex(text: &str, len: usize) -> Result<Self, CodeError> {
        let (skipped, body) = ct::trim(text);
        let mut bytes = zeroize::Zeroizing::new([0; Hash::MAX_LEN]);
        let mut all_hex = Choice::from(1);
        let mut first_foreign = 0u64;
        for (index, char) in body.iter().copied().enumerate() {
            let (half, is_hex) = hex_value(char);
            first_foreign.conditional_assign(&(index as u64), all_hex & !is_hex);
            all_hex &= is_hex;
            if let Some(byte) = bytes.get_mut(index / 2) {
                *byte = (*byte << 4) | half;
            }
        }
        if !ct::declassify(all_hex) {
            let index = ct::declassify_within(first_foreign, 0..=body.len() as u64) as usize;
            return Err(CodeError::Foreign { index: skipped.saturating_add(index) });
        }
        let expected = len.saturating_mul(2);
        if body.len() != expected {
            return Err(CodeError::Length { expected, found: body.len() });
        }
        Ok(Self::whole(Hash::copy(bytes.get(..len).unwrap_or_default())))
    }

    /// The response as text: digits with leading zeros, or the HMAC in lower-case hexadecimal.
    /// Constant time in the value.
    #[must_use]
    pub fn text(&self) -> ResponseText {
        let mut text = ResponseText { chars: heapless::String::new() };
        // Neither can fail: 64 bytes make 128 characters.
        match &self.0 {
            Value::Digits(code) => {
                let _ = text.chars.push_str(code.text().as_str());
            }
            Value::Hmac(hmac) => {
                for half in hmac.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 0xF]) {
                    let _ = text.chars.push(ct::ascii(ct::lookup(b"0123456789abcdef", half)));
                }
            }
        }
        text
    }

    /// The HMAC of 20, 32 or 64 bytes, where the suite does not truncate it.
    #[must_use]
    pub fn hmac(&self) -> Option<&[u8]> {
        match &self.0 {
            Value::Digits(_) => None,
            Value::Hmac(hmac) => Some(hmac.as_bytes()),
        }
    }
}

/// The value of a hexadecimal digit of either case, and whether it is one.
fn hex_value(char: u8) -> (u8, Choice) {
    let digit = char.wrapping_sub(b'0');
    let letter = (char & !0x20).wrapping_sub(b'A');
    let (is_digit, is_letter) = (!digit.ct_gt(&9), !letter.ct_gt(&5));
    let value = u8::conditional_select(&letter.wrapping_add(10), &digit, is_digit);
    (value, is_digit | is_letter)
}

impl ConstantTimeEq for Response {
    fn ct_eq(&self, other: &Self) -> Choice {
        match (&self.0, &other.0) {
            (Value::Digits(one), Value::Digits(other)) => one.ct_eq(other),
            (Value::Hmac(one), Value::Hmac(other)) => one.ct_eq(other),
            _ => Choice::from(0),
        }
    }
}

impl PartialEq for Response {
    fn eq(&self, other: &Self) -> bool {
        ct::declassify(self.ct_eq(other))
    }
}

impl Eq for Response {}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::Digits(code) => write!(f, "Response({} digits)", code.format().len()),
            Value::Hmac(hmac) => write!(f, "Response({} bytes)", hmac.as_bytes().len()),
        }
    }
}

/// The text of a response, wiped on drop. `Debug` hides it; [`as_str`](Self::as_str) shows it.
#[derive(Clone)]
pub struct ResponseText {
    chars: heapless::String<{ 2 * Hash::MAX_LEN }>,
}

impl ResponseText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.chars
    }
}

impl Drop for ResponseText {
    fn drop(&mut self) {
        self.chars.zeroize();
    }
}

impl fmt::Debug for ResponseText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseText({} characters)", self.chars.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_values_are_those_of_the_standard_library_for_every_byte() {
        for byte in 0..=u8::MAX {
            let (value, is_hex) = hex_value(byte);
            let expected = char::from(byte).to_digit(16);
            assert_eq!(bool::from(is_hex), expected.is_some(), "{byte:#x}");
            assert!(expected.is_none_or(|expected| expected == u32::from(value)), "{byte:#x}");
        }
    }
}
