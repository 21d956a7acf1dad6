//! Tokens' records from bytes.
#![no_main]

#[path = "../../tests/properties/token_load.rs"]
mod token_load;

libfuzzer_sys::fuzz_target!(|data: &[u8]| token_load::check(data));
