//! Records to bytes.

use super::FORMAT;
use crate::account::authenticator::{Authenticator, Phase};
use crate::account::clock::Clock;
use crate::account::factor::{Counter, Factor, HotpFactor, TotpFactor, TotpParameters};
use crate::account::ocra::OcraFactor;
use crate::account::out_of_band::{Answer, OutOfBandFactor};
use crate::account::record::Account;
use crate::account::state::Head;
use crate::bytes::copy;
use crate::channel::Channel;
use crate::recovery::RecoveryHash;
use crate::throttle::{Level, Throttle};
use crate::{Algorithm, Format};

/// Where bytes go. What does not fit is dropped, and makes the whole not fit.
struct Writer<'a> {
    rest: &'a mut [u8],
    is_full: bool,
}

impl Writer<'_> {
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        match core::mem::take(&mut self.rest).split_at_mut_checked(bytes.len()) {
            Some((place, rest)) => {
                copy(bytes, place);
                self.rest = rest;
            }
            None => self.is_full = true,
        }
    }

    fn u8(&mut self, value: u8) {
        self.put(&[value]);
    }

    #[inline(never)]
    fn u64(&mut self, value: u64) {
        self.put(&value.to_be_bytes());
    }

    /// A length or count. All in a record are below 256.
    fn count(&mut self, len: usize) {
        match u8::try_from(len) {
            Ok(len) => self.u8(len),
            Err(_) => self.is_full = true,
        }
    }

    fn counted(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.put(bytes);
    }

    /// Whether there is a value, and its bytes.
    fn optional(&mut self, bytes: Option<&[u8]>) {
        self.u8(bytes.is_some().into());
        self.put(bytes.unwrap_or_default());
    }

    #[inline(never)]
    fn level(&mut self, level: Level) {
        self.put(&{ level.spent }.to_be_bytes());
        self.u64(level.since);
    }

    #[inline(never)]
    fn throttle(&mut self, throttle: &Throttle) {
        for level in [throttle.fast, throttle.slow, throttle.reserve] {
            self.level(level);
        }
    }
}

/// Writes a record, and gives its length; `None` when there is no room.
pub(super) fn record<const N: usize, const R: usize>(
    record: &Account<N, R>,
    out: &mut [u8],
) -> Option<usize> {
    let capacity = out.len();
    let out = &mut Writer { rest: out, is_full: false };
    parts(record.head(), record.authenticators(), record.recovery_hashes(), out);
    if out.is_full { None } else { capacity.checked_sub(out.rest.len()) }
}

fn parts(
    head: &Head,
    authenticators: &[Authenticator],
    recovery: &[RecoveryHash],
    out: &mut Writer<'_>,
) {
    out.u8(FORMAT);
    out.put(head.subject.account.as_bytes());
    out.put(head.subject.record.as_bytes());
    out.u64(head.revision);
    out.u64(head.subject.generation);
    out.u8(head.enrolled.into());
    [&head.otp, &head.out_of_band, &head.recovery].iter().for_each(|it| out.throttle(it));
    [head.sent.phone, head.sent.email, head.sent.push].iter().for_each(|it| out.level(*it));

    out.count(authenticators.len());
    authenticators.iter().for_each(|one| authenticator(one, out));

    out.count(recovery.len());
    recovery.iter().for_each(|hash| out.put(&hash.0));
    out.optional(head.recovery_awaits.as_ref().map(|id| id.as_bytes().as_slice()));
}

fn authenticator(one: &Authenticator, out: &mut Writer<'_>) {
    out.put(one.id.as_bytes());
    out.counted(one.label().as_bytes());
    match &one.phase {
        Phase::Pending { ticket, expires, replaces } => {
            out.u8(0);
            out.put(ticket.as_bytes());
            out.u64(*expires);
            out.optional(replaces.as_ref().map(|id| id.as_bytes().as_slice()));
        }
        Phase::Active => out.u8(1),
        Phase::Disabled => out.u8(2),
    }
    out.u8(one.failures);
    match &one.factor {
        Factor::Totp(factor) => {
            out.u8(1);
            totp(factor, out);
        }
        Factor::Hotp(factor) => {
            out.u8(2);
            hotp(factor, out);
        }
        Factor::OutOfBand(factor) => {
            out.u8(3);
            out_of_band(factor, out);
        }
        Factor::Ocra(factor) => {
            out.u8(4);
            ocra(factor, out);
        }
    }
}

fn totp(factor: &TotpFactor, out: &mut Writer<'_>) {
    let TotpParameters { algorithm, format, steps } = factor.parameters;
    code(algorithm, format, out);
    out.u64(steps.period().get());
    out.u64(steps.t0());
    clock(&factor.clock, out);
    out.counted(factor.secret.expose());
}

#[inline(never)]
fn clock(clock: &Clock, out: &mut Writer<'_>) {
    let burnt = clock.burnt.map(|step| step.get().to_be_bytes());
    out.optional(burnt.as_ref().map(|step| step.as_slice()));
    let (measured, followed) = clock.drift.parts();
    out.put(&measured.to_be_bytes());
    out.put(&followed.to_be_bytes());
}

fn hotp(factor: &HotpFactor, out: &mut Writer<'_>) {
    code(factor.parameters.algorithm, factor.parameters.format, out);
    counter(factor.counter, out);
    out.counted(factor.secret.expose());
}

#[inline(never)]
fn counter(counter: Counter, out: &mut Writer<'_>) {
    let (tag, number) = match counter {
        Counter::Exhausted => return out.u8(0),
        Counter::Next(number) => (1, number),
        Counter::Lost(number) => (2, number),
    };
    out.u8(tag);
    out.u64(number);
}

#[inline(never)]
fn ocra(factor: &OcraFactor, out: &mut Writer<'_>) {
    // A record holds no suite that is none.
    let Ok(suite) = factor.suite.suite() else { return out.is_full = true };
    out.counted(suite.as_str().as_bytes());
    if suite.has_counter() {
        counter(factor.counter, out);
    }
    if suite.time_steps().is_some() {
        clock(&factor.clock, out);
    }
    out.u8(factor.issued.is_some().into());
    if let Some(issued) = factor.issued {
        out.put(&issued.seed);
        out.u64(issued.expires.get());
    }
    out.counted(factor.key.expose());
}

fn out_of_band(factor: &OutOfBandFactor, out: &mut Writer<'_>) {
    out.u8(match factor.channel {
        Channel::Sms => 1,
        Channel::Voice => 2,
        Channel::Email => 3,
        Channel::Push => 4,
    });
    out.put(factor.reference.as_bytes());
    out.count(factor.challenges.len());
    for challenge in &factor.challenges {
        out.put(challenge.id.as_bytes());
        out.put(challenge.ticket.as_bytes());
        out.u64(challenge.expires.get());
        out.count(challenge.code.format().len());
        out.put(&challenge.code.value().to_be_bytes());
        match challenge.answer {
            Answer::Waiting => out.u8(0),
            Answer::Approved => out.u8(1),
            Answer::Denied => out.u8(2),
            Answer::Guesses(left) => {
                out.u8(3);
                out.u8(left);
            }
        }
    }
}

fn code(algorithm: Algorithm, format: Format, out: &mut Writer<'_>) {
    out.u8(algorithm.number());
    out.u8(format.number());
}
