//! Eight base32 characters and the five bytes that they stand for (RFC 4648 §6): all at once,
//! each character in its byte of an integer.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = EACH << 7;
const LOW: u64 = EACH * 0x1F;

/// The forty bits of eight characters, and zero if they are all base32. Lenient reading takes
/// lower case, too.
// Never inlined: that makes vectors of it, which have to reverse bytes one by one.
#[inline(never)]
pub(super) fn decode(chars: [u8; 8], lenient: bool) -> (u64, u64) {
    let chars = u64::from_be_bytes(chars);
    // A letter in upper case; digits stay.
    let case = if lenient { EACH << 5 } else { 0 };
    let chars = chars & !((chars >> 1) & case);
    // The low five bits of A are 1, those of 2 are 18 and stand for 26. (Nine for each letter, of
    // one bit shifted twice: a product would be a long multiplication on a Cortex-M3.)
    let nines = ((chars >> 6) & EACH) | ((chars >> 3) & (EACH << 3));
    let values = (chars & LOW).wrapping_add(EACH << 3).wrapping_sub(nines);
    let values = values & LOW;
    // A foreign character is none that any value has. (An at sign borrows of its neighbour.)
    let foreign = characters(values) ^ chars;
    let tens = (values & 0x001F_001F_001F_001F) | ((values & 0x1F00_1F00_1F00_1F00) >> 3);
    let twenties = (tens & 0x0000_03FF_0000_03FF) | ((tens & 0x03FF_0000_03FF_0000) >> 6);
    ((twenties & 0xF_FFFF) | (twenties >> 32 << 20), foreign)
}

/// Forty bits as bytes.
#[inline]
pub(super) fn bytes(bits: u64) -> [u8; 5] {
    let [_, _, _, bytes @ ..] = bits.to_be_bytes();
    bytes
}

/// The characters of eight values below 32.
#[inline]
fn characters(values: u64) -> u64 {
    // From 26 on digits, which begin at 0x32: 41 before the place where letters would go on.
    let digits = values.wrapping_add(const { EACH * (128 - 26) }) & HIGH;
    let distance = (digits >> 2) | (digits >> 4) | (digits >> 7);
    values.wrapping_add(const { EACH * 0x41 }).wrapping_sub(distance)
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
                    let mut text = [0; 8];
                    super::super::encode(&bytes(bits), &mut text);
                    assert_eq!((text, foreign), (chars, 0));
                }
            }
        }
    }
}
