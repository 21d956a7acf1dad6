//! Presenting an out-of-band answer: budget, form, evaluation.

use super::authenticator::Authenticator;
use super::context::Context;
use super::factor::Factor;
use super::out_of_band::Answer;
use super::refused::Refused;
use super::state::State;
use super::verdict::Verdict;
use crate::Code;
use crate::channel::Channel;
use crate::id::ChallengeId;
use crate::throttle::Class;
use crate::ticket::Ticket;

impl State<'_> {
    /// Evaluates an answer to a challenge of this ticket, of an authenticator that `counts`
    /// picks: a code as typed, or `None` for what a device was asked, which is only looked up.
    /// The right one ends the challenge and gives the slot of the authenticator, whose failures
    /// are forgotten; a wrong one costs the class a unit and the authenticator a failure.
    ///
    /// # Errors
    /// `Locked`, before anything is looked at; `NoSuchChallenge`, `MalformedCode`; of a device
    /// `AuthorizationPending` and `Denied`.
    #[inline(never)] // its stack is not that of other answers
    pub(super) fn present_out_of_band(
        &mut self,
        ticket: &Ticket,
        challenge: ChallengeId,
        text: Option<&str>,
        counts: &dyn Fn(&Authenticator) -> bool,
        cx: &Context<'_>,
    ) -> Result<Result<usize, Verdict>, Refused> {
        let familiar = ticket.parts().familiar;
        self.head.check_budget(Class::OutOfBand, familiar, cx)?;
        let found = self.authenticators.iter_mut().enumerate().find_map(|(slot, one)| {
            let Factor::OutOfBand(factor) = &one.factor else { return None };
            let index = factor.find(challenge, ticket.parts().id, cx.now)?;
            counts(one).then_some((slot, one, index))
        });
        let (slot, one, index) = found.ok_or(Refused::NoSuchChallenge)?;
        let Factor::OutOfBand(factor) = &mut one.factor else {
            return Err(Refused::NoSuchChallenge);
        };
        let challenge = factor.challenges.get(index).ok_or(Refused::NoSuchChallenge)?;
        let right = match (factor.channel, challenge.answer, text) {
            (Channel::Push, Answer::Approved, None) => {
                factor.end(index);
                true
            }
            (Channel::Push, Answer::Denied, None) => return Err(Refused::Denied),
            (Channel::Push, _, None) => return Err(Refused::AuthorizationPending),
            // No code is sent to a device, and no device answers for a phone.
            (Channel::Push, _, Some(_)) | (_, _, None) => return Err(Refused::NoSuchChallenge),
            (_, _, Some(text)) => {
                let code = Code::parse(text, challenge.code.format());
                factor.guess(index, &code.map_err(Refused::MalformedCode)?)
            }
        };
        if right {
            one.failures = 0;
            return Ok(Ok(slot));
        }
        let disabled = one.fail(cx.policy.settings().failure_cap);
        self.head.charge(Class::OutOfBand, familiar, cx);
        let locked_until = self.head.locked_until(Class::OutOfBand, familiar, cx);
        Ok(Err(Verdict::rejected(locked_until, disabled)))
    }
}
