//! How many accounts a thief opens who has the password, and guesses six-digit codes as fast as
//! they are evaluated, for a year. Print it with
//! `cargo test --test simulation -- --nocapture`.
//!
//! The owner logs in every six hours from a familiar device, so that the cap on consecutive
//! failures is never reached: without the owner it ends the guessing after a hundred.
#![cfg(feature = "sha2")]

mod support;

use mfa_core::*;
use support::*;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

fn policies() -> [(&'static str, Policy); 4] {
    let auth0 = *Policy::AUTH0.settings();
    let no_slow = Limits { slow: Bucket { capacity: 1_000, period: 1 }, ..auth0.otp };
    let without = Policy::new(PolicySettings { otp: no_slow, ..auth0 }).unwrap();
    [
        ("AUTH0 without the slow bucket", without),
        ("AUTH0", Policy::AUTH0),
        ("NIST", Policy::NIST),
        ("ASVS", Policy::ASVS),
    ]
}

/// The guesses that are evaluated within so many seconds: what a bucket holds, and what comes
/// back to it.
fn guesses(policy: &Policy, seconds: u64) -> u64 {
    let Limits { fast, slow, .. } = policy.settings().otp;
    let from = |bucket: Bucket| u64::from(bucket.capacity) + seconds / u64::from(bucket.period);
    from(fast).min(from(slow))
}

/// The share of accounts that so many guesses open: each hits one of the codes in the window.
fn opened(policy: &Policy, guesses: u64) -> f64 {
    let codes = policy.settings().past + 1 + policy.settings().future;
    1.0 - (1.0 - f64::from(codes) / 1e6).powf(guesses as f64)
}

#[test]
fn a_guessing_thief_opens_few_accounts_in_a_year() {
    println!("{:32} {:>10} {:>10}", "policy", "guesses", "opened");
    let mut shares = Vec::new();
    for (name, policy) in policies() {
        let guesses = guesses(&policy, YEAR);
        let share = opened(&policy, guesses);
        println!("{name:32} {guesses:>10} {:>9.2} %", 100.0 * share);
        shares.push(share);
    }
    let [without, auth0, nist, asvs] = shares[..] else { panic!() };
    assert!((0.22..0.24).contains(&without), "{without}");
    assert!((0.003_5..0.004_5).contains(&auth0), "{auth0}");
    assert_eq!(nist, auth0);
    assert!((0.001_2..0.001_5).contains(&asvs), "{asvs}");
}

/// The same by the account itself, for as long as a test may take.
#[test]
fn the_account_evaluates_as_many_guesses_as_was_computed() {
    for (name, policy) in policies() {
        for span in [0, HOUR, DAY, 4 * DAY] {
            assert_eq!(evaluated(policy, span, true), guesses(&policy, span), "{name}, {span} s");
        }
    }
    assert_eq!(evaluated(Policy::AUTH0, YEAR, true), guesses(&Policy::AUTH0, YEAR));
}

#[test]
fn without_the_owner_the_cap_ends_the_guessing() {
    for (name, policy) in policies() {
        let guesses = evaluated(policy, YEAR, false);
        assert_eq!(guesses, policy.settings().failure_cap.into(), "{name}");
        println!("{name:32} {guesses:>10} {:>9.2} %", 100.0 * opened(&policy, guesses));
    }
}

/// A guess is right if it is one of as many codes as the window is wide.
#[test]
fn the_window_holds_as_many_codes_as_was_computed() {
    for (name, policy) in policies() {
        let (mut world, app) = World::enrolled();
        world.policy = policy;
        world.now += DAY;
        let ticket = world.first_factor();
        let is_accepted = |offset: &i64| {
            let code = app.code(world.now.saturating_add_signed(30 * offset));
            let respond = Respond { ticket: &ticket, response: Response::Otp(&code) };
            let step = world.stored.decide(respond, &world.cx()).unwrap();
            matches!(step.settle(Write::Stored), Ok((_, Verdict::Accepted(_))))
        };
        let codes = (-20..=20).filter(is_accepted).count();
        let PolicySettings { past, future, .. } = policy.settings();
        assert_eq!(codes, (past + 1 + future) as usize, "{name}");
    }
}

/// Wrong guesses that are evaluated from the first one on within so many seconds.
fn evaluated(policy: Policy, span: u64, with_owner: bool) -> u64 {
    let (mut world, app) = World::enrolled();
    world.policy = policy;
    let start = world.now;
    let mut guesses = 0;
    let mut login = start;
    while world.now <= start + span {
        let thief = world.first_factor();
        let wrong = app.wrong(world.now);
        match world.otp(&thief, &wrong) {
            Ok(Verdict::Rejected { .. }) => guesses += 1,
            Err(Refused::Locked { until }) if with_owner => {
                // The owner's logins on the way there; each is as good as the ones before.
                while login + 6 * HOUR <= until {
                    login += 6 * HOUR;
                    world.now = login;
                    let owner = world.first_factor().familiar();
                    let code = app.code(world.now);
                    accepted(world.otp(&owner, &code));
                }
                world.now = until;
            }
            Err(Refused::Locked { until }) => world.now = until,
            Err(Refused::NoSuchFactor) => break,
            other => panic!("{other:?}"),
        }
    }
    guesses
}
