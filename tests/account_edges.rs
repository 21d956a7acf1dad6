//! Edges at which a rule would still hold most of the time if it were a little wrong.
#![cfg(feature = "sha2")]

mod support;

use mfa_core::*;
use std::num::NonZeroU64;
use support::*;

/// The account of an enrolled app whose class is locked, and when that ends.
fn locked() -> (World, App, u64) {
    let (mut world, app) = World::enrolled();
    let ticket = world.first_factor();
    let wrong = app.wrong(world.now);
    loop {
        if let Some(until) = rejected(world.otp(&ticket, &wrong)) {
            return (world, app, until);
        }
    }
}

fn unlock(world: &mut World, authority: Authority) {
    let mut parts = *world.administrator().parts();
    parts.authority = authority;
    world.run(Unlock { ticket: &Ticket::from_parts(parts), class: Class::Otp }).unwrap();
}

/// So many wrong answers are evaluated from now on, without time going by.
fn attempts_left(world: &World, app: &App) -> usize {
    let mut world = world.clone();
    let ticket = world.first_factor();
    let wrong = app.wrong(world.now);
    (1..).find(|_| rejected(world.otp(&ticket, &wrong)).is_some()).unwrap()
}

#[test]
fn an_administrator_gives_the_whole_budget_back_and_a_second_factor_the_fast_part() {
    // The slow bucket has 15 here, so that 10 and 5 wrong answers empty it.
    let fast = Bucket { capacity: 10, period: 360 };
    let slow = Bucket { capacity: 15, period: 25_200 };
    let (world, app, _) = locked();
    let with = |authority| {
        let mut world = world.clone();
        let otp = Limits { fast, slow, reserve: slow };
        world.policy = Policy::new(PolicySettings { otp, ..*Policy::AUTH0.settings() }).unwrap();
        unlock(&mut world, authority);
        attempts_left(&world, &app)
    };
    assert_eq!((with(Authority::Verified), with(Authority::Administrator)), (5, 10));
}

#[test]
fn a_message_can_be_sent_at_the_very_beginning_of_time() {
    let mut world = World::new();
    world.now = 0;
    let ticket = world.first_factor();
    world.associate_channel(&ticket, Channel::Sms).unwrap();
}

/// A device that was asked, is enrolled, and the question.
fn asked_device() -> (World, Ticket, Delivery) {
    let mut world = World::new();
    let ticket = world.first_factor();
    let associated = world.associate_channel(&ticket, Channel::Push).unwrap();
    world.approve(&associated.delivery);
    accepted(world.confirm_sent(&ticket, &associated.delivery));
    let delivery = world.challenge(&ticket, associated.authenticator, Channel::Push).unwrap();
    (world, ticket, delivery)
}

#[test]
fn a_push_is_answered_before_its_time_is_over_and_not_then() {
    let (mut world, _, delivery) = asked_device();
    let number = delivery.code.text();
    let answer = AnswerPush { challenge: delivery.challenge, number: Some(number.as_str()) };
    world.now = delivery.expires - 1;
    assert_eq!(world.clone().run(answer), Ok(Answered::Approved));
    world.now = delivery.expires;
    assert_eq!(world.run(answer), Err(Refused::NoSuchChallenge));
}

#[test]
fn a_disabled_device_and_a_number_are_not_asked_by_push() {
    let (mut world, _, delivery) = asked_device();
    let cap = PolicySettings { failure_cap: 1, ..*Policy::AUTH0.settings() };
    world.policy = Policy::new(cap).unwrap();
    let (right, wrong) = right_and_wrong(&delivery);
    let challenge = delivery.challenge;
    let other = world.first_factor();
    let id = world.stored.authenticators()[0].id();
    let second = world.challenge(&other, id, Channel::Push).unwrap();
    let outcome = world.run(AnswerPush { challenge, number: Some(&wrong) });
    assert_eq!(outcome, Ok(Answered::WrongNumber));
    assert_eq!(world.stored.authenticators()[0].phase(), Phase::Disabled);
    let (of_second, _) = right_and_wrong(&second);
    let late = AnswerPush { challenge: second.challenge, number: Some(&of_second) };
    assert_eq!(world.run(late), Err(Refused::NoSuchChallenge));
    let again = AnswerPush { challenge, number: Some(&right) };
    assert_eq!(world.run(again), Err(Refused::NoSuchChallenge));

    let (mut world, id) = World::with_phone();
    let ticket = world.first_factor();
    let delivery = world.challenge(&ticket, id, Channel::Sms).unwrap();
    let answer = AnswerPush { challenge: delivery.challenge, number: None };
    assert_eq!(world.run(answer), Err(Refused::NoSuchChallenge));
}

