//! Corners that the naive model and its reading of the rules led to.
#![cfg(feature = "sha2")]

mod support;

use mfa_core::*;
use support::*;

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
    rejected(world.confirm(&other, &wrong));
    // With the cap reached its time is over, and that of its twin.
    world.associate(&one).unwrap();
    assert_eq!(waiting(&world, pair.authenticator), 0);
}
