//! Out of band: codes by SMS, voice and mail; questions to a device.
#![cfg(feature = "sha2")]

mod support;

use mfa_core::*;
use support::*;

#[test]
fn a_phone_is_associated_confirmed_and_challenged() {
    let mut world = World::new();
    let ticket = world.first_factor();
    let associated = world.associate_channel(&ticket, Channel::Sms).unwrap();
    let id = associated.authenticator;
    assert_eq!(associated.delivery.channel, Channel::Sms);
    assert_eq!(associated.delivery.reference, Reference::from_bytes([0xEE; 16]));
    assert_eq!(associated.delivery.code.format().len(), 7, "at least 20 bits");
    assert_eq!(associated.recovery_codes.len(), 1);
    let (_, wrong) = right_and_wrong(&associated.delivery);
    let wrong = Response::OutOfBand(associated.delivery.challenge, &wrong);
    rejected(world.confirm_by(&ticket, wrong));
    let grant = accepted(world.confirm_sent(&ticket, &associated.delivery));
    assert_eq!(grant.method(), Method::OutOfBand(id, Channel::Sms));
    assert!(world.stored.is_enrolled());

    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Sms).unwrap();
    assert_eq!(delivery.expires, world.now + 300);
    let (right, _) = right_and_wrong(&delivery);
    let grant = accepted(world.out_of_band(&login, delivery.challenge, &right));
    assert_eq!(grant.method().amr(), ["sms", "mfa"]);
}

