//! An account that lives through operations of all kinds agrees with a naive model of it: in
//! every outcome, every refusal, and all that can be seen of its state.
//!
//! The bytes choose operations, tickets, codes, clocks, and how each write ends. Two servers
//! may hold decisions back and store them late.

#[path = "account_ops/answer.rs"]
mod answer;
#[path = "account_ops/budget.rs"]
mod budget;
#[path = "account_ops/choices.rs"]
mod choices;
#[path = "account_ops/compare.rs"]
mod compare;
#[path = "account_ops/enroll.rs"]
mod enroll;
#[path = "account_ops/input.rs"]
mod input;
#[path = "account_ops/message.rs"]
mod message;
#[path = "account_ops/model.rs"]
mod model;
#[path = "../support/naive.rs"]
mod naive;
#[path = "account_ops/owner.rs"]
mod owner;
#[path = "account_ops/prover.rs"]
mod prover;
#[path = "account_ops/question.rs"]
mod question;
#[path = "../ocra/reference.rs"]
#[allow(dead_code, reason = "its tests use the rest")]
mod reference;
#[path = "account_ops/request.rs"]
mod request;
#[path = "account_ops/server.rs"]
mod server;
#[path = "account_ops/text.rs"]
mod text;
#[path = "account_ops/typed.rs"]
mod typed;
#[path = "account_ops/waiting.rs"]
mod waiting;
#[path = "account_ops/world.rs"]
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
    "Associate: Associated",
    "Import: Associated",
    "AssociateOver: AssociatedOver",
    "Rebind: Associated",
    "Confirm Otp: Accepted",
    "Confirm Otp: Rejected",
    "Confirm Otp: NoSuchFactor",
    "Confirm Otp: Twins",
    "Confirm OtpOf: Accepted",
    "Confirm OtpOf: NoSuchFactor",
    "Confirm OutOfBand: Accepted",
    "Confirm OutOfBand: Rejected",
    "Confirm OutOfBand: NoSuchChallenge",
    "Confirm Push: Accepted",
    "Confirm Push: AuthorizationPending",
    "Confirm Push: NoSuchChallenge",
    "Confirm Ocra: Accepted",
    "Confirm Ocra: Rejected",
    "Confirm Recovery: NoSuchFactor",
    "Respond Otp: Accepted",
    "Respond Otp: Rejected",
    "Respond OtpOf: Accepted",
    "Respond OtpOf: Rejected",
    "Challenge: Sent",
    "Respond OutOfBand: Accepted",
    "Respond OutOfBand: Rejected",
    "Respond OutOfBand: MalformedCode",
    "Challenge: Locked",
    "AnswerPush: Answered(Approved)",
    "AnswerPush: Answered(Denied)",
    "AnswerPush: Answered(WrongNumber)",
    "Respond Push: Accepted",
    "Ask: Asked",
    "Respond Ocra: Accepted",
    "Respond Ocra: Rejected",
    "Remove: Removed",
    "Regenerate: Codes",
    "Resynchronize: Found",
    "Resynchronize: NotFound",
    "Unlock: Done",
    "Reset: Reset",
    "Restored: Done",
    ": Ticket(Foreign)",
    ": Ticket(NotYetValid)",
    ": Ticket(Expired)",
    ": Ticket(Outdated)",
    ": Ticket(Authority)",
    ": Ticket(Scope)",
    ": AlreadyEnrolled",
    ": NotEnrolled",
    ": NoSuchFactor",
    ": NothingPending",
    ": WeakSecret",
    ": SecretInUse",
    ": SecretTooLong",
    ": QuestionsRecur",
    ": ChannelNotAllowed",
    ": SentTooOften",
    ": NoSuchChallenge",
    ": AuthorizationPending",
    ": Denied",
    ": OcraInput",
    ": PeriodTooLong",
    ": UnsupportedFormat",
    ": Full",
    ": Locked",
    ": MalformedCode",
    ": Entropy",
];

#[cfg(test)]
const MET_WITH_RECOVERY_CODES: &[&str] = &[
    "Respond Recovery: Accepted",
    "Respond Recovery: Rejected",
    ": TooFewRecoverySlots",
    ": MalformedRecoveryCode",
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
    for _ in 0..200 {
        let life: Vec<u8> = (0..1_500).map(|_| byte()).collect();
        for line in live(&life) {
            *tally.entry(line).or_default() += 1;
        }
    }
    let met = |what: &str| tally.keys().any(|line| line.ends_with(what));
    for what in MET {
        assert!(met(what), "{what} was not met: {tally:#?}");
    }
    for what in if cfg!(feature = "sha2") { MET_WITH_RECOVERY_CODES } else { &[] } {
        assert!(met(what), "{what} was not met: {tally:#?}");
    }
}
