//! Managing an account: tokens, removal, rebinding, recovery codes, resynchronization, locks.
#![cfg(feature = "sha2")]

mod support;

use mfa_core::*;
use support::*;

fn needs(authority: Authority) -> Refused {
    Refused::Ticket(TicketError::Authority { needed: authority })
}

#[test]
fn h6_a_token_moves_on_and_its_codes_work_once() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let (id, token) = world.import_token(&ticket, 7);
    let code = |counter| token.code(counter).text().as_str().to_owned();
    assert_eq!(world.stored.authenticators()[1].kind(), Kind::Hotp);

    let login = world.first_factor();
    rejected(world.otp(&login, &code(7))); // the confirming code is used up
    let grant = accepted(world.otp(&login, &code(10)));
    assert_eq!(grant.method(), Method::Otp(id));
    for used in [8, 9, 10] {
        rejected(world.otp(&login, &code(used)));
    }
    rejected(world.otp(&login, &code(22))); // beyond the look-ahead of ten
    accepted(world.otp(&login, &code(21)));
}

#[test]
fn h9_a_token_at_the_end_of_its_counter_is_exhausted() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let (id, token) = world.import_token(&ticket, u64::MAX - 1);
    let login = world.first_factor();
    let code = token.code(u64::MAX).text();
    accepted(world.otp(&login, code.as_str()));
    let again = Respond { ticket: &login, response: Response::OtpOf(id, code.as_str()) };
    assert_eq!(world.run(again).unwrap_err(), Refused::NoSuchFactor);
}

#[test]
fn a_weak_secret_is_not_imported() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    for (policy, len, fits) in
        [(Policy::AUTH0, 9, false), (Policy::AUTH0, 10, true), (Policy::NIST, 13, false)]
    {
        world.policy = policy;
        let mut bytes = world.dice.roll();
        let imported = world.run(Import {
            ticket: &ticket,
            authenticator: NewAuthenticator::Totp(TotpParameters::default()),
            secret: Secret::from_bytes(&vec![7; len]).unwrap(),
            label: Label::default(),
            entropy: Entropy::new(&mut bytes),
        });
        assert_eq!(imported.err(), (!fits).then_some(Refused::WeakSecret), "{len} bytes");
    }
}

#[test]
fn i9_the_last_authenticator_takes_the_recovery_codes_along() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let (token, _) = world.import_token(&ticket, 0);
    let phone = world.stored.authenticators()[0].id();

    let remove = |id| Remove { ticket: &ticket, authenticator: id };
    let removed = world.run(remove(token)).unwrap();
    assert!(removed.enrolled && removed.notices.contains(Notices::AUTHENTICATOR_REMOVED));
    assert_eq!(world.stored.recovery_codes_left(), 1);
    // Removal raised the generation: the ticket of before may no longer act.
    let outdated = Refused::Ticket(TicketError::Outdated);
    assert_eq!(world.run(remove(phone)).unwrap_err(), outdated);

    let ticket = world.verified(&app);
    let remove = |id| Remove { ticket: &ticket, authenticator: id };
    assert_eq!(world.run(remove(token)).unwrap_err(), Refused::NoSuchFactor);
    assert!(!world.run(remove(phone)).unwrap().enrolled);
    assert!(!world.stored.is_enrolled() && world.stored.authenticators().is_empty());
    assert_eq!(world.stored.recovery_codes_left(), 0);
    let login = world.first_factor();
    let refused = world.recovery(&login, &app.recovery_codes[0]).unwrap_err();
    assert_eq!(refused, Refused::NotEnrolled);
}

