//! Resynchronize: find a token or clock that went astray, by two or three codes in a row.

use super::authenticator::Authenticator;
use super::context::Context;
use super::factor::Factor;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use crate::id::AuthenticatorId;
use crate::throttle::Class;
use crate::ticket::{Authority, Scopes, Ticket};

/// Resynchronizes an active authenticator (RFC 4226 §7.4, RFC 6238 §6).
///
/// Needs the authority of a second factor. The codes must be of consecutive counters or time
/// steps, all of them unused; all are burnt. Nobody is logged in by it. If they are not
/// found, each of them costs one unit of the budget, and nothing else changes.
///
/// `Debug` hides the codes.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Resynchronize<'a> {
    /// Who asks.
    pub ticket: &'a Ticket,
    /// What went astray.
    pub authenticator: AuthenticatorId,
    /// Two codes, in the order in which they were shown.
    pub codes: [&'a str; 2],
    /// A third one, for more certainty.
    pub third: Option<&'a str>,
}

impl core::fmt::Debug for Resynchronize<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut fields = f.debug_struct("Resynchronize");
        fields.field("authenticator", &self.authenticator).finish_non_exhaustive()
    }
}

/// Whether the codes were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resynchronized {
    /// They were, and are burnt.
    Found,
    /// They were not.
    #[non_exhaustive]
    NotFound {
        /// From when on the next answer is evaluated, in seconds since the Unix epoch, if
        /// these used up the budget.
        locked_until: Option<u64>,
    },
}

impl Operation for Resynchronize<'_> {
    type Outcome = Resynchronized;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Resynchronized, Refused> {
        state.head.check_acting_ticket(self.ticket, Authority::Verified, Scopes::NONE, cx)?;
        let familiar = self.ticket.parts().familiar;
        state.head.check_budget(Class::Otp, familiar, cx)?;
        // A device that is asked by push has the name of its twin, which has the codes.
        let has_codes = |one: &Authenticator| {
            one.is_active() && matches!(one.factor, Factor::Totp(_) | Factor::Hotp(_))
        };
        let mut authenticators = state.authenticators.iter_mut();
        let authenticator = authenticators
            .find(|one| one.id == self.authenticator && has_codes(one))
            .ok_or(Refused::NoSuchFactor)?;
        if authenticator.factor.resynchronize(self.codes, self.third, cx)? {
            authenticator.failures = 0;
            return Ok(Resynchronized::Found);
        }
        authenticator.fail(cx.policy.settings().failure_cap);
        for _ in self.codes.iter().chain(&self.third) {
            state.head.charge(Class::Otp, familiar, cx);
        }
        let locked_until = state.head.locked_until(Class::Otp, familiar, cx);
        Ok(Resynchronized::NotFound { locked_until })
    }
}
