//! Bytes to records.

use super::{DecodeError, FORMAT, STEAM};
use crate::account::authenticator::{Authenticator, Label, Phase};
use crate::account::clock::Clock;
use crate::account::factor::{
    Counter, Factor, HotpFactor, HotpParameters, TotpFactor, TotpParameters,
};
use crate::account::ocra::{Issued, OcraFactor};
use crate::account::out_of_band::{Answer, Challenge, OutOfBandFactor};
use crate::account::packed::Packed;
use crate::account::state::{Head, Sent, State};
use crate::channel::Channel;
use crate::id::{AccountId, AuthenticatorId, ChallengeId, RecordId, Reference, TicketId};
use crate::ocra::Suite;
use crate::recovery::RecoveryHash;
use crate::throttle::{Level, Throttle};
use crate::ticket::Subject;
use crate::totp::TimeSteps;
use crate::{Algorithm, Code, Digits, Drift, Format, Secret};
use core::num::NonZeroU64;

/// Where bytes come from.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn slice(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn bytes<const K: usize>(&mut self) -> Result<[u8; K], DecodeError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn u8(&mut self) -> Result<u8, DecodeError> {
        self.bytes().map(u8::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, DecodeError> {
        self.bytes().map(u64::from_be_bytes)
    }

    fn flag(&mut self, field: &'static str) -> Result<bool, DecodeError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::Impossible { field }),
        }
    }

    fn counted(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = self.u8()?;
        self.slice(len.into())
    }

    fn id(&mut self, field: &'static str) -> Result<Option<AuthenticatorId>, DecodeError> {
        match self.flag(field)? {
            true => Ok(Some(AuthenticatorId::from_bytes(self.bytes()?))),
            false => Ok(None),
        }
    }

    fn secret(&mut self) -> Result<Secret, DecodeError> {
        let secret = Secret::from_bytes(self.counted()?);
        secret.map_err(|_| DecodeError::Impossible { field: "secret" })
    }

    fn level(&mut self) -> Result<Level, DecodeError> {
        let spent = self.bytes().map(u16::from_be_bytes)?;
        Ok(Level { spent, since: self.u64()? })
    }

    fn throttle(&mut self) -> Result<Throttle, DecodeError> {
        Ok(Throttle { fast: self.level()?, slow: self.level()?, reserve: self.level()? })
    }
}

/// Reads the record of the account `expected`, and nothing but that.
pub(super) fn record(
    state: &mut State<'_>,
    expected: AccountId,
    bytes: &[u8],
) -> Result<(), DecodeError> {
    let mut input = Reader { rest: bytes };
    let format = input.u8()?;
    if format != FORMAT {
        return Err(DecodeError::UnknownFormat { format });
    }
    let account = AccountId::from_bytes(input.bytes()?);
    if account != expected {
        return Err(DecodeError::ForeignAccount);
    }
    let record = RecordId::from_bytes(input.bytes()?);
    let revision = input.u64()?;
    let subject = Subject { account, record, generation: input.u64()? };
    let enrolled = input.flag("enrolled")?;
    let otp = input.throttle()?;
    let out_of_band = input.throttle()?;
    let recovery = input.throttle()?;
    let sent = Sent { phone: input.level()?, email: input.level()?, push: input.level()? };
    let recovery_awaits = None;
    *state.head =
        Head { subject, revision, enrolled, recovery_awaits, otp, out_of_band, recovery, sent };

    state.authenticators.clear();
    for _ in 0..input.u8()? {
        let one = authenticator(&mut input)?;
        let full = DecodeError::TooMany { of: "authenticators" };
        state.authenticators.push(one).map_err(|_| full)?;
    }
    state.recovery.clear();
    for _ in 0..input.u8()? {
        let full = DecodeError::TooMany { of: "recovery codes" };
        state.recovery.push(RecoveryHash(input.bytes()?)).map_err(|_| full)?;
    }
    state.head.recovery_awaits = input.id("recovery_awaits")?;
    match input.rest {
        [] => state.check_consistent().map_err(|field| DecodeError::Impossible { field }),
        _ => Err(DecodeError::TrailingBytes),
    }
}

fn authenticator(input: &mut Reader<'_>) -> Result<Authenticator, DecodeError> {
    let id = AuthenticatorId::from_bytes(input.bytes()?);
    let label = core::str::from_utf8(input.counted()?).ok().and_then(|text| Label::new(text).ok());
    let label = label.ok_or(DecodeError::Impossible { field: "label" })?;
    let phase = match input.u8()? {
        0 => {
            let ticket = TicketId::from_bytes(input.bytes()?);
            let expires = input.u64()?;
            Phase::Pending { ticket, expires, replaces: input.id("replaces")? }
        }
        1 => Phase::Active,
        2 => Phase::Disabled,
        _ => return Err(DecodeError::Impossible { field: "phase" }),
    };
    let failures = input.u8()?;
    let factor = match input.u8()? {
        1 => Factor::Totp(totp(input)?),
        2 => Factor::Hotp(hotp(input)?),
        3 => Factor::OutOfBand(out_of_band(input)?),
        4 => Factor::Ocra(ocra(input)?),
        _ => return Err(DecodeError::Impossible { field: "kind" }),
    };
    Ok(Authenticator { id, label, phase, failures, factor })
}

