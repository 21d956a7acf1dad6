//! The model's authenticators and recovery codes: how they come and go.

use super::model::Model;
use super::prover::{Factor, Prover};
use super::request::{Answer, Seen};
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
        self.drop_superseded(ticket, cx);
        let id = AuthenticatorId::from_bytes(draw(entropy, 10)?.try_into().unwrap());
        let key = match (secret, &kind) {
            (Some(known), _) => known.to_vec(),
            (_, NewAuthenticator::Totp(totp)) => draw(entropy, totp.algorithm.output_len())?,
            (_, NewAuthenticator::Hotp(hotp, _)) => draw(entropy, hotp.algorithm.output_len())?,
            (_, NewAuthenticator::Ocra(suite, _)) => draw(entropy, suite.algorithm().output_len())?,
            _ => unimplemented!("{kind:?}"),
        };
        if self.provers.iter().any(|prover| prover.key == key) {
            return Err(Refused::SecretInUse);
        }
        if matches!(kind, NewAuthenticator::Ocra(..)) && key.len() > 64 {
            return Err(Refused::SecretTooLong);
        }
        let phase = pending(ticket, replaces, cx);
        self.add(Prover::new(id, label, phase, &key, Factor::from(&kind)))?;
        let codes = self.first_recovery_codes(is_enrolled, entropy, cx)?;
        Ok(Seen::Associated { id, secret: key, codes })
    }

    pub fn bind_over(
        &mut self,
        ticket: &TicketParts,
        channel: Channel,
        label: &str,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        let policy = cx.policy.settings();
        let is_enrolled = self.is_enrolled();
        if !policy.channels.contains(channel) {
            return Err(Refused::ChannelNotAllowed { channel });
        }
        self.pay_sending(channel, cx)?;
        self.drop_superseded(ticket, cx);
        let id = AuthenticatorId::from_bytes(draw(entropy, 10)?.try_into().unwrap());
        let phase = pending(ticket, None, cx);
        let reference = Reference::from_bytes([channel as u8; 16]);
        let over =
            |channel| Prover::new(id, label, phase, &[], Factor::Channel(channel, reference));
        let mut prover = over(channel);
        let sent = prover.send(ticket.id, entropy, cx)?;
        self.add(prover)?;
        let mut twin = None;
        let other = match channel {
            Channel::Sms => Some(Channel::Voice),
            Channel::Voice => Some(Channel::Sms),
            _ => None,
        };
        if policy.twins && channel == Channel::Push {
            let key = draw(entropy, 20)?;
            let factor = Factor::Totp(TotpParameters::default());
            self.add(Prover::new(id, label, phase, &key, factor))?;
            twin = Some(key);
        } else if let Some(other) = other.filter(|other| policy.channels.contains(*other))
            && policy.twins
        {
            self.add(over(other))?;
        }
        let codes = self.first_recovery_codes(is_enrolled, entropy, cx)?;
        let sent =
            Seen::Sent { id: sent.id, code: sent.code, expires: sent.expires, channel, reference };
        Ok(Seen::AssociatedOver { id, sent: Box::new(sent), twin, codes })
    }

    /// Pending ones go whose time is over, those of the same ticket, and before the account is
    /// enrolled all.
    fn drop_superseded(&mut self, ticket: &TicketParts, cx: &Context<'_>) {
        let is_enrolled = self.is_enrolled();
        let goes = |prover: &Prover| match prover.phase {
            Phase::Pending { ticket: of, expires, .. } => {
                !is_enrolled || of == ticket.id || expires <= cx.now
            }
            _ => false,
        };
        // A twin goes along, whatever is left of its own time.
        let gone: Vec<_> = self.provers.iter().filter(|one| goes(one)).map(|one| one.id).collect();
        self.provers.retain(|prover| !gone.contains(&prover.id));
    }

    /// Where there is no room, the association that has waited longest makes it.
    fn add(&mut self, prover: Prover) -> Result<(), Refused> {
        if self.provers.len() == self.room.0 {
            let mut others = self.provers.iter().filter(|one| one.is_pending());
            let oldest = others.find(|one| one.id != prover.id).ok_or(Refused::Full)?.id;
            self.provers.retain(|one| one.id != oldest);
        }
        self.provers.push(prover);
        Ok(())
    }

    fn first_recovery_codes(
        &mut self,
        is_enrolled: bool,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Vec<String>, Refused> {
        match is_enrolled {
            true => Ok(Vec::new()),
            false => self.draw_recovery_codes(entropy, cx),
        }
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

    /// What waits for this ticket is active, with its twin, if the answer is of either.
    pub fn confirm(
        &mut self,
        ticket: &TicketParts,
        answer: &Answer,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        let (by, now) = (ticket.id, cx.now);
        let waits = |prover: &Prover| prover.awaits(by, now);
        if !self.provers.iter().any(waits) {
            return Err(Refused::NothingPending);
        }
        let slot = match self.take(ticket, answer, &waits, cx)? {
            Ok(slot) => slot,
            Err(rejected) => return Ok(rejected),
        };
        let was_enrolled = self.is_enrolled();
        let (id, method) = (self.provers[slot].id, self.provers[slot].method());
        let Phase::Pending { replaces, .. } = self.provers[slot].phase else { unreachable!() };
        for one in self.provers.iter_mut().filter(|one| one.id == id) {
            // Too many wrong answers end the time of one, and not of its twin.
            one.phase = if waits(one) { Phase::Active } else { Phase::Disabled };
            one.messages.iter_mut().for_each(|message| message.is_over = true);
        }
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
        NewAuthenticator::Ocra(suite, _) => {
            let period = suite.time_steps().map_or(0, |steps| steps.period().get());
            let is_fresh = suite.has_counter() || period > 0 || suite.question_bits() >= 64;
            if suite.digits().is_some_and(|digits| digits < 6) {
                Err(Refused::UnsupportedFormat)
            } else if !is_fresh {
                Err(Refused::QuestionsRecur)
            } else if period > cx.policy.settings().max_period.into() {
                Err(Refused::PeriodTooLong)
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

fn pending(ticket: &TicketParts, replaces: Option<AuthenticatorId>, cx: &Context<'_>) -> Phase {
    let expires = cx.now.saturating_add(cx.policy.settings().pending_life.into());
    Phase::Pending { ticket: ticket.id, expires, replaces }
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
