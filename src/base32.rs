//! Base32 for secrets (RFC 4648 §6): strict for machines, lenient for people, constant time
//! in what the characters mean.

use crate::secret::Secret;
use crate::wiped::Wiped;
use base32ct::{Base32UpperUnpadded, Encoding};
use core::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// The characters that [`Secret::MAX_LEN`] bytes take: ⌈128 · 8 / 5⌉.
const MAX_CHARS: usize = (Secret::MAX_LEN * 8).div_ceil(5);

/// A secret read from base32 text, and what the reading tolerated.
#[derive(Debug)]
#[non_exhaustive]
pub struct Decoded {
    /// The secret: ⌊5n/8⌋ bytes of n characters.
    pub secret: Secret,
    /// The number of characters is one that no encoder emits (1, 3 or 6 modulo 8).
    pub odd_length: bool,
    /// Bits after the last whole byte are not zero.
    pub trailing_bits: bool,
}

/// Reads base32 text as people and programs write it: letters of either case; spaces,
/// hyphens and trailing `=` are dropped; a length that no encoder emits and bits after the
/// last whole byte are tolerated and reported.
///
/// # Timing
/// Which positions hold separators, and whether all others are base32, is public. Which
/// letter or digit a character is, is not.
///
/// # Errors
/// [`Base32Error`]: empty text, a character that is not base32 (with its position in bytes),
/// or more than 128 bytes of secret.
///
/// ```
/// use mfa_core::base32;
///
/// let decoded = base32::decode("gezd gnbv-GY3T QOJQ ====")?;
/// assert_eq!(decoded.secret.expose(), b"1234567890");
/// assert!(!decoded.trailing_bits && !decoded.odd_length);
///
/// let error = base32::decode("GEZD1NBV").unwrap_err();
/// assert_eq!(error.to_string(), "character 5 of the secret is not base32 (A-Z, 2-7)");
/// # Ok::<(), base32::Base32Error>(())
/// ```
pub fn decode(text: &str) -> Result<Decoded, Base32Error> {
    decode_lenient(text.bytes())
}

/// As [`decode`], for text that is decoded on the way here. Positions count its bytes.
pub(crate) fn decode_lenient(bytes: impl Iterator<Item = u8>) -> Result<Decoded, Base32Error> {
    decode_chars(bytes, true)
}

/// Reads base32 text as machines write it: upper case, no separators, no padding, a length
/// that an encoder emits, no bits after the last whole byte.
///
/// # Timing
/// As for [`decode`].
///
/// # Errors
/// [`Base32Error`] for everything else.
///
/// ```
/// use mfa_core::base32;
///
/// assert!(base32::decode_strict("GEZDGNBVGY3TQOJQ").is_ok());
/// assert!(base32::decode_strict("gezdgnbvgy3tqojq").is_err());
/// assert!(base32::decode_strict("GEZDGNBVGY3TQOJQ====").is_err());
/// ```
pub fn decode_strict(text: &str) -> Result<Secret, Base32Error> {
    match decode_chars(text.bytes(), false)? {
        Decoded { secret, odd_length: false, trailing_bits: false } => Ok(secret),
        _ => Err(Base32Error::NotCanonical),
    }
}

fn decode_chars(bytes: impl Iterator<Item = u8>, lenient: bool) -> Result<Decoded, Base32Error> {
    // One more than the longest text: an odd last character that holds no byte.
    let mut chars = Wiped::<{ MAX_CHARS + 1 }>::ZERO;
    let mut places = chars.iter_mut();
    let (mut count, mut too_long) = (0usize, false);
    let mut all_base32 = Choice::from(1);
    let mut first_foreign = 0u64;
    let mut padding = None;
    for (index, byte) in bytes.enumerate() {
        match byte {
            b' ' | b'-' if lenient => continue,
            b'=' if lenient => {
                padding.get_or_insert(index);
                continue;
            }
            _ => {}
        }
        // Folding to upper case clears bit 5 where bit 6 is set: in letters, not in digits.
        let upper = if lenient { byte & !((byte & 0x40) >> 1) } else { byte };
        // Padding is only at the end: with a character after it, its first one is foreign.
        let (index, base32) = match padding {
            None => (index, is_base32(upper)),
            Some(first) => (first, Choice::from(0)),
        };
        first_foreign.conditional_assign(&(index as u64), all_base32 & !base32);
        all_base32 &= base32;
        match places.next() {
            Some(place) => *place = upper,
            None => too_long = true,
        }
        count = count.saturating_add(1);
    }
    // From here on it is public whether, and where first, the text is not base32.
    if !bool::from(all_base32) {
        return Err(Base32Error::Foreign { index: first_foreign as usize });
    }
    if too_long {
        return Err(Base32Error::TooLong);
    }
    decode_folded(chars.get(..count).unwrap_or_default())
}

