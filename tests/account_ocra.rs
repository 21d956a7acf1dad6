//! OCRA tokens of an account: questions, responses, what ends them.
#![cfg(feature = "sha2")]

mod support;

use mfa_core::ocra::{Field, InputError, Suite};
use mfa_core::*;
use support::*;

const COUNTER: &str = "OCRA-1:HOTP-SHA1-6:C-QN08";
const LONG: &str = "OCRA-1:HOTP-SHA256-8:QA16";
const TIME: &str = "OCRA-1:HOTP-SHA512-8:QN08-T1M";
const PIN_AND_SESSION: &str = "OCRA-1:HOTP-SHA256-8:C-QH16-PSHA256-S064";
const WHOLE: &str = "OCRA-1:HOTP-SHA1-0:QH20";

/// A response that is wrong by its first character.
fn wrong(text: &str) -> String {
    let other = if text.starts_with('0') { "1" } else { "0" };
    format!("{other}{}", &text[1..])
}

#[test]
fn a_token_of_every_kind_of_suite_logs_in_and_each_response_does_it_once() {
    for suite in [COUNTER, LONG, TIME, PIN_AND_SESSION, WHOLE] {
        let (mut world, token) = World::with_ocra(suite);
        assert!(world.stored.is_enrolled(), "{suite}");
        assert_eq!(world.stored.authenticators()[0].kind(), Kind::Ocra);
        for login in 1..4 {
            world.now += 60;
            let ticket = world.first_factor();
            let asked = world.challenge_ocra(&ticket, token.id).unwrap();
            assert_eq!(asked.expires, world.now + 300);
            let text = token.response(asked.question.as_str(), login, world.now);
            let grant = accepted(world.ocra(&ticket, token.answer(&asked, &text)));
            assert_eq!(grant.method(), Method::Ocra(token.id), "{suite}");
            assert_eq!(grant.method().amr(), ["otp", "mfa"]);
            // t5: neither the same ticket nor another passes with it again.
            let again = world.ocra(&ticket, token.answer(&asked, &text));
            assert_eq!(again.unwrap_err(), Refused::NoSuchChallenge);
        }
    }
}

#[test]
fn n9_a_question_is_answered_once_wrong_or_right() {
    let (mut world, token) = World::with_ocra(LONG);
    let ticket = world.first_factor();
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), 0, world.now);
    rejected(world.ocra(&ticket, token.answer(&asked, &wrong(&text))));
    let late = world.ocra(&ticket, token.answer(&asked, &text));
    assert_eq!(late.unwrap_err(), Refused::NoSuchChallenge);

    let next = world.challenge_ocra(&ticket, token.id).unwrap();
    assert_ne!((next.challenge, &next.question), (asked.challenge, &asked.question));
    let text = token.response(next.question.as_str(), 0, world.now);
    accepted(world.ocra(&ticket, token.answer(&next, &text)));
}

#[test]
fn a4_a_question_belongs_to_its_ticket_and_its_token() {
    let (mut world, token) = World::with_ocra(LONG);
    let owner = world.first_factor();
    let thief = world.first_factor();
    let asked = world.challenge_ocra(&owner, token.id).unwrap();
    let of_thief = world.challenge_ocra(&thief, token.id).unwrap();
    assert_ne!(asked.question, of_thief.question);
    let text = token.response(asked.question.as_str(), 0, world.now);

    let by_thief = world.ocra(&thief, token.answer(&asked, &text));
    assert_eq!(by_thief.unwrap_err(), Refused::NoSuchChallenge);
    let for_thief = OcraAnswer { challenge: of_thief.challenge, ..token.answer(&asked, &text) };
    rejected(world.ocra(&thief, for_thief));

    // What the thief guessed has ended all questions: the owner asks again.
    let asked = world.challenge_ocra(&owner, token.id).unwrap();
    let text = token.response(asked.question.as_str(), 0, world.now);
    accepted(world.ocra(&owner, token.answer(&asked, &text)));
}

