//! A token shows the vectors of RFC 4226, RFC 6238 and RFC 6287, each stored before it is
//! shown; prints every code.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::vectors::{self, HOTP, HOTP_KEY, OCRA, TOTP};
use firmware::{Board, Outcome};
use mfa_core::ocra::{Input, Ocra, ResponseText, Suite};
use mfa_core::token::{
    Challenge, Operation, Press, Provision, Respond, SetClock, Show, Token, Trim,
};
use mfa_core::{
    Digits, Format, HotpParameters, RecordId, Secret, TimeSteps, TotpParameters, Write,
};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    let mut shown = 0;
    let mut token = made(Provision::hotp(secret(HOTP_KEY)?, HotpParameters::default(), 0))?;
    for vector in HOTP {
        if token.next_counter() != Some(vector.counter) {
            return Err("another counter is next");
        }
        let code = run_on(&mut token, Press { pin: None })?.reveal().map_err(|_| "no PIN")?;
        same(board, "HOTP", code.text().as_str(), vector.code, &mut shown)?;
    }
    for vector in TOTP {
        let format = Format::Decimal(Digits::EIGHT);
        let steps = TimeSteps::default();
        let parameters = TotpParameters { algorithm: vector.algorithm, format, steps };
        let mut token = made(Provision::totp(secret(vector.key)?, parameters))?;
        run_on(&mut token, SetClock { rtc: 0, now: 0, trim: Trim::Keep })?;
        let show = Show { rtc: vector.time, pin: None };
        let code = run_on(&mut token, show)?.reveal().map_err(|_| "no PIN")?;
        same(board, "TOTP", code.text().as_str(), vector.code, &mut shown)?;
    }
    for vector in OCRA {
        // The server's part of an exchange is not a token's.
        if vector.section != "C.2" || !vector.challenge.starts_with("CLI") {
            let response = respond(vector)?;
            same(board, "OCRA", response.as_str(), vector.response, &mut shown)?;
        }
    }
    board.console.number(shown).text(" vectors are shown").end_line();
    Ok(())
}

fn respond(vector: &vectors::Ocra) -> Result<ResponseText, &'static str> {
    let key = secret(vector.key)?;
    let suite = Suite::parse(vector.suite).map_err(|_| "a vector's suite")?;
    let counter = vector.counter.unwrap_or_default();
    // As in Appendix C.2, where the server answers first without a PIN.
    let mutual = match (vector.section, vector.challenge.split_at_checked(8)) {
        ("C.2", Some((server, client))) => Some((client, server, server_suite(&suite)?)),
        _ => None,
    };
    let typed;
    let (provision, challenge) = match mutual {
        None => (Provision::ocra(key, suite, counter), Challenge::OneWay(vector.challenge)),
        Some((client, server, of_server)) => {
            let ocra = Ocra::new(&key, of_server.clone()).map_err(|_| "no such hash")?;
            let response = ocra.response(&Input::mutual_server(client, server));
            typed = response.map_err(|_| "a vector's input")?.text();
            let challenge = Challenge::Mutual { client, server, response: typed.as_str() };
            (Provision::mutual_ocra(key, suite, of_server, counter), challenge)
        }
    };
    let mut token = made(provision)?;
    let rtc = vector.step.map(|step| 60 * step);
    if rtc.is_some() {
        run_on(&mut token, SetClock { rtc: 0, now: 0, trim: Trim::Keep })?;
    }
    let respond = Respond { challenge, session: None, rtc, pin: vector.pin };
    Ok(run_on(&mut token, respond)?.reveal().map_err(|_| "no PIN")?.text())
}

fn server_suite(suite: &Suite) -> Result<Suite, &'static str> {
    let text = suite.as_str();
    let text = text.strip_suffix("-PSHA1").unwrap_or(text);
    Suite::parse(text).map_err(|_| "a vector's suite")
}

fn made(provision: Provision) -> Result<Token, &'static str> {
    let mut token = Token::blank(RecordId::from_bytes([1; 16]));
    run_on(&mut token, provision)?;
    Ok(token)
}

/// Decides; stores, as bytes; settles.
fn run_on<O: Operation>(token: &mut Token, operation: O) -> Result<O::Outcome, &'static str> {
    let step = token.decide(operation).map_err(|_| "refused")?;
    let mut flash = [0; Token::ENCODED_LEN];
    step.next().encode(&mut flash);
    let (_, outcome) = step.settle(Write::Stored).map_err(|_| "not settled")?;
    token.decode_into(&flash).map_err(|_| "a record does not load")?;
    Ok(outcome)
}

fn secret(key: &[u8]) -> Result<Secret, &'static str> {
    Secret::from_bytes(key).map_err(|_| "a vector's key")
}

fn same(board: &mut Board, what: &str, found: &str, expected: &str, shown: &mut u64) -> Outcome {
    board.console.text(what).text(" ").text(found).end_line();
    *shown += 1;
    if found == expected { Ok(()) } else { Err("the standard has another code") }
}
