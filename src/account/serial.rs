//! The record through `serde`: JSON for people and databases.
//!
//! The same values as the native encoding, under names. What does not fit is refused by
//! saying what was expected, never what was found: it might be a secret in the wrong place.

mod value;

use self::value::{Flag, Hex, List, Name, Number, Object, Value};
use super::authenticator::{Authenticator, Factor, Label, Phase, TotpFactor, TotpParameters};
use super::record::Account;
use super::state::Head;
use crate::id::{AccountId, AuthenticatorId, RecordId, TicketId};
use crate::recovery::RecoveryHash;
use crate::throttle::{Level, Throttle};
use crate::ticket::Subject;
use crate::totp::TimeSteps;
use crate::{Algorithm, Digits, Drift, Format, Secret, base32};
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
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelObject {
    spent: Number<u16>,
    since: Number<u64>,
}

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
    failures: Number<u8>,
    kind: Name<TotpName>,
    algorithm: Name<Algorithm>,
    code: Name<Format>,
    period: Number<u64>,
    t0: Number<u64>,
    burnt: Option<Number<u64>>,
    drift_measured: Number<i64>,
    drift_followed: Number<i8>,
    secret: Name<Secret>,
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
    Object(ThrottleObject { fast: level(throttle.fast), slow: level(throttle.slow) })
}

fn throttle(Object(object): Object<ThrottleObject>) -> Throttle {
    let level =
        |Object(level): Object<LevelObject>| Level { spent: level.spent.0, since: level.since.0 };
    Throttle { fast: level(object.fast), slow: level(object.slow) }
}

fn authenticator_object(authenticator: &Authenticator) -> Object<AuthenticatorObject> {
    let Factor::Totp(totp) = &authenticator.factor;
    let TotpParameters { algorithm, format, steps } = totp.parameters;
    let (phase, ticket, expires) = match authenticator.phase {
        Phase::Pending { ticket, expires } => (PhaseName::Pending, Some(ticket), Some(expires)),
        Phase::Active => (PhaseName::Active, None, None),
        Phase::Disabled => (PhaseName::Disabled, None, None),
    };
    Object(AuthenticatorObject {
        id: Hex(*authenticator.id.as_bytes()),
        label: Name(authenticator.label.clone()),
        phase: Name(phase),
        ticket: ticket.map(|id| Hex(*id.as_bytes())),
        expires: expires.map(Number),
        failures: Number(authenticator.failures),
        kind: Name(TotpName),
        algorithm: Name(algorithm),
        code: Name(format),
        period: Number(steps.period().get()),
        t0: Number(steps.t0()),
        burnt: totp.burnt.map(Number),
        drift_measured: Number(totp.drift.parts().0),
        drift_followed: Number(totp.drift.parts().1),
        secret: Name(totp.secret.clone()),
    })
}

fn authenticator(object: AuthenticatorObject) -> Result<Authenticator, &'static str> {
    let phase = match (object.phase.0, object.ticket, object.expires) {
        (PhaseName::Pending, Some(Hex(ticket)), Some(Number(expires))) => {
            Phase::Pending { ticket: TicketId::from_bytes(ticket), expires }
        }
        (PhaseName::Active, None, None) => Phase::Active,
        (PhaseName::Disabled, None, None) => Phase::Disabled,
        _ => return Err("phase"),
    };
    let period = NonZeroU64::new(object.period.0).ok_or("period")?;
    let parameters = TotpParameters {
        algorithm: object.algorithm.0,
        format: object.code.0,
        steps: TimeSteps::new(period, object.t0.0),
    };
    Ok(Authenticator {
        id: AuthenticatorId::from_bytes(object.id.0),
        label: object.label.0,
        phase,
        failures: object.failures.0,
        factor: Factor::Totp(TotpFactor {
            secret: object.secret.0,
            parameters,
            burnt: object.burnt.map(|step| step.0),
            drift: Drift::from_parts(object.drift_measured.0, object.drift_followed.0),
        }),
    })
}

enum PhaseName {
    Pending,
    Active,
    Disabled,
}

impl Value for PhaseName {
    const EXPECTED: &'static str = "`pending`, `active` or `disabled`";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "pending" => Some(Self::Pending),
            "active" => Some(Self::Active),
            "disabled" => Some(Self::Disabled),
            _ => None,
        }
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
        })
    }
}

struct TotpName;

impl Value for TotpName {
    const EXPECTED: &'static str = "`totp`";

    fn parse(text: &str) -> Option<Self> {
        (text == "totp").then_some(Self)
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show("totp")
    }
}

impl Value for Algorithm {
    const EXPECTED: &'static str = "`SHA1`, `SHA256` or `SHA512`";

    fn parse(text: &str) -> Option<Self> {
        [Self::Sha1, Self::Sha256, Self::Sha512].into_iter().find(|known| known.name() == text)
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(self.name())
    }
}

/// The names of the code formats.
const FORMATS: [(&str, Format); 5] = [
    ("6 digits", Format::Decimal(Digits::SIX)),
    ("7 digits", Format::Decimal(Digits::SEVEN)),
    ("8 digits", Format::Decimal(Digits::EIGHT)),
    ("9 digits", Format::Decimal(Digits::NINE)),
    ("steam", Format::Steam),
];

impl Value for Format {
    const EXPECTED: &'static str = "`6 digits` to `9 digits`, or `steam`";

    fn parse(text: &str) -> Option<Self> {
        FORMATS.iter().find(|(name, _)| *name == text).map(|(_, format)| *format)
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        let known = FORMATS.iter().find(|(_, format)| format == self);
        show(known.map(|(name, _)| *name).unwrap_or_default())
    }
}

impl Value for Label {
    const EXPECTED: &'static str = "a label of at most 32 bytes";

    fn parse(text: &str) -> Option<Self> {
        Self::new(text).ok()
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(self.as_str())
    }
}

impl Value for Secret {
    const EXPECTED: &'static str = "a secret in upper-case base32";

    fn parse(text: &str) -> Option<Self> {
        base32::decode_strict(text).ok()
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(self.to_base32().as_str())
    }
}
