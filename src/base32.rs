//! Base32 for secrets (RFC 4648 §6): strict for machines, lenient for people, constant time
//! in what the characters mean.

mod chars;
mod group;

pub(crate) use chars::read_each;

use crate::bytes::copy;
use crate::ct;
use crate::secret::Secret;
use base32ct::{Base32UpperUnpadded, Encoding};
use core::fmt;
use subtle::Choice;

/// The characters that [`Secret::MAX_LEN`] bytes take: ⌈128 · 8 / 5⌉.
const MAX_CHARS: usize = encoded_len(Secret::MAX_LEN);

/// The characters that so many bytes take, at most [`Secret::MAX_LEN`].
pub(crate) const fn encoded_len(bytes: usize) -> usize {
    bytes.saturating_mul(8).div_ceil(5)
}

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

/// What of a text was tolerated, as in [`Decoded`].
pub(crate) struct Tolerated {
    pub(crate) odd_length: bool,
    pub(crate) trailing_bits: bool,
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
    let mut secret = Secret::EMPTY;
    let Tolerated { odd_length, trailing_bits } = read(text, true, &mut secret)?;
    Ok(Decoded { secret, odd_length, trailing_bits })
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
    let mut secret = Secret::EMPTY;
    match read(text, false, &mut secret)? {
        Tolerated { odd_length: false, trailing_bits: false } => Ok(secret),
        _ => Err(Base32Error::NotCanonical),
    }
}

/// Reads a secret into its place.
pub(crate) fn read(
    text: &str,
    lenient: bool,
    secret: &mut Secret,
) -> Result<Tolerated, Base32Error> {
    match read_plain(text.as_bytes(), lenient, secret) {
        Some(tolerated) => Ok(tolerated),
        None => read_each(&mut text.bytes(), lenient, secret),
    }
}

/// Reads text that is nothing but base32, in groups as encoders write them, and no more than
/// a secret holds: nearly all there is. `None` for other text, right or wrong.
pub(crate) fn read_plain(text: &[u8], lenient: bool, secret: &mut Secret) -> Option<Tolerated> {
    let (groups, last) = text.as_chunks::<8>();
    let is_whole = matches!(last.len(), 0 | 2 | 4 | 5 | 7);
    if text.is_empty() || text.len() > MAX_CHARS || !is_whole {
        return None;
    }
    let bytes = secret.bytes_mut(text.len().saturating_mul(5) / 8);
    let (places, end) = bytes.as_chunks_mut::<5>();
    let (mut any_foreign, mut stray) = (0, 0);
    for (group, place) in groups.iter().zip(&mut *places) {
        let (bits, foreign) = group::decode(*group, lenient);
        *place = group::bytes(bits);
        any_foreign |= foreign;
    }
    if !last.is_empty() {
        // An A holds nothing but zeros.
        let mut group = [b'A'; 8];
        copy(last, &mut group);
        let (bits, foreign) = group::decode(group, lenient);
        any_foreign |= foreign;
        stray = bits & (0xFF_FFFF_FFFF >> (last.len().saturating_mul(5) & !7));
        let place = places.get_mut(groups.len()).map_or(end, |place| place);
        copy(&group::bytes(bits ^ stray), place);
    }
    let is_plain = !ct::declassify(is_not_zero(any_foreign));
    is_plain.then(|| Tolerated {
        odd_length: false,
        trailing_bits: !last.is_empty() && ct::declassify(is_not_zero(stray)),
    })
}

fn is_not_zero(bits: u64) -> Choice {
    Choice::from(((bits | bits.wrapping_neg()) >> 63) as u8)
}

/// Writes the characters of `bytes` to the beginning of `chars`, and says how many they are;
/// none if there is no room. That they are ASCII is not seen yet ([`ct::keep_ascii`]).
pub(crate) fn encode(bytes: &[u8], chars: &mut [u8]) -> usize {
    Base32UpperUnpadded::encode(bytes, chars).map_or(0, str::len)
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
    chars: [u8; MAX_CHARS],
    len: u8,
}

impl Base32Text {
    #[inline]
    pub(crate) fn of(secret: &Secret) -> Self {
        let mut text = Self { chars: [0; MAX_CHARS], len: 0 };
        let len = encode(secret.expose(), &mut text.chars);
        text.len = len as u8;
        ct::keep_ascii(text.chars.get_mut(..len).unwrap_or_default());
        text
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

impl Drop for Base32Text {
    fn drop(&mut self) {
        // Volatile writes of so many bytes would take as long as encoding them.
        self.chars = [0; MAX_CHARS];
        zeroize::optimization_barrier(&self.chars);
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
    use super::chars::value;
    use super::*;

    #[test]
    fn a_group_and_its_characters_agree_on_every_byte_in_every_place() {
        for (place, byte) in (0..8).flat_map(|place| (0..=255).map(move |byte| (place, byte))) {
            for lenient in [false, true] {
                let mut group = *b"Q7A2ZEXK";
                group[place] = byte;
                let (bits, foreign) = group::decode(group, lenient);
                let folded = |byte| if lenient { ct::upper(byte) } else { byte };
                assert_eq!(foreign != 0, value(folded(byte)).1 != 0, "{byte} at {place}");
                let each = group.map(|char| value(folded(char)).0);
                let expected = each.iter().fold(0, |bits, value| (bits << 5) | u64::from(*value));
                assert!(foreign != 0 || bits == expected, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn plain_text_is_read_the_same_as_character_by_character() {
        let text = b"gezdGNBVGY3tqojqGEZDGNBVGY3TQOJ7".repeat(7);
        for len in 0..=text.len() {
            for broken in [None, Some(len / 2), len.checked_sub(1)] {
                let mut text = text[..len].to_vec();
                if let Some(char) = broken.and_then(|index| text.get_mut(index)) {
                    *char = b'1';
                }
                for lenient in [false, true] {
                    let mut plain = Secret::EMPTY;
                    let Some(tolerated) = read_plain(&text, lenient, &mut plain) else { continue };
                    let mut each = Secret::from_bytes(&[0xFF; 128]).unwrap();
                    let expected = read_each(&mut text.iter().copied(), lenient, &mut each);
                    let expected = expected.unwrap();
                    assert_eq!(plain, each);
                    assert_eq!(tolerated.trailing_bits, expected.trailing_bits);
                    assert!(broken.is_none() && !expected.odd_length && !tolerated.odd_length);
                }
                let is_plain = matches!(len % 8, 0 | 2 | 4 | 5 | 7) && (1..=205).contains(&len);
                let read = read_plain(&text, true, &mut Secret::EMPTY.clone());
                assert_eq!(read.is_some(), is_plain && broken.is_none());
            }
        }
    }

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