#[test]
fn without_twins_a_number_and_a_device_are_bound_alone() {
    for channel in [Channel::Sms, Channel::Voice, Channel::Push] {
        let mut world = World::new();
        let settings = PolicySettings { twins: false, ..*Policy::AUTH0.settings() };
        world.policy = Policy::new(settings).unwrap();
        let ticket = world.first_factor();
        let associated = world.associate_channel(&ticket, channel).unwrap();
        assert!(associated.twin.is_none());
        assert_eq!(world.stored.authenticators().len(), 1);
        let reference = Some(Reference::from_bytes([0xEE; 16]));
        assert_eq!(world.stored.authenticators()[0].reference(), reference);
    }
    let (world, _) = World::enrolled();
    assert_eq!(world.stored.authenticators()[0].reference(), None);
}

#[test]
fn a_uri_carries_what_was_associated() {
    let mut world = World::new();
    let ticket = world.first_factor();
    let format = Format::Decimal(Digits::EIGHT);
    let steps = TimeSteps::new(NonZeroU64::new(60).unwrap(), 0);
    let totp = TotpParameters { algorithm: Algorithm::Sha256, format, steps };
    let hotp = HotpParameters { algorithm: Algorithm::Sha512, format };
    for (kind, beginning, rest) in [
        (NewAuthenticator::Totp(totp), "otpauth://totp/", "algorithm=SHA256&digits=8&period=60"),
        (NewAuthenticator::Hotp(hotp, 7), "otpauth://hotp/", "algorithm=SHA512&digits=8&counter=7"),
    ] {
        let mut bytes = world.dice.roll();
        let associate = Associate {
            ticket: &ticket,
            authenticator: kind,
            label: Label::default(),
            entropy: Entropy::new(&mut bytes),
        };
        let associated = world.run(associate).unwrap();
        let mut uri = String::new();
        associated.uri("Example", "ann").unwrap().write_to(&mut uri).unwrap();
        assert!(uri.starts_with(beginning), "{uri}");
        let sorted = |text: &str| {
            let mut parts: Vec<String> = text.split('&').map(str::to_owned).collect();
            parts.sort();
            parts
        };
        let query = uri.split_once('?').unwrap().1;
        let parts = sorted(query);
        assert!(sorted(rest).iter().all(|part| parts.contains(part)), "{uri}");
        let read = otpauth::read(&uri).unwrap();
        assert_eq!(read.uri.secret.expose(), associated.secret.expose());
    }
}

#[test]
fn a_drift_is_large_when_it_is_as_large_as_the_policy_follows() {
    let (mut world, app) = World::enrolled();
    let mut late = |steps: u64| {
        world.now += 300;
        let ticket = world.first_factor();
        let code = app.code(world.now - 30 * steps);
        accepted(world.otp(&ticket, &code)).notices()
    };
    assert_eq!(late(0), Notices::NONE);
    assert_eq!(late(1), Notices::NONE);
    assert_eq!(late(2), Notices::DRIFT_LARGE);
    assert_eq!(late(1), Notices::NONE);
    // Where none is followed, none is large.
    world.policy =
        Policy::new(PolicySettings { max_drift: 0, ..*Policy::AUTH0.settings() }).unwrap();
    world.now += 300;
    let ticket = world.first_factor();
    let code = app.code(world.now);
    assert_eq!(accepted(world.otp(&ticket, &code)).notices(), Notices::NONE);
}

#[test]
fn only_a_token_whose_counter_is_lost_needs_resynchronization() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    world.import_token(&ticket, 5);
    let needs = |world: &World| {
        let of = world.stored.authenticators();
        of.iter().map(Authenticator::needs_resynchronization).collect::<Vec<_>>()
    };
    assert_eq!(needs(&world), [false, false]);
    world.restored().unwrap();
    assert_eq!(needs(&world), [false, true]);
}

#[test]
fn a_pending_token_is_asked_until_its_time_is_over() {
    let mut world = World::new();
    world.policy =
        Policy::new(PolicySettings { pending_life: 100, ..*Policy::AUTH0.settings() }).unwrap();
    let ticket = world.first_factor();
    let token = world.associate_ocra(&ticket, "OCRA-1:HOTP-SHA1-6:QA16", 0).unwrap();
    world.now += 99;
    world.clone().challenge_ocra(&ticket, token.id).unwrap();
    world.now += 1;
    assert_eq!(world.challenge_ocra(&ticket, token.id).unwrap_err(), Refused::NoSuchFactor);
    // Nor is another ticket's.
    let (mut world, app) = World::enrolled();
    let (own, other) = (world.verified(&app), world.administrator());
    let token = world.associate_ocra(&own, "OCRA-1:HOTP-SHA1-6:QA16", 0).unwrap();
    assert_eq!(world.challenge_ocra(&other, token.id).unwrap_err(), Refused::NoSuchFactor);
    world.challenge_ocra(&own, token.id).unwrap();
}

