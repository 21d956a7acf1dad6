//! What is watched while a race runs: each write that the store applies, each answer that is
//! given.

use super::ledger::Ledger;
use super::server::{Held, Landed};
use super::start::{NOW, Scene};
use super::{Race, Request, State};
use crate::call::Outcome;
use crate::fault::Fault;
use crate::invariant::{Broken, Invariant::*};
use crate::layout::{Level, Memory, Plain, PlainAuthenticator, Throttle};
use crate::setting::{FAST, FIRST_STEP, MESSAGES, RESERVE, SLOW, code, time};
use crate::verifier::Stored;
use mfa_core::{Bucket, Secret, Write};

/// What must be remembered of a race to judge it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// The steps or counters that were accepted of each device, as bits.
    accepted: [u32; 2],
    /// The recovery codes that were accepted, by the revision they were drawn at, as bits.
    accepted_codes: u32,
    /// Those that were shown to somebody.
    shown_codes: u32,
    /// The wrong answers that were evaluated: one-time passwords, recovery codes, out-of-band
    /// codes.
    wrong: [Vec<Wrong>; 3],
    /// When messages were sent.
    messages: Vec<u64>,
    pub ledger: Ledger,
    /// The revisions whose writes granted something, as bits.
    granted: u32,
    pub broken: Broken,
}

impl History {
    pub fn grants(&self) -> u32 {
        self.granted.count_ones()
    }

    /// The recovery codes that user and thief have seen, as requests name them.
    pub fn seen_codes(&self, scene: &Scene) -> impl Iterator<Item = u64> {
        let (shown, start) = (self.shown_codes, scene.revision);
        let drawn = (0..u32::BITS).filter(move |bit| shown & (1 << bit) != 0);
        std::iter::once(0).chain(drawn.map(move |bit| start + u64::from(bit) - 1))
    }

    /// I2: the wrong answers fit the buckets; of familiar devices, with their reserve.
    fn count_wrong(&mut self, class: usize, wrong: Wrong) {
        self.wrong[class].push(wrong);
        let all = self.wrong[class].iter();
        let strangers: Vec<u64> =
            all.clone().filter(|one| !one.familiar).map(|one| one.time).collect();
        let all: Vec<u64> = all.map(|one| one.time).collect();
        let holds = fit(&strangers, &[FAST])
            && fit(&strangers, &[SLOW])
            && fit(&all, &[FAST, RESERVE])
            && fit(&all, &[SLOW, RESERVE]);
        self.broken.unless(holds, I2);
    }

    /// I2: so do the messages.
    fn count_message(&mut self, now: u64) {
        self.messages.push(now);
        self.broken.unless(fit(&self.messages, &[MESSAGES]), I2);
    }
}

/// A wrong answer that was evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Wrong {
    time: u64,
    familiar: bool,
}

/// Whether any stretch of these times fits the buckets together.
fn fit(times: &[u64], buckets: &[Bucket]) -> bool {
    (0..times.len()).all(|first| {
        let stretch = &times[first..];
        let furthest = stretch.iter().max().unwrap_or(&0);
        let elapsed = furthest - stretch[0];
        let most =
            |bucket: &Bucket| u64::from(bucket.capacity) + elapsed / u64::from(bucket.period);
        stretch.len() as u64 <= buckets.iter().map(most).sum()
    })
}

impl Race {
    /// What happened before the race begins.
    pub(super) fn history(&self) -> History {
        let mut history =
            History { messages: vec![NOW; self.scene.messages], ..Default::default() };
        for (drawn, by) in &self.scene.waiting {
            history.ledger.begin(self.start, *drawn, *by);
        }
        history
    }