fn totp(input: &mut Reader<'_>) -> Result<TotpFactor, DecodeError> {
    let (algorithm, format) = code(input)?;
    let period = NonZeroU64::new(input.u64()?);
    let period = period.ok_or(DecodeError::Impossible { field: "period" })?;
    let steps = TimeSteps::new(period, input.u64()?);
    let clock = clock(input)?;
    let parameters = TotpParameters { algorithm, format, steps };
    Ok(TotpFactor { secret: input.secret()?, parameters, clock })
}

fn clock(input: &mut Reader<'_>) -> Result<Clock, DecodeError> {
    let burnt = match input.flag("burnt")? {
        true => Some(Packed::new(input.u64()?)),
        false => None,
    };
    let measured = input.bytes().map(i64::from_be_bytes)?;
    let drift = Drift::from_parts(measured, input.bytes().map(i8::from_be_bytes)?);
    Ok(Clock { burnt, drift })
}

fn hotp(input: &mut Reader<'_>) -> Result<HotpFactor, DecodeError> {
    let (algorithm, format) = code(input)?;
    let counter = counter(input)?;
    let parameters = HotpParameters { algorithm, format };
    Ok(HotpFactor { secret: input.secret()?, parameters, counter })
}

fn counter(input: &mut Reader<'_>) -> Result<Counter, DecodeError> {
    match input.u8()? {
        0 => Ok(Counter::Exhausted),
        1 => input.u64().map(Counter::Next),
        2 => input.u64().map(Counter::Lost),
        _ => Err(DecodeError::Impossible { field: "counter" }),
    }
}

fn ocra(input: &mut Reader<'_>) -> Result<OcraFactor, DecodeError> {
    let suite = core::str::from_utf8(input.counted()?).ok();
    let suite = suite.and_then(|text| Suite::parse(text).ok());
    let suite = suite.ok_or(DecodeError::Impossible { field: "suite" })?;
    let counter = if suite.has_counter() { counter(input)? } else { Counter::Next(0) };
    let clock = if suite.time_steps().is_some() { clock(input)? } else { Clock::NEW };
    let issued = match input.flag("asked")? {
        true => Some(Issued { seed: input.bytes()?, expires: Packed::new(input.u64()?) }),
        false => None,
    };
    let stored = OcraFactor::stored(&input.secret()?, &suite, counter, clock, issued);
    stored.map_err(|field| DecodeError::Impossible { field })
}

fn out_of_band(input: &mut Reader<'_>) -> Result<OutOfBandFactor, DecodeError> {
    let channel = match input.u8()? {
        1 => Channel::Sms,
        2 => Channel::Voice,
        3 => Channel::Email,
        4 => Channel::Push,
        _ => return Err(DecodeError::Impossible { field: "channel" }),
    };
    let mut factor = OutOfBandFactor::new(channel, Reference::from_bytes(input.bytes()?));
    for _ in 0..input.u8()? {
        let stored = factor.push_stored(challenge(input)?);
        stored.map_err(|field| DecodeError::Impossible { field })?;
    }
    Ok(factor)
}

fn challenge(input: &mut Reader<'_>) -> Result<Challenge, DecodeError> {
    let id = ChallengeId::from_bytes(input.bytes()?);
    let ticket = TicketId::from_bytes(input.bytes()?);
    let expires = input.u64()?;
    let digits = Digits::of_response(input.u8()?);
    let value = input.bytes().map(u32::from_be_bytes)?;
    let code = digits.and_then(|digits| Code::of_value(value, Format::Decimal(digits)));
    let answer = match input.u8()? {
        0 => Answer::Waiting,
        1 => Answer::Approved,
        2 => Answer::Denied,
        3 => Answer::Guesses(input.u8()?),
        _ => return Err(DecodeError::Impossible { field: "answer" }),
    };
    let code = code.ok_or(DecodeError::Impossible { field: "code" })?;
    Ok(Challenge { id, ticket, expires: Packed::new(expires), code, answer })
}

fn code(input: &mut Reader<'_>) -> Result<(Algorithm, Format), DecodeError> {
    let algorithm = match input.u8()? {
        1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        _ => return Err(DecodeError::Impossible { field: "algorithm" }),
    };
    let format = match input.u8()? {
        STEAM => Format::Steam,
        digits => Digits::new(digits)
            .map(Format::Decimal)
            .map_err(|_| DecodeError::Impossible { field: "digits" })?,
    };
    Ok((algorithm, format))
}
