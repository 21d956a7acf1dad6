//! Presenting a one-time password: budget, form, evaluation.

use super::authenticator::Authenticator;
use super::context::Context;
use super::refused::Refused;
use super::slots::Slots;
use super::state::State;
use super::verdict::Verdict;
use crate::throttle::Class;
use crate::ticket::Ticket;

impl State<'_> {
    /// Evaluates `text` on all authenticators that `answers` picks.
    ///
    /// All of them are evaluated, and every match is burnt. The lowest slot that matched is
    /// given, and its failures forgotten. Without a match the class pays one unit, each
    /// evaluated authenticator has one more failure, and the verdict is given.
    ///
    /// # Errors
    /// `Locked`, before anything is looked at; `MalformedCode` if the text has the form of
    /// none of them; `NoSuchFactor` if there are none.
    #[inline(never)] // its stack is not that of other answers
    pub(crate) fn present_otp(
        &mut self,
        ticket: &Ticket,
        text: &str,
        answers: &dyn Fn(&Authenticator) -> bool,
        cx: &Context<'_>,
    ) -> Result<Result<usize, Verdict>, Refused> {
        let familiar = ticket.parts().familiar;
        self.head.check_budget(Class::Otp, familiar, cx)?;

        let (mut evaluated, mut matched) = (Slots::default(), Slots::default());
        let mut reason = Refused::NoSuchFactor;
        for (slot, authenticator) in self.authenticators.iter_mut().enumerate() {
            if !answers(authenticator) {
                continue;
            }
            match authenticator.factor.evaluate_otp(text, cx) {
                Ok(is_right) => {
                    evaluated.insert(slot);
                    if is_right {
                        matched.insert(slot);
                    }
                }
                // What has no codes at all says less than what has others.
                Err(refused) if reason == Refused::NoSuchFactor => reason = refused,
                Err(_) => {}
            }
        }
        if evaluated.is_empty() {
            return Err(reason);
        }
        if let Some(named) = matched.first() {
            if let Some(authenticator) = self.authenticators.get_mut(named) {
                authenticator.failures = 0;
            }
            return Ok(Ok(named));
        }
        self.head.charge(Class::Otp, familiar, cx);
        let mut disabled = false;
        for (slot, authenticator) in self.authenticators.iter_mut().enumerate() {
            if evaluated.contains(slot) {
                disabled |= authenticator.fail(cx.policy.settings().failure_cap);
            }
        }
        let locked_until = self.head.locked_until(Class::Otp, familiar, cx);
        Ok(Err(Verdict::rejected(locked_until, disabled)))
    }
}
