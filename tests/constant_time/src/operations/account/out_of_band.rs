//! Codes that are sent, and numbers that are typed on a device.

use super::respond::method;
use super::world::{ANN, NOW, RECORD, Record, encoded, loaded, ticket};
use crate::leaky;
use crate::memcheck::{is_secret, make_public};
use crate::operations::{Operation, sink};
use crate::sample::{key, published, secret_bytes, secret_text};
use mfa_core::{
    AnswerPush, Answered, AssociateOutOfBand, Challenge, ChallengeId, Channel, Confirm, Context,
    Entropy, Label, Policy, Reference, Respond, Response, Ticket, Write,
};

const POLICY: Policy = Policy::AUTH0;
const CX: Context<'static> = Context { now: NOW, policy: &POLICY };

pub fn operations() -> Vec<Operation> {
    vec![confirm(), respond(), push(), challenge()]
}

/// A record with an authenticator that waits for the answer to its first challenge.
struct Asked {
    record: Record,
    ticket: Ticket,
    challenge: ChallengeId,
    code: String,
}

impl Asked {
    fn over(channel: Channel) -> Self {
        let record = Record::new(ANN, RECORD);
        let ticket = ticket(&record, &POLICY);
        let mut entropy = key(100);
        let operation = AssociateOutOfBand {
            ticket: &ticket,
            channel,
            reference: Reference::from_bytes([0xEE; 16]),
            label: Label::default(),
            entropy: Entropy::new(&mut entropy),
        };
        let step = record.decide(operation, &CX).unwrap();
        let (record, associated) = step.settle(Write::Stored).unwrap();
        let delivery = associated.delivery;
        let code = delivery.code.text().as_str().to_owned();
        Self { record, ticket, challenge: delivery.challenge, code }
    }

    /// Confirmed, and challenged again.
    fn again(self, channel: Channel) -> Self {
        let response = Response::OutOfBand(self.challenge, &self.code);
        let confirm = Confirm { ticket: &self.ticket, response };
        let step = self.record.decide(confirm, &CX).unwrap();
        let (record, _) = step.settle(Write::Stored).unwrap();
        let ticket = ticket(&record, &POLICY);
        let mut entropy = key(30);
        let operation = Challenge {
            ticket: &ticket,
            authenticator: record.authenticators()[0].id(),
            channel,
            entropy: Entropy::new(&mut entropy),
        };
        let step = record.decide(operation, &CX).unwrap();
        let (record, delivery) = step.settle(Write::Stored).unwrap();
        let code = delivery.code.text().as_str().to_owned();
        Self { record, ticket, challenge: delivery.challenge, code }
    }

    /// With the code marked in the record.
    fn loaded(self) -> Self {
        let value: u32 = self.code.parse().unwrap();
        Self { record: loaded(&encoded(&self.record), &[&value.to_be_bytes()]), ..self }
    }

    fn wrong(&self) -> String {
        let other = if self.code.ends_with('0') { "1" } else { "0" };
        format!("{}{other}", &self.code[..self.code.len() - 1])
    }

    /// What is typed, secret, and whether it is right.
    fn typed(&self) -> [(String, bool); 2] {
        [(secret_text(&self.code), true), (secret_text(&self.wrong()), false)]
    }
}

fn with_leaks(operation: Operation) -> Operation {
    operation
        .but("a comparison ends at the first difference", || {
            let asked = Asked::over(Channel::Sms);
            let (known, typed) = (secret_bytes(asked.code.as_bytes()), secret_text(&asked.wrong()));
            sink(leaky::equal_until_different(&known, typed.as_bytes()));
        })
        .but("the search ends at the match", || {
            let code = secret_bytes(Asked::over(Channel::Sms).code.as_bytes());
            sink(leaky::first_equal(&[vec![0; code.len()], code.clone()], &code));
        })
}

fn confirm() -> Operation {
    with_leaks(Operation::telling("confirming a number", || {
        let asked = Asked::over(Channel::Sms).loaded();
        for (code, is_right) in asked.typed() {
            let response = Response::OutOfBand(asked.challenge, &code);
            let confirm = Confirm { ticket: &asked.ticket, response };
            let step = asked.record.decide(confirm, &CX).unwrap();
            let (_, verdict) = step.settle(Write::Stored).unwrap();
            assert_eq!(method(&verdict).is_some(), is_right);
        }
    }))
}

fn respond() -> Operation {
    with_leaks(Operation::telling("responding with a code that was sent", || {
        for channel in [Channel::Sms, Channel::Email] {
            let asked = Asked::over(channel).again(channel).loaded();
            for (code, is_right) in asked.typed() {
                let response = Response::OutOfBand(asked.challenge, &code);
                let respond = Respond { ticket: &asked.ticket, response };
                let step = asked.record.decide(respond, &CX).unwrap();
                let (_, verdict) = step.settle(Write::Stored).unwrap();
                assert_eq!(method(&verdict).is_some(), is_right);
            }
        }
    }))
}

fn push() -> Operation {
    with_leaks(Operation::telling("answering a push", || {
        let asked = Asked::over(Channel::Push).loaded();
        for (number, is_right) in asked.typed() {
            let answer = AnswerPush { challenge: asked.challenge, number: Some(&number) };
            let step = asked.record.decide(answer, &CX).unwrap();
            let (_, answered) = step.settle(Write::Stored).unwrap();
            assert_eq!(answered == Answered::Approved, is_right);
        }
    }))
}

/// A fresh code is secret from its entropy to its text.
fn challenge() -> Operation {
    Operation::telling("drawing a code to be sent", || {
        let asked = Asked::over(Channel::Sms).again(Channel::Sms);
        let mut entropy = secret_bytes(&key(30));
        make_public(&entropy[..ChallengeId::LEN]);
        let operation = Challenge {
            ticket: &asked.ticket,
            authenticator: asked.record.authenticators()[0].id(),
            channel: Channel::Sms,
            entropy: Entropy::new(&mut entropy),
        };
        let step = asked.record.decide(operation, &CX).unwrap();
        assert!(is_secret(&encoded(step.next())));
        let (_, delivery) = step.settle(Write::Stored).unwrap();
        sink(published(delivery.code.text().as_str()));
    })
    .but("zeros looked for byte by byte", || {
        sink(leaky::equal_until_different(&secret_bytes(&key(4)), &[0; 4]));
    })
}
