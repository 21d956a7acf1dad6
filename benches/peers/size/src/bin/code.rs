//! The code of a time, of a secret that is given.

use mfa_core::{Algorithm, Format, Secret, TimeSteps, Totp};

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    std::process::exit(code(argument.as_bytes()).map_or(1, i32::from));
}

fn code(key: &[u8]) -> Option<u8> {
    let secret = Secret::from_bytes(key).ok()?;
    let totp = Totp::new(&secret, Algorithm::Sha1, Format::default(), TimeSteps::default()).ok()?;
    totp.code(std::hint::black_box(2_000_000_000)).text().as_str().bytes().last()
}
