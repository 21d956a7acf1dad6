//! What the model remembers of messages that were sent and of questions that were asked.

use super::enroll::draw;
use super::model::Model;
use super::prover::{Factor, Prover};
use super::request::{OcraText, Seen};
use super::text;
use mfa_core::ocra::{Field, InputError, Suite};
use mfa_core::*;

/// A message, and all that came of it.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: ChallengeId,
    pub by: TicketId,
    pub expires: u64,
    pub code: String,
    /// How many wrong codes were allowed when it was sent, and how many there were.
    pub guesses: usize,
    pub wrong: usize,
    /// What the device said.
    pub answer: Option<bool>,
    /// It was answered, superseded, or made room.
    pub is_over: bool,
}

/// The questions that were asked with one seed, as far as their outcomes were seen.
#[derive(Clone, Debug)]
pub struct Questions {
    pub expires: u64,
    pub is_over: bool,
    pub asked: Vec<(TicketId, ChallengeId, String)>,
}

impl Message {
    pub fn waits(&self, now: u64) -> bool {
        !self.is_over && now < self.expires
    }
}

impl Prover {
    /// The questions that can be answered now.
    pub fn open_questions(&self, now: u64) -> Option<&Questions> {
        self.questions.last().filter(|last| !last.is_over && now < last.expires)
    }

    /// A message goes out: instead of one for the same ticket, and of the oldest of three.
    pub fn send(
        &mut self,
        by: TicketId,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Message, Refused> {
        let policy = cx.policy.settings();
        for one in &mut self.messages {
            one.is_over |= one.by == by || one.expires <= cx.now;
        }
        let mut waiting: Vec<_> = self.messages.iter_mut().filter(|one| !one.is_over).collect();
        if waiting.len() == 3 {
            waiting[0].is_over = true;
        }
        let digits = match self.factor {
            Factor::Channel(Channel::Push, _) => 4,
            _ => u32::from(policy.out_of_band_digits),
        };
        let id = ChallengeId::from_bytes(draw(entropy, 10)?.try_into().unwrap());
        let number = u32::from_be_bytes(draw(entropy, 4)?.try_into().unwrap()) & 0x7FFF_FFFF;
        let code = format!("{:0width$}", number % 10u32.pow(digits), width = digits as usize);
        let message = Message {
            id,
            by,
            expires: cx.now.saturating_add(policy.challenge_life.into()),
            code,
            guesses: policy.guesses.into(),
            wrong: 0,
            answer: None,
            is_over: false,
        };
        self.messages.push(message.clone());
        Ok(message)
    }
}

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

    /// A code that was sent, or a look whether the device has answered.
    pub fn answer_message(
        &mut self,
        ticket: &TicketParts,
        id: ChallengeId,
        typed: &str,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        self.check_out_of_band(ticket.familiar, cx)?;
        let waits = |one: &Message| one.id == id && one.by == ticket.id && one.waits(cx.now);
        let slot = self
            .provers
            .iter()
            .position(|one| one.phase == Phase::Active && one.messages.iter().any(waits));
        let slot = slot.ok_or(Refused::NoSuchChallenge)?;
        let message = self.provers[slot].messages.iter().position(waits).unwrap();
        if let Err(rejected) = self.evaluate_message(ticket, slot, message, typed, cx)? {
            return Ok(rejected);
        }
        let method = self.provers[slot].method();
        Ok(Seen::Accepted { method, notices: Notices::NONE, code: None })
    }

    /// The same to confirm what is pending: what was sent for its ticket is meant.
    pub fn confirm_message(
        &mut self,
        ticket: &TicketParts,
        slot: usize,
        typed: &str,
        cx: &Context<'_>,
    ) -> Result<Result<(), Seen>, Refused> {
        let waits = |one: &Message| one.by == ticket.id && one.waits(cx.now);
        let message = self.provers[slot].messages.iter().position(waits);
        let message = message.ok_or(Refused::NoSuchChallenge)?;
        self.check_out_of_band(ticket.familiar, cx)?;
        self.evaluate_message(ticket, slot, message, typed, cx)
    }

    fn evaluate_message(
        &mut self,
        ticket: &TicketParts,
        slot: usize,
        message: usize,
        typed: &str,
        cx: &Context<'_>,
    ) -> Result<Result<(), Seen>, Refused> {
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
            return Ok(Ok(()));
        }
        message.wrong += 1;
        message.is_over = message.wrong == message.guesses;
        let disabled = prover.fail(policy.failure_cap);
        self.out_of_band.spend(policy.out_of_band, ticket.familiar, cx.now, 1);
        let limits = policy.out_of_band;
        let locked_until = self.out_of_band.locked_until(limits, ticket.familiar, cx.now);
        Ok(Err(super::answer::rejected(locked_until, disabled)))
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

