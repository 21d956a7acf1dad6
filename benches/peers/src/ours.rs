//! This library.

use crate::{BASE32, Entries, SECRET, SIDES, TIME, URI, newest, window};
use mfa_core::otpauth::{self, Uri};
use mfa_core::*;
use std::hint::black_box;

const OURS: &str = "mfa-core";

pub(crate) fn add(entries: &mut Entries) {
    codes(entries);
    windows(entries);
    texts(entries);
    account(entries);
}

fn keyed(algorithm: Algorithm) -> Totp {
    let key: Vec<u8> = SECRET.iter().copied().cycle().take(algorithm.output_len()).collect();
    let secret = Secret::from_bytes(&key).unwrap();
    Totp::new(&secret, algorithm, Format::default(), TimeSteps::default()).unwrap()
}

fn codes(entries: &mut Entries) {
    let names = [
        (Algorithm::Sha1, "code, SHA-1"),
        (Algorithm::Sha256, "code, SHA-256"),
        (Algorithm::Sha512, "code, SHA-512"),
    ];
    for (algorithm, name) in names {
        let totp = keyed(algorithm);
        entries.add(name, OURS, move || totp.code(black_box(TIME)));
    }
    let totp = keyed(Algorithm::Sha1);
    entries.add("code as text, SHA-1", OURS, move || totp.code(black_box(TIME)).text());
    entries.add("key and code, SHA-1", OURS, || {
        let secret = Secret::from_bytes(black_box(SECRET)).unwrap();
        Totp::from(&secret).code(black_box(TIME))
    });
}

fn verify(totp: &Totp, typed: &str, window: Window) -> Option<Matched> {
    let code = Code::parse(typed, Format::default()).ok()?;
    totp.verify(&code, black_box(TIME), window)
}

fn windows(entries: &mut Entries) {
    for side in SIDES {
        let (totp, typed) = (keyed(Algorithm::Sha1), newest(side));
        let steps = Window::new(side as u32, side as u32);
        assert!(verify(&totp, &typed, steps).is_some());
        entries.add(&window(side), OURS, move || verify(&totp, black_box(&typed), steps));
    }
    let totp = keyed(Algorithm::Sha1);
    let codes = [totp.code(TIME + 30 * 49), totp.code(TIME + 30 * 50)];
    let steps = Window::new(50, 50);
    assert!(totp.resynchronize(&codes, TIME, steps).is_some());
    entries.add("resynchronize, 101 steps", OURS, move || {
        totp.resynchronize(black_box(&codes), black_box(TIME), steps)
    });
}

fn texts(entries: &mut Entries) {
    entries.add("otpauth, read", OURS, || otpauth::read(black_box(URI)));
    let reading = otpauth::read(URI).unwrap();
    let mut buffer = [0; otpauth::max_len(32, 64)];
    assert_eq!(reading.uri.write(&mut buffer), Ok(URI));
    let secret = Secret::from_bytes(SECRET).unwrap();
    entries.add("otpauth, write", OURS, move || {
        let uri = Uri::totp(black_box("Big Corp"), black_box("alice@example.com"), &secret);
        black_box(uri.write(&mut buffer)).map(str::len)
    });
    let secret = Secret::from_bytes(SECRET).unwrap();
    entries.add("base32, encode", OURS, move || black_box(&secret).to_base32());
    entries.add("base32, decode", OURS, || Secret::from_base32(black_box(BASE32)));
}

type Record = Account<4, 10>;

/// An account with one authenticator, a ticket that may answer, and the authenticator's code.
fn enrolled() -> (Record, Ticket, String) {
    let draw =
        |seed: u8| core::array::from_fn::<u8, 1024, _>(|i| (i as u8).wrapping_mul(37) ^ seed);
    let cx = Context { now: TIME - 60, policy: &Policy::AUTH0 };
    let id = RecordId::draw(&mut Entropy::new(&mut draw(1))).unwrap();
    let record = Record::new(AccountId::from_bytes(*b"alice..........."), id);
    let scopes = Scopes::ALL;
    let ticket = record.first_factor_ticket(scopes, Entropy::new(&mut draw(2)), &cx).unwrap();
    let mut bytes = draw(3);
    let associate = Associate {
        ticket: &ticket,
        authenticator: NewAuthenticator::Totp(TotpParameters::default()),
        label: Label::default(),
        entropy: Entropy::new(&mut bytes),
    };
    let (record, associated) =
        record.decide(associate, &cx).unwrap().settle(Write::Stored).unwrap();
    let steps = TimeSteps::default();
    let app = Totp::new(&associated.secret, Algorithm::Sha1, Format::default(), steps).unwrap();
    let code = |time| app.code(time).text().as_str().to_owned();
    let confirm = Confirm { ticket: &ticket, response: Response::Otp(&code(TIME - 60)) };
    let (record, _) = record.decide(confirm, &cx).unwrap().settle(Write::Stored).unwrap();
    let cx = Context { now: TIME, ..cx };
    let ticket = record.first_factor_ticket(scopes, Entropy::new(&mut draw(4)), &cx).unwrap();
    (record, ticket, code(TIME))
}

fn account(entries: &mut Entries) {
    let secret = Secret::from_bytes(SECRET).unwrap();
    let typed = newest(1);
    entries.add("respond", "key and ±1", move || {
        let totp = Totp::from(black_box(&secret));
        verify(&totp, black_box(&typed), Window::default())
    });
    let cx = Context { now: TIME, policy: &Policy::AUTH0 };
    let (record, ticket, code) = enrolled();
    let mut scratch = record.clone();
    entries.add("respond", OURS, move || {
        let respond = Respond { ticket: &ticket, response: Response::Otp(black_box(&code)) };
        let step = black_box(&record).decide(respond, black_box(&cx)).unwrap();
        assert!(matches!(step.settle(Write::Stored).unwrap().1, Verdict::Accepted(_)));
    });
    let (record, ticket, code) = enrolled();
    entries.add("respond", "mfa-core, decide_in", move || {
        let respond = Respond { ticket: &ticket, response: Response::Otp(black_box(&code)) };
        let step = black_box(&record).decide_in(&mut scratch, respond, black_box(&cx)).unwrap();
        assert!(matches!(step.settle(Write::Stored).unwrap().1, Verdict::Accepted(_)));
    });
}
