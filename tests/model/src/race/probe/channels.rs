//! What is asked of codes that were sent, and of devices that were asked.

use super::{Answer, Probe, is_accepted, is_empty, is_locked, until};
use crate::call::{Operate, Outcome, Pass, Response};
use crate::invariant::{Broken, Invariant::*};
use crate::layout::{PlainAnswer, PlainAuthenticator, PlainChallenge, PlainPhase};
use crate::race::Party;
use crate::setting::{MESSAGES, WRONG_NUMBER, WRONG_SENT};
use crate::verifier::Stored;
use mfa_core::{Channel, Refused};

impl Probe<'_> {
    pub(super) fn channels(&self, now: u64, broken: &mut Broken) {
        let is_open = !is_locked(self.plain.out_of_band, now);
        for one in &self.plain.authenticators {
            let Some(over) = one.channel() else { continue };
            for challenge in one.challenges() {
                if !is_open {
                    self.locked_challenge(one, over, challenge, now, broken);
                } else if one.phase == PlainPhase::Active && now < challenge.expires {
                    self.live_challenge(over, challenge, now, broken);
                } else {
                    // I12: what is over lets nobody in.
                    let dead = self.collect(self.stored, self.own(challenge), challenge, now);
                    broken.unless(is_unknown(&dead), I12);
                }
            }
            self.fresh_challenge(one, over, is_open, now, broken);
        }
    }

    /// The ticket that a challenge is for.
    fn own(&self, challenge: &PlainChallenge) -> Pass {
        let passes = Party::ALL.map(|party| self.race.scene.pass(party));
        let own = passes.into_iter().find(|pass| pass.id == challenge.ticket);
        own.expect("everybody's ticket is known")
    }

    /// Answers by the right code, or by what the device said.
    fn collect(&self, on: &Stored, by: Pass, challenge: &PlainChallenge, now: u64) -> Answer {
        let operation = match challenge.answer {
            PlainAnswer::Guesses(_) => {
                Operate::Respond(Response::OutOfBand(challenge.id, challenge.text()))
            }
            _ => Operate::Respond(Response::Push(challenge.id)),
        };
        self.present_on(on, by, operation, now)
    }

    fn device(&self, challenge: &PlainChallenge, number: Option<&str>, now: u64) -> Answer {
        let operation = Operate::AnswerPush(challenge.id, number.map(str::to_owned));
        self.present_on(self.stored, self.race.scene.thief, operation, now)
    }

    /// I8 and I10: what waits while the class is locked.
    fn locked_challenge(
        &self,
        one: &PlainAuthenticator,
        over: Channel,
        challenge: &PlainChallenge,
        now: u64,
        broken: &mut Broken,
    ) {
        let own = self.own(challenge);
        let (right, collected) = (challenge.text(), self.collect(self.stored, own, challenge, now));
        broken.unless(until(&collected).is_some(), I10);
        match over {
            Channel::Push => {
                let present = |number: &str, now| self.device(challenge, Some(number), now);
                self.lock(now, broken, present, &right, WRONG_NUMBER);
            }
            _ => {
                let code = |text: &str| {
                    Operate::Respond(Response::OutOfBand(challenge.id, text.to_owned()))
                };
                let present = |text: &str, now| self.present(own, code(text), now);
                self.lock(now, broken, present, &right, WRONG_SENT);
            }
        }
        if let Some(until) = until(&collected)
            && until < challenge.expires
            && one.phase == PlainPhase::Active
        {
            self.live_challenge(over, challenge, until, broken);
        }
    }

    /// I12 and I14: what waits lets its own ticket in, once, and nobody else.
    fn live_challenge(
        &self,
        over: Channel,
        challenge: &PlainChallenge,
        now: u64,
        broken: &mut Broken,
    ) {
        let collected = self.collect(self.stored, self.own(challenge), challenge, now);
        match (challenge.answer, &collected) {
            (PlainAnswer::Guesses(_) | PlainAnswer::Approved, _) => {
                self.opens_once(self.stored, challenge, now, broken);
            }
            (PlainAnswer::Denied, answer) => {
                broken.unless(answer.as_ref().err() == Some(&Refused::Denied), I12);
            }
            (PlainAnswer::Waiting, answer) => {
                let waits = answer.as_ref().err() == Some(&Refused::AuthorizationPending);
                broken.unless(waits, I12);
                let right = challenge.text();
                match self.device(challenge, Some(&right), now) {
                    Ok(approved) => self.opens_once(&approved.next, challenge, now, broken),
                    Err(_) => broken.unless(false, I14),
                }
                for number in [None, Some(WRONG_NUMBER)] {
                    let Ok(said) = self.device(challenge, number, now) else {
                        return broken.unless(false, I14);
                    };
                    let after = self.collect(&said.next, self.own(challenge), challenge, now);
                    broken.unless(!is_accepted(&after), I12);
                }
            }
        }
        if over != Channel::Push {
            let wrong = Operate::Respond(Response::OutOfBand(challenge.id, WRONG_SENT.to_owned()));
            broken.unless(!is_accepted(&self.present(self.own(challenge), wrong, now)), I12);
        }
    }

    /// Of all tickets only its own is let in, and only once.
    fn opens_once(&self, on: &Stored, challenge: &PlainChallenge, now: u64, broken: &mut Broken) {
        let own = self.own(challenge);
        for other in Party::ALL.map(|party| self.race.scene.pass(party)) {
            if other.id != own.id {
                broken.unless(is_unknown(&self.collect(on, other, challenge, now)), I12);
            }
        }
        match self.collect(on, own, challenge, now) {
            Ok(decided) if is_accepted(&Ok(decided.clone())) => {
                let again = self.collect(&decided.next, own, challenge, now);
                broken.unless(is_unknown(&again), I12);
            }
            _ => broken.unless(false, I14),
        }
    }

    /// I14: within the budgets, a code is sent to whoever asks, and lets them in.
    fn fresh_challenge(
        &self,
        one: &PlainAuthenticator,
        over: Channel,
        is_open: bool,
        now: u64,
        broken: &mut Broken,
    ) {
        let user = self.race.scene.user;
        let asked = self.present(user, Operate::Challenge(one.id, over), now);
        if !is_open {
            return broken.unless(until(&asked).is_some(), I10);
        }
        let [phone, _, push] = self.plain.sent;
        let level = if over == Channel::Push { push } else { phone };
        if one.phase != PlainPhase::Active {
            return broken.unless(asked.is_err(), I14);
        }
        if is_empty(level, MESSAGES, now) {
            let refused = matches!(asked, Err(Refused::SentTooOften { until }) if now < until);
            return broken.unless(refused, I2);
        }
        let Ok(asked) = asked else { return broken.unless(false, I14) };
        if over != Channel::Push
            && let Ok(Outcome::Sent(sent)) = &asked.settled
        {
            let right = Operate::Respond(Response::OutOfBand(sent.challenge, sent.text.clone()));
            broken.unless(is_accepted(&self.present_on(&asked.next, user, right, now)), I14);
        }
    }
}

/// Refused as if there were no such challenge.
pub(super) fn is_unknown(answer: &Answer) -> bool {
    answer.as_ref().err() == Some(&Refused::NoSuchChallenge)
}
