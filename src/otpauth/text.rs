//! Names in a URI: borrowed as they stand there, decoded as they are looked at.

use super::percent::Octets;
use core::fmt::{self, Write};

/// An issuer or an account name: text without white space around it, which may be borrowed
/// from a URI in its encoded form. It is decoded lazily and nothing is allocated.
///
/// Two texts are equal if they say the same, however they are encoded.
///
/// ```
/// use mfa_core::otpauth::{Text, read};
///
/// let reading = read("otpauth://totp/Big%20Corp:zo%C3%AB?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY")?;
/// let account = reading.uri.account;
/// assert_eq!(account, Text::plain("zoë"));
/// assert_eq!(account.to_string(), "zoë");
/// assert_eq!(account.chars().last(), Some('ë'));
/// assert_eq!(account.as_str(), None, "it had to be decoded");
/// # Ok::<(), mfa_core::otpauth::ReadError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Text<'a>(Span<'a>);

impl<'a> Text<'a> {
    /// Text as it is, for a URI that is to be written. White space around it is dropped.
    ///
    /// ```
    /// use mfa_core::otpauth::Text;
    ///
    /// assert_eq!(Text::plain(" alice ").as_str(), Some("alice"));
    /// ```
    #[must_use]
    pub fn plain(text: &'a str) -> Self {
        // Nearly always there is nothing to trim.
        let ends = [text.bytes().next(), text.bytes().next_back()];
        let is_trimmed = ends.into_iter().flatten().all(|byte| byte.is_ascii_graphic());
        let text = if is_trimmed { text } else { text.trim() };
        Self(Span { octets: Octets::plain(text), len: text.len() })
    }

    /// The decoded characters.
    #[must_use]
    pub fn chars(&self) -> Chars<'a> {
        Chars(self.0)
    }

    /// The text as one piece, if nothing in it had to be decoded: always for
    /// [`plain`](Self::plain) text and for URIs without escapes. `None` for other text, which
    /// [`chars`](Self::chars) and `Display` decode.
    #[must_use]
    pub fn as_str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.as_plain_bytes()?).ok()
    }

    /// As [`as_str`](Self::as_str), without the proof that it is text, which is known.
    pub(super) fn as_plain_bytes(&self) -> Option<&'a [u8]> {
        self.0.octets.as_plain(self.0.len)
    }

    /// The decoded bytes.
    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.0
    }

    /// The length in bytes of UTF-8, decoded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    /// The text of a span, all of which is read and found to be text, without the white
    /// space around it.
    pub(super) fn of(span: Span<'a>) -> Result<Self, Fault> {
        Scan::of(span).map(|scan| Self::between(scan.start, scan.end))
    }

    /// What of a span that has been decoded lies before `end`, which is further on; as plain
    /// text where it turns out to be that.
    fn between(start: Span<'a>, end: Span<'a>) -> Self {
        let len = start.len.saturating_sub(end.len);
        Self(Span { octets: start.octets.before(end.octets, len), len })
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        // Texts that say the same have as many bytes of UTF-8.
        self.len() == other.len()
            && (self.0.octets.is_written_as(&other.0.octets) || self.bytes().eq(other.bytes()))
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.chars().eq(other.chars())
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => f.pad(text),
            None => self.chars().try_for_each(|char| f.write_char(char)),
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        self.chars().flat_map(char::escape_debug).try_for_each(|char| f.write_char(char))?;
        f.write_char('"')
    }
}

/// The characters of a [`Text`], decoded one by one.
#[derive(Clone)]
pub struct Chars<'a>(Span<'a>);

impl Iterator for Chars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        // A text was decoded once before it became one: there is no fault in it.
        self.0.next_char().unwrap_or_default()
    }
}

impl fmt::Debug for Chars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chars({:?})", Text(self.0))
    }
}

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

impl<'a> Span<'a> {
    /// All that `octets` decodes to.
    pub(super) fn all(octets: Octets<'a>) -> Self {
        Self { octets, len: usize::MAX }
    }

    /// What is left after the white space at its beginning.
    fn trim_start(mut self) -> Result<Self, Fault> {
        loop {
            let before = self;
            if { self }.skip_ordinary(1) {
                return Ok(before);
            }
            match self.next_char()? {
                Some(char) if char.is_whitespace() => {}
                _ => return Ok(before),
            }
        }
    }

    /// Skips what stands for itself and is neither white space nor a colon: most of most
    /// names. Whether there was any.
    fn skip_ordinary(&mut self, limit: usize) -> bool {
        let skipped = self.octets.skip_ordinary(self.len.min(limit));
        self.len = self.len.saturating_sub(skipped);
        skipped != 0
    }

    /// The next character, which is not NUL.
    fn next_text_char(&mut self) -> Result<Option<char>, Fault> {
        match self.next_char()? {
            Some('\0') => Err(Fault::Nul),
            char => Ok(char),
        }
    }

