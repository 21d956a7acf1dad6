//! Broken rules: what a careless server around the core might do, or a careless core.
//!
//! Rules of the core are broken without changing it: a record is edited, in its documented
//! format, before a decision or after it. That a counterexample is found for each shows that
//! each invariant can fail.

mod waiting;

use crate::call::{Call, Operate, Outcome, Pass};
use crate::layout::{Level, Memory, Plain, PlainPhase, Throttle};
use crate::setting::STEP;
use mfa_core::Authority;

/// One broken rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The store writes whatever version it holds.
    StoreIgnoresVersion,
    /// The store loses its newest writes once, and nobody calls `Restored`.
    OldRecordComesBack,
    /// The outcome is revealed while the write is still on its way.
    RevealsBeforeStoring,
    /// A write with an unknown end counts as stored.
    TakesUnknownForStored,
    /// A failed answer rolls its transaction back, and the spent unit with it
    /// (CVE-2026-3429, CVE-2026-35597).
    RollsFailuresBack,
    /// A failure puts the burnt step back by one.
    FailureUnburns,
    /// A burnt step that lies in the future is forgotten: the clock must have been wrong.
    ForgetsFutureSteps,
    /// A bucket that was touched in the future is taken for a full one.
    RefillsFutureBuckets,
    /// A recovery code is to be replaced in a second write, which never comes.
    KeepsUsedRecoveryCode,
    /// Only wrong answers are locked out.
    EvaluatesWhileLocked,
    /// Wrong one-time passwords lock recovery codes out.
    OneLockForAll,
    /// Nothing is ever right.
    RejectsAll,
    /// A record is loaded with the zeros of its fixed-width column.
    LoadsPaddedRecords,
    /// A ticket for the password does what a verified one does.
    TakesPasswordForProof,
    /// A ticket for the password associates a further authenticator.
    AssociatesByPassword,
    /// A ticket for the password confirms a further authenticator, whoever associated it.
    ConfirmsByPassword,
    /// An account whose authenticators are all disabled may be enrolled anew.
    DisabledEndsEnrollment,
    /// A pending authenticator answers challenges.
    AnswersWithPending,
    /// Any ticket confirms what another one associated.
    AnyTicketConfirms,
    /// One authenticator of a kind: a new association takes the old one's place.
    AssociationDisplaces,
    /// Recovery codes are drawn with the first association only, whoever made it.
    KeepsFirstRecoveryCodes,
    /// The last factor is only marked as removed, and its recovery codes stay.
    MarksAsRemoved,
    /// An outdated ticket is renewed on the way in.
    RenewsTickets,
    /// When a ticket ends is not looked at.
    TakesExpiredTickets,
    /// A familiar device always has another try.
    ReserveWithoutEnd,
    /// Anybody's wrong answers draw on the reserve of familiar devices.
    StrangersDrawOnReserve,
    /// Messages cost nothing.
    SendsForFree,
    /// A code is not ended when it is used.
    KeepsUsedCodes,
    /// When a code ends is not looked at.
    TakesExpiredCodes,
    /// A code that was sent for one ticket answers for another, and so does a device.
    AnyTicketAnswers,
    /// A wrong code leaves as many guesses as before.
    GuessesWithoutEnd,
    /// A new code leaves an earlier one of the ticket as it is.
    KeepsSupersededCodes,
    /// A new code makes good what wrong ones have cost.
    ChallengeForgives,
    /// The device's answer is not read: that there is one is enough.
    TakesNoForYes,
    /// Wrong answers to one twin count against the other.
    TwinsShareFailures,
    /// To confirm, any challenge will do, whatever it was for.
    ConfirmsByAnyChallenge,
    /// To confirm, it is not looked at whether a code was sent or a device asked.
    ConfirmsByAnyKind,
    /// Of twins, only the one is confirmed that the response is of.
    TwinsConfirmedSingly,
    /// Of twins, only one is removed.
    TwinsRemovedSingly,
    /// Questions are the same for all tickets.
    QuestionsForAll,
    /// A question may be answered again after a wrong response.
    KeepsAnsweredQuestions,
    /// When a question ends is not looked at.
    TakesExpiredResponses,
}

impl Fault {
    /// The ticket that the core is shown in the place of the true one.
    pub fn show(self, pass: Pass, operation: &Operate, loaded: &Plain) -> Pass {
        let proves = match self {
            Self::TakesPasswordForProof => true,
            Self::AssociatesByPassword => {
                matches!(operation, Operate::Associate | Operate::AssociateOver(_))
            }
            Self::ConfirmsByPassword => matches!(operation, Operate::Confirm(_)),
            _ => false,
        };
        match (self, pass.authority) {
            (_, Authority::FirstFactor) if proves => {
                Pass { authority: Authority::Verified, ..pass }
            }
            (Self::RenewsTickets, _) => Pass { generation: loaded.generation, ..pass },
            (Self::TakesExpiredTickets, _) => Pass { expires: u64::MAX, ..pass },
            (Self::QuestionsForAll, _) => Pass { id: *b"anybody's ticket", ..pass },
            _ => pass,
        }
    }

