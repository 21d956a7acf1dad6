//! Respond: answer with a second factor.

use super::authenticator::Authenticator;
use super::context::Context;
use super::operation::Operation;
use super::refused::Refused;
use super::response::Response;
use super::slots::remove;
use super::state::State;
use super::verdict::{Grant, Method, Notices, Verdict};
use crate::Entropy;
use crate::recovery::{RecoveryCode, RecoveryHash};
use crate::throttle::Class;
use crate::ticket::Ticket;

/// Answers with a second factor.
///
/// The order is: ticket, budget, form, evaluation. Refusals cost nothing, since nothing was
/// evaluated; a wrong answer costs one unit of its class's budget.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Respond<'a> {
    /// Who answers. One that is older than the account's last change may still answer.
    pub ticket: &'a Ticket,
    /// The answer.
    pub response: Response<'a>,
}

impl Operation for Respond<'_> {
    type Outcome = Verdict;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Verdict, Refused> {
        state.head.check_ticket(self.ticket, cx)?;
        if !state.head.enrolled {
            return Err(Refused::NotEnrolled);
        }
        if let Response::RecoveryCode(text, entropy) = self.response {
            return state.respond_recovery(self.ticket, text, entropy, cx);
        }
        let active = &Authenticator::is_active;
        let slot = match state.present(self.ticket, &self.response, active, cx)? {
            Ok(slot) => slot,
            Err(rejected) => return Ok(rejected),
        };
        let one = state.authenticators.get(slot).ok_or(Refused::NoSuchFactor)?;
        Ok(Verdict::Accepted(Grant::new(state.head.subject, one.method(), one.notices(cx))))
    }
}

impl State<'_> {
    #[inline(never)] // its stack is not that of other answers
    fn respond_recovery(
        &mut self,
        ticket: &Ticket,
        text: &str,
        mut entropy: Entropy<'_>,
        cx: &Context<'_>,
    ) -> Result<Verdict, Refused> {
        let familiar = ticket.parts().familiar;
        self.head.check_budget(Class::Recovery, familiar, cx)?;
        if self.recovery.is_empty() {
            return Err(Refused::NoSuchFactor);
        }
        let presented = RecoveryCode::parse(text).map_err(Refused::MalformedRecoveryCode)?;
        let presented = presented.hash(self.head.subject.record)?;
        // Drawn before the verdict is known: a lack of random bytes must not tell it.
        let replacement = match cx.policy.settings().replace_used_recovery_code {
            true => Some(self.draw_recovery_code(&mut entropy)?),
            false => None,
        };
        let Some(slot) = presented.find_in(self.recovery) else {
            self.head.charge(Class::Recovery, familiar, cx);
            let locked_until = self.head.locked_until(Class::Recovery, familiar, cx);
            return Ok(Verdict::rejected(locked_until, false));
        };
        Ok(self.use_up_recovery_code(slot, replacement))
    }

    /// Removes or replaces the code in `slot`, in the same step in which it is accepted.
    fn use_up_recovery_code(
        &mut self,
        slot: usize,
        replacement: Option<(RecoveryCode, RecoveryHash)>,
    ) -> Verdict {
        let mut notices = Notices::RECOVERY_CODE_USED;
        match (&replacement, self.recovery.get_mut(slot)) {
            (Some((_, RecoveryHash(fresh))), Some(used)) => {
                used.0 = *fresh;
                notices = notices | Notices::RECOVERY_CODE_REPLACED;
            }
            _ => remove(self.recovery, slot),
        }
        if self.recovery.is_empty() {
            notices = notices | Notices::NO_RECOVERY_CODE_LEFT;
        }
        self.raise_generation();
        let grant = Grant::new(self.head.subject, Method::RecoveryCode, notices);
        Verdict::Accepted(match replacement {
            Some((code, _)) => grant.with_recovery_code(code),
            None => grant,
        })
    }
}
