//! What is watched while an account lives: each step that is stored, against who asked for it.

use super::Who;
use crate::call::{Call, Operate, Outcome, Response};
use crate::invariant::{Broken, Invariant::*};
use crate::layout::{Plain, PlainAnswer, PlainAuthenticator, PlainPhase};
use mfa_core::{Authority, Channel};
use std::collections::BTreeSet;

/// What must be remembered of a life to judge it. Recovery codes are named by their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// The recovery codes that were accepted.
    used: BTreeSet<[u8; 32]>,
    /// Those of an enrollment that ended.
    void: BTreeSet<[u8; 32]>,
    /// Those that the thief was shown while the account was not enrolled.
    seen_by_thief: BTreeSet<[u8; 32]>,
    has_ended_enrollment: bool,
    has_rebound: bool,
    /// Devices were confirmed by what they were asked, and by their one-time passwords.
    has_confirmed: [bool; 2],
    pub broken: Broken,
}

/// A step that was stored, and the ticket as it truly is: not as a broken server shows it.
struct Stride<'a> {
    call: &'a Call,
    now: u64,
    before: &'a Plain,
    after: &'a Plain,
    outcome: &'a Outcome,
}

impl History {
    pub fn has_ended_enrollment(&self) -> bool {
        self.has_ended_enrollment
    }

    pub fn has_rebound(&self) -> bool {
        self.has_rebound
    }

    pub fn has_confirmed_device(&self, by_twin: bool) -> bool {
        self.has_confirmed[usize::from(by_twin)]
    }

    pub(super) fn watch(
        &mut self,
        who: Option<Who>,
        call: &Call,
        now: u64,
        before: &Plain,
        after: &Plain,
        outcome: &Outcome,
    ) {
        let stride = Stride { call, now, before, after, outcome };
        self.broken.unless(stride.has_authority(), I3);
        self.broken.unless(stride.leaves_enrollment_alone(), I3);
        self.broken.unless(stride.serves_pending_for_its_ticket_only(), I4);
        self.broken.unless(stride.displaces_nothing(), I4);
        self.broken.unless(stride.asks_anew_after_confirmation(), I4);
        self.broken.unless(stride.replaces_recovery_codes_whole(), I5);
        self.broken.unless(stride.takes_all_along(), I9);
        self.broken.unless(stride.keeps_twins_together(), I9);
        self.broken.unless(stride.is_answered_by_its_ticket(), I12);
        let needs_ticket = !matches!(call.operation, Operate::AnswerPush(..));
        self.broken.unless(!needs_ticket || now < call.pass.expires, I13);
        self.broken.unless(stride.is_of_this_generation(), I13);
        self.broken.unless(stride.counts_generations(), I13);
        self.follow_recovery_codes(who, &stride);
        self.has_ended_enrollment |= before.enrolled && !after.enrolled;
        if let Some(by_twin) = stride.confirmed_device() {
            self.has_confirmed[usize::from(by_twin)] = true;
        }
        self.has_rebound |= stride.confirmed().is_some_and(|(_, replaced)| replaced.is_some());
    }

    /// I5 and I9, as far as they are about the past.
    fn follow_recovery_codes(&mut self, who: Option<Who>, stride: &Stride<'_>) {
        let Stride { call, before, after, outcome, .. } = *stride;
        if before.enrolled && !after.enrolled {
            self.void.extend(&before.recovery_codes);
        }
        let revived = after.recovery_codes.iter().any(|code| self.void.contains(code));
        self.broken.unless(!revived, I9);
        if who == Some(Who::Thief) && outcome.is_association() {
            self.seen_by_thief.extend(&after.recovery_codes);
        }
        if who == Some(Who::Owner) && !before.enrolled && after.enrolled {
            let stolen = after.recovery_codes.iter().any(|code| self.seen_by_thief.contains(code));
            self.broken.unless(!stolen, I5);
        }
        let by_recovery_code =
            matches!(call.operation, Operate::Respond(Response::RecoveryCode(_)));
        if by_recovery_code && outcome.is_grant() {
            for used in &before.recovery_codes {
                self.broken.unless(self.used.insert(*used), I5);
            }
        }
    }
}

