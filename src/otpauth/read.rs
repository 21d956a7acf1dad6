//! Reading an `otpauth` URI: lenient where the meaning is certain.

use super::percent::Octets;
use super::scan::until;
use super::text::{Fault, Label, Span, Text};
use super::{Finding, Findings, Kind, Part, ReadError, Uri};
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
    let uri = strip_scheme(uri, b"otpauth://").ok_or(ReadError::UnsupportedScheme)?;
    let (path, query) = until::<b'?', b'?', b'?'>(uri);
    let (kind, label) = Type::at_start(path)?;
    let query = Query::of(query.strip_prefix(b"?").unwrap_or_default())?;
    let mut findings = Findings::default();

    let issuer = query.issuer()?;
    let label = Label::split(Span::all(Octets::percent(label)), issuer)
        .map_err(|fault| ReadError::of(fault, Part::Label, label))?;
    let secret = query.secret(&mut findings)?;
    let algorithm = query.algorithm()?;
    let format = query.format(kind == Type::Steam, issuer, &mut findings)?;
    let kind = match kind {
        Type::Totp | Type::Steam => Kind::Totp(query.steps()?),
        Type::Hotp => Kind::Hotp { counter: query.counter(&mut findings)? },
    };
    Ok(Reading::new(kind, issuer, label, secret, algorithm, format, findings))
}

impl<'a> Reading<'a> {
    /// Brings the two issuers together, and looks at the strength of the secret.
    #[inline]
    pub(super) fn new(
        kind: Kind,
        issuer: Option<Text<'a>>,
        label: Label<'a>,
        secret: Secret,
        algorithm: Algorithm,
        format: Format,
        mut findings: Findings,
    ) -> Self {
        findings.report_if(secret.is_weak(), Finding::WeakSecret);
        let label_issuer =
            label.issuer.filter(|label| issuer.is_some_and(|issuer| issuer != *label));
        findings.report_if(label_issuer.is_some(), Finding::IssuerMismatch);
        let issuer = issuer.or(label.issuer);
        let uri = Uri { kind, issuer, account: label.account, secret, algorithm, format };
        Self { uri, label_issuer, findings }
    }
}

/// What follows `scheme`, in any case, with white space around it.
pub(super) fn strip_scheme<'a, const N: usize>(uri: &'a str, scheme: &[u8; N]) -> Option<&'a [u8]> {
    let (start, rest) = uri.as_bytes().trim_ascii().split_first_chunk::<N>()?;
    (start == scheme || start.eq_ignore_ascii_case(scheme)).then_some(rest)
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
        let (name, label) = until::<b'/', b'/', b'/'>(path);
        let kind = [("totp", Self::Totp), ("hotp", Self::Hotp), ("steam", Self::Steam)]
            .into_iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
            .map(|(_, kind)| kind)
            .ok_or(ReadError::UnsupportedType)?;
        Ok((kind, label.strip_prefix(b"/").unwrap_or_default()))
    }
}

/// The names and values of a query's parameters, not decoded. A `#` ends the query.
pub(super) fn parameters(query: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = Some(query);
    core::iter::from_fn(move || {
        let (name, after) = until::<b'=', b'&', b'#'>(rest?);
        let (value, after) = match after.strip_prefix(b"=") {
            Some(value) => until::<b'&', b'&', b'#'>(value),
            None => (&[] as &[u8], after),
        };
        rest = after.strip_prefix(b"&");
        Some((name, value))
    })
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
struct Query<'a> {
    secret: Option<&'a [u8]>,
    issuer: Option<&'a [u8]>,
    algorithm: Option<&'a [u8]>,
    digits: Option<&'a [u8]>,
    period: Option<&'a [u8]>,
    counter: Option<&'a [u8]>,
    encoder: Option<&'a [u8]>,
    steam: Option<&'a [u8]>,
}

impl<'a> Query<'a> {
    fn of(query: &'a [u8]) -> Result<Self, ReadError> {
        let mut values = Self::default();
        for (name, value) in parameters(query) {
            // Nearly always a name stands there as it is; decoding it takes longer.
            let part = Part::of(name).or_else(|| Part::of(&keyword(&mut Octets::form(name))));
            let Some(part) = part else { continue };
            if values.place(part).is_some_and(|place| place.replace(value).is_some()) {
                return Err(ReadError::DuplicateParameter { part });
            }
        }
        Ok(values)
    }

