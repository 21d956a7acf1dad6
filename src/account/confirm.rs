//! Confirm: prove that an associated authenticator works, and begin to count on it.

use super::authenticator::Phase;
use super::operation::{Context, Operation, Refused};
use super::state::State;
use super::verdict::{Grant, Method, Notices, Verdict};
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
    /// A code of it, as typed.
    pub code: &'a str,
}

impl Operation for Confirm<'_> {
    type Outcome = Verdict;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Verdict, Refused> {
        state.head.check_enrolling_ticket(self.ticket, cx)?;
        let awaited = |phase: Phase| match phase {
            Phase::Pending { ticket, expires } => {
                ticket == self.ticket.parts().id && cx.now < expires
            }
            _ => false,
        };
        if !state.authenticators.iter().any(|authenticator| awaited(authenticator.phase)) {
            return Err(Refused::NothingPending);
        }
        let answers = |authenticator: &super::Authenticator| awaited(authenticator.phase);
        let Some(slot) = state.present_otp(self.code, &answers, cx)? else {
            return Ok(state.rejected_otp(cx));
        };
        let Some(authenticator) = state.authenticators.get_mut(slot) else {
            return Err(Refused::NothingPending);
        };
        authenticator.phase = Phase::Active;
        let id = authenticator.id;
        if !state.head.enrolled {
            state.head.enrolled = true;
            state.head.recovery_awaits = None;
            state.head.raise_generation()?;
        }
        Ok(Verdict::Accepted(Grant::new(state.head, Method::Otp(id), Notices::AUTHENTICATOR_BOUND)))
    }
}
