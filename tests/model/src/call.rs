//! Calls: the operations of the core as values that a state can hold, and their outcomes.

use crate::setting::{ACCOUNT, RECORD, Record, random};
use mfa_core::{
    Associate, Associated, AuthenticatorId, Authority, Class, Confirm, Context, Entropy, Grant,
    Import, Label, Method, NewAuthenticator, Operation, Policy, Rebind, RecoveryCodes, Refused,
    RegenerateRecoveryCodes, Remove, Reset, Respond, Response, Restored, Resynchronize,
    Resynchronized, Scopes, Secret, Step, Ticket, TicketId, TicketParts, TotpParameters, Unlock,
    Unsettled, Verdict, Version, Write,
};

/// A ticket, as a state holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pass {
    pub id: [u8; 16],
    pub authority: Authority,
    pub issued: u64,
    pub expires: u64,
    pub generation: u64,
}

impl Pass {
    pub fn ticket(self) -> Ticket {
        Ticket::from_parts(TicketParts {
            id: TicketId::from_bytes(self.id),
            account: ACCOUNT,
            record: RECORD,
            authority: self.authority,
            scopes: Scopes::ALL,
            issued: self.issued,
            expires: self.expires,
            generation: self.generation,
            familiar: false,
        })
    }

    pub fn of(ticket: &Ticket) -> Self {
        let parts = ticket.parts();
        assert_eq!(parts.scopes, Scopes::ALL);
        Self {
            id: *parts.id.as_bytes(),
            authority: parts.authority,
            issued: parts.issued,
            expires: parts.expires,
            generation: parts.generation,
        }
    }
}

/// An operation of the core.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operate {
    /// A fresh app.
    Associate,
    /// A device whose secret exists already.
    Import(NewDevice),
    Confirm(String),
    Otp(String),
    OtpOf([u8; 10], String),
    RecoveryCode(String),
    Resynchronize([u8; 10], [String; 2]),
    Remove([u8; 10]),
    Rebind([u8; 10]),
    Regenerate,
    Unlock(Class),
    Reset,
    Restored,
}

/// What is imported.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewDevice {
    pub secret: Vec<u8>,
    pub is_token: bool,
}

impl Operate {
    /// Whether it only answers a challenge, which needs no more than a first factor.
    pub fn is_response(&self) -> bool {
        matches!(self, Self::Otp(_) | Self::OtpOf(..) | Self::RecoveryCode(_))
    }
}

/// An operation, who asks for it, and the seed of the random bytes lent to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    pub pass: Pass,
    pub operation: Operate,
    pub seed: u64,
}

/// What came out, once it was stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A second factor was proved: of this authenticator, or a recovery code. With it come a
    /// verified ticket, and the code that replaces a used one.
    Accepted { by: Option<[u8; 10]>, verified: Pass, recovery_code: Option<String> },
    /// A wrong answer.
    Rejected,
    /// Resynchronization found its codes.
    Found,
    /// It did not.
    NotFound,
    /// A pending authenticator, its secret, its recovery codes.
    Associated { authenticator: [u8; 10], secret: Vec<u8>, recovery_codes: Vec<String> },
    /// Fresh recovery codes.
    Codes(Vec<String>),
    /// Nothing to tell.
    Done,
}

impl Outcome {
    /// Whether codes were accepted as right.
    pub fn is_grant(&self) -> bool {
        matches!(self, Self::Accepted { .. } | Self::Found)
    }

    /// How many units a wrong answer costs.
    pub fn wrong_answers(&self) -> usize {
        match self {
            Self::Rejected => 1,
            Self::NotFound => 2,
            _ => 0,
        }
    }
}

/// The core's decision: what the write must find, the record to be stored, and what settling
/// with the result of the write gives.
pub struct Decision {
    pub expected: Version,
    pub next: Record,
    pub settled: Result<Outcome, Unsettled>,
}