    /// A question to a token. What it says is the core's to choose; when it ends is known.
    pub fn ask(
        &mut self,
        ticket: &TicketParts,
        id: AuthenticatorId,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Seen, Refused> {
        let policy = cx.policy.settings();
        let slot = self.provers.iter().position(|one| one.id == id);
        let phase = slot.map(|slot| self.provers[slot].phase);
        let own = match phase {
            Some(Phase::Pending { ticket: by, expires, .. }) if by == ticket.id => Some(expires),
            _ => None,
        };
        if !self.is_enrolled() && own.is_none() {
            return Err(Refused::NotEnrolled);
        }
        if let Some(until) = self.otp.locked_until(policy.otp, ticket.familiar, cx.now) {
            return Err(Refused::Locked { until });
        }
        self.pay_sending(Channel::Push, cx)?;
        let prover = &mut self.provers[slot.ok_or(Refused::NoSuchFactor)?];
        let answers = phase == Some(Phase::Active) || own.is_some_and(|expires| cx.now < expires);
        if !answers || !matches!(prover.factor, Factor::Ocra(..)) {
            return Err(Refused::NoSuchFactor);
        }
        draw(entropy, 16)?;
        let life = u64::from(policy.challenge_life);
        let half_is_left = |one: &&Questions| {
            let left = u128::from(one.expires).checked_sub(cx.now.into());
            left.is_some_and(|left| left >= u128::from(life / 2) && left <= life.into())
        };
        let last = prover.questions.last().filter(|last| !last.is_over);
        let expires = match last.filter(half_is_left) {
            Some(last) => last.expires,
            None => {
                let expires = cx.now.saturating_add(life);
                prover.questions.push(Questions { expires, is_over: false, asked: Vec::new() });
                expires
            }
        };
        Ok(Seen::Asked { expires })
    }

    /// The core said this to the ticket: the same as before, if nothing was answered since,
    /// else what nobody was ever asked.
    pub fn learn(&mut self, id: AuthenticatorId, ticket: TicketId, asked: &OcraChallenge) {
        let told = (ticket, asked.challenge, asked.question.as_str().to_owned());
        let everything = self.provers.iter().flat_map(|one| &one.questions);
        let known = everything.flat_map(|one| &one.asked).any(|(_, name, _)| *name == told.1);
        let prover = self.provers.iter_mut().find(|one| one.id == id).unwrap();
        let questions = &mut prover.questions.last_mut().unwrap().asked;
        match questions.iter().find(|(by, ..)| *by == ticket) {
            Some(before) => assert_eq!(*before, told),
            None => {
                assert!(!known, "a question is named as an earlier one: {told:?}");
                questions.push(told);
            }
        }
    }

    /// A response to a question of the ticket, of a token that `answers` picks.
    pub fn respond(
        &mut self,
        ticket: &TicketParts,
        answer: &OcraText,
        answers: impl Fn(&Prover) -> bool,
        cx: &Context<'_>,
    ) -> Result<Result<usize, Seen>, Refused> {
        let policy = cx.policy.settings();
        if let Some(until) = self.otp.locked_until(policy.otp, ticket.familiar, cx.now) {
            return Err(Refused::Locked { until });
        }
        let meant = |one: &Prover| {
            let asked = &one.open_questions(cx.now)?.asked;
            let own =
                asked.iter().find(|(by, name, _)| *by == ticket.id && *name == answer.challenge)?;
            answers(one).then(|| own.2.clone())
        };
        let found =
            self.provers.iter().enumerate().find_map(|(slot, one)| Some((slot, meant(one)?)));
        let (slot, question) = found.ok_or(Refused::NoSuchChallenge)?;
        let prover = &mut self.provers[slot];
        let matched = prover.find_response(&question, answer, cx)?;
        prover.questions.last_mut().unwrap().is_over = true;
        let Some(factor) = matched else {
            let disabled = prover.fail(policy.failure_cap);
            self.otp.spend(policy.otp, ticket.familiar, cx.now, 1);
            let locked_until = self.otp.locked_until(policy.otp, ticket.familiar, cx.now);
            return Ok(Err(super::answer::rejected(locked_until, disabled)));
        };
        prover.failures = 0;
        assert!(self.used.insert(answer.challenge), "I12: {answer:?} was accepted twice");
        if prover.has_moving_factor() {
            prover.accept(factor, cx);
            let is_first = self.accepted.insert((prover.id, factor));
            assert!(is_first, "I1: {factor} was accepted twice");
        }
        Ok(Ok(slot))
    }
}

/// What of the answer does not fit the suite.
pub fn check_inputs(suite: &Suite, answer: &OcraText) -> Result<(), Refused> {
    let mismatch = |field, has: bool, given: bool| match (has, given) {
        (true, false) => Err(Refused::OcraInput(InputError::Missing(field))),
        (false, true) => Err(Refused::OcraInput(InputError::Superfluous(field))),
        _ => Ok(()),
    };
    mismatch(Field::Pin, suite.pin().is_some(), answer.pin.is_some())?;
    mismatch(Field::Session, suite.session_len().is_some(), answer.session.is_some())?;
    let (Some(allowed), Some(session)) = (suite.session_len(), answer.session) else {
        return Ok(());
    };
    let (field, found) = (Field::Session, session.len());
    match found {
        0 => Err(Refused::OcraInput(InputError::Missing(field))),
        _ if found > allowed.into() => {
            Err(Refused::OcraInput(InputError::Length { field, allowed, found }))
        }
        _ => Ok(()),
    }
}
