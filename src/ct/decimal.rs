//! Division of secrets: decimal and Steam's digits.

use super::opaque;

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
}
