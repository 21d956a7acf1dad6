//! Migrations, as texts of URIs or as messages.
#![no_main]

#[path = "../../tests/properties/migration_read.rs"]
mod migration_read;

libfuzzer_sys::fuzz_target!(|data: &[u8]| migration_read::check(data));
