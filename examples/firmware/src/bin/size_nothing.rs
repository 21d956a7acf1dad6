//! What start-up code and the serial line take: subtracted from the other sizes.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use core::hint::black_box;
use firmware::{Board, Outcome};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    firmware::measure(board, || work(black_box(755_224)))
}

#[inline(never)]
fn work(code: u32) -> Result<u32, &'static str> {
    Ok(code)
}
