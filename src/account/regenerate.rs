//! Regenerate: a fresh set of recovery codes ends the old one.

use super::operation::{Context, Operation, Refused};
use super::state::State;
use crate::Entropy;
use crate::recovery::RecoveryCodes;
use crate::ticket::{Authority, Scopes, Ticket};

/// Replaces all recovery codes by a fresh set.
///
/// Needs the authority of a second factor; the account must be enrolled. The old codes are
/// void in the same step, and older tickets may then only answer challenges.
///
/// Draws 15 bytes for each recovery code of the policy.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct RegenerateRecoveryCodes<'a> {
    /// Who asks.
    pub ticket: &'a Ticket,
    /// Fresh random bytes.
    pub entropy: Entropy<'a>,
}

impl Operation for RegenerateRecoveryCodes<'_> {
    /// The new codes, to be shown once.
    type Outcome = RecoveryCodes;

    fn run(mut self, state: &mut State<'_>, cx: &Context<'_>) -> Result<RecoveryCodes, Refused> {
        state.head.check_acting_ticket(self.ticket, Authority::Verified, Scopes::NONE, cx)?;
        if !state.head.enrolled {
            return Err(Refused::NotEnrolled);
        }
        let mut codes = RecoveryCodes::default();
        state.draw_recovery_codes(&mut codes, &mut self.entropy, cx)?;
        state.head.raise_generation()?;
        Ok(codes)
    }
}
