//! Broken rules of what waits for an answer: codes that were sent, questions.

use super::Fault::{self, *};
use crate::call::{Call, Operate, Outcome, Response};
use crate::layout::{Memory, PUSH, Plain, PlainAnswer, PlainChallenge, PlainPhase, SMS};

/// Edits the record before the core decides on it.
pub(super) fn before(fault: Fault, record: &mut Plain, call: &Call) {
    if let Operate::Confirm(response) = &call.operation {
        confuse(fault, record, call.pass.id, response);
    }
    for one in &mut record.authenticators {
        match &mut one.memory {
            Memory::OutOfBand { challenges, .. } => {
                challenges.iter_mut().for_each(|challenge| loosen(fault, challenge, call));
            }
            Memory::Ocra { asked: Some(asked), .. }
                if fault == TakesExpiredResponses
                    && matches!(call.operation, Operate::Respond(Response::Ocra(..))) =>
            {
                asked.expires = u64::MAX;
            }
            _ => {}
        }
    }
}

fn loosen(fault: Fault, challenge: &mut PlainChallenge, call: &Call) {
    let (Operate::Respond(response) | Operate::Confirm(response)) = &call.operation else { return };
    let (Response::OutOfBand(id, _) | Response::Push(id)) = response else { return };
    if challenge.id != *id {
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

/// Has what waits for the ticket be confirmed by what is not its own.
fn confuse(fault: Fault, record: &mut Plain, by: [u8; 16], response: &Response) {
    let (Response::OutOfBand(id, _) | Response::Push(id)) = response else { return };
    let all = record.authenticators.iter().flat_map(|one| one.challenges());
    let Some(named) = all.clone().find(|one| one.id == *id).cloned() else { return };
    for one in &mut record.authenticators {
        let awaits = matches!(one.phase, PlainPhase::Pending { ticket, .. } if ticket == by);
        let Memory::OutOfBand { channel, challenges, .. } = &mut one.memory else { continue };
        let Some(own) = challenges.first_mut().filter(|_| awaits) else { continue };
        match fault {
            ConfirmsByAnyChallenge => *own = PlainChallenge { ticket: by, ..named.clone() },
            ConfirmsByAnyKind if own.id == *id => {
                (*channel, own.answer) = match response {
                    Response::Push(_) => (PUSH, PlainAnswer::Approved),
                    _ => (SMS, PlainAnswer::Guesses(1)),
                };
            }
            _ => {}
        }
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
                Memory::OutOfBand { channel: truly, challenges: before, .. },
                Memory::OutOfBand { channel, challenges, .. },
            ) => match fault {
                ConfirmsByAnyKind => *channel = *truly,
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
