//! Confirm: prove that an associated authenticator works, and begin to count on it.

use super::authenticator::{Authenticator, Phase};
use super::context::Context;
use super::factor::Factor;
use super::operation::Operation;
use super::refused::Refused;
use super::slots::remove;
use super::state::State;
use super::verdict::{Grant, Notices, Verdict};
use crate::throttle::Class;
use crate::ticket::Ticket;

/// Confirms the association that was made with the same ticket, by a code of it.
///
/// A first-factor ticket confirms only as long as the account is not enrolled. The code is
/// burnt and counts as a login; a wrong one counts as a wrong login. With the first
/// confirmation the account is enrolled, its recovery codes become usable, and tickets that
/// were issued before may only answer challenges.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Confirm<'a> {
    /// The ticket that associated the authenticator.
    pub ticket: &'a Ticket,
    /// A code of it, as typed. Of a device that is asked by push, nothing: whether it has
    /// answered is looked up, and until then the confirmation is refused as
    /// [`AuthorizationPending`](Refused::AuthorizationPending). An OCRA token is confirmed by
    /// [`ConfirmOcra`](crate::ConfirmOcra).
    pub code: &'a str,
}

impl Operation for Confirm<'_> {
    type Outcome = Verdict;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Verdict, Refused> {
        state.head.check_enrolling_ticket(self.ticket, cx)?;
        let awaited = |one: &Authenticator| one.awaits(self.ticket.parts().id, cx.now);
        let awaiting = state.authenticators.iter().position(awaited);
        let slot = awaiting.ok_or(Refused::NothingPending)?;
        let out_of_band = match state.authenticators.get(slot).map(|one| &one.factor) {
            Some(Factor::OutOfBand(factor)) => Some(factor.find_of(self.ticket.parts().id, cx.now)),
            _ => None,
        };
        let confirmed = match out_of_band {
            Some(None) => return Err(Refused::NoSuchChallenge),
            Some(Some(challenge)) => {
                let familiar = self.ticket.parts().familiar;
                state.head.check_budget(Class::OutOfBand, familiar, cx)?;
                state.present_out_of_band(self.ticket, (slot, challenge), self.code, cx)?
            }
            None => state.present_otp(self.ticket, self.code, &awaited, cx)?.map(|_| ()),
        };
        match confirmed {
            Ok(()) => state.activate(slot),
            Err(rejected) => Ok(rejected),
        }
    }
}

impl State<'_> {
    /// Makes a pending authenticator and its twin active, in the place of the one that it
    /// replaces.
    pub(super) fn activate(&mut self, slot: usize) -> Result<Verdict, Refused> {
        let one = self.authenticators.get(slot).ok_or(Refused::NothingPending)?;
        let (id, before, method) = (one.id, one.phase, one.method());
        for one in self.authenticators.iter_mut().filter(|one| one.id == id) {
            one.phase = Phase::Active;
        }
        let mut notices = Notices::AUTHENTICATOR_BOUND;
        if !self.head.enrolled {
            self.head.enrolled = true;
            self.head.recovery_awaits = None;
            self.raise_generation();
        }
        if let Phase::Pending { replaces: Some(old), .. } = before {
            if let Ok(slot) = self.slot(old) {
                remove(self.authenticators, slot);
                notices = notices | Notices::AUTHENTICATOR_REMOVED;
            }
            self.raise_generation();
        }
        Ok(Verdict::Accepted(Grant::new(self.head.subject, method, notices)))
    }
}