    fn place(&mut self, part: Part) -> Option<&mut Option<&'a [u8]>> {
        match part {
            Part::Label => None,
            Part::Secret => Some(&mut self.secret),
            Part::Issuer => Some(&mut self.issuer),
            Part::Algorithm => Some(&mut self.algorithm),
            Part::Digits => Some(&mut self.digits),
            Part::Period => Some(&mut self.period),
            Part::Counter => Some(&mut self.counter),
            Part::Encoder => Some(&mut self.encoder),
            Part::Steam => Some(&mut self.steam),
        }
    }

    fn issuer(&self) -> Result<Option<Text<'a>>, ReadError> {
        let Some(value) = self.issuer else { return Ok(None) };
        let issuer = Text::of(Span::all(Octets::form(value)))
            .map_err(|fault| ReadError::of(fault, Part::Issuer, value))?;
        Ok(Some(issuer).filter(|issuer| !issuer.is_empty()))
    }

    fn secret(&self, findings: &mut Findings) -> Result<Secret, ReadError> {
        let value = self.secret.ok_or(ReadError::MissingSecret)?;
        let mut secret = Secret::EMPTY;
        let tolerated = match base32::read_plain(value, true, &mut secret) {
            Some(tolerated) => tolerated,
            None => {
                let mut octets = Octets::form(value);
                let read = base32::read_each(&mut octets, true, &mut secret);
                all_decoded(octets, Part::Secret, value)?;
                read.map_err(|error| match error {
                    Base32Error::Foreign { index } => ReadError::InvalidSecret { index },
                    Base32Error::TooLong => ReadError::SecretTooLong,
                    Base32Error::Empty | Base32Error::NotCanonical => ReadError::EmptySecret,
                })?
            }
        };
        findings.report_if(tolerated.odd_length, Finding::OddSecretLength);
        findings.report_if(tolerated.trailing_bits, Finding::TrailingSecretBits);
        Ok(secret)
    }

    fn algorithm(&self) -> Result<Algorithm, ReadError> {
        let Some(value) = self.algorithm else { return Ok(Algorithm::default()) };
        if value == b"SHA1" {
            return Ok(Algorithm::Sha1);
        }
        let word = word(value, Part::Algorithm)?;
        // `SHA256`, `SHA-256`, and both after `HMAC` or `HMAC-`.
        let hyphen = |word| <[u8]>::strip_prefix(word, b"-").unwrap_or(word);
        let hash = word.strip_prefix(b"hmac").map_or(&*word, hyphen);
        match hash.strip_prefix(b"sha").map(hyphen) {
            Some(b"1") => Ok(Algorithm::Sha1),
            Some(b"256") => Ok(Algorithm::Sha256),
            Some(b"512") => Ok(Algorithm::Sha512),
            _ => Err(ReadError::InvalidAlgorithm),
        }
    }

    fn format(
        &self,
        is_steam: bool,
        issuer: Option<Text<'_>>,
        findings: &mut Findings,
    ) -> Result<Format, ReadError> {
        let is_steam = self.selects_steam(findings)? || is_steam;
        let digits = match self.digits {
            Some(value) => number(value, Part::Digits, ReadError::InvalidDigits)?,
            None if is_steam => 5,
            None => Digits::SIX.get().into(),
        };
        match (digits, u8::try_from(digits).map(Digits::new)) {
            (5, _) if is_steam => Ok(Format::Steam),
            (5, _) if issuer.is_some_and(|issuer| issuer == "Steam") => {
                findings.report(Finding::SteamIssuer);
                Ok(Format::Decimal(Digits::FIVE))
            }
            (_, Ok(Ok(_))) if is_steam => {
                findings.report(Finding::DigitsIgnored);
                Ok(Format::Steam)
            }
            (_, Ok(Ok(digits))) => Ok(Format::Decimal(digits)),
            _ => Err(ReadError::InvalidDigits),
        }
    }

    /// Whether `encoder=steam` or a bare `steam` is there.
    fn selects_steam(&self, findings: &mut Findings) -> Result<bool, ReadError> {
        let by_encoder = match self.encoder {
            Some(value) => Some(word(value, Part::Encoder)? == b"steam"),
            None => None,
        };
        let by_flag = self.steam.map(<[u8]>::is_empty);
        let is_unknown = by_encoder == Some(false) || by_flag == Some(false);
        findings.report_if(is_unknown, Finding::UnknownEncoder);
        Ok(by_encoder == Some(true) || by_flag == Some(true))
    }

    fn steps(&self) -> Result<TimeSteps, ReadError> {
        let Some(value) = self.period else { return Ok(TimeSteps::default()) };
        let period = number(value, Part::Period, ReadError::InvalidPeriod)?;
        Ok(TimeSteps::new(NonZeroU64::new(period).ok_or(ReadError::InvalidPeriod)?, 0))
    }

    fn counter(&self, findings: &mut Findings) -> Result<u64, ReadError> {
        findings.report_if(self.counter.is_none(), Finding::CounterAssumed);
        let Some(value) = self.counter else { return Ok(0) };
        number(value, Part::Counter, ReadError::InvalidCounter)
    }
}

fn word(value: &[u8], part: Part) -> Result<Keyword, ReadError> {
    let mut octets = Octets::form(value);
    let word = keyword(&mut octets);
    all_decoded(octets, part, value)?;
    Ok(word)
}

/// A number of decimal digits and nothing else.
fn number(value: &[u8], part: Part, invalid: ReadError) -> Result<u64, ReadError> {
    let push = |number: u64, byte: u8| {
        let digit = char::from(byte).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit.into())
    };
    let number = match value.iter().try_fold(0, |number, byte| push(number, *byte)) {
        // As nearly always, the digits stand there as they are.
        Some(number) => Some(number),
        None => {
            let mut octets = Octets::form(value);
            let mut number = Some(0);
            for byte in octets.by_ref() {
                number = number.and_then(|number| push(number, byte));
            }
            all_decoded(octets, part, value)?;
            number
        }
    };
    number.filter(|_| !value.is_empty()).ok_or(invalid)
}

fn all_decoded(octets: Octets<'_>, part: Part, value: &[u8]) -> Result<(), ReadError> {
    if !octets.is_stuck() {
        return Ok(());
    }
    Err(ReadError::of(Fault::Escape { left: octets.left() }, part, value))
}
