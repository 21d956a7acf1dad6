//! Stretches of encoded text: decoded character by character, found to be text, and measured.

use super::percent::Octets;

/// Why bytes are not text.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    /// A percent sign without two hexadecimal digits, with so many raw bytes left.
    Escape { left: usize },
    /// Not UTF-8, with so many raw bytes left.
    Utf8 { left: usize },
    /// U+0000.
    Nul,
}

/// The next `len` bytes that `octets` decodes to; fewer if it ends before.
#[derive(Clone, Copy)]
pub(super) struct Span<'a> {
    pub(super) octets: Octets<'a>,
    pub(super) len: usize,
}

/// A place in a span: how many raw bytes are left from there on, and how many decoded ones.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) left: usize,
    pub(super) len: usize,
}

impl<'a> Span<'a> {
    /// All that `octets` decodes to.
    pub(super) fn all(octets: Octets<'a>) -> Self {
        Self { octets, len: usize::MAX }
    }

    /// Where it begins.
    pub(super) fn place(&self) -> Place {
        Place { left: self.octets.left(), len: self.len }
    }

    /// What of it begins at a place.
    pub(super) fn from(self, place: Place) -> Self {
        let octets = self.octets.from(place.left, self.len.saturating_sub(place.len));
        Self { octets, len: place.len }
    }

    /// Skips the white space at its beginning.
    #[inline]
    pub(super) fn trim_start(&mut self) -> Result<(), Fault> {
        // Nearly always there is none.
        if self.octets.run_of_ordinary(1) == 0 {
            *self = self.without_white_space()?;
        }
        Ok(())
    }

    #[cold]
    fn without_white_space(mut self) -> Result<Self, Fault> {
        loop {
            let before = self;
            if !self.next_char()?.is_some_and(char::is_whitespace) {
                return Ok(before);
            }
        }
    }

    /// Skips what stands for itself and is neither white space nor a colon: most of most
    /// names. Whether there was any.
    #[inline]
    fn skip_ordinary(&mut self) -> bool {
        let skipped = self.octets.run_of_ordinary(self.len);
        self.octets.skip_raw(skipped);
        self.len = self.len.saturating_sub(skipped);
        skipped != 0
    }

    #[inline]
    pub(super) fn next_char(&mut self) -> Result<Option<char>, Fault> {
        if self.len == 0 || self.octets.left() == 0 {
            return Ok(None);
        }
        if let Some(byte) = self.octets.next_ascii() {
            self.len = self.len.wrapping_sub(1);
            return Ok(Some(char::from(byte)));
        }
        // A copy, so that what is read otherwise need not be in memory.
        let (char, rest) = self.decode_char()?;
        *self = rest;
        Ok(char)
    }

    /// The next character, if there is one, and what is left after it.
    #[cold]
    fn decode_char(mut self) -> Result<(Option<char>, Self), Fault> {
        let left = self.octets.left();
        let char = match self.next() {
            Some(first) if first.is_ascii() => Some(char::from(first)),
            Some(first) => Some(self.finish_char(first, left)?),
            None if self.is_stuck() => return Err(Fault::Escape { left }),
            None => None,
        };
        Ok((char, self))
    }

    /// The character of several bytes that begins with `first`, with `left` raw bytes left
    /// (RFC 3629 §3).
    fn finish_char(&mut self, first: u8, left: usize) -> Result<char, Fault> {
        let invalid = Fault::Utf8 { left };
        let (follow, bits) = match first {
            0xC0..0xE0 => (1, first & 0x1F),
            0xE0..0xF0 => (2, first & 0x0F),
            0xF0.. => (3, first & 0x0F),
            // No first byte: what follows it does not matter, unless it is an escape.
            _ => (1, 0),
        };
        let mut code = u32::from(bits);
        let mut is_valid = true;
        for _ in 0..follow {
            let left = self.octets.left();
            let byte = match self.next() {
                Some(byte) => byte,
                None if self.is_stuck() => return Err(Fault::Escape { left }),
                None => return Err(invalid),
            };
            is_valid &= byte & 0xC0 == 0x80;
            code = (code << 6) | u32::from(byte & 0x3F);
        }
        // Every character in as few bytes as it takes.
        let char = char::from_u32(code).filter(|char| is_valid && char.len_utf8() > follow);
        char.ok_or(invalid)
    }

    /// Whether the next byte is of the span and cannot be decoded.
    fn is_stuck(&self) -> bool {
        self.len != 0 && self.octets.is_stuck()
    }
}

impl Iterator for Span<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let rest = self.len.checked_sub(1)?;
        let byte = self.octets.next()?;
        self.len = rest;
        Some(byte)
    }
}

/// What was found in a span that is text, and has no white space before it.
pub(super) struct Scan {
    /// Where the white space after it begins.
    pub(super) end: Place,
    /// The first colon that stands for itself, or else the first that is an escape: where the
    /// text before it ends, and where it goes on.
    pub(super) colon: Option<(Place, Place)>,
    /// Whether there are more.
    pub(super) has_several: bool,
}

impl Scan {
    /// Reads all of a span, and finds that it is text.
    pub(super) fn of(span: Span<'_>) -> Result<Self, Fault> {
        let mut rest = span;
        let mut scan = Self { end: span.place(), colon: None, has_several: false };
        let mut has_literal = false;
        loop {
            if rest.skip_ordinary() {
                scan.end = rest.place();
            }
            let is_literal = !rest.octets.at_escape();
            match rest.next_char()? {
                None => return Ok(scan),
                Some('\0') => return Err(Fault::Nul),
                Some(':') => {
                    scan.has_several = scan.colon.is_some();
                    if scan.colon.is_none() || (is_literal && !has_literal) {
                        scan.colon = Some((scan.end, rest.place()));
                        has_literal = is_literal;
                    }
                    scan.end = rest.place();
                }
                Some(char) if char.is_whitespace() => {}
                Some(_) => scan.end = rest.place(),
            }
        }
    }
}
