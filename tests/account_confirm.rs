//! Confirming: which response confirms which association.
#![cfg(feature = "sha2")]

mod support;

use mfa_core::*;
use support::*;

fn with_cap(failure_cap: u8) -> World {
    let settings = PolicySettings { failure_cap, ..*Policy::AUTH0.settings() };
    World { policy: Policy::new(settings).unwrap(), ..World::new() }
}

/// An account with a device that waits for its confirmation.
fn with_pending_device(mut world: World) -> (World, Ticket, AssociatedOutOfBand, App) {
    let ticket = world.first_factor();
    let associated = world.associate_channel(&ticket, Channel::Push).unwrap();
    let app = App::twin_of(&associated);
    (world, ticket, associated, app)
}

/// The phases of a device and of its twin.
fn phases(world: &World) -> [Phase; 2] {
    let of = world.stored.authenticators();
    let phase = |kind| of.iter().find(|one| one.kind() == kind).unwrap().phase();
    [phase(Kind::OutOfBand(Channel::Push)), phase(Kind::Totp)]
}

#[test]
fn i9_the_twin_of_a_device_confirms_both() {
    let (mut world, ticket, associated, app) = with_pending_device(World::new());
    let wrong = app.wrong(world.now);
    rejected(world.confirm(&ticket, &wrong));
    let code = app.code(world.now);
    let grant = accepted(world.confirm(&ticket, &code));
    assert_eq!(grant.method(), Method::Otp(associated.authenticator));
    assert!(grant.notices().contains(Notices::AUTHENTICATOR_BOUND));
    assert_eq!(phases(&world), [Phase::Active, Phase::Active]);
    assert!(world.stored.is_enrolled());
    assert_eq!(world.stored.recovery_codes_left(), 1);
    // I1: the code that confirmed logs nobody in.
    let login = world.first_factor();
    rejected(world.otp(&login, &code));
    let asked = world.challenge(&login, associated.authenticator, Channel::Push).unwrap();
    world.approve(&asked);
    accepted(world.push(&login, asked.challenge));
}

#[test]
fn the_twin_confirms_whatever_became_of_the_question() {
    let (world, ticket, associated, app) = with_pending_device(World::new());
    let asked = &associated.delivery;
    let (right, wrong) = right_and_wrong(asked);
    for number in [Some(&*right), Some(&*wrong), None] {
        let mut world = world.clone();
        world.run(AnswerPush { challenge: asked.challenge, number }).unwrap();
        accepted(world.confirm(&ticket, &app.code(world.now)));
    }
    let mut late = world;
    late.now = asked.expires;
    let refused = late.confirm_sent(&ticket, asked).unwrap_err();
    assert_eq!(refused, Refused::NoSuchChallenge);
    let code = app.code(late.now);
    accepted(late.confirm(&ticket, &code));
}

#[test]
fn i4_a_question_that_was_asked_for_a_confirmation_logs_nobody_in() {
    let (mut world, ticket, associated, app) = with_pending_device(World::new());
    let asked = &associated.delivery;
    let mut approved = world.clone();
    approved.approve(asked);
    for world in [&mut world, &mut approved] {
        let code = app.code(world.now);
        accepted(world.confirm(&ticket, &code));
        let collected = world.push(&ticket, asked.challenge);
        assert_eq!(collected.unwrap_err(), Refused::NoSuchChallenge);
        let number = asked.code.text();
        let answer = AnswerPush { challenge: asked.challenge, number: Some(number.as_str()) };
        assert_eq!(world.run(answer).unwrap_err(), Refused::NoSuchChallenge);
    }
}

#[test]
fn a_twin_with_too_many_wrong_answers_is_disabled_when_the_other_confirms() {
    let (mut world, ticket, associated, app) = with_pending_device(with_cap(2));
    let wrong = app.wrong(world.now);
    rejected(world.confirm(&ticket, &wrong));
    rejected(world.confirm(&ticket, &wrong));
    let code = app.code(world.now);
    assert_eq!(world.confirm(&ticket, &code).unwrap_err(), Refused::NoSuchFactor);
    world.approve(&associated.delivery);
    accepted(world.confirm_sent(&ticket, &associated.delivery));
    assert_eq!(phases(&world), [Phase::Active, Phase::Disabled]);
    let login = world.first_factor();
    assert_eq!(world.otp(&login, &code).unwrap_err(), Refused::NoSuchFactor);

    let (mut world, ticket, associated, app) = with_pending_device(with_cap(1));
    let (_, wrong) = right_and_wrong(&associated.delivery);
    let challenge = associated.delivery.challenge;
    let answered = world.run(AnswerPush { challenge, number: Some(&wrong) });
    assert_eq!(answered, Ok(Answered::WrongNumber));
    let code = app.code(world.now);
    accepted(world.confirm(&ticket, &code));
    assert_eq!(phases(&world), [Phase::Disabled, Phase::Active]);
}

#[test]
fn i4_a_confirmation_takes_the_response_of_what_waits_for_its_ticket_only() {
    let (mut world, app) = World::enrolled();
    let (ticket, other) = (world.verified(&app), world.administrator());
    let number = world.associate_channel(&ticket, Channel::Sms).unwrap();
    let address = world.associate_channel(&other, Channel::Email).unwrap();
    let before = encoded(&world.stored);
    // What waits for another ticket, and what is active.
    let foreign = world.confirm_sent(&ticket, &address.delivery);
    assert_eq!(foreign.unwrap_err(), Refused::NoSuchChallenge);
    let code = app.code(world.now + 30);
    world.now += 30;
    assert_eq!(world.confirm(&ticket, &code).unwrap_err(), Refused::NoSuchFactor);
    let active = world.stored.authenticators()[0].id();
    let named = world.confirm_by(&ticket, Response::OtpOf(active, &code));
    assert_eq!(named.unwrap_err(), Refused::NoSuchFactor);
    assert_eq!(encoded(&world.stored), before, "nothing was evaluated");
    accepted(world.confirm_sent(&ticket, &number.delivery));
    accepted(world.confirm_sent(&other, &address.delivery));
}

