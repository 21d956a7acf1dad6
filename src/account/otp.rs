//! Presenting a one-time password: budget, form, evaluation.

use super::authenticator::Authenticator;
use super::operation::{Context, Refused};
use super::state::{Slots, State};
use crate::ticket::Ticket;

impl State<'_> {
    /// Evaluates `text` on all authenticators that `answers` picks.
    ///
    /// All of them are evaluated, and every match is burnt. The lowest slot that matched is
    /// given, and its failures forgotten. Without a match the class pays one unit, and each
    /// evaluated authenticator has one more failure.
    ///
    /// # Errors
    /// `Locked`, before anything is looked at; `MalformedCode` if the text has the form of
    /// none of them; `NoSuchFactor` if there are none.
    pub(crate) fn present_otp(
        &mut self,
        ticket: &Ticket,
        text: &str,
        answers: &dyn Fn(&Authenticator) -> bool,
        cx: &Context<'_>,
    ) -> Result<Option<usize>, Refused> {
        let policy = cx.policy.settings();
        self.head.check_otp_budget(ticket, cx)?;

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
        let named = matched.first();
        if named.is_none() {
            self.head.otp.charge(policy.otp, ticket.parts().familiar, cx.now);
        }
        for (slot, authenticator) in self.authenticators.iter_mut().enumerate() {
            if named == Some(slot) {
                authenticator.failures = 0;
            } else if named.is_none() && evaluated.contains(slot) {
                authenticator.fail(policy.failure_cap);
            }
        }
        Ok(named)
    }
}
