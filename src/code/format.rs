//! How a code looks: decimal digits and their number, or Steam's characters.

use super::Code;
use crate::ct;
use core::fmt;
use core::num::NonZeroU8;

/// The number of digits of a decimal code: 6 to 9 for HOTP and TOTP (RFC 4226 §5.3 asks for
/// at least 6; 31 bits carry 9).
///
/// ```
/// use mfa_core::Digits;
///
/// assert_eq!(Digits::new(8)?.get(), 8);
/// assert!(Digits::new(5).is_err());
/// # Ok::<(), mfa_core::DigitsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Digits(NonZeroU8);

impl Digits {
    /// Six digits, the default everywhere.
    pub const SIX: Self = Self::FIVE.and_one();
    /// Seven digits.
    pub const SEVEN: Self = Self::SIX.and_one();
    /// Eight digits.
    pub const EIGHT: Self = Self::SEVEN.and_one();
    /// Nine digits, the most that 31 bits carry.
    pub const NINE: Self = Self::EIGHT.and_one();

    /// Five digits, which only a URI of Steam's can ask for (see [`crate::otpauth`]).
    pub(crate) const FIVE: Self = Self(NonZeroU8::MIN.saturating_add(4));

    const fn and_one(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// 6 to 9 digits.
    ///
    /// # Errors
    /// [`DigitsError`] for any other number.
    pub const fn new(digits: u8) -> Result<Self, DigitsError> {
        match (digits, NonZeroU8::new(digits)) {
            (6..=9, Some(digits)) => Ok(Self(digits)),
            _ => Err(DigitsError { found: digits }),
        }
    }

    /// 4 to 10 digits, as an OCRA response has them (RFC 6287 §5.2). Not public: HOTP and
    /// TOTP keep to 6 to 9.
    pub(crate) const fn of_response(digits: u8) -> Option<Self> {
        match (digits, NonZeroU8::new(digits)) {
            (4..=10, Some(digits)) => Some(Self(digits)),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0.get()
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::SIX
    }
}

/// A code has 6 to 9 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DigitsError {
    /// The number that was asked for.
    pub found: u8,
}

impl fmt::Display for DigitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a code has 6 to 9 digits, not {}", self.found)
    }
}

impl core::error::Error for DigitsError {}

/// How a truncated HMAC is written as text.
///
/// ```
/// use mfa_core::{Digits, Format};
///
/// assert_eq!(Format::default(), Format::Decimal(Digits::SIX));
/// assert_eq!(Format::Steam.len(), 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Format {
    /// Decimal digits, leading zeros kept (RFC 4226 §5.3).
    Decimal(Digits),
    /// Steam's five characters out of `23456789BCDFGHJKMNPQRTVWXY`.
    Steam,
}

impl Format {
    pub(super) const STEAM_ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

    /// The number of characters of a code, separators aside.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a code is never empty")]
    pub const fn len(self) -> usize {
        match self {
            Self::Decimal(digits) => digits.get() as usize,
            Self::Steam => 5,
        }
    }

    /// The number by which records name it: of digits, or 26 for Steam's letters.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Decimal(digits) => digits.get(),
            Self::Steam => Self::STEAM_ALPHABET.len() as u8,
        }
    }

    /// The format that records name so: at least six digits, or Steam's letters.
    pub(crate) fn of_number(number: u8) -> Option<Self> {
        match Digits::new(number) {
            Ok(digits) => Some(Self::Decimal(digits)),
            Err(_) => (number == Self::Steam.number()).then_some(Self::Steam),
        }
    }

    /// Reduces a truncated HMAC (31 bits) to what the text of this format carries.
    pub(crate) fn reduce(self, truncated: u32) -> Code {
        Code { value: self.value(truncated), format: self }
    }

    /// The value of the code that [`reduce`](Self::reduce) makes.
    pub(crate) fn value(self, truncated: u32) -> u32 {
        match self {
            Self::Decimal(digits) => ct::decimal(truncated, digits.get()),
            Self::Steam => ct::steam(truncated),
        }
    }
}

impl Default for Format {
    fn default() -> Self {
        Self::Decimal(Digits::SIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code is two registers then, and what is written as bytes is not read back as words.
    #[test]
    fn a_format_has_one_byte() {
        assert_eq!(size_of::<Format>(), 1);
    }
}
