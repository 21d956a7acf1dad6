//! Reading base32 character by character: whatever people write, and where it is wrong.

use super::{Base32Error, Decoded, MAX_CHARS, is_not_zero};
use crate::ct;
use crate::secret::Secret;
use crate::wiped::Wiped;
use subtle::Choice;

/// Base32 characters that are being decoded: those of one text.
pub(crate) struct Chars {
    lenient: bool,
    secret: Wiped<{ Secret::MAX_LEN }>,
    /// What is not in `secret` yet, lowest: five bits a character.
    bits: u64,
    count: usize,
    /// The position of the first character that does not belong.
    foreign: Option<usize>,
}

impl Chars {
    /// Takes the text. Positions count its bytes, as they come out of here.
    pub(crate) fn take(bytes: &mut impl Iterator<Item = u8>, lenient: bool) -> Self {
        let mut chars = Self { lenient, secret: Wiped::ZERO, bits: 0, count: 0, foreign: None };
        chars.take_all(bytes);
        chars
    }

    fn take_all(&mut self, bytes: &mut impl Iterator<Item = u8>) {
        let (mut foreign, mut first_foreign, mut last) = (0, 0usize, 0usize);
        let (mut padding, mut misplaced) = (None, None);
        for (byte, index) in bytes.zip(0..) {
            match byte {
                b' ' | b'-' if self.lenient => {}
                b'=' if self.lenient => _ = padding.get_or_insert(index),
                // Padding is only at the end: with a character after it, it is foreign.
                _ if padding.is_some() => misplaced = padding,
                _ => {
                    let (value, is_foreign) = value(self.folded(byte));
                    self.bits = (self.bits << 5) | u64::from(value);
                    self.count = self.count.saturating_add(1);
                    first_foreign |= index & usize::from(is_foreign & !foreign).wrapping_neg();
                    foreign |= is_foreign;
                    last = index;
                    if self.count.is_multiple_of(8) {
                        self.store(self.count / 8, self.bits);
                    }
                }
            }
        }
        // From here on it is public whether, and where first, the text is not base32.
        self.foreign = match ct::declassify(Choice::from(foreign)) {
            true => Some(ct::declassify_within(first_foreign as u64, 0..=last as u64) as usize),
            false => misplaced,
        };
    }

    fn folded(&self, char: u8) -> u8 {
        if self.lenient { ct::upper(char) } else { char }
    }

    /// Stores the 40 bits of the group that ends with group number `groups`.
    fn store(&mut self, groups: usize, bits: u64) {
        let [_, _, _, bytes @ ..] = bits.to_be_bytes();
        let place = self.secret.as_chunks_mut().0.get_mut(groups.saturating_sub(1));
        match place {
            Some(place) => *place = bytes,
            // The last group of the longest secret: 128 is no multiple of five.
            None => {
                let rest = self.secret.as_chunks_mut::<5>().1;
                rest.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
            }
        }
    }

    pub(crate) fn decoded(mut self) -> Result<Decoded, Base32Error> {
        if let Some(index) = self.foreign {
            return Err(Base32Error::Foreign { index });
        }
        // One more than the longest text: an odd last character that holds no byte.
        if self.count > MAX_CHARS.saturating_add(1) {
            return Err(Base32Error::TooLong);
        }
        // No encoder emits 1, 3 or 6 characters in a last group: the last one holds no byte.
        let (groups, rest) = (self.count / 8, self.count % 8);
        let odd_length = matches!(rest, 1 | 3 | 6);
        let len = self.count.saturating_mul(5) / 8;
        if len == 0 {
            return Err(Base32Error::Empty);
        }
        let stray = (rest.saturating_mul(5) % 8) as u32;
        let mut trailing_bits = false;
        if rest != 0 {
            let stray_bits = is_not_zero(self.bits & !(u64::MAX << stray));
            let bits = (self.bits >> stray) << stray;
            self.store(
                groups.saturating_add(1),
                bits << (8usize.saturating_sub(rest).saturating_mul(5)),
            );
            trailing_bits = ct::declassify(stray_bits);
        }
        let secret = Secret::from_wiped(self.secret, len as u8);
        Ok(Decoded { secret, odd_length, trailing_bits })
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
