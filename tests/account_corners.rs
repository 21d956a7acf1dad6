//! Corners that the naive model and its reading of the rules led to.
#![cfg(feature = "sha2")]

mod support;

use mfa_core::*;
use support::*;

/// What a broken generator draws, time and again.
fn repeated() -> [u8; 256] {
    [0x77; 256]
}

fn import(
    world: &mut World,
    ticket: &Ticket,
    secret: &[u8],
    mut bytes: [u8; 256],
) -> Result<Associated, Refused> {
    world.run(Import {
        ticket,
        authenticator: NewAuthenticator::Totp(TotpParameters::default()),
        secret: Secret::from_bytes(secret).unwrap(),
        label: Label::default(),
        entropy: Entropy::new(&mut bytes),
    })
}

#[test]
fn i11_no_two_authenticators_have_one_name() {
    let (mut world, app) = World::enrolled();
    let (one, other) = (world.verified(&app), world.administrator());
    import(&mut world, &one, b"twenty bytes of text", repeated()).unwrap();
    let again = import(&mut world, &other, b"another twenty bytes", repeated());
    assert_eq!(again.unwrap_err(), Refused::Entropy(EntropyError));
}

#[test]
fn i11_no_two_recovery_codes_are_alike() {
    let mut world = World::new();
    world.policy = Policy::NIST;
    let ticket = world.first_factor();
    let first = import(&mut world, &ticket, b"twenty bytes of text", repeated());
    assert_eq!(first.unwrap_err(), Refused::Entropy(EntropyError));
}

#[test]
fn i5_no_recovery_code_is_replaced_by_itself() {
    let (mut world, app) = World::enrolled();
    let ticket = world.verified(&app);
    let mut bytes = repeated();
    let entropy = Entropy::new(&mut bytes);
    let regenerated = world.run(RegenerateRecoveryCodes { ticket: &ticket, entropy }).unwrap();
    let right = regenerated.recovery_codes.iter().next().unwrap().text();
    for code in [right.as_str(), &"0".repeat(24)] {
        let mut bytes = repeated();
        let response = Response::RecoveryCode(code, Entropy::new(&mut bytes));
        let refused = world.run(Respond { ticket: &ticket, response }).unwrap_err();
        assert_eq!(refused, Refused::Entropy(EntropyError), "alike for right and wrong");
    }
}

#[test]
fn i5_no_code_of_the_old_set_comes_back_with_the_new_one() {
    let (mut world, app) = World::enrolled();
    world.policy = Policy::NIST;
    let ticket = world.verified(&app);
    let codes = |seed: u8| -> [u8; 150] { core::array::from_fn(|n| seed.wrapping_add(n as u8)) };
    let mut regenerate = |ticket: &Ticket, mut bytes: [u8; 150]| {
        let entropy = Entropy::new(&mut bytes);
        world.run(RegenerateRecoveryCodes { ticket, entropy }).map(|_| world.administrator())
    };
    let ticket = regenerate(&ticket, codes(0)).unwrap();
    assert_eq!(regenerate(&ticket, codes(0)).unwrap_err(), Refused::Entropy(EntropyError));
    // Nor one of them, wherever it is drawn.
    let mut last = codes(150);
    last[135..].copy_from_slice(&codes(0)[..15]);
    assert_eq!(regenerate(&ticket, last).unwrap_err(), Refused::Entropy(EntropyError));
    assert_eq!(world.stored.recovery_codes_left(), 10);
}

fn waiting(world: &World, id: AuthenticatorId) -> usize {
    world.stored.authenticators().iter().filter(|one| one.id() == id).count()
}

#[test]
fn i9_twins_make_room_together() {
    let (mut world, app) = World::enrolled();
    let (one, other) = (world.verified(&app), world.administrator());
    world.import_token(&one, 0);
    let pair = world.associate_channel(&other, Channel::Push).unwrap();
    assert_eq!((world.stored.authenticators().len(), waiting(&world, pair.authenticator)), (4, 2));
    // The record is full: the association that waits makes room, all of it.
    world.associate(&one).unwrap();
    assert_eq!(waiting(&world, pair.authenticator), 0);
}

#[test]
fn i9_twins_that_wait_are_dropped_together() {
    let (mut world, app) = World::enrolled();
    let settings = PolicySettings { failure_cap: 1, ..*Policy::AUTH0.settings() };
    let (one, other) = (world.verified(&app), world.administrator());
    world.policy = Policy::new(settings).unwrap();
    let pair = world.associate_channel(&other, Channel::Sms).unwrap();
    let (_, wrong) = right_and_wrong(&pair.delivery);
    let wrong = Response::OutOfBand(pair.delivery.challenge, &wrong);
    rejected(world.confirm_by(&other, wrong));
    // With the cap reached its time is over, and that of its twin.
    world.associate(&one).unwrap();
    assert_eq!(waiting(&world, pair.authenticator), 0);
}
