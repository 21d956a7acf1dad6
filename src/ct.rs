//! Arithmetic on secrets: no branch, no memory address and no variable-time instruction
//! depends on a value. Divisions and long multiplications are variable-time on small cores.

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

/// Division of a secret by a constant, from one 16×16-bit product and one masked correction.
///
/// `value >> pre` has at most 16 bits; its product with the 16-bit `multiplier`, shifted by
/// `post`, is the quotient or one less, as `new` proves for every value of the given width.
#[derive(Clone, Copy)]
pub(crate) struct Divisor {
    divisor: u32,
    multiplier: u16,
    pre: u32,
    post: u32,
}

impl Divisor {
    /// For values below 2^`bits`, 16 ≤ `bits` ≤ 31. Evaluated at compile time: a divisor
    /// whose estimate could be off by more than one does not build.
    #[expect(clippy::arithmetic_side_effects, reason = "evaluated at compile time")]
    pub(crate) const fn new(divisor: u32, bits: u32) -> Self {
        assert!(bits >= 16 && bits <= 31 && divisor >= 2 && divisor < 1 << bits);
        let pre = bits - 16;
        // The largest `post` for which the multiplier fits 16 bits.
        let mut post = 0;
        while (1u64 << (pre + post + 1)) / (divisor as u64) < 1 << 16 {
            post += 1;
        }
        let multiplier = (1u64 << (pre + post)) / (divisor as u64);
        // With v < 2^bits, what the two roundings lose of v / divisor:
        //   dropping `pre` bits loses less than 2^pre / divisor,
        //   rounding the multiplier loses less than 2^16 / 2^post.
        // Together less than one, so that the floor is low by at most one.
        assert!(
            ((1u128 << pre) << post) + (1u128 << 16) * (divisor as u128)
                < (divisor as u128) << post,
            "the estimate could be off by more than one"
        );
        assert!(post < 32 && multiplier < 1 << 16);
        Self { divisor, multiplier: multiplier as u16, pre, post }
    }

    /// Quotient and remainder.
    #[inline]
    pub(crate) fn div_rem(self, value: u32) -> (u32, u32) {
        // Both factors have 16 bits: the product is exact in 32.
        let high = value >> self.pre;
        let estimate = high.wrapping_mul(u32::from(self.multiplier)) >> self.post;
        let rest = value.wrapping_sub(estimate.wrapping_mul(self.divisor));
        // The estimate is never high and at most one low: rest < 2 × divisor < 2^32.
        let over = rest.wrapping_sub(self.divisor);
        let below = opaque((over >> 31).wrapping_neg());
        (estimate.wrapping_add(1).wrapping_add(below), over.wrapping_add(self.divisor & below))
    }

    /// The remainder alone.
    #[inline]
    pub(crate) fn rem(self, value: u32) -> u32 {
        self.div_rem(value).1
    }
}

/// `value` modulo 10^`digits`, for a secret 31-bit value and a public number of digits from
/// 4 to 10 (RFC 4226 §5.3, RFC 6287 §5.2). More than nine digits leave the value as it is.
pub(crate) fn decimal(value: u32, digits: u8) -> u32 {
    const TENS: [Divisor; 5] = [
        Divisor::new(100_000, 31),
        Divisor::new(1_000_000, 31),
        Divisor::new(10_000_000, 31),
        Divisor::new(100_000_000, 31),
        Divisor::new(1_000_000_000, 31),
    ];
    // 31 bits are too many for one step by 10^4; 10^5 is a multiple of it and has 17 bits.
    const TEN_4: Divisor = Divisor::new(10_000, 17);
    let ten = TENS.get(usize::from(digits.max(5)).wrapping_sub(5));
    let rest = ten.map_or(value, |ten| ten.rem(value));
    if digits == 4 { TEN_4.rem(rest) } else { rest }
}

/// The ten decimal digits of a secret 31-bit value, the most significant first.
pub(crate) fn decimal_digits(value: u32) -> [u8; 10] {
    const TEN_5: Divisor = Divisor::new(100_000, 31);
    const TEN: Divisor = Divisor::new(10, 17);
    let mut digits = [0; 10];
    let (high, low) = TEN_5.div_rem(value);
    let (left, right) = digits.split_at_mut(5);
    for (half, mut rest) in [(left, high), (right, low)] {
        for digit in half.iter_mut().rev() {
            let (quotient, remainder) = TEN.div_rem(rest);
            *digit = remainder as u8;
            rest = quotient;
        }
    }
    digits
}