#[test]
fn i3_a_first_factor_manages_nothing() {
    // CVE-2026-3429: with the password alone, the OTP was deleted and another enrolled.
    let (mut world, _) = World::enrolled();
    let before = encoded(&world.stored);
    let thief = world.first_factor();
    let phone = world.stored.authenticators()[0].id();
    let verified = needs(Authority::Verified);
    let administrator = needs(Authority::Administrator);

    let remove = Remove { ticket: &thief, authenticator: phone };
    assert_eq!(world.run(remove).unwrap_err(), verified);
    assert_eq!(world.rebind(&thief, phone).unwrap_err(), verified);
    assert_eq!(world.regenerate(&thief).unwrap_err(), verified);
    let unlock = Unlock { ticket: &thief, class: Class::Otp };
    assert_eq!(world.run(unlock).unwrap_err(), verified);
    let resynchronize = Resynchronize {
        ticket: &thief,
        authenticator: phone,
        codes: ["000000", "000001"],
        third: None,
    };
    assert_eq!(world.run(resynchronize).unwrap_err(), verified);
    assert_eq!(world.run(Reset { ticket: &thief }).unwrap_err(), administrator);
    let mut bytes = world.dice.roll();
    let restored = Restored { ticket: &thief, entropy: Entropy::new(&mut bytes) };
    assert_eq!(world.run(restored).unwrap_err(), administrator);
    assert_eq!(encoded(&world.stored), before);
}

#[test]
fn a_rebound_authenticator_replaces_the_old_one_when_it_is_confirmed() {
    let (mut world, app) = World::enrolled();
    let old = world.stored.authenticators()[0].id();
    let ticket = world.verified(&app);
    let associated = world.rebind(&ticket, old).unwrap();
    assert!(associated.recovery_codes.is_empty());
    // I4: until then the old one stays.
    let ticket_of_old = world.verified(&app);
    let new = App::of(&associated);
    let code = new.code(world.now);
    let grant = accepted(world.confirm(&ticket, &code));
    assert!(grant.notices().contains(Notices::AUTHENTICATOR_REMOVED));
    assert_eq!(world.stored.authenticators().len(), 1);
    assert_eq!(world.stored.authenticators()[0].id(), associated.authenticator);
    assert_eq!(world.stored.authenticators()[0].label(), "phone");
    // I13: rebinding raised the generation.
    assert_eq!(
        world.regenerate(&ticket_of_old).unwrap_err(),
        Refused::Ticket(TicketError::Outdated),
    );
    world.now += 30;
    let login = world.first_factor();
    let code = app.code(world.now);
    rejected(world.otp(&login, &code));
    let code = new.code(world.now);
    accepted(world.otp(&login, &code));
}

#[test]
fn n3_a_disabled_authenticator_is_bound_anew_by_way_of_the_recovery_code() {
    let (mut world, app) = World::enrolled();
    world.policy =
        Policy::new(PolicySettings { failure_cap: 3, ..*Policy::AUTH0.settings() }).unwrap();
    let login = world.first_factor();
    for _ in 0..3 {
        let wrong = app.wrong(world.now);
        rejected(world.otp(&login, &wrong));
    }
    assert_eq!(world.stored.authenticators()[0].phase(), Phase::Disabled);
    let grant = accepted(world.recovery(&login, &app.recovery_codes[0]));
    let mut bytes = world.dice.roll();
    let verified = grant.ticket(Scopes::ALL, Entropy::new(&mut bytes), &world.cx()).unwrap();
    let old = world.stored.authenticators()[0].id();
    let new = App::of(&world.rebind(&verified, old).unwrap());
    let code = new.code(world.now);
    accepted(world.confirm(&verified, &code));
    assert_eq!(world.stored.authenticators().len(), 1);
    assert!(world.stored.authenticators()[0].is_active());
}

#[test]
fn i5_regenerated_codes_end_the_old_ones_in_the_same_step() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let codes = world.regenerate(&ticket).unwrap();
    assert_eq!(codes.len(), 1);
    let login = world.first_factor();
    rejected(world.recovery(&login, &app.recovery_codes[0]));
    accepted(world.recovery(&login, &codes[0]));
    // Once per ticket: the generation has risen.
    assert!(world.regenerate(&ticket).is_err());

    let mut fresh = World::new();
    let administrator = fresh.administrator();
    assert_eq!(fresh.regenerate(&administrator).unwrap_err(), Refused::NotEnrolled);
}

