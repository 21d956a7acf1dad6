//! Rebind: a fresh secret for an authenticator, which the old one makes room for once it is
//! confirmed.

use super::associate::{Associated, Binding, NewAuthenticator};
use super::context::Context;
use super::factor::Factor;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use crate::Entropy;
use crate::id::AuthenticatorId;
use crate::ticket::{Authority, Scopes, Ticket};

/// Binds an authenticator anew: one that was disabled, or whose secret may be known.
///
/// A new authenticator of the same kind, parameters and label is associated; when it is
/// confirmed, the old one is removed in the same step. Until then the old one stays as it is.
/// Needs the authority of a second factor and the scope `enroll`, and a place in the record.
/// Only what has a secret is rebound: a number or device is associated again.
///
/// Draws 10 bytes and the length of the hash's output.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Rebind<'a> {
    /// Who asks.
    pub ticket: &'a Ticket,
    /// The authenticator to be replaced.
    pub authenticator: AuthenticatorId,
    /// Fresh random bytes.
    pub entropy: Entropy<'a>,
}

impl Operation for Rebind<'_> {
    type Outcome = Associated;

    fn run(mut self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Associated, Refused> {
        state.head.check_acting_ticket(self.ticket, Authority::Verified, Scopes::ENROLL, cx)?;
        let old = state.confirmed(self.authenticator)?;
        let new = match &old.factor {
            Factor::Totp(totp) => NewAuthenticator::Totp(totp.parameters),
            Factor::Hotp(hotp) => NewAuthenticator::Hotp(hotp.parameters, 0),
            Factor::Ocra(ocra) => NewAuthenticator::Ocra(ocra.suite.suite()?, 0),
            Factor::OutOfBand(_) => return Err(Refused::NoSuchFactor),
        };
        let (label, replaces) = (&old.label.clone(), Some(old.id));
        let binding = Binding { new: &new, label, known: None, replaces };
        state.bind(binding, self.ticket, &mut self.entropy, cx)
    }
}
