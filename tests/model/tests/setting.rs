//! The worlds' codes are what the worlds need, and the second reader of records agrees with
//! the core.

use mfa_core_model::layout::Plain;
use mfa_core_model::race::Start;
use mfa_core_model::setting::{
    ACCOUNT, Device, FIRST_STEP, Record, WRONG_CODE, WRONG_NUMBER, WRONG_SENT, challenge,
};

#[test]
fn the_phones_codes_of_steps_2_and_3_and_the_tablets_of_step_2_are_one() {
    let shared = Device::Phone.code(FIRST_STEP + 2);
    assert_eq!(Device::Phone.code(FIRST_STEP + 3), shared);
    assert_eq!(Device::Tablet.code(FIRST_STEP + 2), shared);
}

#[test]
fn no_other_codes_collide_and_the_wrong_one_is_wrong() {
    let mut codes: Vec<_> = [Device::Phone, Device::Tablet]
        .into_iter()
        .flat_map(|device| (0..12).map(move |step| device.code(FIRST_STEP - 4 + step)))
        .chain((0..8).map(|counter| Device::Token.code(counter)))
        .collect();
    assert!(!codes.iter().any(|code| code == WRONG_CODE));
    let all = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all - 2);
}

#[test]
fn no_code_that_is_sent_is_the_wrong_one() {
    for seed in 0..20 {
        assert_ne!(challenge(seed, 7).1, WRONG_SENT);
        assert_ne!(challenge(seed, 4).1, WRONG_NUMBER);
    }
}

#[test]
fn the_documented_format_is_read_and_written_as_the_core_does() {
    for start in [
        Start::TwoApps,
        Start::AppAndToken,
        Start::Enrolling,
        Start::Number,
        Start::Pushed,
        Start::Card,
    ] {
        let stored = start.scene().record;
        let plain = Plain::read(stored.bytes()).expect("it is a record");
        assert_eq!(plain.write(), stored.bytes());
        let record = Record::decode(ACCOUNT, stored.bytes()).expect("it is a record");
        assert_eq!(plain.enrolled, record.is_enrolled());
        assert_eq!(plain.generation, record.generation());
        assert_eq!(plain.revision, record.version().revision);
        let ids = record.authenticators().iter().map(|one| *one.id().as_bytes());
        assert!(plain.authenticators.iter().map(|one| one.id).eq(ids));
    }
}
