//! Texts of codes.
#![no_main]

#[path = "../../tests/properties/code_parse.rs"]
mod code_parse;

libfuzzer_sys::fuzz_target!(|data: &[u8]| code_parse::check(data));