#[test]
fn records_have_the_sizes_in_the_documentation() {
    fn sizes<const N: usize, const R: usize>() -> (usize, usize) {
        (size_of::<Account<N, R>>(), Account::<N, R>::MAX_ENCODED_LEN)
    }
    assert_eq!(sizes::<1, 0>(), (464, 429));
    assert_eq!(sizes::<2, 1>(), (760, 707));
    assert_eq!(sizes::<4, 10>(), (1_576, 1_487));
    assert_eq!(sizes::<8, 10>(), (2_632, 2_471));
}

#[test]
fn what_is_shown_of_secrets_is_that_they_are_there() {
    let (world, app) = World::enrolled();
    let shown = format!("{:?}", app.totp);
    assert!(shown.contains("hotp: Hotp { format: Decimal(Digits(6)), .. }"), "{shown}");
    let one = format!("{:?}", world.stored.authenticators()[0]);
    assert!(one.starts_with("Authenticator {") && one.contains("kind: Totp"), "{one}");
    assert_eq!(format!("{:?}", Label::new("phone").unwrap()), "\"phone\"");
    assert!(LabelError.to_string().contains("32 bytes"));
    let mut bytes = [7; 15];
    let code = RecoveryCode::generate(&mut Entropy::new(&mut bytes)).unwrap();
    assert_eq!(
        format!("{code:?} {:?}", code.text()),
        "RecoveryCode(120 bits) RecoveryCodeText(24 characters)"
    );
}

#[test]
fn recovery_codes_are_equal_by_what_they_are() {
    let parse = |text: &str| RecoveryCode::parse(text).unwrap();
    let code = parse("0123 4567 89AB CDEF GHJK MNPQ");
    assert!(code == parse("oi23-4567-89ab-cdef-ghjk-mnpq"));
    assert!(code != parse("0123 4567 89AB CDEF GHJK MNPR"));
    for (text, index) in [("U123", 0), ("01U3U567", 2), ("0123 456! 8U", 8), ("0\u{e9}", 1)] {
        let error = RecoveryCode::parse(text).unwrap_err();
        assert_eq!(error, RecoveryCodeError::Foreign { index }, "{text}");
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn parameters_can_be_read_back() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let format = Format::Decimal(Digits::EIGHT);
    assert_eq!(Hotp::new(&secret, Algorithm::Sha1, format).unwrap().format(), format);
    let totp = Totp::new(&secret, Algorithm::Sha1, format, TimeSteps::default()).unwrap();
    assert_eq!(totp.format(), format);
}

#[test]
fn a_code_that_is_sent_is_made_of_the_random_bytes() {
    let mut world = World::new();
    let ticket = world.first_factor();
    let mut codes = Vec::new();
    for drawn in [[0, 0, 0, 1], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 1], [0x12, 0x34, 0x56, 0x78]]
    {
        let mut bytes = world.dice.roll();
        bytes[20..24].copy_from_slice(&drawn); // after two names
        let associate = AssociateOutOfBand {
            ticket: &ticket,
            channel: Channel::Sms,
            reference: Reference::from_bytes([1; 16]),
            label: Label::default(),
            entropy: Entropy::new(&mut bytes),
        };
        let associated = world.run(associate).unwrap();
        codes.push(associated.delivery.code.text().as_str().to_owned());
    }
    // 31 bits, of which seven digits are taken.
    assert_eq!(codes, ["0000001", "7483647", "0000001", "5419896"]);
}

#[test]
fn of_several_reasons_the_first_that_says_something_is_given() {
    let mut world = World::new();
    let ticket = world.first_factor();
    let eight = Format::Decimal(Digits::EIGHT);
    let parameters = TotpParameters { format: eight, ..TotpParameters::default() };
    let mut bytes = world.dice.roll();
    let associate = Associate {
        ticket: &ticket,
        authenticator: NewAuthenticator::Totp(parameters),
        label: Label::default(),
        entropy: Entropy::new(&mut bytes),
    };
    let app = App::of(&world.run(associate).unwrap());
    let code = app.code(world.now);
    accepted(world.confirm(&ticket, &code));
    let ticket = world.administrator();
    world.import_token(&ticket, 5);
    world.restored().unwrap();
    let ticket = world.first_factor();
    let expected = CodeError::Length { expected: 8, found: 6 };
    let refused = world.otp(&ticket, "123456").unwrap_err();
    assert_eq!(refused, Refused::MalformedCode(expected), "not that the token's counter is lost");
}