fn resynchronize(
    world: &mut World,
    ticket: &Ticket,
    id: AuthenticatorId,
    codes: [&str; 2],
) -> Result<Resynchronized, Refused> {
    world.run(Resynchronize { ticket, authenticator: id, codes, third: None })
}

#[test]
fn h9_a_token_that_ran_ahead_is_found_and_what_it_showed_is_burnt() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let (id, token) = world.import_token(&ticket, 0);
    let code = |counter| token.code(counter).text().as_str().to_owned();
    let (a, b) = (code(500), code(501));
    assert_eq!(resynchronize(&mut world, &ticket, id, [&a, &b]), Ok(Resynchronized::Found));
    let login = world.first_factor();
    rejected(world.otp(&login, &b));
    // CVE-2019-12887: replay through resynchronization.
    let again = resynchronize(&mut world, &ticket, id, [&a, &b]);
    assert!(matches!(again, Ok(Resynchronized::NotFound { .. })), "{again:?}");
    accepted(world.otp(&login, &code(502)));
}

#[test]
fn t6_a_clock_that_is_hours_off_is_found_and_followed() {
    let (mut world, app) = World::enrolled();
    let id = world.stored.authenticators()[0].id();
    let ticket = world.administrator();
    // The battery was changed: the clock is four hours fast.
    let fast = world.now + 4 * 3600;
    let login = world.first_factor();
    rejected(world.otp(&login, &app.code(fast)));
    let (a, b) = (app.code(fast), app.code(fast + 30));
    assert_eq!(resynchronize(&mut world, &ticket, id, [&a, &b]), Ok(Resynchronized::Found));
    rejected(world.otp(&login, &b));
    world.now += 60;
    accepted(world.otp(&login, &app.code(fast + 60)));
}

#[test]
fn a_failed_resynchronization_costs_a_unit_for_each_code() {
    let (mut world, app) = World::enrolled();
    let id = world.stored.authenticators()[0].id();
    let ticket = world.administrator();
    let wrong = app.wrong(world.now);
    for attempt in 1..=5 {
        let until = (attempt == 5).then_some(world.now + 360);
        match resynchronize(&mut world, &ticket, id, [&wrong, &wrong]) {
            Ok(Resynchronized::NotFound { locked_until, .. }) => assert_eq!(locked_until, until),
            other => panic!("{other:?}"),
        }
    }
    let until = world.now + 360;
    let locked = resynchronize(&mut world, &ticket, id, [&wrong, &wrong]);
    assert_eq!(locked, Err(Refused::Locked { until }));
    let malformed = resynchronize(&mut world, &ticket, id, ["12345", "123456"]);
    assert_eq!(malformed, Err(Refused::Locked { until }));
}

#[test]
fn an_administrator_unlocks_all_and_a_second_factor_the_fast_part() {
    let (mut world, app) = World::enrolled();
    let login = world.first_factor();
    for _ in 0..10 {
        let wrong = app.wrong(world.now);
        rejected(world.otp(&login, &wrong));
    }
    let right = app.code(world.now);
    assert!(matches!(world.otp(&login, &right), Err(Refused::Locked { .. })));
    let grant = accepted(world.recovery(&login, &app.recovery_codes[0]));
    let mut bytes = world.dice.roll();
    let verified = grant.ticket(Scopes::NONE, Entropy::new(&mut bytes), &world.cx()).unwrap();
    world.run(Unlock { ticket: &verified, class: Class::Otp }).unwrap();
    accepted(world.otp(&login, &right));

    // The slow bucket is still paid for: only an administrator gives it back.
    let spent = |world: &World| encoded(&world.stored);
    let administrator = world.administrator();
    let before = spent(&world);
    world.run(Unlock { ticket: &administrator, class: Class::Otp }).unwrap();
    assert_ne!(before, spent(&world));
}

