//! Binding, confirming, resynchronizing, renewing, storing.

use super::respond::{method, with_leaks};
use super::world::{ANN, NOW, RECORD, Record, World, encoded, loaded, ticket};
use crate::leaky;
use crate::memcheck::{is_secret, make_public};
use crate::operations::{Operation, sink};
use crate::sample::{key, secret_bytes, secret_key, secret_text};
use mfa_core::{
    Algorithm, Associate, Confirm, Context, Entropy, HotpParameters, Import, Label,
    NewAuthenticator, Policy, RegenerateRecoveryCodes, Response, Resynchronize, Resynchronized,
    TotpParameters, Write,
};

pub fn operations() -> Vec<Operation> {
    vec![associate(), import(), confirm(), resynchronize(), regenerate(), codec()]
}

/// Entropy for an association: the new authenticator's id is public, the rest secret.
fn entropy() -> Vec<u8> {
    let bytes = secret_bytes(&key(200));
    make_public(&bytes[..10]);
    bytes
}

fn associate() -> Operation {
    Operation::telling("associating an authenticator", || {
        let record = Record::new(ANN, RECORD);
        let policy = Policy::AUTH0;
        let ticket = ticket(&record, &policy);
        let mut entropy = entropy();
        let operation = Associate {
            ticket: &ticket,
            authenticator: NewAuthenticator::Totp(TotpParameters::default()),
            label: Label::default(),
            entropy: Entropy::new(&mut entropy),
        };
        let step = record.decide(operation, &Context { now: NOW, policy: &policy }).unwrap();
        assert!(is_secret(&encoded(step.next())));
        let (_, associated) = step.settle(Write::Stored).unwrap();
        assert!(is_secret(associated.secret.expose()));
    })
    .but("zeros looked for byte by byte", || {
        sink(leaky::equal_until_different(&entropy()[10..30], &[0; 20]));
    })
}

fn confirm() -> Operation {
    let parameters = TotpParameters::default();
    let operation = Operation::telling("confirming an authenticator", move || {
        let mut world = World::new(parameters);
        let (record, first) = (Record::new(ANN, RECORD), world.secrets.len());
        let record = world.associate(record, 1);
        let record = loaded(&encoded(&record), &[world.secrets[first].expose()]);
        for (code, is_right) in [(world.code(first, 0), true), (world.wrong(), false)] {
            let code = secret_text(&code);
            let confirm = Confirm { ticket: &world.ticket, response: Response::Otp(&code) };
            let step = record.decide(confirm, &world.cx()).unwrap();
            let (_, verdict) = step.settle(Write::Stored).unwrap();
            assert_eq!(method(&verdict).is_some(), is_right);
        }
    });
    with_leaks(operation, parameters)
}

/// Loading and storing tell nothing.
fn codec() -> Operation {
    let algorithm = Algorithm::Sha256;
    let parameters = TotpParameters { algorithm, ..TotpParameters::default() };
    Operation::silent("loading, copying and storing a record", move || {
        let world = World::new(parameters);
        let record = world.record().clone();
        let bytes = encoded(&record);
        assert!(is_secret(&bytes));
        make_public(&bytes[..]);
        assert_eq!(bytes, world.bytes);
    })
    .but("records compared as slices", move || {
        let world = World::new(parameters);
        sink(encoded(&world.record()) == world.bytes);
    })
}

/// An imported token is confirmed and resynchronized by its counter.
fn import() -> Operation {
    let operation = Operation::telling("importing a token", || {
        let record = Record::new(ANN, RECORD);
        let policy = Policy::AUTH0;
        let (ticket, cx) = (ticket(&record, &policy), Context { now: NOW, policy: &policy });
        let mut entropy = entropy();
        let import = Import {
            ticket: &ticket,
            authenticator: NewAuthenticator::Hotp(HotpParameters::default(), 7),
            secret: secret_key(20),
            label: Label::default(),
            entropy: Entropy::new(&mut entropy),
        };
        let (record, _) = record.decide(import, &cx).unwrap().settle(Write::Stored).unwrap();
        for (counter, is_right) in [(7, true), (12, true), (6, false)] {
            let code = secret_text(token().code(counter).text().as_str());
            let confirm = Confirm { ticket: &ticket, response: Response::Otp(&code) };
            let step = record.decide(confirm, &cx).unwrap();
            let (_, verdict) = step.settle(Write::Stored).unwrap();
            assert_eq!(method(&verdict).is_some(), is_right);
        }
    });
    with_leaks(operation, TotpParameters::default())
}

fn token() -> mfa_core::Hotp {
    let key = crate::sample::public_key(20);
    mfa_core::Hotp::new(&key, Algorithm::Sha1, mfa_core::Format::default()).unwrap()
}

fn resynchronize() -> Operation {
    let operation = Operation::telling("resynchronizing an authenticator", || {
        let world = World::new(TotpParameters::default());
        let record = world.record();
        let ticket = world.verified_ticket(&record);
        for (shown, is_right) in [([20, 21, 22], true), ([20, 21, 23], false)] {
            let [first, second, third] = shown.map(|offset| secret_text(&world.code(1, offset)));
            for third in [None, Some(&*third)] {
                let operation = Resynchronize {
                    ticket: &ticket,
                    authenticator: record.authenticators()[1].id(),
                    codes: [&first, &second],
                    third,
                };
                let step = record.decide(operation, &world.cx()).unwrap();
                let (_, found) = step.settle(Write::Stored).unwrap();
                assert_eq!(found == Resynchronized::Found, is_right || third.is_none());
            }
        }
    });
    with_leaks(operation, TotpParameters::default())
}

fn regenerate() -> Operation {
    Operation::telling("renewing the recovery codes", || {
        let world = World::new(TotpParameters::default());
        let record = world.record();
        let ticket = world.verified_ticket(&record);
        let mut entropy = secret_bytes(&key(150));
        let entropy = Entropy::new(&mut entropy);
        let operation = RegenerateRecoveryCodes { ticket: &ticket, entropy };
        let step = record.decide(operation, &world.cx()).unwrap();
        assert!(is_secret(&encoded(step.next())));
        let (_, renewed) = step.settle(Write::Stored).unwrap();
        renewed.recovery_codes.iter().for_each(|code| sink(code.text()));
    })
    .but("zeros looked for byte by byte", || {
        sink(leaky::equal_until_different(&secret_bytes(&key(15)), &[0; 15]));
    })
}
