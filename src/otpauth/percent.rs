//! The bytes that the characters of a URI stand for, decoded on the fly: percent-encoding,
//! base64, and percent-encoding on the way out.

use super::scan::{Class, run};
use crate::ct;
use subtle::Choice;

/// Decodes raw text byte by byte, without looking ahead and without a buffer. It ends early
/// at what cannot be decoded, and [`is_stuck`](Self::is_stuck) there.
///
/// The values of bytes select neither branches nor addresses; their classes (an escape, a
/// plus, a character that does not belong) do.
#[derive(Clone, Copy)]
pub(super) struct Octets<'a> {
    rest: &'a [u8],
    coding: Coding,
    /// Of base64: the bits that are decoded and not yet delivered, and how many they are.
    bits: u16,
    count: u8,
}

/// A number and no enum: its other values would be what tells a text that is there from one
/// that is not, and going around one byte makes copying slow.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Coding(u8);

impl Coding {
    /// As it stands.
    const PLAIN: Self = Self(0);
    /// `%XX` (RFC 3986 §2.1).
    const PERCENT: Self = Self(1);
    /// `%XX`, and a plus for a space, as forms write queries.
    const FORM: Self = Self(2);
    /// Base64 under percent-encoding.
    const BASE64: Self = Self(3);
}

impl<'a> Octets<'a> {
    pub(super) const fn plain(text: &'a str) -> Self {
        Self::new(text.as_bytes(), Coding::PLAIN)
    }

    pub(super) const fn percent(text: &'a [u8]) -> Self {
        Self::new(text, Coding::PERCENT)
    }

    pub(super) const fn form(text: &'a [u8]) -> Self {
        Self::new(text, Coding::FORM)
    }

    pub(super) const fn base64(text: &'a [u8]) -> Self {
        Self::new(text, Coding::BASE64)
    }

    const fn new(rest: &'a [u8], coding: Coding) -> Self {
        Self { rest, coding, bits: 0, count: 0 }
    }

    /// How many raw bytes are left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Whether text is left that cannot be decoded.
    pub(super) fn is_stuck(&self) -> bool {
        !self.rest.is_empty() && { *self }.next().is_none()
    }

    /// Whether the next byte is written as an escape.
    pub(super) fn at_escape(&self) -> bool {
        matches!(self.coding, Coding::PERCENT | Coding::FORM) && self.rest.first() == Some(&b'%')
    }

    /// What is decoded to the next `len` bytes, before `left` raw bytes are left; as plain text
    /// where all of them stand for themselves.
    #[inline]
    pub(super) fn before(self, left: usize, len: usize) -> Self {
        let raw_len = self.left().saturating_sub(left);
        let raw = self.rest.get(..raw_len).unwrap_or_default();
        let is_verbatim = raw_len == len;
        match self.coding {
            // A byte may end within a character.
            Coding::BASE64 => self,
            Coding::PERCENT if is_verbatim => Self::new(raw, Coding::PLAIN),
            Coding::FORM if is_verbatim && !raw.contains(&b'+') => Self::new(raw, Coding::PLAIN),
            coding => Self::new(raw, coding),
        }
    }

    /// What is decoded after the next `len` bytes, where `left` raw bytes are left.
    pub(super) fn from(mut self, left: usize, len: usize) -> Self {
        match self.coding {
            Coding::BASE64 => _ = self.by_ref().take(len).count(),
            _ => self.skip_raw(self.left().saturating_sub(left)),
        }
        self
    }

    /// Whether both are written with the same characters, which mean the same in either
    /// coding, if there are as many bytes.
    pub(super) fn is_written_as(&self, other: &Self) -> bool {
        let is_text = |octets: &Self| octets.coding != Coding::BASE64;
        is_text(self) && is_text(other) && self.rest == other.rest && !self.rest.contains(&b'+')
    }