#[test]
fn asking_again_asks_the_same_until_half_of_its_time_is_over() {
    let (mut world, token) = World::with_ocra(LONG);
    let (ann, bob) = (world.first_factor(), world.first_factor());
    let first = world.challenge_ocra(&ann, token.id).unwrap();
    world.now += 150;
    let again = world.challenge_ocra(&ann, token.id).unwrap();
    assert_eq!((first.challenge, first.expires), (again.challenge, again.expires));
    // Another ticket's question, of the same time, leaves this one as it is.
    let other = world.challenge_ocra(&bob, token.id).unwrap();
    assert_ne!(other.challenge, first.challenge);
    let text = token.response(first.question.as_str(), 0, world.now);
    let mut copy = world.clone();
    accepted(copy.ocra(&ann, token.answer(&first, &text)));

    world.now += 1;
    let later = world.challenge_ocra(&ann, token.id).unwrap();
    assert_ne!(later.challenge, first.challenge);
    assert_eq!(later.expires, world.now + 300);
    let old = world.ocra(&ann, token.answer(&first, &text));
    assert_eq!(old.unwrap_err(), Refused::NoSuchChallenge);

    // i6: a clock that runs back does not make a question live longer.
    world.now -= 1_000;
    let ann = world.first_factor();
    let earlier = world.challenge_ocra(&ann, token.id).unwrap();
    assert_eq!(earlier.expires, world.now + 300);
}

#[test]
fn a_question_that_is_too_old_is_not_answered() {
    let (mut world, token) = World::with_ocra(LONG);
    let ticket = world.first_factor();
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), 0, world.now);
    world.now = asked.expires - 1;
    accepted(world.clone().ocra(&ticket, token.answer(&asked, &text)));
    world.now += 1;
    let late = world.ocra(&ticket, token.answer(&asked, &text));
    assert_eq!(late.unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn questions_are_budgeted_and_asking_gives_no_guess_back() {
    let (mut world, token) = World::with_ocra(LONG);
    let until = world.now + 12;
    for _ in 0..4 {
        let ticket = world.first_factor();
        let asked = world.challenge_ocra(&ticket, token.id).unwrap();
        rejected(world.ocra(&ticket, token.answer(&asked, "00000000")));
    }
    let ticket = world.first_factor();
    let refused = world.challenge_ocra(&ticket, token.id).unwrap_err();
    assert_eq!(refused, Refused::SentTooOften { until });
    let mut locked_until = None;
    for _ in 0..6 {
        world.now += 12;
        let asked = world.challenge_ocra(&ticket, token.id).unwrap();
        locked_until = rejected(world.ocra(&ticket, token.answer(&asked, "00000000")));
    }
    let until = locked_until.expect("ten wrong responses use the budget up");
    assert_eq!(world.challenge_ocra(&ticket, token.id).unwrap_err(), Refused::Locked { until });
}

#[test]
fn too_many_wrong_responses_disable_the_token_and_rebinding_keeps_its_suite() {
    let (mut world, token) = World::with_ocra(LONG);
    let cap = PolicySettings { failure_cap: 3, ..*Policy::AUTH0.settings() };
    world.policy = Policy::new(cap).unwrap();
    let ticket = world.first_factor();
    for _ in 0..3 {
        let asked = world.challenge_ocra(&ticket, token.id).unwrap();
        rejected(world.ocra(&ticket, token.answer(&asked, "00000000")));
    }
    assert_eq!(world.stored.authenticators()[0].phase(), Phase::Disabled);
    assert_eq!(world.challenge_ocra(&ticket, token.id).unwrap_err(), Refused::NoSuchFactor);

    let administrator = world.administrator();
    let bound = world.rebind(&administrator, token.id).unwrap();
    assert_eq!(bound.kind, NewAuthenticator::Ocra(Suite::parse(LONG).unwrap(), 0));
    assert!(bound.uri("Example", "ann").is_none());
    let ocra = ocra::Ocra::new(&bound.secret, Suite::parse(LONG).unwrap()).unwrap();
    let token = OcraToken { id: bound.authenticator, ocra };
    let asked = world.challenge_ocra(&administrator, token.id).unwrap();
    let text = token.response(asked.question.as_str(), 0, world.now);
    let answer = token.answer(&asked, &text);
    accepted(world.confirm_by(&administrator, Response::Ocra(answer)));
    assert_eq!(world.stored.authenticators().len(), 1);
    assert!(world.stored.authenticators()[0].is_active());
}

#[test]
fn what_does_not_fit_the_suite_is_refused_and_costs_nothing() {
    let (mut world, token) = World::with_ocra(PIN_AND_SESSION);
    let ticket = world.first_factor();
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let before = encoded(&world.stored);
    let text = token.response(asked.question.as_str(), 1, world.now);
    let right = token.answer(&asked, &text);
    let refused = |answer| world.clone().ocra(&ticket, answer).unwrap_err();
    let missing = |field| Refused::OcraInput(InputError::Missing(field));
    assert_eq!(refused(OcraAnswer { pin: None, ..right }), missing(Field::Pin));
    assert_eq!(refused(OcraAnswer { session: None, ..right }), missing(Field::Session));
    let short = CodeError::Length { expected: 8, found: 4 };
    assert_eq!(refused(OcraAnswer { text: "1234", ..right }), Refused::MalformedCode(short));
    assert_eq!(encoded(&world.stored), before);
    let other_pin = Some(ocra::Pin::text("4321"));
    rejected(world.clone().ocra(&ticket, OcraAnswer { pin: other_pin, ..right }));
    accepted(world.ocra(&ticket, right));
    assert!(format!("{right:?}").starts_with("OcraAnswer") && !format!("{right:?}").contains(PIN));
}

#[test]
fn i1_a_counter_is_burnt_with_all_before_it() {
    let (mut world, token) = World::with_ocra(COUNTER);
    let login = |world: &mut World, counter| {
        let ticket = world.first_factor();
        world.now += 60;
        let asked = world.challenge_ocra(&ticket, token.id).unwrap();
        let text = token.response(asked.question.as_str(), counter, world.now);
        world.ocra(&ticket, token.answer(&asked, &text))
    };
    accepted(login(&mut world, 11));
    rejected(login(&mut world, 11));
    rejected(login(&mut world, 5));
    rejected(login(&mut world, 23));
    accepted(login(&mut world, 22));
}

#[test]
fn i1_a_time_step_is_burnt() {
    let (mut world, token) = World::with_ocra(TIME);
    let ticket = world.first_factor();
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), 0, world.now);
    rejected(world.ocra(&ticket, token.answer(&asked, &text)));
    world.now += 60;
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), 0, world.now);
    accepted(world.ocra(&ticket, token.answer(&asked, &text)));
}