/// Whether an upper-case character is one of A-Z and 2-7, without a branch.
fn is_base32(upper: u8) -> Choice {
    let within = |low: u8, high: u8| {
        let below = u16::from(upper).wrapping_sub(u16::from(low));
        let above = u16::from(high).wrapping_sub(u16::from(upper));
        Choice::from((((below | above) >> 15) ^ 1) as u8)
    };
    within(b'A', b'Z') | within(b'2', b'7')
}

/// Decodes at most [`MAX_CHARS`] upper-case base32 characters, and an odd one.
fn decode_folded(chars: &[u8]) -> Result<Decoded, Base32Error> {
    // No encoder emits 1, 3 or 6 characters in a last group: the last one holds no byte.
    let odd_length = matches!(chars.len() % 8, 1 | 3 | 6);
    let whole = chars.len().saturating_sub(usize::from(odd_length));
    let (whole, odd) = chars.split_at_checked(whole).unwrap_or_default();
    let len = whole.len().saturating_mul(5) / 8;
    if len == 0 {
        return Err(Base32Error::Empty);
    }
    let secret = Secret::filled(len, |bytes| {
        Base32UpperUnpadded::decode(whole, bytes).map(|_| ()).map_err(|_| Base32Error::NotCanonical)
    })?;
    // What does not come back on encoding are bits after the last whole byte.
    let written = Base32Text::of(&secret);
    let odd_is_zero = odd.iter().fold(Choice::from(1), |zero, char| zero & char.ct_eq(&b'A'));
    let trailing_bits = !(written.as_bytes().ct_eq(whole) & odd_is_zero);
    Ok(Decoded { secret, odd_length, trailing_bits: trailing_bits.into() })
}

/// Base32 text of a secret: upper case, no padding, wiped on drop.
///
/// `Debug` hides the text; [`as_str`](Self::as_str) shows it.
///
/// ```
/// use mfa_core::Secret;
///
/// let text = Secret::from_bytes(b"1234567890").unwrap().to_base32();
/// assert_eq!(text.as_str(), "GEZDGNBVGY3TQOJQ");
/// let groups: Vec<&str> = text.groups().collect();
/// assert_eq!(groups.join(" "), "GEZD GNBV GY3T QOJQ");
/// ```
#[derive(Clone)]
pub struct Base32Text {
    chars: Wiped<MAX_CHARS>,
    len: u8,
}

impl Base32Text {
    pub(crate) fn of(secret: &Secret) -> Self {
        let mut chars = Wiped::ZERO;
        // Cannot fail: MAX_CHARS is the length of the longest secret's text.
        let text = Base32UpperUnpadded::encode(secret.expose(), &mut *chars).unwrap_or_default();
        let len = text.len() as u8;
        debug_assert!(len != 0);
        Self { chars, len }
    }

    fn as_bytes(&self) -> &[u8] {
        self.chars.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The text in groups of four characters, easier to copy by hand; the last may be shorter.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.as_bytes().chunks(4).filter_map(|group| core::str::from_utf8(group).ok())
    }
}

impl fmt::Debug for Base32Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base32Text({} characters)", self.len)
    }
}

/// Why text is not a base32 secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Base32Error {
    /// There is no secret: not one whole byte.
    Empty,
    /// More than [`Secret::MAX_LEN`] bytes.
    TooLong,
    /// A character that is not base32.
    Foreign {
        /// The position of the first such character in the text, in bytes from 0.
        index: usize,
    },
    /// A length that no encoder emits, or bits after the last whole byte (strict reading).
    NotCanonical,
}

impl fmt::Display for Base32Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the secret is empty"),
            Self::TooLong => write!(f, "the secret has more than {} bytes", Secret::MAX_LEN),
            Self::Foreign { index } => write!(
                f,
                "character {} of the secret is not base32 (A-Z, 2-7)",
                index.saturating_add(1)
            ),
            Self::NotCanonical => f.write_str(
                "the secret is not canonical base32: its last character carries stray bits",
            ),
        }
    }
}

impl core::error::Error for Base32Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_with_a_character_after_it_is_foreign() {
        let foreign = |text| match decode(text) {
            Err(Base32Error::Foreign { index }) => Some(index),
            _ => None,
        };
        assert_eq!(foreign("GE==ZD"), Some(2));
        assert_eq!(foreign("GE=-=ZD"), Some(2));
        assert_eq!(foreign("G1==ZD"), Some(1));
        assert_eq!(foreign("GE== -= "), None);
        assert_eq!(decode("GE== -= ").unwrap().secret.expose(), b"1");
    }

    #[test]
    fn strict_reading_takes_neither_separators_nor_padding() {
        for (text, index) in [("GEZD GNB", 4), ("GEZDGNB-", 7), ("GE======", 2)] {
            assert_eq!(decode_strict(text).unwrap_err(), Base32Error::Foreign { index });
        }
    }
}
