//! Responding with one-time passwords and recovery codes.

use super::world::{ANN, NOW, RECORD, Record, World, encoded, recovery_hash};
use crate::leaky;
use crate::memcheck::is_secret;
use crate::operations::{Operation, sink};
use crate::sample::{ALGORITHMS, key, secret_bytes, secret_text};
use mfa_core::{
    Digits, Entropy, Format, Hotp, Method, Notices, Respond, Response, Secret, TotpParameters,
    Verdict, Write,
};

pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for algorithm in ALGORITHMS {
        for format in [Format::default(), Format::Decimal(Digits::EIGHT), Format::Steam] {
            all.push(respond(TotpParameters { algorithm, format, ..TotpParameters::default() }));
        }
    }
    all.extend([named(), locking(), recovery()]);
    all
}

/// Decides by both doors, and asserts that what is stored next still is secret.
fn decide(world: &World, record: &Record, response: impl Fn() -> Response<'static>) -> Verdict {
    let respond = || Respond { ticket: &world.ticket, response: response() };
    let mut scratch = Record::new(ANN, RECORD);
    let step = record.decide_in(&mut scratch, respond(), &world.cx()).unwrap();
    assert!(is_secret(&encoded(step.next())));
    let (_, in_place) = step.settle(Write::Stored).unwrap();
    let step = record.decide(respond(), &world.cx()).unwrap();
    let (_, verdict) = step.settle(Write::Stored).unwrap();
    assert_eq!(matches!(in_place, Verdict::Accepted(_)), matches!(verdict, Verdict::Accepted(_)),);
    verdict
}

fn lend(text: &str) -> &'static str {
    Box::leak(secret_text(text).into_boxed_str())
}

pub fn method(verdict: &Verdict) -> Option<Method> {
    match verdict {
        Verdict::Accepted(grant) => Some(grant.method()),
        _ => None,
    }
}

/// Twins that compare the codes of the record's authenticators with the one presented.
pub fn with_leaks(operation: Operation, parameters: TotpParameters) -> Operation {
    let codes = move || {
        let world = World::new(parameters);
        let typed = secret_text(&world.code(1, 1)).into_bytes();
        let hotp = |secret: &Secret| {
            let secret = Secret::from_bytes(&secret_bytes(secret.expose())).unwrap();
            Hotp::new(&secret, parameters.algorithm, parameters.format).unwrap()
        };
        let now = parameters.steps.at(NOW);
        let text = |hotp: Hotp| hotp.code(now + 1).text().as_str().as_bytes().to_vec();
        (world.secrets.iter().map(hotp).map(text).collect::<Vec<_>>(), typed)
    };
    operation
        .but("ends at the authenticator that matches", move || {
            let (codes, typed) = codes();
            sink(leaky::first_equal(&codes, &typed));
        })
        .but("a comparison ends at the first difference", move || {
            let (codes, typed) = codes();
            codes.iter().for_each(|code| sink(leaky::equal_until_different(code, &typed)));
        })
}

fn respond(parameters: TotpParameters) -> Operation {
    let TotpParameters { algorithm, format, .. } = parameters;
    let name = format!("responding with a code, {}, {format:?}", algorithm.name());
    let operation = Operation::telling(name, move || {
        let world = World::new(parameters);
        let record = world.record();
        let ids = [0, 1].map(|slot: usize| record.authenticators()[slot].id());
        for authenticator in [0, 1] {
            let code = world.code(authenticator, 1);
            let verdict = decide(&world, &record, || Response::Otp(lend(&code)));
            assert_eq!(method(&verdict), Some(Method::Otp(ids[authenticator])));
        }
        // The code that confirmed it is burnt; the other is no code at all.
        for wrong in [world.code(0, 0), world.wrong()] {
            let verdict = decide(&world, &record, || Response::Otp(lend(&wrong)));
            assert_eq!(method(&verdict), None);
        }
    });
    with_leaks(operation, parameters)
}

fn named() -> Operation {
    let operation = Operation::telling("responding with a named authenticator's code", || {
        let world = World::new(TotpParameters::default());
        let record = world.record();
        let id = record.authenticators()[1].id();
        for (authenticator, is_right) in [(1, true), (0, false)] {
            let code = world.code(authenticator, 1);
            let verdict = decide(&world, &record, || Response::OtpOf(id, lend(&code)));
            assert_eq!(method(&verdict).is_some(), is_right);
        }
    });
    with_leaks(operation, TotpParameters::default())
}

/// Wrong answers until the account is locked, on one record after the other.
fn locking() -> Operation {
    let operation = Operation::telling("wrong codes until the account is locked", || {
        let world = World::new(TotpParameters::default());
        let mut record = world.record();
        let wrong = world.wrong();
        loop {
            let wrong = secret_text(&wrong);
            let respond = Respond { ticket: &world.ticket, response: Response::Otp(&wrong) };
            let step = record.decide(respond, &world.cx()).unwrap();
            let verdict;
            (record, verdict) = step.settle(Write::Stored).unwrap();
            match verdict {
                Verdict::Rejected { locked_until: None, .. } => {}
                Verdict::Rejected { .. } => break,
                verdict => panic!("{verdict:?}"),
            }
        }
    });
    with_leaks(operation, TotpParameters::default())
}

fn recovery() -> Operation {
    Operation::telling("responding with a recovery code", || {
        let world = World::new(TotpParameters::default());
        let record = world.record();
        let right = world.recovery_codes[0].to_lowercase();
        let wrong = right.replace(|char: char| char.is_ascii_digit(), "3");
        for (code, is_right) in [(&right, true), (&wrong, false)] {
            let fresh = || Entropy::new(Box::leak(secret_bytes(&key(15)).into_boxed_slice()));
            let verdict = decide(&world, &record, || Response::RecoveryCode(lend(code), fresh()));
            assert_eq!(method(&verdict), is_right.then_some(Method::RecoveryCode));
            if let Verdict::Accepted(grant) = verdict {
                assert!(grant.notices().contains(Notices::RECOVERY_CODE_REPLACED));
                let text = grant.recovery_code().unwrap().text();
                assert!(is_secret(text.as_str().as_bytes()));
            }
        }
    })
    .but("a comparison ends at the first difference", || {
        let world = World::new(TotpParameters::default());
        let known = secret_bytes(&recovery_hash(&world.recovery_codes[0]));
        sink(leaky::equal_until_different(&known, &[7; 32]));
    })
    .but("hashes compared as slices", || {
        let known = secret_bytes(&recovery_hash("0123456789ABCDEFGHJKMNPQ"));
        sink(known == recovery_hash("91JQ0000ZZZZAAAABBBB11CC"));
    })
    .but("the search ends at the match", || {
        let hash = || secret_bytes(&recovery_hash("0123456789ABCDEFGHJKMNPQ"));
        sink(leaky::first_equal(&[vec![1; 32], hash(), vec![2; 32]], &hash()));
    })
}
