//! What can be wrong with a suite or with the inputs of a computation.

use core::fmt;

/// A data input, in the order in which OCRA concatenates them (RFC 6287 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Field {
    /// C, the counter.
    Counter,
    /// Q, the challenge question, or both of them.
    Question,
    /// P, the hash of the PIN or password.
    Pin,
    /// S, information about the session.
    Session,
    /// T, the number of time steps.
    Time,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counter => "counter (C)",
            Self::Question => "question (Q)",
            Self::Pin => "PIN (P)",
            Self::Session => "session information (S)",
            Self::Time => "time (T)",
        })
    }
}

/// A part of a suite's text: `Version:Hotp-Hash-Digits:Inputs` (RFC 6287 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Part {
    /// The text as a whole.
    Text,
    /// `OCRA-1`.
    Version,
    /// `HOTP`.
    Function,
    /// `SHA1`, `SHA256` or `SHA512`.
    Hash,
    /// The number of digits of a response.
    Digits,
    /// The list of data inputs.
    Inputs,
    /// One data input.
    Input(Field),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Version => "version",
            Self::Function => "function",
            Self::Hash => "hash",
            Self::Digits => "number of digits",
            Self::Inputs => "list of data inputs",
            Self::Input(field) => return field.fmt(f),
        })
    }
}

/// What is wrong with a part of a suite's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Fault {
    /// It is not there.
    Missing,
    /// Longer than a suite can be, or followed by more than a suite has.
    TooLong,
    /// A name that the standard does not have; the letter case counts.
    Unknown,
    /// Not written as the standard writes it.
    Malformed,
    /// A number that the standard does not allow.
    OutOfRange,
    /// Given twice, or after an input that it comes before.
    Misplaced,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::TooLong => "is too long",
            Self::Unknown => "is not known",
            Self::Malformed => "is malformed",
            Self::OutOfRange => "is out of range",
            Self::Misplaced => "is repeated or out of order",
        })
    }
}

/// Why text is not an OCRA suite: which part of it, and what is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct SuiteError {
    /// The first part that is wrong.
    pub part: Part,
    /// What is wrong with it.
    pub fault: Fault,
}

impl SuiteError {
    pub(super) const fn new(part: Part, fault: Fault) -> Self {
        Self { part, fault }
    }
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the OCRA suite's {} {}", self.part, self.fault)
    }
}

impl core::error::Error for SuiteError {}

/// Why inputs do not fit a suite. Never quotes what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum InputError {
    /// The suite has it, and it was not given or is empty.
    Missing(Field),
    /// It was given, and the suite does not have it.
    Superfluous(Field),
    /// A question or session information longer than the suite allows, or a hash of a PIN
    /// that has not exactly the length of the suite's hash.
    Length {
        /// The input.
        field: Field,
        /// The number of bytes that the suite allows.
        allowed: u16,
        /// The number of bytes that were given.
        found: usize,
    },
    /// A character that the suite's format of questions does not have.
    Foreign {
        /// Its position in bytes from 0; in mutual modes counted through both questions, in
        /// the order in which they are hashed.
        index: usize,
    },
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field) => write!(f, "the OCRA suite needs a {field}"),
            Self::Superfluous(field) => write!(f, "the OCRA suite has no {field}"),
            Self::Length { field: Field::Pin, allowed, found } => {
                write!(f, "the hash of the PIN has {allowed} bytes, not {found}")
            }
            Self::Length { field, allowed, found } => {
                write!(f, "the {field} has at most {allowed} bytes here, not {found}")
            }
            Self::Foreign { index } => write!(
                f,
                "character {} does not belong in a question of this suite",
                index.saturating_add(1)
            ),
        }
    }
}

impl core::error::Error for InputError {}
