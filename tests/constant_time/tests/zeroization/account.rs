//! Accounts: dropped, loaded over, decided on in lent memory.

use crate::bytes;
use crate::place::{Place, on_a_clean_stack};
use mfa_core::*;
use sha2::Digest;

const ANN: AccountId = AccountId::from_bytes(*b"ann.............");
const RECORD: RecordId = RecordId::from_bytes([0x5A; 16]);
const NOW: u64 = 2_000_000_010;

type Record = Account<4, 10>;

static EMPTY: Record = Record::new(ANN, RECORD);

/// The seeds of what must be forgotten, and of what comes after it.
const OLD: u8 = 1;
const NEW: u8 = 2;

/// Ten codes come with the first association, and a used one is not replaced.
fn sheet() -> Policy {
    let settings = *Policy::AUTH0.settings();
    Policy::new(PolicySettings {
        recovery_codes: 10,
        replace_used_recovery_code: false,
        ..settings
    })
    .unwrap()
}

fn decided<O: Operation>(record: &Record, operation: O) -> (Record, O::Outcome) {
    let cx = Context { now: NOW, policy: &sheet() };
    record.decide(operation, &cx).unwrap().settle(Write::Stored).unwrap()
}

/// Any time, whoever asks: nothing of these tests is about authority.
fn administrator(record: &Record) -> Ticket {
    let cx = Context { now: NOW, policy: &Policy::AUTH0 };
    record.administrator_ticket(Scopes::ALL, lend(bytes::<16>(9)), &cx).unwrap()
}

fn first_factor(record: &Record) -> Ticket {
    let cx = Context { now: NOW, policy: &Policy::AUTH0 };
    record.first_factor_ticket(Scopes::ALL, lend(bytes::<16>(9)), &cx).unwrap()
}

fn lend<const K: usize>(bytes: [u8; K]) -> Entropy<'static> {
    Entropy::new(Box::leak(Box::new(bytes)))
}

fn encoded(record: &Record) -> Vec<u8> {
    let mut bytes = vec![0; Record::MAX_ENCODED_LEN];
    let len = record.encode(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}

/// A record in memory of its own: loaded there, not moved.
fn placed(record: &Record) -> Place<Record> {
    let mut place = Place::copy_of(&EMPTY);
    let bytes = encoded(record);
    on_a_clean_stack(|| place.value().decode_into(&bytes)).unwrap();
    place
}

/// A record, and the secrets in it that are to be forgotten.
struct Known {
    record: Record,
    traces: Vec<Vec<u8>>,
}

impl Known {
    fn are_in(&self, place: &Place<Record>) {
        let held = |trace: &Vec<u8>| place.holds(trace);
        assert!(!self.traces.is_empty() && self.traces.iter().all(held));
    }

    fn are_not_in(&self, place: &Place<Record>) {
        let parts = self.traces.iter().filter(|trace| place.holds_part_of(trace)).count();
        assert_eq!(parts, 0, "something remains");
    }

    /// Fails unless `change` makes a record forget.
    fn forgotten_after(&self, change: impl FnOnce(&mut Record)) {
        let mut place = placed(&self.record);
        self.are_in(&place);
        on_a_clean_stack(|| change(place.value()));
        self.are_not_in(&place);
    }

    /// Fails unless the next record, decided in lent memory, has nothing of it.
    fn forgotten_by<O: Operation>(&self, operation: O, policy: &Policy) {
        let mut scratch = placed(&self.record);
        self.are_in(&scratch);
        let operation = Box::new(operation);
        let cx = Context { now: NOW, policy };
        on_a_clean_stack(|| {
            let step = self.record.decide_in(scratch.value(), *operation, &cx).unwrap();
            drop(step.settle(Write::Stored).unwrap().1);
        });
        self.are_not_in(&scratch);
    }
}

/// As long as a label can be, so that no part of it is unused, in which anything could lie.
fn label() -> Label {
    Label::new("0123456789abcdef0123456789abcdef").unwrap()
}

fn associate(seed: u8, ticket: &Ticket) -> Associate<'_> {
    let mut entropy = bytes::<250>(seed);
    entropy[..AuthenticatorId::LEN].fill(seed);
    Associate {
        ticket,
        authenticator: NewAuthenticator::Totp(TotpParameters::default()),
        label: label(),
        entropy: lend(entropy),
    }
}

/// As the library documents it: SHA-256 over a label, the record's id and the code.
fn recovery_hash(code: &[u8]) -> Vec<u8> {
    let hash = sha2::Sha256::new_with_prefix(b"mfa-core recovery");
    hash.chain_update(RECORD.as_bytes()).chain_update(code).finalize().to_vec()
}

