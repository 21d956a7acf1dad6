//! What is watched while a race runs: each write that the store applies, each answer that is
//! given.

use super::server::{Held, Landed};
use super::start::Scene;
use super::{Race, Request, State};
use crate::call::Outcome;
use crate::fault::Fault;
use crate::invariant::{Broken, Invariant::*};
use crate::layout::{Level, Memory, Plain, Throttle};
use crate::setting::{FAST, FIRST_STEP, SLOW, STEP, code};
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
    /// The times of the wrong answers that were evaluated: one-time passwords, recovery
    /// codes.
    wrong: [Vec<u64>; 2],
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

    /// I2: any stretch of evaluated wrong answers fits the buckets.
    fn count_wrong(&mut self, class: usize, now: u64) {
        let times = &mut self.wrong[class];
        times.push(now);
        let fits = (0..times.len()).all(|first| {
            let stretch = &times[first..];
            let furthest = stretch.iter().max().unwrap_or(&now);
            let elapsed = (furthest - stretch[0]) * STEP;
            [FAST, SLOW].iter().all(|bucket| {
                let most = u64::from(bucket.capacity) + elapsed / u64::from(bucket.period);
                stretch.len() as u64 <= most
            })
        });
        self.broken.unless(fits, I2);
    }
}

impl Race {
    /// A write is about to replace what is stored.
    pub(super) fn watch_store(&self, state: &mut State, held: &Held, next: &Stored) {
        let (before, after) = (state.stored.plain(), next.plain());
        let broken = &mut state.history.broken;
        broken.unless(no_step_reopens(&before, &after), I6);
        broken.unless(no_debt_is_forgiven(before.otp, after.otp), I6);
        broken.unless(no_debt_is_forgiven(before.recovery, after.recovery), I6);
        // One code before and after, whatever was done.
        broken.unless(after.recovery_codes.len() == 1, I5);
        let told_already = self.verifier.has(Fault::RevealsBeforeStoring);
        if self.outcome(held).wrong_answers() > 0 && !told_already {
            state.history.count_wrong(class(held.request), held.now);
        }
    }

    /// An answer is given.
    pub(super) fn reveal(&self, state: &mut State, held: &Held, outcome: &Outcome, landed: Landed) {
        if outcome.wrong_answers() > 0 && landed != Landed::Applied {
            state.history.count_wrong(class(held.request), held.now);
        }
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
        match outcome {
            Outcome::Accepted { by: Some(id), .. } => {
                self.accept_otp(history, held.request, *id, &next, 1);
            }
            Outcome::Accepted { by: None, recovery_code, .. } => {
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
                Memory::Hotp { .. } => 0,
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

/// Which bucket a wrong answer is paid from.
fn class(request: Request) -> usize {
    match request {
        Request::RecoveryCode(_) | Request::WrongRecoveryCode => 1,
        _ => 0,
    }
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
