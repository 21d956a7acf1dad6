//! Records of every kind, phase and parameter, made by operations alone.

use super::support::*;
use mfa_core::*;
use std::num::NonZeroU64;

type Named = (String, &'static str, Record);

pub fn records() -> Vec<Named> {
    let mut records = vec![
        ("fresh".into(), "no authenticator", World::new().stored),
        (
            "pending".into(),
            "waits for its first confirmation; the recovery code is void",
            pending(),
        ),
        ("failed-confirmation".into(), "pending, with a wrong answer", failed_confirmation()),
        ("hotp-next".into(), "an imported token, counter 6 is next", token(5).0.stored),
        ("hotp-exhausted".into(), "2^64-1 was used", token(u64::MAX).0.stored),
        ("hotp-lost".into(), "a backup was restored: no codes, window burnt", restored()),
        ("disabled".into(), "three wrong answers in a row, by its policy", disabled()),
        ("sheet".into(), "ten recovery codes, two of them used", sheet()),
        ("rebinding".into(), "a pending one is to replace an active one", rebinding()),
        ("slow-clock".into(), "a login moved the drift by one", slow_clock()),
        ("hours-off".into(), "resynchronized: 300 steps of drift", hours_off()),
        ("spent".into(), "wrong answers in every budget", spent()),
        ("long-secret".into(), "128 bytes of secret, 32 bytes of label, a period and a T0", long()),
        ("full".into(), "four authenticators of two kinds", full()),
        ("phone-pending".into(), "a number to be confirmed, by SMS or voice", phone_pending()),
        ("phone-challenged".into(), "two codes under way, one guessed at", phone_challenged()),
        ("push".into(), "a device that was asked, and its TOTP twin", push()),
        ("push-answered".into(), "the same, after the device answered", push_answered()),
        (
            "ocra-asked".into(),
            "a token with counter, PIN and session, asked its first question",
            ocra_asked(),
        ),
        (
            "ocra-time".into(),
            "a token with counter and time, used a minute late",
            ocra_answered("OCRA-1:HOTP-SHA512-10:C-QN64-T1M", 0),
        ),
        (
            "ocra-exhausted".into(),
            "the counter 2^64-1 was used",
            ocra_answered("OCRA-1:HOTP-SHA1-6:C-QN08", u64::MAX),
        ),
        (
            "ocra-question".into(),
            "a token whose suite has a question alone",
            ocra_answered("OCRA-1:HOTP-SHA256-0:QA64", 0),
        ),
    ];
    records.extend(totp());
    records
}

fn pending() -> Record {
    let mut world = World::new();
    let ticket = world.first_factor();
    world.associate(&ticket).unwrap();
    world.stored
}

fn failed_confirmation() -> Record {
    let mut world = World::new();
    let ticket = world.first_factor();
    let app = App::of(&world.associate(&ticket).unwrap());
    let wrong = app.wrong(world.now);
    rejected(world.confirm(&ticket, &wrong));
    world.stored
}

/// Beside an app, a token whose code of `counter` was used.
fn token(counter: u64) -> (World, App, AuthenticatorId) {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let (id, _) = world.import_token(&ticket, counter);
    (world, app, id)
}

fn restored() -> Record {
    let (mut world, ..) = token(5);
    world.restored().unwrap();
    world.stored
}

fn disabled() -> Record {
    let (mut world, app) = World::enrolled();
    world.policy =
        Policy::new(PolicySettings { failure_cap: 3, ..*Policy::AUTH0.settings() }).unwrap();
    let ticket = world.first_factor();
    for _ in 0..3 {
        let wrong = app.wrong(world.now);
        rejected(world.otp(&ticket, &wrong));
    }
    world.stored
}

fn sheet() -> Record {
    let mut world = World::new();
    world.policy = Policy::NIST;
    let ticket = world.first_factor();
    let app = App::of(&world.associate(&ticket).unwrap());
    let code = app.code(world.now);
    accepted(world.confirm(&ticket, &code));
    accepted(world.recovery(&ticket, &app.recovery_codes[9]));
    accepted(world.recovery(&ticket, &app.recovery_codes[4]));
    world.stored
}

fn rebinding() -> Record {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let old = world.stored.authenticators()[0].id();
    world.rebind(&ticket, old).unwrap();
    world.stored
}

fn slow_clock() -> Record {
    let (mut world, app) = World::enrolled();
    world.now += 60;
    let ticket = world.first_factor();
    let code = app.code(world.now - 30);
    accepted(world.otp(&ticket, &code));
    world.stored
}

fn hours_off() -> Record {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let fast = world.now + 300 * 30;
    let codes = [app.code(fast - 30), app.code(fast)];
    let operation = Resynchronize {
        ticket: &ticket,
        authenticator: world.stored.authenticators()[0].id(),
        codes: [&codes[0], &codes[1]],
        third: None,
    };
    assert_eq!(world.run(operation), Ok(Resynchronized::Found));
    world.stored
}

fn spent() -> Record {
    let (mut world, app) = World::enrolled();
    for ticket in [world.first_factor(), world.first_factor().familiar()] {
        for _ in 0..2 {
            let wrong = app.wrong(world.now);
            rejected(world.otp(&ticket, &wrong));
            rejected(world.recovery(&ticket, "0000 0000 0000 0000 0000 0001"));
            world.now += 100;
        }
    }
    world.stored
}

fn long() -> Record {
    let secret: [u8; 128] = core::array::from_fn(|n| n as u8);
    let parameters = TotpParameters {
        steps: TimeSteps::new(NonZeroU64::new(60).unwrap(), 1_000_000_000),
        ..TotpParameters::default()
    };
    let mut world = World::new();
    let ticket = world.first_factor();
    let mut bytes = world.dice.roll();
    let associated = world
        .run(Import {
            ticket: &ticket,
            authenticator: NewAuthenticator::Totp(parameters),
            secret: Secret::from_bytes(&secret).unwrap(),
            label: Label::new("Zoë’s telephone, in two words").unwrap(),
            entropy: Entropy::new(&mut bytes),
        })
        .unwrap();
    let code = App::of(&associated).code(world.now);
    accepted(world.confirm(&ticket, &code));
    world.stored
}

fn full() -> Record {
    let (mut world, app, _) = token(7);
    let ticket = world.verified(&app);
    for _ in 0..2 {
        let app = App::of(&world.associate(&ticket).unwrap());
        let code = app.code(world.now);
        accepted(world.confirm(&ticket, &code));
    }
    world.stored
}

fn phone_pending() -> Record {
    let mut world = World::new();
    let ticket = world.first_factor();
    world.associate_channel(&ticket, Channel::Sms).unwrap();
    world.stored
}

fn phone_challenged() -> Record {
    let (mut world, id) = World::with_phone();
    let ticket = world.first_factor();
    let delivery = world.challenge(&ticket, id, Channel::Sms).unwrap();
    world.challenge(&ticket, id, Channel::Voice).unwrap();
    let (_, wrong) = right_and_wrong(&delivery);
    rejected(world.out_of_band(&ticket, delivery.challenge, &wrong));
    world.stored
}

fn push() -> Record {
    let mut world = World::new();
    let ticket = world.first_factor();
    world.associate_channel(&ticket, Channel::Push).unwrap();
    world.stored
}

fn push_answered() -> Record {
    let mut world = World::new();
    let ticket = world.first_factor();
    let associated = world.associate_channel(&ticket, Channel::Push).unwrap();
    world.approve(&associated.delivery);
    world.stored
}

fn ocra_asked() -> Record {
    let mut world = World::new();
    let ticket = world.first_factor();
    let suite = "OCRA-1:HOTP-SHA512-10:C-QA64-PSHA512-S512-T59M";
    let token = world.associate_ocra(&ticket, suite, 7).unwrap();
    world.challenge_ocra(&ticket, token.id).unwrap();
    world.stored
}

fn ocra_answered(suite: &str, counter: u64) -> Record {
    let mut world = World::new();
    let ticket = world.first_factor();
    let token = world.associate_ocra(&ticket, suite, counter).unwrap();
    let asked = world.challenge_ocra(&ticket, token.id).unwrap();
    let text = token.response(asked.question.as_str(), counter, world.now);
    world.now += 60;
    let answer = token.answer(&asked, &text);
    accepted(world.confirm_by(&ticket, Response::Ocra(answer)));
    world.stored
}

/// One active app of each algorithm and format.
fn totp() -> Vec<Named> {
    let mut records = Vec::new();
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        for digits in [6, 7, 8, 9, 0] {
            let (format, name) = match digits {
                0 => (Format::Steam, "steam".to_owned()),
                digits => (Format::Decimal(Digits::new(digits).unwrap()), digits.to_string()),
            };
            let parameters = TotpParameters { algorithm, format, ..TotpParameters::default() };
            let mut world = World::new();
            let ticket = world.first_factor();
            let mut bytes = world.dice.roll();
            let associated = world
                .run(Associate {
                    ticket: &ticket,
                    authenticator: NewAuthenticator::Totp(parameters),
                    label: Label::default(),
                    entropy: Entropy::new(&mut bytes),
                })
                .unwrap();
            let code = App::of(&associated).code(world.now);
            accepted(world.confirm(&ticket, &code));
            let name = format!("totp-{}-{name}", algorithm.name().to_lowercase());
            records.push((name, "active", world.stored));
        }
    }
    records
}
