//! A one-time password as a value: what an HMAC is truncated to, and its text.

mod format;

pub use format::{Digits, DigitsError, Format};

use crate::ct;
use core::fmt;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

/// A one-time password: a value and its format. Wiped on drop.
///
/// A code has one value however it is typed: spaces and hyphens between the characters do
/// not make a second code of it. Comparison is by value, in constant time. `Debug` hides the
/// value and there is no `Display`; [`text`](Self::text) shows it.
///
/// ```
/// use mfa_core::{Code, CodeError, Format};
///
/// let code = Code::parse("012 345", Format::default())?;
/// assert_eq!(code, Code::parse("012345", Format::default())?);
/// assert_eq!(code.text().as_str(), "012345");
/// assert_eq!(
///     Code::parse("+12345", Format::default()),
///     Err(CodeError::Foreign { index: 0 }),
/// );
/// # Ok::<(), CodeError>(())
/// ```
#[derive(Clone)]
pub struct Code {
    value: u32,
    format: Format,
}

impl Code {
    /// Reads a code as a person types it: exactly as many ASCII digits (or characters of
    /// Steam's alphabet, in either case) as the format has, white space around them, spaces
    /// and hyphens between them.
    ///
    /// # Timing
    /// The length, which positions hold separators or foreign characters, and whether the
    /// value is one that no code has, is public. The value is not.
    ///
    /// # Errors
    /// [`CodeError::Foreign`] names the first character that does not belong (a sign, a
    /// full-width or Arabic digit, a letter), [`CodeError::Length`] a wrong number of
    /// characters, [`CodeError::Range`] ten digits that no code has.
    pub fn parse(text: &str, format: Format) -> Result<Self, CodeError> {
        match Self::parse_plain(text.as_bytes(), format) {
            Some(code) => Ok(code),
            None => Self::parse_spaced(text, format),
        }
    }

    /// As [`parse`](Self::parse), of decimal digits and nothing else: most of what is typed.
    fn parse_plain(text: &[u8], format: Format) -> Option<Self> {
        // Ten digits may be too many for a code.
        if format == Format::Steam || format.len() == 10 || text.len() != format.len() {
            return None;
        }
        let (mut value, mut foreign) = (0u32, 0u32);
        for byte in text {
            let digit = u32::from(*byte).wrapping_sub(u32::from(b'0'));
            foreign |= 9u32.wrapping_sub(digit) | digit;
            value = value.wrapping_mul(10).wrapping_add(digit);
        }
        let all_known = Choice::from((!foreign >> 31) as u8);
        ct::declassify(all_known).then_some(Self { value, format })
    }

    fn parse_spaced(text: &str, format: Format) -> Result<Self, CodeError> {
        let (skipped, body) = ct::trim(text);
        let mut value = 0u32;
        let mut weight = 1u32;
        let mut out_of_range = 0u32;
        let (mut found, mut first_foreign) = (0usize, 0usize);
        // The highest bit is set once a character does not belong.
        let mut foreign = 0u32;
        let last = body.len().saturating_sub(1);
        for (index, byte) in body.iter().copied().enumerate() {
            if matches!(byte, b' ' | b'-') && index != 0 && index != last {
                continue;
            }
            let all_known = !foreign >> 31;
            // The product of a 32-bit multiplication's low half takes the same time always.
            match format {
                Format::Decimal(_) => {
                    let digit = u32::from(byte).wrapping_sub(u32::from(b'0'));
                    foreign |= 9u32.wrapping_sub(digit) | digit;
                    if found == 0 && format.len() == 10 {
                        // Ten digits from 3000000000 on would wrap round below.
                        out_of_range = 2u32.wrapping_sub(digit);
                    }
                    value = value.wrapping_mul(10).wrapping_add(digit);
                }
                Format::Steam => {
                    let (digit, known) = ct::position(Format::STEAM_ALPHABET, ct::upper(byte));
                    foreign |= u32::from(known.unwrap_u8()).wrapping_sub(1);
                    value = value.wrapping_add(u32::from(digit).wrapping_mul(weight));
                    weight = weight.wrapping_mul(26);
                }
            }
            found = found.saturating_add(1);
            let is_first_foreign = all_known & (foreign >> 31);
            first_foreign |= index & (is_first_foreign as usize).wrapping_neg();
        }
        // From here on it is public whether, and where first, a character does not belong.
        if ct::declassify(Choice::from((foreign >> 31) as u8)) {
            let index = ct::declassify_within(first_foreign as u64, 0..=last as u64) as usize;
            return Err(CodeError::Foreign { index: skipped.saturating_add(index) });
        }
        if found != format.len() {
            return Err(CodeError::Length { expected: format.len(), found });
        }
        // Truncation leaves 31 bits: what is beyond them is no guess at a code.
        if ct::declassify(Choice::from(((out_of_range | value) >> 31) as u8)) {
            return Err(CodeError::Range);
        }
        Ok(Self { value, format })
    }

