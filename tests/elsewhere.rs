//! What has gone wrong elsewhere, and goes right here.
//!
//! |  | what happened | where |
//! |---|---|---|
//! | 1 | an accepted code was not burnt, then burnt for one interval only | devise-two-factor: CVE-2015-7225, CVE-2021-43177 |
//! | 2 | a space made it another code, past the reuse check and the rate limit | Vault, OpenBao: CVE-2025-6014, CVE-2025-6015, CVE-2025-55000, CVE-2025-55003 |
//! | 3 | automatic resynchronization accepted used codes | LinOTP: CVE-2019-12887 |
//! | 4 | parallel requests passed the lockout, which did not hold for OTP | Keycloak: CVE-2024-4629, CVE-2018-14657 |
//! | 5 | the password alone deleted the OTP and enrolled another | Keycloak: CVE-2026-3429 |
//! | 6 | no lockout for TOTP; the second factor could be skipped | Zitadel: CVE-2024-32868, CVE-2025-64103 |
//! | 7 | the failure count was rolled back with the request's transaction | Vikunja: CVE-2026-35597 |
//! | 8 | recovery codes were never used up, or used 14 times in parallel | Parse Server: CVE-2026-31875; artifact-keeper#1822 |
//! | 9 | unlimited fresh sessions, and a window of three minutes | Microsoft: AuthQuake |
//! | 10 | only the last code was remembered | Gitea |
//! | 11 | wrong guesses never ended a challenge | Outline: CVE-2026-33640 |
//! | 12 | wrong codes at confirming and disabling were not counted | ezauth#175 |
//! | 13 | gates compared text: signs and foreign digits passed as numbers | django-otp, java-otp |
//! | 14 | of two steps with the same code the first was burnt, the second replayed | goiabada#143 |
//! | 15 | panic or wrap at the ends of time | totp-rs, libreauth, pquerna/otp |
//! | 16 | a slow writer lowered the replay watermark | logto#9109 |
#![cfg(feature = "sha2")]

mod support;

use mfa_core::*;
use support::*;

fn respond<'a>(ticket: &'a Ticket, code: &'a str) -> Respond<'a> {
    Respond { ticket, response: Response::Otp(code) }
}

/// Associates an app with the standard's test key, under which steps 910737 and 910738 carry
/// the same code.
fn import_app(world: &mut World, ticket: &Ticket) -> App {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    world.import_app(ticket, &secret);
    let (format, steps) = (Format::default(), TimeSteps::default());
    let totp = Totp::new(&secret, Algorithm::Sha1, format, steps).unwrap();
    App { totp, recovery_codes: Vec::new() }
}

fn guess_until_locked(world: &mut World, app: &App) -> u64 {
    for _ in 0..9 {
        let (ticket, wrong) = (world.first_factor(), app.wrong(world.now));
        assert_eq!(rejected(world.otp(&ticket, &wrong)), None);
    }
    let (ticket, wrong) = (world.first_factor(), app.wrong(world.now));
    rejected(world.otp(&ticket, &wrong)).expect("the tenth wrong answer locks")
}

#[test]
fn item_01_cve_2015_7225_and_cve_2021_43177_an_accepted_code_stays_burnt() {
    let (mut world, app) = World::enrolled();
    let code = app.code(world.now);
    let ticket = world.first_factor();
    accepted(world.otp(&ticket, &code));
    // In its own interval, in the next, in which it would still be acceptable, and after.
    for wait in [0, 1, 29, 1, 29, 30] {
        world.now += wait;
        rejected(world.otp(&ticket, &code));
    }
}

#[test]
fn item_02_cve_2025_6014_and_cve_2025_6015_a_space_makes_no_other_code() {
    let (mut world, app) = World::enrolled();
    let ticket = world.first_factor();
    let code = app.code(world.now);
    accepted(world.otp(&ticket, &code));
    let (head, tail) = code.split_at(3);
    let spellings = [
        format!(" {code}"),
        format!("{code} "),
        format!("\t{code}\n"),
        format!("{head} {tail}"),
        format!("{head}-{tail}"),
        format!("{head}   {tail}"),
        format!("{head}- {tail}"),
        format!("  {head} {tail}  "),
    ];
    for spelling in &spellings {
        rejected(world.otp(&ticket, spelling));
    }
    // And each was counted: two more, and the account is locked.
    rejected(world.otp(&ticket, &spellings[0]));
    assert!(rejected(world.otp(&ticket, &spellings[1])).is_some());
}

