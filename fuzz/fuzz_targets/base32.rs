//! Base32 text, read leniently and strictly.
#![no_main]

#[path = "../../tests/properties/base32.rs"]
mod base32;

libfuzzer_sys::fuzz_target!(|data: &[u8]| base32::check(data));
