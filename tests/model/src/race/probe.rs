//! What is asked of each record that a race arrives at: what would the core answer?

mod card;
mod channels;

use super::{END, OFFSETS, Race};
use crate::call::{Call, Operate, Outcome, Pass, Response};
use crate::fault::unlocked;
use crate::invariant::{Broken, Invariant::*};
use crate::layout::{Level, Memory, Plain, PlainAuthenticator, PlainPhase, Throttle};
use crate::setting::{
    FAST, FOREIGN_RECOVERY_CODE, RESERVE, SLOW, STEP, WRONG_CODE, code, recovery_code, time,
};
use crate::verifier::{Decided, Stored, is_canonical, is_identity};
use mfa_core::{Bucket, Refused, Secret, Write};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What is known of each record: many states share one.
#[derive(Default)]
pub struct Probes(Mutex<HashMap<Stored, Broken>>);

/// An answer of the core.
type Answer = Result<Decided, Refused>;

impl Race {
    /// The invariants that do not hold of a record, whatever state it is met in.
    pub(super) fn probe(&self, stored: &Stored) -> Broken {
        let known = || self.probes.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(broken) = known().get(stored) {
            return *broken;
        }
        let probe = Probe { race: self, stored, plain: stored.plain() };
        let mut broken = Broken::default();
        broken.unless(is_identity(&self.verifier, stored), I11);
        broken.unless(is_canonical(&self.verifier, stored), I11);
        for clock in 0..=END + OFFSETS[1] {
            probe.locks(time(clock), &mut broken);
            probe.burnt_steps(time(clock), &mut broken);
            probe.fresh_codes(time(clock), &mut broken);
            probe.familiar_devices(time(clock), &mut broken);
            probe.channels(time(clock), &mut broken);
            probe.card(time(clock), &mut broken);
        }
        known().insert(stored.clone(), broken);
        broken
    }

    pub(super) fn is_locked(&self, stored: &Stored, clock: u64) -> bool {
        let plain = stored.plain();
        is_locked(plain.otp, time(clock)) || is_locked(plain.out_of_band, time(clock))
    }
}

struct Probe<'a> {
    race: &'a Race,
    stored: &'a Stored,
    plain: Plain,
}

