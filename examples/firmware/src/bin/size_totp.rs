//! What it takes to verify a TOTP code as typed, one step either side.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use core::hint::black_box;
use firmware::{Board, Outcome};
use mfa_core::{Code, Format, Secret, Totp, Window};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    firmware::measure(board, || {
        match work(black_box(b"12345678901234567890"), black_box("287 082"), black_box(89))? {
            Some(1) => Ok(()),
            _ => Err("a right code is rejected"),
        }
    })
}

#[inline(never)]
fn work(key: &[u8], typed: &str, now: u64) -> Result<Option<u64>, &'static str> {
    let secret = Secret::from_bytes(key).map_err(|_| "a length")?;
    let code = Code::parse(typed, Format::default()).map_err(|_| "no code")?;
    Ok(Totp::from(&secret).verify(&code, now, Window::default()).map(|matched| matched.step))
}
