//! Computes the vectors of RFC 4226, RFC 6238 and RFC 6287, compares, and prints the codes.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::vectors::{self, HOTP, HOTP_KEY, OCRA, TOTP};
use firmware::{Board, Outcome};
use mfa_core::ocra::{Input, Ocra, Pin, Response, Suite};
use mfa_core::{
    Code, CodeText, Digits, Format, Hotp, Secret, TimeSteps, Totp, Unsupported, Window,
};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    let hotp = Hotp::from(&secret(HOTP_KEY)?);
    for vector in HOTP {
        let code = hotp.code(vector.counter);
        say(board, "HOTP", code.text().as_str());
        same(code.text().as_str(), vector.code)?;
        same_number(hotp.verify(&code, vector.counter, 0), Some(vector.counter))?;
    }

    for vector in TOTP {
        let (code, step) = totp(vector)?;
        say(board, "TOTP", code.as_str());
        same(code.as_str(), vector.code)?;
        same_number(step, Some(TimeSteps::default().at(vector.time)))?;
    }

    for vector in OCRA {
        let response = ocra(vector)?;
        let text = response.text();
        say(board, "OCRA", text.as_str());
        same(text.as_str(), vector.response)?;
    }
    board.console.number((HOTP.len() + TOTP.len() + OCRA.len()) as u64).text(" vectors agree");
    board.console.end_line();
    Ok(())
}

/// The code, and the step at which it verifies.
fn totp(vector: &vectors::Totp) -> Result<(CodeText, Option<u64>), &'static str> {
    let format = Format::Decimal(Digits::EIGHT);
    let totp = Totp::new(&secret(vector.key)?, vector.algorithm, format, TimeSteps::default())
        .map_err(|Unsupported { .. }| "no such hash in this build")?;
    let typed = Code::parse(vector.code, format).map_err(|_| "a vector's code")?;
    let matched = totp.verify(&typed, vector.time, Window::default());
    Ok((totp.code(vector.time).text(), matched.map(|matched| matched.step)))
}

/// The response, which also verifies.
fn ocra(vector: &vectors::Ocra) -> Result<Response, &'static str> {
    let suite = Suite::parse(vector.suite).map_err(|_| "a vector's suite")?;
    let ocra = Ocra::new(&secret(vector.key)?, suite)
        .map_err(|Unsupported { .. }| "no such hash in this build")?;
    let mut input = match (vector.section, vector.challenge.split_at_checked(8)) {
        ("C.1", _) => Input::challenge(vector.challenge),
        ("C.2", Some((client, server))) if client.starts_with("CLI") => {
            Input::mutual_server(client, server)
        }
        ("C.2", Some((server, client))) => Input::mutual_client(client, server),
        ("C.3", _) => Input::signature(vector.challenge),
        _ => return Err("a vector's section"),
    };
    if let Some(counter) = vector.counter {
        input = input.with_counter(counter);
    }
    if let Some(pin) = vector.pin {
        input = input.with_pin(Pin::text(pin));
    }
    if let Some(step) = vector.step {
        input = input.at_step(step);
    }
    let typed = ocra.suite().parse_response(vector.response).map_err(|_| "a vector's response")?;
    match ocra.verify(&typed, &input, 0, Window::EXACT) {
        Ok(Some(_)) => ocra.response(&input).map_err(|_| "a vector's input"),
        _ => Err("RFC 6287's own response is refused"),
    }
}

fn secret(key: &[u8]) -> Result<Secret, &'static str> {
    Secret::from_bytes(key).map_err(|_| "a vector's key")
}

fn say(board: &mut Board, what: &str, code: &str) {
    board.console.text(what).text(" ").text(code).end_line();
}

fn same(found: &str, expected: &str) -> Outcome {
    if found == expected { Ok(()) } else { Err("the standard has another code") }
}

fn same_number(found: Option<u64>, expected: Option<u64>) -> Outcome {
    if found == expected { Ok(()) } else { Err("its code verifies elsewhere or not at all") }
}
