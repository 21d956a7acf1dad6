//! Eight base32 characters and the five bytes that they stand for (RFC 4648 §6): all at once,
//! each character in its byte of an integer.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = EACH << 7;
const LOW: u64 = EACH * 0x1F;

/// The 40 bits of eight characters, and zero if they are all base32; else bits that are the
/// highest of their bytes. Lenient reading takes lower case, too.
#[inline]
pub(super) fn decode(chars: [u8; 8], lenient: bool) -> (u64, u64) {
    let chars = u64::from_be_bytes(chars);
    let chars = if lenient { chars & !((chars & (EACH << 6)) >> 1) } else { chars };
    // The highest bit of each byte below 128 that is not less: nothing is carried further.
    let ascii = chars & !HIGH;
    let from = |distance: u64| ascii.wrapping_add(distance) & HIGH;
    let letters = from(const { EACH * (128 - 0x41) }) & !from(const { EACH * (128 - 0x5B) });
    let digits = from(const { EACH * (128 - 0x32) }) & !from(const { EACH * (128 - 0x38) });
    let foreign = ((letters | digits) ^ HIGH) | (chars & HIGH);
    // The low five bits of A are 1, those of 2 are 18.
    let values = (ascii & LOW).wrapping_sub(letters >> 7).wrapping_add(digits >> 4);
    let values = values & LOW;
    let tens = (values & 0x001F_001F_001F_001F) | ((values & 0x1F00_1F00_1F00_1F00) >> 3);
    let twenties = (tens & 0x0000_03FF_0000_03FF) | ((tens & 0x03FF_0000_03FF_0000) >> 6);
    ((twenties & 0xF_FFFF) | (twenties >> 32 << 20), foreign)
}

/// The eight characters of 40 bits.
#[inline]
pub(super) fn encode(bits: u64) -> [u8; 8] {
    let twenties = (bits & 0xF_FFFF) | ((bits & 0xFF_FFF0_0000) << 12);
    let tens = (twenties & 0x0000_03FF_0000_03FF) | ((twenties & 0x000F_FC00_000F_FC00) << 6);
    let values = (tens & 0x001F_001F_001F_001F) | ((tens & 0x03E0_03E0_03E0_03E0) << 3);
    // From 26 on digits, which begin at 0x32: 41 before the place where letters would go on.
    let digits = values.wrapping_add(const { EACH * (128 - 26) }) & HIGH;
    let distance = (digits >> 2) | (digits >> 4) | (digits >> 7);
    let chars = values.wrapping_add(const { EACH * 0x41 }).wrapping_sub(distance);
    // That the characters are ASCII shall be seen in a mask: as UTF-8, each is one byte.
    (chars & !HIGH).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_whatever_the_five_bits_and_their_place() {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        for (value, char) in (0..).zip(alphabet) {
            for place in 0..8 {
                for around in [b'A', b'7', b'J'] {
                    let mut chars = [around; 8];
                    chars[place] = *char;
                    let (bits, foreign) = decode(chars, false);
                    assert_eq!((bits >> (35 - 5 * place)) & 31, value);
                    assert_eq!((encode(bits), foreign), (chars, 0));
                }
            }
        }
    }
}
