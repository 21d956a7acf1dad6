//! HMAC-SHA-1 from midstates.

use super::{INNER_PAD, OUTER_PAD, Secret, Tag, Wiped, last_block, midstates};
use crate::bytes::copy;

/// FIPS 180-4 §5.3.1.
const INITIAL: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];

midstates!(Midstates: [u32; 5], 64, INITIAL, sha1::block_api::compress);

impl Midstates {
    pub(super) fn tag(state: &[u32; 5]) -> Tag {
        let [.., last] = *state;
        Tag { words: *state, last }
    }

    /// The inner state and the outer one.
    #[cfg(any(test, target_feature = "avx2"))]
    pub(super) fn states(&self) -> [[u32; 5]; 2] {
        [self.inner, self.outer]
    }
}
