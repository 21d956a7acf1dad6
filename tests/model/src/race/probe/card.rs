//! What is asked of a token that answers questions.

use super::channels::is_unknown;
use super::{Answer, Probe, is_accepted, is_empty, is_locked, until};
use crate::call::{Operate, Outcome, Response, Sent};
use crate::invariant::{Broken, Invariant::*};
use crate::layout::{Memory, PlainPhase};
use crate::race::Party;
use crate::setting::{MESSAGES, WRONG_CODE, response};
use crate::verifier::Stored;
use mfa_core::Refused;

impl Probe<'_> {
    pub(super) fn card(&self, now: u64, broken: &mut Broken) {
        let is_card = |memory: &Memory| matches!(memory, Memory::Ocra { .. });
        let Some(card) = self.plain.authenticators.iter().find(|one| is_card(&one.memory)) else {
            return;
        };
        let user = self.race.scene.user;
        let asked = self.present(user, Operate::ChallengeOcra(card.id), now);
        if is_locked(self.plain.otp, now) {
            broken.unless(until(&asked).is_some(), I10);
            let nothing = |text: &str, now| {
                self.present(user, Operate::Respond(Response::Ocra([0; 10], text.to_owned())), now)
            };
            return self.lock(now, broken, nothing, "000001", WRONG_CODE);
        }
        if card.phase != PlainPhase::Active {
            return broken.unless(asked.is_err(), I14);
        }
        if is_empty(self.plain.sent[2], MESSAGES, now) {
            let refused = matches!(asked, Err(Refused::SentTooOften { until }) if now < until);
            return broken.unless(refused, I2);
        }
        let Ok(asked) = asked else { return broken.unless(false, I14) };
        let Ok(Outcome::Sent(question)) = &asked.settled else {
            return broken.unless(false, I14);
        };
        let next = card.burnt().map_or(0, |burnt| burnt + 1);
        self.question(&asked.next, question, next, now, broken);
    }

    /// I1, I12 and I14: the response at the next counter lets the ticket in that was asked,
    /// in time, and is the last one that is evaluated.
    fn question(&self, on: &Stored, question: &Sent, next: u64, now: u64, broken: &mut Broken) {
        let respond = |on: &Stored, by, counter, now| -> Answer {
            let text = response(&question.text, counter);
            self.present_on(
                on,
                self.race.scene.pass(by),
                Operate::Respond(Response::Ocra(question.challenge, text)),
                now,
            )
        };
        broken.unless(now < question.expires, I14);
        broken.unless(is_unknown(&respond(on, Party::Thief, next, now)), I12);
        broken.unless(is_unknown(&respond(on, Party::User, next, question.expires)), I12);
        match respond(on, Party::User, next, now) {
            Ok(right) if is_accepted(&Ok(right.clone())) => {
                broken.unless(is_unknown(&respond(&right.next, Party::User, next + 1, now)), I12);
            }
            _ => broken.unless(false, I14),
        }
        if let Some(burnt) = next.checked_sub(1) {
            match respond(on, Party::User, burnt, now) {
                Ok(wrong) if !is_accepted(&Ok(wrong.clone())) => {
                    let late = respond(&wrong.next, Party::User, next, now);
                    broken.unless(is_unknown(&late) || until(&late).is_some(), I12);
                }
                _ => broken.unless(false, I1),
            }
        }
    }
}
