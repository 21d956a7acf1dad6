//! The names of values in a record's JSON.

use super::value::Value;
use crate::account::authenticator::Label;
use crate::channel::Channel;
use crate::ocra::Suite;
use crate::{Algorithm, Digits, Format, Secret, base32};

/// A value that is one of a few, each with its name.
macro_rules! names {
    ($type:ty, $expected:literal, { $($name:expr => $value:expr),* $(,)? }) => {
        impl Value for $type {
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Option<Self> {
                [$(($name, $value)),*]
                    .into_iter()
                    .find(|(name, _)| *name == text)
                    .map(|(_, value)| value)
            }

            fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
                let known = [$(($name, $value)),*];
                show(known.iter().find(|(_, value)| value == self).map_or("", |(name, _)| *name))
            }
        }
    };
}

/// Where an authenticator is in its life, without the particulars.
#[derive(PartialEq)]
pub(super) enum PhaseName {
    Pending,
    Active,
    Disabled,
}

names!(PhaseName, "`pending`, `active` or `disabled`", {
    "pending" => Self::Pending,
    "active" => Self::Active,
    "disabled" => Self::Disabled,
});

/// What is known of a token's counter, without the number.
#[derive(PartialEq)]
pub(super) enum CounterName {
    Next,
    Lost,
    Exhausted,
}

names!(CounterName, "`next`, `lost` or `exhausted`", {
    "next" => Self::Next,
    "lost" => Self::Lost,
    "exhausted" => Self::Exhausted,
});

/// How far a challenge has got, without the number of guesses.
#[derive(PartialEq)]
pub(super) enum AnswerName {
    Guesses,
    Waiting,
    Approved,
    Denied,
}

names!(AnswerName, "`guesses`, `waiting`, `approved` or `denied`", {
    "guesses" => Self::Guesses,
    "waiting" => Self::Waiting,
    "approved" => Self::Approved,
    "denied" => Self::Denied,
});

names!(Channel, "`sms`, `voice`, `email` or `push`", {
    Self::Sms.name() => Self::Sms,
    Self::Voice.name() => Self::Voice,
    Self::Email.name() => Self::Email,
    Self::Push.name() => Self::Push,
});

names!(Algorithm, "`SHA1`, `SHA256` or `SHA512`", {
    Self::Sha1.name() => Self::Sha1,
    Self::Sha256.name() => Self::Sha256,
    Self::Sha512.name() => Self::Sha512,
});

names!(Format, "`6 digits` to `9 digits`, or `steam`", {
    "6 digits" => Self::Decimal(Digits::SIX),
    "7 digits" => Self::Decimal(Digits::SEVEN),
    "8 digits" => Self::Decimal(Digits::EIGHT),
    "9 digits" => Self::Decimal(Digits::NINE),
    "steam" => Self::Steam,
});

impl Value for Label {
    const EXPECTED: &'static str = "a label of at most 32 bytes";

    fn parse(text: &str) -> Option<Self> {
        Self::new(text).ok()
    }

    fn show<T>(&self, show: impl FnOnce(&str) -> T) -> T {
        show(self.as_str())
    }
}

impl Value for Suite {
    const EXPECTED: &'static str = "an OCRA suite";

    fn parse(text: &str) -> Option<Self> {
        Self::parse(text).ok()
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
