//! Bytes to records.

use super::{DecodeError, FORMAT};
use crate::account::authenticator::{Authenticator, Label, Phase};
use crate::account::clock::Clock;
use crate::account::factor::{
    Counter, Factor, HotpFactor, HotpParameters, TotpFactor, TotpParameters,
};
use crate::account::ocra::{Issued, OcraFactor};
use crate::account::out_of_band::{Answer, Challenge, OutOfBandFactor};
use crate::account::packed::Packed;
use crate::account::state::{Head, Sent, State};
use crate::bytes::copy;
use crate::channel::Channel;
use crate::id::{AccountId, AuthenticatorId, ChallengeId, RecordId, Reference, TicketId};
use crate::ocra::Suite;
use crate::recovery::RecoveryHash;
use crate::throttle::{Level, Throttle};
use crate::ticket::Subject;
use crate::totp::TimeSteps;
use crate::{Algorithm, Code, Digits, Drift, Format, Secret};
use core::num::NonZeroU64;

/// Where bytes come from. What is read beyond the end, or after something impossible, is zeros
/// and nothing; the first fault is kept, and asked for in the end. (An early return for each
/// field would take a device several kilobytes.)
struct Reader<'a> {
    rest: &'a [u8],
    fault: Option<DecodeError>,
}

impl<'a> Reader<'a> {
    fn fail(&mut self, fault: DecodeError) {
        if self.fault.is_none() {
            self.fault = Some(fault);
        }
        self.rest = &[];
    }

    /// A value that is there, or else the field is impossible.
    fn possible<T>(&mut self, value: Option<T>, field: &'static str) -> Option<T> {
        if value.is_none() {
            self.fail(DecodeError::Impossible { field });
        }
        value
    }

    fn slice(&mut self, len: usize) -> &'a [u8] {
        match self.rest.split_at_checked(len) {
            Some((bytes, rest)) => {
                self.rest = rest;
                bytes
            }
            None => {
                self.fail(DecodeError::Truncated);
                &[]
            }
        }
    }

    fn fill(&mut self, out: &mut [u8]) {
        copy(self.slice(out.len()), out);
    }

    fn bytes<const K: usize>(&mut self) -> [u8; K] {
        let mut bytes = [0; K];
        self.fill(&mut bytes);
        bytes
    }

    fn u8(&mut self) -> u8 {
        u8::from_be_bytes(self.bytes())
    }

    #[inline(never)]
    fn u64(&mut self) -> u64 {
        u64::from_be_bytes(self.bytes())
    }

    fn flag(&mut self, field: &'static str) -> bool {
        match self.u8() {
            0 => false,
            1 => true,
            _ => {
                self.fail(DecodeError::Impossible { field });
                false
            }
        }
    }

    fn counted(&mut self) -> &'a [u8] {
        let len = self.u8();
        self.slice(len.into())
    }

    fn text(&mut self) -> Option<&'a str> {
        core::str::from_utf8(self.counted()).ok()
    }

    fn number(&mut self, field: &'static str) -> Option<u64> {
        self.flag(field).then(|| self.u64())
    }

    fn id(&mut self, field: &'static str) -> Option<AuthenticatorId> {
        self.flag(field).then(|| AuthenticatorId::from_bytes(self.bytes()))
    }

    fn secret(&mut self) -> Option<Secret> {
        let secret = Secret::from_bytes(self.counted()).ok();
        self.possible(secret, "secret")
    }

    #[inline(never)]
    fn level(&mut self) -> Level {
        Level { spent: u16::from_be_bytes(self.bytes()), since: self.u64() }
    }

    #[inline(never)]
    fn throttle(&mut self) -> Throttle {
        Throttle { fast: self.level(), slow: self.level(), reserve: self.level() }
    }
}

/// Reads the record of the account `expected`, and nothing but that.
pub(super) fn record(
    state: &mut State<'_>,
    expected: AccountId,
    bytes: &[u8],
) -> Result<(), DecodeError> {
    let input = &mut Reader { rest: bytes, fault: None };
    match input.u8() {
        FORMAT => {}
        _ if bytes.is_empty() => return Err(DecodeError::Truncated),
        format => return Err(DecodeError::UnknownFormat { format }),
    }
    head(state.head, expected, input);
    state.authenticators.clear();
    for _ in 0..input.u8() {
        let Some(one) = authenticator(input) else { break };
        if state.authenticators.push(one).is_err() {
            input.fail(DecodeError::TooMany { of: "authenticators" });
        }
    }
    state.recovery.clear();
    for _ in 0..input.u8() {
        if state.recovery.push(RecoveryHash(input.bytes())).is_err() {
            input.fail(DecodeError::TooMany { of: "recovery codes" });
        }
    }
    state.head.recovery_awaits = input.id("recovery_awaits");
    match input.fault {
        Some(fault) => Err(fault),
        None if !input.rest.is_empty() => Err(DecodeError::TrailingBytes),
        None => state.check_consistent().map_err(|field| DecodeError::Impossible { field }),
    }
}

#[inline(never)]
fn head(head: &mut Head, expected: AccountId, input: &mut Reader<'_>) {
    let account = AccountId::from_bytes(input.bytes());
    if account != expected {
        input.fail(match input.fault {
            None => DecodeError::ForeignAccount,
            Some(fault) => fault,
        });
    }
    head.subject =
        Subject { account: expected, record: RecordId::from_bytes(input.bytes()), generation: 0 };
    head.revision = input.u64();
    head.subject.generation = input.u64();
    head.enrolled = input.flag("enrolled");
    head.otp = input.throttle();
    head.out_of_band = input.throttle();
    head.recovery = input.throttle();
    head.sent = Sent { phone: input.level(), email: input.level(), push: input.level() };
}

