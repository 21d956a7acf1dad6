//! Challenge questions: their forms, drawing one, and the 128 bytes that are hashed of them.

use super::error::{Field, InputError};
use crate::{Entropy, EntropyError};

/// The alphabet of questions (RFC 6287 §6.3, table 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum QuestionFormat {
    /// `A`: ASCII letters and digits, hashed as they are. Letter case counts.
    Alphanumeric,
    /// `N`: decimal digits, hashed as the number that they write, in hexadecimal from the
    /// left: "1", "01" and "16" are one question.
    Numeric,
    /// `H`: hexadecimal digits of either case, hashed as the bytes that they write, from the
    /// left: "a", "A" and "A0" are one question.
    Hexadecimal,
}

impl QuestionFormat {
    /// What questions are drawn from. Letters in one case only: they are typed on tokens.
    const fn alphabet(self) -> &'static [u8] {
        const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let (digits, _) = ALPHABET.split_at(10);
        let (hexadecimal, _) = ALPHABET.split_at(16);
        match self {
            Self::Alphanumeric => ALPHABET,
            Self::Numeric => digits,
            Self::Hexadecimal => hexadecimal,
        }
    }

    fn has(self, byte: u8) -> bool {
        match self {
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Numeric => byte.is_ascii_digit(),
            Self::Hexadecimal => byte.is_ascii_hexdigit(),
        }
    }
}

/// The form of a suite's questions: the format, and up to how many characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct QuestionForm {
    /// The alphabet.
    pub format: QuestionFormat,
    /// The greatest number of characters of one party's question, 4 to 64.
    pub max_len: u8,
}

impl QuestionForm {
    /// RFC 6287 §6.3: "N08".
    pub(super) const DEFAULT: Self = Self { format: QuestionFormat::Numeric, max_len: 8 };

    /// The bits of a question of full length, rounded down.
    pub(super) fn bits(self) -> u16 {
        // log2 of 36, 10 and 16, in units of 2^-16 and rounded down: exact for 64 characters.
        let per_character: u32 = match self.format {
            QuestionFormat::Alphanumeric => 338_816,
            QuestionFormat::Numeric => 217_705,
            QuestionFormat::Hexadecimal => 4 << 16,
        };
        (per_character.wrapping_mul(self.max_len.into()) >> 16) as u16
    }
}

/// A question that was drawn. It is public: the token's user reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    chars: heapless::String<{ Question::MAX_LEN }, u8>,
}

impl Question {
    /// The greatest number of characters.
    pub const MAX_LEN: usize = 64;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.chars
    }

    /// A question of full length, from two bytes of entropy per character: each is drawn
    /// with a bias below 2^-10, which loses less than a tenth of a bit in all.
    pub(super) fn draw(
        form: QuestionForm,
        entropy: &mut Entropy<'_>,
    ) -> Result<Self, EntropyError> {
        let mut bytes = [0; 2 * Self::MAX_LEN];
        let drawn = bytes.get_mut(..usize::from(form.max_len).saturating_mul(2));
        let drawn = drawn.unwrap_or_default();
        entropy.fill(drawn)?;
        let alphabet = form.format.alphabet();
        let mut chars = heapless::String::new();
        for pair in drawn.as_chunks().0 {
            // A 16-bit fraction of the alphabet: always within it.
            let index = usize::from(u16::from_be_bytes(*pair)).wrapping_mul(alphabet.len()) >> 16;
            let byte = alphabet.get(index).copied().unwrap_or_default();
            let _ = chars.push(char::from(byte));
        }
        Ok(Self { chars })
    }
}

/// The question, or both in the order in which they are hashed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Questions<'a> {
    pub(super) first: &'a str,
    pub(super) second: Option<&'a str>,
}

impl Questions<'_> {
    /// Q: the questions' texts one after the other, converted and padded with zeros to the
    /// right (RFC 6287 §5.1).
    pub(super) fn hashed(&self, form: QuestionForm) -> Result<[u8; 128], InputError> {
        for question in [Some(self.first), self.second].into_iter().flatten() {
            check_length(question, form)?;
        }
        if let Some(index) = self.bytes().position(|byte| !form.format.has(byte)) {
            return Err(InputError::Foreign { index });
        }
        let mut packed = Packed::default();
        match form.format {
            QuestionFormat::Alphanumeric => self.bytes().for_each(|byte| packed.push_byte(byte)),
            QuestionFormat::Hexadecimal => self.values().for_each(|digit| packed.push(digit)),
            QuestionFormat::Numeric => number(self.values()).for_each(|digit| packed.push(digit)),
        }
        Ok(packed.bytes)
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.first.bytes().chain(self.second.unwrap_or_default().bytes())
    }

    /// The values of digits, decimal or hexadecimal.
    fn values(&self) -> impl Iterator<Item = u8> {
        self.bytes().map(|byte| char::from(byte).to_digit(16).unwrap_or_default() as u8)
    }
}

fn check_length(question: &str, form: QuestionForm) -> Result<(), InputError> {
    match question.len() {
        0 => Err(InputError::Missing(Field::Question)),
        found if found > form.max_len.into() => {
            Err(InputError::Length { field: Field::Question, allowed: form.max_len.into(), found })
        }
        _ => Ok(()),
    }
}

/// 128 bytes, filled with half-bytes from the left.
struct Packed {
    bytes: [u8; 128],
    halves: usize,
}

impl Default for Packed {
    fn default() -> Self {
        Self { bytes: [0; 128], halves: 0 }
    }
}

impl Packed {
    fn push(&mut self, half: u8) {
        if let Some(byte) = self.bytes.get_mut(self.halves / 2) {
            *byte |= if self.halves.is_multiple_of(2) { half << 4 } else { half };
        }
        self.halves = self.halves.saturating_add(1);
    }

    fn push_byte(&mut self, byte: u8) {
        self.push(byte >> 4);
        self.push(byte & 0xF);
    }
}

/// The hexadecimal digits of the number that at most 128 decimal digits write, without
/// leading zeros. By multiplication only.
fn number(digits: impl Iterator<Item = u8>) -> impl Iterator<Item = u8> {
    // 10^128 < 2^426. The least significant byte comes first.
    let mut number = [0u8; 54];
    for digit in digits {
        let mut carry = u16::from(digit);
        for byte in &mut number {
            // At most 255 · 10 + 255.
            let sum = u16::from(*byte).wrapping_mul(10).wrapping_add(carry);
            *byte = sum as u8;
            carry = sum >> 8;
        }
    }
    number.into_iter().rev().flat_map(|byte| [byte >> 4, byte & 0xF]).skip_while(|half| *half == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_exact_for_every_length() {
        let formats =
            [QuestionFormat::Alphanumeric, QuestionFormat::Numeric, QuestionFormat::Hexadecimal];
        for format in formats {
            for max_len in 4..=64 {
                let exact = (format.alphabet().len() as f64).log2() * f64::from(max_len);
                let bits = QuestionForm { format, max_len }.bits();
                assert_eq!(f64::from(bits), exact.floor(), "{format:?} {max_len}");
            }
        }
    }
}
