//! As `code`, of a URI that is read, and written again.

use mfa_core::{Totp, otpauth};

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    std::process::exit(code(&argument).map_or(1, i32::from));
}

fn code(uri: &str) -> Option<u8> {
    let uri = otpauth::read(uri).ok()?.uri;
    let otpauth::Kind::Totp(steps) = uri.kind else { return None };
    let totp = Totp::new(&uri.secret, uri.algorithm, uri.format, steps).ok()?;
    let mut buffer = [0; otpauth::max_len(32, 64)];
    let written = uri.write(&mut buffer).ok()?.bytes().last()?;
    let code = totp.code(std::hint::black_box(2_000_000_000)).text().as_str().bytes().last()?;
    Some(code ^ written)
}
