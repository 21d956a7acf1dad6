//! What people do with a ticket, and the operation that it is for the core.

use super::{Person, Start};
use crate::call::{NewDevice, Operate, Pass};
use crate::layout::{Memory, Plain, PlainAuthenticator, PlainClock, PlainPhase};
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
    /// By a right code, whoever knows it: thieves look over shoulders.
    Confirm([u8; 10]),
    Answer([u8; 10]),
    AnswerWrong,
    /// A code by text message or call.
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
        (_, true) => vec![Deed::Associate],
        (_, false) => vec![Deed::ImportToken],
    };
    deeds.extend(each(Deed::Confirm).chain(each(Deed::Remove)));
    if start == Start::Number {
        let challenges = record.authenticators.iter().flat_map(PlainAuthenticator::challenges);
        deeds.extend(challenges.map(|challenge| Deed::AnswerChallenge(challenge.id)));
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
        let shown = |id: &[u8; 10]| record.authenticator(*id).and_then(|one| fresh(one, now));
        Some(match self {
            Self::Associate => Operate::Associate,
            Self::ImportToken => {
                let secret = Device::Token.secret().expose().to_vec();
                Operate::Import(NewDevice { secret, device: Device::Token })
            }
            Self::AssociateNumber => Operate::AssociateOver(Channel::Sms),
            Self::Challenge(id, over) => Operate::Challenge(*id, *over),
            Self::AnswerChallenge(id) => {
                let all = record.authenticators.iter().flat_map(PlainAuthenticator::challenges);
                let challenge = all.into_iter().find(|challenge| challenge.id == *id)?;
                Operate::OutOfBand(*id, challenge.text())
            }
            Self::Confirm(id) => {
                let one = record.authenticator(*id)?;
                match one.channel() {
                    Some(_) => Operate::Confirm(one.challenges().first()?.text()),
                    None => Operate::Confirm(shown(id)?.0),
                }
            }
            Self::Answer(id) => Operate::OtpOf(*id, shown(id)?.0),
            Self::AnswerWrong => Operate::Otp(WRONG_CODE.to_owned()),
            Self::Recover(code) => Operate::RecoveryCode(code.clone()),
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
