//! Tokens loaded from flash, whose secret and PIN are secret: up to the code on the display.

use super::{Operation, sink};
use crate::leaky::{self, Leak};
use crate::memcheck::{is_secret, set_secret};
use crate::sample::{ALGORITHMS, public_key, published, secret_bytes, secret_text};
use mfa_core::ocra::{Input, Ocra, Suite};
use mfa_core::token::{
    Answer, Challenge, Press, Provision, Respond, SetClock, SetPin, Show, Token, Trim,
};
use mfa_core::{
    Algorithm, Digits, Format, Hotp, HotpParameters, RecordId, TimeSteps, TotpParameters, Write,
};

const PIN: &str = "24681";
const WRONG: &str = "24680";
const COUNTER: u64 = 40;
const NOW: u64 = 1_700_000_000;
const SUITE: &str = "OCRA-1:HOTP-SHA1-8:C-QA08-PSHA256";
const SERVER: &str = "OCRA-1:HOTP-SHA1-6:QA08";

/// Where the record has its failed attempts, what is kept of the PIN, and the secret.
const FAILED: usize = 26;
const CHECK: core::ops::Range<usize> = 27..47;
const SECRET: core::ops::Range<usize> = 78..110;

type Bytes = [u8; Token::ENCODED_LEN];

pub fn operations() -> Vec<Operation> {
    let formats = [Format::default(), Format::Decimal(Digits::EIGHT)];
    let mut all = Vec::new();
    for algorithm in ALGORITHMS {
        for format in formats {
            all.extend(pressing(HotpParameters { algorithm, format }));
            all.push(showing(algorithm, format));
        }
        all.push(showing(algorithm, Format::Steam));
    }
    all.extend([responding(), proving(), changing()]);
    all
}

/// A token with a PIN, as bytes; none of it secret yet.
fn bytes(provision: Provision) -> Bytes {
    let mut token = Token::blank(RecordId::from_bytes([0x5A; 16]));
    let has_time = provision_has_time(&provision);
    token = token.decide(provision).unwrap().settle(Write::Stored).unwrap().0;
    if has_time {
        let set = SetClock { rtc: 0, now: NOW, trim: Trim::Keep };
        token = token.decide(set).unwrap().settle(Write::Stored).unwrap().0;
    }
    let set = SetPin { current: None, new: PIN, attempts: 3 };
    let (token, answer) = token.decide(set).unwrap().settle(Write::Stored).unwrap();
    answer.reveal().unwrap();
    encoded(&token)
}

fn provision_has_time(provision: &Provision) -> bool {
    format!("{provision:?}").contains("Totp")
}

/// The same, loaded with its secrets secret.
fn token(bytes: &Bytes) -> Token {
    let mut bytes = *bytes;
    let mut bits = [0; Token::ENCODED_LEN];
    bits[CHECK].fill(0xFF);
    bits[SECRET].fill(0xFF);
    set_secret(&mut bytes, &bits);
    Token::decode(&bytes).unwrap()
}

fn encoded(token: &Token) -> Bytes {
    let mut bytes = [0; Token::ENCODED_LEN];
    token.encode(&mut bytes);
    bytes
}

/// Decides by both doors, with what is stored next still secret: secret, PIN, and whether the
/// PIN was right.
fn decided<O, T>(token: &Token, operation: impl Fn() -> O) -> Answer<T>
where
    O: mfa_core::token::Operation<Outcome = Answer<T>>,
{
    let mut scratch = Token::blank(RecordId::from_bytes([9; 16]));
    let step = token.decide_in(&mut scratch, operation()).unwrap();
    let bytes = encoded(step.next());
    assert!(is_secret(&bytes[SECRET]) && is_secret(&bytes[CHECK]));
    assert!(is_secret(&bytes[FAILED..=FAILED]));
    let step = token.decide(operation()).unwrap();
    assert!(is_secret(&encoded(step.next())[FAILED..=FAILED]));
    step.settle(Write::Stored).unwrap().1
}

/// Twins that compare PINs, or make codes, with leaks.
fn with_leaks(mut operation: Operation, algorithm: Algorithm, format: Format) -> Operation {
    for (name, leak) in Leak::ALL {
        operation = operation.but(name, move || {
            let codes = (0..8).map(|n| leaky::code(algorithm, format, &[n; 8], leak));
            codes.for_each(sink);
        });
    }
    operation
        .but("PINs compared up to the first difference", || {
            let kept = secret_bytes(PIN.as_bytes());
            sink(leaky::equal_until_different(&kept, WRONG.as_bytes()));
        })
        .but("a right PIN computes, a wrong one does not", move || {
            let kept = secret_bytes(PIN.as_bytes());
            if leaky::difference(&kept, WRONG.as_bytes()) == 0 {
                sink(leaky::code(algorithm, format, &[0; 8], Leak::None));
            }
        })
}