/// Waits for its confirmation, with ten recovery codes.
fn pending() -> Known {
    let ticket = first_factor(&EMPTY);
    let (record, associated) = decided(&EMPTY, associate(OLD, &ticket));
    let codes = &bytes::<250>(OLD)[AuthenticatorId::LEN + 20..][..150];
    let mut traces: Vec<_> = codes.chunks(15).map(recovery_hash).collect();
    traces.push(associated.secret.expose().to_vec());
    Known { record, traces }
}

/// The same, confirmed.
fn enrolled() -> Known {
    let Known { record, traces } = pending();
    let secret = Secret::from_bytes(&traces[10]).unwrap();
    let steps = TimeSteps::default();
    let totp = Totp::new(&secret, Algorithm::Sha1, Format::default(), steps).unwrap();
    let code = totp.code(NOW).text();
    let response = Response::Otp(code.as_str());
    let confirm = Confirm { ticket: &first_factor(&record), response };
    let (record, verdict) = decided(&record, confirm);
    assert!(matches!(verdict, Verdict::Accepted(_)));
    Known { record, traces }
}

/// With as many fresh recovery codes as there are 15 bytes.
fn renewed(record: &Record, codes: &[u8]) -> Record {
    let recovery_codes = (codes.len() / 15) as u8;
    let policy = Policy::new(PolicySettings { recovery_codes, ..*sheet().settings() }).unwrap();
    let mut entropy = codes.to_vec();
    let ticket = administrator(record);
    let renew = RegenerateRecoveryCodes { ticket: &ticket, entropy: Entropy::new(&mut entropy) };
    let step = record.decide(renew, &Context { now: NOW, policy: &policy }).unwrap();
    step.settle(Write::Stored).unwrap().0
}

fn another() -> Record {
    decided(&EMPTY, associate(NEW, &first_factor(&EMPTY))).0
}

#[test]
#[should_panic(expected = "something remains")]
fn a_change_that_forgets_nothing_is_caught() {
    enrolled().forgotten_after(|_| ());
}

#[test]
#[should_panic(expected = "something remains")]
fn a_decision_that_forgets_nothing_is_caught() {
    let known = enrolled();
    let unlock = Unlock { ticket: &administrator(&known.record), class: Class::Otp };
    known.forgotten_by(unlock, &sheet());
}

#[test]
fn a_dropped_account_leaves_nothing() {
    for known in [pending(), enrolled()] {
        let mut place = placed(&known.record);
        known.are_in(&place);
        place.drop();
        known.are_not_in(&place);
    }
}

#[test]
fn loading_over_an_older_record_wipes_it() {
    let (other, small) = (encoded(&another()), encoded(&EMPTY));
    enrolled().forgotten_after(|record| record.decode_into(&other).unwrap());
    enrolled().forgotten_after(|record| record.decode_into(&small).unwrap());
    enrolled().forgotten_after(|record| {
        record.decode_into(&small[..20]).unwrap_err();
    });
}

#[test]
fn a_load_that_fails_at_its_end_keeps_nothing() {
    let known = enrolled();
    let mut bytes = encoded(&known.record);
    bytes.push(0);
    let mut place = Place::copy_of(&EMPTY);
    let read = on_a_clean_stack(|| place.value().decode_into(&bytes));
    assert_eq!(read, Err(DecodeError::TrailingBytes));
    known.are_not_in(&place);
}

#[test]
fn deciding_in_lent_memory_wipes_what_was_there() {
    let record = another();
    let cx = Context { now: NOW, policy: &sheet() };
    let ticket = first_factor(&record);
    enrolled().forgotten_after(|scratch| {
        let step = record.decide_in(scratch, associate(3, &ticket), &cx);
        assert!(step.is_ok());
    });
    enrolled().forgotten_after(|scratch| {
        let respond = Respond { ticket: &ticket, response: Response::Otp("no code") };
        assert!(record.decide_in(scratch, respond, &cx).is_err());
    });
}

#[test]
fn a_superseded_association_and_its_recovery_codes_are_wiped() {
    let known = pending();
    known.forgotten_by(associate(NEW, &first_factor(&known.record)), &sheet());
}

#[test]
fn renewed_recovery_codes_are_wiped() {
    let Known { record, mut traces } = enrolled();
    traces.pop(); // The secret stays.
    let known = Known { record, traces };
    let ticket = administrator(&known.record);
    let renew = RegenerateRecoveryCodes { ticket: &ticket, entropy: lend(bytes::<150>(NEW)) };
    known.forgotten_by(renew, &sheet());
}