#[test]
fn i4_a_code_of_an_active_app_confirms_no_other() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let pending = world.associate(&ticket).unwrap();
    world.now += 30;
    let code = app.code(world.now);
    rejected(world.confirm(&ticket, &code));
    // It was not evaluated for the active one: nothing of it is burnt.
    let login = world.first_factor();
    accepted(world.otp(&login, &code));
    let code = App::of(&pending).code(world.now);
    let active = world.stored.authenticators()[0].id();
    let by_other = world.confirm_by(&ticket, Response::OtpOf(active, &code));
    assert_eq!(by_other.unwrap_err(), Refused::NoSuchFactor);
    accepted(world.confirm_by(&ticket, Response::OtpOf(pending.authenticator, &code)));
}

#[test]
fn a_challenge_that_an_active_number_was_sent_confirms_nothing() {
    let (mut world, id) = World::with_phone();
    let ticket = world.administrator();
    let sent = world.challenge(&ticket, id, Channel::Sms).unwrap();
    let address = world.associate_channel(&ticket, Channel::Email).unwrap();
    let refused = world.confirm_sent(&ticket, &sent).unwrap_err();
    assert_eq!(refused, Refused::NoSuchChallenge);
    // I4, the other way round.
    let (right, _) = right_and_wrong(&address.delivery);
    let refused = world.out_of_band(&ticket, address.delivery.challenge, &right).unwrap_err();
    assert_eq!(refused, Refused::NoSuchChallenge);
    accepted(world.confirm_sent(&ticket, &address.delivery));
}

#[test]
fn a_response_of_another_kind_confirms_nothing_and_costs_nothing() {
    use Refused::{NoSuchChallenge, NoSuchFactor};
    const UNKNOWN: ChallengeId = ChallengeId::from_bytes([0xEE; 10]);
    let check = |world: &World, ticket: &Ticket, challenge, kinds: [Option<Refused>; 4]| {
        let ocra = OcraAnswer { challenge, text: "123456", pin: None, session: None };
        let responses = [
            Response::Otp("123456"),
            Response::Ocra(ocra),
            Response::OutOfBand(challenge, "1234567"),
            Response::Push(challenge),
        ];
        for (response, expected) in responses.into_iter().zip(kinds) {
            let shown = format!("{response:?}");
            if let Some(expected) = expected {
                let refused = world.clone().confirm_by(ticket, response).unwrap_err();
                assert_eq!(refused, expected, "{shown}");
            }
        }
    };
    let world = World::new;

    let (mut app, mut phone, mut card) = (world(), world(), world());
    let ticket = app.first_factor();
    app.associate(&ticket).unwrap();
    let no = Some(NoSuchChallenge);
    check(&app, &ticket, UNKNOWN, [None, no, no, no]);

    let ticket = phone.first_factor();
    let sent = phone.associate_channel(&ticket, Channel::Sms).unwrap().delivery;
    check(&phone, &ticket, sent.challenge, [Some(NoSuchFactor), no, None, no]);
    accepted(phone.confirm_sent(&ticket, &sent));

    let ticket = card.first_factor();
    let token = card.associate_ocra(&ticket, "OCRA-1:HOTP-SHA1-6:C-QN08", 0).unwrap();
    let asked = card.challenge_ocra(&ticket, token.id).unwrap();
    check(&card, &ticket, asked.challenge, [Some(NoSuchFactor), None, no, no]);

    let (mut device, ticket, associated, _) = with_pending_device(world());
    device.approve(&associated.delivery);
    check(&device, &ticket, associated.delivery.challenge, [None, no, no, None]);
    accepted(device.confirm_sent(&ticket, &associated.delivery));

    let mut alone = world();
    let settings = PolicySettings { twins: false, ..*Policy::AUTH0.settings() };
    alone.policy = Policy::new(settings).unwrap();
    let ticket = alone.first_factor();
    let asked = alone.associate_channel(&ticket, Channel::Push).unwrap().delivery;
    check(&alone, &ticket, asked.challenge, [Some(NoSuchFactor), no, no, None]);
}

#[test]
fn a_recovery_code_confirms_nothing_and_is_not_spent() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    world.associate(&ticket).unwrap();
    let before = encoded(&world.stored);
    let wrong = "0".repeat(24);
    for code in [&*app.recovery_codes[0], &wrong, "malformed"] {
        let mut bytes = world.dice.roll();
        let response = Response::RecoveryCode(code, Entropy::new(&mut bytes));
        let refused = world.confirm_by(&ticket, response).unwrap_err();
        assert_eq!(refused, Refused::NoSuchFactor, "{code}");
    }
    assert_eq!(encoded(&world.stored), before);
    let login = world.first_factor();
    accepted(world.recovery(&login, &app.recovery_codes[0]));
}

#[test]
fn while_a_class_is_locked_its_responses_confirm_nothing_right_or_wrong() {
    let (mut world, ticket, associated, app) = with_pending_device(World::new());
    let wrong = app.wrong(world.now);
    let until = loop {
        if let Some(until) = rejected(world.confirm(&ticket, &wrong)) {
            break until;
        }
    };
    for code in [&wrong, &app.code(world.now)] {
        assert_eq!(world.confirm(&ticket, code).unwrap_err(), Refused::Locked { until });
    }
    // I10: not the device's.
    world.approve(&associated.delivery);
    accepted(world.confirm_sent(&ticket, &associated.delivery));
}
