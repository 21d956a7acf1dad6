//! Responses of OCRA tokens.

use super::respond::method;
use super::world::{ANN, NOW, RECORD, Record, encoded, loaded, ticket};
use crate::leaky;
use crate::memcheck::is_secret;
use crate::operations::{Operation, sink};
use crate::sample::{key, secret_bytes, secret_text};
use mfa_core::ocra::{Input, Ocra, Pin, Suite};
use mfa_core::{
    ChallengeOcra, Confirm, Context, Entropy, Import, Label, NewAuthenticator, OcraAnswer,
    OcraChallenge, Policy, Respond, Response, Secret, Ticket, Write,
};

const POLICY: Policy = Policy::AUTH0;
const CX: Context<'static> = Context { now: NOW, policy: &POLICY };
const KEY: &[u8] = b"the key of a token, ";
const PIN: &str = "3-1-4-1-5";
const SESSION: &[u8] = b"session";
const SUITES: [&str; 3] = [
    "OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1",
    "OCRA-1:HOTP-SHA512-10:QN08-PSHA256-S064-T1M",
    "OCRA-1:HOTP-SHA256-0:QA16-PSHA512",
];

pub fn operations() -> Vec<Operation> {
    vec![confirm(), respond()]
}

/// A record with a token that was asked a question.
struct Asked {
    record: Record,
    ticket: Ticket,
    asked: OcraChallenge,
    suite: Suite,
}

impl Asked {
    fn pending(suite: &str) -> Self {
        let suite = Suite::parse(suite).unwrap();
        let record = Record::new(ANN, RECORD);
        let ticket = ticket(&record, &POLICY);
        let mut entropy = key(100);
        let import = Import {
            ticket: &ticket,
            authenticator: NewAuthenticator::Ocra(suite.clone(), 7),
            secret: Secret::from_bytes(KEY).unwrap(),
            label: Label::default(),
            entropy: Entropy::new(&mut entropy),
        };
        let step = record.decide(import, &CX).unwrap();
        let (record, _) = step.settle(Write::Stored).unwrap();
        Self::ask(record, ticket, suite)
    }

    fn ask(record: Record, ticket: Ticket, suite: Suite) -> Self {
        let mut entropy = key(16);
        let challenge = ChallengeOcra {
            ticket: &ticket,
            authenticator: record.authenticators()[0].id(),
            entropy: Entropy::new(&mut entropy),
        };
        let step = record.decide(challenge, &CX).unwrap();
        let (record, asked) = step.settle(Write::Stored).unwrap();
        Self { record, ticket, asked, suite }
    }

    /// With the key marked in the record.
    fn loaded(self) -> Self {
        Self { record: loaded(&encoded(&self.record), &[KEY]), ..self }
    }

    /// The response at a time, of a token that was pressed so often.
    fn response(&self, now: u64, presses: u64) -> String {
        let mut input = Input::challenge(self.asked.question.as_str()).with_pin(Pin::text(PIN));
        if self.suite.has_counter() {
            input = input.with_counter(7 + presses);
        }
        if self.suite.time_steps().is_some() {
            input = input.at(now);
        }
        if self.suite.session_len().is_some() {
            input = input.with_session(SESSION);
        }
        let ocra = Ocra::new(&Secret::from_bytes(KEY).unwrap(), self.suite.clone()).unwrap();
        ocra.response(&input).unwrap().text().as_str().to_owned()
    }

    /// Shows the right response and one that differs from it in the last character, with
    /// response, PIN and session secret.
    fn show(&self, now: u64, presses: u64, accepts: impl Fn(OcraAnswer<'_>) -> bool) {
        let right = self.response(now, presses);
        let last = if right.ends_with('0') { "1" } else { "0" };
        let wrong = format!("{}{last}", &right[..right.len() - 1]);
        let (pin, session) = (secret_text(PIN), secret_bytes(SESSION));
        for (text, is_right) in [(secret_text(&right), true), (secret_text(&wrong), false)] {
            let answer = OcraAnswer {
                challenge: self.asked.challenge,
                text: &text,
                pin: Some(Pin::text(&pin)),
                session: self.suite.session_len().map(|_| session.as_slice()),
            };
            assert_eq!(accepts(answer), is_right);
        }
    }
}

fn with_leaks(operation: Operation) -> Operation {
    let responses = || {
        let asked = Asked::pending(SUITES[0]);
        let known = asked.response(NOW, 0).into_bytes();
        (secret_bytes(&known), secret_bytes(asked.response(NOW, 1).as_bytes()))
    };
    operation
        .but("a comparison ends at the first difference", move || {
            let (known, typed) = responses();
            sink(leaky::equal_until_different(&known, &typed));
        })
        .but("the search ends at the match", move || {
            let (known, typed) = responses();
            sink(leaky::first_equal(&[known, typed.clone()], &typed));
        })
}

fn confirm() -> Operation {
    with_leaks(Operation::telling("confirming an OCRA token", || {
        for suite in SUITES {
            let asked = Asked::pending(suite).loaded();
            asked.show(NOW, 0, |answer| {
                let response = Response::Ocra(answer);
                let confirm = Confirm { ticket: &asked.ticket, response };
                let step = asked.record.decide(confirm, &CX).unwrap();
                assert!(is_secret(&encoded(step.next())));
                let (_, verdict) = step.settle(Write::Stored).unwrap();
                method(&verdict).is_some()
            });
        }
    }))
}

fn respond() -> Operation {
    with_leaks(Operation::telling("responding to an OCRA question", || {
        for suite in SUITES {
            let first = Asked::pending(suite);
            let text = first.response(NOW, 0);
            let answer = OcraAnswer {
                challenge: first.asked.challenge,
                text: &text,
                pin: Some(Pin::text(PIN)),
                session: first.suite.session_len().map(|_| SESSION),
            };
            let response = Response::Ocra(answer);
            let confirm = Confirm { ticket: &first.ticket, response };
            let step = first.record.decide(confirm, &CX).unwrap();
            let (record, _) = step.settle(Write::Stored).unwrap();

            // A minute later, for suites that have the time.
            let later = Context { now: NOW + 60, policy: &POLICY };
            let asked = Asked::ask(record, first.ticket, first.suite).loaded();
            let respond = |answer: OcraAnswer<'_>| {
                let respond = Respond { ticket: &asked.ticket, response: Response::Ocra(answer) };
                let step = asked.record.decide(respond, &later).unwrap();
                let (_, verdict) = step.settle(Write::Stored).unwrap();
                method(&verdict).is_some()
            };
            asked.show(later.now, 3, respond);
        }
    }))
}