#[test]
fn i12_an_out_of_band_code_works_once() {
    let (mut world, id) = World::with_phone();
    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Sms).unwrap();
    let (right, _) = right_and_wrong(&delivery);
    accepted(world.out_of_band(&login, delivery.challenge, &right));
    let again = world.out_of_band(&login, delivery.challenge, &right);
    assert_eq!(again.unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn i12_an_out_of_band_code_works_for_its_own_ticket_and_in_time_only() {
    let (mut world, id) = World::with_phone();
    let (owner, thief) = (world.first_factor(), world.first_factor());
    let delivery = world.challenge(&owner, id, Channel::Sms).unwrap();
    let (right, _) = right_and_wrong(&delivery);
    let stolen = world.out_of_band(&thief, delivery.challenge, &right);
    assert_eq!(stolen.unwrap_err(), Refused::NoSuchChallenge);
    // A code of the thief's own challenge does not open the owner's, nor the other way round.
    let own = world.challenge(&thief, id, Channel::Sms).unwrap();
    rejected(world.out_of_band(&thief, own.challenge, &right));
    world.now += 300;
    let late = world.out_of_band(&owner, delivery.challenge, &right);
    assert_eq!(late.unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn wrong_guesses_end_a_challenge_and_are_counted() {
    // CVE-2026-33640 (Outline): wrong guesses never ended a challenge.
    let (mut world, id) = World::with_phone();
    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Sms).unwrap();
    let (right, wrong) = right_and_wrong(&delivery);
    for _ in 0..3 {
        rejected(world.out_of_band(&login, delivery.challenge, &wrong));
    }
    let ended = world.out_of_band(&login, delivery.challenge, &right);
    assert_eq!(ended.unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn n6_a_new_code_supersedes_and_resets_no_failures() {
    let (mut world, id) = World::with_phone();
    let login = world.first_factor();
    let mut guesses = 0;
    let until = loop {
        let delivery = world.challenge(&login, id, Channel::Sms).unwrap();
        let (_, wrong) = right_and_wrong(&delivery);
        guesses += 2;
        rejected(world.out_of_band(&login, delivery.challenge, &wrong));
        if let Some(until) = rejected(world.out_of_band(&login, delivery.challenge, &wrong)) {
            break until;
        }
    };
    assert_eq!((guesses, until), (10, world.now + 360));
    let locked = world.challenge(&login, id, Channel::Sms);
    assert_eq!(locked.unwrap_err(), Refused::Locked { until });
    world.now = until;
    let first = world.challenge(&login, id, Channel::Sms).unwrap();
    let second = world.challenge(&login, id, Channel::Sms).unwrap();
    let (right, _) = right_and_wrong(&first);
    let superseded = world.out_of_band(&login, first.challenge, &right);
    assert_eq!(superseded.unwrap_err(), Refused::NoSuchChallenge);
    let (right, _) = right_and_wrong(&second);
    accepted(world.out_of_band(&login, second.challenge, &right));
}

#[test]
fn i10_out_of_band_guesses_lock_neither_codes_nor_recovery() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let associated = world.associate_channel(&ticket, Channel::Email).unwrap();
    let (_, wrong) = right_and_wrong(&associated.delivery);
    let wrong = Response::OutOfBand(associated.delivery.challenge, &wrong);
    rejected(world.confirm_by(&ticket, wrong));
    accepted(world.confirm_sent(&ticket, &associated.delivery));
    let login = world.first_factor();
    let mut locked = false;
    while !locked {
        let delivery = world.challenge(&login, associated.authenticator, Channel::Email).unwrap();
        let (_, wrong) = right_and_wrong(&delivery);
        locked = rejected(world.out_of_band(&login, delivery.challenge, &wrong)).is_some();
    }
    world.now += 30;
    let code = app.code(world.now);
    accepted(world.otp(&login, &code));
    accepted(world.recovery(&login, &app.recovery_codes[0]));
}

#[test]
fn sending_has_a_budget_that_associations_pay_too() {
    let (mut world, id) = World::with_phone(); // one sent
    let login = world.first_factor();
    for _ in 1..10 {
        world.challenge(&login, id, Channel::Sms).unwrap();
    }
    let until = world.now + 3_600;
    // Calls are paid from the same budget.
    for channel in [Channel::Sms, Channel::Voice] {
        let refused = world.challenge(&login, id, channel).unwrap_err();
        assert_eq!(refused, Refused::SentTooOften { until });
    }
    let administrator = world.administrator();
    let refused = world.associate_channel(&administrator, Channel::Sms).unwrap_err();
    assert_eq!(refused, Refused::SentTooOften { until });
    world.associate_channel(&administrator, Channel::Email).unwrap();
    world.now = until;
    let login = world.first_factor();
    world.challenge(&login, id, Channel::Sms).unwrap();
}

#[test]
fn three_challenges_wait_at_a_time() {
    let (mut world, id) = World::with_phone();
    let tickets: Vec<Ticket> = (0..4).map(|_| world.first_factor()).collect();
    let deliveries: Vec<Delivery> =
        tickets.iter().map(|ticket| world.challenge(ticket, id, Channel::Sms).unwrap()).collect();
    let (right, _) = right_and_wrong(&deliveries[0]);
    let oldest = world.out_of_band(&tickets[0], deliveries[0].challenge, &right);
    assert_eq!(oldest.unwrap_err(), Refused::NoSuchChallenge);
    for (ticket, delivery) in tickets.iter().zip(&deliveries).skip(1) {
        let (right, _) = right_and_wrong(delivery);
        accepted(world.out_of_band(ticket, delivery.challenge, &right));
    }
}

#[test]
fn i9_sms_and_voice_are_twins() {
    let (mut world, id) = World::with_phone();
    let kinds: Vec<Kind> = world.stored.authenticators().iter().map(Authenticator::kind).collect();
    assert_eq!(kinds, [Kind::OutOfBand(Channel::Sms), Kind::OutOfBand(Channel::Voice)]);
    assert!(world.stored.authenticators().iter().all(|one| one.id() == id && one.is_active()));

    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Voice).unwrap();
    let (right, _) = right_and_wrong(&delivery);
    let grant = accepted(world.out_of_band(&login, delivery.challenge, &right));
    assert_eq!(grant.method(), Method::OutOfBand(id, Channel::Voice));

    let mut bytes = world.dice.roll();
    let ticket = grant.ticket(Scopes::ALL, Entropy::new(&mut bytes), &world.cx()).unwrap();
    let removed = world.run(Remove { ticket: &ticket, authenticator: id }).unwrap();
    assert!(!removed.enrolled && world.stored.authenticators().is_empty());
}

fn with_device() -> (World, AuthenticatorId, App) {
    let mut world = World::new();
    let ticket = world.first_factor();
    let associated = world.associate_channel(&ticket, Channel::Push).unwrap();
    let pending = world.confirm_sent(&ticket, &associated.delivery);
    assert_eq!(pending.unwrap_err(), Refused::AuthorizationPending);
    world.approve(&associated.delivery);
    accepted(world.confirm_sent(&ticket, &associated.delivery));
    (world, associated.authenticator, App::twin_of(&associated))
}

#[test]
fn i9_a_device_has_a_totp_twin() {
    let (mut world, id, app) = with_device();
    let login = world.first_factor();
    let code = app.code(world.now);
    let grant = accepted(world.otp(&login, &code));
    assert_eq!(grant.method(), Method::Otp(id));
    assert!(world.stored.authenticators().iter().all(Authenticator::is_active));
}

#[test]
fn the_twin_of_a_device_is_resynchronized() {
    let (mut world, id, app) = with_device();
    let administrator = world.administrator();
    let (first, second) = (app.code(world.now + 3_000), app.code(world.now + 3_030));
    let codes = [&*first, &second];
    let resynchronize =
        Resynchronize { ticket: &administrator, authenticator: id, codes, third: None };
    assert_eq!(world.run(resynchronize).unwrap(), Resynchronized::Found);
}

#[test]
fn a_device_approves_by_the_number_that_is_shown() {
    let (mut world, id, _) = with_device();
    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Push).unwrap();
    // Polling before the answer stores nothing.
    let before = encoded(&world.stored);
    let poll = world.push(&login, delivery.challenge);
    assert_eq!(poll.unwrap_err(), Refused::AuthorizationPending);
    assert_eq!(encoded(&world.stored), before);

    world.approve(&delivery);
    // Approved once; another ticket has nothing of it.
    let thief = world.first_factor();
    let stolen = world.push(&thief, delivery.challenge);
    assert_eq!(stolen.unwrap_err(), Refused::NoSuchChallenge);
    let grant = accepted(world.push(&login, delivery.challenge));
    assert_eq!(grant.method(), Method::OutOfBand(id, Channel::Push));
    let again = world.push(&login, delivery.challenge);
    assert_eq!(again.unwrap_err(), Refused::NoSuchChallenge);
    let number = delivery.code.text();
    let answer = AnswerPush { challenge: delivery.challenge, number: Some(number.as_str()) };
    assert_eq!(world.run(answer).unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn a_question_is_denied_on_the_device() {
    let (mut world, id, _) = with_device();
    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Push).unwrap();
    let deny = AnswerPush { challenge: delivery.challenge, number: None };
    assert_eq!(world.run(deny).unwrap(), Answered::Denied);
    assert_eq!(world.push(&login, delivery.challenge).unwrap_err(), Refused::Denied);
    let number = delivery.code.text();
    let too_late = AnswerPush { challenge: delivery.challenge, number: Some(number.as_str()) };
    assert_eq!(world.run(too_late).unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn a4_a_wrong_number_ends_the_question_and_pushes_are_limited() {
    let (mut world, id, _) = with_device();
    let login = world.first_factor();
    world.now += 60;
    for _ in 0..5 {
        let delivery = world.challenge(&login, id, Channel::Push).unwrap();
        let (_, wrong) = right_and_wrong(&delivery);
        let answer = AnswerPush { challenge: delivery.challenge, number: Some(&wrong) };
        assert_eq!(world.run(answer).unwrap(), Answered::WrongNumber);
        let ended = world.push(&login, delivery.challenge);
        assert_eq!(ended.unwrap_err(), Refused::NoSuchChallenge);
    }
    let refused = world.challenge(&login, id, Channel::Push).unwrap_err();
    assert_eq!(refused, Refused::SentTooOften { until: world.now + 12 });
}

#[test]
fn n6_mail_is_no_out_of_band_channel_by_nist() {
    let mut world = World::new();
    world.policy = Policy::NIST;
    let ticket = world.first_factor();
    let refused = world.associate_channel(&ticket, Channel::Email).unwrap_err();
    assert_eq!(refused, Refused::ChannelNotAllowed { channel: Channel::Email });
    world.associate_channel(&ticket, Channel::Sms).unwrap();
}

#[test]
fn i5_a_channel_associated_by_a_thief_is_gone_with_the_owners_association() {
    let mut world = World::new();
    let thief = world.first_factor();
    let stolen = world.associate_channel(&thief, Channel::Sms).unwrap();
    let owner = world.first_factor();
    let app = App::of(&world.associate(&owner).unwrap());
    let late = world.confirm_sent(&thief, &stolen.delivery);
    assert_eq!(late.unwrap_err(), Refused::NothingPending);
    let code = app.code(world.now);
    accepted(world.confirm(&owner, &code));
    assert_eq!(world.stored.authenticators().len(), 1);
}

#[test]
fn i4_a_pending_number_is_not_challenged() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let associated = world.associate_channel(&ticket, Channel::Sms).unwrap();
    let login = world.first_factor();
    let refused = world.challenge(&login, associated.authenticator, Channel::Sms).unwrap_err();
    assert_eq!(refused, Refused::NoSuchFactor);
    let (right, _) = right_and_wrong(&associated.delivery);
    let answered = world.out_of_band(&ticket, associated.delivery.challenge, &right);
    assert_eq!(answered.unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn a_malformed_out_of_band_code_costs_nothing() {
    let (mut world, id) = World::with_phone();
    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Sms).unwrap();
    let before = encoded(&world.stored);
    for text in ["", "123456", "12345678", "+123456", "letters"] {
        let refused = world.out_of_band(&login, delivery.challenge, text).unwrap_err();
        assert!(matches!(refused, Refused::MalformedCode(_)), "{text}");
    }
    assert_eq!(encoded(&world.stored), before);
    let (right, _) = right_and_wrong(&delivery);
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    accepted(world.out_of_band(&login, delivery.challenge, &spaced));
}

#[test]
fn no_code_answers_for_a_device_and_no_device_for_a_phone() {
    let (mut world, id, _) = with_device();
    let login = world.first_factor();
    let asked = world.challenge(&login, id, Channel::Push).unwrap();
    world.approve(&asked);
    let (right, _) = right_and_wrong(&asked);
    let by_code = world.out_of_band(&login, asked.challenge, &right);
    assert_eq!(by_code.unwrap_err(), Refused::NoSuchChallenge);
    accepted(world.push(&login, asked.challenge));

    let (mut world, id) = World::with_phone();
    let login = world.first_factor();
    let sent = world.challenge(&login, id, Channel::Sms).unwrap();
    let as_device = world.push(&login, sent.challenge);
    assert_eq!(as_device.unwrap_err(), Refused::NoSuchChallenge);
    let (right, _) = right_and_wrong(&sent);
    accepted(world.out_of_band(&login, sent.challenge, &right));
}

#[test]
fn restoring_a_backup_voids_challenges() {
    let (mut world, id) = World::with_phone();
    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Sms).unwrap();
    world.restored().unwrap();
    let (right, _) = right_and_wrong(&delivery);
    // No ticket of before speaks for the record, and the challenge is gone from it too.
    let refused = world.out_of_band(&login, delivery.challenge, &right).unwrap_err();
    assert_eq!(refused, Refused::Ticket(TicketError::Foreign));
    let restored = world.first_factor();
    let same_id = TicketParts { id: login.parts().id, ..*restored.parts() };
    let answered = world.out_of_band(&Ticket::from_parts(same_id), delivery.challenge, &right);
    assert_eq!(answered.unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn nothing_that_was_sent_is_printed() {
    let (mut world, id) = World::with_phone();
    let login = world.first_factor();
    let delivery = world.challenge(&login, id, Channel::Sms).unwrap();
    let shown = format!("{delivery:?} {:?}", world.stored);
    assert!(!shown.contains(delivery.code.text().as_str()));
}
