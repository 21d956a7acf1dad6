//! Texts of otpauth URIs.
#![no_main]

#[path = "../../tests/properties/otpauth_read.rs"]
mod otpauth_read;

libfuzzer_sys::fuzz_target!(|data: &[u8]| otpauth_read::check(data));
