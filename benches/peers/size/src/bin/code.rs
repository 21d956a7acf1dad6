//! The code of a time, of a secret that is given.

use mfa_core::{Secret, Totp};

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    std::process::exit(code(argument.as_bytes()).map_or(1, i32::from));
}

fn code(key: &[u8]) -> Option<u8> {
    let secret = Secret::from_bytes(key).ok()?;
    Totp::from(&secret).code(std::hint::black_box(2_000_000_000)).text().as_str().bytes().last()
}