#[test]
fn item_03_cve_2019_12887_no_used_code_resynchronizes() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let (id, token) = world.import_token(&ticket, 7);
    let code = |counter| token.code(counter).text().as_str().to_owned();
    let login = world.first_factor();
    // Nothing resynchronizes by itself: two codes in a row from far ahead log nobody in.
    for counter in [100, 101, 102] {
        rejected(world.otp(&login, &code(counter)));
    }
    let resynchronize = |world: &mut World, counters: [u64; 2]| {
        let [first, second] = counters.map(code);
        let codes = [&*first, &*second];
        world.run(Resynchronize { ticket: &ticket, authenticator: id, codes, third: None }).unwrap()
    };
    // 7 is used up by the confirmation, so 7 and 8 in a row prove nothing.
    assert_ne!(resynchronize(&mut world, [7, 8]), Resynchronized::Found);
    assert_eq!(resynchronize(&mut world, [100, 101]), Resynchronized::Found);
    for counter in [100, 101] {
        rejected(world.otp(&login, &code(counter)));
    }
    accepted(world.otp(&login, &code(102)));
}

#[test]
fn item_04_cve_2024_4629_and_cve_2018_14657_parallel_guesses_are_counted() {
    let (mut world, app) = World::enrolled();
    let ticket = world.first_factor();
    let wrong = app.wrong(world.now);
    let mut answered = 0;
    for _ in 0..20 {
        // Fifty servers look at the same record at the same time.
        let decide = |_| world.stored.decide(respond(&ticket, &wrong), &world.cx());
        let Ok(steps) = (0..50).map(decide).collect::<Result<Vec<_>, _>>() else { break };
        for step in steps {
            let write = world.store(step.expected(), step.next());
            answered += usize::from(step.settle(write).is_ok());
        }
    }
    assert_eq!(answered, 10);
    let refused = world.otp(&ticket, &app.code(world.now)).unwrap_err();
    assert_eq!(refused, Refused::Locked { until: world.now + 360 });
}

#[test]
fn item_05_cve_2026_3429_a_password_neither_deletes_nor_enrolls() {
    let (mut world, app) = World::enrolled();
    let before = encoded(&world.stored);
    let thief = world.first_factor();
    let phone = world.stored.authenticators()[0].id();
    let needs = |needed| Refused::Ticket(TicketError::Authority { needed });
    let verified = needs(Authority::Verified);

    let remove = Remove { ticket: &thief, authenticator: phone };
    assert_eq!(world.run(remove).unwrap_err(), verified);
    assert_eq!(world.rebind(&thief, phone).unwrap_err(), verified);
    assert_eq!(world.regenerate(&thief).unwrap_err(), verified);
    assert_eq!(world.run(Reset { ticket: &thief }).unwrap_err(), needs(Authority::Administrator));
    assert_eq!(world.associate(&thief).unwrap_err(), Refused::AlreadyEnrolled);
    let code = app.code(world.now);
    assert_eq!(world.confirm(&thief, &code).unwrap_err(), Refused::AlreadyEnrolled);
    assert_eq!(encoded(&world.stored), before);
}

#[test]
fn item_06_cve_2024_32868_and_cve_2025_64103_totp_locks_and_is_not_skipped() {
    let (mut world, app) = World::enrolled();
    let until = guess_until_locked(&mut world, &app);
    let ticket = world.first_factor();
    let right = app.code(world.now);
    assert_eq!(world.otp(&ticket, &right).unwrap_err(), Refused::Locked { until });
    // A ticket of before the enrollment does not grow into a verified one.
    let mut fresh = World::new();
    let early = fresh.first_factor();
    let app = App::of(&fresh.associate(&early).unwrap());
    let code = app.code(fresh.now);
    let grant = accepted(fresh.confirm(&early, &code));
    assert_eq!(early.parts().authority, Authority::FirstFactor);
    assert_eq!(fresh.associate(&early).unwrap_err(), Refused::AlreadyEnrolled);
    let mut bytes = fresh.dice.roll();
    let verified = grant.ticket(Scopes::ALL, Entropy::new(&mut bytes), &fresh.cx()).unwrap();
    fresh.associate(&verified).unwrap();
}

