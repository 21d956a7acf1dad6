//! Regenerate: a fresh set of recovery codes ends the old one.

use super::context::Context;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use super::verdict::Notices;
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

/// A fresh set of recovery codes.
#[derive(Debug)]
#[non_exhaustive]
pub struct Regenerated {
    /// The codes, to be shown now, once.
    pub recovery_codes: RecoveryCodes,
    /// What the user should be told.
    pub notices: Notices,
}

impl Operation for RegenerateRecoveryCodes<'_> {
    type Outcome = Regenerated;

    fn run(mut self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Regenerated, Refused> {
        state.head.check_acting_ticket(self.ticket, Authority::Verified, Scopes::NONE, cx)?;
        if !state.head.enrolled {
            return Err(Refused::NotEnrolled);
        }
        let mut recovery_codes = RecoveryCodes::default();
        state.draw_recovery_codes(&mut recovery_codes, &mut self.entropy, cx)?;
        state.raise_generation();
        Ok(Regenerated { recovery_codes, notices: Notices::RECOVERY_CODE_REPLACED })
    }
}
