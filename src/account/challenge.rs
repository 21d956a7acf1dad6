//! Challenge: send a code, or ask a device.

use super::authenticator::Kind;
use super::context::Context;
use super::factor::Factor;
use super::operation::Operation;
use super::out_of_band::Delivery;
use super::refused::Refused;
use super::state::State;
use crate::Entropy;
use crate::channel::Channel;
use crate::id::AuthenticatorId;
use crate::throttle::Class;
use crate::ticket::Ticket;

/// Sends a fresh code to an active out-of-band authenticator, or asks its device.
///
/// The code is bound to the ticket and the authenticator, and valid once, for the policy's
/// [`challenge_life`](crate::PolicySettings::challenge_life). It takes the place of an
/// earlier one of the same ticket; three tickets can have one at a time. Sending has a
/// budget; it never resets what wrong answers have cost.
///
/// One-time passwords need no challenge. Draws 14 bytes.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Challenge<'a> {
    /// Who will answer.
    pub ticket: &'a Ticket,
    /// Whom to reach.
    pub authenticator: AuthenticatorId,
    /// Over which channel: twins have one name.
    pub channel: Channel,
    /// Fresh random bytes.
    pub entropy: Entropy<'a>,
}

impl Operation for Challenge<'_> {
    /// What must be delivered.
    type Outcome = Delivery;

    fn run(mut self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Delivery, Refused> {
        state.head.check_ticket(self.ticket, cx)?;
        if !state.head.enrolled {
            return Err(Refused::NotEnrolled);
        }
        state.head.check_budget(Class::OutOfBand, self.ticket.parts().familiar, cx)?;
        let wanted = Kind::OutOfBand(self.channel);
        let one = state
            .authenticators
            .iter_mut()
            .find(|one| one.is_active() && one.id == self.authenticator && one.kind() == wanted);
        let Some(Factor::OutOfBand(factor)) = one.map(|one| &mut one.factor) else {
            return Err(Refused::NoSuchFactor);
        };
        state.head.pay_sending(self.channel, cx)?;
        Ok(factor.issue(self.ticket.parts().id, cx.lasting(), &mut self.entropy)?)
    }
}
