//! Arithmetic on secrets: no branch, no memory address and no variable-time instruction
//! depends on a value. Divisions and long multiplications are variable-time on small cores.

mod decimal;

pub(crate) use decimal::{decimal, decimal_digits, steam, steam_digits};

use core::hint::black_box;
use core::ops::RangeInclusive;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// Makes a secret bit public. The one place where a secret steers the machine, on purpose:
/// what the library tells the world of its secrets (a verdict, whether text is a code) are
/// the calls of this function, and nothing else.
///
/// Each arm returns a constant of its own, so that the result carries nothing of the secret
/// but the branch taken: a tool that follows secret bits (`tests/constant_time`) is told to
/// overlook this branch, and no other.
///
/// Both arms are as long, so that a count of instructions tells nothing that the verdict does
/// not.
#[inline(never)]
pub(crate) fn declassify(secret: Choice) -> bool {
    if secret.unwrap_u8() == YES { yes() } else { no() }
}

const YES: u8 = 1;
/// Not 0, which some processors have at hand.
const NO: u8 = 2;

#[inline(never)]
fn yes() -> bool {
    black_box(YES) == YES
}

#[inline(never)]
fn no() -> bool {
    black_box(NO) == YES
}

/// `then_some`. On devices, where an onlooker can count them, in as many instructions either
/// way; elsewhere the way through memory costs more than it hides.
#[inline]
pub(crate) fn some_if<T: Copy>(is_there: bool, value: T) -> Option<T> {
    if cfg!(target_pointer_width = "64") {
        return is_there.then_some(value);
    }
    black_box(&[None, Some(value)]).get(usize::from(is_there)).copied().flatten()
}

/// A letter in upper case; digits stay. (Bit 5 is cleared where bit 6 is set: in letters, not
/// in digits.)
pub(crate) fn upper(byte: u8) -> u8 {
    byte & !((byte & 0x40) >> 1)
}

/// Makes a number public that is known to lie in `range`: as many bits as that leaves open.
pub(crate) fn declassify_within(secret: u64, range: RangeInclusive<u64>) -> u64 {
    let (start, place) = (*range.start(), secret.wrapping_sub(*range.start()));
    let open = range.end().wrapping_sub(start);
    let bits = u64::BITS.saturating_sub(open.leading_zeros());
    let public = (0..bits).rev().fold(0, |public, bit| {
        let bit = Choice::from(((place >> bit) & 1) as u8);
        (public << 1) | u64::from(declassify(bit))
    });
    start.wrapping_add(public)
}

/// RFC 4226 §5.3, dynamic truncation: 31 bits of an HMAC, at the offset that its last four
/// bits name. Selected by mask: the RFC's indexing would make that offset a memory address.
///
/// `words` are the first 20 bytes of the HMAC, big-endian; `last` holds its last four bits.
pub(crate) fn truncate(words: [u32; 5], last: u32) -> u32 {
    let [w0, w1, w2, w3, w4] = words;
    // Written out: a loop over the bits would have branches.
    let mask = |bit: u32| ((last >> bit) & 1).wrapping_neg();
    let [by_8, by_4, by_2, by_1] = opaque([mask(3), mask(2), mask(1), mask(0)]);
    let [a, b, c] = [select(by_8, w0, w2), select(by_8, w1, w3), select(by_8, w2, w4)];
    let [a, b] = [select(by_4, a, b), select(by_4, b, c)];
    let [a, b] = [select(by_2, a, (a << 16) | (b >> 16)), select(by_2, b, b << 16)];
    select(by_1, a, (a << 8) | (b >> 24)) & 0x7FFF_FFFF
}

/// All ones if `a` and `b` are equal, else zero.
pub(crate) fn equal(a: u32, b: u32) -> u64 {
    // Hidden halfway: the whole would be taken for a comparison, and a branch made of it.
    (opaque(u64::from(a ^ b).wrapping_sub(1)) >> 63).wrapping_neg()
}