#[test]
fn a_reset_account_enrolls_again_and_old_tickets_are_void() {
    let (mut world, app) = World::enrolled();
    let verified = world.verified(&app);
    let administrator = world.administrator();
    let notices = world.run(Reset { ticket: &administrator }).unwrap();
    assert!(notices.contains(Notices::AUTHENTICATOR_REMOVED));
    assert!(!world.stored.is_enrolled());
    let outdated = Refused::Ticket(TicketError::Outdated);
    assert_eq!(world.associate(&verified).unwrap_err(), outdated);
    let fresh = world.first_factor();
    let app = App::of(&world.associate(&fresh).unwrap());
    let code = app.code(world.now);
    accepted(world.confirm(&fresh, &code));
}

#[test]
fn what_was_used_since_a_backup_is_not_usable_again() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let (id, token) = world.import_token(&ticket, 0);
    let backup = world.stored.clone();

    world.now += 30;
    let login = world.first_factor();
    let (otp, hotp) = (app.code(world.now), token.code(1).text().as_str().to_owned());
    accepted(world.otp(&login, &otp));
    accepted(world.otp(&login, &hotp));
    accepted(world.recovery(&login, &app.recovery_codes[0]));

    world.stored = backup;
    world.restored().unwrap();
    let login = world.first_factor();
    rejected(world.otp(&login, &otp));
    let token_alone = Respond { ticket: &login, response: Response::OtpOf(id, &hotp) };
    assert_eq!(world.run(token_alone).unwrap_err(), Refused::NoSuchFactor);
    let recovered = world.recovery(&login, &app.recovery_codes[0]).unwrap_err();
    assert_eq!(recovered, Refused::NoSuchFactor);

    // Two codes in a row find the token; the app works again when the window has passed.
    let administrator = world.administrator();
    let code = |counter| token.code(counter).text().as_str().to_owned();
    let found = resynchronize(&mut world, &administrator, id, [&code(2), &code(3)]);
    assert_eq!(found, Ok(Resynchronized::Found));
    accepted(world.otp(&login, &code(4)));
    // As far as the clock can have been followed, and a step of window beyond.
    world.now += 90;
    let code = app.code(world.now);
    rejected(world.otp(&login, &code));
    world.now += 30;
    let code = app.code(world.now);
    accepted(world.otp(&login, &code));
}

#[test]
fn i13_no_ticket_and_no_write_of_before_survives_a_restored_backup() {
    let (mut world, app) = World::enrolled();
    let backup = world.stored.clone();
    // A thief used the recovery code since, and holds a verified ticket of generation 2.
    let login = world.first_factor();
    let grant = accepted(world.recovery(&login, &app.recovery_codes[0]));
    let mut bytes = world.dice.roll();
    let thief = grant.ticket(Scopes::ALL, Entropy::new(&mut bytes), &world.cx()).unwrap();
    // A slow server holds a step that expects the revision that the restored row will have.
    let code = app.code(world.now);
    let respond = Respond { ticket: &login, response: Response::Otp(&code) };
    let slow = world.stored.decide(respond, &world.cx()).unwrap();

    world.stored = backup;
    world.restored().unwrap();
    assert_eq!(world.stored.version().revision, slow.expected().revision);
    assert_eq!(world.store(slow.expected(), slow.next()), Write::Conflict);
    let foreign = Refused::Ticket(TicketError::Foreign);
    let phone = world.stored.authenticators()[0].id();
    let remove = Remove { ticket: &thief, authenticator: phone };
    assert_eq!(world.run(remove).unwrap_err(), foreign);
    assert_eq!(world.otp(&login, &code).unwrap_err(), foreign);
}

