//! An authenticator as a JSON object.

use super::name::{AnswerName, CounterName, PhaseName};
use super::value::{Hex, List, Name, Number, Object};
use crate::account::authenticator::{Authenticator, Label, Phase};
use crate::account::clock::Clock;
use crate::account::factor::{
    Counter, Factor, HotpFactor, HotpParameters, TotpFactor, TotpParameters,
};
use crate::account::ocra::{Issued, OcraFactor};
use crate::account::out_of_band::{Answer, Challenge, OutOfBandFactor};
use crate::account::packed::Packed;
use crate::channel::Channel;
use crate::id::{AuthenticatorId, ChallengeId, Reference, TicketId};
use crate::ocra::Suite;
use crate::totp::TimeSteps;
use crate::{Algorithm, Code, Digits, Drift, Format, Secret};
use core::num::NonZeroU64;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthenticatorObject {
    id: Hex<10>,
    label: Name<Label>,
    phase: Name<PhaseName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket: Option<Hex<16>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Number<u64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<Hex<10>>,
    failures: Number<u8>,
    /// One of these, by its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    totp: Option<Object<TotpObject>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hotp: Option<Object<HotpObject>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ocra: Option<Object<OcraObject>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    out_of_band: Option<Object<OutOfBandObject>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TotpObject {
    algorithm: Name<Algorithm>,
    code: Name<Format>,
    period: Number<u64>,
    t0: Number<u64>,
    clock: Object<ClockObject>,
    secret: Name<Secret>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HotpObject {
    algorithm: Name<Algorithm>,
    code: Name<Format>,
    counter: Name<CounterName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<Number<u64>>,
    secret: Name<Secret>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OcraObject {
    suite: Name<Suite>,
    /// If the suite has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counter: Option<Name<CounterName>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<Number<u64>>,
    /// If the suite has the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<Object<ClockObject>>,
    asked: Option<Object<AskedObject>>,
    secret: Name<Secret>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockObject {
    burnt: Option<Number<u64>>,
    drift_measured: Number<i64>,
    drift_followed: Number<i8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedObject {
    seed: Hex<16>,
    expires: Number<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutOfBandObject {
    channel: Name<Channel>,
    reference: Hex<16>,
    challenges: List<Object<ChallengeObject>, { OutOfBandFactor::OUTSTANDING }>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChallengeObject {
    id: Hex<10>,
    ticket: Hex<16>,
    expires: Number<u64>,
    digits: Number<u8>,
    code: Number<u32>,
    answer: Name<AnswerName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    guesses: Option<Number<u8>>,
}

pub(super) fn authenticator_object(one: &Authenticator) -> Object<AuthenticatorObject> {
    let mut object = AuthenticatorObject {
        id: Hex(*one.id.as_bytes()),
        label: Name(one.label.clone()),
        phase: Name(PhaseName::Active),
        ticket: None,
        expires: None,
        replaces: None,
        failures: Number(one.failures),
        totp: None,
        hotp: None,
        ocra: None,
        out_of_band: None,
    };
    match one.phase {
        Phase::Pending { ticket, expires, replaces } => {
            object.phase = Name(PhaseName::Pending);
            object.ticket = Some(Hex(*ticket.as_bytes()));
            object.expires = Some(Number(expires));
            object.replaces = replaces.map(|id| Hex(*id.as_bytes()));
        }
        Phase::Active => {}
        Phase::Disabled => object.phase = Name(PhaseName::Disabled),
    }
    match &one.factor {
        Factor::Totp(totp) => object.totp = Some(totp_object(totp)),
        Factor::Hotp(hotp) => object.hotp = Some(hotp_object(hotp)),
        Factor::Ocra(ocra) => object.ocra = ocra_object(ocra),
        Factor::OutOfBand(factor) => object.out_of_band = Some(out_of_band_object(factor)),
    }
    Object(object)
}

fn totp_object(totp: &TotpFactor) -> Object<TotpObject> {
    let TotpParameters { algorithm, format, steps } = totp.parameters;
    Object(TotpObject {
        algorithm: Name(algorithm),
        code: Name(format),
        period: Number(steps.period().get()),
        t0: Number(steps.t0()),
        clock: clock_object(&totp.clock),
        secret: Name(totp.secret.clone()),
    })
}

fn clock_object(clock: &Clock) -> Object<ClockObject> {
    let (measured, followed) = clock.drift.parts();
    Object(ClockObject {
        burnt: clock.burnt.map(|step| Number(step.get())),
        drift_measured: Number(measured),
        drift_followed: Number(followed),
    })
}

fn counter_name(counter: Counter) -> (CounterName, Option<u64>) {
    match counter {
        Counter::Next(next) => (CounterName::Next, Some(next)),
        Counter::Lost(next) => (CounterName::Lost, Some(next)),
        Counter::Exhausted => (CounterName::Exhausted, None),
    }
}

/// `None`, which no object loads from, would be for a suite that is none; there is none.
fn ocra_object(ocra: &OcraFactor) -> Option<Object<OcraObject>> {
    let suite = ocra.suite.suite().ok()?;
    let (counter, next) = counter_name(ocra.counter);
    let (has_counter, has_time) = (suite.has_counter(), suite.time_steps().is_some());
    Some(Object(OcraObject {
        suite: Name(suite),
        counter: has_counter.then_some(Name(counter)),
        next: next.filter(|_| has_counter).map(Number),
        clock: has_time.then(|| clock_object(&ocra.clock)),
        asked: ocra.issued.map(|issued| {
            Object(AskedObject { seed: Hex(issued.seed), expires: Number(issued.expires.get()) })
        }),
        secret: Name(ocra.key.secret()),
    }))
}

fn hotp_object(hotp: &HotpFactor) -> Object<HotpObject> {
    let (counter, next) = counter_name(hotp.counter);
    Object(HotpObject {
        algorithm: Name(hotp.parameters.algorithm),
        code: Name(hotp.parameters.format),
        counter: Name(counter),
        next: next.map(Number),
        secret: Name(hotp.secret.clone()),
    })
}

fn out_of_band_object(factor: &OutOfBandFactor) -> Object<OutOfBandObject> {
    Object(OutOfBandObject {
        channel: Name(factor.channel),
        reference: Hex(*factor.reference.as_bytes()),
        challenges: List(factor.challenges.iter().map(challenge_object).collect()),
    })
}

fn challenge_object(challenge: &Challenge) -> Object<ChallengeObject> {
    let (answer, guesses) = match challenge.answer {
        Answer::Guesses(left) => (AnswerName::Guesses, Some(left)),
        Answer::Waiting => (AnswerName::Waiting, None),
        Answer::Approved => (AnswerName::Approved, None),
        Answer::Denied => (AnswerName::Denied, None),
    };
    Object(ChallengeObject {
        id: Hex(*challenge.id.as_bytes()),
        ticket: Hex(*challenge.ticket.as_bytes()),
        expires: Number(challenge.expires.get()),
        digits: Number(challenge.code.format().len() as u8),
        code: Number(challenge.code.value()),
        answer: Name(answer),
        guesses: guesses.map(Number),
    })
}

/// # Errors
/// The name of the field that is impossible.
pub(super) fn authenticator(object: AuthenticatorObject) -> Result<Authenticator, &'static str> {
    let phase = match (object.phase.0, object.ticket, object.expires, object.replaces) {
        (PhaseName::Pending, Some(ticket), Some(expires), replaces) => Phase::Pending {
            ticket: TicketId::from_bytes(ticket.0),
            expires: expires.0,
            replaces: replaces.map(|id| AuthenticatorId::from_bytes(id.0)),
        },
        (PhaseName::Active, None, None, None) => Phase::Active,
        (PhaseName::Disabled, None, None, None) => Phase::Disabled,
        _ => return Err("phase"),
    };
    let factor = match (object.totp, object.hotp, object.ocra, object.out_of_band) {
        (Some(Object(one)), None, None, None) => Factor::Totp(totp(one)?),
        (None, Some(Object(one)), None, None) => Factor::Hotp(hotp(one)?),
        (None, None, Some(Object(one)), None) => Factor::Ocra(ocra(one)?),
        (None, None, None, Some(Object(one))) => Factor::OutOfBand(out_of_band(one)?),
        _ => return Err("kind"),
    };
    Ok(Authenticator {
        id: AuthenticatorId::from_bytes(object.id.0),
        label: object.label.0,
        phase,
        failures: object.failures.0,
        factor,
    })
}

fn totp(object: TotpObject) -> Result<TotpFactor, &'static str> {
    let period = NonZeroU64::new(object.period.0).ok_or("period")?;
    let parameters = TotpParameters {
        algorithm: object.algorithm.0,
        format: object.code.0,
        steps: TimeSteps::new(period, object.t0.0),
    };
    Ok(TotpFactor { secret: object.secret.0, parameters, clock: clock(object.clock) })
}

fn clock(Object(object): Object<ClockObject>) -> Clock {
    Clock {
        burnt: object.burnt.map(|step| Packed::new(step.0)),
        drift: Drift::from_parts(object.drift_measured.0, object.drift_followed.0),
    }
}

fn ocra(object: OcraObject) -> Result<OcraFactor, &'static str> {
    let suite = object.suite.0;
    let counter = match (suite.has_counter(), object.counter) {
        (true, Some(Name(name))) => counter(name, object.next)?,
        (false, None) if object.next.is_none() => Counter::Next(0),
        _ => return Err("counter"),
    };
    let clock = match (suite.time_steps(), object.clock) {
        (Some(_), Some(object)) => clock(object),
        (None, None) => Clock::NEW,
        _ => return Err("clock"),
    };
    let issued = object
        .asked
        .map(|Object(asked)| Issued { seed: asked.seed.0, expires: Packed::new(asked.expires.0) });
    OcraFactor::stored(&object.secret.0, &suite, counter, clock, issued)
}

fn counter(name: CounterName, next: Option<Number<u64>>) -> Result<Counter, &'static str> {
    match (name, next) {
        (CounterName::Next, Some(next)) => Ok(Counter::Next(next.0)),
        (CounterName::Lost, Some(next)) => Ok(Counter::Lost(next.0)),
        (CounterName::Exhausted, None) => Ok(Counter::Exhausted),
        _ => Err("counter"),
    }
}

fn hotp(object: HotpObject) -> Result<HotpFactor, &'static str> {
    let counter = counter(object.counter.0, object.next)?;
    let parameters = HotpParameters { algorithm: object.algorithm.0, format: object.code.0 };
    Ok(HotpFactor { secret: object.secret.0, parameters, counter })
}

fn out_of_band(object: OutOfBandObject) -> Result<OutOfBandFactor, &'static str> {
    let reference = Reference::from_bytes(object.reference.0);
    let mut factor = OutOfBandFactor::new(object.channel.0, reference);
    for Object(one) in object.challenges.0 {
        let challenge = challenge(one)?;
        factor.push_stored(challenge)?;
    }
    Ok(factor)
}

fn challenge(object: ChallengeObject) -> Result<Challenge, &'static str> {
    let answer = match (object.answer.0, object.guesses) {
        (AnswerName::Guesses, Some(left)) => Answer::Guesses(left.0),
        (AnswerName::Waiting, None) => Answer::Waiting,
        (AnswerName::Approved, None) => Answer::Approved,
        (AnswerName::Denied, None) => Answer::Denied,
        _ => return Err("answer"),
    };
    let format = Digits::of_response(object.digits.0).map(Format::Decimal);
    let code = format.and_then(|format| Code::of_value(object.code.0, format));
    Ok(Challenge {
        id: ChallengeId::from_bytes(object.id.0),
        ticket: TicketId::from_bytes(object.ticket.0),
        expires: Packed::new(object.expires.0),
        code: code.ok_or("code")?,
        answer,
    })
}