/// Has the core decide on the call, and settles its step as the write ended.
///
/// A decision is a function of record, call and time: a server that holds a step is
/// remembered by those, and decides again when the result of its write is known.
pub fn decide(
    record: &Record,
    call: &Call,
    now: u64,
    policy: &Policy,
    write: Write,
) -> Result<Decision, Refused> {
    let cx = &Context { now, policy };
    let ticket = &call.pass.ticket();
    let mut bytes = random(call.seed);
    let entropy = Entropy::new(&mut bytes);
    let id = AuthenticatorId::from_bytes;
    let verdict = |verdict| told(verdict, call.seed, cx);
    match &call.operation {
        Operate::Associate => {
            let authenticator = NewAuthenticator::Totp(TotpParameters::default());
            let label = Label::default();
            let operation = Associate { ticket, authenticator, label, entropy };
            settle(record.decide(operation, cx)?, write, associated)
        }
        Operate::Import(device) => {
            let secret = Secret::from_bytes(&device.secret).expect("the secret is one");
            let authenticator = match device.is_token {
                true => crate::setting::Device::Token.parameters(),
                false => crate::setting::Device::Phone.parameters(),
            };
            let label = Label::default();
            let operation = Import { ticket, authenticator, secret, label, entropy };
            settle(record.decide(operation, cx)?, write, associated)
        }
        Operate::Confirm(code) => {
            settle(record.decide(Confirm { ticket, code }, cx)?, write, verdict)
        }
        Operate::Otp(code) => {
            let response = Response::Otp(code);
            settle(record.decide(Respond { ticket, response }, cx)?, write, verdict)
        }
        Operate::OtpOf(authenticator, code) => {
            let response = Response::OtpOf(id(*authenticator), code);
            settle(record.decide(Respond { ticket, response }, cx)?, write, verdict)
        }
        Operate::RecoveryCode(code) => {
            let response = Response::RecoveryCode(code, entropy);
            settle(record.decide(Respond { ticket, response }, cx)?, write, verdict)
        }
        Operate::Resynchronize(authenticator, [first, second]) => {
            let (authenticator, codes) = (id(*authenticator), [&**first, second]);
            let operation = Resynchronize { ticket, authenticator, codes, third: None };
            settle(record.decide(operation, cx)?, write, |found| match found {
                Resynchronized::Found => Outcome::Found,
                _ => Outcome::NotFound,
            })
        }
        Operate::Remove(authenticator) => {
            done(record, Remove { ticket, authenticator: id(*authenticator) }, cx, write)
        }
        Operate::Rebind(authenticator) => {
            let operation = Rebind { ticket, authenticator: id(*authenticator), entropy };
            settle(record.decide(operation, cx)?, write, associated)
        }
        Operate::Regenerate => {
            let operation = RegenerateRecoveryCodes { ticket, entropy };
            settle(record.decide(operation, cx)?, write, |regenerated| {
                Outcome::Codes(texts(&regenerated.recovery_codes))
            })
        }
        Operate::Unlock(class) => done(record, Unlock { ticket, class: *class }, cx, write),
        Operate::Reset => done(record, Reset { ticket }, cx, write),
        Operate::Restored => done(record, Restored { ticket, entropy }, cx, write),
    }
}

fn settle<T>(
    step: Step<Record, T>,
    write: Write,
    tell: impl FnOnce(T) -> Outcome,
) -> Result<Decision, Refused> {
    let (expected, next) = (step.expected(), step.next().clone());
    Ok(Decision { expected, next, settled: step.settle(write).map(|(_, outcome)| tell(outcome)) })
}

fn done(
    record: &Record,
    operation: impl Operation,
    cx: &Context<'_>,
    write: Write,
) -> Result<Decision, Refused> {
    settle(record.decide(operation, cx)?, write, |_| Outcome::Done)
}

fn told(verdict: Verdict, seed: u64, cx: &Context<'_>) -> Outcome {
    match verdict {
        Verdict::Accepted(grant) => Outcome::Accepted {
            by: match grant.method() {
                Method::Otp(id) => Some(*id.as_bytes()),
                _ => None,
            },
            verified: verified(&grant, seed, cx),
            recovery_code: grant.recovery_code().map(|code| code.text().as_str().to_owned()),
        },
        _ => Outcome::Rejected,
    }
}

fn verified(grant: &Grant, seed: u64, cx: &Context<'_>) -> Pass {
    let ticket = grant.ticket(Scopes::ALL, Entropy::new(&mut random(!seed)), cx);
    Pass::of(&ticket.expect("the bytes are enough"))
}

fn associated(associated: Associated) -> Outcome {
    Outcome::Associated {
        authenticator: *associated.authenticator.as_bytes(),
        secret: associated.secret.expose().to_vec(),
        recovery_codes: texts(&associated.recovery_codes),
    }
}

fn texts(codes: &RecoveryCodes) -> Vec<String> {
    codes.iter().map(|code| code.text().as_str().to_owned()).collect()
}
