//! Associate out of band: bind a phone number, an address or a device.

use super::associate::{Bound, pending};
use super::authenticator::Label;
use super::context::Context;
use super::factor::{Factor, TotpFactor, TotpParameters};
use super::operation::Operation;
use super::out_of_band::{Delivery, OutOfBandFactor};
use super::refused::Refused;
use super::state::State;
use crate::channel::Channel;
use crate::id::{AuthenticatorId, Reference};
use crate::recovery::RecoveryCodes;
use crate::ticket::Ticket;
use crate::{Algorithm, Entropy, Secret};

/// Associates an authenticator that is reached over a channel, and sends it a first code (or
/// question, by push) to be confirmed by.
///
/// Under the same rules as [`Associate`](crate::Associate). Where the policy has twins, a
/// number for SMS can be called too and the other way round, and a device has a TOTP twin;
/// twins have one name, are confirmed together and removed together.
///
/// Draws 24 bytes, 20 for a TOTP twin, and 15 for each recovery code of the policy if the
/// account is not enrolled.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct AssociateOutOfBand<'a> {
    /// Who asks.
    pub ticket: &'a Ticket,
    /// The channel.
    pub channel: Channel,
    /// The caller's name for the number, address or device.
    pub reference: Reference,
    /// What the user calls it; of a number, at most its last digits.
    pub label: Label,
    /// Fresh random bytes.
    pub entropy: Entropy<'a>,
}

/// What comes out of an association over a channel, once.
#[derive(Debug)]
#[non_exhaustive]
pub struct AssociatedOutOfBand {
    /// The name of the new authenticator, and of its twin.
    pub authenticator: AuthenticatorId,
    /// What must be delivered.
    pub delivery: Delivery,
    /// The secret of the device's TOTP twin: SHA-1, six digits, 30 seconds. For the device
    /// alone, once it has shown that it scanned the QR code.
    pub twin: Option<Secret>,
    /// As with [`Associated`](crate::Associated).
    pub recovery_codes: RecoveryCodes,
}

impl Operation for AssociateOutOfBand<'_> {
    type Outcome = AssociatedOutOfBand;

    fn run(
        mut self,
        state: &mut State<'_>,
        cx: &Context<'_>,
    ) -> Result<AssociatedOutOfBand, Refused> {
        state.head.check_enrolling_ticket(self.ticket, cx)?;
        let policy = cx.policy.settings();
        if !policy.channels.contains(self.channel) {
            return Err(Refused::ChannelNotAllowed { channel: self.channel });
        }
        state.head.pay_sending(self.channel, cx)?;
        state.drop_superseded(self.ticket, cx.now);

        let id = state.draw_name(&mut self.entropy)?;
        let bound = Bound { id, label: &self.label, phase: pending(self.ticket, None, cx) };
        let mut factor = OutOfBandFactor::new(self.channel, self.reference);
        let delivery = factor.issue(self.ticket.parts().id, cx.lasting(), &mut self.entropy)?;
        state.add_bound(&bound, Factor::OutOfBand(factor))?;

        let mut twin = None;
        match self.channel {
            Channel::Push if policy.twins => {
                let secret = Secret::generate(Algorithm::Sha1, &mut self.entropy)?;
                let totp = TotpFactor::new(secret.clone(), TotpParameters::default());
                state.add_bound(&bound, Factor::Totp(totp))?;
                twin = Some(secret);
            }
            Channel::Sms | Channel::Voice if policy.twins => {
                let other = match self.channel {
                    Channel::Sms => Channel::Voice,
                    _ => Channel::Sms,
                };
                if policy.channels.contains(other) {
                    let factor = OutOfBandFactor::new(other, self.reference);
                    state.add_bound(&bound, Factor::OutOfBand(factor))?;
                }
            }
            _ => {}
        }
        let recovery_codes = state.first_recovery_codes(id, &mut self.entropy, cx)?;
        Ok(AssociatedOutOfBand { authenticator: id, delivery, twin, recovery_codes })
    }
}
