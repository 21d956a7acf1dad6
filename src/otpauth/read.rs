//! Reading an `otpauth` URI: lenient where the meaning is certain.

use super::percent::Octets;
use super::scan::until;
use super::span::{Fault, Span};
use super::{Finding, Findings, Kind, Part, ReadError, Text, Uri};
use crate::base32::{self, Base32Error};
use crate::{Algorithm, Digits, Format, Secret, TimeSteps};
use core::num::NonZeroU64;

/// An `otpauth` URI that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// What it says.
    pub uri: Uri<'a>,
    /// The label's issuer, if the issuer parameter names another.
    pub label_issuer: Option<Text<'a>>,
    /// What was tolerated.
    pub findings: Findings,
}

const _: () = assert!(size_of::<Reading<'_>>() <= 256);

/// Reads an `otpauth` URI. What it says is borrowed from `uri`, only the secret is copied.
///
/// # Timing
/// The classes of the secret's characters and its length are public, their values are not.
///
/// # Errors
/// [`ReadError`] where the URI is broken, or where two readings of it are possible.
///
/// ```
/// use mfa_core::otpauth::{Finding, Kind, ReadError, read};
///
/// let reading = read("otpauth://hotp/Old%20Name:bob?secret=jbsw%20y3dp&counter=7&issuer=New+Name")?;
/// assert_eq!(reading.uri.kind, Kind::Hotp { counter: 7 });
/// assert_eq!(reading.uri.issuer.unwrap(), "New Name");
/// assert_eq!(reading.uri.account, "bob");
/// assert_eq!(reading.uri.secret.expose(), b"Hello");
/// assert_eq!(reading.label_issuer.unwrap(), "Old Name");
/// assert!(reading.findings.contains(Finding::IssuerMismatch));
///
/// assert_eq!(read("otpauth://totp/bob?issuer=Example").unwrap_err(), ReadError::MissingSecret);
/// # Ok::<(), ReadError>(())
/// ```
pub fn read(uri: &str) -> Result<Reading<'_>, ReadError> {
    let mut reading = Reading::of_defaults();
    reading.fill_in(uri)?;
    Ok(reading)
}

impl<'a> Reading<'a> {
    /// What holds where nothing is said: to be filled in where it stays.
    pub(super) fn of_defaults() -> Self {
        let uri = Uri {
            kind: Kind::Totp(TimeSteps::default()),
            issuer: None,
            account: Text::EMPTY,
            secret: Secret::EMPTY,
            algorithm: Algorithm::default(),
            format: Format::default(),
        };
        Self { uri, label_issuer: None, findings: Findings::default() }
    }

    fn fill_in(&mut self, uri: &'a str) -> Result<(), ReadError> {
        let uri = strip_scheme(uri, b"otpauth://").ok_or(ReadError::UnsupportedScheme)?;
        let (path, query) = until(uri, b'?', b'?');
        let (kind, label) = Type::at_start(path)?;
        let mut values = Query::default();
        values.take(query.strip_prefix(b"?").unwrap_or_default())?;

        values.issuer(&mut self.uri.issuer)?;
        self.take_label(Span::all(Octets::percent(label)))
            .map_err(|fault| ReadError::of(fault, Part::Label, label))?;
        values.secret(self)?;
        self.find_weakness();
        values.algorithm(&mut self.uri.algorithm)?;
        values.format(kind == Type::Steam, self)?;
        match kind {
            Type::Totp | Type::Steam => values.steps(&mut self.uri.kind),
            Type::Hotp => values.counter(self),
        }
    }

    pub(super) fn find_weakness(&mut self) {
        self.findings.report_if(self.uri.secret.is_weak(), Finding::WeakSecret);
    }
}

/// What follows `scheme`, in any case, with white space around it.
pub(super) fn strip_scheme<'a, const N: usize>(uri: &'a str, scheme: &[u8; N]) -> Option<&'a [u8]> {
    let (start, rest) = uri.as_bytes().trim_ascii().split_first_chunk::<N>()?;
    (start == scheme || is_keyword(start, scheme)).then_some(rest)
}

/// Whether this is the keyword, in any case.
#[cold]
pub(super) fn is_keyword(word: &[u8], keyword: &[u8]) -> bool {
    let lower = word.iter().map(u8::to_ascii_lowercase);
    lower.eq(keyword.iter().copied())
}

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Totp,
    Hotp,
    Steam,
}

