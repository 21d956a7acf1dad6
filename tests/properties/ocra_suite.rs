//! OCRA suites: no text panics, and what is read as a suite says what it says.

use mfa_core::ocra::{Input, Ocra, Pin, QuestionFormat, Suite};
use mfa_core::{Algorithm, Secret};

pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(suite) = Suite::parse(text) else { return };
    assert_eq!(suite.as_str(), text);
    assert_eq!(suite.to_string(), text);
    assert!(text.len() <= Suite::MAX_LEN);

    // Written anew from its parts, it has the same parts; and that text is a fixed point.
    let written = write(&suite);
    let again = Suite::parse(&written).expect("a suite that was written");
    assert_eq!(write(&again), written);
    assert_eq!(says(&again), says(&suite));

    respond(suite);
}

/// The suite with nothing left out and all numbers in full.
fn write(suite: &Suite) -> String {
    let name = |algorithm: Algorithm| algorithm.name();
    let mut text =
        format!("OCRA-1:HOTP-{}-{}:", name(suite.algorithm()), suite.digits().unwrap_or(0));
    if suite.has_counter() {
        text += "C-";
    }
    let format = match suite.question().format {
        QuestionFormat::Alphanumeric => "A",
        QuestionFormat::Numeric => "N",
        QuestionFormat::Hexadecimal => "H",
        _ => unreachable!(),
    };
    text += &format!("Q{format}{:02}", suite.question().max_len);
    if let Some(algorithm) = suite.pin() {
        text += &format!("-P{}", name(algorithm));
    }
    if let Some(len) = suite.session_len() {
        text += &format!("-S{len:03}");
    }
    if let Some(steps) = suite.time_steps() {
        text += &match steps.period().get() {
            seconds @ 1..=59 => format!("-T{seconds}S"),
            seconds if seconds < 3600 => format!("-T{}M", seconds / 60),
            seconds => format!("-T{}H", seconds / 3600),
        };
    }
    text
}

fn says(suite: &Suite) -> impl PartialEq + core::fmt::Debug {
    (
        suite.algorithm(),
        suite.digits(),
        suite.has_counter(),
        suite.question(),
        suite.pin(),
        suite.session_len(),
        suite.time_steps(),
    )
}

/// A suite answers the inputs that it names, and reads what it answered.
fn respond(suite: Suite) {
    let session = [b's'; 512];
    let question = "1".repeat(suite.question().max_len.into());
    let mut input = Input::mutual_server(&question, &question);
    if suite.has_counter() {
        input = input.with_counter(u64::MAX);
    }
    if suite.pin().is_some() {
        input = input.with_pin(Pin::text("1234"));
    }
    if let Some(len) = suite.session_len() {
        input = input.with_session(&session[..len.into()]);
    }
    if suite.time_steps().is_some() {
        input = input.at(u64::MAX);
    }
    let secret = Secret::from_bytes(b"12345678901234567890").expect("a secret");
    let Ok(ocra) = Ocra::new(&secret, suite) else { return };
    let response = ocra.response(&input).expect("inputs that the suite names");
    assert_eq!(ocra.suite().parse_response(response.text().as_str()), Ok(response));
}
