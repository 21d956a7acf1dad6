//! The record through `serde`: JSON for people and databases.
//!
//! The same values as the native encoding, under names. What does not fit is refused by
//! saying what was expected, never what was found: it might be a secret in the wrong place.

mod name;
mod value;

use self::name::{CounterName, PhaseName};
use self::value::{Flag, Hex, List, Name, Number, Object};
use super::authenticator::{Authenticator, Kind, Label, Phase};
use super::factor::{Counter, Factor, HotpFactor, HotpParameters, TotpFactor, TotpParameters};
use super::record::Account;
use super::state::Head;
use crate::id::{AccountId, AuthenticatorId, RecordId, TicketId};
use crate::recovery::RecoveryHash;
use crate::throttle::{Level, Throttle};
use crate::ticket::Subject;
use crate::totp::TimeSteps;
use crate::{Algorithm, Drift, Format, Secret};
use core::num::NonZeroU64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(bound = "")]
struct RecordObject<const N: usize, const R: usize> {
    format: Number<u8>,
    account: Hex<16>,
    record: Hex<16>,
    revision: Number<u64>,
    generation: Number<u64>,
    enrolled: Flag,
    otp: Object<ThrottleObject>,
    recovery: Object<ThrottleObject>,
    authenticators: List<Object<AuthenticatorObject>, N>,
    recovery_codes: List<Hex<32>, R>,
    recovery_awaits: Option<Hex<10>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThrottleObject {
    fast: Object<LevelObject>,
    slow: Object<LevelObject>,
    reserve: Object<LevelObject>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelObject {
    spent: Number<u16>,
    since: Number<u64>,
}

/// What is not of a kind or phase is left out.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthenticatorObject {
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
    kind: Name<Kind>,
    algorithm: Name<Algorithm>,
    code: Name<Format>,
    secret: Name<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<Number<u64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    t0: Option<Number<u64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    burnt: Option<Number<u64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    drift_measured: Option<Number<i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    drift_followed: Option<Number<i8>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counter: Option<Name<CounterName>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<Number<u64>>,
}

/// The only format that there is.
const FORMAT: u8 = 1;

impl<const N: usize, const R: usize> Serialize for Account<N, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let head = self.head();
        let mut object = RecordObject::<N, R> {
            format: Number(FORMAT),
            account: Hex(*head.subject.account.as_bytes()),
            record: Hex(*head.subject.record.as_bytes()),
            revision: Number(head.revision),
            generation: Number(head.subject.generation),
            enrolled: Flag(head.enrolled),
            otp: throttle_object(&head.otp),
            recovery: throttle_object(&head.recovery),
            authenticators: List(heapless::Vec::new()),
            recovery_codes: List(heapless::Vec::new()),
            recovery_awaits: head.recovery_awaits.map(|id| Hex(*id.as_bytes())),
        };
        for authenticator in self.authenticators() {
            let place = object.authenticators.0.push(authenticator_object(authenticator));
            place.map_err(|_| ser::Error::custom("too many authenticators"))?;
        }
        for hash in self.recovery_hashes() {
            let place = object.recovery_codes.0.push(Hex(hash.0));
            place.map_err(|_| ser::Error::custom("too many recovery codes"))?;
        }
        object.serialize(serializer)
    }
}

impl<'de, const N: usize, const R: usize> Deserialize<'de> for Account<N, R> {
    /// The caller must compare [`account`](Account::account) with the account it meant to
    /// load: unlike [`decode`](Account::decode), this cannot know it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let impossible =
            |field| de::Error::custom(format_args!("the record's {field} is impossible"));
        let Object(object) = Object::<RecordObject<N, R>>::deserialize(deserializer)?;
        if object.format.0 != FORMAT {
            return Err(impossible("format"));
        }
        let account = AccountId::from_bytes(object.account.0);
        let record = RecordId::from_bytes(object.record.0);
        let mut read = Self::new(account, record);
        let state = read.state();
        *state.head = Head {
            subject: Subject { account, record, generation: object.generation.0 },
            revision: object.revision.0,
            enrolled: object.enrolled.0,
            recovery_awaits: object.recovery_awaits.map(|id| AuthenticatorId::from_bytes(id.0)),
            otp: throttle(object.otp),
            recovery: throttle(object.recovery),
        };
        for Object(one) in object.authenticators.0 {
            let place = state.authenticators.push(authenticator(one).map_err(impossible)?);
            place.map_err(|_| impossible("number of authenticators"))?;
        }
        for Hex(hash) in object.recovery_codes.0 {
            let place = state.recovery.push(RecoveryHash(hash));
            place.map_err(|_| impossible("number of recovery codes"))?;
        }
        state.check_consistent().map_err(impossible)?;
        Ok(read)
    }
}

fn throttle_object(throttle: &Throttle) -> Object<ThrottleObject> {
    let level = |level: Level| {
        Object(LevelObject { spent: Number(level.spent), since: Number(level.since) })
    };
    Object(ThrottleObject {
        fast: level(throttle.fast),
        slow: level(throttle.slow),
        reserve: level(throttle.reserve),
    })
}