    /// Edits the record before the core decides on it.
    pub fn before(self, record: &mut Plain, call: &Call, now: u64) {
        match self {
            Self::ForgetsFutureSteps => each_burnt(record, |burnt| {
                if burnt.is_some_and(|step| step > now / STEP) {
                    *burnt = None;
                }
            }),
            Self::RefillsFutureBuckets => {
                for level in [&mut record.otp.fast, &mut record.recovery.fast] {
                    if level.since > now {
                        *level = Level { spent: 0, since: now };
                    }
                }
            }
            Self::OneLockForAll => {
                (record.recovery, record.out_of_band) = (record.otp, record.otp);
            }
            Self::ReserveWithoutEnd => record.otp.reserve = Level { spent: 0, since: 0 },
            Self::RejectsAll => each_burnt(record, |burnt| *burnt = Some(u64::MAX)),
            Self::DisabledEndsEnrollment if all_disabled(record) => {
                record.authenticators.clear();
                record.recovery_codes.clear();
                record.enrolled = false;
            }
            Self::AnswersWithPending if call.operation.is_response() && record.enrolled => {
                record.authenticators.iter_mut().for_each(|one| one.phase = PlainPhase::Active);
            }
            Self::AnyTicketConfirms | Self::ConfirmsByPassword
                if matches!(call.operation, Operate::Confirm(_)) =>
            {
                for one in &mut record.authenticators {
                    if let PlainPhase::Pending { ticket, .. } = &mut one.phase {
                        *ticket = call.pass.id;
                    }
                }
            }
            _ => waiting::before(self, record, call),
        }
    }

    /// Edits the record that is to be stored.
    pub fn after(self, loaded: &Plain, next: &mut Plain, call: &Call, outcome: &Outcome) {
        let is_associated = outcome.is_association();
        match self {
            Self::FailureUnburns if *outcome == Outcome::Rejected => each_burnt(next, |burnt| {
                *burnt = burnt.and_then(|step| step.checked_sub(1));
            }),
            Self::KeepsUsedRecoveryCode => next.recovery_codes.clone_from(&loaded.recovery_codes),
            Self::AssociationDisplaces
                if is_associated && loaded.enrolled && next.authenticators.len() == 2 =>
            {
                next.authenticators[1].phase = PlainPhase::Active;
                next.authenticators.remove(0);
            }
            Self::KeepsFirstRecoveryCodes if is_associated && !loaded.recovery_codes.is_empty() => {
                next.recovery_codes.clone_from(&loaded.recovery_codes);
            }
            Self::MarksAsRemoved if matches!(call.operation, Operate::Remove(_)) => {
                if let ([last], true, false) =
                    (&loaded.authenticators[..], loaded.enrolled, next.enrolled)
                {
                    let mut marked = last.clone();
                    marked.phase =
                        PlainPhase::Pending { ticket: call.pass.id, expires: 0, replaces: None };
                    next.awaits = (!loaded.recovery_codes.is_empty()).then_some(marked.id);
                    next.authenticators = vec![marked];
                    next.recovery_codes.clone_from(&loaded.recovery_codes);
                }
            }
            Self::StrangersDrawOnReserve
                if *outcome == Outcome::Rejected && !call.pass.familiar =>
            {
                next.otp.reserve.spent += 1;
            }
            Self::TwinsRemovedSingly => {
                if let Operate::Remove(id) = call.operation
                    && let Some(twin) = loaded.authenticators.iter().rfind(|one| one.id == id)
                    && next.enrolled
                {
                    next.authenticators.push(twin.clone());
                }
            }
            Self::TwinsConfirmedSingly
                if matches!(call.operation, Operate::Confirm(_)) && outcome.is_grant() =>
            {
                let last = next.authenticators.len() - 1;
                next.authenticators[last].phase = loaded.authenticators[last].phase;
            }
            Self::TwinsShareFailures if *outcome == Outcome::Rejected => {
                let most = next.authenticators.iter().map(|one| one.failures).max();
                for one in &mut next.authenticators {
                    one.failures = most.unwrap_or(0);
                }
            }
            _ => waiting::after(self, loaded, next, call, outcome),
        }
    }
}

fn all_disabled(record: &Plain) -> bool {
    record.authenticators.iter().all(|one| one.phase == PlainPhase::Disabled)
}

fn each_burnt(record: &mut Plain, edit: impl Fn(&mut Option<u64>)) {
    for one in &mut record.authenticators {
        match &mut one.memory {
            Memory::Totp { clock, .. } => edit(&mut clock.burnt),
            Memory::Hotp { counter, .. } => {
                let mut burnt = counter.next.and_then(|next| next.checked_sub(1));
                edit(&mut burnt);
                counter.next = burnt.map_or(Some(0), |burnt| burnt.checked_add(1));
            }
            Memory::OutOfBand { .. } | Memory::Ocra { .. } => {}
        }
    }
}

/// The record without its locks.
pub fn unlocked(record: &Plain) -> Plain {
    const FULL: Level = Level { spent: 0, since: 0 };
    const NEW: Throttle = Throttle { fast: FULL, slow: FULL, reserve: FULL };
    Plain { otp: NEW, out_of_band: NEW, recovery: NEW, ..record.clone() }
}
