//! Answer a push: what the user says on the device.

use super::authenticator::{Authenticator, Phase};
use super::context::Context;
use super::factor::Factor;
use super::operation::Operation;
use super::out_of_band::{Answer, OutOfBandFactor};
use super::refused::Refused;
use super::state::State;
use crate::Code;
use crate::channel::Channel;
use crate::code::{Digits, Format};
use crate::id::ChallengeId;
use crate::throttle::Class;

/// Takes a device's answer to a question that was pushed to it.
///
/// The caller has made sure that it comes from the device, by a signature with the key that
/// the device enrolled with. To say yes the user types the number that is shown where they
/// log in (NIST SP 800-63B-4 §3.1.3.4: a value is transferred, not merely compared). A wrong
/// number ends the question and counts as a wrong answer.
///
/// `Debug` hides the number.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct AnswerPush<'a> {
    /// The question.
    pub challenge: ChallengeId,
    /// The number that was typed; `None` to say no.
    pub number: Option<&'a str>,
}

impl core::fmt::Debug for AnswerPush<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AnswerPush").field("challenge", &self.challenge).finish_non_exhaustive()
    }
}

/// What a device's answer led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answered {
    /// The login may go on.
    Approved,
    /// The user said no.
    Denied,
    /// The number was wrong.
    WrongNumber,
}

impl Operation for AnswerPush<'_> {
    type Outcome = Answered;

    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Answered, Refused> {
        state.head.check_budget(Class::OutOfBand, false, cx)?;
        let (one, slot) = state.asked(self.challenge, cx.now).ok_or(Refused::NoSuchChallenge)?;
        let number = match self.number {
            Some(text) => Some(parse_number(text)?),
            None => None,
        };
        let Factor::OutOfBand(factor) = &mut one.factor else {
            return Err(Refused::NoSuchChallenge);
        };
        let challenge = factor.challenges.get_mut(slot).ok_or(Refused::NoSuchChallenge)?;
        match number {
            None => {
                challenge.answer = Answer::Denied;
                Ok(Answered::Denied)
            }
            Some(number) if challenge.code == number => {
                challenge.answer = Answer::Approved;
                Ok(Answered::Approved)
            }
            Some(_) => {
                factor.end(slot);
                one.fail(cx.policy.settings().failure_cap);
                state.head.charge(Class::OutOfBand, false, cx);
                Ok(Answered::WrongNumber)
            }
        }
    }
}

fn parse_number(text: &str) -> Result<Code, Refused> {
    let digits = Digits::of_response(OutOfBandFactor::PUSH_DIGITS).unwrap_or(Digits::SIX);
    Code::parse(text, Format::Decimal(digits)).map_err(Refused::MalformedCode)
}

impl State<'_> {
    /// The device that was asked and has not answered, and the place of the question.
    fn asked(&mut self, id: ChallengeId, now: u64) -> Option<(&mut Authenticator, usize)> {
        self.authenticators.iter_mut().find_map(|one| {
            let Factor::OutOfBand(factor) = &one.factor else { return None };
            if factor.channel != Channel::Push || one.phase == Phase::Disabled {
                return None;
            }
            let waits = |it: &super::out_of_band::Challenge| {
                it.id == id && now < it.expires.get() && it.answer == Answer::Waiting
            };
            let slot = factor.challenges.iter().position(waits)?;
            Some((one, slot))
        })
    }
}
