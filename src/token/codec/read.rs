//! Bytes to records.

use super::{DecodeError, FORMAT, PARAMETERS_LEN};
use crate::bytes::copy;
use crate::id::RecordId;
use crate::ocra::Suite;
use crate::token::clock::{Clock, Setting};
use crate::token::pin::PinState;
use crate::token::provision::Kind;
use crate::token::record::{State, Token};
use crate::totp::TimeSteps;
use crate::{Algorithm, Format, HotpParameters, Secret, TotpParameters, ct};
use core::num::NonZeroU64;
use subtle::ConstantTimeEq;

/// Where bytes come from; nothing after their end.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn slice(&mut self, len: usize) -> &'a [u8] {
        let (bytes, rest) = self.rest.split_at_checked(len).unwrap_or_default();
        self.rest = rest;
        bytes
    }

    fn bytes<const K: usize>(&mut self) -> [u8; K] {
        self.slice(K).first_chunk().copied().unwrap_or([0; K])
    }

    fn u8(&mut self) -> u8 {
        u8::from_be_bytes(self.bytes())
    }

    fn u64(&mut self) -> u64 {
        u64::from_be_bytes(self.bytes())
    }

    fn option(&mut self, field: &'static str) -> Result<Option<u64>, DecodeError> {
        match (self.u8(), self.u64()) {
            (0, 0) => Ok(None),
            (1, value) => Ok(Some(value)),
            _ => Err(DecodeError::Impossible { field }),
        }
    }

    /// A length, and as many bytes out of `room`; zeros are left.
    fn counted(&mut self, room: usize, field: &'static str) -> Result<&'a [u8], DecodeError> {
        let len = self.u8();
        let (bytes, unused) = self
            .slice(room)
            .split_at_checked(len.into())
            .ok_or(DecodeError::Impossible { field })?;
        check(is_zero(unused), field)?;
        Ok(bytes)
    }
}

fn check(fits: bool, field: &'static str) -> Result<(), DecodeError> {
    if fits { Ok(()) } else { Err(DecodeError::Impossible { field }) }
}

/// Whether all is zero, which is public.
fn is_zero(bytes: &[u8]) -> bool {
    ct::declassify(bytes.iter().fold(0, |any, byte| any | byte).ct_eq(&0))
}

/// Reads a record, in place.
pub(super) fn record(
    state: &mut State,
    bytes: &[u8; Token::ENCODED_LEN],
) -> Result<(), DecodeError> {
    let input = &mut Reader { rest: bytes };
    let format = input.u8();
    if format != FORMAT {
        return Err(DecodeError::UnknownFormat { format });
    }
    state.record = RecordId::from_bytes(input.bytes());
    check(state.record != RecordId::VACANT, "record")?;
    state.revision = input.u64();
    pin(&mut state.pin, input)?;
    state.clock = clock(input)?;
    let kind = input.u8();
    secret(&mut state.secret, input)?;
    state.counter = input.option("counter")?;
    state.shown = input.option("shown step")?;
    let parameters = &mut Reader { rest: input.slice(PARAMETERS_LEN) };
    state.kind = match kind {
        0 => None,
        1 => Some(Kind::Hotp(hotp(parameters)?)),
        2 => Some(Kind::Totp(totp(parameters)?)),
        3 => Some(ocra(parameters)?),
        _ => return Err(DecodeError::Impossible { field: "kind" }),
    };
    check(is_zero(parameters.rest) && is_zero(input.rest), "padding")?;
    state.check_consistent()
}

impl State {
    /// Checks what must hold between the parts of a record.
    fn check_consistent(&self) -> Result<(), DecodeError> {
        let is_blank = self.kind.is_none();
        let kind = self.kind.as_ref();
        check((self.secret.bit_len() == 0) == is_blank, "secret")?;
        check(!is_blank || self.pin.allowed == 0, "PIN")?;
        check(kind.is_none_or(|kind| kind.check().is_ok()), "kind")?;
        let has_counter = kind.is_some_and(Kind::has_counter);
        check(has_counter || self.counter.is_none(), "counter")?;
        let has_time = kind.is_some_and(Kind::has_time);
        check(has_time || self.shown.is_none(), "shown step")?;
        check(has_time || self.clock == Clock::UNSET, "clock")
    }
}

fn pin(pin: &mut PinState, input: &mut Reader<'_>) -> Result<(), DecodeError> {
    pin.allowed = input.u8();
    pin.failed = input.u8();
    let kept = input.slice(PinState::CHECK_LEN);
    check(pin.allowed <= PinState::MAX_ATTEMPTS && pin.failed <= pin.allowed, "PIN")?;
    check(pin.allowed != 0 || is_zero(kept), "PIN")?;
    copy(kept, &mut *pin.check);
    Ok(())
}

fn clock(input: &mut Reader<'_>) -> Result<Clock, DecodeError> {
    let is_set = input.u8();
    let setting = Setting { rtc: input.u64(), now: input.u64(), seen: input.u64() };
    let rate = i32::from_be_bytes(input.bytes());
    check(rate.unsigned_abs() <= Clock::MAX_RATE.unsigned_abs(), "rate")?;
    let set = match (is_set, setting) {
        (0, Setting { rtc: 0, now: 0, seen: 0 }) => None,
        (1, Setting { rtc, seen, .. }) if rtc <= seen => Some(setting),
        _ => return Err(DecodeError::Impossible { field: "clock" }),
    };
    Ok(Clock { set, rate })
}

/// Empty if there is none.
/// Filled in where it stays: what is moved leaves a copy behind.
fn secret(secret: &mut Secret, input: &mut Reader<'_>) -> Result<(), DecodeError> {
    let kept = input.counted(Secret::MAX_LEN, "secret")?;
    *secret = Secret::EMPTY;
    copy(kept, secret.bytes_mut(kept.len()));
    Ok(())
}

fn hotp(input: &mut Reader<'_>) -> Result<HotpParameters, DecodeError> {
    let (algorithm, format) = code(input)?;
    Ok(HotpParameters { algorithm, format })
}

fn totp(input: &mut Reader<'_>) -> Result<TotpParameters, DecodeError> {
    let (algorithm, format) = code(input)?;
    let period = NonZeroU64::new(input.u64());
    let period = period.ok_or(DecodeError::Impossible { field: "period" })?;
    let steps = TimeSteps::new(period, input.u64());
    Ok(TotpParameters { algorithm, format, steps })
}

fn ocra(input: &mut Reader<'_>) -> Result<Kind, DecodeError> {
    let suite = suite(input)?.ok_or(DecodeError::Impossible { field: "suite" })?;
    Ok(Kind::Ocra { suite, server: self::suite(input)? })
}

fn suite(input: &mut Reader<'_>) -> Result<Option<Suite>, DecodeError> {
    let field = "suite";
    let text = core::str::from_utf8(input.counted(Suite::MAX_LEN, field)?).ok();
    match text.ok_or(DecodeError::Impossible { field })? {
        "" => Ok(None),
        text => {
            let suite = Suite::parse(text);
            suite.map(Some).map_err(|_| DecodeError::Impossible { field })
        }
    }
}

fn code(input: &mut Reader<'_>) -> Result<(Algorithm, Format), DecodeError> {
    let algorithm = Algorithm::of_number(input.u8());
    let algorithm = algorithm.ok_or(DecodeError::Impossible { field: "algorithm" })?;
    let format = Format::of_number(input.u8());
    Ok((algorithm, format.ok_or(DecodeError::Impossible { field: "digits" })?))
}
