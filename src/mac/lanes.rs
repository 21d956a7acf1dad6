//! HMAC-SHA-1 of several counters at once: each word of the hash is a row of words, one a
//! counter, and the compiler makes vector instructions of what is done to a row. Where the
//! processor has no instructions for SHA-1, or the registers are wide.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is a constant or below the array's length; iterators are not vectorised"
)]

use super::Tag;
use super::midstates::{Midstates, Word};
use super::sha1::Sha1;

/// From how many counters on lanes are faster than one counter after the other: from two on
/// where the processor has no instructions for SHA-1, else where there are wide registers.
#[cfg(any(feature = "std", target_feature = "avx2"))]
pub(super) fn worth() -> usize {
    #[cfg(all(feature = "std", any(target_arch = "x86", target_arch = "x86_64")))]
    if !std::is_x86_feature_detected!("sha") {
        return 2;
    }
    if cfg!(target_feature = "avx2") { 6 } else { usize::MAX }
}

/// One word of as many hashes as there are lanes.
type Row<const L: usize> = [u32; L];

/// What is `read` of the tags of the counters from `first` on, at most `L` of them.
pub(super) fn staged<const L: usize, T>(
    midstates: &Midstates,
    first: u64,
    out: &mut [T],
    read: impl Fn(Tag) -> T,
) {
    let mut counters = [first; L];
    for (counter, lane) in counters.iter_mut().zip(0u64..) {
        *counter = counter.wrapping_add(lane);
    }
    let mut block = [[0; L]; 16];
    block[0] = counters.map(|counter| (counter >> 32) as u32);
    block[1] = counters.map(|counter| counter as u32);
    block[2] = [0x8000_0000; L];
    block[15] = [(64 + 8) * 8; L];
    let [mut inner, mut outer] =
        midstates.map(|words| u32::unpack::<5>(&words).map(|word| [word; L]));
    compress(&mut inner, &block);

    let mut block = [[0; L]; 16];
    for (row, digest) in block.iter_mut().zip(inner) {
        *row = digest;
    }
    block[5] = [0x8000_0000; L];
    block[15] = [(64 + 20) * 8; L];
    compress(&mut outer, &block);
    for (lane, place) in (0..L).zip(out) {
        *place = read(Sha1::tag(&outer.map(|row| row[lane])));
    }
}

/// FIPS 180-4 §6.1.2. Out of line, as all compressions.
///
/// The loop over the lanes is the innermost one, and its body all 80 rounds written out: this
/// is what the compiler vectorises.
#[inline(never)]
fn compress<const L: usize>(state: &mut [Row<L>; 5], block: &[Row<L>; 16]) {
    let choose = |b, c, d| d ^ (b & (c ^ d));
    let parity = |b, c, d| b ^ c ^ d;
    let majority = |b, c, d| (b & c) | (d & (b | c));
    for lane in 0..L {
        let words = &mut core::array::from_fn(|word| block[word][lane]);
        let before: [u32; 5] = core::array::from_fn(|word| state[word][lane]);
        let s = five::<0>(before, words, 0x5A82_7999, choose);
        let s = five::<5>(s, words, 0x5A82_7999, choose);
        let s = five::<10>(s, words, 0x5A82_7999, choose);
        let s = five::<15>(s, words, 0x5A82_7999, choose);
        let s = five::<20>(s, words, 0x6ED9_EBA1, parity);
        let s = five::<25>(s, words, 0x6ED9_EBA1, parity);
        let s = five::<30>(s, words, 0x6ED9_EBA1, parity);
        let s = five::<35>(s, words, 0x6ED9_EBA1, parity);
        let s = five::<40>(s, words, 0x8F1B_BCDC, majority);
        let s = five::<45>(s, words, 0x8F1B_BCDC, majority);
        let s = five::<50>(s, words, 0x8F1B_BCDC, majority);
        let s = five::<55>(s, words, 0x8F1B_BCDC, majority);
        let s = five::<60>(s, words, 0xCA62_C1D6, parity);
        let s = five::<65>(s, words, 0xCA62_C1D6, parity);
        let s = five::<70>(s, words, 0xCA62_C1D6, parity);
        let s = five::<75>(s, words, 0xCA62_C1D6, parity);
        for word in 0..5 {
            state[word][lane] = before[word].wrapping_add(s[word]);
        }
    }
}

/// Five rounds of one lane, from number `FROM` on.
#[inline(always)]
fn five<const FROM: usize>(
    [a, b, c, d, e]: [u32; 5],
    words: &mut [u32; 16],
    constant: u32,
    mix: impl Fn(u32, u32, u32) -> u32,
) -> [u32; 5] {
    let mut round = |number: usize, a: u32, b, c, d, e: u32| {
        let word = |back: usize| FROM.wrapping_add(number).wrapping_sub(back) % 16;
        if FROM >= 15 && FROM.wrapping_add(number) >= 16 {
            let next = words[word(3)] ^ words[word(8)] ^ words[word(14)] ^ words[word(16)];
            words[word(0)] = next.rotate_left(1);
        }
        e.wrapping_add(a.rotate_left(5))
            .wrapping_add(mix(b, c, d))
            .wrapping_add(words[word(0)])
            .wrapping_add(constant)
    };
    let (e, b) = (round(0, a, b, c, d, e), b.rotate_left(30));
    let (d, a) = (round(1, e, a, b, c, d), a.rotate_left(30));
    let (c, e) = (round(2, d, e, a, b, c), e.rotate_left(30));
    let (b, d) = (round(3, c, d, e, a, b), d.rotate_left(30));
    let (a, c) = (round(4, b, c, d, e, a), c.rotate_left(30));
    [a, b, c, d, e]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mac::tests::keys_and_counters;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lanes_agree_with_one_counter_at_a_time(
            (secret, first) in keys_and_counters(),
            wanted in 0..=8usize,
        ) {
            let key = Sha1::key(&secret);
            let mut expected = [Tag::default(); 8];
            for (tag, lane) in expected.iter_mut().zip(0..).take(wanted) {
                Sha1::staged::<1, _>(&key, first.wrapping_add(lane), core::slice::from_mut(tag), |tag| tag);
            }
            let mut in_lanes = [Tag::default(); 8];
            staged::<8, _>(&key, first, &mut in_lanes[..wanted], |tag| tag);
            prop_assert_eq!(in_lanes, expected);
        }
    }
}
