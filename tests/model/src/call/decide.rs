//! Deciding on a call: the core's operation, and its outcome in plain values.

use super::{Call, Operate, Outcome, Pass, Response, Sent};
use crate::setting::{Record, random};
use mfa_core::{
    AnswerPush, Answered, Associate, AssociateOutOfBand, Associated, AssociatedOutOfBand,
    AuthenticatorId, Challenge, ChallengeId, ChallengeOcra, Confirm, Context, Delivery, Entropy,
    Grant, Import, Label, Method, NewAuthenticator, OcraAnswer, Operation, Policy, Rebind,
    RecoveryCodes, Reference, Refused, RegenerateRecoveryCodes, Remove, Reset, Respond, Restored,
    Resynchronize, Resynchronized, Scopes, Secret, Step, TotpParameters, Unlock, Unsettled,
    Verdict, Version, Write,
};

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
            let authenticator = device.device.parameters();
            let label = Label::default();
            let operation = Import { ticket, authenticator, secret, label, entropy };
            settle(record.decide(operation, cx)?, write, associated)
        }
        Operate::AssociateOver(channel) => {
            let (channel, label) = (*channel, Label::default());
            let reference = Reference::from_bytes([channel as u8; 16]);
            let operation = AssociateOutOfBand { ticket, channel, reference, label, entropy };
            settle(record.decide(operation, cx)?, write, associated_over)
        }
        Operate::Challenge(authenticator, channel) => {
            let (authenticator, channel) = (id(*authenticator), *channel);
            let operation = Challenge { ticket, authenticator, channel, entropy };
            settle(record.decide(operation, cx)?, write, |delivery| Outcome::Sent(sent(&delivery)))
        }
        Operate::ChallengeOcra(authenticator) => {
            let operation = ChallengeOcra { ticket, authenticator: id(*authenticator), entropy };
            settle(record.decide(operation, cx)?, write, |asked| {
                Outcome::Sent(Sent {
                    challenge: *asked.challenge.as_bytes(),
                    text: asked.question.as_str().to_owned(),
                    expires: asked.expires,
                })
            })
        }
        Operate::AnswerPush(challenge, number) => {
            let challenge = ChallengeId::from_bytes(*challenge);
            let operation = AnswerPush { challenge, number: number.as_deref() };
            settle(record.decide(operation, cx)?, write, |answered| match answered {
                Answered::WrongNumber => Outcome::Rejected,
                _ => Outcome::Done,
            })
        }
        Operate::Respond(response) => {
            let response = of_the_core(response, entropy);
            settle(record.decide(Respond { ticket, response }, cx)?, write, verdict)
        }
        Operate::Confirm(response) => {
            let response = of_the_core(response, entropy);
            settle(record.decide(Confirm { ticket, response }, cx)?, write, verdict)
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
                Method::Otp(id) | Method::Ocra(id) | Method::OutOfBand(id, _) => {
                    Some(*id.as_bytes())
                }
                _ => None,
            },
            over: match grant.method() {
                Method::OutOfBand(_, channel) => Some(channel),
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

fn associated_over(associated: AssociatedOutOfBand) -> Outcome {
    Outcome::AssociatedOver {
        authenticator: *associated.authenticator.as_bytes(),
        sent: sent(&associated.delivery),
        recovery_codes: texts(&associated.recovery_codes),
    }
}

fn sent(delivery: &Delivery) -> Sent {
    Sent {
        challenge: *delivery.challenge.as_bytes(),
        text: delivery.code.text().as_str().to_owned(),
        expires: delivery.expires,
    }
}

fn of_the_core<'a>(response: &'a Response, entropy: Entropy<'a>) -> mfa_core::Response<'a> {
    use mfa_core::Response as Core;
    let named = |id: &[u8; 10]| ChallengeId::from_bytes(*id);
    match response {
        Response::Otp(code) => Core::Otp(code),
        Response::OtpOf(id, code) => Core::OtpOf(AuthenticatorId::from_bytes(*id), code),
        Response::Ocra(id, text) => {
            Core::Ocra(OcraAnswer { challenge: named(id), text, pin: None, session: None })
        }
        Response::OutOfBand(id, code) => Core::OutOfBand(named(id), code),
        Response::Push(id) => Core::Push(named(id)),
        Response::RecoveryCode(code) => Core::RecoveryCode(code, entropy),
    }
}

fn texts(codes: &RecoveryCodes) -> Vec<String> {
    codes.iter().map(|code| code.text().as_str().to_owned()).collect()
}
