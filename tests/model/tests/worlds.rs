//! Visits every state of every world, and prints their numbers, the time it took, and each
//! property by name. `tests/controls.rs` shows that each invariant can fail.
//!
//! Of those only whose title contains a word: `cargo test --release --test worlds -- push`.

use mfa_core_model::life_cycle::{self, LifeCycle};
use mfa_core_model::race::{self, Race};
use mfa_core_model::report::check;

fn main() {
    let word = std::env::args().nth(1).unwrap_or_default();
    let race = |title: &str, start, writes| {
        !title.contains(&word) || check(title, Race::new(start, writes, None))
    };
    let life = |title: &str, start, writes| {
        !title.contains(&word) || check(title, LifeCycle::new(start, writes, None))
    };
    let worlds = [
        race("race: two apps with colliding codes", race::Start::TwoApps, 3),
        race("race: app and recovery codes", race::Start::AppAndRecoveryCode, 3),
        race("race: app and token", race::Start::AppAndToken, 2),
        race("race: enrolling", race::Start::Enrolling, 3),
        race("race: a familiar device, a ticket that ends", race::Start::Familiar, 3),
        race("race: text messages and calls", race::Start::Number, 3),
        race("race: push", race::Start::Pushed, 3),
        race("race: questions to a card", race::Start::Card, 3),
        life("life cycle: from the beginning", life_cycle::Start::Fresh, 6),
        life("life cycle: from the beginning, by devices", life_cycle::Start::Device, 6),
        life("life cycle: enrolled by phone number", life_cycle::Start::Number, 6),
        life("life cycle: enrolled", life_cycle::Start::Enrolled, 5),
    ];
    assert!(worlds.iter().all(|holds| *holds), "a property failed");
}
