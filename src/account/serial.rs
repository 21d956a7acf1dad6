//! The record through `serde`: JSON for people and databases.
//!
//! The same values as the native encoding, under names. A value that does not fit is refused
//! by saying what was expected, never what was found: it might be a secret in the wrong place.
//! (An unknown field is named.)

mod authenticator;
mod name;
mod value;

use self::authenticator::{AuthenticatorObject, authenticator, authenticator_object};
use self::value::{Flag, Hex, List, Number, Object};
use super::record::Account;
use super::state::{Head, Sent};
use crate::id::{AccountId, AuthenticatorId, RecordId};
use crate::recovery::RecoveryHash;
use crate::throttle::{Level, Throttle};
use crate::ticket::Subject;
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
    out_of_band: Object<ThrottleObject>,
    recovery: Object<ThrottleObject>,
    sent: Object<SentObject>,
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
struct SentObject {
    phone: Object<LevelObject>,
    email: Object<LevelObject>,
    push: Object<LevelObject>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelObject {
    spent: Number<u16>,
    since: Number<u64>,
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
            out_of_band: throttle_object(&head.out_of_band),
            recovery: throttle_object(&head.recovery),
            sent: Object(SentObject {
                phone: level_object(head.sent.phone),
                email: level_object(head.sent.email),
                push: level_object(head.sent.push),
            }),
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
            out_of_band: throttle(object.out_of_band),
            recovery: throttle(object.recovery),
            sent: Sent {
                phone: level(object.sent.0.phone),
                email: level(object.sent.0.email),
                push: level(object.sent.0.push),
            },
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

fn level_object(level: Level) -> Object<LevelObject> {
    Object(LevelObject { spent: Number(level.spent), since: Number(level.since) })
}

fn level(Object(level): Object<LevelObject>) -> Level {
    Level { spent: level.spent.0, since: level.since.0 }
}

fn throttle_object(throttle: &Throttle) -> Object<ThrottleObject> {
    Object(ThrottleObject {
        fast: level_object(throttle.fast),
        slow: level_object(throttle.slow),
        reserve: level_object(throttle.reserve),
    })
}

fn throttle(Object(object): Object<ThrottleObject>) -> Throttle {
    Throttle { fast: level(object.fast), slow: level(object.slow), reserve: level(object.reserve) }
}
