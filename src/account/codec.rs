//! The record as bytes: one canonical encoding per record, and nothing else decodes.
//!
//! Format 1, integers big-endian:
//!
//! ```text
//! format u8 = 1 · account 16 · record 16 · revision u64 · generation u64 · enrolled u8
//! otp, recovery: each fast spent u16, since u64, slow spent u16, since u64
//! authenticators u8, each: id 10 · label u8, bytes · phase u8 [ticket 16, expires u64] ·
//!   failures u8 · kind u8 = 1 · algorithm u8 · format u8 · period u64 · t0 u64 ·
//!   burnt u8 [u64] · drift i8 · secret u8, bytes
//! recovery codes u8, each 32 · awaits u8 [10]
//! ```

use super::authenticator::{Authenticator, Factor, Label, Phase, TotpFactor, TotpParameters};
use super::record::Account;
use super::state::{Head, State};
use crate::id::{AccountId, AuthenticatorId, RecordId, TicketId};
use crate::recovery::RecoveryHash;
use crate::throttle::{Level, Throttle};
use crate::ticket::Subject;
use crate::totp::TimeSteps;
use crate::{Algorithm, Digits, Format, Secret};
use core::fmt;
use core::num::NonZeroU64;

/// The format that is written, and the only one so far that is read.
const FORMAT: u8 = 1;

const HEAD_LEN: usize = 1 + 16 + 16 + 8 + 8 + 1 + 2 * 2 * (2 + 8);
const AUTHENTICATOR_MAX_LEN: usize = AuthenticatorId::LEN
    + (1 + Label::MAX_LEN)
    + (1 + 16 + 8)
    + 1
    + (1 + 1 + 1 + 8 + 8 + (1 + 8) + 1)
    + (1 + Secret::MAX_LEN);

impl<const N: usize, const R: usize> Account<N, R> {
    /// The most bytes that a record of this type encodes to.
    pub const MAX_ENCODED_LEN: usize = HEAD_LEN
        + (1 + N * AUTHENTICATOR_MAX_LEN)
        + (1 + R * RecoveryHash::LEN)
        + (1 + AuthenticatorId::LEN);

    /// Writes the record, and gives the number of bytes written.
    ///
    /// The bytes hold the secrets: keep them where nobody else reads (on a server, encrypted
    /// with account, revision and key id as associated data).
    ///
    /// # Errors
    /// [`EncodeError`] if the record does not fit; [`MAX_ENCODED_LEN`](Self::MAX_ENCODED_LEN)
    /// bytes are always enough.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let capacity = out.len();
        let mut writer = Writer { rest: out };
        write_record(self, &mut writer).ok_or(EncodeError)?;
        Ok(capacity.saturating_sub(writer.rest.len()))
    }

    /// Reads the record of `account`.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not exactly what [`encode`](Self::encode) writes for
    /// a record of this account that fits this type.
    pub fn decode(account: AccountId, bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::vacant(account);
        record.decode_into(bytes)?;
        Ok(record)
    }

    /// As [`decode`](Self::decode), into a value whose account is the expected one: nothing
    /// but small parts lies on the stack.
    ///
    /// # Errors
    /// As [`decode`](Self::decode). The value is *vacant* then: it belongs to the account,
    /// counts as enrolled, accepts no ticket, and encodes to nothing that loads.
    pub fn decode_into(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        let account = self.account();
        let read = read_record(&mut self.state(), account, bytes);
        if read.is_err() {
            self.vacate();
        }
        read
    }
}

/// The record did not fit into the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EncodeError;

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the record does not fit: lend Account::MAX_ENCODED_LEN bytes")
    }
}

impl core::error::Error for EncodeError {}

/// Why bytes (or JSON) are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// They end too early.
    Truncated,
    /// Something follows the record.
    TrailingBytes,
    /// A format that this version does not know.
    UnknownFormat {
        /// Its number.
        format: u8,
    },
    /// The record belongs to another account.
    ForeignAccount,
    /// More authenticators or recovery codes than the type holds.
    TooMany {
        /// Of what.
        of: &'static str,
    },
    /// A value that no record has.
    Impossible {
        /// Which.
        field: &'static str,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the record ends too early"),
            Self::TrailingBytes => f.write_str("bytes follow the record"),
            Self::UnknownFormat { format } => write!(f, "record format {format} is not known"),
            Self::ForeignAccount => f.write_str("the record belongs to another account"),
            Self::TooMany { of } => write!(f, "the record holds more {of} than fit here"),
            Self::Impossible { field } => write!(f, "the record's {field} is impossible"),
        }
    }
}

impl core::error::Error for DecodeError {}

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

    fn throttle(&mut self, throttle: &Throttle) -> Option<()> {
        [throttle.fast, throttle.slow].iter().try_for_each(|level| {
            self.put(&level.spent.to_be_bytes())?;
            self.u64(level.since)
        })
    }
}

