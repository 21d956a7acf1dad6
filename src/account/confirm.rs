//! Confirm: prove that an associated authenticator works, and begin to count on it.

use super::authenticator::{Authenticator, Phase};
use super::context::Context;
use super::factor::Factor;
use super::operation::Operation;
use super::refused::Refused;
use super::response::Response;
use super::slots::remove;
use super::state::State;
use super::verdict::{Grant, Notices, Verdict};
use crate::id::TicketId;
use crate::ticket::Ticket;

/// Confirms the association that was made with the same ticket, by a response of it.
///
/// The order is: ticket, something that waits for this confirmation
/// ([`NothingPending`](Refused::NothingPending)), then as in [`Respond`](crate::Respond), but
/// among the authenticators that wait for this ticket only. Twins are confirmed together, by
/// a response of either: a device that is asked by push by a one-time password too. One of them
/// that had too many wrong answers comes out [`Disabled`](crate::Phase::Disabled), and what was
/// asked or sent to confirm by is over.
///
/// A first-factor ticket confirms only as long as the account is not enrolled. The response is
/// burnt and counts as a login; a wrong one counts as a wrong login. With the first
/// confirmation the account is enrolled, its recovery codes become usable, and tickets that
/// were issued before may only answer challenges.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Confirm<'a> {
    /// The ticket that associated the authenticator.
    pub ticket: &'a Ticket,
    /// A response of it. A recovery code is refused as
    /// [`NoSuchFactor`](Refused::NoSuchFactor), and stays as it is.
    pub response: Response<'a>,
}

impl Operation for Confirm<'_> {
    type Outcome = Verdict;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Verdict, Refused> {
        state.head.check_enrolling_ticket(self.ticket, cx)?;
        let by = self.ticket.parts().id;
        let awaits = |one: &Authenticator| one.awaits(by, cx.now);
        if !state.authenticators.iter().any(awaits) {
            return Err(Refused::NothingPending);
        }
        match state.present(self.ticket, &self.response, &awaits, cx)? {
            Ok(slot) => state.activate(slot, by, cx),
            Err(rejected) => Ok(rejected),
        }
    }
}

impl State<'_> {
    /// Makes a pending authenticator and its twin active, in the place of the one that it
    /// replaces. A twin that had too many wrong answers is disabled, and a question that the
    /// other one was asked to confirm by is over.
    fn activate(
        &mut self,
        slot: usize,
        by: TicketId,
        cx: &Context<'_>,
    ) -> Result<Verdict, Refused> {
        let one = self.authenticators.get(slot).ok_or(Refused::NothingPending)?;
        let (id, before, method) = (one.id, one.phase, one.method());
        for one in self.authenticators.iter_mut().filter(|one| one.id == id) {
            one.phase = if one.awaits(by, cx.now) { Phase::Active } else { Phase::Disabled };
            if let Factor::OutOfBand(factor) = &mut one.factor {
                factor.challenges.clear();
            }
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
