//! What people do with a ticket, and the operation that it is for the core.

use super::{Person, Start};
use crate::call::{NewDevice, Operate, Pass, Response};
use crate::layout::{
    Memory, Plain, PlainAnswer, PlainAuthenticator, PlainChallenge, PlainClock, PlainPhase,
};
use crate::setting::{Device, STEP, WRONG_CODE, code};
use mfa_core::{Authority, Channel, Class, Secret};
use std::collections::BTreeSet;

/// What somebody does. Codes are right, unless said to be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// A fresh app.
    Associate,
    /// A hardware token.
    ImportToken,
    /// A phone number, for text messages and calls.
    AssociateNumber,
    /// A device that is asked by push, with one-time passwords as its twin.
    AssociateDevice,
    /// By a right one-time password, whoever knows it: thieves look over shoulders.
    Confirm([u8; 10]),
    /// By what was sent or asked, whoever's it is.
    ConfirmFor([u8; 10]),
    /// The same, but a question is answered with its number as if that had been sent, and a
    /// code as if it had been asked.
    ConfirmOtherwise([u8; 10]),
    /// What the user says on the device: yes, with the number, or no.
    Say([u8; 10], bool),
    Answer([u8; 10]),
    AnswerWrong,
    /// A code by text message or call, or a question to the device.
    Challenge([u8; 10], Channel),
    /// The code of a challenge, whoever's it is.
    AnswerChallenge([u8; 10]),
    Recover(String),
    Resynchronize([u8; 10]),
    Remove([u8; 10]),
    Rebind([u8; 10]),
    Regenerate,
    Unlock,
    Reset,
    Restored,
}

/// All that somebody can try with a ticket.
pub fn possible(start: Start, record: &Plain, person: &Person, pass: Pass) -> Vec<Deed> {
    let each = |deed: fn([u8; 10]) -> Deed| {
        // Twins have one name.
        let ids: BTreeSet<_> = record.authenticators.iter().map(|one| one.id).collect();
        ids.into_iter().map(deed)
    };
    let is_password = pass.authority == Authority::FirstFactor;
    let mut deeds = match (start, is_password) {
        (Start::Number, _) => vec![Deed::AssociateNumber, Deed::ImportToken],
        (Start::Device, _) => vec![Deed::AssociateDevice],
        (_, true) => vec![Deed::Associate],
        (_, false) => vec![Deed::ImportToken],
    };
    deeds.extend(each(Deed::Confirm).chain(each(Deed::Remove)));
    if let Start::Number | Start::Device = start {
        for PlainChallenge { id, .. } in record.challenges() {
            let deeds_with: [fn([u8; 10]) -> Deed; 3] =
                [Deed::AnswerChallenge, Deed::ConfirmFor, Deed::ConfirmOtherwise];
            deeds.extend(deeds_with.map(|deed| deed(*id)));
            if start == Start::Device && is_password {
                deeds.extend([true, false].map(|yes| Deed::Say(*id, yes)));
            }
        }
        if is_password {
            let numbers =
                record.authenticators.iter().filter_map(|one| Some((one.id, one.channel()?)));
            deeds.extend(numbers.map(|(id, over)| Deed::Challenge(id, over)));
        }
        return deeds;
    }
    deeds.extend(each(Deed::Rebind));
    deeds.push(Deed::Regenerate);
    if is_password {
        deeds.extend(person.devices.iter().copied().map(Deed::Answer));
        deeds.extend(person.recovery_codes.iter().cloned().map(Deed::Recover));
        deeds.push(Deed::AnswerWrong);
    }
    // What would only help, if it is allowed: tried where it must not be.
    if is_password || pass.generation < record.generation {
        deeds.extend(each(Deed::Resynchronize));
        deeds.extend([Deed::Unlock, Deed::Reset, Deed::Restored]);
    }
    deeds
}

impl Deed {
    /// The operation; `None` if the device has no fresh code to show now.
    pub fn operation(&self, record: &Plain, now: u64) -> Option<Operate> {
        let shown = |id: &[u8; 10]| {
            let mut twins = record.authenticators.iter().filter(|one| one.id == *id);
            twins.find_map(|one| fresh(one, now))
        };
        Some(match self {
            Self::Associate => Operate::Associate,
            Self::ImportToken => {
                let secret = Device::Token.secret().expose().to_vec();
                Operate::Import(NewDevice { secret, device: Device::Token })
            }
            Self::AssociateNumber => Operate::AssociateOver(Channel::Sms),
            Self::AssociateDevice => Operate::AssociateOver(Channel::Push),
            Self::Challenge(id, over) => Operate::Challenge(*id, *over),
            Self::AnswerChallenge(id) => Operate::Respond(right(record, *id)?),
            Self::Confirm(id) => Operate::Confirm(Response::Otp(shown(id)?.0)),
            Self::ConfirmFor(id) => Operate::Confirm(right(record, *id)?),
            Self::ConfirmOtherwise(id) => Operate::Confirm(match right(record, *id)? {
                Response::Push(_) => Response::OutOfBand(*id, challenge(record, *id)?.text()),
                _ => Response::Push(*id),
            }),
            Self::Say(id, yes) => {
                let number = challenge(record, *id)?.text();
                Operate::AnswerPush(*id, yes.then_some(number))
            }
            Self::Answer(id) => Operate::Respond(Response::OtpOf(*id, shown(id)?.0)),
            Self::AnswerWrong => Operate::Respond(Response::Otp(WRONG_CODE.to_owned())),
            Self::Recover(code) => Operate::Respond(Response::RecoveryCode(code.clone())),
            Self::Resynchronize(id) => Operate::Resynchronize(*id, shown(id)?.into()),
            Self::Remove(id) => Operate::Remove(*id),
            Self::Rebind(id) => Operate::Rebind(*id),
            Self::Regenerate => Operate::Regenerate,
            Self::Unlock => Operate::Unlock(Class::Otp),
            Self::Reset => Operate::Reset,
            Self::Restored => Operate::Restored,
        })
    }
}

fn challenge(record: &Plain, id: [u8; 10]) -> Option<&PlainChallenge> {
    record.challenges().find(|one| one.id == id)
}

/// The right response to a challenge: its code, or whether the device has answered.
fn right(record: &Plain, id: [u8; 10]) -> Option<Response> {
    let challenge = challenge(record, id)?;
    Some(match challenge.answer {
        PlainAnswer::Guesses(_) => Response::OutOfBand(id, challenge.text()),
        _ => Response::Push(id),
    })
}

/// The code that an authenticator accepts now, and the one after it.
fn fresh(one: &PlainAuthenticator, now: u64) -> Option<(String, String)> {
    let factor = match one.memory {
        Memory::Totp { clock: PlainClock { burnt, .. }, .. } => {
            let step = now / STEP;
            // A pending one may be confirmed and answer within one step.
            (step..=step + 1).find(|step| burnt.is_none_or(|burnt| *step > burnt))?
        }
        Memory::Hotp { counter, .. } => counter.next?,
        _ => return None,
    };
    let secret = Secret::from_bytes(&one.secret).expect("the record holds secrets");
    (one.phase != PlainPhase::Disabled).then(|| (code(&secret, factor), code(&secret, factor + 1)))
}
