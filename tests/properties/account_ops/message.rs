//! How the model takes codes that were sent, and what devices say.

use super::answer::rejected;
use super::model::Model;
use super::prover::{Factor, Prover};
use super::request::Seen;
use super::text;
use super::waiting::Message;
use mfa_core::*;

impl Model {
    /// Sending has a budget, one for text messages and calls, one for mails, one for devices.
    pub fn pay_sending(&mut self, channel: Channel, cx: &Context<'_>) -> Result<(), Refused> {
        let sending = cx.policy.settings().sending;
        let (history, bucket) = match channel {
            Channel::Email => (&mut self.mails, sending.email),
            Channel::Push => (&mut self.pushes, sending.push),
            _ => (&mut self.calls, sending.phone),
        };
        if let Some(until) = history.locked_until(bucket, cx.now) {
            return Err(Refused::SentTooOften { until });
        }
        history.spend(bucket, cx.now, 0);
        Ok(())
    }

    pub fn challenge(
        &mut self,
        ticket: &TicketParts,
        id: AuthenticatorId,
        channel: Channel,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        self.check_out_of_band(ticket.familiar, cx)?;
        let meant = |one: &Prover| {
            one.id == id && one.phase == Phase::Active && one.channel() == Some(channel)
        };
        let slot = self.provers.iter().position(meant).ok_or(Refused::NoSuchFactor)?;
        self.pay_sending(channel, cx)?;
        let Factor::Channel(_, reference) = self.provers[slot].factor else { unreachable!() };
        let sent = self.provers[slot].send(ticket.id, entropy, cx)?;
        Ok(Seen::Sent { id: sent.id, code: sent.code, expires: sent.expires, channel, reference })
    }

    fn check_out_of_band(&self, familiar: bool, cx: &Context<'_>) -> Result<(), Refused> {
        let limits = cx.policy.settings().out_of_band;
        match self.out_of_band.locked_until(limits, familiar, cx.now) {
            Some(until) => Err(Refused::Locked { until }),
            None => Ok(()),
        }
    }

    /// A code that was sent to one that `counts`, or a look whether its device has answered.
    pub fn answer_message(
        &mut self,
        ticket: &TicketParts,
        id: ChallengeId,
        typed: &str,
        counts: &dyn Fn(&Prover) -> bool,
        cx: &Context<'_>,
    ) -> Result<Result<usize, Seen>, Refused> {
        self.check_out_of_band(ticket.familiar, cx)?;
        let waits = |one: &Message| one.id == id && one.by == ticket.id && one.waits(cx.now);
        let has = |one: &Prover| counts(one) && one.messages.iter().any(waits);
        let slot = self.provers.iter().position(has).ok_or(Refused::NoSuchChallenge)?;
        let message = self.provers[slot].messages.iter().position(waits).unwrap();
        let policy = cx.policy.settings();
        let prover = &mut self.provers[slot];
        let is_push = prover.channel() == Some(Channel::Push);
        let message = &mut prover.messages[message];
        let is_right = match (is_push, message.answer) {
            (true, Some(true)) => true,
            (true, Some(false)) => return Err(Refused::Denied),
            (true, None) => return Err(Refused::AuthorizationPending),
            (false, _) => {
                let typed = text::digits(typed, message.code.len());
                typed.map_err(Refused::MalformedCode)? == message.code
            }
        };
        if is_right {
            message.is_over = true;
            prover.failures = 0;
            assert!(self.used.insert(message.id), "I12: {:?} was answered twice", message.id);
            return Ok(Ok(slot));
        }
        message.wrong += 1;
        message.is_over = message.wrong == message.guesses;
        let disabled = prover.fail(policy.failure_cap);
        self.out_of_band.spend(policy.out_of_band, ticket.familiar, cx.now, 1);
        let limits = policy.out_of_band;
        let locked_until = self.out_of_band.locked_until(limits, ticket.familiar, cx.now);
        Ok(Err(rejected(locked_until, disabled)))
    }

    /// What the user says on the device.
    pub fn answer_push(
        &mut self,
        id: ChallengeId,
        number: Option<&str>,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        let policy = cx.policy.settings();
        self.check_out_of_band(false, cx)?;
        let waits = |one: &Message| one.id == id && one.answer.is_none() && one.waits(cx.now);
        let asked = self.provers.iter_mut().find(|one| {
            one.channel() == Some(Channel::Push)
                && one.phase != Phase::Disabled
                && one.messages.iter().any(waits)
        });
        let prover = asked.ok_or(Refused::NoSuchChallenge)?;
        let message = prover.messages.iter_mut().find(|one| waits(one)).unwrap();
        let Some(number) = number else {
            message.answer = Some(false);
            return Ok(Seen::Answered(Answered::Denied));
        };
        if text::digits(number, 4).map_err(Refused::MalformedCode)? == message.code {
            message.answer = Some(true);
            return Ok(Seen::Answered(Answered::Approved));
        }
        message.is_over = true;
        prover.fail(policy.failure_cap);
        self.out_of_band.spend(policy.out_of_band, false, cx.now, 1);
        Ok(Seen::Answered(Answered::WrongNumber))
    }
}