    /// How many bytes follow, at most `limit`, that stand for themselves, are no white space,
    /// and no colon. Not for secrets.
    #[inline]
    pub(super) fn run_of_ordinary(&self, limit: usize) -> usize {
        match self.coding {
            Coding::BASE64 => 0,
            _ => run(self.rest.get(..limit).unwrap_or(self.rest), Class::Ordinary),
        }
    }

    /// Skips raw bytes.
    #[inline]
    pub(super) fn skip_raw(&mut self, len: usize) {
        self.rest = self.rest.get(len..).unwrap_or_default();
    }

    /// The bytes themselves, if they are plain.
    pub(super) fn as_plain(&self, len: usize) -> Option<&'a [u8]> {
        match self.coding {
            Coding::PLAIN => self.rest.get(..len),
            _ => None,
        }
    }

    /// Whether base64 text ends here as it should: no single character in the last group, no
    /// bits after the last whole byte, and nothing but padding left.
    pub(super) fn is_base64_end(self) -> bool {
        let mut padding = Self::percent(self.rest);
        self.coding == Coding::BASE64
            && self.bits == 0
            && matches!(self.count, 0 | 2 | 4)
            && padding.all(|byte| byte == b'=')
            && padding.rest.is_empty()
    }

    /// The next byte, if it is ASCII and none of base64. Not for secrets.
    #[inline]
    pub(super) fn next_ascii(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        let (byte, rest) = match (*first, self.coding) {
            (_, Coding::BASE64) => return None,
            (b'%', Coding::PERCENT | Coding::FORM) => {
                let (digits, rest) = rest.split_first_chunk()?;
                let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
                (((high? << 4) | low?) as u8, rest)
            }
            (b'+', Coding::FORM) => (b' ', rest),
            (byte, _) => (byte, rest),
        };
        byte.is_ascii().then(|| self.rest = rest)?;
        Some(byte)
    }

    fn next_unescaped(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        let (byte, rest) = match (*first, self.coding) {
            (b'%', Coding::PERCENT | Coding::FORM | Coding::BASE64) => {
                let (digits, rest) = rest.split_first_chunk()?;
                (unescape(*digits)?, rest)
            }
            (b'+', Coding::FORM) => (b' ', rest),
            (byte, _) => (byte, rest),
        };
        self.rest = rest;
        Some(byte)
    }

    fn next_base64(&mut self) -> Option<u8> {
        // At most six bits are waiting; one character or two bring the eight of a byte.
        while self.count < 8 {
            let before = self.rest;
            let Some(sextet) = self.next_unescaped().and_then(sextet) else {
                self.rest = before;
                return None;
            };
            self.bits = (self.bits << 6) | u16::from(sextet);
            self.count = self.count.wrapping_add(6);
        }
        self.count = self.count.wrapping_sub(8);
        let byte = (self.bits >> self.count) as u8;
        self.bits &= !(0xFFFF << self.count);
        Some(byte)
    }
}

impl Iterator for Octets<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        match self.coding {
            Coding::BASE64 => self.next_base64(),
            _ => self.next_unescaped(),
        }
    }
}

/// All ones if `low <= byte <= high`, else zero, without a branch.
fn within(byte: u8, low: u8, high: u8) -> u8 {
    let below = u16::from(byte).wrapping_sub(u16::from(low));
    let above = u16::from(high).wrapping_sub(u16::from(byte));
    !(((below | above) >> 8) as u8)
}

/// The byte that two hexadecimal digits stand for: both at once, each in its byte.
fn unescape(digits: [u8; 2]) -> Option<u8> {
    const EACH: u16 = 0x0101;
    const HIGH: u16 = EACH << 7;
    let digits = u16::from_be_bytes(digits);
    let upper = digits & !((digits & (EACH << 6)) >> 1) & !HIGH;
    // The highest bit of each byte that is not less.
    let from = |distance: u16| upper.wrapping_add(distance) & HIGH;
    let decimal = from(const { EACH * (128 - 0x30) }) & !from(const { EACH * (128 - 0x3A) });
    let letters = from(const { EACH * (128 - 0x41) }) & !from(const { EACH * (128 - 0x47) });
    let invalid = ((decimal | letters) ^ HIGH) | (digits & HIGH);
    // The low four bits of A are 1, and stand for 10.
    let values = (upper & (EACH * 0xF)).wrapping_add((letters >> 7) | (letters >> 4));
    let is_valid = Choice::from((!((invalid >> 7) | (invalid >> 15)) & 1) as u8);
    ct::declassify(is_valid).then_some(((values >> 4) | values) as u8)
}

