//! What it takes to compute and to verify an OCRA response, from the suite's text on.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use core::hint::black_box;
use firmware::{Board, Outcome};
use mfa_core::ocra::{Input, Ocra, Pin, Response, Suite};
use mfa_core::{Secret, Window};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    firmware::measure(board, || {
        let key = black_box(b"12345678901234567890123456789012");
        let suite = black_box("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1");
        let input = Input::challenge(black_box("12345678")).with_counter(black_box(0));
        let input = input.with_pin(Pin::text(black_box("1234")));
        let response = work(key, suite, &input, black_box("65347737"))?;
        if response.text().as_str() == "65347737" { Ok(()) } else { Err("a wrong response") }
    })
}

#[inline(never)]
fn work(key: &[u8], suite: &str, input: &Input<'_>, typed: &str) -> Result<Response, &'static str> {
    let secret = Secret::from_bytes(key).map_err(|_| "a length")?;
    let suite = Suite::parse(suite).map_err(|_| "no suite")?;
    let ocra = Ocra::new(&secret, suite).map_err(|_| "no such hash")?;
    let typed = ocra.suite().parse_response(typed).map_err(|_| "no response")?;
    match ocra.verify(&typed, input, 3, Window::default()) {
        Ok(Some(_)) => ocra.response(input).map_err(|_| "an input"),
        _ => Err("a right response is rejected"),
    }
}
