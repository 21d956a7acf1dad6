//! The names of values in a record's JSON.

use super::value::Value;
use crate::account::authenticator::{Kind, Label};
use crate::{Algorithm, Digits, Format, Secret, base32};

/// Where an authenticator is in its life, without the particulars.
pub(super) enum PhaseName {
    Pending,
    Active,
    Disabled,
}

impl Value for PhaseName {
    const EXPECTED: &'static str = "`pending`, `active` or `disabled`";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "pending" => Some(Self::Pending),
            "active" => Some(Self::Active),
            "disabled" => Some(Self::Disabled),
            _ => None,
        }
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
        })
    }
}

impl Value for Kind {
    const EXPECTED: &'static str = "`totp` or `hotp`";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "totp" => Some(Self::Totp),
            "hotp" => Some(Self::Hotp),
            _ => None,
        }
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(match self {
            Self::Totp => "totp",
            Self::Hotp => "hotp",
        })
    }
}

/// What is known of a token's counter, without the number.
pub(super) enum CounterName {
    Next,
    Lost,
    Exhausted,
}

impl Value for CounterName {
    const EXPECTED: &'static str = "`next`, `lost` or `exhausted`";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "next" => Some(Self::Next),
            "lost" => Some(Self::Lost),
            "exhausted" => Some(Self::Exhausted),
            _ => None,
        }
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(match self {
            Self::Next => "next",
            Self::Lost => "lost",
            Self::Exhausted => "exhausted",
        })
    }
}

impl Value for Algorithm {
    const EXPECTED: &'static str = "`SHA1`, `SHA256` or `SHA512`";

    fn parse(text: &str) -> Option<Self> {
        [Self::Sha1, Self::Sha256, Self::Sha512].into_iter().find(|known| known.name() == text)
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(self.name())
    }
}

/// The names of the code formats.
const FORMATS: [(&str, Format); 5] = [
    ("6 digits", Format::Decimal(Digits::SIX)),
    ("7 digits", Format::Decimal(Digits::SEVEN)),
    ("8 digits", Format::Decimal(Digits::EIGHT)),
    ("9 digits", Format::Decimal(Digits::NINE)),
    ("steam", Format::Steam),
];

impl Value for Format {
    const EXPECTED: &'static str = "`6 digits` to `9 digits`, or `steam`";

    fn parse(text: &str) -> Option<Self> {
        FORMATS.iter().find(|(name, _)| *name == text).map(|(_, format)| *format)
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        let known = FORMATS.iter().find(|(_, format)| format == self);
        show(known.map(|(name, _)| *name).unwrap_or_default())
    }
}

impl Value for Label {
    const EXPECTED: &'static str = "a label of at most 32 bytes";

    fn parse(text: &str) -> Option<Self> {
        Self::new(text).ok()
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(self.as_str())
    }
}

impl Value for Secret {
    const EXPECTED: &'static str = "a secret in upper-case base32";

    fn parse(text: &str) -> Option<Self> {
        base32::decode_strict(text).ok()
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(self.to_base32().as_str())
    }
}
