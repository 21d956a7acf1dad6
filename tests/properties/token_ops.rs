//! A token that lives through operations of all kinds, and through power cuts, agrees with a
//! naive model of it: in every outcome, every refusal, and all that can be seen of its state.
//! No counter serves twice, no earlier time step is shown, no guess at the PIN is free.
//!
//! The bytes choose operations, PINs, clocks, and where the power goes.

#[path = "account_ops/input.rs"]
#[allow(dead_code, reason = "a token has no use for all of it")]
mod input;
#[path = "token_ops/model.rs"]
mod model;
#[path = "../support/naive.rs"]
#[allow(dead_code, reason = "a token has no use for all of it")]
mod naive;
#[path = "token_ops/request.rs"]
mod request;
#[path = "token_ops/world.rs"]
mod world;

/// So many turns at most: sequences that are longer show little that is new.
const TURNS: usize = 100;

pub fn check(data: &[u8]) {
    live(data);
}

/// What was asked and what came of it.
fn live(data: &[u8]) -> Vec<String> {
    let mut input = input::Input::new(data);
    let mut world = world::World::new();
    for _ in 0..TURNS {
        if input.is_empty() {
            break;
        }
        world.turn(&mut input);
    }
    world.log
}

#[cfg(test)]
const MET: &[&str] = &[
    "Provision: Done",
    "Press: Shown",
    "Press: WrongPin",
    "Show: Shown",
    "Show: WrongPin",
    "Respond: Shown",
    "Respond: WrongPin",
    "SetPin: Done",
    "SetPin: WrongPin",
    "Unblock: Done",
    "SetClock: Done",
    "LoseClock: Done",
    "Wipe: Done",
    ": Blank",
    ": AlreadyProvisioned",
    ": WrongKind",
    ": Locked",
    ": PinNeeded",
    ": NoPin",
    ": PinLength",
    ": PinAttempts",
    ": ClockNotSet",
    ": ClockLost",
    ": ClockBehind",
    ": DriftNotMeasured",
    ": DriftTooLarge",
    ": ServerMustAnswer",
    ": NotMutual",
    ": WrongServer",
    ": Input",
    ": Exhausted",
    "cut before the write",
    "cut after the write",
];

/// Else the agreement would say little.
#[test]
fn random_lives_meet_every_outcome_and_refusal() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    let mut tally = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..400 {
        let life: Vec<u8> = (0..800).map(|_| byte()).collect();
        for line in live(&life) {
            *tally.entry(line).or_default() += 1;
        }
    }
    for what in MET {
        assert!(tally.keys().any(|line| line.contains(what)), "{what} was not met: {tally:#?}");
    }
}
