//! The query of a URI: its parameters, and what each of them says.

use super::percent::Octets;
use super::scan::until;
use super::span::{Fault, Span};
use super::{Finding, Findings, Kind, Part, ReadError, Reading, Text};
use crate::base32::{self, Base32Error};
use crate::{Algorithm, Digits, Format, TimeSteps};
use core::num::NonZeroU64;

/// The values of the known parameters, not decoded.
#[derive(Default)]
pub(super) struct Query<'a>([Option<&'a [u8]>; Part::COUNT]);

impl<'a> Query<'a> {
    pub(super) fn take(&mut self, query: &'a [u8]) -> Result<(), ReadError> {
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

    pub(super) fn issuer(&self, issuer: &mut Option<Text<'a>>) -> Result<(), ReadError> {
        let Some(value) = self.value(Part::Issuer) else { return Ok(()) };
        let text = Text::of(Span::all(Octets::form(value)))
            .map_err(|fault| ReadError::of(fault, Part::Issuer, value))?;
        *issuer = Some(text).filter(|issuer| !issuer.is_empty());
        Ok(())
    }

    pub(super) fn secret(&self, reading: &mut Reading<'_>) -> Result<(), ReadError> {
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

    pub(super) fn algorithm(&self, algorithm: &mut Algorithm) -> Result<(), ReadError> {
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

    pub(super) fn format(
        &self,
        is_steam: bool,
        reading: &mut Reading<'_>,
    ) -> Result<(), ReadError> {
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

    pub(super) fn steps(&self, kind: &mut Kind) -> Result<(), ReadError> {
        let Some(value) = self.value(Part::Period) else { return Ok(()) };
        let period = number(value, Part::Period, ReadError::InvalidPeriod)?;
        let period = NonZeroU64::new(period).ok_or(ReadError::InvalidPeriod)?;
        *kind = Kind::Totp(TimeSteps::new(period, 0));
        Ok(())
    }

    pub(super) fn counter(&self, reading: &mut Reading<'_>) -> Result<(), ReadError> {
        let value = self.value(Part::Counter);
        reading.findings.report_if(value.is_none(), Finding::CounterAssumed);
        let counter =
            value.map_or(Ok(0), |value| number(value, Part::Counter, ReadError::InvalidCounter))?;
        reading.uri.kind = Kind::Hotp { counter };
        Ok(())
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
