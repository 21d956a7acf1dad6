//! Reading an `otpauth` URI: lenient where the meaning is certain.

use super::percent::Octets;
use super::query::Query;
use super::scan::until;
use super::span::Span;
use super::{Finding, Findings, Kind, Part, ReadError, Text, Uri};
use crate::{Algorithm, Format, Secret, TimeSteps};

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
        let (name, label) = until(path, b'/', b'/');
        let kind = match () {
            () if name.eq_ignore_ascii_case(b"totp") => Self::Totp,
            () if name.eq_ignore_ascii_case(b"hotp") => Self::Hotp,
            () if name.eq_ignore_ascii_case(b"steam") => Self::Steam,
            () => return Err(ReadError::UnsupportedType),
        };
        Ok((kind, label.strip_prefix(b"/").unwrap_or_default()))
    }
}
