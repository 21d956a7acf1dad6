//! Records to decide on, and what an attacker does not know of them.

use crate::memcheck::set_secret;
use crate::sample::key;
use mfa_core::{
    Account, AccountId, Associate, Confirm, Context, Entropy, Format, Hotp, Label,
    NewAuthenticator, Policy, RecordId, Respond, Response, Scopes, Secret, Ticket, TotpParameters,
    Verdict, Write,
};
use sha2::Digest;

pub type Record = Account<4, 10>;

pub const ANN: AccountId = AccountId::from_bytes(*b"ann.............");
pub const RECORD: RecordId = RecordId::from_bytes([0x5A; 16]);
pub const NOW: u64 = 2_000_000_010;

/// An enrolled account with two authenticators, what an attacker does not know of it, and a
/// ticket.
pub struct World {
    pub policy: Policy,
    pub bytes: Vec<u8>,
    pub secrets: Vec<Secret>,
    pub recovery_codes: Vec<String>,
    pub ticket: Ticket,
    pub parameters: TotpParameters,
}

impl World {
    pub fn new(parameters: TotpParameters) -> Self {
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

    pub fn cx(&self) -> Context<'_> {
        Context { now: NOW, policy: &self.policy }
    }

    pub fn associate(&mut self, record: Record, round: u8) -> Record {
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

    pub fn confirm(&mut self, record: Record) -> Record {
        let code = self.code(self.secrets.len() - 1, 0);
        let confirm = Confirm { ticket: &self.ticket, response: Response::Otp(&code) };
        let step = record.decide(confirm, &self.cx()).unwrap();
        let (record, verdict) = step.settle(Write::Stored).unwrap();
        assert!(matches!(verdict, Verdict::Accepted(_)));
        record
    }

    /// By logging in with the first authenticator's next code.
    pub fn verified_ticket(&self, record: &Record) -> Ticket {
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
    pub fn code(&self, authenticator: usize, offset: i64) -> String {
        let TotpParameters { algorithm, format, steps } = self.parameters;
        let hotp = Hotp::new(&self.secrets[authenticator], algorithm, format).unwrap();
        hotp.code(steps.at(NOW).saturating_add_signed(offset)).text().as_str().to_owned()
    }

    /// A code of the right form that is nobody's.
    pub fn wrong(&self) -> String {
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
    pub fn record(&self) -> Record {
        let hashes: Vec<_> = self.recovery_codes.iter().map(|code| recovery_hash(code)).collect();
        let secrets = self.secrets.iter().map(Secret::expose);
        loaded(&self.bytes, &secrets.chain(hashes.iter().map(Vec::as_slice)).collect::<Vec<_>>())
    }
}

pub fn encoded(record: &Record) -> Vec<u8> {
    let mut bytes = vec![0; Record::MAX_ENCODED_LEN];
    let len = record.encode(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}

pub fn ticket(record: &Record, policy: &Policy) -> Ticket {
    let cx = Context { now: NOW, policy };
    record.first_factor_ticket(Scopes::ALL, Entropy::new(&mut key(17)), &cx).unwrap()
}

/// As the library documents it: SHA-256 over a label, the record's id and the code.
pub fn recovery_hash(code: &str) -> Vec<u8> {
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
pub fn loaded(bytes: &[u8], secrets: &[&[u8]]) -> Record {
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