impl Type {
    /// The type at the start of a path, and the label after it.
    fn at_start(path: &[u8]) -> Result<(Self, &[u8]), ReadError> {
        // As nearly always.
        if let Some(label) = path.strip_prefix(b"totp/") {
            return Ok((Self::Totp, label));
        }
        let (name, label) = until(path, b'/', b'/');
        let kind = match () {
            () if is_keyword(name, b"totp") => Self::Totp,
            () if is_keyword(name, b"hotp") => Self::Hotp,
            () if is_keyword(name, b"steam") => Self::Steam,
            () => return Err(ReadError::UnsupportedType),
        };
        Ok((kind, label.strip_prefix(b"/").unwrap_or_default()))
    }
}

/// The parameters of a query. A `#` ends it.
pub(super) fn parameters(query: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(query);
    core::iter::from_fn(move || {
        let (parameter, after) = until(rest?, b'&', b'#');
        rest = after.strip_prefix(b"&");
        Some(parameter)
    })
}

/// The name of a parameter, decoded, and its value as it stands there.
#[cold]
pub(super) fn named(parameter: &[u8]) -> (Keyword, &[u8]) {
    let (name, value) = until(parameter, b'=', b'=');
    (keyword(&mut Octets::form(name)), value.strip_prefix(b"=").unwrap_or_default())
}

/// As long as `HMAC-SHA-512`.
pub(super) type Keyword = heapless::Vec<u8, 12>;

/// A short word, decoded, in lower case; empty if it is longer than any that is known, or
/// if it cannot be decoded.
pub(super) fn keyword(octets: &mut Octets<'_>) -> Keyword {
    let mut word = Keyword::new();
    let mut fits = true;
    for byte in octets.by_ref() {
        fits &= word.push(byte.to_ascii_lowercase()).is_ok();
    }
    if !fits || octets.is_stuck() {
        word.clear();
    }
    word
}

/// The values of the known parameters, not decoded.
#[derive(Default)]
struct Query<'a>([Option<&'a [u8]>; Part::COUNT]);

impl<'a> Query<'a> {
    fn take(&mut self, query: &'a [u8]) -> Result<(), ReadError> {
        for parameter in parameters(query) {
            // As nearly always, a name stands there as it is.
            let (part, value) = match Part::at_start(parameter) {
                Some(part) => {
                    (part, parameter.get(part.name().len().saturating_add(1)..).unwrap_or_default())
                }
                None => {
                    let (name, value) = named(parameter);
                    let Some(part) = Part::of(&name) else { continue };
                    (part, value)
                }
            };
            let place = self.0.get_mut(part as usize);
            if place.is_some_and(|place| place.replace(value).is_some()) {
                return Err(ReadError::DuplicateParameter { part });
            }
        }
        Ok(())
    }