    /// A write is about to replace what is stored.
    pub(super) fn watch_store(&self, state: &mut State, held: &Held, next: &Stored) {
        let (before, after) = (state.stored.plain(), next.plain());
        let outcome = self.outcome(held);
        let pass = self.call(held.request, held.by_thief, before.revision).pass;
        let familiar = pass.familiar;
        let broken = &mut state.history.broken;
        self.follow(&mut state.history.ledger, broken, held, &outcome, &after);
        broken.unless(is_device(held.request) || time(held.now) < pass.expires, I13);
        broken.unless(forgives_by_proof_only(held.request, &outcome, &before, &after), I2);
        broken.unless(blames_who_answered(held.request, &before, &after), I10);
        broken.unless(familiar || before.otp.reserve == after.otp.reserve, I10);
        broken.unless(no_step_reopens(&before, &after), I6);
        broken.unless(no_debt_is_forgiven(before.otp, after.otp), I6);
        broken.unless(no_debt_is_forgiven(before.recovery, after.recovery), I6);
        broken.unless(no_debt_is_forgiven(before.out_of_band, after.out_of_band), I6);
        // One code before and after, whatever was done.
        broken.unless(after.recovery_codes.len() == 1, I5);
        let told_already = self.verifier.has(Fault::RevealsBeforeStoring);
        if outcome.wrong_answers() > 0 && !told_already {
            let wrong = Wrong { time: time(held.now), familiar };
            state.history.count_wrong(class(held.request), wrong);
        }
        if matches!(outcome, Outcome::Sent(_)) {
            state.history.count_message(time(held.now));
        }
    }

    /// An answer is given.
    pub(super) fn reveal(&self, state: &mut State, held: &Held, outcome: &Outcome, landed: Landed) {
        if outcome.wrong_answers() > 0 && landed != Landed::Applied {
            let familiar = self.call(held.request, held.by_thief, 0).pass.familiar;
            let wrong = Wrong { time: time(held.now), familiar };
            state.history.count_wrong(class(held.request), wrong);
        }
        // What is sent, is sent for a stored challenge.
        let is_sent = matches!(outcome, Outcome::Sent(_));
        state.history.broken.unless(!is_sent || landed == Landed::Applied, I7);
        if !outcome.is_grant() {
            return;
        }
        let loaded = held.loaded.plain();
        let history = &mut state.history;
        let write = 1 << (loaded.revision - self.scene.revision);
        history.broken.unless(landed == Landed::Applied && history.granted & write == 0, I7);
        history.granted |= write;

        let decided = self.settle(held, Write::Stored).expect("what is held was decided");
        let next = decided.next.plain();
        match (held.request, outcome) {
            (
                Request::Code(_, drawn) | Request::Poll(_, drawn),
                Outcome::Accepted { by, over, .. },
            ) => {
                let names = *by == Some(self.scene.bound)
                    && over.is_some()
                    && *over == history.ledger.over(drawn);
                history.broken.unless(names, I12);
            }
            (Request::Response(_, _, counter), Outcome::Accepted { by, .. }) => {
                let bit = 1 << counter;
                let fresh = history.accepted[0] & bit == 0;
                let burnt = next.authenticator(self.scene.bound).and_then(|one| one.burnt());
                history.broken.unless(fresh && burnt == Some(counter), I1);
                history.broken.unless(*by == Some(self.scene.bound), I12);
                history.accepted[0] |= bit;
            }
            (_, Outcome::Accepted { by: Some(id), .. }) => {
                self.accept_otp(history, held.request, *id, &next, 1);
            }
            (_, Outcome::Accepted { by: None, recovery_code, .. }) => {
                self.accept_recovery_code(history, held.request, &loaded, recovery_code);
            }
            _ => {
                let Request::Resynchronize(device, _) = held.request else { return };
                self.accept_otp(history, held.request, self.scene.id(device), &next, 2);
            }
        }
    }