#[test]
fn item_07_cve_2026_35597_a_rolled_back_failure_tells_nothing() {
    let (mut world, app) = World::enrolled();
    let ticket = world.first_factor();
    let (right, wrong) = (app.code(world.now), app.wrong(world.now));
    // The transaction is rolled back: right or wrong, there is no verdict.
    for code in [&right, &wrong] {
        for write in [Write::Conflict, Write::Unknown] {
            let step = world.stored.decide(respond(&ticket, code), &world.cx()).unwrap();
            assert!(step.settle(write).is_err());
        }
    }
    // Whoever hears "wrong" has paid for it.
    for left in (0..10).rev() {
        assert_eq!(rejected(world.otp(&ticket, &wrong)).is_some(), left == 0);
    }
}

#[test]
fn item_08_cve_2026_31875_and_artifact_keeper_1822_a_recovery_code_works_once() {
    let (mut world, app) = World::enrolled();
    let ticket = world.first_factor();
    let code = &app.recovery_codes[0];
    let mut steps = Vec::new();
    for _ in 0..30 {
        let mut bytes = world.dice.roll();
        let response = Response::RecoveryCode(code, Entropy::new(&mut bytes));
        steps
            .push(world.stored.decide(Respond { ticket: &ticket, response }, &world.cx()).unwrap());
    }
    let mut accepted = 0;
    for step in steps {
        let write = world.store(step.expected(), step.next());
        if let Ok((_, Verdict::Accepted(_))) = step.settle(write) {
            accepted += 1;
        }
    }
    assert_eq!(accepted, 1);
    rejected(world.recovery(&ticket, code));
}

#[test]
fn item_09_authquake_fresh_sessions_share_the_budget_and_the_window_is_short() {
    let (mut world, app) = World::enrolled();
    // By default a code lives 90 seconds at most: its own step and one either side.
    world.now = world.now / 30 * 30;
    let ticket = world.first_factor();
    for offset in [-60, -31, 60] {
        let code = app.code(world.now.saturating_add_signed(offset));
        rejected(world.otp(&ticket, &code));
    }
    world.now += 86_400;
    let until = guess_until_locked(&mut world, &app); // each with a ticket of its own
    let session = world.first_factor();
    let code = app.code(world.now);
    assert_eq!(world.otp(&session, &code).unwrap_err(), Refused::Locked { until });
}

#[test]
fn item_10_gitea_an_older_code_does_not_replay_after_a_newer_one() {
    let (mut world, app) = World::enrolled();
    world.now += 30;
    let ticket = world.first_factor();
    let (a, b) = (app.code(world.now - 30), app.code(world.now));
    accepted(world.otp(&ticket, &a));
    accepted(world.otp(&ticket, &b));
    rejected(world.otp(&ticket, &a));
    rejected(world.otp(&ticket, &b));
}

#[test]
fn item_11_cve_2026_33640_wrong_guesses_come_to_an_end() {
    let (mut world, app) = World::enrolled();
    let mut guesses = 0;
    while world.stored.authenticators()[0].is_active() {
        let (ticket, wrong) = (world.first_factor(), app.wrong(world.now));
        match world.otp(&ticket, &wrong) {
            Err(Refused::Locked { until }) => world.now = until,
            verdict => {
                rejected(verdict);
                guesses += 1;
            }
        }
    }
    assert_eq!(guesses, 100);

    // A code that was sent ends with the third wrong guess.
    let (mut world, id) = World::with_phone();
    let ticket = world.first_factor();
    let delivery = world.challenge(&ticket, id, Channel::Sms).unwrap();
    let (right, wrong) = right_and_wrong(&delivery);
    for _ in 0..3 {
        rejected(world.out_of_band(&ticket, delivery.challenge, &wrong));
    }
    let ended = world.out_of_band(&ticket, delivery.challenge, &right);
    assert_eq!(ended.unwrap_err(), Refused::NoSuchChallenge);
}

#[test]
fn item_12_ezauth_175_confirming_and_managing_are_counted() {
    let mut world = World::new();
    let ticket = world.first_factor();
    let app = App::of(&world.associate(&ticket).unwrap());
    for left in (0..10).rev() {
        let wrong = app.wrong(world.now);
        assert_eq!(rejected(world.confirm(&ticket, &wrong)).is_some(), left == 0);
    }
    let until = world.now + 360;
    let right = app.code(world.now);
    assert_eq!(world.confirm(&ticket, &right).unwrap_err(), Refused::Locked { until });

    // To remove an authenticator takes a grant, and guesses at that are logins.
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let phone = world.stored.authenticators()[0].id();
    for left in (0..5).rev() {
        let codes = ["000000", "000000"];
        let resynchronize =
            Resynchronize { ticket: &ticket, authenticator: phone, codes, third: None };
        let Ok(Resynchronized::NotFound { locked_until, .. }) = world.run(resynchronize) else {
            panic!("found");
        };
        assert_eq!(locked_until.is_some(), left == 0);
    }
}

