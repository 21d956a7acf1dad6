//! Records from bytes and JSON.
#![no_main]

#[path = "../../tests/properties/record_load.rs"]
mod record_load;

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_load::check(data));