/// Steam's alphabet has 26 characters, its codes five.
const STEAM_LENGTH: u32 = 26 * 26 * 26 * 26 * 26;

/// `value` modulo 26^5, the part of a truncated HMAC that Steam's five characters carry.
pub(crate) fn steam(value: u32) -> u32 {
    const ALL: Divisor = Divisor::new(STEAM_LENGTH, 31);
    ALL.rem(value)
}

/// The five base-26 digits of a value below 26^5, the *least* significant first, which is
/// the order in which Steam shows them.
pub(crate) fn steam_digits(value: u32) -> [u8; 5] {
    const CUBE: Divisor = Divisor::new(26 * 26 * 26, 24);
    const ONE: Divisor = Divisor::new(26, 16);
    let (high, low) = CUBE.div_rem(value);
    let (low, d0) = ONE.div_rem(low);
    let (d2, d1) = ONE.div_rem(low);
    let (d4, d3) = ONE.div_rem(high);
    [d0 as u8, d1 as u8, d2 as u8, d3 as u8, d4 as u8]
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

/// As [`keep_ascii`], of a copy: characters that were just written are waited for only once.
#[inline]
pub(crate) fn ascii_copy<const N: usize>(bytes: &[u8; N]) -> [u8; N] {
    black_box(bytes).map(|byte| byte & 0x7F)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REDUCTIONS: [(u8, u32); 6] = [
        (4, 10_000),
        (5, 100_000),
        (6, 1_000_000),
        (7, 10_000_000),
        (8, 100_000_000),
        (9, 1_000_000_000),
    ];

    fn check(value: u32) {
        for (digits, modulus) in REDUCTIONS {
            assert_eq!(decimal(value, digits), value % modulus, "{value} mod 10^{digits}");
        }
        assert_eq!(decimal(value, 10), value);
        assert_eq!(steam(value), value % STEAM_LENGTH, "{value} mod 26^5");
    }

    fn check_digits(value: u32) {
        let digits = decimal_digits(value);
        let mut rest = value;
        for digit in digits.iter().rev() {
            assert_eq!(u32::from(*digit), rest % 10, "{value}");
            rest /= 10;
        }
        let mut rest = value % STEAM_LENGTH;
        for digit in steam_digits(rest) {
            assert_eq!(u32::from(digit), rest % 26, "{value}");
            rest /= 26;
        }
    }

    #[test]
    fn reductions_are_exact_at_every_boundary() {
        let moduli = REDUCTIONS.iter().map(|(_, modulus)| *modulus);
        for modulus in moduli.chain([STEAM_LENGTH, 26 * 26 * 26, 26, 10]) {
            // Around multiples of the modulus, where a quotient that is off by one shows.
            let stride = (1 << 31) / modulus / 5000 + 1;
            for k in (0..=(1 << 31) / modulus).step_by(stride as usize) {
                let multiple = k * modulus;
                for value in multiple.saturating_sub(2)..=multiple.saturating_add(2) {
                    if value < 1 << 31 {
                        check(value);
                        check_digits(value);
                    }
                }
            }
        }
        // Around multiples of 2^16, where the dropped bits begin.
        for high in 0..1u32 << 15 {
            check(high << 16);
            check((high << 16) | 0xFFFF);
        }
        check(0x7FFF_FFFF);
        check_digits(0x7FFF_FFFF);
    }

    /// All 2^31 values: `cargo test --release --lib -- every_31_bit_value`. In debug builds
    /// a sample of the same sweep, so that the test never silently does nothing.
    #[test]
    fn reductions_are_exact_for_every_31_bit_value() {
        let stride = if cfg!(debug_assertions) { 4_001 } else { 1 };
        for value in (0..1u32 << 31).step_by(stride) {
            check(value);
        }
        for value in (0..1u32 << 31).step_by(stride * 101) {
            check_digits(value);
        }
    }

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