#[test]
fn i1_a_secret_is_bound_once() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let (_, token) = world.import_token(&ticket, 5);
    let mut bytes = world.dice.roll();
    let again = world.run(Import {
        ticket: &ticket,
        authenticator: NewAuthenticator::Hotp(HotpParameters::default(), 3),
        secret: Secret::from_bytes(b"12345678901234567890").unwrap(),
        label: Label::default(),
        entropy: Entropy::new(&mut bytes),
    });
    assert_eq!(again.unwrap_err(), Refused::SecretInUse);
    let login = world.first_factor();
    rejected(world.otp(&login, token.code(5).text().as_str()));
}

#[test]
fn h4_what_a_uri_may_say_and_no_record_holds_is_not_bound() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let uri =
        "otpauth://totp/Steam:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Steam&digits=5";
    let format = otpauth::read(uri).unwrap().uri.format;
    let parameters = TotpParameters { format, ..TotpParameters::default() };
    let steam = HotpParameters { format: Format::Steam, ..HotpParameters::default() };
    for authenticator in [NewAuthenticator::Totp(parameters), NewAuthenticator::Hotp(steam, 0)] {
        let mut bytes = world.dice.roll();
        let associate = Associate {
            ticket: &ticket,
            authenticator,
            label: Label::default(),
            entropy: Entropy::new(&mut bytes),
        };
        assert_eq!(world.run(associate).unwrap_err(), Refused::UnsupportedFormat);
    }
}

#[test]
fn a2_time_steps_are_as_short_as_the_policy_says() {
    for (policy, longest) in [(Policy::AUTH0, 3_600), (Policy::NIST, 120), (Policy::ASVS, 30)] {
        for (period, fits) in [(longest, true), (longest + 1, false)] {
            let mut world = World::new();
            world.policy = policy;
            let ticket = world.first_factor();
            let steps = TimeSteps::new(period.try_into().unwrap(), 0);
            let mut bytes = world.dice.roll();
            let associated = world.run(Associate {
                ticket: &ticket,
                authenticator: NewAuthenticator::Totp(TotpParameters {
                    steps,
                    ..TotpParameters::default()
                }),
                label: Label::default(),
                entropy: Entropy::new(&mut bytes),
            });
            let refused = (!fits).then_some(Refused::PeriodTooLong);
            assert_eq!(associated.err(), refused, "{period}");
        }
    }
}

#[test]
fn a_ticket_is_authorized_by_authority_and_scope() {
    let (mut world, app) = World::enrolled();
    let verified = world.verified(&app);
    let first = world.first_factor();
    let cx = world.cx();
    let read = Scopes::READ_AUTHENTICATORS;
    assert_eq!(world.stored.authorize(&verified, Authority::Verified, read, &cx), Ok(()));
    assert_eq!(world.stored.authorize(&first, Authority::FirstFactor, read, &cx), Ok(()));
    assert_eq!(
        world.stored.authorize(&first, Authority::Verified, read, &cx),
        Err(needs(Authority::Verified)),
    );
    for authority in [Authority::FirstFactor, Authority::Verified, Authority::Administrator] {
        assert_eq!(Authority::from_number(authority.number()), Some(authority));
    }
    assert_eq!(Authority::from_number(0), None);
}

#[test]
fn n8_the_user_is_told_when_answers_lock_and_disable() {
    let (mut world, app) = World::enrolled();
    world.policy =
        Policy::new(PolicySettings { failure_cap: 10, ..*Policy::AUTH0.settings() }).unwrap();
    let login = world.first_factor();
    for attempt in 1..=10 {
        let wrong = app.wrong(world.now);
        match world.otp(&login, &wrong) {
            Ok(Verdict::Rejected { notices, .. }) => {
                let both = Notices::LOCKED | Notices::AUTHENTICATOR_DISABLED;
                assert_eq!(notices, if attempt == 10 { both } else { Notices::NONE });
            }
            other => panic!("{other:?}"),
        }
    }
    let cx = world.cx();
    assert_eq!(world.stored.locked_until(Class::Otp, false, &cx), Some(world.now + 360));
    assert_eq!(world.stored.locked_until(Class::Otp, true, &cx), None);
    assert_eq!(world.stored.locked_until(Class::Recovery, false, &cx), None);
}

