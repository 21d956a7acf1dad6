//! Presenting an out-of-band answer: budget, form, evaluation.

use super::context::Context;
use super::factor::Factor;
use super::out_of_band::Answer;
use super::refused::Refused;
use super::state::State;
use super::verdict::{Grant, Notices, Verdict};
use crate::Code;
use crate::channel::Channel;
use crate::id::ChallengeId;
use crate::throttle::Class;
use crate::ticket::Ticket;

impl State<'_> {
    #[inline(never)] // its stack is not that of other answers
    pub(super) fn respond_out_of_band(
        &mut self,
        ticket: &Ticket,
        challenge: ChallengeId,
        text: &str,
        cx: &Context<'_>,
    ) -> Result<Verdict, Refused> {
        self.head.check_budget(Class::OutOfBand, ticket.parts().familiar, cx)?;
        let place = self.authenticators.iter().enumerate().find_map(|(slot, one)| {
            let Factor::OutOfBand(factor) = &one.factor else { return None };
            let challenge = factor.find(challenge, ticket.parts().id, cx.now)?;
            one.is_active().then_some((slot, challenge))
        });
        let (slot, challenge) = place.ok_or(Refused::NoSuchChallenge)?;
        if let Err(rejected) = self.present_out_of_band(ticket, (slot, challenge), text, cx)? {
            return Ok(rejected);
        }
        let method = self.authenticators.get(slot).map(|one| one.method());
        let method = method.ok_or(Refused::NoSuchChallenge)?;
        Ok(Verdict::Accepted(Grant::new(self.head.subject, method, Notices::NONE)))
    }

    /// Evaluates an answer to the challenge at `(slot, index)`. The right one ends it; a wrong
    /// one costs the class a unit and the authenticator a failure. A device's answer is only
    /// looked up.
    ///
    /// # Errors
    /// `MalformedCode`; of a device `AuthorizationPending` and `Denied`. The budget is the
    /// caller's to check.
    pub(super) fn present_out_of_band(
        &mut self,
        ticket: &Ticket,
        (slot, index): (usize, usize),
        text: &str,
        cx: &Context<'_>,
    ) -> Result<Result<(), Verdict>, Refused> {
        let one = self.authenticators.get_mut(slot).ok_or(Refused::NoSuchChallenge)?;
        let Factor::OutOfBand(factor) = &mut one.factor else {
            return Err(Refused::NoSuchChallenge);
        };
        let challenge = factor.challenges.get(index).ok_or(Refused::NoSuchChallenge)?;
        let right = match (factor.channel, challenge.answer) {
            (Channel::Push, Answer::Approved) => {
                factor.end(index);
                true
            }
            (Channel::Push, Answer::Denied) => return Err(Refused::Denied),
            (Channel::Push, _) => return Err(Refused::AuthorizationPending),
            _ => {
                let code = Code::parse(text, challenge.code.format());
                factor.guess(index, &code.map_err(Refused::MalformedCode)?)
            }
        };
        if right {
            one.failures = 0;
            return Ok(Ok(()));
        }
        let disabled = one.fail(cx.policy.settings().failure_cap);
        let familiar = ticket.parts().familiar;
        self.head.charge(Class::OutOfBand, familiar, cx);
        let locked_until = self.head.locked_until(Class::OutOfBand, familiar, cx);
        Ok(Err(Verdict::rejected(locked_until, disabled)))
    }
}
