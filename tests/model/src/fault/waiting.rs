//! Broken rules of what waits for an answer: codes that were sent, questions.

use super::Fault::{self, *};
use crate::call::{Call, Operate, Outcome};
use crate::layout::{Memory, Plain, PlainAnswer, PlainChallenge};

/// Edits the record before the core decides on it.
pub(super) fn before(fault: Fault, record: &mut Plain, call: &Call) {
    for one in &mut record.authenticators {
        match &mut one.memory {
            Memory::OutOfBand { challenges, .. } => {
                challenges.iter_mut().for_each(|challenge| loosen(fault, challenge, call));
            }
            Memory::Ocra { asked: Some(asked), .. }
                if fault == TakesExpiredResponses
                    && matches!(call.operation, Operate::Ocra(..)) =>
            {
                asked.expires = u64::MAX;
            }
            _ => {}
        }
    }
}

fn loosen(fault: Fault, challenge: &mut PlainChallenge, call: &Call) {
    let (Operate::OutOfBand(id, _) | Operate::Push(id)) = call.operation else { return };
    if challenge.id != id {
        return;
    }
    match fault {
        TakesExpiredCodes => challenge.expires = u64::MAX,
        AnyTicketAnswers => challenge.ticket = call.pass.id,
        TakesNoForYes if challenge.answer == PlainAnswer::Denied => {
            challenge.answer = PlainAnswer::Approved;
        }
        _ => {}
    }
}

/// Edits the record that is to be stored. What is still there is as it was, but for what
/// `fault` makes of it.
pub(super) fn after(
    fault: Fault,
    loaded: &Plain,
    next: &mut Plain,
    call: &Call,
    outcome: &Outcome,
) {
    let is_sent = matches!(outcome, Outcome::Sent(_));
    if fault == SendsForFree {
        next.sent = loaded.sent;
    }
    for (before, one) in loaded.authenticators.iter().zip(&mut next.authenticators) {
        if fault == ChallengeForgives && is_sent {
            one.failures = 0;
        }
        match (&before.memory, &mut one.memory) {
            (
                Memory::OutOfBand { challenges: before, .. },
                Memory::OutOfBand { challenges, .. },
            ) => match fault {
                KeepsUsedCodes if outcome.is_grant() => challenges.clone_from(before),
                GuessesWithoutEnd if *outcome == Outcome::Rejected => {
                    challenges.clone_from(before);
                }
                KeepsSupersededCodes if is_sent => {
                    let ended = before.iter().filter(|one| one.ticket == call.pass.id);
                    challenges.extend(ended.cloned());
                    challenges.truncate(3);
                }
                TakesExpiredCodes | AnyTicketAnswers | TakesNoForYes => {
                    for one in challenges {
                        if let Some(before) = before.iter().find(|before| before.id == one.id) {
                            (one.ticket, one.expires) = (before.ticket, before.expires);
                        }
                    }
                }
                _ => {}
            },
            (Memory::Ocra { asked: before, .. }, Memory::Ocra { asked, .. })
                if fault == KeepsAnsweredQuestions && *outcome == Outcome::Rejected =>
            {
                *asked = *before;
            }
            _ => {}
        }
    }
}