/// `a` where the mask is zero, `b` where it is all ones.
fn select(mask: u32, a: u32, b: u32) -> u32 {
    a ^ ((a ^ b) & mask)
}

/// The same masks, of which the compiler no longer knows that they have two values only:
/// with that knowledge it may turn their use into a branch. One call for all masks that
/// are there at a time, since each costs a way through memory.
pub(crate) fn opaque<T>(masks: T) -> T {
    black_box(masks)
}

/// A secret ASCII character. That it is one shall be seen in the mask: written as UTF-8 it
/// takes one byte, read as UTF-8 it is one, and no other bit of it decides that. (The barrier
/// keeps the mask, where the compiler knows that much.)
pub(crate) fn ascii(byte: u8) -> char {
    char::from(black_box(byte) & 0x7F)
}

/// As [`ascii`], of many characters at once.
pub(crate) fn keep_ascii(bytes: &mut [u8]) {
    black_box(bytes).iter_mut().for_each(|byte| *byte &= 0x7F);
}

/// Text without the white space around it, and how much of that was before it. What there is
/// of white space is public, and nothing else.
pub(crate) fn trim(text: &str) -> (usize, &[u8]) {
    let is_space = |byte: u8| {
        // Control characters and the space are looked at, others are not.
        let is_low = (u16::from(byte).wrapping_sub(0x21) >> 15) as u8;
        declassify(Choice::from(is_low)) && byte.is_ascii_whitespace()
    };
    let mut body = text.as_bytes();
    let mut skipped = 0usize;
    while let Some((_, rest)) = body.split_first().filter(|(first, _)| is_space(**first)) {
        body = rest;
        skipped = skipped.saturating_add(1);
    }
    while let Some((_, rest)) = body.split_last().filter(|(last, _)| is_space(**last)) {
        body = rest;
    }
    (skipped, body)
}

/// The entry of `table` at a secret index, by reading all of them. 0 when out of range.
pub(crate) fn lookup(table: &[u8], index: u8) -> u8 {
    let mut found = 0;
    for (candidate, entry) in (0u8..).zip(table) {
        found |= u8::conditional_select(&0, entry, candidate.ct_eq(&index));
    }
    found
}

/// The index of a secret entry in `table`, by reading all of it, and whether it is there.
pub(crate) fn position(table: &[u8], entry: u8) -> (u8, Choice) {
    let (mut index, mut found) = (0, Choice::from(0));
    for (candidate, known) in (0u8..).zip(table) {
        let here = known.ct_eq(&entry);
        index.conditional_assign(&candidate, here);
        found |= here;
    }
    (index, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_agrees_with_indexing_at_every_offset() {
        let bytes: [u8; 20] = core::array::from_fn(|i| (i as u8).wrapping_mul(83) ^ 0x9C);
        let mut words = [0; 5];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = u32::from_be_bytes(chunk.try_into().unwrap());
        }
        for offset in 0..16 {
            let indexed = u32::from_be_bytes(bytes[offset..offset + 4].try_into().unwrap());
            assert_eq!(truncate(words, 0xFFF0 | offset as u32), indexed & 0x7FFF_FFFF);
        }
    }

    #[test]
    fn declassified_numbers_are_what_they_were() {
        for range in [0..=0, 7..=7, 0..=1, 5..=9, u64::MAX - 4..=u64::MAX, 250..=1_250] {
            for secret in range.clone() {
                assert_eq!(declassify_within(secret, range.clone()), secret);
            }
        }
        for secret in [0, 1, u64::MAX >> 1, u64::MAX] {
            assert_eq!(declassify_within(secret, 0..=u64::MAX), secret);
        }
    }

    #[test]
    fn lookup_and_position_are_inverse() {
        let table = b"23456789";
        for (index, entry) in table.iter().enumerate() {
            assert_eq!(lookup(table, index as u8), *entry);
            let (found, there) = position(table, *entry);
            assert_eq!((usize::from(found), bool::from(there)), (index, true));
        }
        assert!(!bool::from(position(table, b'A').1));
        assert_eq!(lookup(table, 8), 0);
    }
}
