//! Records to bytes.

use super::{FORMAT, STEAM};
use crate::account::authenticator::{Authenticator, Phase};
use crate::account::clock::Clock;
use crate::account::factor::{Counter, Factor, HotpFactor, TotpFactor, TotpParameters};
use crate::account::ocra::OcraFactor;
use crate::account::out_of_band::{Answer, OutOfBandFactor};
use crate::account::record::Account;
use crate::channel::Channel;
use crate::id::AuthenticatorId;
use crate::throttle::{Level, Throttle};
use crate::{Algorithm, Format};

/// Where bytes go; `None` when there is no room.
struct Writer<'a> {
    rest: &'a mut [u8],
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) -> Option<()> {
        let (place, rest) = core::mem::take(&mut self.rest).split_at_mut_checked(bytes.len())?;
        place.copy_from_slice(bytes);
        self.rest = rest;
        Some(())
    }

    fn u8(&mut self, value: u8) -> Option<()> {
        self.put(&[value])
    }

    fn u64(&mut self, value: u64) -> Option<()> {
        self.put(&value.to_be_bytes())
    }

    /// A length or count below 256, and bytes.
    fn counted(&mut self, bytes: &[u8]) -> Option<()> {
        self.u8(u8::try_from(bytes.len()).ok()?)?;
        self.put(bytes)
    }

    /// Whether there is a name, and the name.
    fn id(&mut self, id: Option<AuthenticatorId>) -> Option<()> {
        match id {
            None => self.u8(0),
            Some(id) => {
                self.u8(1)?;
                self.put(id.as_bytes())
            }
        }
    }

    fn level(&mut self, level: Level) -> Option<()> {
        self.put(&{ level.spent }.to_be_bytes())?;
        self.u64(level.since)
    }

    fn throttle(&mut self, throttle: &Throttle) -> Option<()> {
        [throttle.fast, throttle.slow, throttle.reserve].iter().try_for_each(|it| self.level(*it))
    }
}

/// Writes a record, and gives its length; `None` when there is no room.
pub(super) fn record<const N: usize, const R: usize>(
    record: &Account<N, R>,
    out: &mut [u8],
) -> Option<usize> {
    let capacity = out.len();
    let out = &mut Writer { rest: out };
    let head = record.head();
    out.u8(FORMAT)?;
    out.put(head.subject.account.as_bytes())?;
    out.put(head.subject.record.as_bytes())?;
    out.u64(head.revision)?;
    out.u64(head.subject.generation)?;
    out.u8(head.enrolled.into())?;
    [&head.otp, &head.out_of_band, &head.recovery].iter().try_for_each(|it| out.throttle(it))?;
    [head.sent.phone, head.sent.email, head.sent.push].iter().try_for_each(|it| out.level(*it))?;

    out.u8(u8::try_from(record.authenticators().len()).ok()?)?;
    record.authenticators().iter().try_for_each(|one| authenticator(one, out))?;

    out.u8(u8::try_from(record.recovery_hashes().len()).ok()?)?;
    record.recovery_hashes().iter().try_for_each(|hash| out.put(&hash.0))?;
    out.id(head.recovery_awaits)?;
    capacity.checked_sub(out.rest.len())
}

fn authenticator(one: &Authenticator, out: &mut Writer<'_>) -> Option<()> {
    out.put(one.id.as_bytes())?;
    out.counted(one.label().as_bytes())?;
    match one.phase {
        Phase::Pending { ticket, expires, replaces } => {
            out.u8(0)?;
            out.put(ticket.as_bytes())?;
            out.u64(expires)?;
            out.id(replaces)?;
        }
        Phase::Active => out.u8(1)?,
        Phase::Disabled => out.u8(2)?,
    }
    out.u8(one.failures)?;
    match &one.factor {
        Factor::Totp(factor) => {
            out.u8(1)?;
            totp(factor, out)
        }
        Factor::Hotp(factor) => {
            out.u8(2)?;
            hotp(factor, out)
        }
        Factor::OutOfBand(factor) => {
            out.u8(3)?;
            out_of_band(factor, out)
        }
        Factor::Ocra(factor) => {
            out.u8(4)?;
            ocra(factor, out)
        }
    }
}

fn totp(factor: &TotpFactor, out: &mut Writer<'_>) -> Option<()> {
    let TotpParameters { algorithm, format, steps } = factor.parameters;
    code(algorithm, format, out)?;
    out.u64(steps.period().get())?;
    out.u64(steps.t0())?;
    clock(&factor.clock, out)?;
    out.counted(factor.secret.expose())
}

fn clock(clock: &Clock, out: &mut Writer<'_>) -> Option<()> {
    match clock.burnt {
        None => out.u8(0)?,
        Some(step) => {
            out.u8(1)?;
            out.u64(step.get())?;
        }
    }
    let (measured, followed) = clock.drift.parts();
    out.put(&measured.to_be_bytes())?;
    out.put(&followed.to_be_bytes())
}

fn hotp(factor: &HotpFactor, out: &mut Writer<'_>) -> Option<()> {
    code(factor.parameters.algorithm, factor.parameters.format, out)?;
    counter(factor.counter, out)?;
    out.counted(factor.secret.expose())
}

fn counter(counter: Counter, out: &mut Writer<'_>) -> Option<()> {
    let (tag, number) = match counter {
        Counter::Exhausted => return out.u8(0),
        Counter::Next(number) => (1, number),
        Counter::Lost(number) => (2, number),
    };
    out.u8(tag)?;
    out.u64(number)
}

fn ocra(factor: &OcraFactor, out: &mut Writer<'_>) -> Option<()> {
    let suite = factor.suite.suite().ok()?;
    out.counted(suite.as_str().as_bytes())?;
    if suite.has_counter() {
        counter(factor.counter, out)?;
    }
    if suite.time_steps().is_some() {
        clock(&factor.clock, out)?;
    }
    match factor.issued {
        None => out.u8(0)?,
        Some(issued) => {
            out.u8(1)?;
            out.put(&issued.seed)?;
            out.u64(issued.expires.get())?;
        }
    }
    out.counted(factor.key.expose())
}

fn out_of_band(factor: &OutOfBandFactor, out: &mut Writer<'_>) -> Option<()> {
    out.u8(match factor.channel {
        Channel::Sms => 1,
        Channel::Voice => 2,
        Channel::Email => 3,
        Channel::Push => 4,
    })?;
    out.put(factor.reference.as_bytes())?;
    out.u8(u8::try_from(factor.challenges.len()).ok()?)?;
    factor.challenges.iter().try_for_each(|challenge| {
        out.put(challenge.id.as_bytes())?;
        out.put(challenge.ticket.as_bytes())?;
        out.u64(challenge.expires.get())?;
        out.u8(u8::try_from(challenge.code.format().len()).ok()?)?;
        out.put(&challenge.code.value().to_be_bytes())?;
        match challenge.answer {
            Answer::Waiting => out.u8(0),
            Answer::Approved => out.u8(1),
            Answer::Denied => out.u8(2),
            Answer::Guesses(left) => {
                out.u8(3)?;
                out.u8(left)
            }
        }
    })
}

fn code(algorithm: Algorithm, format: Format, out: &mut Writer<'_>) -> Option<()> {
    out.u8(match algorithm {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    })?;
    out.u8(match format {
        Format::Decimal(digits) => digits.get(),
        Format::Steam => STEAM,
    })
}
