//! Lives of an account, against a naive model.
#![no_main]

#[path = "../../tests/properties/account_ops.rs"]
mod account_ops;

libfuzzer_sys::fuzz_target!(|data: &[u8]| account_ops::check(data));
