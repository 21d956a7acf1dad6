//! Confirm an OCRA token: its first response makes it active.

use super::authenticator::Authenticator;
use super::context::Context;
use super::ocra::OcraAnswer;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use super::verdict::Verdict;
use crate::ticket::Ticket;

/// Confirms the association of an OCRA token, by the response to a question that
/// [`ChallengeOcra`](crate::ChallengeOcra) asked with the same ticket. All else is as in
/// [`Confirm`](crate::Confirm).
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct ConfirmOcra<'a> {
    /// The ticket that associated the authenticator.
    pub ticket: &'a Ticket,
    /// A response of it.
    pub answer: OcraAnswer<'a>,
}

impl Operation for ConfirmOcra<'_> {
    type Outcome = Verdict;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Verdict, Refused> {
        state.head.check_enrolling_ticket(self.ticket, cx)?;
        let awaited = |one: &Authenticator| one.awaits(self.ticket.parts().id, cx.now);
        if !state.authenticators.iter().any(awaited) {
            return Err(Refused::NothingPending);
        }
        match state.present_ocra(self.ticket, &self.answer, &awaited, cx)? {
            Ok(slot) => state.activate(slot),
            Err(rejected) => Ok(rejected),
        }
    }
}
