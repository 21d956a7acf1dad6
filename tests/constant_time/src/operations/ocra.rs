//! OCRA responses: computed, written, read, verified.

use super::{Operation, sink};
use crate::leaky::{self, Leak};
use crate::sample::{key, public_key, published, secret_bytes, secret_key, secret_text};
use mfa_core::ocra::{Input, Ocra, Pin, Response, Suite};
use mfa_core::{Digits, Format, Window};

/// All hashes, all numbers of digits, all inputs.
const SUITES: [&str; 9] = [
    "OCRA-1:HOTP-SHA1-4:QN08",
    "OCRA-1:HOTP-SHA256-5:QA10",
    "OCRA-1:HOTP-SHA1-6:QH08-PSHA1",
    "OCRA-1:HOTP-SHA512-7:C-QN08",
    "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA256",
    "OCRA-1:HOTP-SHA512-9:QN08-T1M",
    "OCRA-1:HOTP-SHA1-10:C-QA08-PSHA512-S064-T30S",
    "OCRA-1:HOTP-SHA256-0:QN08-S064",
    "OCRA-1:HOTP-SHA512-0:QN08",
];

const COUNTER: u64 = 40;
const NOW: u64 = 1_700_000_000;

pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for suite in SUITES {
        all.push(response(suite));
        all.push(verification(suite));
        all.push(reading(suite));
    }
    all
}

/// A suite with its inputs: the PIN and the session information are secret.
struct Exchange {
    suite: Suite,
    pin: String,
    session: Vec<u8>,
}

impl Exchange {
    fn new(suite: &str, secret: bool) -> Self {
        let (pin, session) = ("12345", key(20));
        Self {
            suite: Suite::parse(suite).unwrap(),
            pin: if secret { secret_text(pin) } else { pin.to_owned() },
            session: if secret { secret_bytes(&session) } else { session },
        }
    }

    fn input(&self, counter: u64, time: u64) -> Input<'_> {
        let mut input = Input::challenge("12345678");
        if self.suite.has_counter() {
            input = input.with_counter(counter);
        }
        if self.suite.pin().is_some() {
            input = input.with_pin(Pin::text(&self.pin));
        }
        if self.suite.session_len().is_some() {
            input = input.with_session(&self.session);
        }
        if self.suite.time_steps().is_some() {
            input = input.at(time);
        }
        input
    }
}

fn ocra(suite: &str, secret: bool) -> Ocra {
    let key = if secret { secret_key(32) } else { public_key(32) };
    Ocra::new(&key, Suite::parse(suite).unwrap()).unwrap()
}

/// The text of the response that the prover shows.
fn shown(suite: &str, counter: u64, time: u64) -> String {
    let exchange = Exchange::new(suite, false);
    let response = ocra(suite, false).response(&exchange.input(counter, time)).unwrap();
    response.text().as_str().to_owned()
}

fn with_leaks(mut operation: Operation, suite: &'static str) -> Operation {
    let form = Suite::parse(suite).unwrap();
    // Of the right length, or where there is none, of the most common.
    let digits = form.digits().and_then(|digits| Digits::new(digits).ok()).unwrap_or_default();
    for (name, leak) in Leak::ALL {
        let algorithm = form.algorithm();
        operation = operation.but(name, move || {
            let codes = (0..8).map(|n| {
                let message = [suite.as_bytes(), &[0, n]].concat();
                leaky::code(algorithm, Format::Decimal(digits), &message, leak)
            });
            codes.for_each(sink);
        });
    }
    operation
}

fn response(suite: &'static str) -> Operation {
    let operation = Operation::silent(format!("response of {suite}"), move || {
        let exchange = Exchange::new(suite, true);
        for counter in COUNTER..COUNTER + 8 {
            let response = ocra(suite, true).response(&exchange.input(counter, NOW)).unwrap();
            assert_eq!(published(response.text().as_str()), shown(suite, counter, NOW));
        }
    });
    with_leaks(operation, suite)
}

fn typed(suite: &str, counter: u64, time: u64) -> Response {
    let text = secret_text(&shown(suite, counter, time));
    Suite::parse(suite).unwrap().parse_response(&text).unwrap()
}

fn verification(suite: &'static str) -> Operation {
    Operation::telling(format!("verification of {suite}"), move || {
        let exchange = Exchange::new(suite, true);
        let ocra = ocra(suite, true);
        let verify = |typed: &Response, ahead, window| {
            ocra.verify(typed, &exchange.input(COUNTER, NOW), ahead, window).unwrap()
        };
        let right = typed(suite, COUNTER + 2, NOW - 20);
        assert!(verify(&right, 5, Window::new(1, 1)).is_some());
        let wrong = Response::clone(&right);
        let fits = !exchange.suite.has_counter();
        assert_eq!(verify(&wrong, 0, Window::new(3, 0)).is_some(), fits);
    })
    .but("the window ends at the match", move || {
        let (window, typed) = window(suite);
        sink(leaky::first_equal(&window, &typed));
    })
    .but("a comparison ends at the first difference", move || {
        let (window, typed) = window(suite);
        window.iter().for_each(|code| sink(leaky::equal_until_different(code, &typed)));
    })
}

fn window(suite: &str) -> (Vec<Vec<u8>>, Vec<u8>) {
    let exchange = Exchange::new(suite, true);
    let ocra = ocra(suite, true);
    let text = |counter| {
        let response = ocra.response(&exchange.input(counter, NOW)).unwrap();
        response.text().as_str().as_bytes().to_vec()
    };
    ((COUNTER..COUNTER + 3).map(text).collect(), shown(suite, COUNTER + 1, NOW).into_bytes())
}

fn reading(suite: &'static str) -> Operation {
    Operation::telling(format!("reading a response of {suite}"), move || {
        let plain = shown(suite, COUNTER, NOW);
        let response = typed(suite, COUNTER, NOW);
        assert_eq!(published(response.text().as_str()), plain);
        let broken = secret_text(&format!(" {}/", &plain[1..]));
        assert!(Suite::parse(suite).unwrap().parse_response(&broken).is_err());
        assert!(response == typed(suite, COUNTER, NOW));
    })
    .but("values from a table", move || {
        sink(leaky::values_from_table(&secret_text(&shown(suite, COUNTER, NOW))));
    })
    .but("values by branches", move || {
        sink(leaky::values_by_branches(&secret_text(&shown(suite, COUNTER, NOW))));
    })
}