#[test]
fn a_wrong_code_counts_against_those_it_was_evaluated_on() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let second = App::of(&world.associate(&ticket).unwrap());
    let code = second.code(world.now);
    accepted(world.confirm(&ticket, &code));
    let cap = PolicySettings { failure_cap: 2, ..*Policy::AUTH0.settings() };
    world.policy = Policy::new(cap).unwrap();
    let ids: Vec<_> = world.stored.authenticators().iter().map(Authenticator::id).collect();
    let of = |world: &mut World, id| {
        let ticket = world.first_factor();
        let response = Response::OtpOf(id, "000000");
        rejected(world.run(Respond { ticket: &ticket, response }));
        let active = world.stored.authenticators().iter().map(Authenticator::is_active);
        active.collect::<Vec<_>>()
    };
    assert_eq!(of(&mut world, ids[0]), [true, true]);
    assert_eq!(of(&mut world, ids[1]), [true, true]);
    assert_eq!(of(&mut world, ids[1]), [true, false]);
}

#[test]
fn a_record_at_its_last_revision_or_generation_decides_nothing() {
    let (world, app) = World::enrolled();
    let code = app.code(world.now);
    // Where they are in the documented format.
    for (place, last, is_left) in [(33, 0, false), (33, 1, true), (41, 1, false), (41, 2, true)] {
        let mut world = world.clone();
        let mut bytes = encoded(&world.stored);
        bytes[place..place + 8].copy_from_slice(&(u64::MAX - last).to_be_bytes());
        world.stored = Record::decode(ANN, &bytes).unwrap();
        let ticket = world.first_factor();
        match world
            .stored
            .decide(Respond { ticket: &ticket, response: Response::Otp(&code) }, &world.cx())
        {
            Ok(_) => assert!(is_left, "{place}, {last}"),
            Err(refused) => assert!(!is_left && refused == Refused::Exhausted, "{place}, {last}"),
        }
    }
}

#[test]
fn records_and_refusals_are_described() {
    let (world, _) = World::enrolled();
    let shown = format!("{:?}", world.stored);
    assert!(shown.starts_with("Account {") && shown.contains("enrolled: true"), "{shown}");
    assert!(Refused::Locked { until: 1234 }.to_string().contains("until 1234"));
    assert_eq!(Refused::AlreadyEnrolled.to_string(), "the account is enrolled already");
}

#[test]
fn i11_parts_of_a_record_that_contradict_each_other_do_not_load() {
    use serde_json::{Value, json};
    let pending = {
        let mut world = World::new();
        let ticket = world.first_factor();
        world.associate(&ticket).unwrap();
        world.stored
    };
    let enrolled = World::enrolled().0.stored;
    let loads = |record: &Record, changes: &[(&str, Value)]| {
        let mut json = serde_json::to_value(record).unwrap();
        for (field, value) in changes {
            json[field] = value.clone();
        }
        serde_json::from_value::<Record>(json).is_ok()
    };
    let awaited = serde_json::to_value(&pending).unwrap()["recovery_awaits"].clone();
    let codes = serde_json::to_value(&enrolled).unwrap()["recovery_codes"].clone();
    assert!(awaited.is_string() && codes.as_array().unwrap().len() == 1);
    for (record, changes, may_load) in [
        (&pending, vec![], true),
        (&enrolled, vec![], true),
        // Enrolled or not, by what is confirmed.
        (&pending, vec![("enrolled", json!(true))], false),
        (&pending, vec![("enrolled", json!(true)), ("recovery_awaits", json!(null))], false),
        (&enrolled, vec![("enrolled", json!(false))], false),
        (&enrolled, vec![("authenticators", json!([]))], false),
        // Recovery codes belong to an enrolled account, or to what will be enrolled.
        (&pending, vec![("recovery_awaits", json!(null))], false),
        (&pending, vec![("recovery_awaits", json!("00".repeat(10)))], false),
        (&pending, vec![("recovery_codes", json!([]))], false),
        (&pending, vec![("recovery_codes", json!([])), ("recovery_awaits", json!(null))], true),
        (&enrolled, vec![("recovery_codes", json!([]))], true),
        (&enrolled, vec![("recovery_awaits", awaited.clone())], false),
    ] {
        assert_eq!(loads(record, &changes), may_load, "{changes:?}");
    }
}

#[test]
fn n6_a_number_is_confirmed_before_its_code_is_too_old_and_not_then() {
    let mut world = World::new();
    let ticket = world.first_factor();
    let delivery = world.associate_channel(&ticket, Channel::Sms).unwrap().delivery;
    world.now = delivery.expires - 1;
    accepted(world.clone().confirm_sent(&ticket, &delivery));
    world.now = delivery.expires;
    let late = world.confirm_sent(&ticket, &delivery);
    assert_eq!(late.unwrap_err(), Refused::NoSuchChallenge);
}
