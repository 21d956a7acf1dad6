//! The 70 vectors of RFC 6287 Appendix C.

use super::*;
use serde_json::{Map, Value};

struct Vector {
    section: String,
    suite: String,
    key_hex: String,
    challenge: String,
    counter: Option<u64>,
    pin: Option<String>,
    timestamp_steps: Option<u64>,
    response: String,
}

impl Vector {
    fn input(&self) -> Input<'_> {
        let question = self.challenge.as_str();
        let mut input = match self.section.as_str() {
            "C.1" => Input::challenge(question),
            "C.2" => match question.split_at(8) {
                (client, server) if client.starts_with("CLI") => {
                    Input::mutual_server(client, server)
                }
                (server, client) => Input::mutual_client(client, server),
            },
            "C.3" => Input::signature(question),
            section => panic!("no such section: {section}"),
        };
        if let Some(counter) = self.counter {
            input = input.with_counter(counter);
        }
        if let Some(pin) = &self.pin {
            input = input.with_pin(Pin::text(pin));
        }
        if let Some(step) = self.timestamp_steps {
            input = input.at_step(step);
        }
        input
    }
}

/// All vectors; a field that this does not take would fail.
fn vectors() -> Vec<Vector> {
    let file: Value =
        serde_json::from_str(include_str!("../../vectors/ocra-rfc6287.json")).unwrap();
    assert_eq!(file["source"], "RFC 6287 Appendix C");
    let tests = file["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 70);
    tests
        .iter()
        .zip(1u32..)
        .map(|(test, id)| vector(test.as_object().unwrap().clone(), id))
        .collect()
}

fn vector(mut fields: Map<String, Value>, id: u32) -> Vector {
    assert_eq!(fields.remove("tcId").unwrap(), id);
    let mut text = |name| Some(fields.remove(name)?.as_str().unwrap().to_owned());
    let [section, suite, key_hex, challenge, response] =
        ["section", "suite", "key_hex", "challenge", "response"].map(|name| text(name).unwrap());
    let pin = text("pin");
    let mut number = |name| Some(fields.remove(name)?.as_u64().unwrap());
    let (counter, timestamp_steps) = (number("counter"), number("timestamp_steps"));
    assert!(fields.is_empty(), "{id}: {fields:?}");
    Vector { section, suite, key_hex, challenge, counter, pin, timestamp_steps, response }
}

#[test]
fn o1_o3_all_70_vectors_of_appendix_c() {
    let mut computed = 0;
    for (vector, id) in vectors().iter().zip(1..) {
        let key = Secret::from_bytes(&reference::unhex(&vector.key_hex)).unwrap();
        let ocra = match Ocra::new(&key, suite(&vector.suite)) {
            Ok(ocra) => ocra,
            Err(_) => {
                assert!(!supported(&suite(&vector.suite)));
                continue;
            }
        };
        let response = ocra.response(&vector.input()).unwrap();
        assert_eq!(text(&response), vector.response, "{id}");

        let typed = ocra.suite().parse_response(&vector.response).unwrap();
        let verified = ocra.verify(&typed, &vector.input(), 0, Window::EXACT).unwrap().unwrap();
        assert_eq!(verified.counter, vector.counter);
        assert_eq!(verified.time.map(|time| time.step), vector.timestamp_steps);
        if let Some(step) = vector.timestamp_steps {
            for second in [0, 59] {
                let input = vector.input().at(step * 60 + second);
                assert_eq!(ocra.response(&input).unwrap(), response);
            }
        }
        if let Some(pin) = &vector.pin {
            let hash = reference::hash(ocra.suite().pin().unwrap().name(), pin.as_bytes());
            let input = vector.input().with_pin(Pin::hashed(&hash));
            assert_eq!(ocra.response(&input).unwrap(), response);
            let input = vector.input().with_pin(Pin::text("1235"));
            assert_ne!(ocra.response(&input).unwrap(), response);
        }
        computed += 1;
    }
    assert_eq!(computed, if cfg!(feature = "sha2") { 70 } else { 10 });
}

#[test]
fn without_sha2_a_suite_that_needs_it_parses_and_is_unsupported() {
    let secret = Secret::from_bytes(SECRET).unwrap();
    for (text, needs) in [
        ("OCRA-1:HOTP-SHA256-6:QN08", Algorithm::Sha256),
        ("OCRA-1:HOTP-SHA1-6:QN08-PSHA512", Algorithm::Sha512),
    ] {
        match Ocra::new(&secret, suite(text)) {
            Ok(ocra) => assert!(supported(ocra.suite())),
            Err(error) => {
                assert!(!supported(&suite(text)));
                assert_eq!(error.algorithm, needs);
            }
        }
    }
}
