//! HMAC-SHA-1 from midstates.

use super::block::{padded, put_counter, put_fifth};
use super::midstates::{INNER_PAD, Midstates, OUTER_PAD, Word, ZERO, midstates};
use super::{Secret, Tag, Wiped};
use crate::bytes::copy;

/// FIPS 180-4 §5.3.1.
const INITIAL: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];

midstates!(Sha1: [u32; 5], 64, INITIAL, sha1::block_api::compress);

impl Sha1 {
    /// The last word shares its row with the mark.
    fn put_last_row(state: &[u32; 5], block: &mut [u8; 64]) {
        let [.., last] = *state;
        if let Some((_, rows)) = block.split_first_chunk_mut::<16>() {
            put_fifth(last, rows);
        }
    }

    pub(super) fn tag(state: &[u32; 5]) -> Tag {
        let [.., last] = *state;
        Tag { words: *state, last }
    }
}