fn throttle(Object(object): Object<ThrottleObject>) -> Throttle {
    let level =
        |Object(level): Object<LevelObject>| Level { spent: level.spent.0, since: level.since.0 };
    Throttle { fast: level(object.fast), slow: level(object.slow), reserve: level(object.reserve) }
}

fn authenticator_object(authenticator: &Authenticator) -> Object<AuthenticatorObject> {
    let (algorithm, format, secret) = match &authenticator.factor {
        Factor::Totp(totp) => (totp.parameters.algorithm, totp.parameters.format, &totp.secret),
        Factor::Hotp(hotp) => (hotp.parameters.algorithm, hotp.parameters.format, &hotp.secret),
    };
    let mut object = AuthenticatorObject {
        id: Hex(*authenticator.id.as_bytes()),
        label: Name(authenticator.label.clone()),
        phase: Name(PhaseName::Active),
        ticket: None,
        expires: None,
        replaces: None,
        failures: Number(authenticator.failures),
        kind: Name(authenticator.kind()),
        algorithm: Name(algorithm),
        code: Name(format),
        secret: Name(secret.clone()),
        period: None,
        t0: None,
        burnt: None,
        drift_measured: None,
        drift_followed: None,
        counter: None,
        next: None,
    };
    match authenticator.phase {
        Phase::Pending { ticket, expires, replaces } => {
            object.phase = Name(PhaseName::Pending);
            object.ticket = Some(Hex(*ticket.as_bytes()));
            object.expires = Some(Number(expires));
            object.replaces = replaces.map(|id| Hex(*id.as_bytes()));
        }
        Phase::Active => {}
        Phase::Disabled => object.phase = Name(PhaseName::Disabled),
    }
    match &authenticator.factor {
        Factor::Totp(totp) => {
            let (measured, followed) = totp.drift.parts();
            object.period = Some(Number(totp.parameters.steps.period().get()));
            object.t0 = Some(Number(totp.parameters.steps.t0()));
            object.burnt = totp.burnt.map(Number);
            object.drift_measured = Some(Number(measured));
            object.drift_followed = Some(Number(followed));
        }
        Factor::Hotp(hotp) => {
            let (name, next) = match hotp.counter {
                Counter::Next(next) => (CounterName::Next, Some(next)),
                Counter::Lost(next) => (CounterName::Lost, Some(next)),
                Counter::Exhausted => (CounterName::Exhausted, None),
            };
            object.counter = Some(Name(name));
            object.next = next.map(Number);
        }
    }
    Object(object)
}

fn authenticator(object: AuthenticatorObject) -> Result<Authenticator, &'static str> {
    Ok(Authenticator {
        id: AuthenticatorId::from_bytes(object.id.0),
        phase: phase(&object)?,
        failures: object.failures.0,
        factor: factor(&object)?,
        label: object.label.0,
    })
}

fn phase(object: &AuthenticatorObject) -> Result<Phase, &'static str> {
    let particulars = (&object.ticket, &object.expires, &object.replaces);
    match (&object.phase.0, particulars) {
        (PhaseName::Pending, (Some(ticket), Some(expires), replaces)) => Ok(Phase::Pending {
            ticket: TicketId::from_bytes(ticket.0),
            expires: expires.0,
            replaces: replaces.as_ref().map(|id| AuthenticatorId::from_bytes(id.0)),
        }),
        (PhaseName::Active, (None, None, None)) => Ok(Phase::Active),
        (PhaseName::Disabled, (None, None, None)) => Ok(Phase::Disabled),
        _ => Err("phase"),
    }
}

fn factor(object: &AuthenticatorObject) -> Result<Factor, &'static str> {
    let (algorithm, format) = (object.algorithm.0, object.code.0);
    let secret = object.secret.0.clone();
    let drift = (&object.drift_measured, &object.drift_followed);
    let totp = (&object.period, &object.t0, &object.burnt, drift);
    match (object.kind.0, totp, &object.counter, &object.next) {
        (
            Kind::Totp,
            (Some(period), Some(t0), burnt, (Some(measured), Some(followed))),
            None,
            None,
        ) => {
            let period = NonZeroU64::new(period.0).ok_or("period")?;
            let steps = TimeSteps::new(period, t0.0);
            Ok(Factor::Totp(TotpFactor {
                secret,
                parameters: TotpParameters { algorithm, format, steps },
                burnt: burnt.as_ref().map(|step| step.0),
                drift: Drift::from_parts(measured.0, followed.0),
            }))
        }
        (Kind::Hotp, (None, None, None, (None, None)), Some(name), next) => {
            let counter = match (&name.0, next) {
                (CounterName::Next, Some(next)) => Counter::Next(next.0),
                (CounterName::Lost, Some(next)) => Counter::Lost(next.0),
                (CounterName::Exhausted, None) => Counter::Exhausted,
                _ => return Err("counter"),
            };
            let parameters = HotpParameters { algorithm, format };
            Ok(Factor::Hotp(HotpFactor { secret, parameters, counter }))
        }
        _ => Err("kind"),
    }
}
