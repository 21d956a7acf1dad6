//! Tokens: dropped, loaded over, wiped, decided on in lent memory.

use crate::bytes;
use crate::place::{Place, on_a_clean_stack};
use mfa_core::token::{DecodeError, Operation, Press, Provision, SetPin, Token, Unblock, Wipe};
use mfa_core::{HotpParameters, RecordId, Secret, Write};

const RECORD: RecordId = RecordId::from_bytes([0x5A; 16]);

static EMPTY: Token = Token::blank(RECORD);

/// The seeds of what must be forgotten, and of what comes after it.
const OLD: u8 = 1;
const NEW: u8 = 2;

/// The places of what is kept of the PIN, and of the secret, in a record.
const CHECK: core::ops::Range<usize> = 27..47;
const SECRET: core::ops::Range<usize> = 78..142;

fn encoded(token: &Token) -> [u8; Token::ENCODED_LEN] {
    let mut bytes = [0; Token::ENCODED_LEN];
    token.encode(&mut bytes);
    bytes
}

fn token(seed: u8) -> Token {
    let secret = Secret::from_bytes(&bytes::<64>(seed)).unwrap();
    let provision = Provision::hotp(secret, HotpParameters::default(), 0);
    let (token, ()) = EMPTY.decide(provision).unwrap().settle(Write::Stored).unwrap();
    let set = SetPin { current: None, new: "2468", attempts: 3 };
    token.decide(set).unwrap().settle(Write::Stored).unwrap().0
}

/// A token in memory of its own: loaded there, not moved.
fn placed(bytes: &[u8; Token::ENCODED_LEN]) -> Place<Token> {
    let mut place = Place::copy_of(&EMPTY);
    on_a_clean_stack(|| place.value().decode_into(bytes)).unwrap();
    place
}

/// Fails unless `change` makes a token forget its secret and its PIN.
fn forgotten_after(change: impl FnOnce(&mut Place<Token>)) {
    let known = encoded(&token(OLD));
    let mut place = placed(&known);
    assert!(place.holds(&known[SECRET]) && place.holds(&known[CHECK]));
    on_a_clean_stack(|| change(&mut place));
    let remains = place.holds_part_of(&known[SECRET]) || place.holds_part_of(&known[CHECK]);
    assert!(!remains, "something remains");
}

/// Fails unless the next record, decided in lent memory, has nothing of them.
fn forgotten_by(operation: impl Operation) {
    let old = token(OLD);
    let operation = Box::new(operation);
    forgotten_after(|scratch| drop(old.decide_in(scratch.value(), *operation).unwrap()));
}

#[test]
#[should_panic(expected = "something remains")]
fn a_decision_that_forgets_nothing_is_caught() {
    forgotten_by(Unblock);
}

#[test]
fn a_dropped_token_leaves_nothing() {
    forgotten_after(Place::drop);
}

#[test]
fn a_wiped_token_leaves_nothing() {
    forgotten_by(Wipe);
}

#[test]
fn loading_over_an_older_record_wipes_it() {
    let (other, blank) = (encoded(&token(NEW)), encoded(&EMPTY));
    forgotten_after(|place| place.value().decode_into(&other).unwrap());
    forgotten_after(|place| place.value().decode_into(&blank).unwrap());
}

#[test]
fn a_load_that_fails_at_its_end_keeps_nothing() {
    let mut bytes = encoded(&token(OLD));
    bytes[Token::ENCODED_LEN - 1] = 1;
    forgotten_after(|place| {
        let read = place.value().decode_into(&bytes);
        assert_eq!(read, Err(DecodeError::Impossible { field: "padding" }));
    });
}

#[test]
fn deciding_in_lent_memory_wipes_what_was_there() {
    let other = token(NEW);
    forgotten_after(|scratch| {
        assert!(other.decide_in(scratch.value(), Press { pin: Some("2468") }).is_ok());
    });
    forgotten_after(|scratch| {
        assert!(other.decide_in(scratch.value(), Press { pin: None }).is_err());
    });
}