#[test]
fn a_stranger_does_not_lock_the_owners_device_out() {
    let (mut world, app) = World::enrolled();
    let stranger = world.first_factor();
    for _ in 0..10 {
        let wrong = app.wrong(world.now);
        rejected(world.otp(&stranger, &wrong));
    }
    let right = app.code(world.now);
    assert!(matches!(world.otp(&stranger, &right), Err(Refused::Locked { .. })));
    let familiar = world.first_factor().familiar();
    for attempt in 1..=5 {
        let wrong = app.wrong(world.now);
        assert_eq!(rejected(world.otp(&familiar, &wrong)).is_some(), attempt == 5);
    }
    let until = world.now + 360;
    assert_eq!(world.otp(&familiar, &right).unwrap_err(), Refused::Locked { until });
    world.now = until;
    let familiar = world.first_factor().familiar();
    let right = app.code(world.now);
    accepted(world.otp(&familiar, &right));
}

#[test]
fn a_familiar_device_has_more_attempts_than_a_stranger_never_fewer() {
    let (mut world, app) = World::enrolled();
    let familiar = world.first_factor().familiar();
    for attempt in 1..=15 {
        let wrong = app.wrong(world.now);
        assert_eq!(rejected(world.otp(&familiar, &wrong)).is_some(), attempt == 15);
    }
}

#[test]
fn presets_are_what_they_say() {
    assert_eq!(Policy::NIST.settings().min_secret_bits, 112);
    assert_eq!(Policy::NIST.settings().recovery_codes, 10);
    assert!(Policy::NIST.settings().failure_cap <= 100);
    assert_eq!((Policy::ASVS.settings().past, Policy::ASVS.settings().future), (0, 0));
    for preset in [Policy::AUTH0, Policy::NIST, Policy::ASVS] {
        assert_eq!(Policy::new(*preset.settings()), Ok(preset));
    }
    let wrong = |settings| Policy::new(settings).unwrap_err().field;
    let base = *Policy::AUTH0.settings();
    assert_eq!(wrong(PolicySettings { failure_cap: 101, ..base }), "failure_cap");
    assert_eq!(wrong(PolicySettings { past: 11, ..base }), "past");
    assert_eq!(wrong(PolicySettings { recovery_codes: 11, ..base }), "recovery_codes");
    assert_eq!(wrong(PolicySettings { ticket_life: 0, ..base }), "ticket_life");
}

#[test]
fn a_record_tells_who_may_answer_and_what_waits_for_whom() {
    let (mut world, app) = World::enrolled();
    let old = world.first_factor();
    let ticket = world.verified(&app);
    let associated = world.associate(&ticket).unwrap();
    let waiting = world.stored.pending(&ticket, &world.cx()).unwrap();
    assert_eq!(waiting.id(), associated.authenticator);
    assert!(world.stored.pending(&old, &world.cx()).is_none());

    // After the generation rose, an older ticket answers, and does nothing else.
    world.regenerate(&ticket).unwrap();
    assert_eq!(world.stored.may_answer(&old, &world.cx()), Ok(()));
    let outdated = Refused::Ticket(TicketError::Outdated);
    let authority = Authority::FirstFactor;
    assert_eq!(world.stored.authorize(&old, authority, Scopes::NONE, &world.cx()), Err(outdated));
    assert!(world.stored.pending(&ticket, &world.cx()).is_none());
    world.now += 600;
    let expired = Refused::Ticket(TicketError::Expired);
    assert_eq!(world.stored.may_answer(&old, &world.cx()), Err(expired));
}
