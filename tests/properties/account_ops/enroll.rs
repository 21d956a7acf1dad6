//! The model's authenticators and recovery codes: how they come and go.

use super::model::Model;
use super::prover::Prover;
use super::request::Seen;
use super::text;
use mfa_core::*;

impl Model {
    #[expect(clippy::too_many_arguments, reason = "what three operations have in common")]
    pub fn bind(
        &mut self,
        ticket: &TicketParts,
        kind: NewAuthenticator,
        label: &str,
        secret: Option<&[u8]>,
        replaces: Option<AuthenticatorId>,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        let is_enrolled = self.is_enrolled();
        check_kind(&kind, cx)?;
        self.provers.retain(|prover| match prover.phase {
            Phase::Pending { ticket: of, expires, .. } => {
                is_enrolled && of != ticket.id && cx.now < expires
            }
            _ => true,
        });
        let id = AuthenticatorId::from_bytes(draw(entropy, 10)?.try_into().unwrap());
        let key = match (secret, &kind) {
            (Some(known), _) => known.to_vec(),
            (_, NewAuthenticator::Totp(totp)) => draw(entropy, totp.algorithm.output_len())?,
            (_, NewAuthenticator::Hotp(hotp, _)) => draw(entropy, hotp.algorithm.output_len())?,
            _ => unimplemented!(),
        };
        if self.provers.iter().any(|prover| prover.key == key) {
            return Err(Refused::SecretInUse);
        }
        if self.provers.len() == self.room.0 {
            // The association that has waited longest makes room.
            let oldest = self.provers.iter().position(Prover::is_pending);
            self.provers.remove(oldest.ok_or(Refused::Full)?);
        }
        let expires = cx.now.saturating_add(cx.policy.settings().pending_life.into());
        let phase = Phase::Pending { ticket: ticket.id, expires, replaces };
        self.provers.push(Prover::new(id, label, phase, &key, kind));
        let codes = match is_enrolled {
            true => Vec::new(),
            false => self.draw_recovery_codes(entropy, cx)?,
        };
        Ok(Seen::Associated { id, secret: key, codes })
    }

    pub fn draw_recovery_codes(
        &mut self,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Vec<String>, Refused> {
        self.recovery_codes.clear();
        for _ in 0..cx.policy.settings().recovery_codes {
            let code = text::crockford(&draw(entropy, 15)?);
            if self.recovery_codes.len() == self.room.1 {
                return Err(Refused::TooFewRecoverySlots);
            }
            self.recovery_codes.push(code);
        }
        Ok(self.recovery_codes.clone())
    }

    pub fn confirm(
        &mut self,
        ticket: &TicketParts,
        code: &str,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        let was_enrolled = self.is_enrolled();
        let waiting = self.provers.iter().position(|prover| match prover.phase {
            Phase::Pending { ticket: of, expires, .. } => of == ticket.id && cx.now < expires,
            _ => false,
        });
        let waiting = waiting.ok_or(Refused::NothingPending)?;
        if let Err(rejected) = self.present(ticket, code, &[waiting], cx)? {
            return Ok(rejected);
        }
        let Phase::Pending { replaces, .. } = self.provers[waiting].phase else { unreachable!() };
        self.provers[waiting].phase = Phase::Active;
        let method = Method::Otp(self.provers[waiting].id);
        let mut notices = Notices::AUTHENTICATOR_BOUND;
        if let Some(old) = replaces {
            self.provers.retain(|prover| prover.id != old);
            notices = notices | Notices::AUTHENTICATOR_REMOVED;
        }
        if !was_enrolled || replaces.is_some() {
            self.raise_generation();
        }
        Ok(Seen::Accepted { method, notices, code: None })
    }

    pub fn remove(&mut self, id: AuthenticatorId) -> Result<Seen, Refused> {
        if self.provers.iter().all(|prover| prover.id != id) {
            return Err(Refused::NoSuchFactor);
        }
        self.provers.retain(|prover| prover.id != id);
        if !self.is_enrolled() {
            self.provers.clear();
            self.recovery_codes.clear();
        }
        self.raise_generation();
        let notices = Notices::AUTHENTICATOR_REMOVED;
        Ok(Seen::Removed { enrolled: self.is_enrolled(), notices })
    }
}

/// What no record holds, or the policy does not allow.
fn check_kind(kind: &NewAuthenticator, cx: &Context<'_>) -> Result<(), Refused> {
    match kind {
        NewAuthenticator::Totp(TotpParameters { steps, .. })
            if steps.period().get() > cx.policy.settings().max_period.into() =>
        {
            Err(Refused::PeriodTooLong)
        }
        NewAuthenticator::Hotp(HotpParameters { format: Format::Steam, .. }, _) => {
            Err(Refused::UnsupportedFormat)
        }
        _ => Ok(()),
    }
}

/// The next random bytes.
pub fn draw(entropy: &mut Vec<u8>, len: usize) -> Result<Vec<u8>, Refused> {
    if entropy.len() < len {
        return Err(Refused::Entropy(EntropyError));
    }
    let drawn: Vec<u8> = entropy.drain(..len).collect();
    match drawn.iter().all(|byte| *byte == 0) {
        true => Err(Refused::Entropy(EntropyError)),
        false => Ok(drawn),
    }
}