#[test]
fn weak_suites_and_long_secrets_are_not_bound() {
    let mut world = World::new();
    world.policy = Policy::NIST;
    let ticket = world.first_factor();
    let mut refused = |suite| world.associate_ocra(&ticket, suite, 0).err();
    assert_eq!(refused("OCRA-1:HOTP-SHA1-6:QN08"), Some(Refused::QuestionsRecur));
    assert_eq!(refused("OCRA-1:HOTP-SHA1-4:C-QN08"), Some(Refused::UnsupportedFormat));
    assert_eq!(refused("OCRA-1:HOTP-SHA1-6:QN08-T3M"), Some(Refused::PeriodTooLong));
    assert_eq!(refused("OCRA-1:HOTP-SHA1-10:QN08-T2M"), None);

    let mut import = |bytes: &[u8]| {
        let mut entropy = world.dice.roll();
        world.run(Import {
            ticket: &ticket,
            authenticator: NewAuthenticator::Ocra(Suite::parse(LONG).unwrap(), 0),
            secret: Secret::from_bytes(bytes).unwrap(),
            label: Label::default(),
            entropy: Entropy::new(&mut entropy),
        })
    };
    assert!(import(&[7; 64]).is_ok());
    assert_eq!(import(&[7; 65]).unwrap_err(), Refused::SecretTooLong);
}

