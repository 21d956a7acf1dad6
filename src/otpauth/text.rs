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
        let text = text.trim();
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

    /// The text of a span, all of which is read and found to be text.
    pub(super) fn of(mut span: Span<'a>) -> Result<Self, Fault> {
        let mut extent = Extent::EMPTY;
        while extent.step(&mut span)?.is_some() {}
        Ok(extent.text())
    }

    /// The text of a span in which no fault is, and no white space at the end.
    fn trimmed_start(mut span: Span<'a>) -> Self {
        loop {
            let before = span;
            match span.next_char() {
                Ok(Some(char)) if char.is_whitespace() => {}
                _ => return Self::settled(before),
            }
        }
    }

    /// The text of a span that has been decoded: plain where it turns out to be.
    fn settled(Span { octets, len }: Span<'a>) -> Self {
        Self(Span { octets: octets.to_plain(len).unwrap_or(octets), len })
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        // Texts that say the same have as many bytes of UTF-8.
        self.len() == other.len() && self.bytes().eq(other.bytes())
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
#[derive(Clone, Copy, Debug, PartialEq)]
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

    #[inline(always)]
    fn next_char(&mut self) -> Result<Option<char>, Fault> {
        if self.len != 0
            && let Some(byte) = self.octets.next_verbatim()
        {
            self.len = self.len.wrapping_sub(1);
            return Ok(Some(char::from(byte)));
        }
        self.next_decoded()
    }

    #[inline(never)]
    fn next_decoded(&mut self) -> Result<Option<char>, Fault> {
        let left = self.octets.left();
        let Some(first) = self.next() else {
            // A whole span ends with its octets, unless they are stuck; a part of it, before.
            let stuck = self.len != 0 && self.octets.is_stuck();
            return if stuck { Err(Fault::Escape { left }) } else { Ok(None) };
        };
        if first.is_ascii() {
            return Ok(Some(char::from(first)));
        }
        let mut sequence = [first, 0, 0, 0];
        // How many bytes follow the first (RFC 3629 §3); what is not UTF-8 shows below.
        let follow = match first {
            ..0xE0 => 1,
            0xE0..0xF0 => 2,
            0xF0.. => 3,
        };
        for place in sequence.iter_mut().skip(1).take(follow) {
            match self.next() {
                Some(byte) => *place = byte,
                None if self.len != 0 && self.octets.is_stuck() => {
                    return Err(Fault::Escape { left: self.octets.left() });
                }
                None => return Err(Fault::Utf8 { left }),
            }
        }
        let bytes = sequence.get(..=follow).unwrap_or_default();
        let text = core::str::from_utf8(bytes).map_err(|_| Fault::Utf8 { left })?;
        Ok(text.chars().next())
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

/// What lies between the white space before and after a text, found in one pass: from where
/// its first other character begins to where its last one ends.
#[derive(Clone, Copy)]
struct Extent<'a> {
    start: Option<Span<'a>>,
    /// What was left of the span after the last character that is not white space.
    tail: usize,
}

impl<'a> Extent<'a> {
    const EMPTY: Self = Self { start: None, tail: 0 };

    /// Takes the next character of `span`.
    #[inline(always)]
    fn step(&mut self, span: &mut Span<'a>) -> Result<Option<char>, Fault> {
        if self.start.is_none() {
            return self.step_at_start(span);
        }
        let char = span.next_char()?;
        match char {
            // What most texts consist of.
            Some('!'..='~') => self.tail = span.len,
            Some('\0') => return Err(Fault::Nul),
            Some(char) if !char.is_whitespace() => self.tail = span.len,
            _ => {}
        }
        Ok(char)
    }

    fn step_at_start(&mut self, span: &mut Span<'a>) -> Result<Option<char>, Fault> {
        let before = *span;
        let char = span.next_char()?;
        match char {
            Some('\0') => return Err(Fault::Nul),
            Some(char) if !char.is_whitespace() => {
                *self = Self { start: Some(before), tail: span.len };
            }
            _ => {}
        }
        Ok(char)
    }

    /// The text of which so much of the span is left behind it.
    fn text(self) -> Text<'a> {
        match self.start {
            Some(start) => {
                Text::settled(Span { len: start.len.saturating_sub(self.tail), ..start })
            }
            None => Text::plain(""),
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
    pub(super) fn split(mut label: Span<'a>, issuer: Option<Text<'_>>) -> Result<Self, Fault> {
        let mut whole = Extent::EMPTY;
        let (mut known, mut literal, mut escaped) = (None, None, None);
        // What has to follow for the label to begin with the issuer; None when it does not.
        let mut expected = issuer.map(|issuer| issuer.chars());
        loop {
            let (begun, tail, at_escape) =
                (whole.start.is_some(), whole.tail, label.octets.at_escape());
            let Some(char) = whole.step(&mut label)? else { break };
            let mut is_known = false;
            if whole.start.is_some()
                && let Some(issuer) = &mut expected
            {
                let next = issuer.next();
                is_known = next.is_none();
                if next != Some(char) {
                    expected = None;
                }
            }
            if char == ':' {
                let start = whole.start.filter(|_| begun);
                let split = Some((Extent { start, tail }, label));
                known = if is_known { split } else { known };
                let first = if at_escape { &mut escaped } else { &mut literal };
                *first = first.or(split);
            }
        }
        Ok(match known.or(literal).or(escaped) {
            None => Self { issuer: None, account: whole.text() },
            Some((before, after)) => Self {
                issuer: Some(before.text()).filter(|issuer| !issuer.is_empty()),
                account: Text::trimmed_start(Span {
                    len: after.len.saturating_sub(whole.tail),
                    ..after
                }),
            },
        })
    }
}
