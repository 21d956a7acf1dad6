//! Reading `otpauth-migration` URIs, the export of Google Authenticator, entry by entry.

use super::percent::Octets;
use super::query::{named, parameters};
use super::read::strip_scheme;
use super::scan::until;
use super::span::{Fault, Span};
use super::wire::{Value, next_field};
use super::{Finding, Findings, Kind, MigrationError, Reading, Text};
use crate::{Algorithm, Digits, Format, Secret, TimeSteps};
use core::fmt;

/// Reads an `otpauth-migration` URI: base64 (either alphabet, padded or not, percent-encoded
/// or not) of a protocol-buffer message with several entries. A large export comes in several
/// such URIs, a batch.
///
/// The message is decoded as it is looked at, from the URI's own text: once here, to see that
/// it is whole, and once by [`Migration::entries`].
///
/// # Timing
/// As for [`read`](super::read): the secrets' lengths are public, their bytes are not.
///
/// # Errors
/// [`MigrationError`] if the URI or the message as a whole is broken. What is wrong with one
/// entry is said when that entry is read.
///
/// ```
/// use mfa_core::otpauth::{MigrationError, read_migration};
///
/// let migration = read_migration(
///     "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xl\
///      LmNvbRoHRXhhbXBsZTAC",
/// )?;
/// for entry in migration.entries() {
///     let uri = entry?.uri;
///     assert_eq!(uri.issuer.unwrap(), "Example");
///     assert_eq!(uri.account, "alice@google.com");
///     assert_eq!(uri.secret.expose(), b"Hello!\xDE\xAD\xBE\xEF");
/// }
/// # Ok::<(), MigrationError>(())
/// ```
pub fn read_migration(uri: &str) -> Result<Migration<'_>, MigrationError> {
    let uri =
        strip_scheme(uri, b"otpauth-migration://").ok_or(MigrationError::UnsupportedScheme)?;
    let (host, query) = until(uri, b'?', b'?');
    if !host.strip_suffix(b"/").unwrap_or(host).eq_ignore_ascii_case(b"offline") {
        return Err(MigrationError::UnsupportedType);
    }
    let mut values = parameters(query.strip_prefix(b"?").unwrap_or_default())
        .map(named)
        .filter(|(name, _)| **name == *b"data")
        .map(|(_, value)| value);
    let data = values.next().filter(|data| !data.is_empty()).ok_or(MigrationError::MissingData)?;
    if values.next().is_some() {
        return Err(MigrationError::DuplicateParameter);
    }
    Migration::of(data)
}

/// One URI of an export: its entries, and its place in the batch.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Migration<'a> {
    /// The version of the format that the exporter names; 0 if it names none.
    pub version: u64,
    /// How many URIs the export consists of; 0 if that is not said.
    pub batch_size: u64,
    /// Which of them this is, from 0.
    pub batch_index: u64,
    /// A number that the URIs of one export share.
    pub batch_id: u64,
    message: Span<'a>,
}

impl<'a> Migration<'a> {
    fn of(data: &'a [u8]) -> Result<Self, MigrationError> {
        let message = Span::all(Octets::base64(data));
        let mut migration =
            Self { version: 0, batch_size: 0, batch_index: 0, batch_id: 0, message };
        let mut rest = message;
        let outcome = migration.scan(&mut rest);
        // Base64 that breaks off looks like a message that does: the cause is named first.
        let ended = { rest }.next().is_none();
        if ended && !rest.octets.is_base64_end() {
            let index = data.len().saturating_sub(rest.octets.left());
            return Err(MigrationError::InvalidBase64 { index });
        }
        outcome.map(|()| migration)
    }

    /// Goes through the fields of the message, and leaves the entries alone.
    fn scan(&mut self, message: &mut Span<'a>) -> Result<(), MigrationError> {
        while let Some(field) = next_field(message)? {
            match field {
                (1, Value::Bytes(_)) => {}
                (2, Value::Varint(version)) => self.version = version,
                (3, Value::Varint(size)) => self.batch_size = size,
                (4, Value::Varint(index)) => self.batch_index = index,
                (5, Value::Varint(id)) => self.batch_id = id,
                (1..=5, _) => return Err(MigrationError::InvalidField),
                _ => {}
            }
        }
        Ok(())
    }

    /// The entries, in their order. One that cannot be read does not keep the others from it.
    #[must_use]
    pub fn entries(&self) -> Entries<'a> {
        Entries { rest: self.message }
    }
}

impl fmt::Debug for Migration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migration")
            .field("version", &self.version)
            .field("batch_size", &self.batch_size)
            .field("batch_index", &self.batch_index)
            .field("batch_id", &self.batch_id)
            .finish_non_exhaustive()
    }
}