    /// The code as text, without separators, leading zeros kept. Constant time in the value.
    #[must_use]
    pub fn text(&self) -> CodeText {
        let mut text = CodeText { chars: heapless::String::new() };
        // `push` cannot fail: no format has more than ten characters.
        match self.format {
            Format::Decimal(digits) => {
                let skip = 10usize.saturating_sub(usize::from(digits.get()));
                for digit in ct::decimal_digits(self.value).iter().skip(skip) {
                    let _ = text.chars.push(ct::ascii(b'0'.wrapping_add(*digit)));
                }
            }
            Format::Steam => {
                for digit in ct::steam_digits(self.value) {
                    let _ = text.chars.push(ct::ascii(ct::lookup(Format::STEAM_ALPHABET, digit)));
                }
            }
        }
        text
    }

    /// The value, for a record.
    pub(crate) fn value(&self) -> u32 {
        self.value
    }

    /// A decimal code out of a record; `None` if it has more digits than its format.
    pub(crate) fn of_value(value: u32, format: Format) -> Option<Self> {
        let code = format.reduce(value & 0x7FFF_FFFF);
        ct::declassify(code.value.ct_eq(&value)).then_some(code)
    }

    /// The format.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// All ones if the code has this value in this format, else zero.
    pub(crate) fn has(&self, value: u32, format: Format) -> u64 {
        ct::equal(self.value, value) & u64::from(self.format == format).wrapping_neg()
    }
}

impl ConstantTimeEq for Code {
    fn ct_eq(&self, other: &Self) -> Choice {
        Choice::from(u8::from(self.format == other.format)) & self.value.ct_eq(&other.value)
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        ct::declassify(self.ct_eq(other))
    }
}

impl Eq for Code {}

impl Drop for Code {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({} characters)", self.format.len())
    }
}

/// The text of a code, wiped on drop. `Debug` hides it; [`as_str`](Self::as_str) shows it.
#[derive(Clone)]
pub struct CodeText {
    chars: heapless::String<10>,
}

impl CodeText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.chars
    }
}

impl Drop for CodeText {
    fn drop(&mut self) {
        self.chars.zeroize();
    }
}

impl fmt::Debug for CodeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeText({} characters)", self.chars.len())
    }
}

/// Why text is not a code of the expected format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CodeError {
    /// A character that is no digit (or not of Steam's alphabet) and no separator.
    Foreign {
        /// Its position in the text, in bytes from 0.
        index: usize,
    },
    /// Too few or too many characters.
    Length {
        /// The number of characters that the format has.
        expected: usize,
        /// The number that was found, separators aside.
        found: usize,
    },
    /// Ten digits beyond 2^31−1 (`2147483647`), the highest value that a code has.
    Range,
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { index } => {
                write!(f, "character {} does not belong in a code", index.saturating_add(1))
            }
            Self::Length { expected, found } => {
                write!(f, "a code here has {expected} characters, not {found}")
            }
            Self::Range => f.write_str("a code of ten digits is at most 2147483647"),
        }
    }
}

impl core::error::Error for CodeError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn response(digits: u8) -> Format {
        Format::Decimal(Digits::of_response(digits).unwrap())
    }

    #[test]
    fn responses_have_4_to_10_digits_and_public_digits_6_to_9() {
        for digits in 0..=u8::MAX {
            assert_eq!(Digits::of_response(digits).is_some(), (4..=10).contains(&digits));
            assert_eq!(Digits::new(digits).is_ok(), (6..=9).contains(&digits));
        }
    }

    #[test]
    fn every_length_reduces_writes_and_reads_back() {
        for digits in 4..=10 {
            for value in [0, 1, 9_999, 10_000, 999_999_999, 1_000_000_000, 0x7FFF_FFFF] {
                let code = response(digits).reduce(value);
                let shown = u64::from(value) % 10u64.pow(digits.into());
                assert_eq!(code.text().as_str(), format!("{shown:0width$}", width = digits.into()));
                assert_eq!(Code::parse(code.text().as_str(), response(digits)), Ok(code));
            }
        }
    }

    #[test]
    fn ten_digits_end_at_2_to_the_31() {
        let parse = |text| Code::parse(text, response(10));
        assert_eq!(parse("2147483647").unwrap().text().as_str(), "2147483647");
        // 4294967296 + 1234567890 = 5529535186 would wrap to a code that exists.
        for text in ["2147483648", "2999999999", "3000000000", "5529535186", "9999999999"] {
            assert_eq!(parse(text), Err(CodeError::Range), "{text}");
        }
        assert_eq!(parse("99999999999"), Err(CodeError::Length { expected: 10, found: 11 }));
    }
}
