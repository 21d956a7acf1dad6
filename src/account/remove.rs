//! Remove: an authenticator goes, and with the last one everything.

use super::authenticator::Authenticator;
use super::context::Context;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use super::verdict::Notices;
use crate::id::AuthenticatorId;
use crate::ticket::{Authority, Scopes, Ticket};

/// Removes an authenticator, and its twin with it.
///
/// Needs the authority of a second factor and the scope `remove:authenticators`. With the
/// last one that was confirmed, the recovery codes and what waits for confirmation go too,
/// and the account is no longer enrolled. Older tickets may then only answer challenges.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Remove<'a> {
    /// Who asks.
    pub ticket: &'a Ticket,
    /// What goes.
    pub authenticator: AuthenticatorId,
}

/// What was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// Whether the account is still enrolled.
    pub enrolled: bool,
    /// What the user should be told.
    pub notices: Notices,
}

impl Operation for Remove<'_> {
    type Outcome = Removed;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Removed, Refused> {
        let scope = Scopes::REMOVE_AUTHENTICATORS;
        state.head.check_acting_ticket(self.ticket, Authority::Verified, scope, cx)?;
        state.slot(self.authenticator)?;
        state.remove_factor(self.authenticator);
        state.raise_generation();
        Ok(Removed { enrolled: state.head.enrolled, notices: Notices::AUTHENTICATOR_REMOVED })
    }
}

impl State<'_> {
    /// Removes an authenticator and its twin, and with the last confirmed one all that depends
    /// on it.
    fn remove_factor(&mut self, id: AuthenticatorId) {
        self.remove_twins(id);
        if self.authenticators.iter().all(Authenticator::is_pending) {
            self.clear();
        }
    }

    /// No authenticators, no recovery codes, not enrolled.
    pub(super) fn clear(&mut self) {
        self.authenticators.clear();
        self.recovery.clear();
        self.head.recovery_awaits = None;
        self.head.enrolled = false;
    }
}
