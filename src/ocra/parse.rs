//! Reads the text of a suite: `OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-S064-T1M` (RFC 6287 §6).

use super::error::{Fault, Field, Part, SuiteError};
use super::question::{QuestionForm, QuestionFormat};
use crate::{Algorithm, Digits};
use core::num::NonZeroU64;

/// What a suite's text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Parts {
    pub(super) algorithm: Algorithm,
    /// `None`: the HMAC is not truncated (t = 0).
    pub(super) digits: Option<Digits>,
    pub(super) inputs: Inputs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Inputs {
    pub(super) counter: bool,
    pub(super) question: QuestionForm,
    pub(super) pin: Option<Algorithm>,
    /// In bytes.
    pub(super) session: Option<u16>,
    /// In seconds.
    pub(super) step: Option<NonZeroU64>,
}

pub(super) fn parts(text: &str) -> Result<Parts, SuiteError> {
    let mut sections = text.split(':');
    version(sections.next())?;
    let (algorithm, digits) = function(sections.next())?;
    let inputs = inputs(sections.next())?;
    match sections.next() {
        None => Ok(Parts { algorithm, digits, inputs }),
        Some(_) => Err(SuiteError::new(Part::Text, Fault::TooLong)),
    }
}

/// What is there, if it is not empty.
fn present(text: Option<&str>, part: Part) -> Result<&str, SuiteError> {
    text.filter(|text| !text.is_empty()).ok_or(SuiteError::new(part, Fault::Missing))
}

/// §6.1.
fn version(text: Option<&str>) -> Result<(), SuiteError> {
    match present(text, Part::Version)? {
        "OCRA-1" => Ok(()),
        _ => Err(SuiteError::new(Part::Version, Fault::Unknown)),
    }
}

/// §6.2: `HOTP-SHA1-6`.
fn function(text: Option<&str>) -> Result<(Algorithm, Option<Digits>), SuiteError> {
    let mut fields = present(text, Part::Function)?.splitn(3, '-');
    if present(fields.next(), Part::Function)? != "HOTP" {
        return Err(SuiteError::new(Part::Function, Fault::Unknown));
    }
    let algorithm = algorithm(present(fields.next(), Part::Hash)?, Part::Hash)?;
    let digits = digits(present(fields.next(), Part::Digits)?)?;
    Ok((algorithm, digits))
}

fn algorithm(name: &str, part: Part) -> Result<Algorithm, SuiteError> {
    [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]
        .into_iter()
        .find(|algorithm| algorithm.name() == name)
        .ok_or(SuiteError::new(part, Fault::Unknown))
}

/// §5.2: 0, or 4 to 10.
fn digits(text: &str) -> Result<Option<Digits>, SuiteError> {
    let error = |fault| SuiteError::new(Part::Digits, fault);
    let number = number(text, 1..=2, false).ok_or(error(Fault::Malformed))?;
    match Digits::of_response(number as u8) {
        None if number != 0 => Err(error(Fault::OutOfRange)),
        digits => Ok(digits),
    }
}

/// §6.3: `[C-]QFxx[-PH][-Snnn][-TG]`.
fn inputs(text: Option<&str>) -> Result<Inputs, SuiteError> {
    let mut inputs = Inputs {
        counter: false,
        question: QuestionForm::DEFAULT,
        pin: None,
        session: None,
        step: None,
    };
    let (mut last, mut asks) = (None, false);
    for input in present(text, Part::Inputs)?.split('-') {
        let (field, rest) = field(input)?;
        let error = |fault| SuiteError::new(Part::Input(field), fault);
        if last >= Some(field) {
            return Err(error(Fault::Misplaced));
        }
        last = Some(field);
        match field {
            Field::Counter if rest.is_empty() => inputs.counter = true,
            Field::Counter => return Err(error(Fault::Malformed)),
            Field::Question => (inputs.question, asks) = (question(rest).map_err(error)?, true),
            Field::Pin => inputs.pin = Some(pin(rest)?),
            Field::Session => inputs.session = Some(session(rest).map_err(error)?),
            Field::Time => inputs.step = Some(step(rest).map_err(error)?),
        }
    }
    match asks {
        true => Ok(inputs),
        false => Err(SuiteError::new(Part::Input(Field::Question), Fault::Missing)),
    }
}

/// The input that a letter stands for, and what follows the letter.
fn field(input: &str) -> Result<(Field, &str), SuiteError> {
    let (letter, rest) = input.split_at_checked(1).unwrap_or_default();
    let field = match letter {
        "C" => Field::Counter,
        "Q" => Field::Question,
        "P" => Field::Pin,
        "S" => Field::Session,
        "T" => Field::Time,
        _ => return Err(SuiteError::new(Part::Inputs, Fault::Unknown)),
    };
    Ok((field, rest))
}

/// A format and the greatest number of characters: `N08` where nothing follows the letter.
/// The standard prints both `QH08` and `QH8`.
fn question(rest: &str) -> Result<QuestionForm, Fault> {
    if rest.is_empty() {
        return Ok(QuestionForm::DEFAULT);
    }
    let (letter, length) = rest.split_at_checked(1).ok_or(Fault::Unknown)?;
    let format = match letter {
        "A" => QuestionFormat::Alphanumeric,
        "N" => QuestionFormat::Numeric,
        "H" => QuestionFormat::Hexadecimal,
        _ => return Err(Fault::Unknown),
    };
    match number(length, 1..=2, true).ok_or(Fault::Malformed)? {
        max_len @ 4..=64 => Ok(QuestionForm { format, max_len: max_len as u8 }),
        _ => Err(Fault::OutOfRange),
    }
}

/// A hash: `SHA1` where nothing follows the letter.
fn pin(rest: &str) -> Result<Algorithm, SuiteError> {
    match rest {
        "" => Ok(Algorithm::Sha1),
        name => algorithm(name, Part::Input(Field::Pin)),
    }
}

/// A number of bytes in three digits: `064` where nothing follows the letter.
fn session(rest: &str) -> Result<u16, Fault> {
    if rest.is_empty() {
        return Ok(64);
    }
    match number(rest, 3..=3, true).ok_or(Fault::Malformed)? {
        bytes @ 1..=512 => Ok(bytes),
        _ => Err(Fault::OutOfRange),
    }
}

/// A number and a unit: `1M` where nothing follows the letter. Erratum 3729: not `0H`.
fn step(rest: &str) -> Result<NonZeroU64, Fault> {
    let rest = if rest.is_empty() { "1M" } else { rest };
    let (unit, most, count) = [("S", 59, 1), ("M", 59, 60), ("H", 48, 3600)]
        .into_iter()
        .find_map(|(letter, most, unit)| Some((unit, most, rest.strip_suffix(letter)?)))
        .ok_or(Fault::Malformed)?;
    match number(count, 1..=2, false).ok_or(Fault::Malformed)? {
        count if count <= most => NonZeroU64::new(u64::from(count).wrapping_mul(unit)),
        _ => None,
    }
    .ok_or(Fault::OutOfRange)
}

/// A number of as many ASCII digits as `len` says, with or without leading zeros.
fn number(text: &str, len: core::ops::RangeInclusive<usize>, leading_zeros: bool) -> Option<u16> {
    let is_number = len.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = text.len() > 1 && text.starts_with('0');
    (is_number && (leading_zeros || !is_padded)).then(|| text.parse().ok())?
}
