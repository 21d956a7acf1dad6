//! How the model asks OCRA tokens, and takes their responses.

use super::answer::rejected;
use super::enroll::draw;
use super::model::Model;
use super::prover::{Factor, Prover};
use super::request::{OcraText, Seen};
use super::waiting::Questions;
use mfa_core::ocra::{Field, InputError, Suite};
use mfa_core::*;

impl Model {
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

    /// A response to a question of the ticket, of a token that `counts`.
    pub fn respond(
        &mut self,
        ticket: &TicketParts,
        answer: &OcraText,
        counts: &dyn Fn(&Prover) -> bool,
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
            counts(one).then(|| own.2.clone())
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
            return Ok(Err(rejected(locked_until, disabled)));
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
