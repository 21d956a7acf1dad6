//! What an administrator does: unlock, reset, and make good after a backup was restored.

use super::authenticator::Phase;
use super::context::Context;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use super::verdict::Notices;
use crate::Entropy;
use crate::id::RecordId;
use crate::throttle::{Class, Throttle};
use crate::ticket::{Authority, Scopes, Ticket};

/// Gives a class of factors its budget back.
///
/// An administrator gives all of it back; the authority of a second factor is enough for the
/// fast part. Authenticators that are disabled stay so: they must be bound anew.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Unlock<'a> {
    /// Who asks.
    pub ticket: &'a Ticket,
    /// What is locked.
    pub class: Class,
}

impl Operation for Unlock<'_> {
    type Outcome = ();

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<(), Refused> {
        state.head.check_acting_ticket(self.ticket, Authority::Verified, Scopes::NONE, cx)?;
        let throttle = state.head.throttle_mut(self.class);
        match self.ticket.parts().authority {
            Authority::Administrator => *throttle = Throttle::NEW,
            _ => throttle.fast = Throttle::NEW.fast,
        }
        Ok(())
    }
}

/// Takes all authenticators and recovery codes away: the account is not enrolled any more,
/// and whoever has the first factor may enroll. Budgets stay as they are.
///
/// Only for an administrator who has made sure who asks for it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Reset<'a> {
    /// The administrator.
    pub ticket: &'a Ticket,
}

impl Operation for Reset<'_> {
    /// What the user should be told.
    type Outcome = Notices;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Notices, Refused> {
        let needed = Authority::Administrator;
        state.head.check_acting_ticket(self.ticket, needed, Scopes::NONE, cx)?;
        state.clear();
        state.raise_generation();
        Ok(Notices::AUTHENTICATOR_REMOVED)
    }
}

/// Makes a record safe that was restored from a backup: what was used since the backup was
/// made must not be usable again.
///
/// The record gets a new random id: no ticket of before speaks for it any more, and no write
/// that was under way finds it. Recovery codes and challenges are void, associations that
/// wait for confirmation are dropped, HOTP tokens must be resynchronized, and the time steps
/// around now are burnt, as far as logins can have followed a clock. (A clock that was
/// *resynchronized* since the backup is not known here: bind such an authenticator anew.) OCRA
/// tokens whose short questions only a counter tells apart are disabled.
///
/// For an administrator. Draws 16 bytes.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Restored<'a> {
    /// The administrator.
    pub ticket: &'a Ticket,
    /// Fresh random bytes.
    pub entropy: Entropy<'a>,
}

impl Operation for Restored<'_> {
    type Outcome = ();

    fn run(mut self, state: &mut State<'_>, cx: &Context<'_>) -> Result<(), Refused> {
        let needed = Authority::Administrator;
        state.head.check_acting_ticket(self.ticket, needed, Scopes::NONE, cx)?;
        state.head.subject.record = RecordId::draw(&mut self.entropy)?;
        state.recovery.clear();
        state.head.recovery_awaits = None;
        // Drops what is pending, which must not count as confirmed by being disabled.
        state.raise_generation();
        for authenticator in state.authenticators.iter_mut() {
            if !authenticator.factor.distrust_past(cx) {
                authenticator.phase = Phase::Disabled;
            }
        }
        Ok(())
    }
}