    #[inline(always)]
    fn next_char(&mut self) -> Result<Option<char>, Fault> {
        if self.len != 0
            && let Some(byte) = self.octets.next_ascii()
        {
            self.len = self.len.wrapping_sub(1);
            return Ok(Some(char::from(byte)));
        }
        self.next_decoded()
    }

    #[inline(never)]
    fn next_decoded(&mut self) -> Result<Option<char>, Fault> {
        let left = self.octets.left();
        match self.next() {
            Some(first) if first.is_ascii() => Ok(Some(char::from(first))),
            Some(first) => self.finish_char(first, left).map(Some),
            None if self.is_stuck() => Err(Fault::Escape { left }),
            None => Ok(None),
        }
    }

    /// The character of several bytes that begins with `first`, with `left` raw bytes left.
    fn finish_char(&mut self, first: u8, left: usize) -> Result<char, Fault> {
        let invalid = Fault::Utf8 { left };
        let mut sequence = [first, 0, 0, 0];
        // How many bytes follow the first (RFC 3629 §3). What is no sequence shows below.
        let follow = match first {
            ..0xE0 => 1,
            0xE0..0xF0 => 2,
            0xF0.. => 3,
        };
        for place in sequence.iter_mut().skip(1).take(follow) {
            *place = match self.next() {
                Some(byte) => byte,
                None if self.is_stuck() => {
                    return Err(Fault::Escape { left: self.octets.left() });
                }
                None => return Err(invalid),
            };
        }
        let sequence = sequence.get(..=follow).unwrap_or_default();
        let text = core::str::from_utf8(sequence).map_err(|_| invalid)?;
        text.chars().next().ok_or(invalid)
    }

    /// Whether the next byte is of the span and cannot be decoded.
    fn is_stuck(&self) -> bool {
        self.len != 0 && self.octets.is_stuck()
    }
}

impl Iterator for Span<'_> {
    type Item = u8;

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let rest = self.len.checked_sub(1)?;
        let byte = self.octets.next()?;
        self.len = rest;
        Some(byte)
    }
}

/// What of a span is text, without the white space around it, and where colons are.
struct Scan<'a> {
    start: Span<'a>,
    end: Span<'a>,
    /// The first colon that stands for itself, or else the first that is an escape: where the
    /// text before it ends, and where it goes on after it.
    colon: Option<(Span<'a>, Span<'a>)>,
    has_several: bool,
}

impl<'a> Scan<'a> {
    /// Reads all of the span, and finds that it is text.
    fn of(span: Span<'a>) -> Result<Self, Fault> {
        let start = span.trim_start()?;
        let mut scan = Self { start, end: start, colon: None, has_several: false };
        let mut has_literal = false;
        let mut rest = start;
        loop {
            if rest.skip_ordinary(usize::MAX) {
                scan.end = rest;
            }
            let is_literal = !rest.octets.at_escape();
            let Some(char) = rest.next_text_char()? else { return Ok(scan) };
            if char == ':' {
                scan.has_several = scan.colon.is_some();
                if scan.colon.is_none() || (is_literal && !has_literal) {
                    scan.colon = Some((scan.end, rest));
                    has_literal = is_literal;
                }
            }
            if !char.is_whitespace() {
                scan.end = rest;
            }
        }
    }
}

/// A label, split.
pub(super) struct Label<'a> {
    pub(super) issuer: Option<Text<'a>>,
    pub(super) account: Text<'a>,
}

impl<'a> Label<'a> {
    /// Splits a label at the colon that ends the issuer which is known from elsewhere, or at
    /// the first literal colon, or at the first escaped one; without any it is an account.
    pub(super) fn split(label: Span<'a>, issuer: Option<Text<'_>>) -> Result<Self, Fault> {
        let Scan { start, end, colon, has_several } = Scan::of(label)?;
        // Where there is one colon, it does not matter what is before it.
        let known = issuer.filter(|_| has_several).and_then(|issuer| after(issuer, start));
        let Some((issuer_end, after)) = known.or(colon) else {
            return Ok(Self { issuer: None, account: Text::between(start, end) });
        };
        let issuer = Text::between(start, issuer_end);
        Ok(Self {
            issuer: Some(issuer).filter(|issuer| !issuer.is_empty()),
            account: Text::between(after.trim_start()?, end),
        })
    }
}

/// Where the issuer ends with which a label begins, and where the label goes on after the
/// colon that follows; `None` if it does not begin so.
fn after<'a>(issuer: Text<'_>, mut label: Span<'a>) -> Option<(Span<'a>, Span<'a>)> {
    for char in issuer.chars() {
        label.next_char().ok()?.filter(|next| *next == char)?;
    }
    let end = label;
    let colon = label.next_char().ok()?;
    (colon == Some(':')).then_some((end, label))
}