#[test]
fn a_used_recovery_code_is_wiped_with_or_without_a_replacement() {
    for count in [1, 2] {
        let codes = bytes::<30>(OLD);
        let record = renewed(&enrolled().record, &codes[..15 * count]);
        let known = Known { record, traces: vec![recovery_hash(&codes[..15])] };
        let mut entropy = codes;
        let code = RecoveryCode::generate(&mut Entropy::new(&mut entropy)).unwrap().text();
        for policy in [sheet(), Policy::AUTH0] {
            let response = Response::RecoveryCode(code.as_str(), lend(bytes::<15>(NEW)));
            let ticket = first_factor(&known.record);
            known.forgotten_by(Respond { ticket: &ticket, response }, &policy);
        }
    }
}

#[test]
fn a_removed_authenticator_is_wiped() {
    let Known { record, mut traces } = enrolled();
    let ticket = administrator(&record);
    let import = Import {
        ticket: &ticket,
        authenticator: NewAuthenticator::Hotp(HotpParameters::default(), 7),
        secret: Secret::from_bytes(&bytes::<64>(NEW)).unwrap(),
        label: label(),
        entropy: lend(bytes::<10>(NEW)),
    };
    let (record, _) = decided(&record, import);
    let known = Known { record, traces: vec![traces.pop().unwrap()] };
    let authenticator = known.record.authenticators()[0].id();
    let ticket = administrator(&known.record);
    known.forgotten_by(Remove { ticket: &ticket, authenticator }, &sheet());
}

#[test]
fn a_reset_account_is_wiped() {
    let known = enrolled();
    known.forgotten_by(Reset { ticket: &administrator(&known.record) }, &sheet());
}

/// An address that was sent a code. (A number's twin would be moved to its place across the
/// stack where the number's challenge just was, and keep a copy of that in its unused part.)
fn challenged(seed: u8, record: &Record, ticket: &Ticket) -> (Record, Delivery) {
    let operation = AssociateOutOfBand {
        ticket,
        channel: Channel::Email,
        reference: Reference::from_bytes([0xEE; 16]),
        label: label(),
        entropy: lend(bytes::<250>(seed)),
    };
    let (record, associated) = decided(record, operation);
    (record, associated.delivery)
}

fn sent() -> (Known, Delivery) {
    let (record, delivery) = challenged(OLD, &EMPTY, &first_factor(&EMPTY));
    let value: u32 = delivery.code.text().as_str().parse().unwrap();
    (Known { record, traces: vec![value.to_ne_bytes().to_vec()] }, delivery)
}

#[test]
fn an_answered_challenge_is_wiped() {
    let (known, delivery) = sent();
    let (ticket, code) = (first_factor(&known.record), delivery.code.text());
    let response = Response::OutOfBand(delivery.challenge, code.as_str());
    known.forgotten_by(Confirm { ticket: &ticket, response }, &sheet());
}

#[test]
fn a_question_is_wiped_when_the_twin_confirms() {
    let ticket = first_factor(&EMPTY);
    let operation = AssociateOutOfBand {
        ticket: &ticket,
        channel: Channel::Push,
        reference: Reference::from_bytes([0xEE; 16]),
        label: label(),
        entropy: lend(bytes::<250>(OLD)),
    };
    let (record, associated) = decided(&EMPTY, operation);
    let number: u32 = associated.delivery.code.text().as_str().parse().unwrap();
    let known = Known { record, traces: vec![number.to_ne_bytes().to_vec()] };
    let steps = TimeSteps::default();
    let secret = associated.twin.as_ref().unwrap();
    let totp = Totp::new(secret, Algorithm::Sha1, Format::default(), steps).unwrap();
    let code = totp.code(NOW).text();
    let response = Response::Otp(code.as_str());
    known.forgotten_by(Confirm { ticket: &ticket, response }, &sheet());
}

#[test]
fn a_superseded_challenge_is_wiped() {
    let (known, _) = sent();
    let (record, ticket) = (&known.record, first_factor(&known.record));
    let mut scratch = placed(record);
    known.are_in(&scratch);
    let cx = Context { now: NOW, policy: &sheet() };
    let operation = Box::new(associate(NEW, &ticket));
    on_a_clean_stack(|| assert!(record.decide_in(scratch.value(), *operation, &cx).is_ok()));
    known.are_not_in(&scratch);
}