    /// I1: the last `count` steps up to the burnt one were accepted, for the first time, and
    /// their codes were presented.
    fn accept_otp(
        &self,
        history: &mut History,
        request: Request,
        id: [u8; 10],
        next: &Plain,
        count: u64,
    ) {
        let known = self.scene.devices.iter().position(|(_, known)| *known == id);
        let (Some(device), Some(one)) = (known, next.authenticator(id)) else {
            return history.broken.unless(false, I1);
        };
        let secret = Secret::from_bytes(&one.secret).expect("the record holds secrets");
        let last = one.burnt().expect("something was accepted");
        for (ago, step) in (last + 1 - count..=last).rev().enumerate() {
            let presented = match request {
                Request::Otp(shown_by, factor) => shown_by.code(factor),
                Request::Confirm(factor) => self.scene.devices[0].0.code(factor),
                Request::Resynchronize(shown_by, first) => shown_by.code(first + 1 - ago as u64),
                _ => return history.broken.unless(false, I1),
            };
            let origin = match one.memory {
                Memory::Totp { .. } => FIRST_STEP - 8,
                _ => 0,
            };
            let bit = 1 << (step - origin);
            let fresh = history.accepted[device] & bit == 0;
            history.broken.unless(fresh && code(&secret, step) == presented, I1);
            history.accepted[device] |= bit;
        }
    }

    /// I5: the code is accepted for the first time, and its replacement is shown.
    fn accept_recovery_code(
        &self,
        history: &mut History,
        request: Request,
        loaded: &Plain,
        replacement: &Option<String>,
    ) {
        let Request::RecoveryCode(drawn) = request else {
            return history.broken.unless(false, I5);
        };
        let bit = |drawn: u64| match drawn {
            0 => 1,
            revision => 2 << (revision - self.scene.revision),
        };
        let fresh = history.accepted_codes & bit(drawn) == 0;
        let replaced = *replacement == Some(crate::setting::recovery_code(loaded.revision));
        history.broken.unless(fresh && replaced, I5);
        history.accepted_codes |= bit(drawn);
        history.shown_codes |= bit(loaded.revision);
    }
}

/// Which class a request is of, and which bucket a wrong answer is paid from.
fn class(request: Request) -> usize {
    match request {
        Request::RecoveryCode(_) | Request::WrongRecoveryCode => 1,
        Request::Code(..)
        | Request::WrongCode(..)
        | Request::Device(..)
        | Request::Poll(..)
        | Request::Challenge(..) => 2,
        _ => 0,
    }
}

/// Known by its key: it needs no ticket.
fn is_device(request: Request) -> bool {
    matches!(request, Request::Device(..))
}

/// I10: a wrong answer counts against nothing but what it was given for; twins share no
/// failures.
fn blames_who_answered(request: Request, before: &Plain, after: &Plain) -> bool {
    let pairs = before.authenticators.iter().zip(&after.authenticators);
    let is_meant = |one: &PlainAuthenticator| match class(request) {
        0 => one.channel().is_none(),
        1 => false,
        _ => one.channel().is_some(),
    };
    let changed = pairs.filter(|(before, after)| before.failures != after.failures);
    let changed: Vec<_> = changed.map(|(before, _)| before).collect();
    changed.iter().all(|one| is_meant(one)) && (class(request) != 2 || changed.len() < 2)
}

/// I2: failures are forgotten for a right answer only: not for a challenge, say.
fn forgives_by_proof_only(
    request: Request,
    outcome: &Outcome,
    before: &Plain,
    after: &Plain,
) -> bool {
    let mut pairs = before.authenticators.iter().zip(&after.authenticators);
    let is_proof = outcome.is_grant() && !is_device(request);
    is_proof || pairs.all(|(before, after)| before.failures <= after.failures)
}

fn no_step_reopens(before: &Plain, after: &Plain) -> bool {
    before
        .authenticators
        .iter()
        .all(|one| after.authenticator(one.id).is_none_or(|later| later.burnt() >= one.burnt()))
}

/// The time at which each bucket will be full again only moves on.
fn no_debt_is_forgiven(before: Throttle, after: Throttle) -> bool {
    let full_at = |level: Level, bucket: Bucket| {
        level.since + u64::from(level.spent) * u64::from(bucket.period)
    };
    full_at(before.fast, FAST) <= full_at(after.fast, FAST)
        && full_at(before.slow, SLOW) <= full_at(after.slow, SLOW)
}
