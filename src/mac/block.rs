//! The last block of a message, after one block for the padded key (FIPS 180-4 §5.1).
//!
//! Written in rows of 16 bytes, as the processor's instructions for hashing read it: a row that
//! was just written in smaller pieces makes them wait until all before it is done.

use crate::bytes::copy;
use core::hint::black_box;

/// What follows the message.
const MARK: u64 = 0x80 << 56;

/// A block for a message of so many bytes, which are zero: the mark after it, and the length of
/// the padded key and of the message in bits.
#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated at compile time"
)]
pub(super) const fn padded<const B: usize>(message: usize) -> [u8; B] {
    let mut block = [0; B];
    block[message] = 0x80;
    let bits = (((B + message) * 8) as u64).to_be_bytes();
    let mut byte = 0;
    while byte < bits.len() {
        block[B - bits.len() + byte] = bits[byte];
        byte += 1;
    }
    block
}

/// A counter, at the beginning of a block that is [`padded`] for it.
#[inline]
pub(super) fn put_counter(counter: u64, block: &mut [u8]) {
    put_row(counter, const { &Row::before(MARK) }, block);
}

/// The last word of a SHA-1, at the beginning of its row in a block that is [`padded`] for it.
#[inline]
pub(super) fn put_fifth(word: u32, row: &mut [u8]) {
    put_row((u64::from(word) << 32) | (MARK >> 32), const { &Row::before(0) }, row);
}

/// A row whose first half is not known yet: a word, written twice side by side, under a mask,
/// and the rest. So both halves are made by the same operations, on one register.
struct Row {
    mask: [u64; 2],
    rest: [u64; 2],
}

impl Row {
    const fn before(second: u64) -> Self {
        Self { mask: [u64::MAX, 0], rest: [0, second.to_be()] }
    }
}

#[inline]
fn put_row(first: u64, row: &'static Row, place: &mut [u8]) {
    // Of masks that it knows, the compiler makes two halves and writes them one by one.
    let Row { mask: [mask_0, mask_1], rest: [rest_0, rest_1] } = *black_box(row);
    let first = first.to_be();
    let halves = [(first & mask_0) | rest_0, (first & mask_1) | rest_1];
    if let Some(place) = place.first_chunk_mut::<16>() {
        copy(halves.map(u64::to_ne_bytes).as_flattened(), place);
    }
}
