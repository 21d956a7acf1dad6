//! Sequences of logins and resynchronizations.
#![no_main]

#[path = "../../tests/properties/window.rs"]
mod window;

libfuzzer_sys::fuzz_target!(|data: &[u8]| window::check(data));
