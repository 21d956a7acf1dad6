//! HMAC-SHA-256 and HMAC-SHA-512 from midstates.

use super::block::{padded, put_counter};
use super::midstates::{INNER_PAD, Midstates, OUTER_PAD, Word, ZERO, midstates};
use super::{Secret, Tag, Wiped};
use crate::bytes::copy;

/// FIPS 180-4 §5.3.3.
const INITIAL_256: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];

/// FIPS 180-4 §5.3.5.
const INITIAL_512: [u64; 8] = [
    0x6A09_E667_F3BC_C908,
    0xBB67_AE85_84CA_A73B,
    0x3C6E_F372_FE94_F82B,
    0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1,
    0x9B05_688C_2B3E_6C1F,
    0x1F83_D9AB_FB41_BD6B,
    0x5BE0_CD19_137E_2179,
];

midstates!(Sha256: [u32; 8], 64, INITIAL_256, sha2::block_api::compress256);
midstates!(Sha512: [u64; 8], 128, INITIAL_512, sha2::block_api::compress512);

impl Sha256 {
    /// All rows are whole.
    fn put_last_row(_: &[u32; 8], _: &mut [u8; 64]) {}

    fn tag(state: &[u32; 8]) -> Tag {
        let [w0, w1, w2, w3, w4, _, _, last] = *state;
        Tag { words: [w0, w1, w2, w3, w4], last }
    }
}

impl Sha512 {
    /// All rows are whole.
    fn put_last_row(_: &[u64; 8], _: &mut [u8; 128]) {}

    fn tag(state: &[u64; 8]) -> Tag {
        let [w01, w23, w4, .., last] = *state;
        let high = |w: u64| (w >> 32) as u32;
        let words = [high(w01), w01 as u32, high(w23), w23 as u32, high(w4)];
        Tag { words, last: last as u32 }
    }
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn digest_256(parts: &[&[u8]]) -> [u8; 32] {
    use hmac::digest::Digest;
    let mut hash = sha2::Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}
