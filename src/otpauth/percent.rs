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
}

#[derive(Clone, Copy)]
enum Coding {
    /// As it stands.
    Plain,
    /// `%XX` (RFC 3986 §2.1).
    Percent,
    /// `%XX`, and a plus for a space, as forms write queries.
    Form,
    /// Base64 under percent-encoding, with `count` bits decoded and not yet delivered.
    Base64 { bits: u16, count: u8 },
}

impl<'a> Octets<'a> {
    pub(super) fn plain(text: &'a str) -> Self {
        Self { rest: text.as_bytes(), coding: Coding::Plain }
    }

    pub(super) fn percent(text: &'a [u8]) -> Self {
        Self { rest: text, coding: Coding::Percent }
    }

    pub(super) fn form(text: &'a [u8]) -> Self {
        Self { rest: text, coding: Coding::Form }
    }

    pub(super) fn base64(text: &'a [u8]) -> Self {
        Self { rest: text, coding: Coding::Base64 { bits: 0, count: 0 } }
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
        matches!(self.coding, Coding::Percent | Coding::Form) && self.rest.first() == Some(&b'%')
    }

    /// What is decoded to the next `len` bytes, before `end`; as plain text where all of them
    /// stand for themselves.
    pub(super) fn before(self, end: Self, len: usize) -> Self {
        let raw_len = self.left().saturating_sub(end.left());
        let raw = self.rest.get(..raw_len).unwrap_or_default();
        let is_verbatim = raw_len == len;
        match self.coding {
            // A byte may end within a character.
            Coding::Base64 { .. } => self,
            Coding::Percent if is_verbatim => Self { rest: raw, coding: Coding::Plain },
            Coding::Form if is_verbatim && !raw.contains(&b'+') => {
                Self { rest: raw, coding: Coding::Plain }
            }
            coding => Self { rest: raw, coding },
        }
    }

    /// Whether both are written with the same characters, which mean the same in either
    /// coding, if there are as many bytes.
    pub(super) fn is_written_as(&self, other: &Self) -> bool {
        let is_text = |octets: &Self| !matches!(octets.coding, Coding::Base64 { .. });
        is_text(self) && is_text(other) && self.rest == other.rest && !self.rest.contains(&b'+')
    }

    /// Skips bytes, at most `limit`, that stand for themselves, are no white space, and no
    /// colon; the number of them. Not for secrets.
    #[inline]
    pub(super) fn skip_ordinary(&mut self, limit: usize) -> usize {
        if matches!(self.coding, Coding::Base64 { .. }) {
            return 0;
        }
        let skipped = run(self.rest.get(..limit).unwrap_or(self.rest), Class::Ordinary);
        self.rest = self.rest.get(skipped..).unwrap_or_default();
        skipped
    }

    /// The next byte, if it is ASCII and none of base64. Not for secrets.
    #[inline]
    pub(super) fn next_ascii(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        let (byte, rest) = match (byte, self.coding) {
            (_, Coding::Base64 { .. }) => return None,
            (b'%', Coding::Percent | Coding::Form) => {
                let (digits, rest) = rest.split_first_chunk()?;
                let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
                (((high? << 4) | low?) as u8, rest)
            }
            (b'+', Coding::Form) => (b' ', rest),
            (byte, _) => (*byte, rest),
        };
        byte.is_ascii().then(|| self.rest = rest)?;
        Some(byte)
    }

    /// The bytes themselves, if they are plain.
    pub(super) fn as_plain(&self, len: usize) -> Option<&'a [u8]> {
        match self.coding {
            Coding::Plain => self.rest.get(..len),
            _ => None,
        }
    }

    /// Whether base64 text ends here as it should: no single character in the last group, no
    /// bits after the last whole byte, and nothing but padding left.
    pub(super) fn is_base64_end(self) -> bool {
        let mut padding = Self { coding: Coding::Percent, ..self };
        matches!(self.coding, Coding::Base64 { bits: 0, count: 0 | 2 | 4 })
            && padding.all(|byte| byte == b'=')
            && padding.rest.is_empty()
    }

    /// The next byte, if it is ASCII and stands for itself in any coding but base64.
    #[inline(always)]
    fn next_verbatim(&mut self) -> Option<u8> {
        match self.rest {
            [byte, rest @ ..]
                if byte.is_ascii()
                    && !matches!(byte, b'%' | b'+')
                    && !matches!(self.coding, Coding::Base64 { .. }) =>
            {
                self.rest = rest;
                Some(*byte)
            }
            _ => None,
        }
    }

    fn next_raw(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn next_unescaped(&mut self) -> Option<u8> {
        if let [b'%', escape @ ..] = self.rest {
            let (digits, rest) = escape.split_first_chunk()?;
            let byte = unescape(*digits)?;
            self.rest = rest;
            return Some(byte);
        }
        self.next_raw()
    }

    fn next_base64(&mut self, mut bits: u16, mut count: u8) -> Option<u8> {
        // At most six bits are waiting; one character or two bring the eight of a byte.
        while count < 8 {
            let before = self.rest;
            let Some(sextet) = self.next_unescaped().and_then(sextet) else {
                self.rest = before;
                self.coding = Coding::Base64 { bits, count };
                return None;
            };
            bits = (bits << 6) | u16::from(sextet);
            count = count.wrapping_add(6);
        }
        count = count.wrapping_sub(8);
        let byte = (bits >> count) as u8;
        self.coding = Coding::Base64 { bits: bits & !(0xFFFF << count), count };
        Some(byte)
    }
}

impl Iterator for Octets<'_> {
    type Item = u8;

    #[inline]
    fn next(&mut self) -> Option<u8> {
        if let Some(byte) = self.next_verbatim() {
            return Some(byte);
        }
        match self.coding {
            Coding::Plain => self.next_raw(),
            Coding::Percent => self.next_unescaped(),
            Coding::Form => {
                if let [b'+', rest @ ..] = self.rest {
                    self.rest = rest;
                    return Some(b' ');
                }
                self.next_unescaped()
            }
            Coding::Base64 { bits, count } => self.next_base64(bits, count),
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