#[test]
fn a_pending_token_is_asked_for_its_own_ticket_only_and_proves_nothing_else() {
    let mut world = World::new();
    let ticket = world.first_factor();
    let other = world.first_factor();
    let token = world.associate_ocra(&ticket, LONG, 0).unwrap();
    assert_eq!(world.challenge_ocra(&other, token.id).unwrap_err(), Refused::NotEnrolled);
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), 0, world.now);
    let answer = token.answer(&asked, &text);
    assert_eq!(world.ocra(&ticket, answer).unwrap_err(), Refused::NotEnrolled);
    let by_other = world.confirm_by(&other, Response::Ocra(answer));
    assert_eq!(by_other.unwrap_err(), Refused::NothingPending);
    assert_eq!(world.confirm(&ticket, "123456").unwrap_err(), Refused::NoSuchFactor);
    let wrong = OcraAnswer { text: &wrong(&text), ..answer };
    rejected(world.confirm_by(&ticket, Response::Ocra(wrong)));
    let ended = world.confirm_by(&ticket, Response::Ocra(answer));
    assert_eq!(ended.unwrap_err(), Refused::NoSuchChallenge);

    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), 0, world.now);
    let answer = token.answer(&asked, &text);
    accepted(world.confirm_by(&ticket, Response::Ocra(answer)));
    assert_eq!(world.stored.recovery_codes_left(), 1);
}

#[test]
fn an_ocra_token_answers_neither_otp_nor_resynchronization() {
    let (mut world, token) = World::with_ocra(COUNTER);
    let ticket = world.first_factor();
    assert_eq!(world.otp(&ticket, "123456").unwrap_err(), Refused::NoSuchFactor);
    let administrator = world.administrator();
    let refused = world.run(Resynchronize {
        ticket: &administrator,
        authenticator: token.id,
        codes: ["123456", "123456"],
        third: None,
    });
    assert_eq!(refused, Err(Refused::NoSuchFactor));
}

#[test]
fn a_restored_backup_drops_tokens_that_wait_for_their_confirmation() {
    let mut world = World::new();
    let ticket = world.first_factor();
    world.associate_ocra(&ticket, COUNTER, 0).unwrap();
    world.restored().unwrap();
    assert!(world.stored.authenticators().is_empty());

    let (mut world, _) = World::with_phone();
    let administrator = world.administrator();
    let token = world.associate_ocra(&administrator, COUNTER, 0).unwrap();
    world.restored().unwrap();
    assert!(world.stored.authenticators().iter().all(|one| one.id() != token.id));
}

#[test]
fn after_a_restored_backup_no_old_response_passes() {
    for (suite, stays) in [(LONG, true), (TIME, true), (PIN_AND_SESSION, true), (COUNTER, false)] {
        let (mut world, token) = World::with_ocra(suite);
        let ticket = world.first_factor();
        let asked = world.challenge_ocra(&ticket, token.id).unwrap();
        let before = world.stored.clone();
        world.now += 60;
        let text = token.response(asked.question.as_str(), 1, world.now);
        accepted(world.ocra(&ticket, token.answer(&asked, &text)));
        world.stored = before;
        world.restored().unwrap();
        let ticket = world.first_factor();
        let old = world.ocra(&ticket, token.answer(&asked, &text));
        assert_eq!(old.unwrap_err(), Refused::NoSuchChallenge);
        assert_eq!(world.stored.authenticators()[0].is_active(), stays, "{suite}");
        if stays {
            // What may have been burnt is: later time steps pass.
            world.now += 5 * 60;
            let ticket = world.first_factor();
            let asked = world.challenge_ocra(&ticket, token.id).unwrap();
            let text = token.response(asked.question.as_str(), 2, world.now);
            accepted(world.ocra(&ticket, token.answer(&asked, &text)));
        }
    }
}

#[test]
fn the_last_counter_is_used_once() {
    let mut world = World::new();
    let ticket = world.first_factor();
    let token = world.associate_ocra(&ticket, COUNTER, u64::MAX).unwrap();
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), u64::MAX, world.now);
    let answer = token.answer(&asked, &text);
    accepted(world.confirm_by(&ticket, Response::Ocra(answer)));
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), u64::MAX, world.now);
    let refused = world.ocra(&ticket, token.answer(&asked, &text));
    assert_eq!(refused.unwrap_err(), Refused::NoSuchFactor);
}
