//! Lives of a token with power cuts, against a naive model.
#![no_main]

#[path = "../../tests/properties/token_ops.rs"]
mod token_ops;

libfuzzer_sys::fuzz_target!(|data: &[u8]| token_ops::check(data));
