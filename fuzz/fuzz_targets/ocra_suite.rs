//! Texts of OCRA suites.
#![no_main]

#[path = "../../tests/properties/ocra_suite.rs"]
mod ocra_suite;

libfuzzer_sys::fuzz_target!(|data: &[u8]| ocra_suite::check(data));
