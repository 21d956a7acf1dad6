//! What it takes to generate an HOTP code, from key bytes to text.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use core::hint::black_box;
use firmware::{Board, Outcome};
use mfa_core::{CodeText, Hotp, Secret};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    firmware::measure(board, || {
        let code = work(black_box(b"12345678901234567890"), black_box(0))?;
        if code.as_str() == "755224" { Ok(()) } else { Err("a wrong code") }
    })
}

#[inline(never)]
fn work(key: &[u8], counter: u64) -> Result<CodeText, &'static str> {
    let secret = Secret::from_bytes(key).map_err(|_| "a length")?;
    Ok(Hotp::from(&secret).code(counter).text())
}
