//! What a counter-based token takes: its record loaded, a press decided, the next
//! record written, the code shown.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use core::hint::black_box;
use firmware::{Board, Outcome};
use mfa_core::token::{Press, Token};
use mfa_core::{CodeText, RecordId, Write};

firmware::program!(run);

/// A token of RFC 4226's secret at counter 0.
const RECORD: [u8; Token::ENCODED_LEN] = record();

fn run(board: &mut Board) -> Outcome {
    let mut flash = black_box(RECORD);
    firmware::measure(board, || {
        let code = work(&mut flash, black_box(None))?;
        if code.as_str() == "755224" { Ok(()) } else { Err("a wrong code") }
    })?;
    board.console.text("record ").number(size_of::<Token>() as u64).end_line();
    board.console.text("encoded ").number(Token::ENCODED_LEN as u64).end_line();
    Ok(())
}

#[inline(never)]
fn work(flash: &mut [u8; Token::ENCODED_LEN], pin: Option<&str>) -> Result<CodeText, &'static str> {
    let name = RecordId::from_bytes([1; 16]);
    let (mut token, mut scratch) = (Token::blank(name), Token::blank(name));
    token.decode_into(flash).map_err(|_| "no record")?;
    let step = token.decide_in(&mut scratch, Press { pin }).map_err(|_| "refused")?;
    step.next().encode(flash);
    let (_, answer) = step.settle(Write::Stored).map_err(|_| "not settled")?;
    Ok(answer.reveal().map_err(|_| "a wrong PIN")?.text())
}

/// Format 1: HOTP, SHA-1, six digits, without a PIN.
const fn record() -> [u8; Token::ENCODED_LEN] {
    let mut bytes = [0; Token::ENCODED_LEN];
    bytes[0] = 1;
    bytes[1] = 1; // any name
    bytes[24] = 2;
    bytes[76] = 1;
    bytes[77] = 20;
    let secret = *b"12345678901234567890";
    let mut at = 0;
    while at < secret.len() {
        bytes[78 + at] = secret[at];
        at += 1;
    }
    bytes[206] = 1;
    bytes[224] = 1;
    bytes[225] = 6;
    bytes
}