impl Stride<'_> {
    fn is_verified(&self) -> bool {
        self.call.pass.authority >= Authority::Verified
    }

    /// What was confirmed, if something was, and what it replaced.
    fn confirmed(&self) -> Option<([u8; 10], Option<[u8; 10]>)> {
        match (&self.call.operation, self.outcome) {
            (Operate::Confirm(_), Outcome::Accepted { by: Some(id), .. }) => {
                let replaced = match self.before.authenticator(*id)?.phase {
                    PlainPhase::Pending { replaces, .. } => replaces,
                    _ => None,
                };
                Some((*id, replaced))
            }
            _ => None,
        }
    }

    /// Whether a device was confirmed, and by its twin.
    fn confirmed_device(&self) -> Option<bool> {
        let (id, _) = self.confirmed()?;
        let mut all = self.before.authenticators.iter();
        let is_device = |one: &PlainAuthenticator| one.channel() == Some(Channel::Push);
        let Outcome::Accepted { over, .. } = self.outcome else { return None };
        all.any(|one| one.id == id && is_device(one)).then_some(over.is_none())
    }

    /// I3: once enrolled, only a second factor or an administrator does more than answer.
    fn has_authority(&self) -> bool {
        let operation = &self.call.operation;
        let asks_or_answers = operation.is_response() || operation.is_challenge();
        !self.before.enrolled || asks_or_answers || self.is_verified()
    }

    /// I3: enrollment begins with a confirmation, and ends with the removal of the last
    /// factor or a reset.
    fn leaves_enrollment_alone(&self) -> bool {
        match (self.before.enrolled, self.after.enrolled) {
            (false, true) => self.confirmed().is_some(),
            (true, false) => match self.call.operation {
                Operate::Remove(id) => {
                    let mut others = self.before.authenticators.iter().filter(|one| one.id != id);
                    self.is_verified() && others.all(|one| one.is_pending())
                }
                Operate::Reset => self.call.pass.authority == Authority::Administrator,
                _ => false,
            },
            _ => true,
        }
    }

    /// I4: what is pending answers nothing but a confirmation in time, by the ticket that
    /// associated it.
    fn serves_pending_for_its_ticket_only(&self) -> bool {
        let Outcome::Accepted { by: Some(id), over, .. } = self.outcome else { return true };
        let mut before = self.before.authenticators.iter();
        let meant = before.find(|one| one.id == *id && one.channel() == *over);
        let Some(one) = meant else { return false };
        match (one.phase, &self.call.operation) {
            (PlainPhase::Pending { ticket, expires, .. }, Operate::Confirm(_)) => {
                ticket == self.call.pass.id && self.now < expires
            }
            (PlainPhase::Active, operation) => operation.is_response(),
            _ => false,
        }
    }

    /// I4: a confirmed authenticator goes by its removal, its rebinding or a reset, and
    /// nothing becomes active unless it is confirmed.
    fn displaces_nothing(&self) -> bool {
        let goes = |id| match self.call.operation {
            Operate::Remove(removed) => removed == id,
            Operate::Reset => true,
            _ => self.confirmed().is_some_and(|(_, replaced)| replaced == Some(id)),
        };
        let stays = |id| self.after.authenticator(id).is_some_and(|one| !one.is_pending());
        let is_new = |id| self.before.authenticator(id).is_none_or(|one| one.is_pending());
        let was_confirmed = |id| self.confirmed().is_some_and(|(confirmed, _)| confirmed == id);
        let mut before = self.before.authenticators.iter().filter(|one| !one.is_pending());
        let mut after = self.after.authenticators.iter().filter(|one| !one.is_pending());
        before.all(|one| stays(one.id) != goes(one.id))
            && after.all(|one| is_new(one.id) == was_confirmed(one.id))
    }

    /// I4: what was sent or asked to confirm by is over then, whatever confirmed.
    fn asks_anew_after_confirmation(&self) -> bool {
        let Some((id, _)) = self.confirmed() else { return true };
        let mut own = self.after.authenticators.iter().filter(|one| one.id == id);
        own.all(|one| one.challenges().is_empty())
    }

    /// I5: where recovery codes change, all of them do.
    fn replaces_recovery_codes_whole(&self) -> bool {
        let (before, after) = (&self.before.recovery_codes, &self.after.recovery_codes);
        let accepted = self.outcome.is_grant();
        match self.call.operation {
            Operate::Respond(Response::RecoveryCode(_)) if accepted => {
                after.len() == 1 && after != before
            }
            Operate::Regenerate => after.len() == 1 && after != before,
            // Drawn anew with each association that could be the first.
            Operate::Associate | Operate::Import(_) | Operate::AssociateOver(_) => {
                !self.before.enrolled || after == before
            }
            Operate::Reset | Operate::Restored => after.is_empty(),
            Operate::Remove(_) => after.is_empty() || after == before,
            _ => after == before,
        }
    }

    /// I9: with enrollment, all that belongs to it ends.
    fn takes_all_along(&self) -> bool {
        let is_bare = self.after.authenticators.is_empty()
            && self.after.recovery_codes.is_empty()
            && self.after.awaits.is_none();
        !self.before.enrolled || self.after.enrolled || is_bare
    }

    /// I9: SMS and voice of a number come, are confirmed and go together.
    fn keeps_twins_together(&self) -> bool {
        let all = &self.after.authenticators;
        all.iter().filter(|one| one.channel().is_some()).all(|one| {
            let mut twins = all.iter().filter(|twin| twin.id == one.id);
            let alike = |twin: &PlainAuthenticator| twin.is_pending() == one.is_pending();
            all.iter().filter(|twin| twin.id == one.id).count() == 2 && twins.all(alike)
        })
    }

    /// I12: a code that was sent, or a device that said yes, lets in the ticket that it was for
    /// and proves the authenticator that it was sent to, and is used up.
    fn is_answered_by_its_ticket(&self) -> bool {
        let operation = &self.call.operation;
        let (Operate::Respond(response) | Operate::Confirm(response)) = operation else {
            return true;
        };
        let (Response::OutOfBand(id, _) | Response::Push(id)) = response else { return true };
        let Outcome::Accepted { by, .. } = self.outcome else { return true };
        let is_named = |one: &PlainAuthenticator| one.challenges().iter().any(|it| it.id == *id);
        let Some(one) = self.before.authenticators.iter().find(|one| is_named(one)) else {
            return false;
        };
        let is_own = one.challenges().iter().any(|it| {
            let is_right = match response {
                Response::Push(_) => it.answer == PlainAnswer::Approved,
                _ => matches!(it.answer, PlainAnswer::Guesses(_)),
            };
            it.id == *id && it.ticket == self.call.pass.id && self.now < it.expires && is_right
        });
        is_own && *by == Some(one.id) && !self.after.authenticators.iter().any(is_named)
    }

    /// I13: an older ticket may only answer.
    fn is_of_this_generation(&self) -> bool {
        let (pass, operation) = (self.call.pass, &self.call.operation);
        operation.is_response()
            || operation.is_challenge()
            || pass.generation == self.before.generation
    }

    /// I13: after what must outdate tickets, those of before are outdated.
    fn counts_generations(&self) -> bool {
        let outdates = match self.call.operation {
            Operate::Remove(_) | Operate::Regenerate | Operate::Reset | Operate::Restored => true,
            Operate::Respond(Response::RecoveryCode(_)) => self.outcome.is_grant(),
            _ => self
                .confirmed()
                .is_some_and(|(_, replaced)| replaced.is_some() || !self.before.enrolled),
        };
        self.after.generation == self.before.generation + u64::from(outdates)
    }
}
