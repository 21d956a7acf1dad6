//! Reading base32 character by character: whatever people write, and where it is wrong.

use super::{Base32Error, Tolerated, is_not_zero};
use crate::ct;
use crate::secret::Secret;
use subtle::Choice;

/// Reads a secret. Positions count the bytes of the text, as they come out of `text`.
#[cold]
pub(crate) fn read_each(
    text: &mut dyn Iterator<Item = u8>,
    lenient: bool,
    secret: &mut Secret,
) -> Result<Tolerated, Base32Error> {
    *secret = Secret::EMPTY;
    let places = secret.bytes_mut(0);
    // The bits that fill no byte yet, lowest, and how many they are.
    let (mut bits, mut open, mut len) = (0u16, 0u32, 0usize);
    let (mut foreign, mut first_foreign, mut last) = (0, 0usize, 0usize);
    let (mut padding, mut misplaced) = (None, None);
    for (byte, index) in text.zip(0..) {
        match byte {
            b' ' | b'-' if lenient => {}
            b'=' if lenient => _ = padding.get_or_insert(index),
            // Padding is only at the end: with a character after it, it is foreign.
            _ if padding.is_some() => misplaced = padding,
            _ => {
                let (value, is_foreign) = value(if lenient { ct::upper(byte) } else { byte });
                first_foreign |= index & usize::from(is_foreign & !foreign).wrapping_neg();
                foreign |= is_foreign;
                last = index;
                bits = (bits << 5) | u16::from(value);
                open = open.wrapping_add(5);
                if open >= 8 {
                    open = open.wrapping_sub(8);
                    if let Some(place) = places.get_mut(len) {
                        *place = (bits >> open) as u8;
                    }
                    len = len.saturating_add(1);
                }
            }
        }
    }
    // From here on it is public whether, and where first, the text is not base32.
    let index = match ct::declassify(Choice::from(foreign)) {
        true => Some(ct::declassify_within(first_foreign as u64, 0..=last as u64) as usize),
        false => misplaced,
    };
    match (index, len) {
        (Some(index), _) => Err(Base32Error::Foreign { index }),
        (None, 0) => Err(Base32Error::Empty),
        (None, ..=Secret::MAX_LEN) => {
            secret.bytes_mut(len);
            let stray = u64::from(bits & !(u16::MAX << open));
            Ok(Tolerated {
                // The last character holds no byte.
                odd_length: open >= 5,
                trailing_bits: open != 0 && ct::declassify(is_not_zero(stray)),
            })
        }
        (None, _) => Err(Base32Error::TooLong),
    }
}

/// The value of an upper-case character, and 1 if it is not one of A-Z and 2-7: without a
/// branch, a mask being the sign of a difference.
pub(super) fn value(upper: u8) -> (u8, u8) {
    let upper = u32::from(upper);
    let within = |low: u32, high: u32| {
        (low.wrapping_sub(upper).wrapping_sub(1) & upper.wrapping_sub(high).wrapping_sub(1)) >> 8
    };
    let (letter, digit) = (within(0x41, 0x5A), within(0x32, 0x37));
    let value = (upper.wrapping_sub(0x41) & letter) | (upper.wrapping_sub(0x32 - 26) & digit);
    (value as u8, (!(letter | digit) & 1) as u8)
}
