//! Deciding on a loaded record, whose secrets and hashes are secret, up to the verdict.

use super::{Operation, sink};
use crate::leaky;
use crate::memcheck::{is_secret, make_public, set_secret};
use crate::sample::{ALGORITHMS, key, secret_bytes, secret_text};
use mfa_core::{
    Account, AccountId, Algorithm, Associate, Confirm, Context, Digits, Entropy, Format, Hotp,
    Label, Method, NewAuthenticator, Notices, Policy, RecordId, Respond, Response, Scopes, Secret,
    Ticket, TotpParameters, Verdict, Write,
};
use sha2::Digest;

type Record = Account<4, 10>;

const ANN: AccountId = AccountId::from_bytes(*b"ann.............");
const RECORD: RecordId = RecordId::from_bytes([0x5A; 16]);
const NOW: u64 = 2_000_000_010;

pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for algorithm in ALGORITHMS {
        for format in [Format::default(), Format::Decimal(Digits::EIGHT), Format::Steam] {
            all.push(respond(TotpParameters { algorithm, format, ..TotpParameters::default() }));
        }
    }
    all.extend([named(), disabling(), recovery(), associate(), confirm(), codec()]);
    all
}

/// An enrolled account with two authenticators, what an attacker does not know of it, and a
/// ticket.
struct World {
    policy: Policy,
    bytes: Vec<u8>,
    secrets: Vec<Secret>,
    recovery_codes: Vec<String>,
    ticket: Ticket,
    parameters: TotpParameters,
}

impl World {
    fn new(parameters: TotpParameters) -> Self {
        let mut world = Self {
            policy: Policy::AUTH0,
            bytes: Vec::new(),
            secrets: Vec::new(),
            recovery_codes: Vec::new(),
            ticket: ticket(&Record::new(ANN, RECORD), &Policy::AUTH0),
            parameters,
        };
        let mut record = Record::new(ANN, RECORD);
        for round in [1, 2] {
            record = world.associate(record, round);
            record = world.confirm(record);
        }
        world.ticket = ticket(&record, &world.policy);
        world.bytes = encoded(&record);
        world
    }

    fn cx(&self) -> Context<'_> {
        Context { now: NOW, policy: &self.policy }
    }

    fn associate(&mut self, record: Record, round: u8) -> Record {
        self.ticket = match round {
            1 => ticket(&record, &self.policy),
            _ => self.verified_ticket(&record),
        };
        let mut entropy: Vec<u8> = key(250).iter().map(|byte| byte ^ round).collect();
        let operation = Associate {
            ticket: &self.ticket,
            authenticator: NewAuthenticator::Totp(self.parameters),
            label: Label::default(),
            entropy: Entropy::new(&mut entropy),
        };
        let step = record.decide(operation, &self.cx()).unwrap();
        let (record, associated) = step.settle(Write::Stored).unwrap();
        let codes = associated.recovery_codes.iter().map(|code| code.text().as_str().to_owned());
        self.recovery_codes.extend(codes);
        self.secrets.push(associated.secret.clone());
        record
    }

    fn confirm(&mut self, record: Record) -> Record {
        let code = self.code(self.secrets.len() - 1, 0);
        let confirm = Confirm { ticket: &self.ticket, code: &code };
        let step = record.decide(confirm, &self.cx()).unwrap();
        let (record, verdict) = step.settle(Write::Stored).unwrap();
        assert!(matches!(verdict, Verdict::Accepted(_)));
        record
    }

    /// By logging in with the first authenticator's next code.
    fn verified_ticket(&self, record: &Record) -> Ticket {
        let (first, code) = (ticket(record, &self.policy), self.code(0, 1));
        let respond = Respond { ticket: &first, response: Response::Otp(&code) };
        match record.decide(respond, &self.cx()).unwrap().settle(Write::Stored).unwrap() {
            (_, Verdict::Accepted(grant)) => {
                grant.ticket(Scopes::ALL, Entropy::new(&mut key(16)), &self.cx()).unwrap()
            }
            (_, verdict) => panic!("{verdict:?}"),
        }
    }

    /// The code that an authenticator shows so many steps from now.
    fn code(&self, authenticator: usize, offset: i64) -> String {
        let TotpParameters { algorithm, format, steps } = self.parameters;
        let hotp = Hotp::new(&self.secrets[authenticator], algorithm, format).unwrap();
        hotp.code(steps.at(NOW).saturating_add_signed(offset)).text().as_str().to_owned()
    }

    /// A code of the right form that is nobody's.
    fn wrong(&self) -> String {
        let right = [-2, -1, 0, 1, 2].map(|offset| [self.code(0, offset), self.code(1, offset)]);
        let candidates = match self.parameters.format {
            Format::Steam => ["22222", "33333", "4PK2R"],
            format => ["000000000", "111111111", "492039187"].map(|code| &code[..format.len()]),
        };
        let wrong =
            candidates.into_iter().find(|code| !right.as_flattened().contains(&(*code).into()));
        wrong.unwrap().to_owned()
    }

    /// The record as loaded from a store, with its secrets and hashes marked.
    fn record(&self) -> Record {
        let hashes: Vec<_> = self.recovery_codes.iter().map(|code| recovery_hash(code)).collect();
        let secrets = self.secrets.iter().map(Secret::expose);
        loaded(&self.bytes, &secrets.chain(hashes.iter().map(Vec::as_slice)).collect::<Vec<_>>())
    }
}

fn encoded(record: &Record) -> Vec<u8> {
    let mut bytes = vec![0; Record::MAX_ENCODED_LEN];
    let len = record.encode(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}

fn ticket(record: &Record, policy: &Policy) -> Ticket {
    let cx = Context { now: NOW, policy };
    record.first_factor_ticket(Scopes::ALL, Entropy::new(&mut key(17)), &cx).unwrap()
}

/// As the library documents it: SHA-256 over a label, the record's id and the code.
fn recovery_hash(code: &str) -> Vec<u8> {
    let alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let value = |char| alphabet.find(char).unwrap() as u128;
    let bits = code.chars().fold(0u128, |bits, char| bits << 5 | value(char));
    let bytes = &bits.to_be_bytes()[1..];
    let mut hash = sha2::Sha256::new_with_prefix(b"mfa-core recovery");
    hash.update(RECORD.as_bytes());
    hash.update(bytes);
    hash.finalize().to_vec()
}

/// The record with the only place of each of `secrets` marked.
fn loaded(bytes: &[u8], secrets: &[&[u8]]) -> Record {
    let place = |secret: &&[u8]| {
        let mut places = bytes.windows(secret.len()).enumerate().filter(|(_, at)| at == secret);
        let (place, _) = places.next().expect("the secret is in the record");
        assert!(places.next().is_none());
        place..place + secret.len()
    };
    let places: Vec<_> = secrets.iter().map(place).collect();
    let mut bytes = bytes.to_vec();
    places.into_iter().for_each(|place| {
        let all = vec![0xFF; place.len()];
        set_secret(&mut bytes[place], &all);
    });
    Record::decode(ANN, &bytes).unwrap()
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

fn method(verdict: &Verdict) -> Option<Method> {
    match verdict {
        Verdict::Accepted(grant) => Some(grant.method()),
        _ => None,
    }
}

/// Twins that compare the codes of the record's authenticators with the one presented.
fn with_leaks(operation: Operation, parameters: TotpParameters) -> Operation {
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
fn disabling() -> Operation {
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
            let confirm = Confirm { ticket: &world.ticket, code: &code };
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