/// The six bits that a character of either base64 alphabet stands for (RFC 4648 §4, §5).
fn sextet(char: u8) -> Option<u8> {
    let [upper, lower, digit] =
        [within(char, b'A', b'Z'), within(char, b'a', b'z'), within(char, b'0', b'9')];
    let is_62 = within(char, b'+', b'+') | within(char, b'-', b'-');
    let is_63 = within(char, b'/', b'/') | within(char, b'_', b'_');
    let value = (char.wrapping_sub(b'A') & upper)
        | (char.wrapping_sub(b'a').wrapping_add(26) & lower)
        | (char.wrapping_sub(b'0').wrapping_add(52) & digit)
        | (62 & is_62)
        | (63 & is_63);
    let is_valid = Choice::from((upper | lower | digit | is_62 | is_63) & 1);
    ct::declassify(is_valid).then_some(value)
}

/// A byte as an escape (RFC 3986 §2.1).
pub(super) fn escaped(byte: u8) -> [u8; 3] {
    let digit = |nibble: u8| match nibble {
        0..10 => b'0'.wrapping_add(nibble),
        _ => (b'A' - 10).wrapping_add(nibble),
    };
    [b'%', digit(byte >> 4), digit(byte & 0xF)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, string::String, vec::Vec};

    #[test]
    fn every_escape_in_either_case_is_its_byte() {
        for byte in 0..=255u8 {
            for text in [format!("%{byte:02X}"), format!("%{byte:02x}")] {
                let mut octets = Octets::percent(text.as_bytes());
                assert_eq!((octets.next(), octets.next()), (Some(byte), None), "{text}");
                assert!(!octets.is_stuck());
            }
        }
    }

    #[test]
    fn what_is_no_hexadecimal_digit_is_no_escape() {
        for byte in (0..128u8).filter(|byte| !byte.is_ascii_hexdigit()) {
            for text in [format!("%0{}", byte as char), format!("%{}0", byte as char)] {
                let mut octets = Octets::percent(text.as_bytes());
                assert_eq!(octets.next(), None, "{text:?}");
                assert!(octets.is_stuck(), "{text:?}");
            }
        }
    }

    #[test]
    fn both_base64_alphabets_hold_each_value_once() {
        let mut seen = [0; 64];
        for char in 0..=255u8 {
            if let Some(value) = sextet(char) {
                seen[usize::from(value)] += 1;
            }
        }
        assert!(seen[..62].iter().all(|count| *count == 1));
        assert_eq!(seen[62..], [2, 2]);
        let text: String =
            ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
        for (value, char) in (0..64u8).zip(text.bytes()) {
            assert_eq!(sextet(char), Some(value));
        }
    }

    #[test]
    fn base64_ends_with_or_without_padding() {
        for (text, bytes) in [("", ""), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v", "foo")] {
            for padding in ["", "=", "==", "%3D", "%3d="] {
                let text = format!("{text}{padding}");
                let mut octets = Octets::base64(text.as_bytes());
                assert_eq!(octets.by_ref().collect::<Vec<u8>>(), bytes.as_bytes());
                assert!(octets.is_base64_end(), "{text}");
            }
        }
        for text in ["Z", "Zm9vZ", "Zh", "Zm9", "Zg=v", "Zg%", "Zg =", "Zm v"] {
            let mut octets = Octets::base64(text.as_bytes());
            octets.by_ref().for_each(drop);
            assert!(!octets.is_base64_end(), "{text}");
        }
    }
}