#[test]
fn item_13_django_otp_and_java_otp_only_ascii_digits_are_digits() {
    let (mut world, app) = World::enrolled();
    let before = encoded(&world.stored);
    let ticket = world.first_factor();
    let code = app.code(world.now);
    let shifted = |zero: u32| -> String {
        let digit = |c: char| char::from_u32(zero + c.to_digit(10).unwrap()).unwrap();
        code.chars().map(digit).collect()
    };
    let mut texts: Vec<String> = [0x0660, 0x06F0, 0x0966, 0xFF10, 0x1D7CE].map(shifted).into();
    texts.extend(["+", "-", "0", "0x", "\u{200B}", "\u{A0}"].map(|sign| format!("{sign}{code}")));
    texts.extend([format!("{code}.0"), format!("{code}\0"), format!("{code}e0")]);
    for text in &texts {
        assert!(matches!(world.otp(&ticket, text), Err(Refused::MalformedCode(_))), "{text}");
    }
    assert_eq!(encoded(&world.stored), before);
    accepted(world.otp(&ticket, &code));
}

#[test]
fn item_14_goiabada_143_of_two_steps_with_one_code_both_are_burnt() {
    let mut world = World::new();
    world.now = 910_730 * 30;
    let ticket = world.first_factor();
    let app = import_app(&mut world, &ticket);
    let code = app.code(world.now);
    accepted(world.confirm(&ticket, &code));

    world.now = 910_737 * 30;
    let code = app.code(world.now);
    assert_eq!(code, app.code(world.now + 30));
    accepted(world.otp(&ticket, &code));
    for _ in 0..3 {
        rejected(world.otp(&ticket, &code));
        world.now += 30;
    }
}

#[test]
fn item_15_totp_rs_libreauth_and_pquerna_the_ends_of_time_are_ordinary() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let hotp = Hotp::new(&secret, Algorithm::Sha1, Format::default()).unwrap();
    let code = |counter| hotp.code(counter).text().as_str().to_owned();
    for (start, at) in [(0, 0), (0, 5), (u64::MAX - 700, u64::MAX - 101)] {
        let mut world = World::new();
        world.now = start;
        let ticket = world.first_factor();
        let app = import_app(&mut world, &ticket);
        world.now = at;
        // pquerna: the step before 0 is no step.
        for beyond in [u64::MAX, u64::MAX - 1] {
            rejected(world.confirm(&ticket, &code(beyond)));
        }
        let right = app.code(world.now);
        accepted(world.confirm(&ticket, &right));
        rejected(world.otp(&ticket, &right));
    }
    // totp-rs: no panic at the last second, with steps of one second.
    let steps = TimeSteps::new(core::num::NonZeroU64::MIN, 0);
    let totp = Totp::new(&secret, Algorithm::Sha1, Format::default(), steps).unwrap();
    let last = totp.code(u64::MAX);
    let matched = totp.verify(&last, u64::MAX, Window::new(1, 1)).unwrap();
    assert_eq!(matched.step, u64::MAX);
    assert_eq!(totp.verify(&last, u64::MAX, Window::new(1, 1).after(Some(u64::MAX))), None);
}

#[test]
fn item_16_logto_9109_a_slow_writer_does_not_lower_the_watermark() {
    let (mut world, app) = World::enrolled();
    world.now += 30;
    let ticket = world.first_factor();
    let (older, newer) = (app.code(world.now - 30), app.code(world.now));
    // A server decides on the older code, and is slow to store it.
    let slow = world.stored.decide(respond(&ticket, &older), &world.cx()).unwrap();
    accepted(world.otp(&ticket, &newer));
    let write = world.store(slow.expected(), slow.next());
    assert_eq!(slow.settle(write).unwrap_err(), Unsettled::Conflict);
    // It loads again and decides again: the older code is burnt by now.
    rejected(world.otp(&ticket, &older));
    rejected(world.otp(&ticket, &newer));
}
