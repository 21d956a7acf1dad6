//! How the model takes answers: each right one once, each wrong one at a price.

use super::enroll::draw;
use super::model::Model;
use super::prover::Prover;
use super::request::{Answer, Seen};
use super::text;
use mfa_core::*;

impl Model {
    pub fn log_in(
        &mut self,
        ticket: &TicketParts,
        answer: &Answer,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        if let Answer::Recovery(code) = answer {
            return self.recover(ticket, code, entropy, cx);
        }
        let active = |prover: &Prover| prover.phase == Phase::Active;
        let named = match self.take(ticket, answer, &active, cx)? {
            Ok(named) => &self.provers[named],
            Err(rejected) => return Ok(rejected),
        };
        let notices = match named.drifts_far(cx) {
            true => Notices::DRIFT_LARGE,
            false => Notices::NONE,
        };
        Ok(Seen::Accepted { method: named.method(), notices, code: None })
    }

    /// Of the authenticators that `counts` picks, the one that the answer is of; or what is
    /// answered. A recovery code is of none.
    pub fn take(
        &mut self,
        ticket: &TicketParts,
        answer: &Answer,
        counts: &dyn Fn(&Prover) -> bool,
        cx: &Context<'_>,
    ) -> Result<Result<usize, Seen>, Refused> {
        let slots = 0..self.provers.len();
        let slots = slots.filter(|slot| counts(&self.provers[*slot]));
        match answer {
            Answer::Otp(code) => {
                let slots: Vec<usize> = slots.collect();
                self.present(ticket, code, &slots, cx)
            }
            Answer::OtpOf(id, code) => {
                let named: Vec<usize> =
                    slots.filter(|slot| self.provers[*slot].id == *id).collect();
                self.present(ticket, code, &named, cx)
            }
            Answer::Ocra(answer) => self.respond(ticket, answer, counts, cx),
            Answer::OutOfBand(id, code) => {
                let is_sent = |one: &Prover| counts(one) && one.channel() != Some(Channel::Push);
                self.answer_message(ticket, *id, code, &is_sent, cx)
            }
            Answer::Push(id) => {
                let is_asked = |one: &Prover| counts(one) && one.channel() == Some(Channel::Push);
                self.answer_message(ticket, *id, "", &is_asked, cx)
            }
            Answer::Recovery(_) => Err(Refused::NoSuchFactor),
        }
    }

    /// Shows a code to these authenticators: the first that takes it, or what is answered.
    fn present(
        &mut self,
        ticket: &TicketParts,
        code: &str,
        slots: &[usize],
        cx: &Context<'_>,
    ) -> Result<Result<usize, Seen>, Refused> {
        let policy = cx.policy.settings();
        if let Some(until) = self.otp.locked_until(policy.otp, ticket.familiar, cx.now) {
            return Err(Refused::Locked { until });
        }
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        let mut refused = Refused::NoSuchFactor;
        for slot in slots {
            match self.provers[*slot].find(code, cx) {
                Ok(Some(factor)) => right.push((*slot, factor)),
                Ok(None) => wrong.push(*slot),
                // The first that tells more than that there is nothing.
                Err(reason) if refused == Refused::NoSuchFactor => refused = reason,
                Err(_) => {}
            }
        }
        if right.is_empty() && wrong.is_empty() {
            return Err(refused);
        }
        for (slot, factor) in &right {
            self.provers[*slot].accept(*factor, cx);
            let is_first = self.accepted.insert((self.provers[*slot].id, *factor));
            assert!(is_first, "I1: {factor} was accepted twice");
        }
        if let Some((named, _)) = right.first() {
            self.provers[*named].failures = 0;
            return Ok(Ok(*named));
        }
        self.otp.spend(policy.otp, ticket.familiar, cx.now, 1);
        let mut disabled = false;
        for slot in wrong {
            disabled |= self.provers[slot].fail(policy.failure_cap);
        }
        let locked_until = self.otp.locked_until(policy.otp, ticket.familiar, cx.now);
        Ok(Err(rejected(locked_until, disabled)))
    }

    pub fn recover(
        &mut self,
        ticket: &TicketParts,
        typed: &str,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        let policy = cx.policy.settings();
        if let Some(until) = self.recovery.locked_until(policy.recovery, ticket.familiar, cx.now) {
            return Err(Refused::Locked { until });
        }
        if self.recovery_codes.is_empty() {
            return Err(Refused::NoSuchFactor);
        }
        let typed = text::recovery_code(typed).map_err(Refused::MalformedRecoveryCode)?;
        let fresh = match policy.replace_used_recovery_code {
            true => Some(text::crockford(&draw(entropy, 15)?)),
            false => None,
        };
        if !self.recovery_codes.contains(&typed) {
            self.recovery.spend(policy.recovery, ticket.familiar, cx.now, 1);
            let locked_until = self.recovery.locked_until(policy.recovery, ticket.familiar, cx.now);
            return Ok(rejected(locked_until, false));
        }
        self.recovery_codes.retain(|code| *code != typed);
        self.recovery_codes.extend(fresh.clone());
        self.raise_generation();
        let mut notices = Notices::RECOVERY_CODE_USED;
        if fresh.is_some() {
            notices = notices | Notices::RECOVERY_CODE_REPLACED;
        }
        if self.recovery_codes.is_empty() {
            notices = notices | Notices::NO_RECOVERY_CODE_LEFT;
        }
        Ok(Seen::Accepted { method: Method::RecoveryCode, notices, code: fresh })
    }

    pub fn resynchronize(
        &mut self,
        ticket: &TicketParts,
        id: AuthenticatorId,
        codes: &[&str],
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        let policy = cx.policy.settings();
        if let Some(until) = self.otp.locked_until(policy.otp, ticket.familiar, cx.now) {
            return Err(Refused::Locked { until });
        }
        let meant = |prover: &&mut Prover| {
            prover.id == id && prover.phase == Phase::Active && prover.has_codes()
        };
        let prover = self.provers.iter_mut().find(meant).ok_or(Refused::NoSuchFactor)?;
        let Some(last) = prover.find_run(codes, cx)? else {
            prover.fail(policy.failure_cap);
            self.otp.spend(policy.otp, ticket.familiar, cx.now, codes.len());
            let locked_until = self.otp.locked_until(policy.otp, ticket.familiar, cx.now);
            return Ok(Seen::NotFound { locked_until });
        };
        prover.failures = 0;
        prover.measure(last, cx);
        for factor in last - (codes.len() as u64 - 1)..=last {
            assert!(self.accepted.insert((id, factor)), "I1: {factor} was accepted twice");
        }
        Ok(Seen::Found)
    }
}

pub fn rejected(locked_until: Option<u64>, disabled: bool) -> Seen {
    let mut notices = Notices::NONE;
    if locked_until.is_some() {
        notices = notices | Notices::LOCKED;
    }
    if disabled {
        notices = notices | Notices::AUTHENTICATOR_DISABLED;
    }
    Seen::Rejected { locked_until, notices }
}