/// `None` after a fault.
#[inline(never)]
fn authenticator(input: &mut Reader<'_>) -> Option<Authenticator> {
    let id = AuthenticatorId::from_bytes(input.bytes());
    let label = input.text().and_then(|text| Label::new(text).ok());
    let label = input.possible(label, "label")?;
    let phase = match input.u8() {
        0 => Some(Phase::Pending {
            ticket: TicketId::from_bytes(input.bytes()),
            expires: input.u64(),
            replaces: input.id("replaces"),
        }),
        1 => Some(Phase::Active),
        2 => Some(Phase::Disabled),
        _ => None,
    };
    let phase = input.possible(phase, "phase")?;
    let failures = input.u8();
    let factor = match input.u8() {
        1 => Factor::Totp(totp(input)?),
        2 => Factor::Hotp(hotp(input)?),
        3 => Factor::OutOfBand(out_of_band(input)?),
        4 => Factor::Ocra(ocra(input)?),
        _ => return input.possible(None, "kind"),
    };
    // What ended too early has no value.
    match input.fault {
        None => Some(Authenticator { id, label, phase, failures, factor }),
        Some(_) => None,
    }
}

fn totp(input: &mut Reader<'_>) -> Option<TotpFactor> {
    let (algorithm, format) = code(input)?;
    let period = NonZeroU64::new(input.u64());
    let period = input.possible(period, "period")?;
    let steps = TimeSteps::new(period, input.u64());
    let clock = clock(input);
    let parameters = TotpParameters { algorithm, format, steps };
    Some(TotpFactor { secret: input.secret()?, parameters, clock })
}

#[inline(never)]
fn clock(input: &mut Reader<'_>) -> Clock {
    let burnt = input.number("burnt").map(Packed::new);
    let measured = i64::from_be_bytes(input.bytes());
    Clock { burnt, drift: Drift::from_parts(measured, i8::from_be_bytes(input.bytes())) }
}

fn hotp(input: &mut Reader<'_>) -> Option<HotpFactor> {
    let (algorithm, format) = code(input)?;
    let counter = counter(input)?;
    let parameters = HotpParameters { algorithm, format };
    Some(HotpFactor { secret: input.secret()?, parameters, counter })
}

fn counter(input: &mut Reader<'_>) -> Option<Counter> {
    let counter = match input.u8() {
        0 => Some(Counter::Exhausted),
        1 => Some(Counter::Next(input.u64())),
        2 => Some(Counter::Lost(input.u64())),
        _ => None,
    };
    input.possible(counter, "counter")
}

#[inline(never)]
fn ocra(input: &mut Reader<'_>) -> Option<OcraFactor> {
    let suite = input.text().and_then(|text| Suite::parse(text).ok());
    let suite = input.possible(suite, "suite")?;
    let counter = if suite.has_counter() { counter(input)? } else { Counter::Next(0) };
    let clock = if suite.time_steps().is_some() { clock(input) } else { Clock::NEW };
    let issued = input
        .flag("asked")
        .then(|| Issued { seed: input.bytes(), expires: Packed::new(input.u64()) });
    match OcraFactor::stored(&input.secret()?, &suite, counter, clock, issued) {
        Ok(factor) => Some(factor),
        Err(field) => input.possible(None, field),
    }
}

#[inline(never)]
fn out_of_band(input: &mut Reader<'_>) -> Option<OutOfBandFactor> {
    let channel = match input.u8() {
        1 => Some(Channel::Sms),
        2 => Some(Channel::Voice),
        3 => Some(Channel::Email),
        4 => Some(Channel::Push),
        _ => None,
    };
    let channel = input.possible(channel, "channel")?;
    let mut factor = OutOfBandFactor::new(channel, Reference::from_bytes(input.bytes()));
    for _ in 0..input.u8() {
        let challenge = challenge(input)?;
        if let Err(field) = factor.push_stored(challenge) {
            return input.possible(None, field);
        }
    }
    Some(factor)
}

fn challenge(input: &mut Reader<'_>) -> Option<Challenge> {
    let id = ChallengeId::from_bytes(input.bytes());
    let ticket = TicketId::from_bytes(input.bytes());
    let expires = Packed::new(input.u64());
    let digits = Digits::of_response(input.u8());
    let value = u32::from_be_bytes(input.bytes());
    let code = digits.and_then(|digits| Code::of_value(value, Format::Decimal(digits)));
    let code = input.possible(code, "code")?;
    let answer = match input.u8() {
        0 => Some(Answer::Waiting),
        1 => Some(Answer::Approved),
        2 => Some(Answer::Denied),
        3 => Some(Answer::Guesses(input.u8())),
        _ => None,
    };
    Some(Challenge { id, ticket, expires, code, answer: input.possible(answer, "answer")? })
}

fn code(input: &mut Reader<'_>) -> Option<(Algorithm, Format)> {
    let algorithm = Algorithm::of_number(input.u8());
    let algorithm = input.possible(algorithm, "algorithm")?;
    let format = Format::of_number(input.u8());
    Some((algorithm, input.possible(format, "digits")?))
}