    fn value(&self, part: Part) -> Option<&'a [u8]> {
        self.0.get(part as usize).copied().flatten()
    }

    fn issuer(&self, issuer: &mut Option<Text<'a>>) -> Result<(), ReadError> {
        let Some(value) = self.value(Part::Issuer) else { return Ok(()) };
        let text = Text::of(Span::all(Octets::form(value)))
            .map_err(|fault| ReadError::of(fault, Part::Issuer, value))?;
        *issuer = Some(text).filter(|issuer| !issuer.is_empty());
        Ok(())
    }

    fn secret(&self, reading: &mut Reading<'_>) -> Result<(), ReadError> {
        let value = self.value(Part::Secret).ok_or(ReadError::MissingSecret)?;
        let secret = &mut reading.uri.secret;
        let tolerated = match base32::read_plain(value, true, secret) {
            Some(tolerated) => tolerated,
            None => {
                let mut octets = Octets::form(value);
                let read = base32::read_each(&mut octets, true, secret);
                all_decoded(octets, Part::Secret, value)?;
                read.map_err(|error| match error {
                    Base32Error::Foreign { index } => ReadError::InvalidSecret { index },
                    Base32Error::TooLong => ReadError::SecretTooLong,
                    Base32Error::Empty | Base32Error::NotCanonical => ReadError::EmptySecret,
                })?
            }
        };
        reading.findings.report_if(tolerated.odd_length, Finding::OddSecretLength);
        reading.findings.report_if(tolerated.trailing_bits, Finding::TrailingSecretBits);
        Ok(())
    }

    fn algorithm(&self, algorithm: &mut Algorithm) -> Result<(), ReadError> {
        let Some(value) = self.value(Part::Algorithm) else { return Ok(()) };
        if value == b"SHA1" {
            return Ok(());
        }
        let word = word(value, Part::Algorithm)?;
        // `SHA256`, `SHA-256`, and both after `HMAC` or `HMAC-`.
        let hyphen = |word| <[u8]>::strip_prefix(word, b"-").unwrap_or(word);
        let hash = word.strip_prefix(b"hmac").map_or(&*word, hyphen);
        *algorithm = match hash.strip_prefix(b"sha").map(hyphen) {
            Some(b"1") => Algorithm::Sha1,
            Some(b"256") => Algorithm::Sha256,
            Some(b"512") => Algorithm::Sha512,
            _ => return Err(ReadError::InvalidAlgorithm),
        };
        Ok(())
    }

    fn format(&self, is_steam: bool, reading: &mut Reading<'_>) -> Result<(), ReadError> {
        let is_steam = self.selects_steam(&mut reading.findings)? || is_steam;
        let digits = match self.value(Part::Digits) {
            Some(value) => number(value, Part::Digits, ReadError::InvalidDigits)?,
            None if is_steam => 5,
            None => return Ok(()),
        };
        let digits = u8::try_from(digits).map_err(|_| ReadError::InvalidDigits)?;
        reading.uri.format = match (digits, Digits::new(digits)) {
            (5, _) if is_steam => Format::Steam,
            (5, _) if self.is_of_steam() => {
                reading.findings.report(Finding::SteamIssuer);
                Format::Decimal(Digits::FIVE)
            }
            (_, Ok(_)) if is_steam => {
                reading.findings.report(Finding::DigitsIgnored);
                Format::Steam
            }
            (_, Ok(digits)) => Format::Decimal(digits),
            _ => return Err(ReadError::InvalidDigits),
        };
        Ok(())
    }

    /// Whether the parameter, and not only the label, names Steam as the issuer.
    #[cold]
    fn is_of_steam(&self) -> bool {
        let mut issuer = None;
        self.issuer(&mut issuer).is_ok() && issuer.is_some_and(|issuer| issuer == "Steam")
    }

    /// Whether `encoder=steam` or a bare `steam` is there.
    fn selects_steam(&self, findings: &mut Findings) -> Result<bool, ReadError> {
        let by_encoder = match self.value(Part::Encoder) {
            Some(value) => Some(*word(value, Part::Encoder)? == *b"steam"),
            None => None,
        };
        let by_flag = self.value(Part::Steam).map(<[u8]>::is_empty);
        let is_unknown = by_encoder == Some(false) || by_flag == Some(false);
        findings.report_if(is_unknown, Finding::UnknownEncoder);
        Ok(by_encoder == Some(true) || by_flag == Some(true))
    }

    fn steps(&self, kind: &mut Kind) -> Result<(), ReadError> {
        let Some(value) = self.value(Part::Period) else { return Ok(()) };
        let period = number(value, Part::Period, ReadError::InvalidPeriod)?;
        let period = NonZeroU64::new(period).ok_or(ReadError::InvalidPeriod)?;
        *kind = Kind::Totp(TimeSteps::new(period, 0));
        Ok(())
    }

    fn counter(&self, reading: &mut Reading<'_>) -> Result<(), ReadError> {
        let value = self.value(Part::Counter);
        reading.findings.report_if(value.is_none(), Finding::CounterAssumed);
        let counter =
            value.map_or(Ok(0), |value| number(value, Part::Counter, ReadError::InvalidCounter))?;
        reading.uri.kind = Kind::Hotp { counter };
        Ok(())
    }
}

/// A short word, decoded, in lower case.
#[cold]
fn word(value: &[u8], part: Part) -> Result<Keyword, ReadError> {
    let mut octets = Octets::form(value);
    let word = keyword(&mut octets);
    all_decoded(octets, part, value)?;
    Ok(word)
}

/// A number of decimal digits and nothing else.
fn number(value: &[u8], part: Part, invalid: ReadError) -> Result<u64, ReadError> {
    // As nearly always, the digits stand there as they are.
    let number = value.iter().try_fold(0, |number, byte| push_digit(number, *byte));
    match number.filter(|_| !value.is_empty()) {
        Some(number) => Ok(number),
        None => decoded_number(value, part)?.ok_or(invalid),
    }
}

#[cold]
fn decoded_number(value: &[u8], part: Part) -> Result<Option<u64>, ReadError> {
    let mut octets = Octets::form(value);
    let mut number = Some(0).filter(|_| !value.is_empty());
    for byte in octets.by_ref() {
        number = number.and_then(|number| push_digit(number, byte));
    }
    all_decoded(octets, part, value)?;
    Ok(number)
}

fn push_digit(number: u64, digit: u8) -> Option<u64> {
    let digit = char::from(digit).to_digit(10)?;
    number.checked_mul(10)?.checked_add(digit.into())
}

fn all_decoded(octets: Octets<'_>, part: Part, value: &[u8]) -> Result<(), ReadError> {
    if !octets.is_stuck() {
        return Ok(());
    }
    Err(ReadError::of(Fault::Escape { left: octets.left() }, part, value))
}