/// Nothing is public while the code is not shown: neither it nor whether the PIN is right.
fn pressing(parameters: HotpParameters) -> [Operation; 2] {
    let HotpParameters { algorithm, format } = parameters;
    let of = move || bytes(Provision::hotp(public_key(32), parameters, COUNTER));
    let name = format!("{}, {format:?}", algorithm.name());
    let hidden = Operation::silent(format!("a PIN up to the write, {name}"), move || {
        let token = token(&of());
        for pin in [PIN, WRONG] {
            let pin = secret_text(pin);
            sink(decided(&token, || Press { pin: Some(&pin) }));
        }
    });
    let shown = Operation::telling(format!("a code of a button, {name}"), move || {
        let token = token(&of());
        let (right, wrong) = (secret_text(PIN), secret_text(WRONG));
        let code = decided(&token, || Press { pin: Some(&right) }).reveal().unwrap();
        let expected = Hotp::new(&public_key(32), algorithm, format).unwrap().code(COUNTER);
        assert_eq!(published(code.text().as_str()), expected.text().as_str());
        let answer = decided(&token, || Press { pin: Some(&wrong) });
        assert_eq!(answer.reveal().unwrap_err().attempts_left, 2);
    });
    [hidden, shown].map(|operation| with_leaks(operation, algorithm, format))
}

fn showing(algorithm: Algorithm, format: Format) -> Operation {
    let parameters = TotpParameters { algorithm, format, steps: TimeSteps::default() };
    let name = format!("a code of a display, {}, {format:?}", algorithm.name());
    let operation = Operation::telling(name, move || {
        let token = token(&bytes(Provision::totp(public_key(32), parameters)));
        let pin = secret_text(PIN);
        let code = decided(&token, || Show { rtc: 90, pin: Some(&pin) }).reveal().unwrap();
        let step = parameters.steps.at(NOW + 90);
        let expected = Hotp::new(&public_key(32), algorithm, format).unwrap().code(step);
        assert_eq!(published(code.text().as_str()), expected.text().as_str());
    });
    with_leaks(operation, algorithm, format)
}

fn suite(text: &str) -> Suite {
    Suite::parse(text).unwrap()
}

fn responding() -> Operation {
    let operation = Operation::telling("a token's response", || {
        let token = token(&bytes(Provision::ocra(public_key(32), suite(SUITE), COUNTER)));
        for (pin, is_right) in [(PIN, true), (WRONG, false)] {
            let pin = secret_text(pin);
            let challenge = Challenge::OneWay("SRV11110");
            let respond = || Respond { challenge, session: None, rtc: None, pin: Some(&pin) };
            let response = decided(&token, respond).reveal();
            assert_eq!(response.is_ok(), is_right);
            if let Ok(response) = response {
                assert!(is_secret(response.text().as_str().as_bytes()));
            }
        }
    });
    with_leaks(operation, Algorithm::Sha1, Format::Decimal(Digits::EIGHT))
}

/// Whether a server proved itself is public at once.
fn proving() -> Operation {
    let operation = Operation::telling("a token's response to a server that proves itself", || {
        let provision =
            Provision::mutual_ocra(public_key(32), suite(SUITE), suite(SERVER), COUNTER);
        let token = token(&bytes(provision));
        let (client, server) = ("CLI22220", "SRV11110");
        let of_server = Ocra::new(&public_key(32), suite(SERVER)).unwrap();
        let right = of_server.response(&Input::mutual_server(client, server)).unwrap();
        let wrong = of_server.response(&Input::mutual_server(client, client)).unwrap();
        let pin = secret_text(PIN);
        for (typed, is_right) in [(right, true), (wrong, false)] {
            let response = secret_text(typed.text().as_str());
            let challenge = Challenge::Mutual { client, server, response: &response };
            let respond = || Respond { challenge, session: None, rtc: None, pin: Some(&pin) };
            match is_right {
                true => assert!(decided(&token, respond).reveal().is_ok()),
                false => assert!(token.decide(respond()).is_err()),
            }
        }
    });
    with_leaks(operation, Algorithm::Sha1, Format::default())
}

fn changing() -> Operation {
    let operation = Operation::telling("changing a token's PIN", || {
        let parameters = HotpParameters::default();
        let token = token(&bytes(Provision::hotp(public_key(32), parameters, COUNTER)));
        let new = secret_text("13579");
        for (current, is_right) in [(PIN, true), (WRONG, false)] {
            let current = secret_text(current);
            let set = || SetPin { current: Some(&current), new: &new, attempts: 5 };
            assert_eq!(decided(&token, set).reveal().is_ok(), is_right);
        }
    });
    with_leaks(operation, Algorithm::Sha1, Format::default())
}
