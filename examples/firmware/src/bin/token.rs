//! A fob with a key pad: see `token/keypad.rs` for what it understands.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::flash::{Flash, PAGE};
use firmware::{Board, HostFile, Outcome, token};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    let flash = HostFile::open(c"token.flash", 4 * PAGE).ok_or("no file for the flash")?;
    token::serve(board, Flash::new(flash))
}