/// The entries of a [`Migration`], read one by one.
#[derive(Clone)]
pub struct Entries<'a> {
    rest: Span<'a>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Reading<'a>, MigrationError>;

    fn next(&mut self) -> Option<Self::Item> {
        // The message was gone through before: there is no error among its fields.
        while let Ok(Some(field)) = next_field(&mut self.rest) {
            if let (1, Value::Bytes(entry)) = field {
                return Some(Entry::of(entry).and_then(Entry::read));
            }
        }
        None
    }
}

impl fmt::Debug for Entries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entries").finish_non_exhaustive()
    }
}

/// The fields of an entry as they stand there.
#[derive(Default)]
struct Entry<'a> {
    secret: Option<Span<'a>>,
    name: Option<Span<'a>>,
    issuer: Option<Span<'a>>,
    algorithm: Option<u64>,
    digits: Option<u64>,
    kind: Option<u64>,
    counter: Option<u64>,
}

impl<'a> Entry<'a> {
    fn of(mut message: Span<'a>) -> Result<Self, MigrationError> {
        let mut entry = Self::default();
        while let Some(field) = next_field(&mut message)? {
            let duplicate = match field {
                (1, Value::Bytes(secret)) => entry.secret.replace(secret).is_some(),
                (2, Value::Bytes(name)) => entry.name.replace(name).is_some(),
                (3, Value::Bytes(issuer)) => entry.issuer.replace(issuer).is_some(),
                (4, Value::Varint(number)) => entry.algorithm.replace(number).is_some(),
                (5, Value::Varint(number)) => entry.digits.replace(number).is_some(),
                (6, Value::Varint(number)) => entry.kind.replace(number).is_some(),
                (7, Value::Varint(number)) => entry.counter.replace(number).is_some(),
                (1..=7, _) => return Err(MigrationError::InvalidField),
                _ => false,
            };
            if duplicate {
                return Err(MigrationError::DuplicateField);
            }
        }
        Ok(entry)
    }

    fn read(self) -> Result<Reading<'a>, MigrationError> {
        let mut reading = Reading::of_defaults();
        let issuer = self.issuer.map(Text::of).transpose()?;
        reading.uri.issuer = issuer.filter(|issuer| !issuer.is_empty());
        if let Some(name) = self.name {
            reading.take_label(name)?;
        }
        reading.uri.kind = self.kind(&mut reading.findings)?;
        reading.uri.algorithm = self.algorithm()?;
        reading.uri.format = self.format()?;
        self.secret(&mut reading.uri.secret)?;
        reading.find_weakness();
        Ok(reading)
    }

    fn secret(&self, secret: &mut Secret) -> Result<(), MigrationError> {
        let bytes = self.secret.ok_or(MigrationError::MissingSecret)?;
        match bytes.len {
            0 => Err(MigrationError::EmptySecret),
            1..=Secret::MAX_LEN => {
                let places = secret.bytes_mut(bytes.len);
                places.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
                Ok(())
            }
            _ => Err(MigrationError::SecretTooLong),
        }
    }

    fn algorithm(&self) -> Result<Algorithm, MigrationError> {
        match self.algorithm {
            None | Some(0 | 1) => Ok(Algorithm::Sha1),
            Some(2) => Ok(Algorithm::Sha256),
            Some(3) => Ok(Algorithm::Sha512),
            // 4 is MD5.
            Some(_) => Err(MigrationError::InvalidAlgorithm),
        }
    }

    fn format(&self) -> Result<Format, MigrationError> {
        match self.digits {
            None | Some(0 | 1) => Ok(Format::Decimal(Digits::SIX)),
            Some(2) => Ok(Format::Decimal(Digits::EIGHT)),
            Some(_) => Err(MigrationError::InvalidDigits),
        }
    }

    fn kind(&self, findings: &mut Findings) -> Result<Kind, MigrationError> {
        match self.kind {
            None | Some(0) => {
                findings.report(Finding::TypeAssumed);
                Ok(Kind::Totp(TimeSteps::default()))
            }
            // A counter of 0 is the one that protocol buffers leave out; others are signed.
            Some(1) => match self.counter.unwrap_or(0) {
                counter @ ..=0x7FFF_FFFF_FFFF_FFFF => Ok(Kind::Hotp { counter }),
                _ => Err(MigrationError::InvalidCounter),
            },
            Some(2) => Ok(Kind::Totp(TimeSteps::default())),
            Some(_) => Err(MigrationError::UnsupportedType),
        }
    }
}

impl From<Fault> for MigrationError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Nul => Self::NulInLabel,
            Fault::Escape { .. } | Fault::Utf8 { .. } => Self::InvalidUtf8,
        }
    }
}
