//! What nobody gets below: the hash's own compressions, one after the other.

use crate::{BASE32, Entries, SECRET, SIDES, window};
use base32ct::{Base32UpperUnpadded, Encoding};
use std::hint::black_box;

const FLOOR: &str = "raw compressions";

pub(crate) fn add(entries: &mut Entries) {
    entries.add("one compression", "raw", || sha1(1));
    entries.add("code, SHA-1", FLOOR, || sha1(2));
    entries.add("key and code, SHA-1", FLOOR, || sha1(4));
    for side in SIDES {
        entries.add(&window(side), FLOOR, move || sha1(2 * (2 * side + 1)));
    }
    entries.add("code, SHA-256", FLOOR, || {
        let mut state = black_box([1u32; 8]);
        for _ in 0..2 {
            sha2::block_api::compress256(&mut state, black_box(&[[7; 64]]));
        }
        state
    });
    entries.add("code, SHA-512", FLOOR, || {
        let mut state = black_box([1u64; 8]);
        for _ in 0..2 {
            sha2::block_api::compress512(&mut state, black_box(&[[7; 128]]));
        }
        state
    });
    entries.add("base32, encode", "base32ct", || {
        let mut buffer = [0; 32];
        let len = Base32UpperUnpadded::encode(black_box(SECRET), &mut buffer).map(str::len);
        (len.ok(), buffer)
    });
    entries.add("base32, decode", "base32ct", || {
        let mut buffer = [0; 20];
        let len = Base32UpperUnpadded::decode(black_box(BASE32), &mut buffer).map(<[u8]>::len);
        (len.ok(), buffer)
    });
}

fn sha1(compressions: u64) -> [u32; 5] {
    let mut state = black_box([1; 5]);
    for _ in 0..compressions {
        sha1::block_api::compress(&mut state, black_box(&[[7; 64]]));
    }
    state
}
