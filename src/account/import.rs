//! Import: bind an authenticator whose secret exists already.

use super::associate::{Associated, Binding, NewAuthenticator};
use super::authenticator::Label;
use super::context::Context;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use crate::ticket::Ticket;
use crate::{Entropy, Secret};

/// Associates an authenticator with a secret that exists already: the seed of a hardware
/// token, or an account that moves here from another system. All else is as in
/// [`Associate`](crate::Associate), the confirmation included.
///
/// Draws 10 bytes, and 15 for each recovery code of the policy if the account is not enrolled.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Import<'a> {
    /// Who asks.
    pub ticket: &'a Ticket,
    /// What to associate.
    pub authenticator: NewAuthenticator,
    /// Its secret, of at least the policy's
    /// [`min_secret_bits`](crate::PolicySettings::min_secret_bits).
    pub secret: Secret,
    /// What the user calls it.
    pub label: Label,
    /// Fresh random bytes.
    pub entropy: Entropy<'a>,
}

impl Operation for Import<'_> {
    type Outcome = Associated;

    fn run(mut self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Associated, Refused> {
        state.head.check_enrolling_ticket(self.ticket, cx)?;
        if self.secret.bit_len() < cx.policy.settings().min_secret_bits {
            return Err(Refused::WeakSecret);
        }
        let (new, label) = (&self.authenticator, &self.label);
        let binding = Binding { new, label, known: Some(&self.secret), replaces: None };
        state.bind(binding, self.ticket, &mut self.entropy, cx)
    }
}