impl Probe<'_> {
    /// I8, I10, and I6 for the buckets.
    fn locks(&self, now: u64, broken: &mut Broken) {
        if self.plain.enrolled {
            let right = self.right_recovery_code();
            // I10: a class is closed by its own wrong answers and by nothing else.
            let accepted = is_accepted(&self.recovery(&right, now));
            broken.unless(accepted != is_locked(self.plain.recovery, now), I10);
            let [first, second] = [&right, FOREIGN_RECOVERY_CODE];
            self.lock(now, broken, |code, now| self.recovery(code, now), first, second);
        }
        if let Some((one, fresh)) = self.freshest(now) {
            let presents = |code: &str, now| self.otp(one, code, now);
            let wrong = presents(WRONG_CODE, now);
            broken.unless(self.is_locked(now) == until(&wrong).is_some(), I10);
            self.lock(now, broken, presents, &fresh, WRONG_CODE);
            // I10: at `until` what is fresh then passes, unless there is nothing any more.
            if let Some(until) = until(&wrong)
                && let Some((one, fresh)) = self.freshest(until)
                && !has_expired(one, until)
            {
                broken.unless(is_accepted(&self.otp(one, &fresh, until)), I10);
            }
        }
    }

    /// What holds while a class is locked at `now`.
    fn lock(
        &self,
        now: u64,
        broken: &mut Broken,
        present: impl Fn(&str, u64) -> Answer,
        right: &str,
        wrong: &str,
    ) {
        let Some(until) = until(&present(wrong, now)) else { return };
        let refused = |code, now| present(code, now).err();
        let locked = Some(Refused::Locked { until });
        for code in [right, "no code"] {
            broken.unless(refused(code, now) == locked, I8);
        }
        broken.unless(now < until && refused(wrong, until - 1) == locked, I10);
        for earlier in (0..=END).map(time).take_while(|earlier| *earlier < now) {
            broken.unless(refused(wrong, earlier) == locked, I6);
        }
    }

    /// I6: no code of a burnt step is right, unless a later step has the same code.
    fn burnt_steps(&self, now: u64, broken: &mut Broken) {
        let has_codes = |one: &&PlainAuthenticator| {
            matches!(one.memory, Memory::Totp { .. } | Memory::Hotp { .. })
        };
        for one in self.plain.authenticators.iter().filter(has_codes) {
            let Some(burnt) = one.burnt() else { continue };
            let secret = secret(one);
            for step in burnt.saturating_sub(3)..=burnt {
                let code = code(&secret, step);
                let Ok(decided) = self.otp(one, &code, now) else { continue };
                if is_accepted(&Ok(decided.clone())) {
                    let next = decided.next.plain();
                    let later = next.authenticator(one.id).and_then(PlainAuthenticator::burnt);
                    broken.unless(later > Some(burnt), I6);
                }
            }
        }
    }

    /// I14: within budget, the code is accepted that a device shows which agrees with the
    /// server's clock, but for what resynchronization measured. (What logins *followed* of a
    /// drift must not make it wrong: codes may have come late.)
    fn fresh_codes(&self, now: u64, broken: &mut Broken) {
        if self.is_locked(now) {
            return;
        }
        for one in &self.plain.authenticators {
            let shown = match one.memory {
                Memory::Totp { clock, .. } => {
                    Some((now / STEP).saturating_add_signed(clock.measured))
                }
                Memory::Hotp { counter, .. } => counter.next,
                _ => None,
            };
            let fresh = shown.filter(|shown| one.burnt().is_none_or(|burnt| *shown > burnt));
            if let Some(shown) = fresh
                && one.phase != PlainPhase::Disabled
                && !has_expired(one, now)
            {
                let answer = self.otp(one, &code(&secret(one), shown), now);
                broken.unless(is_accepted(&answer), I14);
            }
        }
    }

    /// I10: familiar devices have a reserve, which nobody else draws on.
    fn familiar_devices(&self, now: u64, broken: &mut Broken) {
        let Some((one, _)) = self.freshest(now) else { return };
        if one.is_pending() {
            return;
        }
        for familiar in [false, true] {
            let pass = Pass { familiar, ..self.race.scene.user };
            let wrong =
                self.present(pass, Operate::Respond(Response::Otp(WRONG_CODE.to_owned())), now);
            let is_locked = is_locked_for(self.plain.otp, now, familiar);
            broken.unless(is_locked == until(&wrong).is_some(), I10);
        }
    }

    /// Whether the user's one-time passwords are locked.
    fn is_locked(&self, now: u64) -> bool {
        is_locked_for(self.plain.otp, now, self.race.scene.user.familiar)
    }

    /// An authenticator that can answer, and the code of it that is newest at `now`.
    fn freshest(&self, now: u64) -> Option<(&PlainAuthenticator, String)> {
        self.plain.authenticators.iter().find_map(|one| {
            let factor = match one.memory {
                Memory::Totp { clock, .. } => (now / STEP + 1)
                    .saturating_add_signed(clock.measured + i64::from(clock.followed)),
                Memory::Hotp { counter, .. } => counter.next?,
                _ => return None,
            };
            let fresh = one.burnt().is_none_or(|burnt| factor > burnt);
            let answers = fresh && one.phase != PlainPhase::Disabled && !has_expired(one, now);
            answers.then(|| (one, code(&secret(one), factor)))
        })
    }

    /// The recovery code that the record has: of those ever drawn, the one it accepts.
    fn right_recovery_code(&self) -> String {
        let open = Stored::new(&unlocked(&self.plain).write());
        let scene = &self.race.scene;
        let drawn = (scene.revision..self.plain.revision).map(recovery_code);
        std::iter::once(scene.first_code.clone())
            .chain(drawn)
            .find(|code| {
                let call =
                    self.call(scene.user, Operate::Respond(Response::RecoveryCode(code.clone())));
                self.race.verifier.outcome(&open, &call, time(0)).is_some_and(|it| it.is_grant())
            })
            .unwrap_or_default()
    }

    /// Presents a one-time password: to confirm what is pending, else to log in.
    fn otp(&self, one: &PlainAuthenticator, code: &str, now: u64) -> Answer {
        let operation = match one.is_pending() {
            true => Operate::Confirm(Response::Otp(code.to_owned())),
            false => Operate::Respond(Response::OtpOf(one.id, code.to_owned())),
        };
        self.present(self.race.scene.user, operation, now)
    }

    fn recovery(&self, code: &str, now: u64) -> Answer {
        self.present(
            self.race.scene.user,
            Operate::Respond(Response::RecoveryCode(code.to_owned())),
            now,
        )
    }

    fn present(&self, pass: Pass, operation: Operate, now: u64) -> Answer {
        self.present_on(self.stored, pass, operation, now)
    }

    fn present_on(&self, on: &Stored, pass: Pass, operation: Operate, now: u64) -> Answer {
        self.race.verifier.decide(on, &self.call(pass, operation), now, Write::Stored)
    }

    fn call(&self, pass: Pass, operation: Operate) -> Call {
        Call { pass, operation, seed: self.plain.revision }
    }
}

fn secret(one: &PlainAuthenticator) -> Secret {
    Secret::from_bytes(&one.secret).expect("the record holds secrets")
}

fn is_accepted(answer: &Answer) -> bool {
    let outcome = answer.as_ref().ok().and_then(|decided| decided.settled.as_ref().ok());
    outcome.is_some_and(Outcome::is_grant)
}

fn until(answer: &Answer) -> Option<u64> {
    match answer {
        Err(Refused::Locked { until }) => Some(*until),
        _ => None,
    }
}

fn has_expired(one: &PlainAuthenticator, now: u64) -> bool {
    matches!(one.phase, PlainPhase::Pending { expires, .. } if expires <= now)
}

/// Whether the ordinary buckets have no unit left.
fn is_locked(throttle: Throttle, now: u64) -> bool {
    is_empty(throttle.fast, FAST, now) || is_empty(throttle.slow, SLOW, now)
}

/// The same for a familiar device or another.
fn is_locked_for(throttle: Throttle, now: u64, familiar: bool) -> bool {
    is_locked(throttle, now) && (!familiar || is_empty(throttle.reserve, RESERVE, now))
}

/// Whether a bucket has no unit left, by the book: spent units less those that came back.
fn is_empty(level: Level, bucket: Bucket, now: u64) -> bool {
    let back = now.saturating_sub(level.since) / u64::from(bucket.period);
    u64::from(level.spent).saturating_sub(back) >= u64::from(bucket.capacity)
}
