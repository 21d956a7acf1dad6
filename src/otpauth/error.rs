//! Why an `otpauth` URI or a migration cannot be read, and where.

use super::span::Fault;
use crate::base32::Base32Error;
use core::fmt;

/// A part of an `otpauth` URI that an error can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the parameter of its name, and the label before them")]
pub enum Part {
    Label,
    Secret,
    Issuer,
    Algorithm,
    Digits,
    Period,
    Counter,
    Encoder,
    Steam,
}

impl Part {
    /// How many there are.
    pub(super) const COUNT: usize = Self::PARAMETERS.len() + 1;

    /// All but the label.
    const PARAMETERS: [Self; 8] = [
        Self::Secret,
        Self::Issuer,
        Self::Algorithm,
        Self::Digits,
        Self::Period,
        Self::Counter,
        Self::Encoder,
        Self::Steam,
    ];

    /// The parameter whose name is written out at the start, as `name=`.
    pub(super) fn at_start(text: &[u8]) -> Option<Self> {
        Self::PARAMETERS.into_iter().find(|parameter| {
            let name = parameter.name().as_bytes();
            text.strip_prefix(name).is_some_and(|rest| rest.starts_with(b"="))
        })
    }

    /// The parameter of a name in lower case.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        Self::PARAMETERS.into_iter().find(|parameter| parameter.name().as_bytes() == name)
    }

    /// Its name in a URI, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Secret => "secret",
            Self::Issuer => "issuer",
            Self::Algorithm => "algorithm",
            Self::Digits => "digits",
            Self::Period => "period",
            Self::Counter => "counter",
            Self::Encoder => "encoder",
            Self::Steam => "steam",
        }
    }
}

/// Why text is not an `otpauth` URI that can be read with certainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReadError {
    /// It does not begin with `otpauth://`.
    UnsupportedScheme,
    /// The type is none of `totp`, `hotp` and `steam`.
    UnsupportedType,
    /// A known parameter stands there twice.
    DuplicateParameter {
        /// The parameter.
        part: Part,
    },
    /// A percent sign without two hexadecimal digits after it.
    InvalidPercentEncoding {
        /// Where it is.
        part: Part,
        /// The position of the percent sign there, in bytes from 0, before decoding.
        index: usize,
    },
    /// Bytes that are not UTF-8 after percent-decoding.
    InvalidUtf8 {
        /// Where they are.
        part: Part,
        /// The position of the first one there, in bytes from 0, before decoding.
        index: usize,
    },
    /// A NUL in the label or the issuer.
    NulInLabel,
    /// There is no secret parameter.
    MissingSecret,
    /// The secret holds not one whole byte.
    EmptySecret,
    /// A character of the secret is not base32.
    InvalidSecret {
        /// Its position in the secret, in bytes from 0, after percent-decoding.
        index: usize,
    },
    /// The secret has more than [`Secret::MAX_LEN`](crate::Secret::MAX_LEN) bytes.
    SecretTooLong,
    /// The algorithm is none of SHA-1, SHA-256 and SHA-512.
    InvalidAlgorithm,
    /// The digits are not a number from 6 to 9 (5 where the rules for Steam allow it).
    InvalidDigits,
    /// The period is not a number from 1 to 2^64−1.
    InvalidPeriod,
    /// The counter is not a number from 0 to 2^64−1.
    InvalidCounter,
}

impl ReadError {
    /// A name that never changes, for logs and tables: the variant's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnsupportedScheme => "UnsupportedScheme",
            Self::UnsupportedType => "UnsupportedType",
            Self::DuplicateParameter { .. } => "DuplicateParameter",
            Self::InvalidPercentEncoding { .. } => "InvalidPercentEncoding",
            Self::InvalidUtf8 { .. } => "InvalidUtf8",
            Self::NulInLabel => "NulInLabel",
            Self::MissingSecret => "MissingSecret",
            Self::EmptySecret => "EmptySecret",
            Self::InvalidSecret { .. } => "InvalidSecret",
            Self::SecretTooLong => "SecretTooLong",
            Self::InvalidAlgorithm => "InvalidAlgorithm",
            Self::InvalidDigits => "InvalidDigits",
            Self::InvalidPeriod => "InvalidPeriod",
            Self::InvalidCounter => "InvalidCounter",
        }
    }

    pub(super) fn of(fault: Fault, part: Part, raw: &[u8]) -> Self {
        let index = |left| raw.len().saturating_sub(left);
        match fault {
            Fault::Escape { left } => Self::InvalidPercentEncoding { part, index: index(left) },
            Fault::Utf8 { left } => Self::InvalidUtf8 { part, index: index(left) },
            Fault::Nul => Self::NulInLabel,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |index: &usize| index.saturating_add(1);
        match self {
            Self::UnsupportedScheme => f.write_str("the URI does not begin with otpauth://"),
            Self::UnsupportedType => f.write_str("the type of the URI is not totp, hotp or steam"),
            Self::DuplicateParameter { part } => {
                write!(f, "the parameter {} stands there twice", part.name())
            }
            Self::InvalidPercentEncoding { part, index } => write!(
                f,
                "character {} of the {} is a percent sign without two hexadecimal digits",
                at(index),
                part.name()
            ),
            Self::InvalidUtf8 { part, index } => {
                write!(f, "the {} is not UTF-8 from byte {} on", part.name(), at(index))
            }
            Self::NulInLabel => f.write_str("the label or the issuer contains a NUL"),
            Self::MissingSecret => f.write_str("the URI has no secret"),
            Self::EmptySecret => f.write_str("the secret is empty"),
            Self::InvalidSecret { index } => Base32Error::Foreign { index: *index }.fmt(f),
            Self::SecretTooLong => Base32Error::TooLong.fmt(f),
            Self::InvalidAlgorithm => f.write_str("the algorithm is not SHA1, SHA256 or SHA512"),
            Self::InvalidDigits => f.write_str("the digits are not a number from 6 to 9"),
            Self::InvalidPeriod => {
                write!(f, "the period is not a number from 1 to {}", u64::MAX)
            }
            Self::InvalidCounter => {
                write!(f, "the counter is not a number from 0 to {}", u64::MAX)
            }
        }
    }
}