fn write_record<const N: usize, const R: usize>(
    record: &Account<N, R>,
    out: &mut Writer<'_>,
) -> Option<()> {
    let head = record.head();
    out.u8(FORMAT)?;
    out.put(head.subject.account.as_bytes())?;
    out.put(head.subject.record.as_bytes())?;
    out.u64(head.revision)?;
    out.u64(head.subject.generation)?;
    out.u8(head.enrolled.into())?;
    out.throttle(&head.otp)?;
    out.throttle(&head.recovery)?;

    out.u8(u8::try_from(record.authenticators().len()).ok()?)?;
    record.authenticators().iter().try_for_each(|one| write_authenticator(one, out))?;

    out.u8(u8::try_from(record.recovery_hashes().len()).ok()?)?;
    record.recovery_hashes().iter().try_for_each(|hash| out.put(&hash.0))?;
    match head.recovery_awaits {
        None => out.u8(0),
        Some(id) => out.u8(1).and_then(|()| out.put(id.as_bytes())),
    }
}

fn write_authenticator(authenticator: &Authenticator, out: &mut Writer<'_>) -> Option<()> {
    out.put(authenticator.id.as_bytes())?;
    out.counted(authenticator.label().as_bytes())?;
    match authenticator.phase {
        Phase::Pending { ticket, expires } => {
            out.u8(0)?;
            out.put(ticket.as_bytes())?;
            out.u64(expires)?;
        }
        Phase::Active => out.u8(1)?,
        Phase::Disabled => out.u8(2)?,
    }
    out.u8(authenticator.failures)?;
    match &authenticator.factor {
        Factor::Totp(totp) => {
            out.u8(1)?;
            write_totp(totp, out)
        }
    }
}

fn write_totp(totp: &TotpFactor, out: &mut Writer<'_>) -> Option<()> {
    let TotpParameters { algorithm, format, steps } = totp.parameters;
    out.u8(match algorithm {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    })?;
    out.u8(match format {
        Format::Decimal(digits) => digits.get(),
        Format::Steam => STEAM,
    })?;
    out.u64(steps.period().get())?;
    out.u64(steps.t0())?;
    match totp.burnt {
        None => out.u8(0)?,
        Some(step) => {
            out.u8(1)?;
            out.u64(step)?;
        }
    }
    out.put(&totp.drift.to_be_bytes())?;
    out.counted(totp.secret.expose())
}

/// Steam's format: not a number of digits.
const STEAM: u8 = 26;

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

    fn level(&mut self) -> Result<Level, DecodeError> {
        let spent = self.bytes().map(u16::from_be_bytes)?;
        Ok(Level { spent, since: self.u64()? })
    }

    fn throttle(&mut self) -> Result<Throttle, DecodeError> {
        Ok(Throttle { fast: self.level()?, slow: self.level()? })
    }
}

fn read_record(
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
    let recovery = input.throttle()?;
    *state.head = Head { subject, revision, enrolled, recovery_awaits: None, otp, recovery };

    state.authenticators.clear();
    for _ in 0..input.u8()? {
        let authenticator = read_authenticator(&mut input)?;
        let full = DecodeError::TooMany { of: "authenticators" };
        state.authenticators.push(authenticator).map_err(|_| full)?;
    }
    state.recovery.clear();
    for _ in 0..input.u8()? {
        let full = DecodeError::TooMany { of: "recovery codes" };
        state.recovery.push(RecoveryHash(input.bytes()?)).map_err(|_| full)?;
    }
    if input.flag("recovery_awaits")? {
        state.head.recovery_awaits = Some(AuthenticatorId::from_bytes(input.bytes()?));
    }
    match input.rest {
        [] => state.check_consistent().map_err(|field| DecodeError::Impossible { field }),
        _ => Err(DecodeError::TrailingBytes),
    }
}

fn read_authenticator(input: &mut Reader<'_>) -> Result<Authenticator, DecodeError> {
    let id = AuthenticatorId::from_bytes(input.bytes()?);
    let label = core::str::from_utf8(input.counted()?).ok().and_then(|text| Label::new(text).ok());
    let label = label.ok_or(DecodeError::Impossible { field: "label" })?;
    let phase = match input.u8()? {
        0 => {
            let ticket = TicketId::from_bytes(input.bytes()?);
            Phase::Pending { ticket, expires: input.u64()? }
        }
        1 => Phase::Active,
        2 => Phase::Disabled,
        _ => return Err(DecodeError::Impossible { field: "phase" }),
    };
    let failures = input.u8()?;
    let factor = match input.u8()? {
        1 => Factor::Totp(read_totp(input)?),
        _ => return Err(DecodeError::Impossible { field: "kind" }),
    };
    Ok(Authenticator { id, label, phase, failures, factor })
}

fn read_totp(input: &mut Reader<'_>) -> Result<TotpFactor, DecodeError> {
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
    let period = NonZeroU64::new(input.u64()?);
    let period = period.ok_or(DecodeError::Impossible { field: "period" })?;
    let steps = TimeSteps::new(period, input.u64()?);
    let burnt = match input.flag("burnt")? {
        true => Some(input.u64()?),
        false => None,
    };
    let [drift] = input.bytes()?;
    let secret = Secret::from_bytes(input.counted()?)
        .map_err(|_| DecodeError::Impossible { field: "secret" })?;
    let parameters = TotpParameters { algorithm, format, steps };
    Ok(TotpFactor { secret, parameters, burnt, drift: i8::from_be_bytes([drift]) })
}
