//! Presenting a response to an OCRA question: budget, form, evaluation.

use super::authenticator::Authenticator;
use super::context::Context;
use super::factor::Factor;
use super::ocra::OcraAnswer;
use super::refused::Refused;
use super::state::State;
use super::verdict::Verdict;
use crate::ocra::Question;
use crate::throttle::Class;
use crate::ticket::Ticket;

impl State<'_> {
    /// Evaluates a response to the question of this ticket, of a token that `answers` picks.
    /// The right one gives the slot of the token, whose failures are forgotten; a wrong one
    /// costs the class a unit and the token a failure. Either ends the question.
    ///
    /// # Errors
    /// `Locked`, before anything is looked at; `NoSuchChallenge`; what
    /// [`OcraFactor::evaluate`](super::ocra::OcraFactor::evaluate) refuses.
    #[inline(never)] // its stack is not that of other answers
    pub(super) fn present_ocra(
        &mut self,
        ticket: &Ticket,
        answer: &OcraAnswer<'_>,
        answers: &dyn Fn(&Authenticator) -> bool,
        cx: &Context<'_>,
    ) -> Result<Result<usize, Verdict>, Refused> {
        let familiar = ticket.parts().familiar;
        self.head.check_budget(Class::Otp, familiar, cx)?;
        let (slot, question) = self.asked_of_token(ticket, answer, answers, cx)?;
        let one = self.authenticators.get_mut(slot).ok_or(Refused::NoSuchChallenge)?;
        let Factor::Ocra(ocra) = &mut one.factor else { return Err(Refused::NoSuchChallenge) };
        if ocra.evaluate(&question, answer, cx)? {
            one.failures = 0;
            return Ok(Ok(slot));
        }
        let disabled = one.fail(cx.policy.settings().failure_cap);
        self.head.charge(Class::Otp, familiar, cx);
        let locked_until = self.head.locked_until(Class::Otp, familiar, cx);
        Ok(Err(Verdict::rejected(locked_until, disabled)))
    }

    /// The token that was asked under this name, and the question.
    fn asked_of_token(
        &self,
        ticket: &Ticket,
        answer: &OcraAnswer<'_>,
        answers: &dyn Fn(&Authenticator) -> bool,
        cx: &Context<'_>,
    ) -> Result<(usize, Question), Refused> {
        for (slot, one) in self.authenticators.iter().enumerate().filter(|(_, one)| answers(one)) {
            if let Factor::Ocra(ocra) = &one.factor
                && let Some((name, question)) = ocra.question(ticket.parts().id, cx.now)?
                && name == answer.challenge
            {
                return Ok((slot, question));
            }
        }
        Err(Refused::NoSuchChallenge)
    }
}