impl core::error::Error for ReadError {}

/// Why a migration, or one entry of it, cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum MigrationError {
    /// It does not begin with `otpauth-migration://`.
    UnsupportedScheme,
    /// `offline` does not follow, or an entry is neither time-based nor counter-based.
    UnsupportedType,
    /// There is no `data`, or it is empty.
    MissingData,
    /// `data` stands there twice.
    DuplicateParameter,
    /// The data is not base64.
    InvalidBase64 {
        /// From where on, in bytes from 0.
        index: usize,
    },
    /// The message, or an entry, ends within a field.
    Truncated,
    /// A number of more than 64 bits.
    OverlongVarint,
    /// A field of a type or number that protocol buffers do not have, or a group.
    InvalidWireType,
    /// A known field of another type than it has.
    InvalidField,
    /// A field of an entry stands there twice.
    DuplicateField,
    /// A name is not UTF-8.
    InvalidUtf8,
    /// A NUL in a name.
    NulInLabel,
    /// An entry has no secret.
    MissingSecret,
    /// The secret of an entry is empty.
    EmptySecret,
    /// The secret has more than [`Secret::MAX_LEN`](crate::Secret::MAX_LEN) bytes.
    SecretTooLong,
    /// The algorithm is none of SHA-1, SHA-256 and SHA-512: MD5, for one.
    InvalidAlgorithm,
    /// The digits are neither six nor eight.
    InvalidDigits,
    /// The counter is negative.
    InvalidCounter,
}

impl MigrationError {
    /// A name that never changes, for logs and tables: the variant's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnsupportedScheme => "UnsupportedScheme",
            Self::UnsupportedType => "UnsupportedType",
            Self::MissingData => "MissingData",
            Self::DuplicateParameter => "DuplicateParameter",
            Self::InvalidBase64 { .. } => "InvalidBase64",
            Self::Truncated => "Truncated",
            Self::OverlongVarint => "OverlongVarint",
            Self::InvalidWireType => "InvalidWireType",
            Self::InvalidField => "InvalidField",
            Self::DuplicateField => "DuplicateField",
            Self::InvalidUtf8 => "InvalidUtf8",
            Self::NulInLabel => "NulInLabel",
            Self::MissingSecret => "MissingSecret",
            Self::EmptySecret => "EmptySecret",
            Self::SecretTooLong => "SecretTooLong",
            Self::InvalidAlgorithm => "InvalidAlgorithm",
            Self::InvalidDigits => "InvalidDigits",
            Self::InvalidCounter => "InvalidCounter",
        }
    }
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnsupportedScheme => "the URI does not begin with otpauth-migration://",
            Self::UnsupportedType => "the type of the URI or of an entry is not known",
            Self::MissingData => "the URI has no data",
            Self::DuplicateParameter => "the parameter data stands there twice",
            Self::InvalidBase64 { index } => {
                let at = index.saturating_add(1);
                return write!(f, "the data is not base64 from character {at} on");
            }
            Self::Truncated => "the data ends within a field",
            Self::OverlongVarint => "the data contains a number of more than 64 bits",
            Self::InvalidWireType => "the data contains a field of no known type",
            Self::InvalidField => "a field of the data is not of its type",
            Self::DuplicateField => "a field of the entry stands there twice",
            Self::InvalidUtf8 => "a name in the entry is not UTF-8",
            Self::NulInLabel => "a name in the entry contains a NUL",
            Self::MissingSecret => "the entry has no secret",
            Self::EmptySecret => "the secret is empty",
            Self::SecretTooLong => return Base32Error::TooLong.fmt(f),
            Self::InvalidAlgorithm => "the algorithm is not SHA1, SHA256 or SHA512",
            Self::InvalidDigits => "the entry has neither six nor eight digits",
            Self::InvalidCounter => "the counter is negative",
        })
    }
}

impl core::error::Error for MigrationError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_counted() {
        assert_eq!(Part::Label as usize, 0);
        for (number, parameter) in (1..).zip(Part::PARAMETERS) {
            assert_eq!(parameter as usize, number);
            assert_eq!(Part::of(parameter.name().as_bytes()), Some(parameter));
        }
        assert_eq!(Part::Steam as usize + 1, Part::COUNT);
    }
}
